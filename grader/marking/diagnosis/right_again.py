"""Lines that are the reference's, although they do not follow from the student's own lines before them.

Who finds an error and goes on from the right values has carried rounded ones on all the way, so that such a
line is the reference's within what the key tolerates and not to the last digit.
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.diagnosis.wrong_lines import wrong_lines
from grader.marking.lines.verdicts import Code, Verdicts, at_fault
from grader.marking.lines.work import references
from grader.marking.sheets.layout import Slot
from grader.solver import Line

_TELLING = 10  # times what is tolerated: a value as far from zero says something


def note_right_again(verdicts: Verdicts) -> None:
    """Accept the lines that nothing explains, if they are the reference's, as the rest of their field is.

    Beside a faulty line the values that were intended there tell what is right.
    """
    pairs = [*verdicts.layout.pairs()]
    wrong = {slot.field: wrong_lines(verdicts, slot) for _, slot in pairs}
    rows = np.flatnonzero(np.any([lines.any(axis=1) for lines in wrong.values()], axis=0))
    if not len(rows):
        return
    reference, _ = references(verdicts.batch.take(rows), verdicts.options_of(rows))
    faulty: dict[str, Mask] = {
        slot.field: np.asarray(at_fault(verdicts.of(slot)[0][rows]).any(axis=2)) for _, slot in pairs
    }
    again: dict[str, Mask] = {}
    for _, slot in pairs:
        near = wrong[slot.field][rows] & _near(verdicts, reference, slot, rows)
        later = np.logical_or.accumulate((faulty[slot.field] & ~near)[:, ::-1], axis=1)[:, ::-1]
        again[slot.field] = near & ~later
    for t in np.flatnonzero(np.any([lines.any(axis=0) for lines in again.values()], axis=0)).tolist():
        for line, slot in pairs:
            found = again[slot.field][:, t] & ~_beside(verdicts, line, faulty, t)
            faulty[slot.field][found, t] = False
            place = (rows[found], t, slot.columns)
            codes = verdicts.codes[place]
            verdicts.codes[place] = np.where(codes == Code.WRONG, Code.CORRECT, codes)


def _near(verdicts: Verdicts, reference: Array, slot: Slot, rows: NDArray[np.intp]) -> Mask:
    """Tell which lines are the reference's (rows, T, W) within what is tolerated: (rows, T)."""
    written, half = (array[..., slot.columns][rows] for array in (verdicts.batch.values, verdicts.batch.half))
    due = reference[..., slot.columns]
    room = verdicts.plan.tolerance.room(due, half)
    near: Mask = np.all((np.abs(written - due) <= room) | np.isnan(written), axis=2)
    near &= np.any(np.abs(due) > _TELLING * room, axis=2)
    return near


def _beside(verdicts: Verdicts, line: Line, faulty: dict[str, Mask], t: int) -> Mask:
    """Tell who works a line of a step from a faulty one: (rows,)."""
    lines = [faulty[name][:, t] for name in line.earlier if name in faulty]
    if t:
        lines += [faulty[verdicts.plan.field_of(name)][:, t - 1] for name in line.previous]
    beside: Mask = np.any([np.zeros_like(faulty[line.field][:, t]), *lines], axis=0)
    return beside
