"""Wrong lines of one field, worked again with other values: the tool of everything that diagnoses them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask, Rows, every
from grader.marking.lines.explain import agrees
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts, unexplained
from grader.marking.lines.work import Options, for_each, names_of_all_steps, work
from grader.marking.sheets.layout import Slot
from grader.solver import Line

Names = dict[str, Ball]


def wrong_lines(verdicts: Verdicts, slot: Slot, slips: tuple[Slip, ...] = ()) -> Mask:
    """Tell which lines have a number wrong for no known reason, or with one of some `slips`: (N, T)."""
    wrong: Mask = np.any(unexplained(*verdicts.of(slot), slips), axis=2)
    wrong &= verdicts.form[..., slot.line] == 0
    return wrong


@dataclass(slots=True)
class WrongLines:
    """Some wrong lines of one field, each by the row of its hand-in and its step.

    They are worked from what the hand-ins have, or from `fields` (N, T, W).
    `names` has what each line is worked from, `usual` what it should be, `left` which are not explained yet.
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
        """Return what the lines give with `others`, (N or 1, T or 1, *shape), as names: (lines, *shape).

        `ways` are options (lines,) that replace the hand-ins' own.
        """
        return self.work_with(self._of(others), ways)

    def work_with(self, own: Names, ways: Options | None = None) -> Ball:
        """Do the same as `work` with values that are given for each of the lines: (lines, *shape)."""
        plan, options = self.verdicts.plan, self.verdicts.options_of(self.rows)
        ball = work(self.line.usual, plan, {**options, **(ways or {})}, self.names | own)
        return for_each(ball, len(self.rows))

    def _of(self, names: Names) -> Names:
        """Return for each line the values of names that are (N or 1, T or 1, *shape)."""
        shape = self.verdicts.batch.values.shape[:2]

        def at(part: Array) -> Array:
            return np.broadcast_to(part, (*shape, *part.shape[2:]))[self.rows, self.steps]

        return {name: ball.both(at) for name, ball in names.items()}

    def written(self) -> tuple[Array, Array]:
        """Return what is written in the lines, and half a unit of each number: (lines, *shape) each."""
        slot, batch = self.slot, self.verdicts.batch
        here = (self.rows, self.steps, slot.columns)
        return batch.values[here].reshape(-1, *slot.shape), batch.half[here].reshape(-1, *slot.shape)

    def first_written(self, groups: Rows) -> Mask:
        """Tell which lines do not repeat, number by number, an earlier line of the same group: (lines,)."""
        values = self.written()[0].reshape(len(groups), -1)
        _, first = np.unique(np.column_stack([groups, values]), axis=0, return_index=True)
        return np.isin(np.arange(len(groups)), first)

    def codes(self) -> NDArray[np.uint8]:
        """Return the verdicts on the lines' numbers so far: (lines, numbers)."""
        return self.verdicts.codes[self.rows, self.steps, self.slot.columns]

    def explained(self, ball: Ball) -> Mask:
        """Tell which of the lines agree with these values and not with what they should be: (lines,).

        Where a line agrees with both, the other values explain nothing: by some choices a line does not use
        them, and where something is not handed in anything may fit. A single digit, such as an index or a
        label, agrees by chance.
        """
        values, _ = self.written()
        decimals = self.verdicts.batch.decimals[self.rows, self.steps, self.slot.columns]
        digit: Mask = np.all((decimals <= 0) & (np.abs(values.reshape(decimals.shape)) < 10), axis=1)
        return self.agrees(ball) & ~self.agrees(self.usual) & ~(digit & (self.slot.size == 1))

    def agrees(self, ball: Ball) -> Mask:
        """Tell which of the lines agree with these values: (lines,)."""
        values, half = self.written()
        return every(agrees(values, half, ball))

    def chance(self, ball: Ball) -> Array:
        """Return how likely a wrong line is as near to these values by chance, as a power of ten: (lines,).

        Measured is the part that rounding leaves open of the distance from what the line should be, in the
        number that tells most.
        """
        values, half = self.written()
        with np.errstate(all="ignore"):  # numbers of any size may have been written
            share = (half + ball.rad) / np.abs(values - self.usual.mid)
            power = np.log10(np.clip(np.nan_to_num(share, nan=1.0, posinf=1.0), 1e-9, 1.0))
        least: Array = power.min(axis=tuple(range(1, power.ndim)))
        return least

    def turn(self, found: Mask, some: tuple[Code, ...], code: Code, kind: Slip) -> None:
        """Explain these lines: their numbers with one of some verdicts get another one, of a kind."""
        self.left &= ~found
        here = (self.rows[found], self.steps[found], self.slot.columns)
        codes, kinds = self.verdicts.codes[here], self.verdicts.kinds[here]
        off = np.isin(codes, some)
        self.verdicts.codes[here], self.verdicts.kinds[here] = (
            np.where(off, code, codes),
            np.where(off, kind, kinds),
        )

    def note(self, kind: Slip, number: int, found: Mask) -> None:
        """Note what these lines were worked from; what looks like a slip in them does so by chance.

        `number` says more where the kind needs it, such as which round or which term.
        """
        self.turn(found, (Code.SLIP, Code.WRONG), Code.WRONG, kind)
        self.verdicts.source[self.rows[found], self.steps[found], self.slot.line] = number

    def follow(self, found: Mask) -> None:
        """Let these lines follow from an error that is charged already."""
        self.turn(found, (Code.SLIP, Code.MISTAKE, Code.WRONG), Code.FOLLOWS, Slip.NONE)
        self.verdicts.matches[:, self.rows[found], self.steps[found], self.slot.line] = 0
