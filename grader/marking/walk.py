"""The walk: step by step, line by line, each line against what follows from the student's own lines.

Every field has a latest value for each student: the one written, or, where none was handed in, the one
that follows. Beside it stands the *intended* value: where a line is wrong, what should stand there by the
student's own lines. Later lines are tried with both; they show whether the line was only written down
wrong (the student worked on with the intended value) or really worked out wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, exact
from grader.marking.batch import Batch, Mask
from grader.marking.explain import Doubtful, agrees, try_few_digits, try_mistakes, try_slips, try_tolerance
from grader.marking.filler import take_back
from grader.marking.in_a_row import only_slips, slips_explain
from grader.marking.layout import Slot
from grader.marking.reference import references
from grader.marking.slips import Slip
from grader.marking.verdicts import Code, Verdicts, empty_verdicts
from grader.marking.work import Options, along, take, where, work
from grader.schemas.key import Tolerance
from grader.solver import Line


def mark_batch(batch: Batch, options: Options, *, sharp: bool = False, brief: bool = False) -> Verdicts:
    """Mark every line of every hand-in, given the options that each student chose: (N,) a group.

    `sharp` takes it that the students worked on with exactly what they wrote; `brief` does not look for
    slips of the pen, for those who only want to know which way fits.
    """
    walk = _Walk(batch, options, sharp=sharp, brief=brief)
    end = _end(batch)
    with np.errstate(all="ignore"):
        for t in range(end):
            for i in range(len(batch.layout.usual)):
                walk.line(t, i)
    walk.verdicts.codes[:, end:] = Code.MISSING
    if not brief:
        take_back(walk.verdicts, walk.repeats)
    return walk.verdicts


def _end(batch: Batch) -> int:
    """Return the first step from which on nobody wrote anything."""
    written = (~np.isnan(batch.values) | batch.invalid).any(axis=(0, 2))
    return int(np.flatnonzero(written)[-1]) + 1 if written.any() else 0


_IN_PLACE = (Slip.SIGN, Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST)  # the other digits are
_HABIT = 0.25  # of the numbers written: with so many of too few digits it is how somebody writes


@dataclass(slots=True)
class _Latest:
    """What a field's value is now, for every student.

    `broken`: the value carries an error of the student's own; `split`: written and intended differ;
    `step`: where it was written.
    """

    written: Ball
    intended: Ball
    broken: Mask
    intended_broken: Mask
    split: Mask
    step: int = -1


@dataclass(slots=True)
class _Expected:
    """What a line should be: from the written values and, for `rows` only, from the intended ones."""

    written: Ball
    rows: NDArray[np.intp]
    intended: Ball


class _Walk:
    def __init__(self, batch: Batch, options: Options, *, sharp: bool, brief: bool) -> None:
        self.batch = batch
        self.plan = batch.layout.plan
        self.options = options
        self.sharp = sharp
        self.brief = brief
        self.verdicts = empty_verdicts(batch, options)
        self.reference = references(batch, options)
        count = len(batch)
        self.given = {name: exact(values) for name, values in batch.given.items()}
        none = np.zeros(count, dtype=np.bool_)
        self.repeats = np.zeros_like(self.verdicts.hollow)  # lines that only repeat the student's own numbers
        self.coarse = np.zeros(count, dtype=np.bool_)  # who wrote a number with too few digits
        self.latest = {
            name: _Latest(exact(value[None]), exact(value[None]), none, none, none)
            for name, value in self.plan.start.items()
        }

    def line(self, t: int, i: int) -> None:
        """Mark one line of one step for everybody and make it the latest value of its field."""
        line, slot = self.plan.lines[i], self.batch.layout.usual[i]
        expected = self._expected(line, t)
        values = slot.of(self.batch.values[:, t])
        half = slot.of(self.batch.half[:, t])
        given = ~np.isnan(values)
        right = agrees(values, half, expected.written)
        sound = np.zeros(values.shape, dtype=np.bool_)
        if len(expected.rows):
            intended = self._settle_slips(line, t, expected, values, half)
            right |= intended
            self._settle_slips_in_a_row(line, slot, t, expected, right)
            # What would be the same without the error does not stand on it.
            sound = intended & ~along(self._any(line, "intended_broken"), values)
        broken = self._any(line, "broken")
        shaky = along(broken, values) & ~sound
        slot.of(self.verdicts.expected[:, t])[...] = expected.written.mid
        self._note_sharp(i, t, values, half, expected.written)
        codes = self._codes(slot, t, given, right, shaky)
        if np.any(codes == Code.WRONG):
            half = self._explain(line, slot, t, expected.written, codes)
            self._note_what_follows(slot, t, codes, shaky)
        slot.of(self.verdicts.codes[:, t])[...] = codes
        if self.sharp:
            self._note_sharp_mistakes(line, i, t)
        self._mark_other_forms(line, i, t, broken)
        self._mark_hollow(slot, i, t, values, codes)
        self._note_repeats(line, i, t, values, codes)
        half = self._loosened(slot, t, half, expected.written)
        self._remember(slot, t, expected, Ball(values, half), codes, broken)

    def _note_sharp(self, i: int, t: int, values: Array, half: Array, expected: Ball) -> None:
        blunt = np.abs(values - expected.mid) > half + ULPS * np.abs(expected.mid)
        self.verdicts.sharp[:, t, i] = ~np.any(blunt, axis=tuple(range(1, values.ndim)))

    def _note_sharp_mistakes(self, line: Line, i: int, t: int) -> None:
        """Note which mistakes everybody's line is to the digit, also where it is right."""
        slot = self.batch.layout.usual[i]
        values = self.batch.values[:, t, slot.offset : slot.end]
        half = self.batch.half[:, t, slot.offset : slot.end]
        for number, ball in self._wrong_ways(line, t, np.arange(len(self.batch))):
            fits = np.all(agrees(values, half, exact(ball.mid)) | np.isnan(values), axis=1)
            self.verdicts.matches[1, fits, t, i] |= np.uint64(1 << number)

    def _names(self, line: Line, t: int, kind: str, rows: NDArray[np.intp] | None = None) -> dict[str, Ball]:
        names = {
            name: exact(self.plan.inputs[name][t % len(self.plan.inputs[name])][None]) for name in line.inputs
        }
        names |= {name: self.given[name] for name in line.given}
        names |= {name: getattr(self.latest[name], kind) for name in line.parents}
        return names if rows is None else {name: take(ball, rows) for name, ball in names.items()}

    def _expected(self, line: Line, t: int) -> _Expected:
        written = work(line.usual, self.plan, self.options, self._names(line, t, "written"))
        rows = np.flatnonzero(self._any(line, "split"))
        intended = written
        if len(rows):
            names = self._names(line, t, "intended", rows)
            some = {group: chosen[rows] for group, chosen in self.options.items()}
            intended = work(line.usual, self.plan, some, names)
        return _Expected(written, rows, intended)

    def _any(self, line: Line, flag: str) -> Mask:
        result = np.zeros(len(self.batch), dtype=np.bool_)
        for name in line.parents:
            result |= getattr(self.latest[name], flag)
        return result

    def _settle_slips(self, line: Line, t: int, expected: _Expected, values: Array, half: Array) -> Mask:
        """Return which components agree with the intended values; decide what this line has shown.

        A line that fits the intended values of its parents better than the written ones shows a slip of
        the pen there: from now on they count, for this line too. One that fits the written ones better
        shows that the student worked on with them.
        """
        rows = expected.rows
        axes = tuple(range(1, values.ndim))
        own, own_half = values[rows], half[rows]
        fits = [
            np.sum(agrees(own, own_half, ball), axis=axes)
            for ball in (take(expected.written, rows), expected.intended)
        ]
        slipped, worked_on = fits[1] > fits[0], fits[0] > fits[1]
        partly = slipped & (fits[1] < np.sum(~np.isnan(own), axis=axes))
        if np.any(partly):
            slipped[partly] &= ~self._mistaken(line, t, rows[partly], own[partly], own_half[partly])
        for name in line.parents:
            torn = self.latest[name].split[rows]
            self._slipped(name, rows[torn & slipped])
            self._worked_on(name, rows[torn & worked_on])
        right = np.zeros(values.shape, dtype=np.bool_)
        right[rows] = agrees(own, own_half, expected.intended)
        chosen = Ball(expected.intended.mid[slipped], expected.intended.rad[slipped])
        expected.written = _with_rows(expected.written, rows[slipped], chosen, len(values))
        expected.intended = where(along(worked_on, own), take(expected.written, rows), expected.intended)
        return right

    def _settle_slips_in_a_row(
        self, line: Line, slot: Slot, t: int, expected: _Expected, right: Mask
    ) -> None:
        """Find lines with a slip that were worked from what should have stood where there is a slip before.

        Who negates a step and then the sum of it has gone on with the intended step all the same.
        """
        rows = expected.rows
        some = ~np.all(right[rows], axis=tuple(range(1, right.ndim))) & self._after_slips(line, rows)
        if self.brief or not np.any(some):
            return
        chosen = rows[some]
        written, meant = (
            take(expected.written, chosen),
            Ball(expected.intended.mid[some], expected.intended.rad[some]),
        )
        accepted = slips_explain(self.batch, slot, t, chosen, meant)
        accepted &= ~slips_explain(self.batch, slot, t, chosen, written)
        values, half = (slot.of(array[chosen, t]) for array in (self.batch.values, self.batch.half))
        if np.any(accepted):
            accepted &= ~self._mistaken(line, t, chosen, values, half)
        chosen, meant = chosen[accepted], Ball(meant.mid[accepted], meant.rad[accepted])
        for name in line.parents:
            self._slipped(name, chosen[self.latest[name].split[chosen]])
        expected.written = _with_rows(expected.written, chosen, meant, len(right))
        right[chosen] = agrees(values[accepted], half[accepted], meant)

    def _after_slips(self, line: Line, rows: NDArray[np.intp]) -> Mask:
        """Tell who has slips, and nothing worse, in what the line is worked from: (rows,)."""
        after = np.ones(len(rows), dtype=np.bool_)
        for name in line.parents:
            parent = self.latest[name]
            torn = parent.split[rows]
            if np.any(torn):
                after &= ~torn | only_slips(self.verdicts, name, parent.step, rows)
        return after

    def _mistaken(self, line: Line, t: int, rows: NDArray[np.intp], values: Array, half: Array) -> Mask:
        """Tell which lines are, as a whole, a known mistake made with the written values."""
        values, half = values.reshape(len(rows), -1), half.reshape(len(rows), -1)
        mistaken = np.zeros(len(rows), dtype=np.bool_)
        for _, ball in self._wrong_ways(line, t, rows):
            mistaken |= np.all(agrees(values, half, ball) | np.isnan(values), axis=1)
        return mistaken

    def _slipped(self, name: str, rows: NDArray[np.intp]) -> None:
        """Note that students worked on with the intended value: what they wrote was a slip of the pen."""
        if not len(rows):
            return
        parent = self.latest[name]
        slot = next(slot for slot in self.batch.layout.usual if slot.field == name)
        codes = slot.of(self.verdicts.codes[:, parent.step])
        expected = slot.of(self.verdicts.expected[:, parent.step])
        expected[rows] = parent.intended.mid[rows]
        kinds = slot.of(self.verdicts.kinds[:, parent.step])
        # Only written down wrong, then, even where it looks like a known mistake.
        few = kinds[rows] == Slip.FEW_DIGITS
        plain = (codes[rows] == Code.WRONG) | ((codes[rows] == Code.MISTAKE) & ~few)
        kinds[rows] = np.where(plain, Slip.UNUSED, kinds[rows])
        codes[rows] = np.where(plain, Code.SLIP, codes[rows])
        self.verdicts.matches[:, rows, parent.step, slot.line] = 0
        chosen = _mask(rows, len(self.batch))
        parent.written = where(along(chosen, parent.written.mid), parent.intended, parent.written)
        parent.broken = np.where(chosen, parent.intended_broken, parent.broken)
        parent.split = parent.split & ~chosen

    def _worked_on(self, name: str, rows: NDArray[np.intp]) -> None:
        """Note that students worked on with what they wrote."""
        if not len(rows):
            return
        parent = self.latest[name]
        chosen = _mask(rows, len(self.batch))
        parent.intended = where(along(chosen, parent.written.mid), parent.written, parent.intended)
        parent.intended_broken = np.where(chosen, parent.broken, parent.intended_broken)
        parent.split = parent.split & ~chosen

    def _codes(self, slot: Slot, t: int, given: Mask, right: Mask, shaky: Mask) -> NDArray[np.uint8]:
        """Return the verdicts by what rounding explains: from the student's own values, or the reference."""
        codes = np.where(right, Code.CORRECT, Code.WRONG).astype(np.uint8)
        doubtful = shaky | ~right
        if np.any(doubtful):
            values, half = slot.of(self.batch.values[:, t]), slot.of(self.batch.half[:, t])
            agreed = agrees(values, half, exact(slot.of(self.reference[:, t])))
            codes[doubtful & agreed] = Code.CORRECT
            self._note_what_follows(slot, t, codes, shaky)
        codes[~given] = Code.MISSING
        codes[slot.of(self.batch.invalid[:, t])] = Code.INVALID
        return codes

    def _note_what_follows(self, slot: Slot, t: int, codes: NDArray[np.uint8], shaky: Mask) -> None:
        """Turn correct into follows where a number stands on an error and is not what the reference has."""
        right = shaky & (codes == Code.CORRECT)
        if np.any(right):
            values, half = slot.of(self.batch.values[:, t]), slot.of(self.batch.half[:, t])
            reference, tolerance = slot.of(self.reference[:, t]), self.plan.tolerance
            room = half + tolerance.abs + tolerance.rel * np.abs(reference)
            codes[right & (np.abs(values - reference) > room)] = Code.FOLLOWS

    def _explain(self, line: Line, slot: Slot, t: int, expected: Ball, codes: NDArray[np.uint8]) -> Array:
        """Find out why some hand-ins are off here; return the half units with what that changes in them."""
        axes = tuple(range(1, codes.ndim))
        rows = np.flatnonzero(np.any(codes == Code.WRONG, axis=axes))
        here = (rows, t, slice(slot.offset, slot.end))
        doubtful = Doubtful(
            values=self.batch.values[here],
            half=self.batch.half[here],
            decimals=self.batch.decimals[here],
            expected=_flat(take(expected, rows), len(rows)),
            codes=codes[rows].reshape(len(rows), -1),
            kinds=np.zeros((len(rows), slot.forms[0].size), dtype=np.uint8),
        )
        self.verdicts.matches[:, rows, t, slot.line] = try_mistakes(doubtful, self._wrong_ways(line, t, rows))
        try_few_digits(doubtful, self._sparing[rows])
        if not self.brief:
            before = self._rows_before(slot, rows)
            self.verdicts.source[rows, t, slot.line] = try_slips(doubtful, self.plan.tolerance, before)
        try_tolerance(doubtful, self.plan.tolerance)
        codes[rows] = doubtful.codes.reshape(len(rows), *slot.shape)
        self.verdicts.kinds[here] = doubtful.kinds
        self.coarse[rows] |= self._sparing[rows] & (doubtful.kinds == Slip.FEW_DIGITS).any(axis=1)
        half = slot.of(self.batch.half[:, t]).copy()
        half[rows] = doubtful.half.reshape(len(rows), *slot.shape)
        return half

    @cached_property
    def _sparing(self) -> Mask:
        """Tell who writes too few digits as a habit: (N,). Anyone has a number that ends in zeros."""
        short = (0.5 * 10.0**-self.batch.decimals > self.batch.half) & (self.batch.values != 0)
        given = ~np.isnan(self.batch.values)
        sparing: Mask = (short & given).sum(axis=(1, 2)) > _HABIT * given.sum(axis=(1, 2))
        return sparing

    def _wrong_ways(self, line: Line, t: int, rows: NDArray[np.intp]) -> Iterator[tuple[int, Ball]]:
        """Yield what the known mistakes give for a line, worked by the student's own values."""
        options = {group: chosen[rows] for group, chosen in self.options.items()}
        for number, way in enumerate(self.plan.mistakes):
            if line.field in way.lines:
                wrong = way.lines[line.field]
                ball = work(wrong.usual, self.plan, options, self._names(wrong, t, "written", rows))
                yield number, _flat(ball, len(rows))

    def _rows_before(self, slot: Slot, rows: NDArray[np.intp]) -> Iterator[tuple[int, Array]]:
        """Yield the student's latest rows of the same shape, each with the number of its line from 1."""
        for i, other in enumerate(self.batch.layout.usual):
            if other.shape == slot.shape and other.field in self.latest:
                yield i + 1, _flat(take(self.latest[other.field].written, rows), len(rows)).mid

    def _mark_other_forms(self, line: Line, i: int, t: int, broken: Mask) -> None:
        """Mark a line that is written in another form, such as a sum for its components."""
        usual = self.batch.layout.usual[i]
        for number, slot in enumerate((usual, *self.batch.layout.others[i])):
            forms = slot.forms[number == 0 :]
            values, half = slot.of(self.batch.values[:, t]), slot.of(self.batch.half[:, t])
            given = ~np.isnan(values)
            if not forms or not np.any(given):
                continue
            codes = slot.of(self.verdicts.codes[:, t])
            expected = slot.of(self.verdicts.expected[:, t])
            if number:
                self.verdicts.form[np.any(given, axis=tuple(range(1, given.ndim))), t, i] = number
                codes[...] = np.where(given, Code.WRONG, Code.MISSING)
                codes[slot.of(self.batch.invalid[:, t])] = Code.INVALID
            fits = np.where(along(broken, values), Code.FOLLOWS, Code.CORRECT)
            for form in forms:
                ball = work(form, self.plan, self.options, self._names(line, t, "written"))
                right = given & agrees(values, half, _tolerant(ball, self.plan.tolerance))
                codes[...] = np.where(right, np.minimum(codes, fits), codes)
                expected[...] = np.where(np.isnan(expected), ball.mid, expected)

    def _mark_hollow(self, slot: Slot, i: int, t: int, values: Array, codes: NDArray[np.uint8]) -> None:
        follows = codes == Code.FOLLOWS
        if not np.any(follows):
            return
        axes = tuple(range(1, values.ndim))
        reference = slot.of(self.reference[:, t])
        zero = np.all(values == 0, axis=axes) & np.any(reference != 0, axis=axes) & np.any(follows, axis=axes)
        self.verdicts.hollow[:, t, i] = zero

    def _note_repeats(self, line: Line, i: int, t: int, values: Array, codes: NDArray[np.uint8]) -> None:
        """Note the lines that would earn something and in which nothing stands but numbers before them."""
        if self.brief or not line.parents:
            return
        earning = (codes == Code.FOLLOWS) | (codes == Code.MISTAKE)
        rows = np.flatnonzero(np.any(earning, axis=tuple(range(1, codes.ndim))))
        if not len(rows):
            return
        own = values[rows].reshape(len(rows), -1)
        parents = [_flat(take(self.latest[name].written, rows), len(rows)).mid for name in line.parents]
        before = np.concatenate(parents, axis=1)
        same = (own[:, :, None] == before[:, None, :]).any(axis=2) | np.isnan(own)
        self.repeats[rows, t, i] = same.all(axis=1)

    def _loosened(self, slot: Slot, t: int, half: Array, expected: Ball) -> Array:
        """Return the half units of those who write too few digits as they write them.

        Where such a number is right it may stand for any that it rounds, as far as the lines before allow.
        """
        if not np.any(self.coarse):
            return half
        written = 0.5 * 10.0 ** -slot.of(self.batch.decimals[:, t])
        loose = np.maximum(half, np.minimum(written, expected.rad))
        return np.where(along(self.coarse, half), loose, half)

    def _remember(
        self, slot: Slot, t: int, expected: _Expected, written: Ball, codes: NDArray[np.uint8], broken: Mask
    ) -> None:
        """Make a line the latest value of its field: as written, or as it follows where it is missing."""
        line = self.plan.lines[slot.line]
        axes = tuple(range(1, codes.ndim))
        given = ~np.isnan(written.mid)
        own = exact(written.mid) if self.sharp else _known(written, expected.written)
        value = where(given, own, expected.written)
        coarse = (slot.of(self.verdicts.kinds[:, t]) == Slip.FEW_DIGITS) & along(self.coarse, codes)
        wrong = (codes >= Code.SLIP) & (codes <= Code.WRONG) & ~coarse
        absent = np.any(~given, axis=axes)
        self_broken = np.any(wrong | (codes == Code.FOLLOWS), axis=axes) | (absent & broken)
        split = np.any(wrong, axis=axes)
        intended, intended_broken = value, self_broken
        if np.any(split) or len(expected.rows):
            # What stands wrong was meant to follow from what stands before it, slips put right. So was what
            # beside it is only by chance what the reference has.
            meant = _with_rows(expected.written, expected.rows, expected.intended, len(codes))
            follows = agrees(written.mid, written.rad, _tolerant(expected.written, self.plan.tolerance))
            astray = wrong | (along(split, codes) & ~follows)
            rounded = Ball(
                expected.written.mid,
                expected.written.rad + self._unwritten(slot, t, written, expected.written.mid),
            )
            intended = where(given, where(astray, rounded, value), meant)
            meant_broken = np.where(absent, self._any(line, "intended_broken"), self_broken)
            intended_broken = np.where(split, broken, meant_broken)
            split = split | (absent & self._any(line, "split"))
        self.latest[line.field] = _Latest(value, intended, self_broken, intended_broken, split, t)

    def _unwritten(self, slot: Slot, t: int, written: Ball, meant: Array) -> Array:
        """Return by how much rounding may have moved the values that should have been written.

        As much as the number that stands there, where its digits are in place; ten times that where the
        decimal point is not. A number in its place for another reason is written like it and those beside it:
        with as many decimals, or as many significant digits. Zeros, and rows from elsewhere, say nothing of
        the digits: then it is as the coarsest on the line.
        """
        kinds = slot.of(self.verdicts.kinds[:, t])
        axes = tuple(range(1, written.mid.ndim))
        some = written.mid != 0
        coarsest = np.where(some, written.rad, 0.0).max(axis=axes, keepdims=True)
        coarsest = np.where(coarsest > 0, coarsest, written.rad)
        finest = np.where(some, written.rad, np.inf).min(axis=axes, keepdims=True)
        leading = [np.floor(np.log10(np.abs(values))) for values in (meant, written.mid)]
        larger = np.where(some & (meant != 0), leading[0] - leading[1], 0.0)
        alike = np.maximum(written.rad * 10.0 ** np.maximum(larger, 0.0), finest)
        elsewhere = ~some | np.isin(kinds, (Slip.EXCHANGED, Slip.COPIED))
        units: Array = np.where(elsewhere, coarsest, alike)
        units = np.where(np.isin(kinds, _IN_PLACE), written.rad, units)
        return np.where(kinds == Slip.DECIMAL_POINT, 10.0 * written.rad, units)


