"""Where each number of a hand-in stands, in one row of numbers for each step of a plan.

A step has slots side by side for all forms of all lines. A field that is written in one form leaves the slots
of its other forms empty (NaN).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Shape
from grader.solver import Form, Line, Plan

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slot:
    """The place of a field, written in one shape, within a step; `forms` are all its forms of this shape."""

    line: int
    field: str
    shape: Shape
    forms: tuple[Form, ...]
    offset: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.offset

    @property
    def columns(self) -> slice:
        """The places of its numbers in an array whose last axis is the width of a step."""
        return slice(self.offset, self.end)

    def of(self, rows: NDArray[T]) -> NDArray[T]:
        """Return this slot's numbers, in their own shape, from an array whose last axis is a step's width."""
        return rows[..., self.columns].reshape(*rows.shape[:-1], *self.shape)


def columns_of(slots: Iterable[Slot]) -> NDArray[np.intp]:
    """Return the places of some slots' numbers in an array whose last axis is the width of a step."""
    return np.concatenate([np.arange(slot.offset, slot.end) for slot in slots])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layout:
    """The slots of a plan. `usual` has one for each line, `of_lines` those of all its forms, this one first.

    `of_field` finds a usual slot by its field, `index` a step by its labels. `names` are all keys that a step
    may have, `columns` the places of the usual slots' numbers within a step. `values_in` returns the values
    of all lines in a step that was handed in.
    """

    plan: Plan
    usual: tuple[Slot, ...]
    of_lines: tuple[tuple[Slot, ...], ...]
    width: int
    of_field: Mapping[str, Slot]
    index: Mapping[tuple[int, ...], int]
    names: frozenset[str]
    columns: NDArray[np.intp]
    values_in: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    @property
    def steps(self) -> int:
        return len(self.plan.steps)

    def pairs(self) -> Iterator[tuple[Line, Slot]]:
        """Yield every line with its usual slot, in the key's order."""
        yield from zip(self.plan.lines, self.usual, strict=True)

    def slots(self) -> Iterator[Slot]:
        """Return every slot, those of further forms after the usual one."""
        return chain.from_iterable(self.of_lines)


def make_layout(plan: Plan) -> Layout:
    """Lay the forms of a plan's lines side by side; forms of one line and shape share a slot."""
    offset = 0
    of_lines: list[tuple[Slot, ...]] = []
    for number, line in enumerate(plan.lines):
        forms = (line.usual, *line.forms)
        slots = []
        for shape in dict.fromkeys(form.shape for form in forms):
            alike = tuple(form for form in forms if form.shape == shape)
            slots.append(Slot(number, line.field, shape, alike, offset, offset + alike[0].size))
            offset = slots[-1].end
        of_lines.append(tuple(slots))
    usual = tuple(slots[0] for slots in of_lines)
    of_field = {slot.field: slot for slot in usual}
    index = {tuple(step.values()): t for t, step in enumerate(plan.steps)}
    names = frozenset((*plan.loops, *(line.field for line in plan.lines)))
    columns = columns_of(usual)
    values_in = itemgetter(*(slot.field for slot in usual))
    return Layout(plan, usual, tuple(of_lines), offset, of_field, index, names, columns, values_in)
