"""The list of a course's students: a CSV file with their ids, names and what platforms call them.

Students are looked up by their id, by what a platform calls them, or by their name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from grader.exchange.csv_text import csv_rows, csv_text
from grader.exchange.small_file import read_small
from grader.schemas.faults import UsageFault
from grader.schemas.submission import student_id

_MOST_BYTES = 20_000_000
# Names that course offices and learning platforms give these columns; of several, the first here is taken.
_ID_COLUMNS = (
    "student id",
    "student_id",
    "studentid",
    "student number",
    "matriculation number",
    "sis user id",
    "orgdefinedid",
    "id number",
    "idnumber",
    "sid",
    "id",
    "username",
    "student",
)
_NAME_COLUMNS = ("name", "student name", "full name", "fullname", "display name", "student")
_FIRST_NAMES = ("first name", "firstname", "given name")
_LAST_NAMES = ("last name", "lastname", "surname", "family name")
_EMAIL_COLUMNS = ("email", "e-mail", "email address", "mail")
# Columns with further ids by which platforms know a student.
_MORE_IDS = ("user id", "userid", "identifier", "login id", "sis login id", "user name", "login", "canvas id")
_NOBODY = ("", "points possible", "student, test", "test student")
_ID_IN_WORDS = re.compile(r"\D+ (\d+)")  # Moodle's grading worksheet: "Participant 1234567"
_MOST_WORDS = 10  # of a name
_AMBIGUOUS = ""


class Enrolled(NamedTuple):
    """A student on a roster; `name` and `email` are empty where none is given.

    `others` are further ids that platforms know the student by, the e-mail address among them.
    """

    student: str
    name: str
    line: int
    email: str = ""
    others: tuple[str, ...] = ()


class _Columns(NamedTuple):
    """The columns of a roster, by their numbers."""

    ids: int | None
    names: tuple[int, ...]
    email: int | None
    others: tuple[int, ...]


def read_roster(path: Path) -> list[Enrolled]:
    """Read a roster. Columns are found by their headings; without headings, the first column has the ids.

    Raises UsageFault, with the line, for a text that cannot be an id, and for an id that is there twice.
    """
    rows = _rows(path)
    if not rows:
        raise UsageFault(f"{path}: no students in it; expected a line for each, with an id")
    columns = _columns([cell.casefold() for cell in rows[0][1]])
    if columns.ids is None:
        if columns.names or columns.email is not None:
            raise UsageFault(
                f"{path}: line {rows[0][0]}: no column of ids; expected one called {_ID_COLUMNS[0]}"
            )
        students = [Enrolled(cells[0], cells[1] if len(cells) > 1 else "", line) for line, cells in rows]
    else:
        students = [_enrolled(columns, columns.ids, line, cells) for line, cells in rows[1:]]
    students = [each for each in students if each.student or not _is_no_student(each)]
    if not students:
        raise UsageFault(f"{path}: no students below the headings")
    _check(path, students)
    return students


def _columns(heading: Sequence[str]) -> _Columns:
    ids = _first(heading, _ID_COLUMNS)
    whole = [heading.index(name) for name in _NAME_COLUMNS if name in heading and heading.index(name) != ids]
    first, last = _first(heading, _FIRST_NAMES), _first(heading, _LAST_NAMES)
    names = whole[:1] or [column for column in (first, last) if column is not None]
    others = [
        column for column, name in enumerate(heading) if name in {*_ID_COLUMNS, *_MORE_IDS, *_EMAIL_COLUMNS}
    ]
    return _Columns(
        ids,
        tuple(names),
        _first(heading, _EMAIL_COLUMNS),
        tuple(column for column in others if column != ids and column not in names),
    )


def _first(heading: Sequence[str], names: Iterable[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _enrolled(columns: _Columns, ids: int, line: int, cells: Sequence[str]) -> Enrolled:
    return Enrolled(
        _id(_cell(cells, ids)),
        " ".join(filter(None, (_cell(cells, column) for column in columns.names))),
        line,
        "" if columns.email is None else _cell(cells, columns.email),
        tuple(filter(None, (_id(_cell(cells, column)) for column in columns.others))),
    )


def _id(cell: str) -> str:
    """Return an id without the # that Brightspace writes before it, or the word that Moodle does."""
    cell = cell.removeprefix("#").strip()
    in_words = _ID_IN_WORDS.fullmatch(cell)
    return in_words[1] if in_words else cell


def _is_no_student(each: Enrolled) -> bool:
    """Tell whether a row of a gradebook is no student's: of possible points, settings, or a test student."""
    return each.name.casefold() in _NOBODY and not each.email


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, by their line, as cells without blanks around them."""
    file = csv_text(path, read_small(path, _MOST_BYTES, "roster", "a list of students"))
    rows = ((line, [cell.strip() for cell in row]) for line, row in csv_rows(path, file))
    return [(line, cells) for line, cells in rows if any(cells)]


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _check(path: Path, students: Sequence[Enrolled]) -> None:
    lines: dict[str, int] = {}
    for each in students:
        if student_id(each.student) is None:
            found = ascii(each.student[:60]) if each.student else "nothing"
            raise UsageFault(f"{path}: line {each.line}: expected a student's id, found {found}")
        if each.student in lines:
            first = lines[each.student]
            raise UsageFault(
                f"{path}: line {each.line}: the id {each.student!a} stands in line {first} as well"
            )
        lines[each.student] = each.line


@dataclass(slots=True)
class Roster:
    """The students of a course. An id or a name that fits two of them means nobody: nothing is guessed."""

    enrolled: Sequence[Enrolled]
    ids: frozenset[str] = field(init=False)
    _others: dict[str, str] = field(init=False)
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = frozenset(each.student for each in self.enrolled)
        self._others = _unique(
            (other.casefold(), each.student) for each in self.enrolled for other in each.others
        )
        self._names = _unique((key, each.student) for each in self.enrolled for key in set(_keys(each.name)))

    def of_id(self, given: str, *, own: bool = True) -> str | None:
        """Return the student with an id, which is a platform's, or (`own`) may be the course's own."""
        if own and given in self.ids:
            return given
        return self._others.get(given.casefold()) or None

    def of_name(self, name: str) -> str | None:
        """Return the student with a name, in whichever order and spelling a platform writes it.

        Moodle puts the name of a group and a hyphen before it.
        """
        while name:
            if (found := self._names.get(_letters(name))) is not None:
                return found or None
            name = name.partition("-")[2]
        return None


def open_roster(path: Path) -> Roster:
    """Read a roster in which students can be looked up. Raises UsageFault where it cannot be used."""
    return Roster(read_roster(path))


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, student in pairs:
        found[key] = student if found.get(key, student) == student else _AMBIGUOUS
    return found


def _keys(name: str) -> Iterator[str]:
    """Yield the letters of a name from each of its words on, as any word may be the first last name."""
    words = name.replace(",", " ").split()[:_MOST_WORDS]
    for i in range(len(words)):
        key = _letters("".join([*words[i:], *words[:i]]))
        if key:
            yield key


def _letters(name: str) -> str:
    """Return the letters and digits of a name without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join([char for char in plain if char.isalnum()])
