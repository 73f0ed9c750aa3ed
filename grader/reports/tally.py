"""What the statistics of a class need of one hand-in: a small fraction of its result.

A tally can be written as a line of JSON and read back, so that the tallies of a class can wait on disk until
it is known which attempts count.
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.reports.remarks import FAULTS, lost, reason
from grader.schemas.results import (
    NOTHING_HANDED_IN,
    REPLACED,
    SET_ASIDE,
    TOO_FEW_DIGITS,
    FieldResult,
    QuestionResult,
    Status,
    SubmissionResult,
)


class Points(NamedTuple):
    """The points earned and possible, of a whole question (with an empty `field`) or of one of its fields.

    Points that wait for a person are in neither, but in `waiting`.
    """

    question: str
    field: str
    score: float
    max_score: float
    waiting: float = 0.0


class Loss(NamedTuple):
    """Points lost for one cause in one question. `field` is empty where any field may have the cause."""

    question: str
    status: str
    cause: str
    field: str
    text: str
    cost: float


class Tally(NamedTuple):
    """One hand-in; `score` is None where it was not marked, and `problems` say why."""

    student: str | None
    file: str
    assignment: str | None
    page: str | None
    score: float | None
    max_score: float | None
    problems: Sequence[str]
    points: Sequence[Points]
    losses: Sequence[Loss]


def tally_of(result: SubmissionResult, page: str | None) -> Tally:
    """Return the tally of a result; `page` is the name of the student's page, if there is one."""
    return Tally(
        student=result.student,
        file=result.file,
        assignment=result.assignment,
        page=page,
        score=result.score,
        max_score=result.max_score,
        problems=[*result.problems] if result.score is None else [],
        points=[points for question in result.questions for points in _points(question)],
        losses=[loss for question in result.questions for loss in _losses(question)],
    )


def is_replaced(result: SubmissionResult) -> bool:
    """Tell whether this is an attempt in whose place another one of the same student counts."""
    reasons = (REPLACED, SET_ASIDE)
    return result.score is None and any(problem.startswith(reasons) for problem in result.problems)


def is_absent(result: SubmissionResult | Tally) -> bool:
    """Tell whether this stands for a student on a roster who handed in nothing."""
    return result.score is None and not result.file and [*result.problems] == [NOTHING_HANDED_IN]


def to_json(tally: Tally) -> str:
    """Return a tally as one line of JSON."""
    return json.dumps(tally, separators=(",", ":"))


def from_json(text: str) -> Tally:
    """Return the tally that was written as `text`."""
    tally = Tally(*json.loads(text))
    points = [Points(*each) for each in tally.points]
    return tally._replace(points=points, losses=[Loss(*each) for each in tally.losses])


def _points(question: QuestionResult) -> Iterator[Points]:
    """Yield the points of the whole question, then of each of its fields, all steps together."""
    pending = question.pending
    yield Points(question.question, "", question.score, question.max_score - pending, pending)
    found: dict[str, list[float]] = {}
    waits = Status.PENDING
    for line in question.fields:
        sums = found.get(line.field)
        if sums is None:
            sums = found[line.field] = [0.0, 0.0, 0.0]
        sums[0] += line.score
        sums[2 if line.status is waits else 1] += line.max_score
    for name, sums in found.items():
        yield Points(question.question, name, *sums)


def _losses(question: QuestionResult) -> list[Loss]:
    """Return the losses of a question, one for each cause; of what costs nothing only faults are losses."""
    found: dict[tuple[str, str, str], Loss] = {}
    right = Status.CORRECT
    for line in question.fields:
        if line.status is right:
            continue
        cost = lost(line)
        if line.status not in FAULTS and (not cost or line.status in {Status.PENDING, Status.MARKED}):
            continue
        cause, field = line.cause or "", _field_of_cause(line)
        key = (line.status, cause, field)
        before = found.get(key)
        text, so_far = (before.text, before.cost) if before else (_text(line), 0.0)
        found[key] = Loss(question.question, line.status, cause, field, text, so_far + cost)
    return list(found.values())


def _field_of_cause(line: FieldResult) -> str:
    """Return the field that a cause belongs to; nothing for a mistake or slip that any line may have."""
    if line.step is None:
        return line.field
    return "" if line.cause or line.status in {Status.MISSING, Status.FOLLOWS} else line.field


def _text(line: FieldResult) -> str:
    """Return what the key says of a known mistake; nothing for other lines."""
    if line.status is not Status.MISTAKE or line.cause in {None, TOO_FEW_DIGITS}:
        return ""
    return reason(line.message)
