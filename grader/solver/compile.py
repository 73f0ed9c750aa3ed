"""Makes plans of a key's tables: resolves names, infers shapes, puts in choices, and words the faults."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from grader.expressions import (
    Array,
    ExpressionFault,
    Shape,
    Tree,
    in_words,
    infer,
    names_in,
    nearest,
    parse,
    substitute,
)
from grader.schemas.base import shape_of
from grader.schemas.faults import KeyFault
from grader.schemas.key import Mistake, TraceQuestion
from grader.solver.inputs import AtMethod, array_of, read_inputs
from grader.solver.names import PREVIOUS, before, fields_kept, name_previous, texts_of, under_choices
from grader.solver.plan import Choice, Form, Line, Plan, WrongWay

_NAMED = 12  # how many of the known names a message about an unknown one lists


def make_plans(question: TraceQuestion) -> dict[str, Plan]:
    """Make the plans of a question, one for each method, the default method first.

    Raises KeyFault with the place and, for an equation, a caret under what is wrong.
    """
    _check_choices(question)
    plans = {name: _Maker(question, name, method).plan() for name, method in question.method.items()}
    if question.network is None:
        return plans
    from grader.solver.telling import tellable

    return {name: tellable(question, plan) for name, plan in plans.items()}


def _check_choices(question: TraceQuestion) -> None:
    owners: dict[str, str] = {}
    for group, options in question.choice.items():
        first = next(iter(options.values()))
        for name in first:
            if owners.setdefault(name, group) != group:
                place = f"question[{question.id}].choice.{group}.{next(iter(options))}.{name}"
                raise KeyFault(f"the choice {owners[name]} defines {name} as well", place, name=True)
        for option, meanings in options.items():
            if meanings.keys() != first.keys():
                wanted, found = ", ".join(first) or "nothing", ", ".join(meanings) or "nothing"
                unknown = next((f".{name}" for name in meanings if name not in first), "")
                raise KeyFault(
                    f"every option defines the same names; expected {wanted}, found {found}",
                    f"question[{question.id}].choice.{group}.{option}{unknown}",
                    name=True,
                )


class _Maker(AtMethod):
    def plan(self) -> Plan:
        loops, inputs, rounds = read_inputs(self)
        lines, shapes = self._lines(inputs)
        mistakes = tuple(self._mistakes(inputs, shapes))
        stop = self._stop(inputs, shapes)
        forms = [form for line in lines for form in (line.usual, *line.forms)]
        forms += [line.usual for mistake in mistakes for line in mistake.lines.values()]
        forms += [stop.usual] if stop else []
        kept = fields_kept(texts_of(self.question, self.name))
        touched = {group for form in forms for group in form.groups}
        return Plan(
            question=self.question.id,
            method=self.name,
            loops=loops,
            inputs=inputs,
            start={n: array_of(v) for n, v in self.question.start.items() if n in self.method.equations},
            given=self.question.given,
            lines=lines,
            choices={g: tuple(o) for g, o in self.question.choice.items() if g in touched},
            mistakes=mistakes,
            tolerance=self.question.tolerance,
            digits=self.question.digits,
            kept={before(name): name for name in self.started if name in kept},
            stop=stop,
            rounds=rounds,
        )

    @property
    def started(self) -> tuple[str, ...]:
        """The fields that have a value before the first step."""
        return tuple(name for name in self.method.equations if name in self.question.start)

    def _lines(self, inputs: Mapping[str, Array]) -> tuple[tuple[Line, ...], dict[str, Shape]]:
        shapes = {name: array.shape[1:] for name, array in inputs.items()}
        shapes |= dict.fromkeys(self.question.given, ())
        shapes |= {name: shape_of(value) for name, value in self.question.start.items()}
        shapes |= {before(name): shapes[name] for name in self.started}
        share = self._points_each()
        done: list[str] = []
        lines = []
        for name, equation in self.method.equations.items():
            place = f"{self.here}.equations.{name}"
            usual = self._form("", place, equation, shapes, done)
            if shapes.get(name, usual.shape) != usual.shape:
                found, start = in_words(usual.shape), in_words(shapes[name])
                self.question_fault(place, f"gives {found}, but its start value is {start}")
            shapes[name] = usual.shape
            forms = [form for form, _ in self._other_forms(name, equation, shapes, done)]
            lines.append(self._line(name, done, inputs, share[name], usual, *forms))
            done.append(name)
        return tuple(lines), shapes

    def _other_forms(
        self, name: str, equation: str, shapes: Mapping[str, Shape], done: Sequence[str]
    ) -> Iterator[tuple[Form, bool]]:
        """Yield the other forms of a field, and whether each is made from the usual one.

        Where a form names its own field, that stands for the value that `equation` has just given it.
        """
        for form, text in self.method.forms.get(name, {}).items():
            place = f"{self.here}.forms.{name}.{form}"
            # Compiled as it stands first, so that a fault shows its place in what the author wrote.
            made = self._form(form, place, text, shapes, done)
            of_itself = name not in self.started and any(name in names_in(t) for t in made.trees.values())
            if of_itself:
                worked = substitute(parse(text), {name: parse(equation)})
                made = self._form(form, place, text, shapes, done, worked)
            yield made, of_itself

    def _line(
        self, name: str, done: Sequence[str], inputs: Mapping[str, Array], points: float, *forms: Form
    ) -> Line:
        used = frozenset().union(*(names_in(tree) for form in forms for tree in form.trees.values()))
        return Line(
            field=name,
            usual=forms[0],
            forms=forms[1:],
            earlier=tuple(other for other in done if other in used),
            previous=(
                *(n for n in self.method.equations if n in used and n not in done),
                *(n for n in map(before, done) if n in used),
            ),
            inputs=tuple(other for other in inputs if other in used),
            given=tuple(other for other in self.question.given if other in used),
            points=points,
        )

    def _stop(self, inputs: Mapping[str, Array], shapes: Mapping[str, Shape]) -> Line | None:
        """Return the condition to stop as a line, which is worked after all others."""
        if self.method.stop is None:
            return None
        form = self._form("", f"{self.here}.stop", self.method.stop, shapes, [*self.method.equations])
        if form.shape:
            self.fault("stop", f"expected a condition, which is one number, found {in_words(form.shape)}")
        return self._line("stop", [*self.method.equations], inputs, 0.0, form)

    def _mistakes(self, inputs: Mapping[str, Array], shapes: Mapping[str, Shape]) -> Iterator[WrongWay]:
        """Yield the known mistakes that this method can have."""
        order = list(self.method.equations)
        for name, mistake in self.question.mistake.items():
            if not mistake.model_extra and not any(own.model_extra for own in mistake.method.values()):
                reason = 'expected a field and its faulty equation, as in x = "…"; found none'
                self.question_fault(f"mistake.{name}", reason, name=True)
            if mistake.follows is not None and mistake.follows not in self.question.mistake.keys() - {name}:
                known = frozenset(self.question.mistake) - {name}
                reason = f"there is no mistake {mistake.follows}{nearest(mistake.follows, known)}"
                self.question_fault(f"mistake.{name}.follows", reason)
            for other in mistake.method:
                if other not in self.question.method:
                    reason = f"there is no method {other}{nearest(other, self.question.method)}"
                    self.question_fault(f"mistake.{name}.method.{other}", reason, name=True)
            lines = {}
            for field, text in mistake.equations(self.name).items():
                own = mistake.method.get(self.name)
                for_this = own is not None and field in (own.model_extra or {})
                place = f"mistake.{name}{f'.{self.here}' if for_this else ''}.{field}"
                if not any(field in method.equations for method in self.question.method.values()):
                    self.no_field(place, field, [*order, *Mistake.model_fields])
                if field in self.method.equations:
                    done = order[: order.index(field)]
                    form = self._form(name, place, text, self._known_at(field, shapes), done)
                    if form.shape != shapes[field]:
                        found, wanted = in_words(form.shape), in_words(shapes[field])
                        self.question_fault(place, f"gives {found}, the right line {wanted}")
                    others = [own for own, of_it in self._other_forms(field, text, shapes, done) if of_it]
                    lines[field] = self._line(field, done, inputs, 0.0, form, *others)
            if lines:
                yield WrongWay(name, mistake.says, mistake.credit, mistake.at_most, mistake.follows, lines)

    def _known_at(self, field: str, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        """Return the shapes of all that has a value when a field is worked: not of fields that come later."""
        order = list(self.method.equations)
        later = frozenset(order[order.index(field) :]) - self.question.start.keys()
        return {name: shape for name, shape in shapes.items() if name not in later}

    def _points_each(self) -> dict[str, float]:
        """Return the points of each field in one step: divided among fields by weight, among steps evenly."""
        for name in self.question.weights:
            fields = [field for method in self.question.method.values() for field in method.equations]
            if name not in fields:
                self.no_field(f"weights.{name}", name, fields)
        weights = {name: self.question.weights.get(name, 1.0) for name in self.method.equations}
        total = sum(weights.values())
        if total <= 0:
            self.question_fault("weights", "at least one field needs a weight above 0")
        loops = self.method.loop.values()
        steps = int(np.prod([loop if isinstance(loop, int) else len(loop) for loop in loops], dtype=int))
        return {name: self.question.points * weight / total / steps for name, weight in weights.items()}

    def _form(
        self,
        name: str,
        place: str,
        text: str,
        shapes: Mapping[str, Shape],
        done: Sequence[str],
        tree: Tree | None = None,
    ) -> Form:
        """Compile an equation under every combination of the options that it depends on.

        Its `tree` is given where that is not simply the parsed text.
        """
        groups, trees = under_choices(self.question, tree or parse(text))
        found = {}
        for options, chosen in trees.items():
            choice = dict(zip(groups, options, strict=True))
            try:
                trees[options] = name_previous(chosen, self.started, done, text)
                found[options] = infer(trees[options], shapes, text)
            except ExpressionFault as fault:
                self.question_fault(place, self._reason(fault, shapes, choice), fault)
        if len(set(found.values())) > 1:
            listed = "; ".join(f"{', '.join(o)}: {in_words(shape)}" for o, shape in found.items())
            self.question_fault(place, f"the options give different shapes: {listed}")
        return Form(name, next(iter(found.values())), groups, trees)

    def _of_the_key(self, there: str, reason: str) -> str:
        """Return "did you mean in_step?" for a name that is close to one of a choice, or to previous(x)."""
        called = there.partition("(")[0]
        if reason not in (f"unknown name {there}", f"unknown function {called}"):
            return ""
        first = [next(iter(options.values())) for options in self.question.choice.values()]
        return nearest(called, frozenset((PREVIOUS, *chain(*first)))).removeprefix("; ")

    def _reason(self, fault: ExpressionFault, shapes: Mapping[str, Shape], choice: Choice) -> str:
        """Return the reason of a fault, with what the author cannot see at its place."""
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
        known = []
        if hint := self._of_the_key(there, fault.reason):
            known = [hint]
        elif fault.reason == f"unknown name {there}" and there not in choice:
            there_are = ", ".join(list(shapes)[:_NAMED])
            known = [f"known are {there_are}" if shapes else "[question.start] gives it a value"]
        return "; ".join([fault.reason, *puts, *known])
