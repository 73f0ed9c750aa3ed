"""Whole steps that are copies of another one: the wrong lines in them have one cause, and no other.

What follows in them from copied lines was not worked either; so it is in the steps after them, where a whole
pass is a copy. Who begins each pass with the start values has the same numbers again: that is told where it
shows, and there is no more work in them than in a copy.
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask
from grader.marking.lines.slips import BY_CHANCE, Slip, are_among
from grader.marking.lines.verdicts import Code, Verdicts, line_codes

Steps = NDArray[np.intp]

_LEAST = 3  # lines that are off, in a step or in those after it that are copies, too
_MOST_STEPS = 255  # what the number of a step has room for


def note_copied_steps(verdicts: Verdicts) -> None:
    """Name the wrong lines of steps that are the same as an earlier one, number by number.

    Of these lines one at least is right in the earlier step: where a method stands still, what is wrong in a
    step is so in the next.
    """
    open_ = are_among(verdicts.kinds, (Slip.NONE, Slip.FROM_START))
    lines = line_codes(verdicts)
    wrong = lines == Code.WRONG
    off = (wrong | (lines == Code.FOLLOWS)).sum(axis=2)
    rows, steps = np.nonzero(np.any((verdicts.codes == Code.WRONG) & open_, axis=2))
    if not len(rows) or lines.shape[1] > _MOST_STEPS:
        return
    left = np.ones(len(rows), dtype=np.bool_)
    for back in range(1, int(steps.max()) + 1):
        left &= steps >= back
        some = np.flatnonzero(left)
        of, there = rows[some], steps[some]
        anew = np.any(wrong[of, there] & (lines[of, there - back] <= Code.FOLLOWS), axis=1)
        here = some[anew & _same(verdicts, of, there, back)]
        run = _run(verdicts, rows[here], steps[here], back)
        enough = np.sum(off[rows[here]] * run, axis=1) >= _LEAST
        left[here[enough]] = False
        of, there = np.nonzero(run[enough])
        _note(verdicts, rows[here][enough][of], there, back)


def _same(verdicts: Verdicts, rows: Steps, steps: Steps, back: int) -> Mask:
    """Tell which steps are those so many steps before them, number by number."""
    values = verdicts.batch.values
    own, other = values[rows, steps], values[rows, steps - back]
    same: Mask = np.all((own == other) | (np.isnan(own) & np.isnan(other)), axis=1)
    return same


def _run(verdicts: Verdicts, rows: Steps, steps: Steps, back: int) -> Mask:
    """Tell of some copies which steps are so too from there on, without a gap: (rows, T)."""
    behind = np.arange(verdicts.codes.shape[1]) >= steps[:, None]
    of, there = np.nonzero(behind)
    others = behind.copy()
    others[of, there] = ~_same(verdicts, rows[of], there, back)
    run: Mask = behind & (np.cumsum(others, axis=1) == 0)
    return run


def _note(verdicts: Verdicts, rows: Steps, steps: Steps, back: int) -> None:
    """Note what stands in copied steps and is not right by itself."""
    codes, kinds = verdicts.codes[rows, steps], verdicts.kinds[rows, steps]
    copied = ((codes == Code.WRONG) & (kinds != Slip.FROM_START)) | (codes == Code.FOLLOWS)
    copied |= (codes == Code.SLIP) & are_among(kinds, BY_CHANCE)
    copied |= (codes == Code.MISTAKE) & (kinds == Slip.NONE)
    verdicts.codes[rows, steps] = np.where(copied, Code.WRONG, codes)
    verdicts.kinds[rows, steps] = np.where(copied, Slip.FROM_STEP, kinds)
    verdicts.source[rows, steps] = (steps - back)[:, None]
