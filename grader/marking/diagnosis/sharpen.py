"""Mistakes that rounding had excused, in hand-ins of students who carry their rounded values on.

With three digits, rounding often changes a line by as much as a mistake does. But a student who works on with
exactly the values written shows it: every line is then what the written values before it give, rounded once.
If in such a hand-in a line is not, and a known mistake gives it to the digit, it is that mistake, although
rounding could have explained it in another hand-in.
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask
from grader.marking.lines.choose import choose
from grader.marking.lines.verdicts import Code, Verdicts, line_codes, unread
from grader.marking.lines.walk import mark_batch

_NEARLY_ALL = 0.97  # of the other lines
_MANY_OTHERS = 100
_OFF_BESIDE_ALL, _OFF_BESIDE_NEARLY_ALL = 2, 3  # steps of a line, at least


def sharpen(verdicts: Verdicts) -> None:
    """Add the mistakes that show only where every written value is taken exactly as it stands."""
    if not verdicts.plan.mistakes:
        return
    rows = np.flatnonzero(_carries_on(verdicts).any(axis=1))
    if not len(rows):
        return
    batch = verdicts.batch.take(rows)
    second = mark_batch(batch, choose(batch, sharp=True), sharp=True)
    claimed = _claimed(second) & _carries_on(verdicts)[rows][:, None, :]
    claimed &= line_codes(verdicts)[rows] <= Code.FOLLOWS
    _take_over(verdicts, second, rows, claimed)


def _carries_on(verdicts: Verdicts) -> Mask:
    """Tell for which lines the other lines show that the student carries rounded values on: (N, L).

    All others must show it; or nearly all of them, where this line is off in several steps.
    """
    written = line_codes(verdicts) <= Code.WRONG
    blunt = (~verdicts.sharp & written).sum(axis=1)
    others = written.sum(axis=(1, 2))[:, None] - written.sum(axis=1)
    others_blunt = blunt.sum(axis=1, keepdims=True) - blunt
    every = (others_blunt == 0) & ((blunt >= _OFF_BESIDE_ALL) | (others >= _MANY_OTHERS))
    nearly = (others_blunt <= (1 - _NEARLY_ALL) * others) & (blunt >= _OFF_BESIDE_NEARLY_ALL)
    carries: Mask = (others > 0) & (blunt > 0) & (every | nearly)
    return carries


def _claimed(second: Verdicts) -> Mask:
    """Return the lines with a mistake that gives the line to the digit in every step of its field: (N, T, L).

    Where a line is right in one step, and the mistake would give other digits there, it was not made.
    """
    matches, sharply = second.matches
    mistaken = matches > 0
    written = line_codes(second) <= Code.WRONG
    common = np.bitwise_and.reduce(np.where(written, sharply, ~np.uint64(0)), axis=1)
    claimed: Mask = mistaken & (common > 0)[:, None, :]
    return claimed


def _take_over(verdicts: Verdicts, second: Verdicts, rows: NDArray[np.intp], claimed: Mask) -> None:
    """Take over what is claimed of lines that are worked from nothing else than what stands there."""
    for i, (line, slot) in enumerate(verdicts.layout.pairs()):
        place, t = np.nonzero(claimed[:, :, i])
        whole = ~unread(second, line, place, t).any(axis=1)
        place, t = place[whole], t[whole]
        if len(place):
            here = (rows[place], t, slot.columns)
            verdicts.codes[here] = second.codes[place, t, slot.columns]
            verdicts.matches[:, rows[place], t, i] = second.matches[:, place, t, i]
