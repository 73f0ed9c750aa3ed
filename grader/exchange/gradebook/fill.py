"""Marks are filled into a downloaded gradebook: rows are found by id, and never guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from grader.exchange.gradebook.columns import Found, Roll
from grader.exchange.gradebook.platforms import Platform
from grader.exchange.gradebook.sheet import Place, Sheet, cut
from grader.exchange.small_file import read_small
from grader.schemas.faults import UsageFault
from grader.schemas.wording import first_of

_MOST_BYTES = 50_000_000
_MOST_NAMED = 200
_ENCODINGS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


class Mark(NamedTuple):
    """A student's score for an assignment, of at most `max_score`; None where it could not be marked."""

    student: str
    assignment: str | None
    score: float | None
    max_score: float | None
    pending: float = 0.0


class Filled(NamedTuple):
    """A gradebook with the marks in it, and notes for a person; `faults` are on marks that are not in it."""

    data: bytes
    notes: list[str]
    faults: list[str]


def fill(
    path: Path, platform: Platform, marks: Sequence[Mark], column: str | None = None, ids: str | None = None
) -> Filled:
    """Return a gradebook with marks filled in; every other byte of it stays as it is.

    An assignment's column is `column`, or else the one with its name; the column of ids is `ids`, or else the
    one that has most students of `marks`. Raises UsageFault where the file, a column or any of the students
    cannot be found.
    """
    data, encoding = _content(path)
    try:
        sheet = cut(data.decode(encoding))
        book = _Book(platform, sheet, Roll(platform, sheet))
        changes = book.changes(marks, column, ids)
    except UsageFault as fault:
        raise UsageFault(f"{path}: {fault}") from None
    return Filled(
        sheet.filled(changes).encode(encoding),
        *[[f"{path}: {said}" for said in of] for of in (book.notes, book.faults)],
    )


def _content(path: Path) -> tuple[bytes, str]:
    """Return a file's bytes, and an encoding by which all bytes but the changed ones come back the same."""
    if path.is_dir():
        raise UsageFault(f"{path}: a folder; expected the CSV file of a gradebook")
    data = read_small(path, _MOST_BYTES, "gradebook", "a table with a row for each student")
    for encoding in (*[name for mark, name in _ENCODINGS if data.startswith(mark)], "utf-8"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        encoding = "latin-1"  # each byte is a character, so each comes back
    if b"\0" in data and not encoding.startswith("utf-16"):
        raise UsageFault(f"{path}: not a CSV file; save the gradebook as CSV")
    return data, encoding


@dataclass(slots=True)
class _Book:
    platform: Platform
    sheet: Sheet
    roll: Roll
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def changes(self, marks: Sequence[Mark], column: str | None, ids: str | None) -> dict[Place, str]:
        """Return the cells to be changed, and note everything that does not fit."""
        works = self._works(marks, column)
        students = list(dict.fromkeys([mark.student for mark in marks]))
        of_ids = self.roll.id_column(students, ids)
        found = self.roll.find(students, of_ids)
        changes: dict[Place, str] = {}
        for assignment, place in works.items():
            own = [mark for mark in marks if mark.score is not None and (mark.assignment or "") == assignment]
            changes |= self._entered(own, found.rows, place)
            by = self.sheet.cell(0, of_ids)
            self._say_entered(own, found.rows, place, by)
        marked = {mark.student for mark in marks if mark.score is not None}
        self._name("could not be marked, so no mark", [s for s in students if s not in marked])
        self._say_without_row(students, found)
        taken = {*found.rows.values(), *[row for rows in found.twice.values() for row in rows]}
        missing = [self._who(row, of_ids) for row in self.roll.rows(of_ids) if row not in taken]
        self._name("in the gradebook, but without a hand-in", missing)
        return changes

    def _say_without_row(self, students: Sequence[str], found: Found) -> None:
        """Note the students who have no row of their own."""
        for student, rows in found.twice.items():
            self._lack(f"in rows {' and '.join(str(row + 1) for row in rows)}, so no mark", [student])
        self._lack("several hand-ins fit one row, so no mark", found.shared)
        known = {*found.rows, *found.twice, *found.shared}
        self._lack("handed in, but not in the gradebook", [s for s in students if s not in known])

    def _works(self, marks: Sequence[Mark], column: str | None) -> dict[str, int]:
        """Return the column of each assignment. Raises UsageFault where two have the same."""
        assignments = sorted({mark.assignment or "" for mark in marks if mark.score is not None})
        places = {
            assignment: self.roll.work_column(column or assignment, named=column is not None)
            for assignment in assignments
        }
        if len(set(places.values())) < len(assignments):
            raise UsageFault(
                f"hand-ins of {' and '.join(assignments)} for one column; mark one assignment at a time"
            )
        return places

    def _entered(self, marks: Sequence[Mark], rows: Mapping[str, int], column: int) -> dict[Place, str]:
        comma = self._has_decimal_comma(column)
        changes: dict[Place, str] = {}
        for mark in marks:
            row = rows.get(mark.student)
            if row is None or mark.score is None or self.platform.locked(self.sheet, row):
                continue
            text = f"{mark.score:z.2f}"
            if not _same_number(self.sheet.cell(row, column), text):
                changes[row, column] = text.replace(".", ",") if comma else text
        return changes

    def _say_entered(self, marks: Sequence[Mark], rows: Mapping[str, int], column: int, by: str) -> None:
        there = [mark for mark in marks if mark.student in rows]
        locked = [m for m in there if self.platform.locked(self.sheet, rows[m.student])]
        heading = self.sheet.cell(0, column)
        entered = len(there) - len(locked)
        self.notes.append(f"{entered} of {len(marks)} marks entered in {heading!r}, students found by {by!r}")
        self._lack(
            "left as it is, for the gradebook says that the grade cannot be changed",
            [m.student for m in locked],
        )
        self._name("points of it still wait for a person", [m.student for m in there if m.pending > 0])
        for mark in there:
            most = self.platform.most(self.sheet, rows[mark.student], column)
            ours = mark.max_score
            if ours is not None and _NUMBER.fullmatch(most) and not _same_number(most, f"{ours:.2f}"):
                self.notes.append(f"{heading!r} is out of {most} there, of {ours:g} in the key; not scaled")
                return

    def _has_decimal_comma(self, column: int) -> bool:
        """Tell whether marks are written 12,50 there: in the column, or as the most that can be had."""
        each = range(1, len(self.sheet.rows))
        written = [self.sheet.cell(row, column) for row in each]
        written += [self.platform.most(self.sheet, row, column) for row in each]
        numbers = [text for text in written if _NUMBER.fullmatch(text)]
        return any("," in text for text in numbers) and not any("." in text for text in numbers)

    def _who(self, row: int, column: int) -> str:
        id_, name = self.sheet.cell(row, column), self.roll.name(row)
        return f"{id_} ({name})" if name and name != id_ else id_

    def _lack(self, what: str, students: Sequence[str]) -> None:
        """Note students whose mark is not in the gradebook."""
        before = len(self.notes)
        self._name(what, students)
        self.faults += self.notes[before:]

    def _name(self, what: str, students: Sequence[str]) -> None:
        if students:
            self.notes.append(f"{what} ({len(students)}): {first_of(students, _MOST_NAMED)}")


def _same_number(written: str, text: str) -> bool:
    return bool(_NUMBER.fullmatch(written)) and float(written.replace(",", ".")) == float(text)
