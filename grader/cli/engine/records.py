"""What is kept of each hand-in of a class, on disk: its row, what is to be said of it, its result."""

import json
from collections.abc import Iterator, Sequence
from operator import index
from typing import Any, overload

import pydantic_core

from grader.cli.engine.marker import Done
from grader.exchange.findings.handin import Attempt
from grader.exchange.journal import Journal
from grader.reports import Grade, GradeRow
from grader.reports.tally import Tally, from_json
from grader.schemas.faults import Problem

PARTS = 3
_HEAD, _ENTRY, _TALLY = range(PARTS)


def record_of(done: Done) -> tuple[str, str, str]:
    """Return what is kept of a hand-in; `done` has the name of its page, if it has one, in its entry too."""
    row = done.row
    grades = {question: [*grade] for question, grade in row.grades.items()}
    points = grades, row.total, row.max_score, row.pending
    plain = (row.student, row.file, row.assignment, *points, row.problems)
    problems = [(problem.text, problem.grave) for problem in done.problems]
    head = (plain, [*done.attempt], problems, done.remarks, done.page)
    return _written(head), done.entry, done.made.tally


def _written(head: object) -> str:
    """Return JSON, quickly where no text has half a character in it, as names of files may."""
    try:
        return pydantic_core.to_json(head).decode()
    except pydantic_core.PydanticSerializationError:
        return json.dumps(head)


def _read(head: str) -> Any:
    try:
        return pydantic_core.from_json(head)
    except ValueError:
        return json.loads(head)


class Records:
    """The records in a journal, by the number of the hand-in."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __len__(self) -> int:
        return len(self._journal)

    def head(self, number: int) -> Done:
        """Return what came of it, without the texts."""
        plain, (disputed, time), problems, remarks, page = _read(self._journal.text(number, _HEAD))
        student, file, assignment, grades, total, most, waits, said = plain
        by_question = {name: Grade(*grade) for name, grade in grades.items()}
        row = GradeRow(student, file, assignment, by_question, total, most, waits, tuple(said))
        attempt = Attempt(disputed, tuple(time))
        return Done(row, attempt, [Problem(*each) for each in problems], remarks, page=page)

    def entry(self, number: int) -> str:
        """Return the result as JSON."""
        return self._journal.text(number, _ENTRY)

    def tally(self, number: int) -> Tally:
        """Return what the page of the class needs, with the name of the student's page."""
        return from_json(self._journal.text(number, _TALLY))._replace(page=self.head(number).page)


class Rows(Sequence[GradeRow]):
    """Rows in some order, each read from its record when it is looked at."""

    def __init__(self, records: Records, order: Sequence[int]) -> None:
        self._records = records
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> GradeRow: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "GradeRow | Rows":
        if isinstance(place, slice):
            return Rows(self._records, self._order[place])
        return self._records.head(self._order[index(place)]).row

    def __iter__(self) -> Iterator[GradeRow]:
        return (self._records.head(number).row for number in self._order)
