"""How the gradebooks of learning platforms are laid out: which columns hold ids, names and marks."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.exchange.gradebook.sheet import Sheet

_IN_CANVAS = re.compile(r"(.*\S)\s*\((\d+)\)", re.DOTALL)
_IN_MOODLE = re.compile(r"(?:[^:()]+:\s*)?(.*\S)\s*\(([^()]+)\)", re.DOTALL)
_NO_POINTS = {"percentage", "letter", "feedback", "submission", "grade"}


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's layout.

    `ids` are the headings of columns of ids, the likelier first; `names` are those of students' names, for a
    person to read. `titles` returns what the work under a heading may be called: nothing for a column that is
    not of a work. `most` returns the points that a row's mark may reach, as they are written; `locked` tells
    whether a row's mark must stay as it is. `only_work` heads the marks in a file of a single assignment.
    """

    name: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    titles: Callable[[str], tuple[str, ...]]
    most: Callable[[Sheet, int, int], str]
    locked: Callable[[Sheet, int], bool]
    test_student: tuple[str, ...] = ()
    only_work: str | None = None


def _titles_in_canvas(heading: str) -> tuple[str, ...]:
    """Return the title and the number of an assignment: `Practical 1 (4711)` is both."""
    found = _IN_CANVAS.fullmatch(heading.strip())
    return (found[1], found[2]) if found else ()


def _most_in_canvas(sheet: Sheet, _: int, column: int) -> str:
    """Return what the row "Points Possible" says: "(read only)" for what Canvas works out itself."""
    student = sheet.headings.get("student", 0)
    for row in range(1, min(len(sheet.rows), 6)):
        if sheet.cell(row, student).casefold() == "points possible":
            return sheet.cell(row, column)
    return ""


def _titles_in_moodle(heading: str) -> tuple[str, ...]:
    """Return the title of a grade item: that of `Assignment: Practical 1 (Real)` is `Practical 1`."""
    heading = heading.strip()
    if heading.casefold() == "grade":  # of an assignment's own grading worksheet
        return (heading,)
    found = _IN_MOODLE.fullmatch(heading)
    return (found[1],) if found and found[2].casefold() not in _NO_POINTS else ()


CANVAS = Platform(
    name="Canvas",
    ids=("sis user id", "sis login id", "id", "integration id"),
    names=("student",),
    titles=_titles_in_canvas,
    most=_most_in_canvas,
    locked=lambda *_: False,
    test_student=("student, test", "test student"),
)
MOODLE = Platform(
    name="Moodle",
    ids=("id number", "username", "identifier", "email address"),
    names=("full name", "surname", "last name"),
    titles=_titles_in_moodle,
    most=lambda sheet, row, _: sheet.of_row(row, "maximum grade"),
    locked=lambda sheet, row: sheet.of_row(row, "grade can be changed").casefold() == "no",
    only_work="grade",
)
