"""Changes of marks as text for a terminal, and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from grader.reports.changes import Change, FieldChange, QuestionChange
from grader.reports.escape import visible
from grader.reports.lines import RULE, cut, cut_inside, left, wrapped
from grader.reports.remarks import FAULTS
from grader.reports.results_json import document
from grader.reports.trace import Trace
from grader.reports.wording import DASH, count, decimals
from grader.schemas.results import FieldResult, QuestionResult, SubmissionResult

SCHEMA: Final = "grader/diff/v1"
_ARROW = "\N{RIGHTWARDS ARROW}"
_NUMBERS = 9  # columns for each of old, new and change
_INDENT = "    "
_LONGEST = 200  # characters of a message


def diff_table(changes: Iterable[Change], width: int) -> Iterator[str]:
    """Yield a table: each hand-in, its questions, the reasons below them; nothing where nothing changes."""
    names = width - 3 * _NUMBERS
    head = False
    for change in changes:
        if not head:
            yield left("student, question", names) + f"{'old':>9}{'new':>9}{'change':>9}\n"
            yield RULE * width + "\n"
            head = True
        student = f"{change.student} ({change.assignment})" if change.assignment else change.student
        yield _row(student, change.old, change.new, names)
        yield from _bullets(change.reasons, "  ", width)
        for question in change.questions:
            yield _row(f"  {question.question}", question.old, question.new, names)
            yield from _bullets(question.reasons, _INDENT, width)
            yield from _bullets(_field_lines(question), _INDENT, width)


def _row(
    name: str,
    old: SubmissionResult | QuestionResult | None,
    new: SubmissionResult | QuestionResult | None,
    names: int,
) -> str:
    before, after = old.score if old else None, new.score if new else None
    change = f"{after - before:+z.2f}" if before is not None and after is not None else DASH
    numbers = (decimals(before, DASH), decimals(after, DASH), change)
    shown = left(cut_inside(visible(name), names - 1), names)
    return shown + "".join([f"{text:>{_NUMBERS}}" for text in numbers]) + "\n"


def _bullets(texts: Iterable[str], indent: str, width: int) -> Iterator[str]:
    for text in texts:
        yield wrapped(cut(visible(text), 2 * _LONGEST), indent, f"{indent}  ", width) + "\n"


def _field_lines(question: QuestionChange) -> Iterator[str]:
    """Yield a line for each field name and way of changing, for all its steps together."""
    either = question.new or question.old
    trace = Trace(either.fields if either else ())
    same: dict[tuple[str, str, str], list[FieldChange]] = {}
    for change in question.fields:
        key = (change.either.field, _verdict(change.old), _verdict(change.new))
        same.setdefault(key, []).append(change)
    for (name, before, after), changes in same.items():
        where = trace.where([change.either for change in changes]) if name in trace.fields else ""
        difference = sum([change.difference for change in changes])
        became = f"{before} {_ARROW} {after}" if before != after else after
        yield f"{name}{f' ({where})' if where else ''}: {became}, {difference:+z.2f}{_why(changes)}"


def _verdict(field: FieldResult | None) -> str:
    if field is None:
        return "not asked"
    return f"{field.status} ({field.cause.replace('_', ' ')})" if field.cause else str(field.status)


def _why(changes: Sequence[FieldChange]) -> str:
    """Return the message or comment on the new mark if that is a fault, else on the old one."""
    first = changes[0]
    for field, head in ((first.new, ""), (first.old, "before: ")):
        if field is None:
            continue
        said = field.comment or (field.message if field.status in FAULTS else "")
        if said:
            one_line = cut(said.split("\n")[0], _LONGEST)
            example = "for example " if len(changes) > 1 and not field.comment else ""
            return f"; {head}{example}{one_line}"
    return ""


def diff_summary(changes: Sequence[float | None], compared: int) -> str:
    """Return how many marks change, and which way; None in `changes` stands for one that came or went."""
    if not changes:
        return f"No marks change; {count(compared, 'hand-in')} compared."
    known = [change for change in changes if change is not None]
    up, down = sum([change > 0 for change in known]), sum([change < 0 for change in known])
    ways = [(up, "up"), (down, "down"), (len(known) - up - down, "with the same total")]
    ways.append((len(changes) - len(known), "came, went or could not be marked once"))
    said = ", ".join(f"{number} {way}" for number, way in ways if number)
    return f"{len(changes)} of {count(compared, 'mark')} changed: {said}."


def diff_json(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the pieces of a JSON document with one change on each line."""
    return document(SCHEMA, "changes", (json.dumps(_as_json(change), allow_nan=False) for change in changes))


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "student": change.student,
        "assignment": change.assignment or None,
        "old": _side(change.old),
        "new": _side(change.new),
        "reasons": list(change.reasons),
        "questions": [
            {
                "question": question.question,
                "old": _side(question.old),
                "new": _side(question.new),
                "reasons": list(question.reasons),
                "fields": [
                    {
                        "field": each.either.field,
                        "step": each.either.step,
                        "old": _field_side(each.old),
                        "new": _field_side(each.new),
                    }
                    for each in question.fields
                ],
            }
            for question in change.questions
        ],
    }


def _side(side: SubmissionResult | QuestionResult | None) -> dict[str, Any] | None:
    return None if side is None else side.model_dump(include={"file", "score", "max_score", "pending"})


def _field_side(field: FieldResult | None) -> dict[str, Any] | None:
    return (
        None if field is None else field.model_dump(mode="json", exclude={"field", "step"}, exclude_none=True)
    )
