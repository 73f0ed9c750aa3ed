"""Lines that are worked rightly, but from other values than those that count.

Those are the start values, or the inputs of another round of a loop. Who begins each pass anew, or takes
the input of another sample, has made one error that a person sees at once. The line stays wrong; what it was
worked from is named.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask, Rows, exact
from grader.marking.lines.batch import Batch
from grader.marking.lines.explain import agrees
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts, at_fault, unexplained
from grader.marking.lines.work import Options, names_of_all_steps, work
from grader.marking.sheets.layout import Slot
from grader.solver import Line, Plan

_MOST_ROUNDS = 8  # of a loop; with more of them one fits by chance

Names = dict[str, Ball]


def note_taken_from(verdicts: Verdicts) -> None:
    """Name the wrong lines that are what the start values, or the inputs of another round, give.

    In a step the first line with such a value is charged; those after it with the same ones follow.
    """
    plan = verdicts.batch.layout.plan
    nowhere: Mask = np.zeros(verdicts.codes.shape[:2], dtype=np.bool_)
    charged: dict[tuple[Slip, int, str], Mask] = defaultdict(nowhere.copy)
    touched = nowhere.copy()
    for line, slot in verdicts.batch.layout.pairs():
        if not line.previous and not inputs_of_rounds(plan, line):
            continue
        open_ = wrong_lines(verdicts, slot)
        # What follows from such a value may look like something else: no update, or one the other way.
        rows, steps = np.nonzero(open_ | (touched & at_fault(verdicts.of(slot)[0]).any(axis=2)))
        if not len(rows):
            continue
        wrong = WrongLines(verdicts, line, slot, rows, steps)
        for kind, number, others in _others(verdicts.batch, line):
            found = wrong.given_by(kind, others)
            values = [charged[kind, number, plan.field_of(name)] for name in others]
            again = found & np.all([steps_of[rows, steps] for steps_of in values], axis=0)
            found &= again | open_[rows, steps]
            wrong.note(kind, number, found & ~again)
            wrong.follow(again)
            for steps_of in (*values, touched):
                steps_of[rows[found], steps[found]] = True


@dataclass(slots=True)
class WrongLines:
    """Lines of one field in some steps of some hand-ins, each by its row and its step, that are wrong.

    They are worked from what the hand-ins have, or from `fields` (N, T, W).
    """

    verdicts: Verdicts
    line: Line
    slot: Slot
    rows: NDArray[np.intp]
    steps: NDArray[np.intp]
    fields: Ball | None = field(default=None, kw_only=True)
    names: Names = field(init=False)
    usual: Ball = field(init=False)
    left: Mask = field(init=False)

    def __post_init__(self) -> None:
        batch = self.verdicts.batch
        fields = batch.as_written(sharp=False) if self.fields is None else self.fields
        self.names = self._of(names_of_all_steps(batch, self.line, fields))
        self.usual = self.work({})
        self.left = np.ones(len(self.rows), dtype=np.bool_)

    def work(self, others: Names, ways: Options | None = None) -> Ball:
        """Return what the lines should be with these values in place of the own ones: (lines, *shape).

        `ways` are options (lines,) in place of the hand-ins' own.
        """
        return self.work_with(self._of(others), ways)

    def work_with(self, own: Names, ways: Options | None = None) -> Ball:
        """Do as `work` with values that are those of each of the lines: (lines, *shape)."""
        plan, options = self.verdicts.batch.layout.plan, self.verdicts.options_of(self.rows)
        ball = work(self.line.usual, plan, {**options, **(ways or {})}, self.names | own)
        # What nothing of the student's is in was worked once for all.
        shape = (len(self.rows), *ball.mid.shape[1:])
        return Ball(np.broadcast_to(ball.mid, shape), np.broadcast_to(ball.rad, shape))

    def _of(self, names: Names) -> Names:
        """Return the values of names, (N or 1, T or 1, *shape), that each of the lines is worked from."""
        shape = self.verdicts.batch.values.shape[:2]
        return {
            name: Ball(self._at(ball.mid, shape), self._at(ball.rad, shape)) for name, ball in names.items()
        }

    def _at(self, part: Array, shape: tuple[int, ...]) -> Array:
        return np.broadcast_to(part, (*shape, *part.shape[2:]))[self.rows, self.steps]

    def given_by(self, kind: Slip, others: Names) -> Mask:
        """Tell of which lines, of those left, it is that these other values give them: (lines,)."""
        found: Mask = self.left & self.explained(self.work(others))
        # In the first step nothing has been updated yet.
        return found & ((kind != Slip.FROM_START) | (self.steps > 0))

    def written(self) -> tuple[Array, Array]:
        """Return what the lines are and half a unit of each number: (lines, *shape)."""
        slot, batch = self.slot, self.verdicts.batch
        here = (self.rows, self.steps, slot.columns)
        return batch.values[here].reshape(-1, *slot.shape), batch.half[here].reshape(-1, *slot.shape)

    def first_written(self, groups: Rows) -> Mask:
        """Tell which of the lines are not, number by number, one before it of the same group: (lines,)."""
        values = self.written()[0].reshape(len(groups), -1)
        _, first = np.unique(np.column_stack([groups, values]), axis=0, return_index=True)
        return np.isin(np.arange(len(groups)), first)

    def codes(self) -> NDArray[np.uint8]:
        """Return the verdicts on the lines' numbers so far: (lines, numbers)."""
        return self.verdicts.codes[self.rows, self.steps, self.slot.columns]

    def explained(self, ball: Ball) -> Mask:
        """Tell which of the lines are these values and not what they should be: (lines,).

        Where the student's own values may give it too, others explain nothing: by some choices a line does
        not use them, and where something is not handed in anything may fit. One digit, such as an index or a
        label, is like another by chance.
        """
        values, _ = self.written()
        decimals = self.verdicts.batch.decimals[self.rows, self.steps, self.slot.columns]
        digit: Mask = np.all((decimals <= 0) & (np.abs(values.reshape(decimals.shape)) < 10), axis=1)
        return self.agrees(ball) & ~self.agrees(self.usual) & ~(digit & (self.slot.size == 1))

    def agrees(self, ball: Ball) -> Mask:
        """Tell which of the lines are these values: (lines,)."""
        values, half = self.written()
        fits: Mask = np.all(agrees(values, half, ball), axis=tuple(range(1, values.ndim)))
        return fits

    def chance(self, ball: Ball) -> Array:
        """Return how likely a line that is wrong is so near to these values, as a power of ten: (lines,).

        That is how much of the way from what it should be rounding leaves open, in the number that tells
        most.
        """
        values, half = self.written()
        with np.errstate(all="ignore"):  # numbers of any size may have been written
            share = (half + ball.rad) / np.abs(values - self.usual.mid)
            power = np.log10(np.clip(np.nan_to_num(share, nan=1.0, posinf=1.0), 1e-9, 1.0))
        least: Array = power.reshape(len(values), -1).min(axis=1)
        return least

    def note(self, kind: Slip, number: int, found: Mask) -> None:
        """Note what these lines are worked from; what looks like a slip in them does so by chance."""
        verdicts, slot = self.verdicts, self.slot
        self.left &= ~found
        place = (self.rows[found], self.steps[found], slot.columns)
        codes = verdicts.codes[place]
        off = (codes == Code.WRONG) | (codes == Code.SLIP)
        verdicts.codes[place] = np.where(off, Code.WRONG, codes)
        verdicts.kinds[place] = np.where(off, kind, verdicts.kinds[place])
        verdicts.source[(*place[:2], slot.line)] = number

    def follow(self, found: Mask) -> None:
        """Let these lines follow from an error that is charged already."""
        self.left &= ~found
        place = (self.rows[found], self.steps[found], self.slot.columns)
        codes = self.verdicts.codes[place]
        off = at_fault(codes)
        self.verdicts.codes[place] = np.where(off, Code.FOLLOWS, codes)
        self.verdicts.kinds[place] = np.where(off, Slip.NONE, self.verdicts.kinds[place])
        self.verdicts.matches[:, self.rows[found], self.steps[found], self.slot.line] = 0


