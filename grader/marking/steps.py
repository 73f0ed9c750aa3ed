"""The values of a line's names in all steps at once, as they stand on the paper."""

import numpy as np

from grader.expressions import Ball, exact
from grader.marking.batch import Batch
from grader.solver import Line


def own_values(batch: Batch, *, sharp: bool) -> Ball:
    """Return what everybody wrote as balls, (N, T, W): half a unit wide, or, sharp, as it stands."""
    return exact(batch.values) if sharp else Ball(batch.values, batch.half)


def names_in_all_steps(batch: Batch, line: Line, own: Ball) -> dict[str, Ball]:
    """Return the values of a line's names in all steps: (N or 1, T or 1, *shape).

    What was not handed in is NaN.
    """
    plan = batch.layout.plan
    names = {name: exact(plan.inputs[name][None]) for name in line.inputs}
    names |= {name: exact(batch.given[name][:, None]) for name in line.given}
    for slot in batch.layout.usual:
        if slot.field in line.parents:
            ball = Ball(slot.of(own.mid), slot.of(own.rad))
            names[slot.field] = (
                ball if slot.field in line.earlier else _one_step_back(batch, slot.field, ball)
            )
    return names


def _one_step_back(batch: Batch, name: str, ball: Ball) -> Ball:
    start = exact(batch.layout.plan.start[name])
    first = np.broadcast_to(start.mid, (len(batch), 1, *start.mid.shape))
    first_half = np.broadcast_to(start.rad, first.shape)
    mid = np.concatenate([first, ball.mid[:, :-1]], axis=1)
    return Ball(mid, np.concatenate([first_half, ball.rad[:, :-1]], axis=1))
