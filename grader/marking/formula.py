"""Marking formulas by value: any form that is equal to the key's is right, any other gets a reason.

The reference may be a derivative, `derivative(L, w)`, of what the question defines; it is then worked by
dual numbers at the points where the formulas are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader.expressions import (
    Array,
    Call,
    ExpressionFault,
    Name,
    Shape,
    Tree,
    functions_in,
    names_in,
    substitute,
    walk,
)
from grader.expressions.notation import Reading, Vocabulary, other_readings, read_answer, read_formula
from grader.expressions.printing import in_brief, in_plain
from grader.expressions.tree import Repeat, children
from grader.marking.counterexample import counterexample
from grader.marking.derivatives import DERIVATIVE
from grader.marking.equivalence import Different, Equal, Undecidable, Verdict, compare
from grader.marking.part_mark import PartMark
from grader.marking.points import Setting, draw, formula
from grader.marking.quantities import Domain, Quantity
from grader.marking.reasons import Setup, exchanged, find_reason
from grader.schemas.faults import KeyFault
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.results import Status

UNEQUAL = "what stands before and after this '=' is not equal; write the answer alone"
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 1000  # characters; longer ones are rare, and would fill the memory


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A part's references and known mistakes as trees."""

    part: Part
    answers: tuple[Tree, ...]
    mistakes: Mapping[str, tuple[Tree, ...]]


@dataclass(slots=True, eq=False)
class FormulaMarker:
    """Marks the formulas of one question; what was marked once is remembered, by its text and by its tree."""

    question: PartsQuestion
    vocabulary: Vocabulary
    setting: Setting
    shorthand: Mapping[str, Tree]
    parts: Mapping[str, _Prepared]
    _memory: dict[tuple[str, Tree], PartMark] = field(default_factory=dict)
    _texts: dict[tuple[str, str], PartMark] = field(default_factory=dict)

    def mark(self, part: str, text: str) -> PartMark:
        """Return the verdict on an answer; INVALID with the place where it cannot be read."""
        found = self._texts.get((part, text))
        if found is None:
            found = self._read_and_mark(part, text)
            if found.status != Status.CORRECT:
                found = self._read_otherwise(part, text) or found
            if len(text) <= _LONGEST_REMEMBERED:
                if len(self._texts) >= _REMEMBERED:
                    self._texts.clear()
                self._texts[part, text] = found
        return found

    def mark_unworked(self, part: str, text: str) -> PartMark:
        """Return the verdict by value alone: keys may name an answer as the derivative that is asked for."""
        return self._read_and_mark(part, text, worked=False)

    def _read_and_mark(self, part: str, text: str, *, worked: bool = True) -> PartMark:
        try:
            reading = read_answer(text, self.vocabulary)
            tree = substitute(reading.tree, self.shorthand)
            self._check_chain(reading, tree)
            found = self._remembered(part, tree)
            if worked and found.status in {Status.CORRECT, Status.SLIP}:
                found = self._unless_restated(part, reading, found)
        except ExpressionFault as fault:
            # What is only found when a formula is worked does not know the text that it stands in.
            message = f"cannot be read: {ExpressionFault(fault.reason, fault.text or text, fault.span)}"
            return PartMark(Status.INVALID, 0.0, None, message, message)
        read = in_plain(reading.tree)
        if found.status == Status.CORRECT and not reading.notes:
            return found._replace(read=read)
        read_as = "; ".join([f"read as {in_brief(reading.tree)}", *reading.notes])
        message, plain = (f"{read_as}; {said}" if said else read_as for said in (found.message, found.plain))
        return found._replace(message=message, plain=plain, read=read)

    def _read_otherwise(self, part: str, text: str) -> PartMark | None:
        """Return the mark of another reading with which the answer is right, if there is one."""
        for other, note in other_readings(text, self.vocabulary):
            found = self._read_and_mark(part, other)
            if found.status == Status.CORRECT:
                message = "; ".join([*([found.message] if found.message else []), note])
                return found._replace(message=message, plain=message)
        return None

    def _check_chain(self, reading: Reading, tree: Tree) -> None:
        """Refuse a chain of '=' whose forms are not all equal: which of them is meant cannot be told."""
        for other, place in reading.others:
            if not isinstance(self.compare_all(tree, (substitute(other, self.shorthand),)), Equal):
                raise ExpressionFault(UNEQUAL, "", place)

    def _unless_restated(self, part: str, reading: Reading, found: PartMark) -> PartMark:
        """Return a right formula's mark, or that of one in which the derivative asked for stands unworked.

        What a shorthand stands for may stand in its place. One symbol in place of another changes nothing.
        """
        forms = (reading.tree, *(other for other, _ in reading.others))
        if all(self._restates(form, self.parts[part], found.exchange) for form in forms):
            said = "this only names what is asked for; work it out"
            said = f"{found.message}, and {said}" if found.exchange else said
            return PartMark(Status.WRONG, 0.0, "not_worked_out", said, said)
        return found

    def _restates(self, tree: Tree, prepared: _Prepared, exchange: tuple[str, str] | None) -> bool:
        """Tell whether the derivative asked for stands in a formula, perhaps with one symbol for another."""
        allowed = set(self.shorthand.values())
        return any(
            isinstance(self.compare_all(meant, prepared.answers), Equal)
            for node in _derivatives(tree, tuple(self.vocabulary.indices))
            if node not in allowed
            for whole in [substitute(node, self.shorthand)]
            for meant in (whole, *(exchanged(whole, *exchange) if exchange else ()))
        )

    def _remembered(self, part: str, tree: Tree) -> PartMark:
        """Mark a formula, or take the mark of the same one from memory: a class repeats its mistakes."""
        found = self._memory.get((part, tree))
        if found is None:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            found = self._memory[part, tree] = self._mark(self.parts[part], tree)
        return found

    def _mark(self, prepared: _Prepared, tree: Tree) -> PartMark:
        verdict = self.compare_all(tree, prepared.answers)
        if isinstance(verdict, Equal):
            return PartMark(Status.CORRECT, 1.0)
        if isinstance(verdict, Undecidable):
            said = f"{verdict.reason}, so a person has to look"
            return PartMark(Status.PENDING, 0.0, None, said, said)
        return self._explained(prepared, tree, verdict)

    def compare_all(self, tree: Tree, answers: Sequence[Tree]) -> Verdict:
        """Compare a formula with several that would all be right."""
        verdict: Verdict = Undecidable("there is nothing to compare with")
        for answer in answers:
            verdict = compare(tree, answer, self.setting)
            if isinstance(verdict, Equal):
                break
        return verdict

    def _explained(self, prepared: _Prepared, tree: Tree, verdict: Different) -> PartMark:
        for name, answers in prepared.mistakes.items():
            if isinstance(self.compare_all(tree, answers), Equal):
                mistake = prepared.part.mistake[name]
                return PartMark(Status.MISTAKE, mistake.credit, name, mistake.says, mistake.says)
        reason = find_reason(tree, prepared.answers[0], Setup(self.setting, self.vocabulary))
        example = counterexample(verdict, functions=bool(self.vocabulary.functions))
        if reason is None:
            said = "it is not equal to what is asked"
            return PartMark(Status.WRONG, 0.0, None, said + example, said)
        if reason.exchange:
            credit = self.question.slip_credit
            return PartMark(Status.SLIP, credit, reason.cause, reason.says, reason.says, reason.exchange)
        return PartMark(Status.WRONG, 0.0, reason.cause, reason.says + example, reason.says)


