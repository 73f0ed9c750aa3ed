"""Hand-ins marked in the order in which they were worked; verdicts are put back where the numbers stand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.diagnosis.taken_from import inputs_of_rounds
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import Slip, are_among
from grader.marking.lines.verdicts import BY_STEP, Verdicts
from grader.solver.laid_out import laid_out

T = TypeVar("T", bound=np.generic)

Orders = NDArray[np.intp]  # (N, T): the numbers of the steps in the order of work


def in_order(batch: Batch, orders: Orders) -> Batch:
    """Return a batch with the steps of each hand-in, and its inputs, in the hand-in's own order of work."""
    loops = {name: batch.inputs(name) for name in batch.plan.rounds}
    own = {
        name: _moved(np.broadcast_to(array, (len(batch), *array.shape[1:])), orders)
        for name, array in loops.items()
    }
    return batch.moved(lambda numbers: _moved(numbers, orders), batch.varied | own)


def put_back(verdicts: Verdicts, orders: Orders, varied: Mapping[str, Array]) -> Verdicts:
    """Return verdicts on hand-ins that were put `in_order`, with their steps in the key's order again.

    `varied` is that of the batch before.
    """
    back = np.argsort(orders, axis=1)
    _name_steps(verdicts, orders)
    moved: dict[str, Any] = {name: _moved(getattr(verdicts, name), back) for name in BY_STEP}
    return replace(
        verdicts,
        batch=verdicts.batch.moved(lambda numbers: _moved(numbers, back), varied),
        **moved,
        matches=np.stack([_moved(matches, back) for matches in verdicts.matches]),
        before=np.take_along_axis(np.insert(orders[:, :-1], 0, -1, axis=1), back, axis=1),
    )


def _moved(array: NDArray[T], orders: Orders) -> NDArray[T]:
    return laid_out(array[np.arange(len(array))[:, None], orders])


def _name_steps(verdicts: Verdicts, orders: Orders) -> None:
    """Change the numbers of steps and rounds that lines were worked from to those of the key."""
    plan = verdicts.plan
    for line, slot in verdicts.layout.pairs():
        source, kinds = verdicts.source[..., slot.line], verdicts.kinds[..., slot.columns]
        rows, steps = np.nonzero(np.any(are_among(kinds, (Slip.FROM_STEP, Slip.KEPT)), axis=2))
        source[rows, steps] = orders[rows, source[rows, steps]]
        if given := inputs_of_rounds(plan, line):
            rounds = plan.rounds[given[0]]
            _, first = np.unique(rounds, return_index=True)
            rows, steps = np.nonzero(np.any(kinds == Slip.FROM_ROUND, axis=2))
            source[rows, steps] = rounds[orders[rows, first[source[rows, steps]]]]
