"""Lines that are written in another form of the key, such as a sum in place of its components."""

from collections.abc import Sequence

import numpy as np

from grader.expressions import Array, Mask, every
from grader.marking.lines.desk import Codes, Desk, Place, tolerant
from grader.marking.lines.explain import Doubtful, agrees, try_few_digits, try_mistakes, try_slips
from grader.marking.lines.latest import numbers_of
from grader.marking.lines.verdicts import Code
from grader.marking.lines.work import along
from grader.marking.sheets.layout import Slot
from grader.solver import Form


def mark_other_forms(desk: Desk, place: Place, broken: Mask) -> None:
    """Mark a line by its other forms, where it is written in one; `broken` (rows,) is that of its parents."""
    verdicts, batch = desk.verdicts, desk.batch
    for number, slot in enumerate(batch.layout.of_lines[place.i]):
        forms = slot.forms[number == 0 :]
        values, half = (numbers_of(part, slot, place.t, place.rows) for part in (batch.values, batch.half))
        given = ~np.isnan(values)
        if not forms or not np.any(given):
            continue
        here = (place.rows, place.t, slot.columns)
        codes = verdicts.codes[here].reshape(values.shape)
        expected = verdicts.expected[here].reshape(values.shape)
        if number:
            written = place.rows[~every(~given)]
            verdicts.form[written, place.t, place.i] = number
            codes = np.where(given, Code.WRONG, Code.MISSING).astype(np.uint8)
            codes[batch.invalid[here].reshape(values.shape)] = Code.INVALID
        fits = np.where(along(broken, values), Code.FOLLOWS, Code.CORRECT)
        for form in forms:
            ball = desk.work(form, place.line, place, desk.latest.written)
            right = given & agrees(values, half, tolerant(ball, desk.plan.tolerance))
            codes = np.where(right, np.minimum(codes, fits), codes)
            expected = np.where(np.isnan(expected), ball.mid, expected)
        off = np.flatnonzero(~every(codes != Code.WRONG))
        if len(off):
            codes[off], expected[off] = _explained(
                desk, place.some(off), slot, forms, codes[off], expected[off]
            )
        verdicts.codes[here] = codes.reshape(len(place.rows), -1)
        verdicts.expected[here] = expected.reshape(len(place.rows), -1)


def _explained(
    desk: Desk, place: Place, slot: Slot, forms: Sequence[Form], codes: Codes, expected: Array
) -> tuple[Codes, Array]:
    """Find out why lines in another form are wrong: known mistakes, too few digits, slips of the pen.

    Returns the verdicts, and what is expected by the form that explains a line.
    """
    here, verdicts = (place.rows, place.t, slot.columns), desk.verdicts
    flat_codes = codes.reshape(len(codes), -1).copy()
    for form in forms:
        ball = desk.work(form, place.line, place, desk.latest.written)
        off = flat_codes == Code.WRONG
        doubtful = Doubtful(desk.numbers(place, slot, ball), flat_codes, verdicts.kinds[here])
        matched = try_mistakes(doubtful, desk.wrong_ways(place, form=form.name))
        verdicts.matches[:, place.rows, place.t, place.i] |= matched
        try_few_digits(doubtful, np.zeros(len(codes), dtype=np.bool_))
        if not desk.brief:
            try_slips(doubtful, desk.plan.tolerance, ())
        verdicts.kinds[here] = doubtful.kinds
        explained = (off & (flat_codes != Code.WRONG)).reshape(codes.shape)
        expected = np.where(explained, ball.mid, expected)
    return flat_codes.reshape(codes.shape), expected