def inputs_of_rounds(plan: Plan, line: Line) -> list[str]:
    """Return what a line is worked from that the innermost loop with inputs gives."""
    given = [name for name in line.inputs if name in plan.rounds and name not in plan.loops]
    given = [name for name in given if np.array_equal(plan.rounds[name], plan.rounds[given[-1]])]
    few = not given or len(np.unique(plan.rounds[given[0]])) <= _MOST_ROUNDS
    return given if few else []


def wrong_lines(verdicts: Verdicts, slot: Slot, slips: tuple[Slip, ...] = ()) -> Mask:
    """Tell which lines have something wrong in them without another cause, or such a slip: (N, T)."""
    wrong: Mask = np.any(unexplained(*verdicts.of(slot), slips), axis=2)
    wrong &= verdicts.form[..., slot.line] == 0
    return wrong


def _others(batch: Batch, line: Line) -> Iterator[tuple[Slip, int, Names]]:
    """Yield other values for a line's names, with the kind and, of a round, its number."""
    plan = batch.layout.plan
    if line.previous:
        fields = {name: plan.field_of(name) for name in line.previous}
        yield Slip.FROM_START, 0, {name: exact(batch.start(of)[:, None]) for name, of in fields.items()}
    given = inputs_of_rounds(plan, line)
    rounds = plan.rounds[given[0]] if given else np.zeros(0, dtype=np.intp)
    for number in np.unique(rounds).tolist():
        step = int(np.argmax(rounds == number))
        inputs = {name: exact(batch.inputs(name)[:, step : step + 1]) for name in given}
        yield Slip.FROM_ROUND, number, inputs
