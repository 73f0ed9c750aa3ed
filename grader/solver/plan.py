"""A plan: one method of a question, ready to be worked.

A line (one equation) depends only on the choice groups whose names occur in it, so it has one tree for
each combination of *their* options and none for the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Shape, Tree
from grader.schemas.given import Given
from grader.schemas.key import Tolerance

Choice = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Form:
    """One way to write a line down: a shape, and the tree for each combination of options."""

    name: str
    shape: Shape
    groups: tuple[str, ...]
    trees: Mapping[tuple[str, ...], Tree]

    @property
    def size(self) -> int:
        """How many numbers it is."""
        return prod(self.shape)

    def chosen(
        self, choices: Mapping[str, tuple[str, ...]], options: Mapping[str, NDArray[np.intp]]
    ) -> list[tuple[Tree, NDArray[np.intp]]]:
        """Return the trees that are taken, each with the rows of those who take it; a single one is for all.

        `choices` are the options of each group, `options` the number of each one's own: (N,) a group.
        """
        if not self.groups:
            return [(self.trees[()], np.array([], dtype=np.intp))]
        counts = tuple(len(choices[group]) for group in self.groups)
        kinds = np.ravel_multi_index(tuple(options[group] for group in self.groups), counts)
        trees = list(self.trees.values())  # in the order of product(): the last group runs fastest
        used = np.flatnonzero(np.bincount(kinds)).tolist()
        return [(trees[kind], np.flatnonzero(kinds == kind)) for kind in used]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Line:
    """One equation: the field it gives, and what it is worked from.

    `earlier` are fields of the same step, `previous` those that still have their value of the step before
    (or their start value) and the names of such values that the step has replaced (see `Plan.kept`),
    `inputs` and `given` what does not come from an equation. `forms` are other ways to write the field,
    beside the `usual` one.
    """

    field: str
    usual: Form
    forms: tuple[Form, ...]
    earlier: tuple[str, ...]
    previous: tuple[str, ...]
    inputs: tuple[str, ...]
    given: tuple[str, ...]
    points: float

    @property
    def shape(self) -> Shape:
        return self.usual.shape

    @property
    def parents(self) -> tuple[str, ...]:
        """The fields that the line is worked from."""
        return self.earlier + self.previous

    def tree(self, choice: Choice) -> Tree:
        """Return the equation under these choices."""
        return self.usual.trees[tuple(choice[group] for group in self.usual.groups)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WrongWay:
    """A known mistake: the lines as it makes them, by field, and what they still earn.

    In a step where an earlier line has the mistake that it `follows` from, they follow from that.
    """

    name: str
    says: str
    credit: float
    at_most: float | None
    follows: str | None
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan:
    """One method of one question.

    `inputs` have a leading axis over the steps, of length one where they are the same in all; the labels
    of the steps are among them; `rounds` tells of those that come from a loop which of its rounds each step
    has. `points` of a line are for one step. `kept` has the name of a field's value
    before the step, `previous(x)`, for each field whose value is asked for after the step has replaced it.
    `stop` is the condition, worked after each step, with which the work ends; `steps` are then the most
    there can be. Compared by identity: plans are made once a key.
    """

    question: str
    method: str
    loops: Mapping[str, int]
    inputs: Mapping[str, Array]
    start: Mapping[str, Array]
    given: Mapping[str, Given]
    lines: tuple[Line, ...]
    choices: Mapping[str, tuple[str, ...]]
    mistakes: tuple[WrongWay, ...]
    tolerance: Tolerance
    digits: int
    kept: Mapping[str, str] = field(default_factory=dict)
    stop: Line | None = None
    rounds: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)
    steps: tuple[dict[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        counts = product(*(range(count) for count in self.loops.values()))
        steps = tuple(dict(zip(self.loops, labels, strict=True)) for labels in counts)
        object.__setattr__(self, "steps", steps)

    @property
    def asked(self) -> tuple[Line, ...]:
        """The lines that forms ask for: those that weigh anything. Others only stand between them."""
        return tuple(line for line in self.lines if line.points)

    def field_of(self, name: str) -> str:
        """Return the field that a name of a line stands for, also as it was before the step."""
        return self.kept.get(name, name)

    def loop_of(self, name: str) -> str:
        """Return the loop that gives an input of `rounds`."""
        own = self.rounds[name].tolist()
        return next(loop for loop in self.loops if own == [labels[loop] for labels in self.steps])

    def whole(self, name: str) -> Array | None:
        """Return a start value, a constant, or an input in all rounds of its loop; None for other names."""
        if name in self.start:
            return self.start[name]
        if name not in self.inputs or name in self.loops:
            return None
        values = self.inputs[name]
        if name not in self.rounds:
            return np.asarray(values[0])
        _, first = np.unique(self.rounds[name], return_index=True)
        return np.asarray(values[first])

    def spread(self, varied: Mapping[str, Array]) -> dict[str, Array]:
        """Return values of varying quantities, (N, *whole shape) each, as the plan needs them.

        A start value (N, *shape); an input (N, steps, *shape), or (N, 1, *shape) for all steps. What the
        plan does not have is left out.
        """
        spread = {name: values for name, values in varied.items() if name in self.start}
        for name, values in varied.items():
            if name in self.rounds:
                spread[name] = values[:, self.rounds[name]]
            elif name in self.inputs:
                spread[name] = values[:, None]
        return spread

    def with_own(self, variant: Mapping[str, Array]) -> "Plan":
        """Return the plan of one student, with the values drawn for that student: (*whole shape) each."""
        own = self.spread({name: value[None] for name, value in variant.items()})
        return replace(
            self,
            start={name: own[name][0] if name in own else value for name, value in self.start.items()},
            inputs={name: own[name][0] if name in own else value for name, value in self.inputs.items()},
        )

    @property
    def default_choice(self) -> dict[str, str]:
        """The first option of every group."""
        return {group: options[0] for group, options in self.choices.items()}

    @property
    def default_given(self) -> dict[str, float]:
        return {name: given.default for name, given in self.given.items()}


Plans = Mapping[str, Mapping[str, Plan]]  # by question, then by method; the default one first
