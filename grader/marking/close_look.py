"""A close look at lines that are not simply right: why, and what the student worked on with.

Each is judged against what the student's latest values give, and, where one of these was perhaps only
written down wrong, against what should stand there as well (see `grader.marking.latest`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, exact
from grader.marking.batch import Mask
from grader.marking.explain import Doubtful, agrees, try_few_digits, try_mistakes, try_slips, try_tolerance
from grader.marking.latest import Latest, Rows, at, numbers_of
from grader.marking.layout import Slot
from grader.marking.slips import Slip
from grader.marking.verdicts import Code, Verdicts
from grader.marking.work import along, take, where, work
from grader.schemas.key import Tolerance
from grader.solver import Form, Line

Codes = NDArray[np.uint8]

_NOISE = 1e-6  # a half unit that is so much smaller than usual shows a program's digits, not a person's


@dataclass(slots=True)
class _Place:
    """A line of a step and the hand-ins in which it is looked at: what they have there, (rows, *shape)."""

    line: Line
    slot: Slot
    t: int
    rows: Rows
    values: Array
    half: Array
    invalid: Mask

    @property
    def i(self) -> int:
        return self.slot.line

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the components."""
        return tuple(range(1, self.values.ndim))

    @property
    def given(self) -> Mask:
        return ~np.isnan(self.values)

    def some(self, chosen: NDArray[np.intp]) -> "_Place":
        """Return the same line in some of the hand-ins, by their numbers here."""
        values, half, invalid = self.values[chosen], self.half[chosen], self.invalid[chosen]
        return _Place(self.line, self.slot, self.t, self.rows[chosen], values, half, invalid)


@dataclass(slots=True)
class _Expected:
    """What a line should be: from the written values and, for `split` only, from the intended ones."""

    written: Ball
    split: NDArray[np.intp]
    intended: Ball


