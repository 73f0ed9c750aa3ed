"""Hand-ins in which everything is right, found in all steps at once, without a walk.

That is so where each line is what the written lines before it give, rounded once; or where each number is
what the reference has. A walk could find nothing else, as the balls that rounding makes of lines hold both.
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Mask, every
from grader.marking.lines.batch import Batch
from grader.marking.lines.stopping import stop
from grader.marking.lines.verdicts import Code, Verdicts, empty_verdicts
from grader.marking.lines.work import Options, along, work_all_steps


class AtOnce:
    """A batch looked at in all steps at once. `expected` (N, T, W) is what follows.

    `right` (N,) tells who has been found to have only right lines, in whole steps up to the last one written.
    """

    def __init__(self, batch: Batch, options: Options) -> None:
        self._batch = batch
        self._options = options
        self.expected = np.full_like(batch.values, np.nan)
        absent = np.isnan(batch.values)
        self._worked: Mask = ~np.asarray(np.all(absent, axis=2))
        whole = ~np.any(absent[..., batch.layout.columns], axis=2)
        to_the_last = np.logical_or.accumulate(self._worked[:, ::-1], axis=1)[:, ::-1]
        self._whole = np.all(whole | ~to_the_last, axis=1) & ~np.any(batch.invalid, axis=(1, 2))
        self.right: Mask = self._follows()

    def _follows(self) -> Mask:
        """Tell whose lines are all, to the digit, what the written values before them give: (N,)."""
        batch = self._batch
        own = batch.as_written(sharp=True)
        right: Mask = self._whole.copy()
        for line, slot in batch.layout.pairs():
            if not right.any():
                break
            given = work_all_steps(batch, line, self._options, own).mid
            here = slot.of(self.expected)
            here[...] = given
            right &= self._within(slot.of(batch.values), slot.of(batch.half), here)
        return right

    def add_as_reference(self, reference: Array) -> None:
        """Count as right also those whose numbers are all the reference's, (N, T, W), within half a unit."""
        batch = self._batch
        more = self._whole & ~self.right
        for slot in batch.layout.usual:
            more &= self._within(slot.of(batch.values), slot.of(batch.half), slot.of(reference))
        self.expected[more] = reference[more]
        self.right |= more

    def _within(self, written: Array, half: Array, given: Array) -> Mask:
        fits: Mask = np.abs(written - given) <= half + ULPS * np.abs(given)
        return every(fits | ~along(self._worked, fits))

    def verdicts(self, steps: NDArray[np.intp] | None) -> Verdicts:
        """Return verdicts by which all are right; `steps` (N,) are the reference's, where a method stops."""
        verdicts = empty_verdicts(self._batch, self._options)
        verdicts.expected[...] = self.expected
        verdicts.codes[~self._worked] = Code.MISSING
        if steps is not None:
            stop(verdicts, steps)
        return verdicts
