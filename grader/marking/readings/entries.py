"""What tells in which order the entries of a table were worked, in passes that go through it again and again.

Two kinds of lines tell it. A line worked from values that the step before has updated shows which step that
was; a line worked from the table shows which entry it uses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np

from grader.expressions import Array, Ball, Rows, exact
from grader.marking.lines.explain import agrees
from grader.marking.lines.verdicts import Verdicts
from grader.marking.lines.work import names_of_all_steps, where, work
from grader.marking.sheets.layout import Layout, Slot
from grader.solver import Line

_MOST_ENTRIES = 5  # there are 120 orders of so many

Lines = tuple[tuple[Line, Slot], ...]
Names = dict[str, Ball]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The innermost loop, which goes through a table of `count` entries in each of some `passes`.

    `linked` are the lines that are worked from what the step before has updated, `fed` the lines that are
    worked from the table. `orders` (K, count) are all orders of the entries, the key's first.
    """

    loop: str
    count: int
    passes: int
    linked: Lines
    fed: Lines
    orders: Rows


@lru_cache(maxsize=64)
def find_entries(layout: Layout) -> Entries | None:
    """Return the entries of a layout's table, if it has one that may be gone through in any order."""
    plan = layout.plan
    if len(plan.loops) < 2 or plan.stop is not None:
        return None
    loop, count = list(plan.loops.items())[-1]
    table = {name for name in plan.rounds if name not in plan.loops and plan.loop_of(name) == loop}
    linked = tuple((line, slot) for line, slot in layout.pairs() if line.previous)
    fed = tuple((line, slot) for line, slot in layout.pairs() if table.intersection(line.inputs))
    if not linked or not fed or not 1 < count <= _MOST_ENTRIES:
        return None
    orders = np.array(list(permutations(range(count))))
    return Entries(loop, count, layout.steps // count, linked, fed, orders)


class Evidence:
    """Counts what the lines of some hand-ins tell of the order in which their steps were worked."""

    def __init__(self, verdicts: Verdicts, rows: Rows, entries: Entries) -> None:
        self.entries = entries
        self.batch = verdicts.batch.take(rows)
        self.plan = self.batch.plan
        self.rows, self.steps = np.arange(len(rows)), np.arange(self.batch.layout.steps)
        self.there = ~np.asarray(np.all(np.isnan(self.batch.values), axis=2))
        self._options = verdicts.options_of(rows)
        self._own = self.batch.as_written(sharp=False)
        self._first = (self.steps // entries.count * entries.count)[:, None]  # step of each one's pass

    def links(self) -> Array:
        """Return how many lines of each step follow from each other step: (rows, passes, entries, 2 entries).

        The last axis has the steps of the pass before, and then those of the same pass.
        """
        after = self._first + np.arange(-self.entries.count, self.entries.count)
        return self._counted(self.entries.linked, after, self._after)

    def inputs(self) -> Array:
        """Return how many lines of each step are worked from each entry: (rows, passes, entries, entries)."""
        return self._counted(self.entries.fed, self._first + np.arange(self.entries.count), self._inputs)

    def _counted(self, lines: Lines, steps: Rows, others: Callable[[Line, Rows], Names]) -> Array:
        """Return how many whole lines follow by the values that `others` takes from steps (T, ways)."""
        count = np.zeros((len(self.rows), *steps.shape))
        for line, slot in lines:
            names = names_of_all_steps(self.batch, line, self._own)
            own = {name: ball[:, :, None] for name, ball in names.items()}
            ball = work(line.usual, self.plan, self._options, own | others(line, steps), leading=3)
            values, half = (slot.of(part)[:, :, None] for part in (self.batch.values, self.batch.half))
            fits = agrees(values, half, ball)
            count += np.all(fits, axis=tuple(range(3, fits.ndim)))
        return count.reshape(len(self.rows), self.entries.passes, self.entries.count, -1)

    def _after(self, line: Line, steps: Rows) -> Names:
        """Return what a line would be worked from after these steps; after step -1, the start values."""
        names = {}
        for name in line.previous:
            slot = self.batch.layout.of_field[self.plan.field_of(name)]
            start = exact(self.batch.start(slot.field)[:, None, None])
            begins = (steps < 0).reshape(*steps.shape, *(1,) * len(slot.shape))
            names[name] = where(begins, start, self._own[:, steps].both(slot.of))
        return names

    def _inputs(self, line: Line, steps: Rows) -> Names:
        """Return what the loops give a line in these steps."""
        given = [name for name in line.inputs if name in self.plan.rounds]
        return {name: exact(self.batch.inputs(name)[:, steps]) for name in given}
