"""Lines that were not worked anew: the value of an earlier step still stands there, or all of a step's do.

Where a whole step is a copy of another one, all wrong lines in it have this one cause. Those that happen to
follow were not worked either; nor were the steps after it, where a whole pass is a copy. A student who begins
each pass with the start values has the same numbers again. That is named where it shows, but the lines hold
no more work than a copy.
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask, every
from grader.marking.diagnosis.wrong_lines import wrong_lines
from grader.marking.lines.slips import BY_CHANCE, Slip, are_among, copied
from grader.marking.lines.verdicts import Code, Verdicts, line_codes

Steps = NDArray[np.intp]

_LEAST = 3  # wrong lines in a step and the copied ones after it
_MOST_STEPS = 255  # the number of a step is kept in a byte
_LEAST_KEPT = 2  # lines of a field
_MOST_TO_KEEP = 64  # steps; with more of them some line is like another by chance


def note_copied_steps(verdicts: Verdicts) -> None:
    """Name the wrong lines of steps that are the same as an earlier one, number by number.

    At least one of these lines must be right in the earlier step: where a method stands still, a line that is
    wrong in one step is wrong in the next without a copy.
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
    """Tell which steps are the same, number by number, as those so many steps before them."""
    values = verdicts.batch.values
    own, other = values[rows, steps], values[rows, steps - back]
    return every((own == other) | (np.isnan(own) & np.isnan(other)))


def _run(verdicts: Verdicts, rows: Steps, steps: Steps, back: int) -> Mask:
    """Tell for some copied steps which steps from there on, without a gap, are copies as well: (rows, T)."""
    behind = np.arange(verdicts.codes.shape[1]) >= steps[:, None]
    of, there = np.nonzero(behind)
    others = behind.copy()
    others[of, there] = ~_same(verdicts, rows[of], there, back)
    run: Mask = behind & (np.cumsum(others, axis=1) == 0)
    return run


def _note(verdicts: Verdicts, rows: Steps, steps: Steps, back: int) -> None:
    """Note the lines of copied steps that are not right by themselves."""
    codes, kinds = verdicts.codes[rows, steps], verdicts.kinds[rows, steps]
    unworked = ((codes == Code.WRONG) & (kinds != Slip.FROM_START)) | (codes == Code.FOLLOWS)
    unworked |= (codes == Code.SLIP) & are_among(kinds, BY_CHANCE)
    unworked |= (codes == Code.MISTAKE) & (kinds == Slip.NONE)
    verdicts.codes[rows, steps] = np.where(unworked, Code.WRONG, codes)
    verdicts.kinds[rows, steps] = np.where(unworked, Slip.FROM_STEP, kinds)
    verdicts.source[rows, steps] = (steps - back)[:, None]


def note_kept_values(verdicts: Verdicts) -> None:
    """Name the wrong lines that are, number by number, what was right or followed in an earlier step.

    Of several such steps the first in the same round of the innermost loop is named, or else the first.
    """
    layout = verdicts.layout
    if layout.steps > _MOST_TO_KEEP:
        return
    inner = [1, *layout.plan.loops.values()][-1]
    for slot in layout.usual:
        rows, steps = np.nonzero(wrong_lines(verdicts, slot))
        if not len(rows):
            continue
        values = verdicts.batch.values[..., slot.columns]
        good = np.all(verdicts.codes[..., slot.columns] <= Code.FOLLOWS, axis=2)
        source, aligned = np.full(len(rows), layout.steps), np.zeros(len(rows), dtype=np.bool_)
        for step in reversed(range(layout.steps - 1)):
            same = (step < steps) & good[rows, step] & copied(values[rows, steps], values[rows, step])
            in_round = (steps - step) % inner == 0
            source[same & (in_round | ~aligned)] = step
            aligned |= same & in_round
        kept = source < layout.steps
        kept &= (np.bincount(rows, kept, minlength=len(values)) >= _LEAST_KEPT)[rows]
        here = (rows[kept], steps[kept], slot.columns)
        wrong = verdicts.codes[here] == Code.WRONG
        verdicts.kinds[here] = np.where(wrong, Slip.KEPT, verdicts.kinds[here])
        verdicts.source[rows[kept], steps[kept], slot.line] = source[kept]
