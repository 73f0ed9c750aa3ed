"""Two values of every field in every step: the one on the paper, and the one that should stand there.

The *written* value is what the student wrote, or what follows where nothing was handed in. The *intended*
value differs from it where a line is wrong: it is what should stand there by the student's own lines. Later
lines are tried with both. They show whether the line was only written down wrong (the student worked on with
the intended value) or really worked out wrong.
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

    `written` and `intended` are balls (N, T, W). The flags of lines are (N, T, L): `broken` where the written
    value carries an error of the student's own, `intended_broken` where the intended one does, `split` where
    the two values differ.
    """

    def __init__(self, batch: Batch, *, sharp: bool) -> None:
        own = batch.as_written(sharp=sharp)
        self.batch = batch
        self.written, self.intended = own.both(np.copy), own.both(np.copy)
        shape = (*batch.values.shape[:2], len(batch.layout.usual))
        self.broken, self.intended_broken, self.split = (filled(shape, False, np.bool_) for _ in range(3))
        self._given = {name: exact(values) for name, values in batch.given.items()}
        slots = batch.layout.of_field
        self._slots = {**slots, **{kept: slots[field] for kept, field in batch.plan.kept.items()}}

    def parents(self, i: int, t: int) -> Iterator[tuple[Slot, int]]:
        """Yield the slots that a line of a step is worked from, each with its step."""
        for _, slot, step in self.named_parents(self.batch.plan.lines[i], t):
            yield slot, step

    def named_parents(self, line: Line, t: int) -> Iterator[tuple[str, Slot, int]]:
        """Yield the names in a line that stand for earlier lines, each with its slot and step."""
        for name in line.parents:
            step = t - (name in line.previous)
            if step >= 0:
                yield name, self._slots[name], step

    def any_parent(self, flags: Mask, i: int, t: int) -> Mask:
        """Tell for whom a flag (N, T, L) is set on any line that this one is worked from: (N,)."""
        found = np.zeros(len(flags), dtype=np.bool_)
        for slot, step in self.parents(i, t):
            found |= flags[:, step, slot.line]
        return found

    def names(self, line: Line, t: int, rows: Rows | slice, values: Ball) -> dict[str, Ball]:
        """Return the values of a line's names for some hand-ins; those of earlier lines are in `values`.

        Each is (rows, *shape), or (1, *shape) where all have the same.
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
        """Set the two values of a field in a step, for some hand-ins."""
        for kept, ball in ((self.written, written), (self.intended, intended)):
            slot.of(kept.mid[:, t])[rows] = ball.mid
            slot.of(kept.rad[:, t])[rows] = ball.rad

    def slipped(self, slot: Slot, t: int, rows: Rows) -> None:
        """Put the intended value in place of the written one, which was only a slip of the pen."""
        here = (rows, t, slot.columns)
        self.written.mid[here], self.written.rad[here] = self.intended.mid[here], self.intended.rad[here]
        self.broken[rows, t, slot.line] = self.intended_broken[rows, t, slot.line]
        self.split[rows, t, slot.line] = False

    def worked_on(self, slot: Slot, t: int, rows: Rows) -> None:
        """Put the written value in place of the intended one: the student went on with what is written."""
        here = (rows, t, slot.columns)
        self.intended.mid[here], self.intended.rad[here] = self.written.mid[here], self.written.rad[here]
        self.intended_broken[rows, t, slot.line] = self.broken[rows, t, slot.line]
        self.split[rows, t, slot.line] = False


def _of_rows(values: Array, rows: Rows | slice) -> Ball:
    """Return the values of some hand-ins; a value that all share keeps its first axis of one."""
    return exact(values if len(values) == 1 else values[rows])


def at(values: Ball, slot: Slot, t: int, rows: Rows | slice) -> Ball:
    """Return the values of a field in a step, (rows, *shape), from a ball (N, T, W)."""
    return values.both(lambda part: numbers_of(part, slot, t, rows))


def numbers_of(values: Array, slot: Slot, t: int, rows: Rows | slice) -> Array:
    """Return some hand-ins' numbers of a field in a step, (rows, *shape), from an array (N, T, W)."""
    return values[rows, t, slot.columns].reshape(-1, *slot.shape)
