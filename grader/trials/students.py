"""Made-up students: each works the exercise by its equations, rounds, and may get a line wrong.

A hand-in is made from the *equations* with a fault put in, never from the reference with its numbers changed.
So it is what a person would have written, with so many decimals or significant digits, rounded or cut off.
Many students work at once: arrays have them on their first axis.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Real, Rows, Tree, evaluate
from grader.solver import Plan
from grader.solver.solve import holds

# A hair is added before cutting: 0.3 is 0.3 on paper and 0.29999999999999998 in the machine.
_HAIR = 1e-6
_EXACT = 22  # 10^22 is the largest power of ten that a double holds exactly
_MOST = 1e15  # units of the last digit; a larger number is written with all digits of the machine

Place = tuple[int, str]  # the number of a step, and a field
Change = Callable[[Array], Array]


class Practice(StrEnum):
    """What a student works on with: the rounded value, all digits, now this and now that, or a cut value."""

    CARRY = "carry"
    FULL = "full"
    MIXED = "mixed"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding to so many decimals or significant digits; None writes all digits of the machine."""

    digits: int | None = None
    significant: bool = False
    practice: Practice = Practice.CARRY

    def in_words(self) -> str:
        """Return "4 decimals, carried on"."""
        how = {
            Practice.CARRY: "carried on",
            Practice.FULL: "worked on with all digits",
            Practice.MIXED: "now carried on, now not",
            Practice.CUT: "cut off and carried on",
        }[self.practice]
        if self.digits is None:
            return "all digits"
        what = "significant digits" if self.significant else "decimals"
        return f"{self.digits} {what}, {how}"


def round_each(values: Array, roundings: Sequence[Rounding]) -> Array:
    """Return what each of N students, with a rounding of their own, writes for a value: (N, *shape)."""
    digits = np.array([np.nan if each.digits is None else each.digits for each in roundings], dtype=float)
    significant = np.array([each.significant for each in roundings])
    cut = np.array([each.practice == Practice.CUT for each in roundings])
    along = (slice(None), *(None,) * (values.ndim - 1))
    with np.errstate(all="ignore"):
        size = np.abs(values)
        leading = np.floor(np.log10(np.where(size == 0, 1.0, size)))
        places = np.where(significant[along], digits[along] - 1 - leading, digits[along])
        scaled = values * 10.0**places
        whole = np.where(cut[along], np.trunc(scaled + np.sign(scaled) * _HAIR), np.rint(scaled))
        # A quotient by a power of ten is the double nearest to the decimal number; a product is not.
        written = np.where(places > 0, whole / 10.0**places, whole * 10.0**-places)
    for place in zip(*np.nonzero((np.abs(places) > _EXACT) & np.isfinite(places)), strict=True):
        written[place] = (
            float(f"{values[place]:.{int(digits[place[0]]) - 1}e}") if significant[place[0]] else 0.0
        )
    rounds = np.isfinite(places) & np.isfinite(written) & (np.abs(scaled) < _MOST)
    return np.where(rounds, written, values) + 0.0  # no -0


EXACT = Rounding()


@dataclass(frozen=True, slots=True)
class Student:
    """A student who works a plan by some choice and constants.

    `faults` are fields that are worked by another tree, in the steps of `when`, or in all steps if that is
    None. `errors` change what is worked out. `slips` change what is written, but not what the student works
    on with. `seed` draws what a mixed practice carries on.
    """

    choice: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    rounding: Rounding = EXACT
    faults: Mapping[str, Tree] = field(default_factory=dict)
    when: frozenset[int] | None = None
    errors: Mapping[Place, Change] = field(default_factory=dict)
    slips: Mapping[Place, Change] = field(default_factory=dict)
    seed: int = 0

    def errs(self, t: int, name: str) -> bool:
        """Tell whether the student gets a line of a step wrong."""
        return name in self.faults and (self.when is None or t in self.when)


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """What students wrote, by field: (N, T, *shape).

    `shows`, of the same shapes, tells the numbers whose written digits differ from those of the right line,
    worked from the same values. `steps` (N,) is how many steps each has worked, if the plan stops at a
    condition.
    """

    plan: Plan
    students: Sequence[Student]
    written: Mapping[str, Array]
    shows: Mapping[str, Mask]
    steps: NDArray[np.intp]

    def answer(self, i: int) -> dict[str, Any]:
        """Return a student's answer to the question, as it is handed in.

        A line without a finite value, as after a division by zero, is left out.
        """
        steps = [
            {**labels, **{name: _written(values[i, t]) for name, values in self.written.items()}}
            for t, labels in enumerate(self.plan.steps[: self.steps[i]])
        ]
        given = self.plan.default_given | dict(self.students[i].given)
        return {"method": self.plan.method, "given": given, "steps": steps}

    def places(self, i: int) -> set[Place]:
        """Return the lines that a student's faults change."""
        return {
            (int(t), name)
            for name, shows in self.shows.items()
            for t in np.flatnonzero(shows[i, : self.steps[i]].reshape(self.steps[i], -1).any(axis=1))
        }


