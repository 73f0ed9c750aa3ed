"""What stands for every field in every step: the value on the paper, and what should stand there.

Every field has a latest value for each student: the one written, or, where none was handed in, the one
that follows. Beside it stands the *intended* value: where a line is wrong, what should stand there by the
student's own lines. Later lines are tried with both; they show whether the line was only written down
wrong (the student worked on with the intended value) or really worked out wrong.
"""

from collections.abc import Iterator

import numpy as np

from grader.expressions import Array, Ball, Mask, Rows, exact
from grader.marking.lines.batch import Batch
from grader.marking.sheets.layout import Slot
from grader.solver import Line
from grader.solver.laid_out import filled


class Latest:
    """The values of N hand-ins over T steps of W numbers, and what is known of their L lines.

    `written` and `intended` are balls (N, T, W). Of a line, (N, T, L): `broken`, the value carries an error
    of the student's own; `intended_broken`, so does the intended one; `split`, written and intended differ.
    """

    def __init__(self, batch: Batch, *, sharp: bool) -> None:
        own = batch.as_written(sharp=sharp)
        self.batch = batch
        self.written = Ball(np.copy(own.mid), np.copy(own.rad))
        self.intended = Ball(np.copy(own.mid), np.copy(own.rad))
        shape = (*batch.values.shape[:2], len(batch.layout.usual))
        self.broken, self.intended_broken, self.split = (filled(shape, False, np.bool_) for _ in range(3))
        self._given = {name: exact(values) for name, values in batch.given.items()}
        slots = batch.layout.of_field
        self._slots = {**slots, **{kept: slots[field] for kept, field in batch.plan.kept.items()}}

    def parents(self, i: int, t: int) -> Iterator[tuple[Slot, int]]:
        """Yield the slots that a line of a step is worked from, each with the step it was written in."""
        for _, slot, step in self.named_parents(self.batch.plan.lines[i], t):
            yield slot, step

    def named_parents(self, line: Line, t: int) -> Iterator[tuple[str, Slot, int]]:
        """Yield the names of a line that were written down before, each with its slot and step."""
        for name in line.parents:
            step = t - (name in line.previous)
            if step >= 0:
                yield name, self._slots[name], step

    def any_parent(self, flags: Mask, i: int, t: int) -> Mask:
        """Tell for whom a flag (N, T, L) is up on any line that this one is worked from: (N,)."""
        found = np.zeros(len(flags), dtype=np.bool_)
        for slot, step in self.parents(i, t):
            found |= flags[:, step, slot.line]
        return found

    def names(self, line: Line, t: int, rows: Rows | slice, values: Ball) -> dict[str, Ball]:
        """Return the values of a line's names for some hand-ins, of its parents those in `values`.

        (rows, *shape) each, or (1, *shape) where all have the same.
        """
        names = {name: _of_rows(self._input(name, t), rows) for name in line.inputs}
        for name in line.given:
            names[name] = self._given[name][rows]
        for name in line.parents:
            slot, step = self._slots[name], t - (name in line.previous)
            if step < 0:
                names[name] = _of_rows(self.batch.start(slot.field), rows)
            else:
                names[name] = at(values, slot, step, rows)
        return names

    def _input(self, name: str, t: int) -> Array:
        values = self.batch.inputs(name)
        return np.asarray(values[:, t % values.shape[1]])

    def put(self, slot: Slot, t: int, rows: Rows, written: Ball, intended: Ball) -> None:
        """Make these the values of a field from now on, for some hand-ins."""
        for kept, ball in ((self.written, written), (self.intended, intended)):
            slot.of(kept.mid[:, t])[rows] = ball.mid
            slot.of(kept.rad[:, t])[rows] = ball.rad

    def slipped(self, slot: Slot, t: int, rows: Rows) -> None:
        """Let the intended value stand for the written one: that was only a slip of the pen."""
        here = (rows, t, slot.columns)
        self.written.mid[here], self.written.rad[here] = self.intended.mid[here], self.intended.rad[here]
        self.broken[rows, t, slot.line] = self.intended_broken[rows, t, slot.line]
        self.split[rows, t, slot.line] = False

    def worked_on(self, slot: Slot, t: int, rows: Rows) -> None:
        """Let the written value stand for the intended one: the student went on with it."""
        here = (rows, t, slot.columns)
        self.intended.mid[here], self.intended.rad[here] = self.written.mid[here], self.written.rad[here]
        self.intended_broken[rows, t, slot.line] = self.broken[rows, t, slot.line]
        self.split[rows, t, slot.line] = False


def _of_rows(values: Array, rows: Rows | slice) -> Ball:
    """Return some hand-ins' values; what is the same for all stays as it is, with a first axis of one."""
    return exact(values if len(values) == 1 else values[rows])


def at(values: Ball, slot: Slot, t: int, rows: Rows | slice) -> Ball:
    """Return the values of a field in a step, (rows, *shape), from a ball (N, T, W)."""
    return Ball(numbers_of(values.mid, slot, t, rows), numbers_of(values.rad, slot, t, rows))


def numbers_of(values: Array, slot: Slot, t: int, rows: Rows | slice) -> Array:
    """Return some hand-ins' numbers of a field in a step, (rows, *shape), from an array (N, T, W)."""
    return values[rows, t, slot.columns].reshape(-1, *slot.shape)
