"""A key's equations, made ready to be worked: names resolved, shapes known, choices put in.

A line (one equation) depends only on the choice groups whose names occur in it, so it has one tree for
each combination of *their* options and none for the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NoReturn

import numpy as np

from grader.expressions import (
    Array,
    ExpressionFault,
    Shape,
    Tree,
    in_words,
    infer,
    names_in,
    parse,
    substitute,
)
from grader.schemas.faults import KeyFault
from grader.schemas.key import MAX_STEPS, Given, Method, Tolerance, TraceQuestion, Value, shape_of

Options = tuple[str, ...]
Choice = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way to write a line down: a shape, and the tree for each combination of options."""

    name: str
    shape: Shape
    groups: Options
    trees: Mapping[Options, Tree]

    @property
    def size(self) -> int:
        """How many numbers it is."""
        return int(np.prod(self.shape, dtype=int))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One equation: the field it gives, and what it is worked from.

    `earlier` are fields of the same step, `previous` those that still have their value of the step before
    (or their start value), `inputs` and `given` what does not come from an equation. `forms` are other
    ways to write the field, beside the `usual` one.
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


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One method of one question.

    `inputs` have a leading axis over the steps, of length one where they are the same in all. `points` of
    a line are for one step. Compared by identity: plans are made once a key.
    """

    question: str
    method: str
    loops: Mapping[str, int]
    inputs: Mapping[str, Array]
    start: Mapping[str, Array]
    given: Mapping[str, Given]
    lines: tuple[Line, ...]
    choices: Mapping[str, Options]
    tolerance: Tolerance
    digits: int
    steps: tuple[dict[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        counts = product(*(range(count) for count in self.loops.values()))
        steps = tuple(dict(zip(self.loops, labels, strict=True)) for labels in counts)
        object.__setattr__(self, "steps", steps)

    @property
    def default_choice(self) -> dict[str, str]:
        """The first option of every group."""
        return {group: options[0] for group, options in self.choices.items()}

    @property
    def default_given(self) -> dict[str, float]:
        return {name: given.default for name, given in self.given.items()}


def make_plans(question: TraceQuestion) -> dict[str, Plan]:
    """Make the plans of a question, one for each method, the default one first.

    Raises KeyFault with the place and, for an equation, a caret under what is wrong.
    """
    _check_choices(question)
    return {name: _Maker(question, name, method).plan() for name, method in question.method.items()}


def _check_choices(question: TraceQuestion) -> None:
    for group, options in question.choice.items():
        first = next(iter(options.values()))
        for option, meanings in options.items():
            if meanings.keys() != first.keys():
                where = f"question[{question.id}].choice.{group}.{option}"
                wanted, found = ", ".join(first) or "nothing", ", ".join(meanings) or "nothing"
                raise KeyFault(
                    f"{where}: every option defines the same names; expected {wanted}, found {found}"
                )


@dataclass(slots=True)
class _Maker:
    question: TraceQuestion
    name: str
    method: Method

    def plan(self) -> Plan:
        loops, inputs = self._loops()
        constants = {**self.question.constants, **self.method.constants}
        inputs |= {name: _array(value)[None] for name, value in constants.items()}
        self._check_names(inputs)
        lines = self._lines(inputs)
        touched = {group for line in lines for form in (line.usual, *line.forms) for group in form.groups}
        return Plan(
            question=self.question.id,
            method=self.name,
            loops=loops,
            inputs=inputs,
            start={n: _array(value) for n, value in self.question.start.items()},
            given=self.question.given,
            lines=lines,
            choices={g: tuple(o) for g, o in self.question.choice.items() if g in touched},
            tolerance=self.question.tolerance,
            digits=self.question.digits,
        )

    def _fault(self, place: str, reason: str) -> NoReturn:
        raise KeyFault(f"question[{self.question.id}].method.{self.name}.{place}: {reason}")

    def _loops(self) -> tuple[dict[str, int], dict[str, Array]]:
        """Return how often each loop runs, and the inputs of every step of all loops together."""
        counts = {
            name: loop if isinstance(loop, int) else len(loop) for name, loop in self.method.loop.items()
        }
        total = int(np.prod(list(counts.values()), dtype=float))
        if not 1 <= total <= MAX_STEPS:
            self._fault("loop", f"expected 1 to {MAX_STEPS} steps, found {total}")
        inputs: dict[str, Array] = {}
        rounds = zip(*product(*(range(count) for count in counts.values())), strict=True)
        for (name, loop), round_of_step in zip(self.method.loop.items(), rounds, strict=False):
            if isinstance(loop, int):
                continue
            self._check_rounds(name, loop)
            for quantity in loop[0]:
                inputs[quantity] = np.array([_array(table[quantity]) for table in loop])[list(round_of_step)]
        return counts, inputs

    def _check_rounds(self, name: str, rounds: list[dict[str, Value]]) -> None:
        for i, table in enumerate(rounds):
            if table.keys() != rounds[0].keys():
                self._fault(f"loop.{name}[{i}]", f"expected {', '.join(rounds[0])}, found {', '.join(table)}")
            for quantity, value in table.items():
                first = shape_of(rounds[0][quantity])
                if shape_of(value) != first:
                    reason = f"expected {in_words(first)} as in the first, found {in_words(shape_of(value))}"
                    self._fault(f"loop.{name}[{i}].{quantity}", reason)

    def _check_names(self, inputs: Mapping[str, Array]) -> None:
        owners: dict[str, str] = {}
        defined = {name for options in self.question.choice.values() for o in options.values() for name in o}
        for owner, names in (
            ("an input or constant", inputs),
            ("a given constant", self.question.given),
            ("a field", self.method.equations),
            ("a name that a choice defines", defined),
        ):
            for name in names:
                if name in owners:
                    self._fault("equations", f"{name} is {owners[name]} and also {owner}")
                owners[name] = owner
        for name in self.method.forms:
            if name not in self.method.equations:
                self._fault(f"forms.{name}", "expected the name of an equation")

    def _lines(self, inputs: Mapping[str, Array]) -> tuple[Line, ...]:
        shapes = {name: array.shape[1:] for name, array in inputs.items()}
        shapes |= dict.fromkeys(self.question.given, ())
        shapes |= {name: shape_of(value) for name, value in self.question.start.items()}
        share = self._points_each()
        done: list[str] = []
        lines = []
        for name, equation in self.method.equations.items():
            usual = self._form("", f"equations.{name}", equation, shapes)
            if shapes.get(name, usual.shape) != usual.shape:
                found, start = in_words(usual.shape), in_words(shapes[name])
                self._fault(f"equations.{name}", f"gives {found}, but its start value is {start}")
            shapes[name] = usual.shape
            forms = tuple(
                self._form(form, f"forms.{name}.{form}", text, shapes)
                for form, text in self.method.forms.get(name, {}).items()
            )
            used = _names(usual, *forms)
            line = Line(
                field=name,
                usual=usual,
                forms=forms,
                earlier=tuple(other for other in done if other in used),
                previous=tuple(n for n in self.method.equations if n in used and n not in done),
                inputs=tuple(other for other in inputs if other in used),
                given=tuple(other for other in self.question.given if other in used),
                points=share[name],
            )
            lines.append(line)
            done.append(name)
        return tuple(lines)

    def _points_each(self) -> dict[str, float]:
        """Return the points of each field in one step: fields by weight, steps evenly."""
        for name in self.question.weights:
            if not any(name in method.equations for method in self.question.method.values()):
                raise KeyFault(
                    f"question[{self.question.id}].weights.{name}: expected the name of an equation"
                )
        weights = {name: self.question.weights.get(name, 1.0) for name in self.method.equations}
        total = sum(weights.values())
        if total <= 0:
            raise KeyFault(f"question[{self.question.id}].weights: at least one field needs a weight above 0")
        loops = self.method.loop.values()
        steps = int(np.prod([loop if isinstance(loop, int) else len(loop) for loop in loops], dtype=int))
        return {name: self.question.points * weight / total / steps for name, weight in weights.items()}

    def _form(self, name: str, place: str, text: str, shapes: Mapping[str, Shape]) -> Form:
        tree = parse(text)
        groups = tuple(self._groups(tree))
        trees = {
            options: substitute(tree, self._meanings(dict(zip(groups, options, strict=True))))
            for options in product(*(self.question.choice[group] for group in groups))
        }
        found = {options: self._infer(variant, text, place, shapes) for options, variant in trees.items()}
        if len(set(found.values())) > 1:
            listed = "; ".join(f"{', '.join(o)}: {in_words(shape)}" for o, shape in found.items())
            self._fault(place, f"the options give different shapes: {listed}")
        return Form(name, next(iter(found.values())), groups, trees)

    def _groups(self, tree: Tree) -> Iterator[str]:
        """Yield the choice groups that a tree depends on, also through what another option puts in."""
        names = names_in(tree)
        for group, options in self.question.choice.items():
            if any(name in names for meanings in options.values() for name in meanings):
                yield group

    def _meanings(self, choice: Choice) -> dict[str, Tree]:
        return {
            name: parse(text)
            for group, option in choice.items()
            for name, text in self.question.choice[group][option].items()
        }

    def _infer(self, tree: Tree, text: str, place: str, shapes: Mapping[str, Shape]) -> Shape:
        try:
            return infer(tree, shapes, text)
        except ExpressionFault as fault:
            self._fault(place, str(fault))


def _names(*forms: Form) -> frozenset[str]:
    return frozenset().union(*(names_in(tree) for form in forms for tree in form.trees.values()))


def _array(value: Value) -> Array:
    return np.array(value, dtype=np.float64)