def _derivatives(tree: Tree, indices: Sequence[str]) -> Iterator[Tree]:
    """Yield every derivative in a formula; one inside a sum as it is where its index is one of `indices`."""
    if isinstance(tree, Call) and tree.function == DERIVATIVE:
        yield tree
    for child in children(tree):
        for node in _derivatives(child, indices):
            if isinstance(tree, Repeat) and tree.index in names_in(node):
                yield from (substitute(node, {tree.index: Name(index)}) for index in indices)
            else:
                yield node


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
            tree = self._read(text, f"definitions.{name}")
            self.shapes[name] = self._shape(tree, f"definitions.{name}")
            self.definitions.append((name, tree))
        shorthand: dict[str, Tree] = {}
        for name, text in self.question.shorthand.items():
            tree = self._read(text, f"shorthand.{name}")
            shorthand[name] = substitute(tree, shorthand)
            self.shapes[name] = self._shape(shorthand[name], f"shorthand.{name}")
        parts = {part.id: self._part(part, shorthand) for part in self.question.part if part.answer}
        vocabulary = replace(self._vocabulary(), arguments=self._arguments())
        return FormulaMarker(self.question, vocabulary, self._setting(), shorthand, parts)

    def _arguments(self) -> dict[str, Tree]:
        """Return the argument of each open function that has only one in the definitions."""
        found: dict[str, set[Tree]] = {}
        nodes = (node for _, tree in self.definitions for node in walk(tree) if isinstance(node, Call))
        for call in nodes:
            if call.function in self.question.functions and len(call.arguments) == 1:
                found.setdefault(call.function, set()).add(call.arguments[0])
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
        try:
            return read_formula(text, self._vocabulary()).tree
        except ExpressionFault as fault:
            raise KeyFault(fault.reason, f"question[{self.question.id}].{place}", fault) from None

    def _shape(self, tree: Tree, place: str) -> Shape:
        """Return the shape that a formula has at a point."""
        values = self._worked(tree, place)
        if not np.isfinite(values).any():
            raise KeyFault("has no value anywhere it was tried", f"question[{self.question.id}].{place}")
        return tuple(values.shape[1:])

    def _worked(self, tree: Tree, place: str) -> Array:
        """Return the values of a formula at a few points."""
        try:
            made = formula(tree)
            points = draw(self._setting(), [made], np.random.Generator(np.random.Philox(key=0)), "usual")
            return points.real([made])[0][0]
        except ExpressionFault as fault:  # a derivative that cannot be worked
            raise KeyFault(fault.reason, f"question[{self.question.id}].{place}") from None

    def _part(self, part: Part, shorthand: Mapping[str, Tree]) -> _Prepared:
        def trees(texts: Sequence[str], place: str) -> tuple[Tree, ...]:
            places = [f"{place}[{number}]" for number in range(len(texts))] if len(texts) > 1 else [place]
            read = [substitute(tree, shorthand) for tree in map(self._read, texts, places)]
            for tree, its_place in zip(read, places, strict=True):
                if DERIVATIVE in functions_in(tree):
                    self._worked(tree, its_place)
            return tuple(read)

        place = f"part[{part.id}]"
        mistakes = {
            name: trees(mistake.answer, f"{place}.mistake.{name}.answer")
            for name, mistake in part.mistake.items()
        }
        return _Prepared(part, trees(part.answer or (), f"{place}.answer"), mistakes)
