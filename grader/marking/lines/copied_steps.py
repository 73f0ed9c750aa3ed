"""Whole steps that are copies of another one: the wrong lines in them have one cause, and no other.

Who begins each pass with the start values has the same step again, too: where that explains all that is wrong
nothing was copied.
"""

import numpy as np
from numpy.typing import NDArray

from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Code, Verdicts, line_codes

Steps = NDArray[np.intp]

_LEAST = 3  # lines of a step that are wrong
_MOST_STEPS = 255  # what the number of a step has room for


def note_copied_steps(verdicts: Verdicts) -> None:
    """Name the wrong lines of steps that are the same as an earlier one, number by number."""
    values = verdicts.batch.values
    unexplained = np.any((verdicts.codes == Code.WRONG) & (verdicts.kinds == Slip.NONE), axis=2)
    wrong = line_codes(verdicts) == Code.WRONG
    rows, steps = np.nonzero(unexplained & (wrong.sum(axis=2) >= _LEAST))
    if not len(rows) or values.shape[1] > _MOST_STEPS:
        return
    left = np.ones(len(rows), dtype=np.bool_)
    for back in range(1, int(steps.max()) + 1):
        left &= steps >= back
        some = np.flatnonzero(left)
        own, other = values[rows[some], steps[some]], values[rows[some], steps[some] - back]
        same = np.all((own == other) | (np.isnan(own) & np.isnan(other)), axis=1)
        here = some[same]
        left[here] = False
        _note(verdicts, rows[here], steps[here], steps[here] - back)


def _note(verdicts: Verdicts, rows: Steps, steps: Steps, sources: Steps) -> None:
    codes, kinds = verdicts.codes[rows, steps], verdicts.kinds[rows, steps]
    copied = (codes == Code.WRONG) | ((codes == Code.SLIP) & np.isin(kinds, BY_CHANCE))
    verdicts.codes[rows, steps] = np.where(copied, Code.WRONG, codes)
    verdicts.kinds[rows, steps] = np.where(copied, Slip.FROM_STEP, kinds)
    verdicts.source[rows, steps] = sources[:, None]
