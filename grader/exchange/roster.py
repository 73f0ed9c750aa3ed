"""The list of a course's students: a CSV file with their ids and, if it has them, their names."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from grader.exchange.small_file import read_small
from grader.schemas.faults import UsageFault
from grader.schemas.submission import StudentId

_MOST_BYTES = 20_000_000
_STUDENT = TypeAdapter[str](StudentId)
# What course offices and learning platforms call these columns; of several, the first here.
_ID_COLUMNS = (
    "student id",
    "studentid",
    "student number",
    "matriculation number",
    "sis user id",
    "orgdefinedid",
    "id number",
    "sid",
    "id",
    "username",
    "student",
)
_NAME_COLUMNS = ("name", "student name", "full name", "display name", "student")


class Enrolled(NamedTuple):
    """A student on a roster; `name` is empty where none is given."""

    student: str
    name: str
    line: int


def read_roster(path: Path) -> list[Enrolled]:
    """Read a roster. The columns are found by their headings; without any, ids stand in the first column.

    Raises UsageFault with the line for what cannot be an id, and where one stands twice.
    """
    rows = _rows(path)
    if not rows:
        raise UsageFault(f"{path}: no students in it; expected a line for each, with an id")
    heading = [cell.casefold() for cell in rows[0][1]]
    ids = next((heading.index(name) for name in _ID_COLUMNS if name in heading), None)
    names = next((heading.index(name) for name in _NAME_COLUMNS if name in heading), None)
    names = None if names == ids else names
    if ids is None:
        if names is not None:
            raise UsageFault(
                f"{path}: line {rows[0][0]}: no column of ids; expected one called {_ID_COLUMNS[0]}"
            )
        students = [Enrolled(cells[0], cells[1] if len(cells) > 1 else "", line) for line, cells in rows]
    else:
        students = [
            Enrolled(_cell(cells, ids), "" if names is None else _cell(cells, names), line)
            for line, cells in rows[1:]
        ]
    if not students:
        raise UsageFault(f"{path}: no students below the headings")
    _check(path, students)
    return students


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines that are not blank, by number, as cells without blanks around them."""
    data = read_small(path, _MOST_BYTES, "roster", "a list of students")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageFault(f"{path}: not saved as UTF-8: see the byte at offset {error.start}") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise UsageFault(f"{path}: line {reader.line_num}: not CSV: {error}") from None
    return rows


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _check(path: Path, students: Sequence[Enrolled]) -> None:
    lines: dict[str, int] = {}
    for each in students:
        try:
            _STUDENT.validate_python(each.student)
        except ValidationError:
            found = ascii(each.student[:60]) if each.student else "nothing"
            raise UsageFault(f"{path}: line {each.line}: expected a student's id, found {found}") from None
        if each.student in lines:
            first = lines[each.student]
            raise UsageFault(
                f"{path}: line {each.line}: the id {each.student!a} stands in line {first} as well"
            )
        lines[each.student] = each.line
