"""The grades of a class: a row for each hand-in, and all rows as CSV.

Rows are small, so that a class of ten thousand need not be held in memory with all its field results.
"""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from grader.reports.escape import csv_cell
from grader.reports.wording import decimals
from grader.schemas.results import SubmissionResult

_BEFORE = ("student", "file", "assignment")
_AFTER = ("total", "max", "pending", "problems")


class Grade(NamedTuple):
    """The points of one question; `pending` of them wait for a person and are not in `score`."""

    score: float
    max_score: float
    pending: float


class GradeRow(NamedTuple):
    """One hand-in; `total` is None where it was not marked, and `problems` say why."""

    student: str | None
    file: str
    assignment: str | None
    grades: dict[str, Grade]
    total: float | None
    max_score: float | None
    pending: float
    problems: tuple[str, ...]


def row_of(result: SubmissionResult) -> GradeRow:
    """Return the row of one hand-in."""
    return GradeRow(
        student=result.student,
        file=result.file,
        assignment=result.assignment,
        grades={each.question: Grade(each.score, each.max_score, each.pending) for each in result.questions},
        total=result.score,
        max_score=result.max_score,
        pending=result.pending,
        problems=result.problems,
    )


def questions_of(rows: Iterable[GradeRow]) -> list[str]:
    """Return the questions of all assignments in the order in which they are first seen."""
    return list(dict.fromkeys([question for row in rows for question in row.grades]))


def grades_csv(rows: Iterable[GradeRow]) -> str:
    """Return the rows as CSV: a column for each question, two decimals, empty where there is no score.

    It goes through the rows only once.
    """
    questions: dict[str, str] = {}
    lines = []
    for row in rows:
        for question in row.grades:
            # A question must not be taken for one of our own columns.
            ours = question in _BEFORE or question in _AFTER
            questions.setdefault(question, csv_cell(f"question {question}" if ours else question))
        before = [csv_cell(text or "") for text in (row.student, row.file, row.assignment)]
        scores = {question: decimals(grade.score) for question, grade in row.grades.items()}
        points = (row.total, row.max_score, None if row.total is None else row.pending)
        lines.append((before, scores, [*map(decimals, points), csv_cell("; ".join(row.problems))]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_BEFORE, *questions.values(), *_AFTER])
    for before, scores, after in lines:
        writer.writerow([*before, *[scores.get(question, "") for question in questions], *after])
    return text.getvalue()