class CloseLook:
    """Looks at lines one by one, in the order of the exercise. `coarse` is who writes too few digits."""

    def __init__(
        self, latest: Latest, verdicts: Verdicts, reference: Array, *, sharp: bool, brief: bool
    ) -> None:
        self.latest = latest
        self.verdicts = verdicts
        self.reference = reference
        self.sharp = sharp
        self.brief = brief
        self.batch = verdicts.batch
        self.plan = self.batch.layout.plan
        self.coarse = np.zeros(len(self.batch), dtype=np.bool_)
        self.usual_half: dict[int, Array] = {}  # by line, as it is asked for

    def look(self, t: int, i: int, rows: Rows) -> None:
        """Mark a line of a step in some hand-ins and make it the latest value of its field."""
        slot = self.batch.layout.usual[i]
        values, half = (numbers_of(part, slot, t, rows) for part in (self.batch.values, self.batch.half))
        invalid = self.batch.invalid[rows, t, slot.offset : slot.end].reshape(values.shape)
        place = _Place(self.plan.lines[i], slot, t, rows, values, half, invalid)
        expected = self._expected(place)
        right = agrees(values, half, expected.written)
        sound = np.zeros(values.shape, dtype=np.bool_)
        if len(expected.split):
            intended = self._settle_slips(place, expected)
            right |= intended
            # What would be the same without the error does not stand on it.
            sound = intended & ~along(self._any(place, self.latest.intended_broken), values)
        broken = self._any(place, self.latest.broken)
        shaky = along(broken, values) & ~sound
        self._store(self.verdicts.expected, place, expected.written.mid)
        blunt = np.abs(values - expected.written.mid) > half + ULPS * np.abs(expected.written.mid)
        self.verdicts.sharp[rows, t, i] = ~np.any(blunt, axis=place.axes)
        self.verdicts.matches[:, rows, t, i] = 0
        codes = self._codes(place, right, shaky)
        if np.any(codes == Code.WRONG):
            half = self._explain(place, expected.written, codes)
            self._note_what_follows(place, codes, shaky)
        self._store(self.verdicts.codes, place, codes)
        if self.sharp:
            self._note_sharp_mistakes(place)
        if place.line.forms or self.batch.layout.others[i]:
            self._mark_other_forms(place, broken)
        half = self._loosened(place, half, expected.written)
        self._remember(place, expected, Ball(values, half), codes, broken)

    def _store(self, numbers: NDArray[np.generic], place: _Place, part: NDArray[np.generic]) -> None:
        """Put what was found of a line, (rows, *shape), into an array (N, T, W)."""
        whole = np.broadcast_to(part, place.values.shape).reshape(len(place.rows), -1)
        numbers[place.rows, place.t, place.slot.offset : place.slot.end] = whole

    def _any(self, place: _Place, flags: Mask) -> Mask:
        return self.latest.any_parent(flags, place.i, place.t)[place.rows]

    def _work(self, form: Form, line: Line, place: _Place, values: Ball) -> Ball:
        """Return what a form of a line gives from these values, for each of the hand-ins: (rows, *shape)."""
        options = {group: chosen[place.rows] for group, chosen in self.verdicts.options.items()}
        ball = work(form, self.plan, options, self.latest.names(line, place.t, place.rows, values))
        shape = (len(place.rows), *ball.mid.shape[1:])
        return Ball(np.broadcast_to(ball.mid, shape), np.broadcast_to(ball.rad, shape))

    def _expected(self, place: _Place) -> _Expected:
        written = self._work(place.line.usual, place.line, place, self.latest.written)
        split = np.flatnonzero(self._any(place, self.latest.split))
        intended = written
        if len(split):
            some = place.some(split)
            intended = self._work(place.line.usual, place.line, some, self.latest.intended)
        return _Expected(written, split, intended)

    def _settle_slips(self, place: _Place, expected: _Expected) -> Mask:
        """Return which components agree with the intended values; decide what this line has shown.

        A line that fits the intended values of its parents better than the written ones shows a slip of
        the pen there: from now on they count, for this line too. One that fits the written ones better
        shows that the student worked on with them.
        """
        torn = place.some(expected.split)
        fits = [
            np.sum(agrees(torn.values, torn.half, ball), axis=place.axes)
            for ball in (take(expected.written, expected.split), expected.intended)
        ]
        slipped, worked_on = fits[1] > fits[0], fits[0] > fits[1]
        partly = np.flatnonzero(slipped & (fits[1] < np.sum(torn.given, axis=place.axes)))
        if len(partly):
            slipped[partly] &= ~self._mistaken(torn.some(partly))
        for slot, step in self.latest.parents(place.i, place.t):
            split = self.latest.split[torn.rows, step, slot.line]
            self._slipped(slot, step, torn.rows[split & slipped])
            self.latest.worked_on(slot, step, torn.rows[split & worked_on])
        right = np.zeros(place.values.shape, dtype=np.bool_)
        right[expected.split] = agrees(torn.values, torn.half, expected.intended)
        chosen = Ball(expected.intended.mid[slipped], expected.intended.rad[slipped])
        expected.written = _with_rows(expected.written, expected.split[slipped], chosen)
        own = take(expected.written, expected.split)
        expected.intended = where(along(worked_on, torn.values), own, expected.intended)
        return right

    def _mistaken(self, place: _Place) -> Mask:
        """Tell which lines are, as a whole, a known mistake made with the written values."""
        count = len(place.rows)
        values, half = place.values.reshape(count, -1), place.half.reshape(count, -1)
        mistaken = np.zeros(count, dtype=np.bool_)
        for _, ball in self._wrong_ways(place):
            mistaken |= np.all(agrees(values, half, ball) | np.isnan(values), axis=1)
        return mistaken

    def _slipped(self, slot: Slot, t: int, rows: Rows) -> None:
        """Note that students worked on with the intended value: what they wrote was a slip of the pen."""
        if not len(rows):
            return
        here = (rows, t, slice(slot.offset, slot.end))
        self.verdicts.expected[here] = self.latest.intended.mid[here]
        codes = self.verdicts.codes[here]
        # Only written down wrong, then, even where it looks like a known mistake.
        plain = (codes == Code.WRONG) | (codes == Code.MISTAKE)
        self.verdicts.kinds[here] = np.where(plain, Slip.UNUSED, self.verdicts.kinds[here])
        self.verdicts.codes[here] = np.where(plain, Code.SLIP, codes)
        self.verdicts.matches[:, rows, t, slot.line] = 0
        self.latest.slipped(slot, t, rows)

    def _codes(self, place: _Place, right: Mask, shaky: Mask) -> Codes:
        """Return the verdicts by what rounding explains: from the student's own values, or the reference."""
        codes = np.where(right, Code.CORRECT, Code.WRONG).astype(np.uint8)
        doubtful = shaky | ~right
        if np.any(doubtful):
            reference = numbers_of(self.reference, place.slot, place.t, place.rows)
            codes[doubtful & agrees(place.values, place.half, exact(reference))] = Code.CORRECT
            self._note_what_follows(place, codes, shaky)
        codes[~place.given] = Code.MISSING
        codes[place.invalid] = Code.INVALID
        return codes

    def _note_what_follows(self, place: _Place, codes: Codes, shaky: Mask) -> None:
        """Turn correct into follows where a number stands on an error and is not what the reference has."""
        right = shaky & (codes == Code.CORRECT)
        if np.any(right):
            reference = numbers_of(self.reference, place.slot, place.t, place.rows)
            tolerance = self.plan.tolerance
            room = place.half + tolerance.abs + tolerance.rel * np.abs(reference)
            codes[right & (np.abs(place.values - reference) > room)] = Code.FOLLOWS

    def _explain(self, place: _Place, expected: Ball, codes: Codes) -> Array:
        """Find out why some hand-ins are off here; return the half units with what that changes in them."""
        off = np.flatnonzero(np.any(codes == Code.WRONG, axis=place.axes))
        wrong = place.some(off)
        rows, t, slot = wrong.rows, place.t, place.slot
        here = (rows, t, slice(slot.offset, slot.end))
        doubtful = Doubtful(
            values=self.batch.values[here],
            half=self.batch.half[here],
            decimals=self.batch.decimals[here],
            expected=_flat(take(expected, off), len(off)),
            codes=codes[off].reshape(len(off), -1),
            kinds=np.zeros((len(off), slot.forms[0].size), dtype=np.uint8),
        )
        self.verdicts.matches[:, rows, t, slot.line] = try_mistakes(doubtful, self._wrong_ways(wrong))
        try_few_digits(doubtful)
        if not self.brief:
            before = self._rows_before(wrong)
            self.verdicts.source[rows, t, slot.line] = try_slips(doubtful, self.plan.tolerance, before)
        try_tolerance(doubtful, self.plan.tolerance)
        codes[off] = doubtful.codes.reshape(len(off), *slot.shape)
        self.verdicts.kinds[here] = doubtful.kinds
        self.coarse[rows] |= (doubtful.kinds == Slip.FEW_DIGITS).any(axis=1)
        half = place.half.copy()
        half[off] = doubtful.half.reshape(len(off), *slot.shape)
        return half

    def _wrong_ways(self, place: _Place) -> Iterator[tuple[int, Ball]]:
        """Yield what the known mistakes give for a line, worked by the student's own values."""
        for number, way in enumerate(self.plan.mistakes):
            if place.line.field in way.lines:
                wrong = way.lines[place.line.field]
                ball = self._work(wrong.usual, wrong, place, self.latest.written)
                yield number, _flat(ball, len(place.rows))

    def _note_sharp_mistakes(self, place: _Place) -> None:
        """Note which mistakes the lines are to the digit, also where they are right."""
        count = len(place.rows)
        values, half = place.values.reshape(count, -1), place.half.reshape(count, -1)
        for number, ball in self._wrong_ways(place):
            fits = np.all(agrees(values, half, exact(ball.mid)) | np.isnan(values), axis=1)
            self.verdicts.matches[1, place.rows[fits], place.t, place.i] |= np.uint64(1 << number)

    def _rows_before(self, place: _Place) -> Iterator[tuple[int, Array]]:
        """Yield the student's latest rows of the same shape, each with the number of its line from 1."""
        for other in self.batch.layout.usual:
            if other.shape == place.slot.shape:
                found = self.latest.latest_of(other.field, place.line, place.t)
                if found is not None:
                    slot, step = found
                    ball = at(self.latest.written, slot, step, place.rows)
                    yield other.line + 1, _flat(ball, len(place.rows)).mid
                elif other.field in self.plan.start:
                    start = self.plan.start[other.field][None]
                    yield other.line + 1, _flat(exact(start), len(place.rows)).mid

    def _mark_other_forms(self, place: _Place, broken: Mask) -> None:
        """Mark a line that is written in another form, such as a sum for its components."""
        usual = place.slot
        for number, slot in enumerate((usual, *self.batch.layout.others[place.i])):
            forms = slot.forms[number == 0 :]
            values, half = (
                numbers_of(part, slot, place.t, place.rows) for part in (self.batch.values, self.batch.half)
            )
            given = ~np.isnan(values)
            if not forms or not np.any(given):
                continue
            here = (place.rows, place.t, slice(slot.offset, slot.end))
            codes = self.verdicts.codes[here].reshape(values.shape)
            expected = self.verdicts.expected[here].reshape(values.shape)
            if number:
                written = place.rows[np.any(given, axis=tuple(range(1, given.ndim)))]
                self.verdicts.form[written, place.t, place.i] = number
                codes = np.where(given, Code.WRONG, Code.MISSING).astype(np.uint8)
                codes[self.batch.invalid[here].reshape(values.shape)] = Code.INVALID
            fits = np.where(along(broken, values), Code.FOLLOWS, Code.CORRECT)
            for form in forms:
                ball = self._work(form, place.line, place, self.latest.written)
                right = given & agrees(values, half, _tolerant(ball, self.plan.tolerance))
                codes = np.where(right, np.minimum(codes, fits), codes)
                expected = np.where(np.isnan(expected), ball.mid, expected)
            self.verdicts.codes[here] = codes.reshape(len(place.rows), -1)
            self.verdicts.expected[here] = expected.reshape(len(place.rows), -1)

    def _loosened(self, place: _Place, half: Array, expected: Ball) -> Array:
        """Return the half units of those who write too few digits as they write them.

        Where such a number is right it may stand for any that it rounds, as far as the lines before allow.
        """
        coarse = self.coarse[place.rows]
        if not np.any(coarse):
            return half
        decimals = numbers_of(self.batch.decimals, place.slot, place.t, place.rows)
        loose = np.maximum(half, np.minimum(0.5 * 10.0**-decimals, expected.rad))
        return np.where(along(coarse, half), loose, half)

    def _remember(
        self, place: _Place, expected: _Expected, written: Ball, codes: Codes, broken: Mask
    ) -> None:
        """Make a line the latest value of its field: as written, or as it follows where it is missing."""
        own = exact(written.mid) if self.sharp else written
        value = where(place.given, own, expected.written)
        kinds = self._kinds(place)
        wrong = (codes >= Code.SLIP) & (codes <= Code.WRONG) & (kinds != Slip.FEW_DIGITS)
        absent = np.any(~place.given, axis=place.axes)
        self_broken = np.any(wrong | (codes == Code.FOLLOWS), axis=place.axes) | (absent & broken)
        split = np.any(wrong, axis=place.axes)
        intended, intended_broken = value, self_broken
        if np.any(split) or len(expected.split):
            # What stands wrong was meant to follow from what stands before it, slips put right. So was what
            # beside it is only by chance what the reference has.
            meant = _with_rows(expected.written, expected.split, expected.intended)
            follows = agrees(written.mid, written.rad, _tolerant(expected.written, self.plan.tolerance))
            astray = wrong | (along(split, codes) & ~follows)
            rounded = Ball(
                expected.written.mid, expected.written.rad + self._unwritten(place, written, kinds)
            )
            intended = where(place.given, where(astray, rounded, value), meant)
            meant_broken = np.where(absent, self._any(place, self.latest.intended_broken), self_broken)
            intended_broken = np.where(split, broken, meant_broken)
            split = split | (absent & self._any(place, self.latest.split))
        latest, here = self.latest, (place.rows, place.t, place.i)
        latest.put(place.slot, place.t, place.rows, value, intended)
        latest.broken[here], latest.intended_broken[here] = self_broken, intended_broken
        latest.split[here] = split
        latest.changed[here] = np.any(
            (value.rad != own_rad(place, self.sharp)) | ~place.given, axis=place.axes
        )

    def _kinds(self, place: _Place) -> NDArray[np.uint8]:
        here = (place.rows, place.t, slice(place.slot.offset, place.slot.end))
        return self.verdicts.kinds[here].reshape(place.values.shape)

    def _unwritten(self, place: _Place, written: Ball, kinds: NDArray[np.uint8]) -> Array:
        """Return by how much rounding may have moved the values that should have been written.

        As those beside them on the line, but for zeros, whose digits say nothing; ten times that where
        digits of the number itself are not in place. Digits that a program adds to a number, such as
        0.30000000000000004 for 0.3, are not what its writer keeps to: then those of the field in all steps
        count.
        """
        shifted = (kinds == Slip.DECIMAL_POINT) | (kinds == Slip.DIGIT_LOST)
        coarsest = np.where(written.mid != 0, written.rad, 0.0).max(axis=place.axes, keepdims=True)
        usual = along(self._usual_half(place.slot)[place.rows], written.mid)
        coarsest = np.where(coarsest < _NOISE * usual, usual, coarsest)
        units: Array = np.where(shifted, 10.0, 1.0) * np.where(coarsest > 0, coarsest, written.rad)
        return units

    def _usual_half(self, slot: Slot) -> Array:
        """Return the half unit that each student mostly writes a field with: (N,), 0 where it is absent."""
        if slot.line not in self.usual_half:
            half = self.batch.half[..., slot.offset : slot.end].reshape(len(self.batch), -1)
            values = self.batch.values[..., slot.offset : slot.end].reshape(half.shape)
            told = np.where((values != 0) & ~np.isnan(values), half, np.nan)
            here = ~np.isnan(told).all(axis=1)
            usual = np.zeros(len(half))
            usual[here] = np.nanmedian(told[here], axis=1)
            self.usual_half[slot.line] = usual
        return self.usual_half[slot.line]


def own_rad(place: _Place, sharp: bool) -> Array:
    """Return the radii of the values as they stand on the paper."""
    return exact(place.values).rad if sharp else place.half


def _with_rows(ball: Ball, rows: NDArray[np.intp], part: Ball) -> Ball:
    """Return a ball with the values of some hand-ins replaced."""
    if not len(rows):
        return ball
    mid, rad = ball.mid.copy(), ball.rad.copy()
    mid[rows], rad[rows] = part.mid, part.rad
    return Ball(mid, rad)


def _flat(ball: Ball, count: int) -> Ball:
    """Return a ball with its components in a row, for each of some hand-ins."""
    mid, rad = (np.broadcast_to(part, (count, *part.shape[1:])) for part in (ball.mid, ball.rad))
    return Ball(mid.reshape(count, -1), rad.reshape(count, -1))


def _tolerant(ball: Ball, tolerance: Tolerance) -> Ball:
    """Return a ball as wide as the key tolerates, at least."""
    return Ball(ball.mid, np.maximum(ball.rad, tolerance.abs + tolerance.rel * np.abs(ball.mid)))
