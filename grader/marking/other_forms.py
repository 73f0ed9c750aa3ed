"""Lines that are written in another form, such as a sum for its components."""

import numpy as np

from grader.marking.batch import Mask
from grader.marking.desk import Desk, Place, tolerant
from grader.marking.explain import agrees
from grader.marking.latest import numbers_of
from grader.marking.verdicts import Code
from grader.marking.work import along


def mark_other_forms(desk: Desk, place: Place, broken: Mask) -> None:
    """Mark a line by its other forms, where it is written in one; `broken` (rows,) as of its parents."""
    verdicts, batch = desk.verdicts, desk.batch
    for number, slot in enumerate((place.slot, *batch.layout.others[place.i])):
        forms = slot.forms[number == 0 :]
        values, half = (numbers_of(part, slot, place.t, place.rows) for part in (batch.values, batch.half))
        given = ~np.isnan(values)
        if not forms or not np.any(given):
            continue
        here = (place.rows, place.t, slice(slot.offset, slot.end))
        codes = verdicts.codes[here].reshape(values.shape)
        expected = verdicts.expected[here].reshape(values.shape)
        if number:
            written = place.rows[np.any(given, axis=tuple(range(1, given.ndim)))]
            verdicts.form[written, place.t, place.i] = number
            codes = np.where(given, Code.WRONG, Code.MISSING).astype(np.uint8)
            codes[batch.invalid[here].reshape(values.shape)] = Code.INVALID
        fits = np.where(along(broken, values), Code.FOLLOWS, Code.CORRECT)
        for form in forms:
            ball = desk.work(form, place.line, place, desk.latest.written)
            right = given & agrees(values, half, tolerant(ball, desk.plan.tolerance))
            codes = np.where(right, np.minimum(codes, fits), codes)
            expected = np.where(np.isnan(expected), ball.mid, expected)
        verdicts.codes[here] = codes.reshape(len(place.rows), -1)
        verdicts.expected[here] = expected.reshape(len(place.rows), -1)
