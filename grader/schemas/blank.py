"""A blank: what a submission to a key may hold, without a single answer.

Every form to fill in (tables, workbooks, pages, worksheets) is made from this alone, so that no form can show
what the key works out. A blank has the question's own data, such as start values and inputs. Where each
student has values of their own, it has those of one student, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from grader.expressions import Shape

Numbers: TypeAlias = float | list[float] | list[list[float]]
Whole: TypeAlias = Numbers | list[list[list[float]]]  # an input in all rounds of its loop, matrices too


@dataclass(frozen=True, slots=True)
class BlankField:
    """One field of a step: its name, and the shape in which it is usually written.

    A `single` number may stand in place of all of them, such as their sum.
    """

    name: str
    shape: Shape
    single: bool = False

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class BlankStep:
    """One step: its labels by loop, counted from 0, and the question's inputs in it."""

    labels: Mapping[str, int]
    inputs: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class BlankMethod:
    """One way to go through a trace question.

    `start` has the values before the first step, `constants` the inputs that are the same in every step.
    """

    name: str
    fields: tuple[BlankField, ...]
    steps: tuple[BlankStep, ...]
    start: Mapping[str, Numbers] = field(default_factory=dict)
    constants: Mapping[str, Numbers] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlankTrace:
    """A question that is worked line by line.

    `given` has the constants that the student states, each with its range in words ("above 0, at most 1").
    Numbers with fewer decimals and significant digits than `digits` have too few. `own` has the quantities of
    which each student has an own value: this student's as a whole, or None in a blank for anybody.
    """

    id: str
    title: str
    points: float
    methods: tuple[BlankMethod, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    digits: int = 3
    own: Mapping[str, Whole | None] = field(default_factory=dict)

    def method(self, name: str | None) -> BlankMethod:
        """Return the method of this name, or the first."""
        return next((method for method in self.methods if method.name == name), self.methods[0])


@dataclass(frozen=True, slots=True)
class BlankParts:
    """A question whose parts are formulas or texts; `parts` are their names and points."""

    id: str
    title: str
    points: float
    parts: Mapping[str, float]
    formulas: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """A whole submission to be filled in, by one `student` or by anybody."""

    assignment: str
    title: str
    questions: tuple[BlankTrace | BlankParts, ...]
    student: str = ""

    @property
    def traces(self) -> list[BlankTrace]:
        """The questions that are worked line by line."""
        return [question for question in self.questions if isinstance(question, BlankTrace)]

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the quantities of which each student has an own value."""
        return tuple(dict.fromkeys(name for question in self.traces for name in question.own))


@dataclass(frozen=True, slots=True)
class Worked:
    """The numbers of a method as a key works them in one accepted way: for each field a value in every step.

    They only tell to which step a line of a damaged printout belongs; no number is taken from them.
    """

    question: str
    method: str
    values: Mapping[str, tuple[Numbers, ...]]
