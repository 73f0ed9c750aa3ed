"""Lines that show no work: zeros of the student's own making, and numbers that stood there before."""

import numpy as np

from grader.expressions import Array, Mask
from grader.marking.lines.latest import Latest
from grader.marking.lines.verdicts import Code, Verdicts


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
