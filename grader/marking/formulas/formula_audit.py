"""Proving the formulas of a key: what is printed as an answer, and known mistakes that are none."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.expressions import ExpressionFault, substitute
from grader.expressions.notation import read_formula
from grader.marking.formulas.counterexample import counterexample
from grader.marking.formulas.equivalence import Different, Equal
from grader.marking.formulas.formula import FormulaMarker
from grader.marking.formulas.formula_key import make_marker
from grader.marking.formulas.reasons import UNEQUAL, find_reason
from grader.schemas.key import Key
from grader.schemas.parts import PartsQuestion, PublishedFormula
from grader.solver.findings import Oddity


@dataclass(frozen=True, slots=True)
class FormulaAudit:
    """How many answers and mistakes were examined, and what was found."""

    answers: int
    mistakes: int
    findings: tuple[Oddity, ...]


def audit_formulas(key: Key) -> FormulaAudit:
    """Examine every formula of a key, by value. Raises KeyFault where one cannot be read."""
    markers = [
        marker
        for question in key.question
        if isinstance(question, PartsQuestion) and (marker := make_marker(question))
    ]
    findings = [finding for marker in markers for finding in (*_equal(marker), *_published(marker))]
    parts = [prepared for marker in markers for prepared in marker.parts.values()]
    return FormulaAudit(len(parts), sum(len(part.mistakes) for part in parts), tuple(findings))


def _equal(marker: FormulaMarker) -> Iterator[Oddity]:
    """Yield the mistakes that are equal to the right answer, or that cannot be told from it."""
    for part, prepared in marker.parts.items():
        for name, trees in prepared.mistakes.items():
            if any(not isinstance(marker.compare_all(tree, prepared.answers), Different) for tree in trees):
                place = f"{marker.question.id}, {part}, mistake {name}"
                yield Oddity(place, "it cannot be told from the right answer")


def _published(marker: FormulaMarker) -> Iterator[Oddity]:
    for part, prepared in marker.parts.items():
        if (printed := prepared.part.published) is not None:
            says = _fault(marker, part, printed)
            if says:
                place = f"{marker.question.id}, {part}, published formula"
                yield Oddity(place, f"{printed.formula}: {says}", printed.acknowledged)


def _fault(marker: FormulaMarker, part: str, printed: PublishedFormula) -> str:
    """Return what is wrong with a printed formula, found without the key's known mistakes, or nothing."""
    try:
        reading = read_formula(printed.formula, marker.vocabulary)
    except ExpressionFault as fault:
        return f"cannot be read: {fault.reason}"
    tree = substitute(reading.tree, marker.shorthand)
    prepared = marker.parts[part]
    verdict = marker.compare_all(tree, prepared.answers)
    if isinstance(verdict, Equal):
        return ""
    if not isinstance(verdict, Different):
        return verdict.reason
    asked = (prepared.part.answer or ("",))[0]
    reason = find_reason(tree, prepared.answers[0], marker.setting, marker.vocabulary)
    if reason and reason.says.startswith(UNEQUAL):
        return f"it is not {asked}{reason.says.removeprefix(UNEQUAL)}"
    if reason:
        return f"it is not {asked}; {reason.says}"
    return f"it is not {asked}{counterexample(verdict)}"
