"""A close look at lines that are not simply right: why not, and what the student worked on with.

Each is judged against what the student's latest values give. Where one of these may only have been written
down wrong, it is judged against the intended value as well (see `grader.marking.lines.latest`).
"""

from collections.abc import Iterator
from functools import cache, cached_property, partial

import numpy as np

from grader.expressions import ULPS, Array, Ball, Mask, Rows, exact
from grader.marking.lines.desk import Codes, Desk, Expected, Place, flat, with_rows
from grader.marking.lines.explain import (
    Doubtful,
    agrees,
    try_few_digits,
    try_mistakes,
    try_slips,
    try_tolerance,
)
from grader.marking.lines.latest import at, numbers_of
from grader.marking.lines.other_forms import mark_other_forms
from grader.marking.lines.remember import remember, usual_half
from grader.marking.lines.settle import settle_slips, settle_slips_in_a_row
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code
from grader.marking.lines.work import along, for_each
from grader.marking.sheets.digits import too_short
from grader.marking.sheets.habits import Habits

_HABIT = 0.25  # of the numbers written: who has more with too few digits writes so as a habit


class CloseLook:
    """Looks at lines one by one, in the order of the exercise.

    `sparing` (N,) tells who writes too few digits as a habit, and not only a number that ends in zeros now
    and then. `coarse` (N,) tells of whom of these a line has shown it.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        batch = desk.batch
        given = ~np.isnan(batch.values)
        short = too_short(batch.values, batch.decimals, batch.half)
        self.sparing: Mask = short.sum(axis=(1, 2)) > _HABIT * given.sum(axis=(1, 2))
        self.coarse = np.zeros(len(batch), dtype=np.bool_)
        self._usual_half = cache(partial(usual_half, batch))

    def look(self, t: int, i: int, rows: Rows, of_all: Ball) -> None:
        """Mark a line of a step in some hand-ins, and make it the latest value of its field.

        `of_all` is what it should be by the written values, for everybody.
        """
        desk, verdicts = self.desk, self.desk.verdicts
        place = desk.place(t, i, rows)
        expected = self._expected(place, of_all)
        right = agrees(place.values, place.half, expected.written)
        sound = np.zeros(place.values.shape, dtype=np.bool_)
        if len(expected.split):
            intended = settle_slips(desk, place, expected)
            right |= intended
            settle_slips_in_a_row(desk, place, expected, right)
            # What would be the same without the error does not stand on it.
            sound = intended & ~along(desk.any_parent(place, desk.latest.intended_broken), place.values)
        broken = desk.any_parent(place, desk.latest.broken)
        shaky = along(broken, place.values) & ~sound
        desk.store(verdicts.expected, place, expected.written.mid)
        blunt = np.abs(place.values - expected.written.mid) > place.half + ULPS * np.abs(expected.written.mid)
        verdicts.sharp[rows, t, i] = ~np.any(blunt, axis=place.axes)
        verdicts.matches[:, rows, t, i] = 0
        codes = self._codes(place, right, shaky)
        half = place.half
        if np.any(codes == Code.WRONG):
            half = self._explain(place, expected.written, codes)
            self._note_what_follows(place, codes, shaky)
        desk.store(verdicts.codes, place, codes)
        if desk.sharp:
            self._note_sharp_mistakes(place)
        if place.line.forms:
            mark_other_forms(desk, place, broken)
        written = Ball(place.values, self._loosened(place, half, expected.written))
        usual = self._usual_half(place.slot)[rows]
        remember(desk, place, expected, written, codes, self.coarse[rows], usual)

    @cached_property
    def _habits(self) -> Habits:
        return self.desk.batch.habits()

    def pass_over(self, t: int, i: int, rows: Rows, of_all: Ball) -> None:
        """Let what follows stand for a line that some hand-ins leave out.

        Who does not write a line down may have rounded it all the same.
        """
        desk, latest = self.desk, self.desk.latest
        place = desk.place(t, i, rows)
        expected = self._expected(place, of_all)
        meant = with_rows(expected.written, expected.split, expected.intended)
        half = self._habits.half(expected.written.mid, rows)
        latest.put(
            place.slot, t, rows, *(Ball(each.mid, each.rad + half) for each in (expected.written, meant))
        )
        desk.verdicts.codes[place.here] = Code.MISSING
        for flags in (latest.broken, latest.intended_broken, latest.split):
            flags[rows, t, i] = desk.any_parent(place, flags)

    def _expected(self, place: Place, of_all: Ball) -> Expected:
        desk = self.desk
        written = for_each(of_all.take(place.rows), len(place.rows))
        split = np.flatnonzero(desk.any_parent(place, desk.latest.split))
        intended = written
        if len(split):
            intended = desk.work(place.line.usual, place.line, place.some(split), desk.latest.intended)
        return Expected(written, split, intended)

    def _codes(self, place: Place, right: Mask, shaky: Mask) -> Codes:
        """Return the verdicts as far as rounding tells: by the student's own values, or by the reference."""
        codes = np.where(right, Code.CORRECT, Code.WRONG).astype(np.uint8)
        doubtful = shaky | ~right
        if np.any(doubtful):
            agreed = agrees(place.values, place.half, exact(self.desk.reference_of(place)))
            codes[doubtful & agreed] = Code.CORRECT
            self._note_what_follows(place, codes, shaky)
        codes[~place.given] = Code.MISSING
        codes[place.invalid] = Code.INVALID
        return codes

    def _note_what_follows(self, place: Place, codes: Codes, shaky: Mask) -> None:
        """Turn correct into follows where a number stands on an error and is not what the reference has."""
        right = shaky & (codes == Code.CORRECT)
        if np.any(right):
            reference, tolerance = self.desk.reference_of(place), self.desk.plan.tolerance
            room = tolerance.room(reference, place.half)
            codes[right & (np.abs(place.values - reference) > room)] = Code.FOLLOWS

    def _explain(self, place: Place, expected: Ball, codes: Codes) -> Array:
        """Find out why a line is wrong in some hand-ins; return the half units, which that may widen."""
        desk, verdicts = self.desk, self.desk.verdicts
        off = np.flatnonzero(np.any(codes == Code.WRONG, axis=place.axes))
        wrong = place.some(off)
        kinds = np.zeros((len(off), place.slot.size), dtype=np.uint8)
        numbers = desk.numbers(wrong, place.slot, expected[off])
        doubtful = Doubtful(numbers, codes[off].reshape(len(off), -1), kinds)
        line = (wrong.rows, place.t, place.i)
        self._try_few_digits_before(wrong, doubtful)
        verdicts.matches[(slice(None), *line)] = try_mistakes(doubtful, desk.wrong_ways(wrong))
        try_few_digits(doubtful, self.sparing[wrong.rows])
        if not desk.brief:
            verdicts.source[line] = try_slips(doubtful, desk.plan.tolerance, self._rows_before(wrong))
        try_tolerance(doubtful, desk.plan.tolerance)
        codes[off] = doubtful.codes.reshape(len(off), *place.slot.shape)
        verdicts.kinds[wrong.here] = doubtful.kinds
        few = (doubtful.kinds == Slip.FEW_DIGITS).any(axis=1)
        self.coarse[wrong.rows] |= self.sparing[wrong.rows] & few
        half = place.half.copy()
        half[off] = numbers.half.reshape(len(off), *place.slot.shape)
        return half

    def _try_few_digits_before(self, wrong: Place, doubtful: Doubtful) -> None:
        """For those who write too few digits, take each earlier number for everything that rounds to it.

        A student who keeps all digits in the calculator and writes down two of them has numbers that do not
        follow from those two, nor from three.
        """
        rows = np.flatnonzero(self.coarse[wrong.rows] & np.any(doubtful.off, axis=1))
        if len(rows):
            part = doubtful.some(rows, flat(self.desk.work_as_written(wrong.some(rows))))
            try_few_digits(part, np.ones(len(rows), dtype=np.bool_))
            doubtful.put(rows, part)

    def _note_sharp_mistakes(self, place: Place) -> None:
        """Note which known mistakes give these lines to the digit, even where the lines are right."""
        count = len(place.rows)
        values, half = place.values.reshape(count, -1), place.half.reshape(count, -1)
        for number, ball in self.desk.wrong_ways(place):
            fits = np.all(agrees(values, half, exact(ball.mid)) | np.isnan(values), axis=1)
            self.desk.verdicts.matches[1, place.rows[fits], place.t, place.i] |= np.uint64(1 << number)

    def _rows_before(self, place: Place) -> Iterator[tuple[int, Array]]:
        """Yield the student's latest rows of the same shape, each with its line's number, counted from 1."""
        batch = self.desk.batch
        for other in batch.layout.usual:
            if other.shape != place.slot.shape:
                continue
            step = place.t if other.line < place.i else place.t - 1
            if step >= 0:
                row = flat(at(self.desk.latest.written, other, step, place.rows)).mid
                yield other.line + 1, self._unless_wrong(row, place, step) if other is place.slot else row
            elif other.field in self.desk.plan.start:
                start = batch.start(other.field)
                own = np.broadcast_to(start, (len(batch), *other.shape))[place.rows]
                yield other.line + 1, own.reshape(len(place.rows), -1)

    def _unless_wrong(self, row: Array, place: Place, step: int) -> Array:
        """Return a line as it stood in the step before, or NaN where that was wrong itself.

        Where a method has converged, the same wrong way gives the same number again: nothing was copied.
        """
        codes = self.desk.verdicts.codes[place.rows, step, place.slot.columns]
        return np.where(np.any(codes == Code.WRONG, axis=1)[:, None], np.nan, row)

    def _loosened(self, place: Place, half: Array, expected: Ball) -> Array:
        """Return the half units, wider for those who write too few digits as a habit.

        A right number of theirs may stand for every number that rounds to it, as far as the lines before
        allow.
        """
        coarse = self.coarse[place.rows]
        if not np.any(coarse):
            return half
        decimals = numbers_of(self.desk.batch.decimals, place.slot, place.t, place.rows)
        loose = np.maximum(half, np.minimum(0.5 * 10.0**-decimals, expected.rad))
        return np.where(along(coarse, half), loose, half)