def write_pages(plan: Plan, students: Sequence[Student]) -> Pages:
    """Let all students work the plan, step by step and line by line."""
    desk = _Desk(plan, students)
    with np.errstate(all="ignore"):
        for t in range(len(plan.steps)):
            desk.begin(t)
            for number in range(len(plan.lines)):
                desk.line(t, number)
            if desk.all_stop(t):
                break
    return Pages(plan, students, desk.written, desk.shows, desk.steps)


def _written(values: Array) -> Any:
    return values.tolist() if np.all(np.isfinite(values)) else None


class _Desk:
    def __init__(self, plan: Plan, students: Sequence[Student]) -> None:
        self.plan, self.students = plan, students
        self.roundings = [student.rounding for student in students]
        given = [plan.default_given | dict(student.given) for student in students]
        self.choices = [plan.default_choice | dict(student.choice) for student in students]
        self.values: dict[str, Array] = {
            name: np.array([each[name] for each in given]) for name in plan.given
        }
        self.values |= {name: value[None] for name, value in plan.start.items()}
        shape = (len(students), len(plan.steps))
        self.written = {line.field: np.zeros((*shape, *line.shape)) for line in plan.lines}
        self.shows = {line.field: np.zeros((*shape, *line.shape), dtype=np.bool_) for line in plan.lines}
        self.steps = np.full(len(students), len(plan.steps))
        # Who carries on what, for each step and line.
        self.carries = np.array([self._carries(student) for student in students])

    def _carries(self, student: Student) -> Mask:
        shape = (len(self.plan.steps), len(self.plan.lines))
        if student.rounding.practice == Practice.MIXED:
            return np.random.default_rng(student.seed).random(shape) < 0.5
        return np.full(shape, student.rounding.practice != Practice.FULL)

    def begin(self, t: int) -> None:
        """Lay out what a step is worked from: its inputs, and the values that it will replace."""
        self.values |= {name: array[t % len(array)][None] for name, array in self.plan.inputs.items()}
        self.values |= {kept: self.values[name] for kept, name in self.plan.kept.items()}

    def all_stop(self, t: int) -> bool:
        """Stop students whose own numbers meet the condition after a step; tell whether all have stopped."""
        stop = self.plan.stop
        if stop is None:
            return False
        trees = {i: stop.tree(choice) for i, choice in enumerate(self.choices)}
        # Those who have stopped go on with the others, but nobody reads that.
        ends = holds(self._worked((), trees)) & (self.steps > t)
        self.steps[ends] = t + 1
        return bool(np.all(self.steps <= t + 1))

    def line(self, t: int, number: int) -> None:
        """Work one line of one step for everybody, and write it down."""
        line = self.plan.lines[number]
        trees = {i: line.tree(choice) for i, choice in enumerate(self.choices)}
        right = self._worked(line.shape, trees)
        faulty = {
            i: each.faults[line.field] for i, each in enumerate(self.students) if each.errs(t, line.field)
        }
        worked = right
        if faulty:
            worked = right.copy()
            for tree, rows in _grouped(faulty):
                worked[rows] = self._evaluated(tree, rows, line.shape)
        shown = round_each(worked, self.roundings)
        if faulty:
            self.shows[line.field][:, t] = shown != round_each(right, self.roundings)
        shown, worked = self._changed((t, line.field), shown, worked)
        carries = self.carries[:, t, number].reshape(-1, *(1,) * len(line.shape))
        self.values[line.field] = np.where(carries, shown, worked)
        self.written[line.field][:, t] = self._slipped((t, line.field), shown)

    def _changed(self, place: Place, shown: Array, worked: Array) -> tuple[Array, Array]:
        for i, student in enumerate(self.students):
            if place in student.errors:
                worked = worked.copy()
                worked[i] = student.errors[place](worked[i])
                shown = round_each(worked, self.roundings)
        return shown, worked

    def _slipped(self, place: Place, shown: Array) -> Array:
        for i, student in enumerate(self.students):
            if place in student.slips:
                shown = shown.copy()
                shown[i] = student.slips[place](shown[i])
        return shown

    def _worked(self, shape: tuple[int, ...], trees: Mapping[int, Tree]) -> Array:
        values = np.empty((len(self.students), *shape))
        for tree, rows in _grouped(trees):
            values[rows] = self._evaluated(tree, rows, shape)
        return values

    def _evaluated(self, tree: Tree, rows: Rows, shape: tuple[int, ...]) -> Array:
        values = {
            name: value if len(value) == 1 or len(rows) == len(value) else value[rows]
            for name, value in self.values.items()
        }
        return np.broadcast_to(evaluate(tree, values, Real(1)), (len(rows), *shape))


def _grouped(trees: Mapping[int, Tree]) -> Iterator[tuple[Tree, Rows]]:
    """Yield each tree once, with the students who work by it; trees are compared by identity."""
    groups: dict[int, tuple[Tree, list[int]]] = {}
    for i, tree in trees.items():
        groups.setdefault(id(tree), (tree, []))[1].append(i)
    for tree, rows in groups.values():
        yield tree, np.array(rows)
