"""Which row of a gradebook is whose, by id alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from grader.exchange.gradebook.platforms import Headings, Platform
from grader.exchange.gradebook.sheet import Sheet

_PARTICIPANT = re.compile(r"\D+(\d+)")  # "Participant 4711", in whatever language


@dataclass(frozen=True, slots=True)
class Found:
    """The row of each student who is found; why some are not.

    `twice` are in several rows each, `shared` are hand-ins that fit one row with another.
    """

    rows: dict[str, int] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Roll:
    """The students of a gradebook."""

    platform: Platform
    sheet: Sheet
    headings: Headings

    def rows(self, column: int) -> Iterator[int]:
        """Yield the rows of students: those with an id. Canvas' "Points Possible" has none."""
        known = [self.headings[name] for name in self.platform.ids if name in self.headings] or [column]
        for row in range(1, len(self.sheet.rows)):
            if self.name(row).casefold() in self.platform.test_student:
                continue
            if self.sheet.cell(row, column) and any(self.sheet.cell(row, i) for i in known):
                yield row

    def name(self, row: int) -> str:
        """Return what a student is called; empty where no column says it."""
        columns = [self.headings[name] for name in self.platform.names if name in self.headings]
        return self.sheet.cell(row, columns[0]) if columns else ""

    def find(self, students: Iterable[str], column: int) -> Found:
        """Look students up in a column of ids: as they are written, or else without leading zeros."""
        exact: dict[str, list[int]] = defaultdict(list)
        loose: dict[str, list[int]] = defaultdict(list)
        for row in self.rows(column):
            text = self.sheet.cell(row, column).casefold()
            exact[text].append(row)
            loose[_without_zeros(text)].append(row)
            if participant := _PARTICIPANT.fullmatch(text):
                exact[participant[1]].append(row)
        found = Found()
        by_row: dict[int, list[str]] = defaultdict(list)
        for student in dict.fromkeys(students):
            id_ = student.strip().casefold()
            rows = exact.get(id_) or loose.get(_without_zeros(id_), [])
            if len(rows) == 1:
                by_row[rows[0]].append(student)
            elif rows:
                found.twice[student] = rows
        found.rows.update({own[0]: row for row, own in by_row.items() if len(own) == 1})
        found.shared.extend(student for own in by_row.values() if len(own) > 1 for student in own)
        return found

    def best_column(self, students: Sequence[str]) -> int | None:
        """Return the column of ids in which most of the students are; None where none of them is anywhere."""
        columns = [self.headings[name] for name in self.platform.ids if name in self.headings]
        found = {column: self.find(students, column) for column in columns}
        hits = {column: (len(each.rows), len(each.twice)) for column, each in found.items()}
        best = max(columns, key=hits.__getitem__, default=None)
        return best if best is not None and any(hits[best]) else None


def _without_zeros(text: str) -> str:
    """Return an id as a spreadsheet leaves it, that takes 00123 for a number."""
    return text.lstrip("0") if text.isdecimal() else text
