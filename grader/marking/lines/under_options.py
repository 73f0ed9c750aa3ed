"""What hand-ins are worth under options that they may have taken."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Rows
from grader.marking.lines.batch import Batch
from grader.marking.lines.verdicts import Code
from grader.marking.lines.walk import mark_batch
from grader.marking.lines.work import Options

_AT_ONCE = 2000  # trials that are marked together; more would need more memory than all else


class UnderOptions:
    """Marks hand-ins under options that they may have taken: each of them once under each combination.

    `marked` has the codes, (T, W), and how far the wrong numbers are apart, by hand-in and options.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.marked: dict[tuple[int, ...], tuple[NDArray[np.uint8], float]] = {}

    def of(self, rows: Rows, trials: Iterable[Options]) -> Iterator[tuple[NDArray[np.uint8], Array]]:
        """Yield the codes, (rows, T, W), and how far wrong numbers are apart, (rows,), under each trial."""
        wanted = [
            [tuple(each) for each in np.stack([rows, *trial.values()], axis=1).tolist()] for trial in trials
        ]
        new = list(dict.fromkeys(each for one in wanted for each in one if each not in self.marked))
        for start in range(0, len(new), _AT_ONCE):
            self._mark(new[start : start + _AT_ONCE])
        for one in wanted:
            codes, apart = zip(*(self.marked[each] for each in one), strict=True)
            yield np.stack(codes), np.array(apart)

    def _mark(self, some: Sequence[tuple[int, ...]]) -> None:
        """Mark hand-ins under options, many at once: as if each trial of a hand-in were a hand-in."""
        rows, *numbers = np.array(some).T
        part = self.batch.take(rows)
        verdicts = mark_batch(part, dict(zip(part.plan.choices, numbers, strict=True)), brief=True)
        apart = _apart(verdicts.codes, part.values, verdicts.expected)
        self.marked.update(zip(some, zip(verdicts.codes, apart.tolist(), strict=True), strict=True))


def marks_of(codes: NDArray[np.uint8], values: Array) -> Array:
    """Return a measure of the marks: right numbers count whole, known mistakes half: (N,).

    Slips do not count, as many a number fits by chance with its decimal point moved or one digit changed.
    """
    worth = np.zeros(len(Code))
    worth[[Code.CORRECT, Code.FOLLOWS]] = 1.0
    worth[Code.MISTAKE] = 0.5
    marks: Array = np.where(np.isnan(values), 0.0, worth[codes]).sum(axis=(1, 2))
    return marks


def _apart(codes: NDArray[np.uint8], values: Array, expected: Array) -> Array:
    """Return how far wrong numbers are from what is expected, relative to their size and summed: (N,)."""
    size = np.maximum(np.abs(values), np.abs(expected))
    apart = np.abs(values - expected) / np.where(size > 0, size, 1.0)
    counted = (codes == Code.WRONG) & np.isfinite(apart)
    total: Array = np.where(counted, apart, 0.0).sum(axis=(1, 2))
    return total
