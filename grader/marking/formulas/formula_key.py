"""Makes what marks a question's formulas out of what its key says of them."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from grader.expressions import (
    Array,
    Call,
    ExpressionFault,
    Name,
    Shape,
    Tree,
    substitute,
    walk,
)
from grader.expressions.notation import Vocabulary, read_formula
from grader.expressions.notation.indices import picked_component
from grader.expressions.notation.numerals import COMMA_INSIDE
from grader.marking.formulas.derivatives import has_derivatives, without_derivatives, worked_inside
from grader.marking.formulas.formula import FormulaMarker, PartKey
from grader.marking.formulas.points import Setting, draw, formula
from grader.marking.formulas.quantities import Domain, Quantity
from grader.schemas.faults import KeyFault
from grader.schemas.parts import Part, PartsQuestion

_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+ is read as [0-9]+\.")
_INEQUALITY = re.compile(r"[<>≤≥]|\\(?:[lg]eq?|[lg]t)(?![A-Za-z])")


def make_marker(question: PartsQuestion) -> FormulaMarker | None:
    """Make the marker of a question, or None where no part has an answer.

    Raises KeyFault for a definition, an answer or a mistake that cannot be read or has no value.
    """
    if not any(part.answer for part in question.part):
        return None
    return _Maker(question).marker()


class _Maker:
    def __init__(self, question: PartsQuestion) -> None:
        self.question = question
        self.shapes: dict[str, Shape] = dict.fromkeys(question.numbers, ())
        self.shapes |= {name: (size,) for name, size in question.vectors.items()}
        self.shapes |= dict(question.matrices)
        self.free = {name: Quantity(shape, self._domain(name)) for name, shape in self.shapes.items()}
        self.definitions: list[tuple[str, Tree]] = []

    def marker(self) -> FormulaMarker:
        for name, text in self.question.definitions.items():
            tree = without_derivatives(self._read(text, f"definitions.{name}"), self.definitions)
            if has_derivatives(tree):
                reason = "has a derivative that cannot be worked; write it out"
                raise KeyFault(reason, f"question[{self.question.id}].definitions.{name}")
            self.shapes[name] = self._shape(tree, f"definitions.{name}")
            self.definitions.append((name, tree))
        shorthand: dict[str, Tree] = {}
        for name, text in self.question.shorthand.items():
            tree = self._read(text, f"shorthand.{name}")
            shorthand[name] = substitute(tree, shorthand)
            self.shapes[name] = self._shape(shorthand[name], f"shorthand.{name}")
        parts = {part.id: self._part(part, shorthand) for part in self.question.part if part.answer}
        answers = self._calls([tree for part in parts.values() for tree in part.answers])
        defined = self._calls([tree for _, tree in self.definitions])
        # Nobody writes of what a quantity is a function if that is the time.
        of_time = {name: trees for name, trees in _alone(answers).items() if trees == {Name("t")}}
        arguments = self._arguments(of_time | _alone(defined))
        counts = {call.function: len(call.arguments) for call in (*answers, *defined)}
        vocabulary = replace(self._vocabulary(), arguments=arguments, counts=counts)
        return FormulaMarker(self.question, vocabulary, self._setting(), shorthand, parts)

    def _calls(self, trees: Sequence[Tree]) -> list[Call]:
        """Return the calls of functions that the question leaves open."""
        calls = (node for tree in trees for node in walk(tree) if isinstance(node, Call))
        return [call for call in calls if call.function in self.question.functions]

    def _arguments(self, found: Mapping[str, set[Tree]]) -> dict[str, Tree]:
        """Return the argument of each open function that is called with only one, or can be."""
        found = dict(found)
        if len(self.shapes) == 1 and not self.question.vectors and not self.question.matrices:
            (only,) = self.shapes
            for name in self.question.functions:
                found.setdefault(name, {Name(only)})
        return {name: next(iter(trees)) for name, trees in found.items() if len(trees) == 1}

    def _domain(self, name: str) -> Domain:
        if name in self.question.whole:
            return "integer"
        return "positive" if name in self.question.positive else "real"

    def _vocabulary(self) -> Vocabulary:
        question = self.question
        return Vocabulary(
            self.shapes, frozenset(question.functions), question.indices, question.sizes, question.kronecker
        )

    def _setting(self) -> Setting:
        return Setting(self.free, self.question.indices, tuple(self.definitions))

    def _read(self, text: str, place: str) -> Tree:
        vocabulary, place = self._vocabulary(), f"question[{self.question.id}].{place}"
        if (picked := picked_component(text, vocabulary)) is not None:
            written = text[slice(*picked)]
            reason = f"{written} is a product in a formula; components are x_1, A_{{1,2}}, and count from 1"
            raise KeyFault(reason, place, ExpressionFault(reason, text, picked))
        try:
            reading = read_formula(text, vocabulary)
        except ExpressionFault as fault:
            if _INEQUALITY.search(text) is not None:
                with suppress(ExpressionFault):  # as an answer, 1 where it holds
                    return read_formula(f"1[{text}]", vocabulary).tree
            raise KeyFault(fault.reason, place, fault) from None
        if any(map(_DECIMAL_COMMA.match, reading.notes)):  # [2,3] would be 2.3
            raise KeyFault(COMMA_INSIDE, place, ExpressionFault(COMMA_INSIDE, text, (0, len(text))))
        return reading.tree

    def _shape(self, tree: Tree, place: str) -> Shape:
        """Return the shape that a formula has at a point."""
        values = self._worked(tree, place)
        if not np.isfinite(values).any():
            raise KeyFault("has no value anywhere it was tried", f"question[{self.question.id}].{place}")
        return tuple(values.shape[1:])

    def _worked(self, tree: Tree, place: str) -> Array:
        """Return the values of a formula at a few points."""
        try:
            setting = self._setting()
            made = formula(tree, setting.most)
            points = draw(setting, [made], np.random.Generator(np.random.Philox(key=0)), "usual")
            return points.real([made])[0][0]
        except ExpressionFault as fault:  # a derivative that cannot be worked
            raise KeyFault(fault.reason, f"question[{self.question.id}].{place}") from None

    def _part(self, part: Part, shorthand: Mapping[str, Tree]) -> PartKey:
        def trees(texts: Sequence[str], place: str) -> tuple[Tree, ...]:
            places = [f"{place}[{number}]" for number in range(len(texts))] if len(texts) > 1 else [place]
            meant = (substitute(tree, shorthand) for tree in map(self._read, texts, places))
            read = [worked_inside(tree, self.definitions) for tree in meant]
            for tree, its_place in zip(read, places, strict=True):
                if has_derivatives(tree):
                    self._worked(tree, its_place)
            return tuple(read)

        place = f"part[{part.id}]"
        mistakes = {
            name: trees(mistake.answer, f"{place}.mistake.{name}.answer")
            for name, mistake in part.mistake.items()
        }
        return PartKey(part, trees(part.answer or (), f"{place}.answer"), mistakes)


def _alone(calls: Sequence[Call]) -> dict[str, set[Tree]]:
    """Return what each function is called with, where that is one argument."""
    found: dict[str, set[Tree]] = {}
    for call in calls:
        if len(call.arguments) == 1:
            found.setdefault(call.function, set()).add(call.arguments[0])
    return found
