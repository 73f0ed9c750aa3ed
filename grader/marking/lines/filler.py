"""Lines that show no work, and pages filled in rather than worked: what they seem to earn is taken back.

A line may be zero only by an error of the student's own. One number written everywhere is right wherever a
line passes a number on, as relu does; and each row is a copy of every other. Neither shows anything, unless
the rest of the page is worked.
"""

import numpy as np

from grader.expressions import Array, Mask
from grader.marking.lines.latest import Latest
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts, by_line, line_codes

_COPIES = 0.05  # of all lines: more copies than that, and than a few, are no slips of the pen
_A_FEW = 2
_WORKED = 0.25  # of the lines that do not repeat a number: if fewer are worked, the page was not worked


def note_hollow(verdicts: Verdicts, reference: Array) -> None:
    """Note the lines that are zero, and follow, only because of an error before them.

    A line that is zero only after rounding, as where a method has converged, was worked.
    """
    for slot in verdicts.layout.usual:
        here = (..., slot.columns)
        follows = np.any(verdicts.codes[here] == Code.FOLLOWS, axis=2)
        if np.any(follows):
            zero = np.all(verdicts.batch.values[here] == 0, axis=2) & np.any(reference[here] != 0, axis=2)
            zero &= np.all(verdicts.expected[here] == 0, axis=2)
            verdicts.hollow[..., slot.line] = follows & zero


def note_repeats(verdicts: Verdicts, latest: Latest) -> Mask:
    """Return the lines that would earn something although they only repeat numbers before them: (N, T, L)."""
    repeats = np.zeros_like(verdicts.hollow)
    for line, slot in verdicts.layout.pairs():
        codes = verdicts.codes[..., slot.columns]
        earning = np.any((codes == Code.FOLLOWS) | (codes == Code.MISTAKE), axis=2)
        for t in np.flatnonzero(earning.any(axis=0)).tolist():
            rows = np.flatnonzero(earning[:, t])
            own = verdicts.batch.values[rows, t, slot.columns]
            parents = latest.names(line, t, rows, latest.written)
            before = [
                np.broadcast_to(parents[name].mid, (len(rows), *parents[name].mid.shape[1:])).reshape(
                    len(rows), -1
                )
                for name in line.parents
            ]
            if before:
                same = (own[:, :, None] == np.concatenate(before, axis=1)[:, None, :]).any(axis=2)
                repeats[rows, t, slot.line] = np.all(same | np.isnan(own), axis=1)
    return repeats


def take_back(verdicts: Verdicts, repeats: Mask) -> None:
    """Take back what pages earn by copies; `repeats` (N, T, L) are the lines that only repeat numbers."""
    _refuse_copies(verdicts)
    codes = line_codes(verdicts)
    repeating = repeats & ((codes == Code.FOLLOWS) | (codes == Code.MISTAKE))
    if not repeating.any():
        return
    telling = (codes <= Code.WRONG) & ~repeating
    worked = (telling & (codes <= Code.FOLLOWS) & ~verdicts.hollow).sum(axis=(1, 2))
    enough = _WORKED * telling.sum(axis=(1, 2))
    for row in np.flatnonzero((worked < enough) & repeating.any(axis=(1, 2))).tolist():
        worked[row] += _known_ways(verdicts, row, telling[row] & (codes[row] == Code.MISTAKE))
    idle = worked < enough
    verdicts.hollow[...] |= repeating & idle[:, None, None]


def _known_ways(verdicts: Verdicts, row: int, mistaken: Mask) -> int:
    """Return how many lines are worked in known wrong ways, at most one for each different number in them."""
    known = mistaken & (verdicts.matches[0, row] > 0)
    values = verdicts.batch.values[row]
    numbers = [np.abs(values[known[:, slot.line], slot.columns]).ravel() for slot in verdicts.layout.usual]
    different = int(np.count_nonzero(np.unique(np.concatenate(numbers)) > 0))
    return min(int(known.sum()), different) if different > _A_FEW else 0


def _refuse_copies(verdicts: Verdicts) -> None:
    """Turn copied rows into wrong ones where there are too many of them."""
    copies = (verdicts.codes == Code.SLIP) & (verdicts.kinds == Slip.COPIED)
    if not copies.any():
        return
    lines = by_line(verdicts, copies, worst=True).sum(axis=(1, 2))
    written = (line_codes(verdicts) <= Code.WRONG).sum(axis=(1, 2))
    habit = (lines > _A_FEW) & (lines > _COPIES * written)
    refused = copies & habit[:, None, None]
    verdicts.codes[refused] = Code.WRONG
    verdicts.kinds[refused] = Slip.NONE