def _with_rows(ball: Ball, rows: NDArray[np.intp], part: Ball, count: int) -> Ball:
    """Return a ball for all hand-ins, with the values of some replaced."""
    if not len(rows):
        return ball
    mid, rad = (np.broadcast_to(array, (count, *array.shape[1:])).copy() for array in (ball.mid, ball.rad))
    mid[rows], rad[rows] = part.mid, part.rad
    return Ball(mid, rad)


def _known(written: Ball, expected: Ball) -> Ball:
    """Return written values with how far from them those can be that they were rounded from.

    No farther than half a unit; nor, where they follow, than what follows is known: a whole number that comes
    from whole numbers was not rounded at all.
    """
    room = np.abs(written.mid - expected.mid) + expected.rad + ULPS * np.abs(expected.mid)
    follows = agrees(written.mid, written.rad, expected)
    return Ball(written.mid, np.where(follows, np.minimum(written.rad, room), written.rad))


def _flat(ball: Ball, count: int) -> Ball:
    """Return a ball with its components in a row, for each of some hand-ins."""
    mid, rad = (np.broadcast_to(part, (count, *part.shape[1:])) for part in (ball.mid, ball.rad))
    return Ball(mid.reshape(count, -1), rad.reshape(count, -1))


def _tolerant(ball: Ball, tolerance: Tolerance) -> Ball:
    """Return a ball as wide as the key tolerates, at least."""
    return Ball(ball.mid, np.maximum(ball.rad, tolerance.abs + tolerance.rel * np.abs(ball.mid)))


def _mask(rows: NDArray[np.intp], count: int) -> Mask:
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask
