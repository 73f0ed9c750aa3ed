"""The hand-ins of a class that work by one method, as arrays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask, exact
from grader.marking.sheets.digits import FULL, decimals_of, few_decimals, half_units
from grader.marking.sheets.habits import Habits, habits_of
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.sheet import Sheet
from grader.solver import Plan
from grader.solver.laid_out import filled, laid_out

ABSENT = (np.nan, float(FULL), 0.0, False)  # what stands in each of a batch's `numbers` where nothing does


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """N hand-ins over T steps of W numbers: `values`, `decimals` and `half` (half units) are (N, T, W).

    A value is NaN where none was handed in; `invalid` is also set where one was handed in but cannot be read.
    `given` has the constants that the students state, or their defaults: (N,) each. `few` (N,) has the
    decimals of those who write too few digits throughout, and infinity for the others. `varied` has each
    student's own start values (N, *shape) and inputs (N, T or 1, *shape).
    """

    layout: Layout
    values: Array
    decimals: Array
    half: Array
    invalid: Mask
    given: dict[str, Array]
    few: Array
    varied: dict[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def plan(self) -> Plan:
        return self.layout.plan

    @property
    def numbers(self) -> tuple[NDArray[Any], ...]:
        """The arrays (N, T, W), which hold all that is known of the written numbers."""
        return self.values, self.decimals, self.half, self.invalid

    def habits(self) -> Habits:
        """Return how each student writes numbers."""
        return habits_of(self.values, self.decimals, self.plan.digits)

    def as_written(self, *, sharp: bool) -> Ball:
        """Return the values as balls, (N, T, W): half a unit wide, or, `sharp`, as they stand."""
        return exact(self.values) if sharp else Ball(self.values, self.half)

    def moved(self, move: Callable[[NDArray[Any]], NDArray[Any]], varied: Mapping[str, Array]) -> "Batch":
        """Return the batch with each array of its `numbers` moved, and with other `varied` values."""
        values, decimals, half, invalid = map(move, self.numbers)
        return replace(
            self, values=values, decimals=decimals, half=half, invalid=invalid, varied=dict(varied)
        )

    def take(self, rows: NDArray[np.intp]) -> "Batch":
        """Return the batch of some of the hand-ins."""
        taken = self.moved(
            lambda numbers: laid_out(numbers[rows]), {name: own[rows] for name, own in self.varied.items()}
        )
        given = {name: values[rows] for name, values in self.given.items()}
        return replace(taken, given=given, few=self.few[rows])

    def put(self, rows: NDArray[np.intp], other: "Batch", chosen: NDArray[np.intp]) -> None:
        """Replace the numbers and constants of some hand-ins by those `chosen` from another batch."""
        for own, theirs in zip(self.numbers, other.numbers, strict=True):
            own[rows] = theirs[chosen]
        for name, values in other.given.items():
            self.given[name][rows] = values[chosen]

    def labels(self, row: int, t: int) -> list[tuple[str, int]]:
        """Return the counters of a step of a hand-in, the outermost loop first."""
        of_steps = {loop: self.inputs(loop) for loop in self.layout.plan.loops}
        return [(loop, int(numbers[row % len(numbers), t])) for loop, numbers in of_steps.items()]

    def start(self, name: str) -> Array:
        """Return the start values of a field: (N, *shape), or (1, *shape) where all have the same."""
        return self.varied[name] if name in self.varied else self.layout.plan.start[name][None]

    def inputs(self, name: str) -> Array:
        """Return an input or constant: (N, T, *shape), with 1 for N or T where all have the same."""
        return self.varied[name] if name in self.varied else self.layout.plan.inputs[name][None]


def make_batch(sheets: Sequence[Sheet], own: Mapping[str, Array] | None = None) -> Batch:
    """Put sheets of one layout on top of each other; `own` are their students' own values, as drawn."""
    layout = sheets[0].layout
    values = laid_out(np.stack([sheet.row for sheet in sheets]))
    decimals = decimals_of(values)
    invalid = filled(values.shape, False, np.bool_)
    for i, sheet in enumerate(sheets):
        if sheet.decimals:
            decimals[i].flat[list(sheet.decimals)] = list(sheet.decimals.values())
        if sheet.invalid:
            invalid[i].flat[list(sheet.invalid)] = True
    given = {
        name: np.array([sheet.given.get(name, asked.default) for sheet in sheets])
        for name, asked in layout.plan.given.items()
    }
    half = np.empty_like(values)
    for t in range(layout.steps):  # for all at once it would take three times the room of what comes of it
        half[:, t] = half_units(values[:, t], decimals[:, t], layout.plan.digits)
    for i, sheet in enumerate(sheets):
        if sheet.half:
            half[i].flat[list(sheet.half)] = list(sheet.half.values())
    few = few_decimals(values, decimals, half)
    # A zero shows no digits; where all others have two decimals it is 0.00.
    zeros = (values == 0) & np.isfinite(few)[:, None, None]
    decimals = np.where(zeros, np.maximum(decimals, few[:, None, None]), decimals)
    varied = layout.plan.spread(own or {})
    return Batch(layout, values, decimals, half, invalid, given, few, varied)
