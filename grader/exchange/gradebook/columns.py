"""Finds whose row a row of a gradebook is, by id alone, and what a column is, by its heading."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from grader.exchange.gradebook.platforms import Headings, Platform
from grader.exchange.gradebook.sheet import Sheet
from grader.schemas.faults import UsageFault

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
    headings: Headings

    def rows(self, column: int) -> Iterator[int]:
        """Yield the rows of students, which are those with an id: Canvas' "Points Possible" has none."""
        known = [self.headings[name] for name in self.platform.ids if name in self.headings] or [column]
        for row in range(1, len(self.sheet.rows)):
            if self.name(row).casefold() in self.platform.test_student:
                continue
            if self.sheet.cell(row, column) and any(self.sheet.cell(row, i) for i in known):
                yield row

    def name(self, row: int) -> str:
        """Return a student's name; empty where no column has it."""
        columns = [self.headings[name] for name in self.platform.names if name in self.headings]
        return self.sheet.cell(row, columns[0]) if columns else ""

    def find(self, students: Iterable[str], column: int) -> Found:
        """Look students up in a column of ids, as these are written or else without leading zeros."""
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
        """Return the column of ids in which most of the students are; None where none of them is in any."""
        columns = [self.headings[name] for name in self.platform.ids if name in self.headings]
        found = {column: self.find(students, column) for column in columns}
        hits = {column: (len(each.rows), len(each.twice)) for column, each in found.items()}
        best = max(columns, key=hits.__getitem__, default=None)
        return best if best is not None and any(hits[best]) else None


def _without_zeros(text: str) -> str:
    """Return an id as a spreadsheet leaves it that takes 00123 for a number."""
    return text.lstrip("0") if text.isdecimal() else text


_MOST_NAMED = 20


def work_column(platform: Platform, sheet: Sheet, headings: Headings, wanted: str, *, named: bool) -> int:
    """Return the column of an assignment, or the one that a person `named`.

    Raises UsageFault where no column or several could be meant, or where it does not hold marks.
    """
    titles = {i: platform.titles(cell.text) for i, cell in enumerate(sheet.rows[0])}
    works = [i for i, own in titles.items() if own]
    found = [i for i in titles if named and sheet.cell(0, i) == wanted.strip()]
    found = found or [i for i in works if _plain(wanted) in map(_plain, titles[i])]
    if not found and not named:  # a worksheet is of one assignment, whatever its name
        found = [i for i in works if sheet.cell(0, i).casefold() == platform.only_work]
    if len(found) != 1:
        raise UsageFault(_which(platform, sheet, wanted, found or works, several=len(found) > 1))
    _check(platform, sheet, headings, found[0])
    return found[0]


def id_column(roll: Roll, students: Sequence[str], ids: str | None) -> int:
    """Return the column that a person named, or the one in which most of the students are.

    Raises UsageFault where there is no such column, or none of the students is in it.
    """
    platform, sheet, headings = roll.platform, roll.sheet, roll.headings
    if ids is not None:
        if ids.strip().casefold() not in headings:
            raise UsageFault(
                f"no column {ids!r} for --id-column; there is {_listed(sheet, headings.values())}"
            )
        return headings[ids.strip().casefold()]
    there = [headings[name] for name in platform.ids if name in headings]
    if not there:
        expected = " or ".join(map(repr, platform.ids))
        raise UsageFault(
            f"no column of ids; expected a gradebook as {platform.name} exports it, with {expected}, "
            "or --id-column"
        )
    best = roll.best_column(students)
    if best is None:
        raise UsageFault(
            f"nobody who handed in ({len(set(students))}) is in it; looked in {_listed(sheet, there)}; "
            "say which column has their ids with --id-column"
        )
    return best


def _check(platform: Platform, sheet: Sheet, headings: Headings, column: int) -> None:
    heading = sheet.cell(0, column)
    most = platform.most(sheet, headings, 1, column) if len(sheet.rows) > 1 else ""
    if heading.casefold() in {*platform.ids, *platform.names} or "read only" in most.casefold():
        raise UsageFault(f"{heading!r} is not a column of marks that can be filled in")


def _which(platform: Platform, sheet: Sheet, wanted: str, columns: Sequence[int], *, several: bool) -> str:
    if not columns:
        return f"no column of marks in it; expected a gradebook as {platform.name} exports it"
    named = _listed(sheet, columns)
    if several:
        return f"more than one column could be {wanted!r}: {named}; say which with --column"
    near = get_close_matches(wanted, [sheet.cell(0, i) for i in columns], n=1, cutoff=0.3)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no column for {wanted!r}; there is {named}; say which with --column{hint}"


def _listed(sheet: Sheet, columns: Iterable[int]) -> str:
    return ", ".join([repr(sheet.cell(0, i)) for i in columns][:_MOST_NAMED])


def _plain(text: str) -> str:
    """Return the letters and digits of a name: `Practical 1` and `practical_1` are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())
