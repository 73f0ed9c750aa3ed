"""From a key's tables to plans: names resolved, shapes inferred, choices put in, faults in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NoReturn

import numpy as np

from grader.expressions import (
    Array,
    ExpressionFault,
    Shape,
    Tree,
    functions_in,
    in_words,
    infer,
    names_in,
    nearest,
    parse,
    substitute,
)
from grader.schemas.base import MAX_STEPS, Value, shape_of
from grader.schemas.faults import KeyFault
from grader.schemas.key import Method, Mistake, TraceQuestion
from grader.solver.plan import Choice, Form, Line, Plan, WrongWay


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
        # A start value that no equation changes is a constant.
        fixed = {n: v for n, v in self.question.start.items() if n not in self.method.equations}
        for name, value in [*constants.items(), *fixed.items()]:
            if name in inputs:
                self._fault("constants", f"{name} has a value already, as an input or constant")
            inputs[name] = _array(value)[None]
        self._check_names(inputs)
        lines, shapes = self._lines(inputs)
        mistakes = tuple(self._mistakes(inputs, shapes))
        forms = [form for line in lines for form in (line.usual, *line.forms)]
        forms += [line.usual for mistake in mistakes for line in mistake.lines.values()]
        touched = {group for form in forms for group in form.groups}
        return Plan(
            question=self.question.id,
            method=self.name,
            loops=loops,
            inputs=inputs,
            start={n: _array(v) for n, v in self.question.start.items() if n not in fixed},
            given=self.question.given,
            lines=lines,
            choices={g: tuple(o) for g, o in self.question.choice.items() if g in touched},
            mistakes=mistakes,
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
        for name in self.method.loop:
            if name in self.method.equations:
                self._fault(f"loop.{name}", "has the name of a field; a step could not have both")
        for name in self.method.forms:
            if name not in self.method.equations:
                self._fault(f"forms.{name}", "expected the name of an equation")

    def _lines(self, inputs: Mapping[str, Array]) -> tuple[tuple[Line, ...], dict[str, Shape]]:
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
            lines.append(self._line(name, done, inputs, share[name], usual, *forms))
            done.append(name)
        return tuple(lines), shapes

    def _line(
        self, name: str, done: Sequence[str], inputs: Mapping[str, Array], points: float, *forms: Form
    ) -> Line:
        used = frozenset().union(*(names_in(tree) for form in forms for tree in form.trees.values()))
        return Line(
            field=name,
            usual=forms[0],
            forms=forms[1:],
            earlier=tuple(other for other in done if other in used),
            previous=tuple(n for n in self.method.equations if n in used and n not in done),
            inputs=tuple(other for other in inputs if other in used),
            given=tuple(other for other in self.question.given if other in used),
            points=points,
        )

    def _mistakes(self, inputs: Mapping[str, Array], shapes: Mapping[str, Shape]) -> Iterator[WrongWay]:
        """Yield the known mistakes that this method can have."""
        order = list(self.method.equations)
        for name, mistake in self.question.mistake.items():
            for other in mistake.method:
                if other not in self.question.method:
                    raise KeyFault(
                        f"question[{self.question.id}].mistake.{name}.method.{other}: no such method"
                    )
            lines = {}
            for field, text in mistake.equations(self.name).items():
                place = f"mistake.{name}.{field}"
                if not any(field in method.equations for method in self.question.method.values()):
                    known = frozenset(order) | Mistake.model_fields.keys()
                    self._mistake_fault(place, f"expected the field of an equation{nearest(field, known)}")
                if field in self.method.equations:
                    form = self._form(name, place, text, self._known_at(field, shapes))
                    if form.shape != shapes[field]:
                        found, wanted = in_words(form.shape), in_words(shapes[field])
                        self._fault(place, f"gives {found}, the right line {wanted}")
                    lines[field] = self._line(field, order[: order.index(field)], inputs, 0.0, form)
            if lines:
                yield WrongWay(name, mistake.says, mistake.credit, mistake.at_most, lines)

    def _known_at(self, field: str, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        """Return the shapes of what has a value where a field is worked: no field that comes only later."""
        order = list(self.method.equations)
        later = frozenset(order[order.index(field) :]) - self.question.start.keys()
        return {name: shape for name, shape in shapes.items() if name not in later}

    def _mistake_fault(self, place: str, reason: str) -> NoReturn:
        raise KeyFault(f"question[{self.question.id}].{place}: {reason}")

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
        found = {
            options: self._infer(variant, text, place, shapes, dict(zip(groups, options, strict=True)))
            for options, variant in trees.items()
        }
        if len(set(found.values())) > 1:
            listed = "; ".join(f"{', '.join(o)}: {in_words(shape)}" for o, shape in found.items())
            self._fault(place, f"the options give different shapes: {listed}")
        return Form(name, next(iter(found.values())), groups, trees)

    def _groups(self, tree: Tree) -> Iterator[str]:
        """Yield the choice groups that a tree depends on."""
        names = names_in(tree) | functions_in(tree)
        for group, options in self.question.choice.items():
            if any(name in names for meanings in options.values() for name in meanings):
                yield group

    def _meanings(self, choice: Choice) -> dict[str, Tree]:
        return {
            name: parse(text)
            for group, option in choice.items()
            for name, text in self.question.choice[group][option].items()
        }

    def _infer(self, tree: Tree, text: str, place: str, shapes: Mapping[str, Shape], choice: Choice) -> Shape:
        try:
            return infer(tree, shapes, text)
        except ExpressionFault as fault:
            reason = self._reason(fault, shapes, choice)
            self._fault(place, str(ExpressionFault(reason, fault.text, fault.span)))

    def _reason(self, fault: ExpressionFault, shapes: Mapping[str, Shape], choice: Choice) -> str:
        """Return the reason of a fault, with what cannot be seen at its place."""
        there = fault.text[slice(*fault.span)]
        if there in self.method.equations and there not in shapes:
            return f"{there} has no value yet: its equation comes later, and it has no start value"
        words = re.findall(r"\w+", there)
        puts = [
            f"{group} = {option} puts {meaning!r} for {name}"
            for group, option in choice.items()
            for name, meaning in self.question.choice[group][option].items()
            if name in words
        ]
        return "; ".join([fault.reason, *puts])


def _array(value: Value) -> Array:
    return np.array(value, dtype=np.float64)
