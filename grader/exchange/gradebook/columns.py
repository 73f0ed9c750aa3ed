"""Finds whose row a row of a gradebook is, by id alone, and what a column is, by its heading."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from grader.exchange.gradebook.platforms import Platform
from grader.exchange.gradebook.sheet import Sheet
from grader.schemas.cells import without_zeros
from grader.schemas.faults import UsageFault

_MOST_NAMED = 20
_PARTICIPANT = re.compile(r"\D+(\d+)")  # "Participant 4711", in whatever language


@dataclass(frozen=True, slots=True)
class Found:
    """The row of each student who was found, and why others were not.

    Those in `twice` are in several rows each; those in `shared` fit the same row as another hand-in.
    """

    rows: dict[str, int] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Roll:
    """The students of a gradebook."""

    platform: Platform
    sheet: Sheet

    def rows(self, column: int) -> Iterator[int]:
        """Yield the rows of students, which are those with an id: Canvas' "Points Possible" has none."""
        known = self._columns(self.platform.ids) or [column]
        for row in range(1, len(self.sheet.rows)):
            if self.name(row).casefold() in self.platform.test_student:
                continue
            if self.sheet.cell(row, column) and any(self.sheet.cell(row, i) for i in known):
                yield row

    def name(self, row: int) -> str:
        """Return a student's name; empty where no column has it."""
        columns = self._columns(self.platform.names)
        return self.sheet.cell(row, columns[0]) if columns else ""

    def find(self, students: Iterable[str], column: int) -> Found:
        """Look students up in a column of ids, as these are written or else without leading zeros."""
        exact: dict[str, list[int]] = defaultdict(list)
        loose: dict[str, list[int]] = defaultdict(list)
        for row in self.rows(column):
            text = self.sheet.cell(row, column).casefold()
            exact[text].append(row)
            loose[without_zeros(text)].append(row)
            if participant := _PARTICIPANT.fullmatch(text):
                exact[participant[1]].append(row)
        found = Found()
        by_row: dict[int, list[str]] = defaultdict(list)
        for student in dict.fromkeys(students):
            id_ = student.strip().casefold()
            rows = exact.get(id_) or loose.get(without_zeros(id_), [])
            if len(rows) == 1:
                by_row[rows[0]].append(student)
            elif rows:
                found.twice[student] = rows
        found.rows.update({own[0]: row for row, own in by_row.items() if len(own) == 1})
        found.shared.extend(student for own in by_row.values() if len(own) > 1 for student in own)
        return found

    def id_column(self, students: Sequence[str], ids: str | None) -> int:
        """Return the column that a person named, or the one in which most of the students are.

        Raises UsageFault where there is no such column, or none of the students is in it.
        """
        headings = self.sheet.headings
        if ids is not None:
            if ids.strip().casefold() not in headings:
                raise UsageFault(
                    f"no column {ids!r} for --id-column; there is {self._listed(headings.values())}"
                )
            return headings[ids.strip().casefold()]
        there = self._columns(self.platform.ids)
        if not there:
            expected = " or ".join(map(repr, self.platform.ids))
            raise UsageFault(
                f"no column of ids; expected a gradebook as {self.platform.name} exports it, with "
                f"{expected}, or --id-column"
            )
        found = {column: self.find(students, column) for column in there}
        hits = {column: (len(each.rows), len(each.twice)) for column, each in found.items()}
        best = max(there, key=hits.__getitem__)
        if not any(hits[best]):
            raise UsageFault(
                f"nobody who handed in ({len(set(students))}) is in it; looked in {self._listed(there)}; "
                "say which column has their ids with --id-column"
            )
        return best

    def work_column(self, wanted: str, *, named: bool) -> int:
        """Return the column of an assignment, or the one that a person `named`.

        Raises UsageFault where no column or several could be meant, or where it does not hold marks.
        """
        platform, sheet = self.platform, self.sheet
        titles = {i: platform.titles(cell.text) for i, cell in enumerate(sheet.rows[0])}
        works = [i for i, own in titles.items() if own]
        found = [i for i in titles if named and sheet.cell(0, i) == wanted.strip()]
        found = found or [i for i in works if _plain(wanted) in map(_plain, titles[i])]
        if not found and not named:  # a worksheet is of one assignment, whatever its name
            found = [i for i in works if sheet.cell(0, i).casefold() == platform.only_work]
        if len(found) != 1:
            raise UsageFault(self._which(wanted, found or works, several=len(found) > 1))
        heading = sheet.cell(0, found[0])
        most = platform.most(sheet, 1, found[0]) if len(sheet.rows) > 1 else ""
        if heading.casefold() in {*platform.ids, *platform.names} or "read only" in most.casefold():
            raise UsageFault(f"{heading!r} is not a column of marks that can be filled in")
        return found[0]

    def _which(self, wanted: str, columns: Sequence[int], *, several: bool) -> str:
        if not columns:
            return f"no column of marks in it; expected a gradebook as {self.platform.name} exports it"
        named = self._listed(columns)
        if several:
            return f"more than one column could be {wanted!r}: {named}; say which with --column"
        near = get_close_matches(wanted, [self.sheet.cell(0, i) for i in columns], n=1, cutoff=0.3)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"no column for {wanted!r}; there is {named}; say which with --column{hint}"

    def _columns(self, names: Iterable[str]) -> list[int]:
        return [self.sheet.headings[name] for name in names if name in self.sheet.headings]

    def _listed(self, columns: Iterable[int]) -> str:
        return ", ".join([repr(self.sheet.cell(0, i)) for i in columns][:_MOST_NAMED])


def _plain(text: str) -> str:
    """Return the letters and digits of a name: `Practical 1` and `practical_1` are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())
