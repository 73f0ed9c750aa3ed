"""The grades of a class: a row a student, and all of them as CSV.

Rows are small, so that a class of ten thousand need not be held in memory with all its field results.
"""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from grader.reports.escape import csv_cell
from grader.schemas.results import QuestionResult, SubmissionResult

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
        grades={question.question: _grade(question) for question in result.questions},
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

    The rows are gone through once.
    """
    questions: dict[str, str] = {}
    lines = []
    for row in rows:
        for question in row.grades:
            if question not in questions:
                questions[question] = _header(question)
        lines.append((_before(row), _scores(row), _after(row)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_BEFORE, *questions.values(), *_AFTER])
    for before, scores, after in lines:
        writer.writerow([*before, *[scores.get(question, "") for question in questions], *after])
    return text.getvalue()


def _grade(question: QuestionResult) -> Grade:
    return Grade(question.score, question.max_score, question.pending)


def _header(question: str) -> str:
    """Return the name of a question's column, which must not be taken for one of ours."""
    return csv_cell(f"question {question}" if question in {*_BEFORE, *_AFTER} else question)


def _before(row: GradeRow) -> list[str]:
    return [csv_cell(text or "") for text in (row.student, row.file, row.assignment)]


def _scores(row: GradeRow) -> dict[str, str]:
    return {question: _decimals(grade.score) for question, grade in row.grades.items()}


def _after(row: GradeRow) -> list[str]:
    points = (row.total, row.max_score, None if row.total is None else row.pending)
    return [*map(_decimals, points), csv_cell("; ".join(row.problems))]


def _decimals(value: float | None) -> str:
    return "" if value is None else f"{value:z.2f}"
