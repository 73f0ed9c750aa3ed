"""The formulas of a key, tried out: its answers, each known mistake, one symbol in place of another."""

from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

from grader.expressions import Name, walk
from grader.expressions.notation import read_formula
from grader.expressions.printing import in_plain
from grader.expressions.tree import Infix
from grader.marking.formulas.derivatives import has_derivatives
from grader.marking.formulas.equivalence import Different
from grader.marking.formulas.formula import FormulaMarker
from grader.marking.formulas.other_symbols import replaced
from grader.marking.formulas.part_marks import PartMark
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.results import Status
from grader.trials.trial import Made, Trial

_MOST_PAIRS = 200  # of symbols to exchange; if none of these can be told apart, none is made


class _Made(NamedTuple):
    """A formula, what it was made for, and what it is to be found as."""

    made: Made
    text: str
    status: Status
    cause: str | None = None
    name: str = ""


def try_parts(question: PartsQuestion, marker: FormulaMarker | None) -> Iterator[Trial]:
    """Yield the trials of all parts of a question."""
    for part in question.part:
        if marker is None or part.id not in marker.parts:
            waits = _Made(Made.TEXT, "", Status.PENDING)
            yield _trial(question, part, waits, PartMark(Status.PENDING))
            continue
        for each in _formulas(marker, part):
            yield _trial(question, part, each, marker.mark_unworked(part.id, each.text))


def _formulas(marker: FormulaMarker, part: Part) -> Iterator[_Made]:
    """Yield all formulas that are tried for a part."""
    for text in part.answer or ():
        yield _Made(Made.ANSWER, text, Status.CORRECT)
    for text in _equivalents(marker, part):
        yield _Made(Made.OTHER_NOTATION, text, Status.CORRECT)
    for name, mistake in part.mistake.items():
        for text in mistake.answer:
            yield _Made(Made.MISTAKE, text, Status.MISTAKE, name, name)
    for text in _exchanged(marker, part):
        yield _Made(Made.SLIP, text, Status.SLIP, "symbol_exchanged", "symbol")


def _equivalents(marker: FormulaMarker, part: Part) -> Iterator[str]:
    """Yield the first answer, written in other ways that are equal to it."""
    text = in_plain(read_formula((part.answer or ("",))[0], marker.vocabulary).tree)
    yield f"2 * ({text}) / 2"
    yield f"({text}) + ({text}) - ({text})"


def _exchanged(marker: FormulaMarker, part: Part) -> Iterator[str]:
    """Yield one right formula with a symbol in place of another, so that it is no longer right.

    If the answer has only symbols of a derivative, it is multiplied by the quotient of the two symbols
    instead.
    """
    prepared = marker.parts[part.id]
    symbols = [name for name, shape in marker.vocabulary.symbols.items() if not shape]
    right_ones = prepared.answers
    right = right_ones[0]
    known = [[tree] for tree in {tree for trees in prepared.mistakes.values() for tree in trees}]
    for written, meant in list(permutations(symbols, 2))[:_MOST_PAIRS]:
        places = [node for node in walk(right) if isinstance(node, Name) and node.name == meant]
        if places and not has_derivatives(right):
            wrong = replaced(right, places[0], Name(written))
        else:
            wrong = Infix("/", Infix("*", right, Name(written)), Name(meant))
        if all(isinstance(marker.compare_all(wrong, each), Different) for each in (right_ones, *known)):
            yield in_plain(wrong)
            return


def _trial(question: PartsQuestion, part: Part, made: _Made, mark: PartMark) -> Trial:
    found = f"{mark.status} {mark.cause or ''}".strip()
    miss = ""
    if (mark.status, mark.cause) != (made.status, made.cause):
        expected = f"{made.status} {made.cause or ''}".strip()
        miss = f"{made.text} is found as {found} and not as {expected}. {_advice(made.made)}"
    return Trial(
        question=question.id,
        method=None,
        made=made.made,
        name=made.name,
        field=part.id,
        steps=(),
        found=found,
        score=part.points * mark.credit,
        max_score=part.points,
        miss=miss,
    )


def _advice(made: Made) -> str:
    if made is Made.MISTAKE:
        return "It equals the answer, or a mistake that stands before it: leave it out, or put them in one."
    return "That is a fault of marking, or of the definitions, which may have no value at most points."
