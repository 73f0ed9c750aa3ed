"""Two methods of a question that differ in when they update: after each entry, or once for all of them.

The first goes through the entries by its innermost loop; the second has them as the rows of its constants. A
field that is worked for each entry has that many rows in the second method. Fields that are updated, and
totals over all entries, have the same shape in both.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.sheets.layout import Layout, Slot
from grader.solver import Plan

T = TypeVar("T", bound=np.generic)

BETTER = 0.5  # of the wrong numbers, that may still be wrong in a reading with another order of work


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """`each` has a step for every one of `count` entries, `whole` one step for all of them.

    Fields that both methods have are pairs of their slots, in `each` and in `whole`: `rows` are worked for
    every entry, `updated` are those that a later step is worked from, `summed` are totals.
    """

    each: Layout
    whole: Layout
    count: int
    rows: tuple[tuple[Slot, Slot], ...]
    updated: tuple[tuple[Slot, Slot], ...]
    summed: tuple[tuple[Slot, Slot], ...]

    @property
    def inner(self) -> str:
        """The name of the loop over the entries."""
        return list(self.each.plan.loops)[-1]

    def by_pass(self, numbers: NDArray[T]) -> NDArray[T]:
        """Return numbers of all steps, (..., T, W), with the entries on an axis of their own."""
        return numbers.reshape(*numbers.shape[:-2], -1, self.count, numbers.shape[-1])


@lru_cache(maxsize=64)
def find_passes(layouts: tuple[Layout, ...]) -> Passes | None:
    """Return the first two of a question's methods that differ so."""
    for each in layouts:
        for whole in layouts:
            if each is not whole and (passes := _passes(each, whole)) is not None:
                return passes
    return None


def _passes(each: Layout, whole: Layout) -> Passes | None:
    loops = list(each.plan.loops.items())
    if len(loops) != len(whole.plan.loops) + 1 or dict(loops[:-1]) != dict(whole.plan.loops):
        return None
    (_, count) = loops[-1]
    if whole.plan.stop or each.plan.stop or not _same_entries(each.plan, whole.plan, count):
        return None
    others = whole.of_field
    both = [(slot, others[slot.field]) for slot in each.usual if slot.field in others]
    rows = tuple(pair for pair in both if pair[1].shape == (count, *pair[0].shape))
    alike = [pair for pair in both if pair[1].shape == pair[0].shape]
    updated = updated_fields(each.plan) & updated_fields(whole.plan)
    kept = tuple(pair for pair in alike if pair[0].field in updated)
    summed = tuple(pair for pair in alike if pair[0].field not in updated)
    return Passes(each, whole, count, rows, kept, summed) if rows and kept else None


def _same_entries(each: Plan, whole: Plan, count: int) -> bool:
    """Tell whether the entries that one method goes through are the rows of the other."""
    own = [name for name in each.rounds if name not in each.loops]
    return bool(own) and all(_same(each.whole(name), whole.whole(name), count) for name in own)


def _same(entries: Array | None, rows: Array | None, count: int) -> bool:
    return entries is not None and rows is not None and len(rows) == count and np.array_equal(entries, rows)


def updated_fields(plan: Plan) -> frozenset[str]:
    """Return the fields of which some line uses the value from the step before."""
    return frozenset(plan.field_of(name) for line in plan.lines for name in line.previous)
