"""The marks that a course expects for a hand-in, compared with those that it gets."""

from collections.abc import Iterator

from grader.schemas.expect import ExpectedField, ExpectedHandIn
from grader.schemas.places import step_in_words
from grader.schemas.results import FieldResult, SubmissionResult

_CLOSE = 0.005  # points: a table shows two decimals


def mismatches(wanted: ExpectedHandIn, result: SubmissionResult) -> Iterator[tuple[str, str]]:
    """Yield every expectation that is not met: its place, and what was expected and found."""
    questions = {question.question: question for question in result.questions}
    if wanted.total is not None and _apart(wanted.total, result.score):
        yield "total", _points(wanted.total, result.score, result.max_score)
    for name, points in wanted.score.items():
        if name not in questions:
            yield f"score.{name}", f"there is no such question; there is {', '.join(questions)}"
        elif _apart(points, questions[name].score):
            yield f"score.{name}", _points(points, questions[name].score, questions[name].max_score)
    for each in wanted.field:
        if each.question not in questions:
            yield each.place, f"there is no such question; there is {', '.join(questions)}"
        else:
            yield from _of_field(each, questions[each.question].fields)


def _of_field(wanted: ExpectedField, fields: tuple[FieldResult, ...]) -> Iterator[tuple[str, str]]:
    meant = [
        field
        for field in fields
        if field.field == wanted.field and wanted.step.items() <= (field.step or {}).items()
    ]
    if not meant:
        yield wanted.place, _nowhere(wanted, fields)
    unmet = [(field, says) for field in meant if (says := _unmet(wanted, field))]
    if unmet:
        field, says = unmet[0]
        more = f" (and {len(unmet) - 1} more of {len(meant)} steps)" if len(unmet) > 1 else ""
        yield wanted.place_in(field.step or {}), f"{says}{more}"


def _nowhere(wanted: ExpectedField, fields: tuple[FieldResult, ...]) -> str:
    """Return in words that there is no such field, or no such step of it, and what there is."""
    steps = [field.step for field in fields if field.field == wanted.field]
    if not steps:
        return f"there is no such field; there is {', '.join(dict.fromkeys(field.field for field in fields))}"
    ends = [step_in_words(step.items()) for step in (steps[0], steps[-1]) if step]
    has = f"{wanted.field} has {' to '.join(dict.fromkeys(ends))}" if ends else f"{wanted.field} has no steps"
    return f"there is no such step; {has}"


def _unmet(wanted: ExpectedField, field: FieldResult) -> str:
    """Return which expectation a line does not meet, or nothing."""
    if wanted.status is not None and field.status != wanted.status:
        return f"expected {wanted.status}, found {_found(field)}"
    if wanted.cause is not None and field.cause != wanted.cause:
        return f"expected the cause {wanted.cause}, found {field.cause or 'none'}"
    if wanted.score is not None and _apart(wanted.score, field.score):
        return _points(wanted.score, field.score, field.max_score)
    return ""


def _found(field: FieldResult) -> str:
    cause = f" ({field.cause})" if field.cause else ""
    return f"{field.status}{cause}: {field.message}" if field.message else f"{field.status}{cause}"


def _apart(wanted: float, found: float | None) -> bool:
    return found is None or abs(wanted - found) > _CLOSE


def _points(wanted: float, found: float | None, most: float | None) -> str:
    beyond = f", of {most:.4g} that there are" if most is not None and wanted > most + _CLOSE else ""
    between = ";" if beyond else ","
    return f"expected {wanted:g} points{beyond}{between} found {'none' if found is None else f'{found:.4g}'}"
