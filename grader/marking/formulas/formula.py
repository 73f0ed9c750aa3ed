"""Marking formulas by value: any form that is equal to the key's is right, any other gets a reason.

The reference may be a derivative, `derivative(L, w)`, of what the question defines; it is then worked by
dual numbers at the points where the formulas are compared.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from grader.expressions import (
    ExpressionFault,
    Name,
    Tree,
    names_in,
    substitute,
)
from grader.expressions.notation import Reading, Vocabulary, is_condition, read_answer
from grader.expressions.printing import in_brief, in_plain
from grader.expressions.tokens import MAX_LENGTH
from grader.marking.formulas.counterexample import counterexample
from grader.marking.formulas.derivatives import by_itself, derivatives_in, is_chain_rule, worked_inside
from grader.marking.formulas.edges import apart_at
from grader.marking.formulas.equivalence import Different, Equal, Undecidable, Verdict, compare
from grader.marking.formulas.other_symbols import exchanged
from grader.marking.formulas.part_marks import PartMark
from grader.marking.formulas.points import Setting
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.remembered import Remembered
from grader.schemas.results import Status

NO_CHAIN = "what stands before and after this '=' is not equal; write the answer alone"
ON_THE_WAY = "the forms between your '=' are not all equal; the last one is marked"
_EDGE = "edge"
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 1000  # characters; longer ones are rare, and would fill the memory


@dataclass(frozen=True, slots=True, eq=False)
class PartKey:
    """What the key has of a part: its references and known mistakes as trees."""

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
    parts: Mapping[str, PartKey]
    _memory: Remembered[tuple[str, Tree], PartMark] = field(default_factory=lambda: Remembered(_REMEMBERED))
    _texts: Remembered[tuple[str, str], PartMark] = field(default_factory=lambda: Remembered(_REMEMBERED))

    def mark(self, part: str, text: str) -> PartMark:
        """Return the verdict on an answer; INVALID with the place where it cannot be read."""
        found = self._texts.get((part, text))
        if found is None:
            found = self._read_and_mark(part, text)
            if found.status == Status.INVALID and is_condition(self.parts[part].answers[0]):
                condition = self._read_and_mark(part, f"1[{text}]")
                found = found if condition.status == Status.INVALID else condition
            if found.status != Status.CORRECT:
                invalid = found.status == Status.INVALID
                otherwise = (self._read_plainer if invalid else self._read_otherwise)(part, text, found)
                ended = self._by_its_end(part, text, found)
                unread = otherwise is None or otherwise.status == Status.INVALID
                found = ended if unread and ended is not found else otherwise or found
            if len(text) <= _LONGEST_REMEMBERED:
                self._texts[part, text] = found
        return found

    def mark_unworked(self, part: str, text: str) -> PartMark:
        """Return the verdict by value alone: keys may name an answer as the derivative that is asked for."""
        return self._read_and_mark(part, text, worked=False)

    def _read_and_mark(
        self, part: str, text: str, *, worked: bool = True, explained: bool = True, whole: bool = True
    ) -> PartMark:
        """Read an answer and mark it; `explained`: say what is wrong with it; `whole`: check its chain."""
        try:
            reading = read_answer(text, self.vocabulary)
            tree = self._meant(reading.tree)
            if whole:
                self._check_chain(reading, tree)
            found = self._remembered(part, tree, explained=explained)
            if worked and found.status in {Status.CORRECT, Status.SLIP}:
                found = self._unless_restated(part, reading, found)
        except ExpressionFault as fault:
            # What is only found when a formula is worked does not know the text that it stands in.
            around = fault.text or text
            message = f"cannot be read: {ExpressionFault(fault.reason, around, fault.span)}"
            behind = len(around) - fault.span[1]
            return PartMark(Status.INVALID, 0.0, None, message, message, behind=behind)
        if found.exchange and found.exchange[0] not in names_in(reading.tree):
            found = self._by_shorthand(found, names_in(reading.tree), *found.exchange)
        read = in_plain(reading.tree)
        if found.status == Status.CORRECT and not reading.notes:
            return found._replace(read=read)
        read_as = "; ".join([f"read as {in_brief(reading.tree)}", *reading.notes])
        message, plain = (f"{read_as}; {said}" if said else read_as for said in (found.message, found.plain))
        return found._replace(message=message, plain=plain, read=read)

    def _by_shorthand(self, found: PartMark, written: Container[str], own: str, meant: str) -> PartMark:
        """Name the shorthand that stands in place of another, where a symbol stands only in what it means."""
        exchanges = (
            (name, right)
            for name in filter(written.__contains__, self.shorthand)
            for right, due in self.shorthand.items()
            if name != right and substitute(self.shorthand[name], {own: Name(meant)}) == due
        )
        for name, right in exchanges:
            words = f"{own} stands where {meant} belongs", f"{name} stands where {right} belongs"
            message, plain = (text.replace(*words) for text in (found.message, found.plain))
            return found._replace(message=message, plain=plain)
        return found

    def _read_otherwise(
        self, part: str, text: str, found: PartMark, written: str | None = None
    ) -> PartMark | None:
        """Return the mark of another reading of what was `found` not to be right, if that is.

        `written`: the text before it was put into plainer words, if it was.
        """
        # Imported here, as below: most formulas are read and right as they stand.
        from grader.expressions.notation.rewriting import other_readings

        misshapen = found.cause == "shape"
        for other, note in other_readings(text, self.vocabulary, written, misshapen=misshapen):
            found = self._read_and_mark(part, other, explained=False)
            if found.cause == _EDGE:
                return found
            if found.status == Status.CORRECT:
                message = "; ".join([*([found.message] if found.message else []), note])
                return found._replace(message=message, plain=message)
        return None

    def _read_plainer(self, part: str, text: str, unread: PartMark) -> PartMark:
        """Return the mark of what cannot be read, put into plainer words.

        Where it still cannot, what is told is the fault of the reading that gets furthest.
        """
        from grader.expressions.notation.plainer.stages import plainer

        readable, further, written = None, unread, text
        for plain in plainer(text, self.vocabulary):
            found = self._read_and_mark(part, plain.text)
            if found.status == Status.CORRECT:
                message = "; ".join(filter(None, (found.message, plain.note)))
                return found._replace(message=message, plain=message)
            if found.status != Status.INVALID and readable is None:
                readable = found
            if found.status == Status.INVALID and found.behind < further.behind:
                further = found  # what could not be read before it can be read now
            text = plain.text
        return (
            self._read_otherwise(part, text, readable or unread, written)
            or readable
            or self._read_by_index(part, written, text)
            or further
        )

    def _read_by_index(self, part: str, *texts: str) -> PartMark | None:
        """Return the mark of what can be any component of the answer, as it stands or put plainly."""
        from grader.marking.formulas.by_index import by_index

        answers, short = self.parts[part].answers, [text for text in texts if len(text) <= MAX_LENGTH]
        read = (by_index(text, answers, self.vocabulary, self.setting) for text in short)
        found = max(filter(None, read), default=None)
        if found is None:
            return None
        status, credit = (Status.CORRECT, 1.0) if found.right else (Status.WRONG, 0.0)
        return PartMark(status, credit, None, found.says, found.says)

    def _by_its_end(self, part: str, text: str, found: PartMark) -> PartMark:
        """Return the mark of the last form of a chain that goes wrong on its way, if it is a known mistake.

        Any other stays unread: what was meant by a right end after a wrong step cannot be told.
        """
        if NO_CHAIN in found.message:
            end = self._read_and_mark(part, text, whole=False)
            if end.status == Status.MISTAKE:
                message, plain = (f"{said}; {ON_THE_WAY}" for said in (end.message, end.plain))
                return end._replace(message=message, plain=plain)
        return found

    def _check_chain(self, reading: Reading, tree: Tree) -> None:
        """Refuse a chain of '=' whose forms are not all equal: which of them is meant cannot be told.

        A chain rule as it is first put down is no answer; what becomes of it is.
        """
        for other, place in reading.others:
            if is_chain_rule(other):
                continue
            if not isinstance(self.compare_all(tree, (self._meant(other),)), Equal):
                raise ExpressionFault(NO_CHAIN, "", place)

    def _meant(self, tree: Tree) -> Tree:
        """Return a formula without shorthand, and without derivatives inside derivatives."""
        return worked_inside(substitute(tree, self.shorthand), self.setting.definitions)

    def _unless_restated(self, part: str, reading: Reading, found: PartMark) -> PartMark:
        """Return a right formula's mark, or that of one in which the derivative asked for stands unworked.

        What a shorthand stands for may stand in its place. One symbol in place of another changes nothing.
        """
        forms = (reading.tree, *(other for other, _ in reading.others))
        if all(self._restates(form, self.parts[part], found.exchange) for form in forms):
            said = "this only names what is asked for; work it out"
            if found.exchange and not any(map(by_itself, exchanged(reading.tree, *found.exchange))):
                said = f"{found.message}, and {said}"
            return PartMark(Status.WRONG, 0.0, "not_worked_out", said, said)
        return found

    def _restates(self, tree: Tree, prepared: PartKey, exchange: tuple[str, str] | None) -> bool:
        """Tell whether the derivative asked for stands in a formula, perhaps with one symbol for another."""
        allowed = set(self.shorthand.values())
        return any(
            isinstance(self.compare_all(meant, prepared.answers), Equal)
            for node in derivatives_in(tree, tuple(self.vocabulary.indices))
            if node not in allowed
            for whole in [self._meant(node)]
            for meant in (whole, *(exchanged(whole, *exchange) if exchange else ()))
        )

    def _remembered(self, part: str, tree: Tree, *, explained: bool) -> PartMark:
        """Mark a formula, or take the mark of the same one from memory: a class repeats its mistakes."""
        found = self._memory.get((part, tree))
        if found is None and not explained:
            equal = isinstance(self.compare_all(tree, self.parts[part].answers), Equal)
            return self._right(self.parts[part], tree) if equal else PartMark(Status.WRONG, 0.0)
        if found is None:
            found = self._memory[part, tree] = self._mark(self.parts[part], tree)
        return found

    def _mark(self, prepared: PartKey, tree: Tree) -> PartMark:
        verdict = self.compare_all(tree, prepared.answers)
        if isinstance(verdict, Equal):
            return self._right(prepared, tree)
        if isinstance(verdict, Undecidable):
            said = f"{verdict.reason}, so a person has to look"
            return PartMark(Status.PENDING, 0.0, None, said, said)
        return self._explained(prepared, tree, verdict)

    def _right(self, prepared: PartKey, tree: Tree) -> PartMark:
        """Return the mark of a right formula; where it differs on the edge of a condition, that is told.

        It costs nothing, for most conventions allow both, unless a condition is what is asked for.
        """
        edges = {answer: apart_at(tree, answer, self.setting) for answer in prepared.answers}
        if not all(edges.values()):
            return PartMark(Status.CORRECT, 1.0)
        answer, edge = next(iter(edges.items()))
        said = f"where {edge} it is not the same as the solution"
        if is_condition(answer):
            return PartMark(Status.WRONG, 0.0, _EDGE, said, said)
        return PartMark(Status.CORRECT, 1.0, None, said, said)

    def compare_all(self, tree: Tree, answers: Sequence[Tree]) -> Verdict:
        """Compare a formula with several that would all be right."""
        verdict: Verdict = Undecidable("there is nothing to compare with")
        for answer in answers:
            verdict = compare(tree, answer, self.setting)
            if isinstance(verdict, Equal):
                break
        return verdict

    def _explained(self, prepared: PartKey, tree: Tree, verdict: Different) -> PartMark:
        for name, answers in prepared.mistakes.items():
            if isinstance(self.compare_all(tree, answers), Equal):
                mistake = prepared.part.mistake[name]
                return PartMark(Status.MISTAKE, mistake.credit, name, mistake.says, mistake.says)
        from grader.marking.formulas.reasons import UNEQUAL, find_reason

        reason = find_reason(tree, prepared.answers[0], self.setting, self.vocabulary)
        derivatives = [*derivatives_in(tree, tuple(self.vocabulary.indices))]
        if reason is None or not (reason.exchange or derivatives):
            for name, other in self.parts.items():
                if other is not prepared and isinstance(self.compare_all(tree, other.answers), Equal):
                    said = f"this is the answer to {name}"
                    return PartMark(Status.WRONG, 0.0, "other_part", said, said)
        example = counterexample(verdict)
        if reason is None:
            return PartMark(Status.WRONG, 0.0, None, UNEQUAL + example, UNEQUAL)
        if reason.exchange:
            credit = self.question.slip_credit
            return PartMark(Status.SLIP, credit, reason.cause, reason.says, reason.says, reason.exchange)
        return PartMark(Status.WRONG, 0.0, reason.cause, reason.says + example, reason.says)
