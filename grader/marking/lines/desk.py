"""What a person who marks has on the desk: everybody's values, the verdicts so far, one line at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask, Rows
from grader.marking.lines.batch import Batch
from grader.marking.lines.latest import Latest, at, numbers_of
from grader.marking.lines.slips import Numbers
from grader.marking.lines.verdicts import Verdicts
from grader.marking.lines.work import for_each, where, work
from grader.marking.sheets.layout import Slot
from grader.schemas.key import Tolerance
from grader.solver import Form, Line, Plan

Codes = NDArray[np.uint8]


@dataclass(slots=True)
class Place:
    """A line of a step in some hand-ins (`rows`), with what they have written there: (rows, *shape) each."""

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

    @property
    def here(self) -> tuple[Rows, int, slice]:
        """Where the numbers stand in an array (N, T, W)."""
        return self.rows, self.t, self.slot.columns

    def some(self, chosen: NDArray[np.intp]) -> "Place":
        """Return the same line in some of the hand-ins, by their numbers here."""
        values, half, invalid = self.values[chosen], self.half[chosen], self.invalid[chosen]
        return Place(self.line, self.slot, self.t, self.rows[chosen], values, half, invalid)


@dataclass(slots=True)
class Expected:
    """What a line should be: by the written values, and for some hand-ins (`split`) by the intended ones."""

    written: Ball
    split: NDArray[np.intp]
    intended: Ball


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """The values and verdicts of a batch, and how it is looked at (see `grader.marking.lines.walk`)."""

    latest: Latest
    verdicts: Verdicts
    reference: Array
    sharp: bool
    brief: bool

    @property
    def batch(self) -> Batch:
        return self.verdicts.batch

    @property
    def plan(self) -> Plan:
        return self.verdicts.plan

    def place(self, t: int, i: int, rows: Rows) -> Place:
        """Return a line of a step in some hand-ins."""
        slot = self.batch.layout.usual[i]
        values, half = (numbers_of(part, slot, t, rows) for part in (self.batch.values, self.batch.half))
        invalid = self.batch.invalid[rows, t, slot.columns].reshape(values.shape)
        return Place(self.plan.lines[i], slot, t, rows, values, half, invalid)

    def any_parent(self, place: Place, flags: Mask) -> Mask:
        """Tell for whom a flag (N, T, L) is set on any line that this one is worked from: (rows,)."""
        return self.latest.any_parent(flags, place.i, place.t)[place.rows]

    def reference_of(self, place: Place) -> Array:
        return numbers_of(self.reference, place.slot, place.t, place.rows)

    def numbers(self, place: Place, slot: Slot, expected: Ball) -> Numbers:
        """Return what is written in a slot of a line, and what should be there: (rows, size) each."""
        here, batch = (place.rows, place.t, slot.columns), self.batch
        return Numbers(batch.values[here], batch.half[here], batch.decimals[here], flat(expected))

    def work(self, form: Form, line: Line, place: Place, values: Ball) -> Ball:
        """Return what a form of a line gives from these values, for each of the hand-ins: (rows, *shape)."""
        return self._worked(form, place, self.latest.names(line, place.t, place.rows, values))

    def _worked(self, form: Form, place: Place, names: Mapping[str, Ball]) -> Ball:
        ball = work(form, self.plan, self.verdicts.options_of(place.rows), names)
        return for_each(ball, len(place.rows))

    def work_as_written(self, place: Place) -> Ball:
        """Return what a line gives if each number written before stands for everything that rounds to it.

        That holds for numbers of one digit less than the question asks for, too. Numbers of still fewer
        digits are not stretched so far, as anything would follow from them.
        """
        line, latest = place.line, self.latest
        names = latest.names(line, place.t, place.rows, latest.written)
        for name, slot, step in latest.named_parents(line, place.t):
            parts = (self.batch.decimals, self.batch.half, self.batch.values)
            decimals, half, values = (numbers_of(part, slot, step, place.rows) for part in parts)
            ball = names[name]
            room = np.maximum(ball.rad, np.minimum(0.5 * 10.0**-decimals, 10.0 * half))
            names[name] = Ball(ball.mid, np.where(np.isnan(values), ball.rad, room))
        return self._worked(line.usual, place, names)

    def work_with(self, place: Place, as_written: Mapping[tuple[Slot, int], Mask]) -> Ball:
        """Return what a line gives by the intended values, with some numbers of other lines as written.

        `as_written` tells which numbers, (rows, size), of which slot and step these are: (rows, *shape).
        """
        line, latest = place.line, self.latest
        names = latest.names(line, place.t, place.rows, latest.intended)
        for name, slot, step in latest.named_parents(line, place.t):
            if (slot, step) in as_written:
                own = at(latest.written, slot, step, place.rows)
                kept = as_written[slot, step].reshape(own.mid.shape)
                names[name] = where(kept, own, names[name])
        return self._worked(line.usual, place, names)

    def wrong_ways(
        self, place: Place, *, intended: bool = False, form: str | None = None
    ) -> Iterator[tuple[int, Ball]]:
        """Yield each known mistake's number with what it gives for a line, (rows, size).

        It is worked from the student's written values, or from the `intended` ones. The line is taken in its
        usual form, or in the one that is named.
        """
        values = self.latest.intended if intended else self.latest.written
        for number, way in enumerate(self.plan.mistakes):
            if (wrong := way.lines.get(place.line.field)) is not None:
                forms = [wrong.usual] if form is None else [each for each in wrong.forms if each.name == form]
                yield from ((number, flat(self.work(each, wrong, place, values))) for each in forms)

    def store(self, numbers: NDArray[Any], place: Place, part: NDArray[Any]) -> None:
        """Put what was found of a line, (rows, *shape), into an array (N, T, W)."""
        numbers[place.here] = np.broadcast_to(part, place.values.shape).reshape(len(place.rows), -1)


def flat(ball: Ball) -> Ball:
    """Return a ball with the components of each hand-in in a row."""
    return ball.both(lambda part: part.reshape(len(part), -1))


def with_rows(ball: Ball, rows: NDArray[np.intp], part: Ball) -> Ball:
    """Return a ball with the values of some hand-ins replaced."""
    if not len(rows):
        return ball
    mid, rad = ball.mid.copy(), ball.rad.copy()
    mid[rows], rad[rows] = part.mid, part.rad
    return Ball(mid, rad)


def tolerant(ball: Ball, tolerance: Tolerance) -> Ball:
    """Return a ball at least as wide as the key tolerates."""
    return Ball(ball.mid, np.maximum(ball.rad, tolerance.room(ball.mid)))
