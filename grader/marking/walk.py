"""The walk: step by step, line by line, each line against what follows from the student's own lines.

Every field has a latest value for each student: the one written, or, where none was handed in, the one
that follows. Beside it stands the *intended* value: where a line is wrong, what should stand there by the
student's own lines. Later lines are tried with both; they show whether the line was only written down
wrong (the student worked on with the intended value) or really worked out wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, exact
from grader.marking.batch import Batch, Mask
from grader.marking.layout import Slot
from grader.marking.reference import references
from grader.marking.verdicts import Code, Verdicts, empty_verdicts
from grader.marking.work import Options, along, take, where, work
from grader.schemas.key import Tolerance
from grader.solver import Line


def mark_batch(batch: Batch, options: Options) -> Verdicts:
    """Mark every line of every hand-in, given the options that each student chose: (N,) a group."""
    walk = _Walk(batch, options, empty_verdicts(batch, options), references(batch, options))
    with np.errstate(all="ignore"):
        for t in range(batch.layout.steps):
            for i in range(len(batch.layout.usual)):
                walk.line(t, i)
    return walk.verdicts


def agrees(written: Array, half: Array, expected: Ball, tolerance: Tolerance | None = None) -> Mask:
    """Tell where a written value is what is expected, within what rounding explains on both sides.

    With a tolerance, also within that beside the written digits.
    """
    apart = np.abs(written - expected.mid)
    own = half + ULPS * np.abs(expected.mid)
    tight: Mask = apart <= own + expected.rad
    if tolerance is None:
        return tight
    loose: Mask = apart <= own + tolerance.abs + tolerance.rel * np.abs(expected.mid)
    return tight | loose


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
    def __init__(self, batch: Batch, options: Options, verdicts: Verdicts, reference: Array) -> None:
        self.batch = batch
        self.plan = batch.layout.plan
        self.options = options
        self.verdicts = verdicts
        self.reference = reference
        count = len(batch)
        self.given = {name: exact(values) for name, values in batch.given.items()}
        none = np.zeros(count, dtype=np.bool_)
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
        right = agrees(values, half, expected.written, self.plan.tolerance)
        if np.any(given & ~right) or len(expected.rows):
            right_intended = self._settle_slips(line, expected, values, half, right)
        else:
            right_intended = right
        broken = self._any(line, "broken")
        codes = self._codes(slot, t, given, right, right_intended, broken)
        slot.of(self.verdicts.codes[:, t])[...] = codes
        slot.of(self.verdicts.expected[:, t])[...] = expected.written.mid
        self._mark_other_forms(line, i, t, broken)
        self._mark_hollow(slot, i, t, values, codes)
        self._remember(line, t, expected, Ball(values, half), given, codes, broken)

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

    def _settle_slips(self, line: Line, expected: _Expected, values: Array, half: Array, right: Mask) -> Mask:
        """Return which components agree with the intended values; decide what later lines have shown.

        A line that fits the intended values of its parents better than the written ones shows a slip of
        the pen there; one that fits the written ones better shows that the student worked on with them.
        """
        rows = expected.rows
        right_intended = right.copy()
        if not len(rows):
            return right_intended
        right_intended[rows] = agrees(values[rows], half[rows], expected.intended, self.plan.tolerance)
        axes = tuple(range(1, values.ndim))
        given = ~np.isnan(values[rows])
        tight = [
            np.sum(given & agrees(values[rows], half[rows], ball), axis=axes)
            for ball in (take(expected.written, rows), expected.intended)
        ]
        for name in line.parents:
            parent = self.latest[name]
            torn = parent.split[rows]
            self._slipped(name, rows[torn & (tight[1] > tight[0])])
            self._worked_on(name, rows[torn & (tight[0] > tight[1])])
        return right_intended

    def _slipped(self, name: str, rows: NDArray[np.intp]) -> None:
        """Note that students worked on with the intended value: what they wrote was a slip of the pen."""
        if not len(rows):
            return
        parent = self.latest[name]
        slot = next(slot for slot in self.batch.layout.usual if slot.field == name)
        codes = slot.of(self.verdicts.codes[:, parent.step])
        codes[rows] = np.where(codes[rows] == Code.WRONG, Code.SLIP, codes[rows])
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

    def _codes(
        self, slot: Slot, t: int, given: Mask, right: Mask, right_intended: Mask, broken: Mask
    ) -> NDArray[np.uint8]:
        codes = np.where(right | right_intended, Code.CORRECT, Code.WRONG).astype(np.uint8)
        doubtful = along(broken, codes) | (codes == Code.WRONG)
        if np.any(doubtful):
            values, half = slot.of(self.batch.values[:, t]), slot.of(self.batch.half[:, t])
            reference = exact(slot.of(self.reference[:, t]))
            agreed = agrees(values, half, reference, self.plan.tolerance)
            codes[doubtful & agreed] = Code.CORRECT
            follows = along(broken, codes) & right & ~agreed
            codes[follows] = Code.FOLLOWS
        codes[~given] = Code.MISSING
        codes[slot.of(self.batch.invalid[:, t])] = Code.INVALID
        return codes

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
                right = given & agrees(values, half, ball, self.plan.tolerance)
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

    def _remember(
        self,
        line: Line,
        t: int,
        expected: _Expected,
        written: Ball,
        given: Mask,
        codes: NDArray[np.uint8],
        broken: Mask,
    ) -> None:
        axes = tuple(range(1, codes.ndim))
        value = where(given, written, expected.written)
        wrong = codes == Code.WRONG
        off = wrong | (codes == Code.FOLLOWS)
        absent = np.any(~given, axis=axes)
        self_broken = np.any(off, axis=axes) | (absent & broken)
        split = np.any(wrong, axis=axes)
        intended, intended_broken = value, self_broken
        if np.any(split) or len(expected.rows):
            meant = _with_rows(expected.written, expected.rows, expected.intended, len(codes))
            intended = where(wrong | ~given, meant, value)
            inherited = self._any(line, "intended_broken")
            intended_broken = np.where(split, inherited, self_broken)
            split = split | (absent & self._any(line, "split"))
        self.latest[line.field] = _Latest(value, intended, self_broken, intended_broken, split, t)


def _with_rows(ball: Ball, rows: NDArray[np.intp], part: Ball, count: int) -> Ball:
    """Return a ball for all hand-ins, with the values of some replaced."""
    if not len(rows):
        return ball
    mid, rad = (np.broadcast_to(array, (count, *array.shape[1:])).copy() for array in (ball.mid, ball.rad))
    mid[rows], rad[rows] = part.mid, part.rad
    return Ball(mid, rad)


def _mask(rows: NDArray[np.intp], count: int) -> Mask:
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask
