"""A plan: one method of a question, compiled so that it can be worked.

A line (one equation) depends only on the choice groups whose names occur in it. So it has one tree for each
combination of the options of those groups; all other groups leave it as it is.
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
        """Return each tree that somebody chose, with the rows of those who did; one that is for all has none.

        Where there are no rows, it is the first tree: what nobody works has the shape of the line, too.
        `choices` has the options of each group, `options` the number of the option that each row chose, (N,)
        for each group.
        """
        if not self.groups:
            return [(self.trees[()], np.array([], dtype=np.intp))]
        counts = tuple(len(choices[group]) for group in self.groups)
        kinds = np.ravel_multi_index(tuple(options[group] for group in self.groups), counts)
        trees = list(self.trees.values())  # in the order of product(): the last group runs fastest
        used = np.flatnonzero(np.bincount(kinds)).tolist() or [0]
        return [(trees[kind], np.flatnonzero(kinds == kind)) for kind in used]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Line:
    """One equation: the field it gives, and what it is worked from.

    `earlier` are the fields that the same step has worked already. `previous` are those that still have their
    value of the step before (or their start value), and the names of such values that the step has replaced
    (see `Plan.kept`). `inputs` and `given` do not come from an equation. `forms` are other ways to write the
    field, besides the `usual` one. `points` are for one step.
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

    Where an earlier line of the step has the mistake named in `follows`, these lines are its consequence.
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

    `inputs` include the constants and the labels of the steps. Each has a leading axis over the steps, of
    length one where it is the same in all of them. For an input that comes from a loop, `rounds` has the
    round of that loop to which each step belongs. `kept` names the values that are asked for after the step
    has replaced them: it leads from `previous(x)` to the field x. `stop` is the condition that ends the work,
    evaluated after each step; `steps` are then as many as there can be. Plans are made once for each key, and
    compared by identity.
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
        """The lines that forms ask for: those with points. The others are only steps on the way."""
        return tuple(line for line in self.lines if line.points)

    def field_of(self, name: str) -> str:
        """Return the field that a name stands for: x for `previous(x)`, else the name itself."""
        return self.kept.get(name, name)

    def loop_of(self, name: str) -> str:
        """Return the loop that gives an input of `rounds`."""
        own = self.rounds[name].tolist()
        return next(loop for loop in self.loops if own == [labels[loop] for labels in self.steps])

    def whole(self, name: str) -> Array | None:
        """Return a start value, a constant, or all rounds of an input at once; None for other names."""
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
        """Return the values of what varies, (N, *whole shape) each, in the shape in which plans are worked.

        That is (N, *shape) for a start value, and for an input (N, steps, *shape), or (N, 1, *shape) where it
        is the same in all steps. Names that the plan does not have are left out.
        """
        spread = {name: values for name, values in varied.items() if name in self.start}
        for name, values in varied.items():
            if name in self.rounds:
                spread[name] = values[:, self.rounds[name]]
            elif name in self.inputs:
                spread[name] = values[:, None]
        return spread

    def with_own(self, variant: Mapping[str, Array]) -> "Plan":
        """Return the plan with the values that were drawn for one student, each of its whole shape."""
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
