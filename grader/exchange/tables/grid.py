"""A table as it stands in a file: rows of cells, each with a place, and the header that names the columns."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

Value: TypeAlias = str | float | None  # None is an empty cell

# A small file may be a table of very many rows, and cost as much as a whole class of students.
MOST_ROWS = 4_000
MOST_COLUMNS = 300
MOST_CELLS = 100_000  # of all tables of a workbook, empty ones too
MOST_ENTRIES = 100  # as in a key: of a vector, of the rows and columns of a matrix

COLUMNS_BEFORE = ("question", "part")  # the columns of the long form, around those of labels
COLUMNS_AFTER = ("field", "row", "column", "value")
FIXED = ("question", "part", "field", "row", "column", "shape")
LABEL = "label."  # stands before the name of a label where a column of that name means something else
OR_NUMBER = " or number"  # ends a shape in whose place one number may stand: the first entry alone
VARIANT = "variant."

VALUES = ("value", "answer")
_IGNORED = frozenset({"points", "note", "notes", "comment", "comments", "unit", "title", ""})
_ONCE = frozenset({*FIXED, *VALUES})
RESERVED = frozenset({*FIXED, *VALUES, *_IGNORED, "student", "assignment"})

_LOOK_FOR = 60  # rows in which the header must stand
_MOST_LABELS = 30  # columns that are looked through for labels; a step has one or two
_DEEPEST = 3  # levels of brackets: a matrix for each round of a loop
_COUNTED = re.compile(r"(\d{1,20})[.,]0{1,20}")
_IN_BRACKETS = re.compile(r"\s*\[[-+0-9.eE,\s\[\]]*")
_BRACKET = re.compile(r"[\[\]]")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; `place` gives the words for a cell by the numbers of its row and column, from 0."""

    rows: Sequence[Sequence[Value]]
    place: Callable[[int, int], str]


def as_text(value: Value) -> str:
    """Return the text of a cell without space around it, of a whole number without a point."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def as_count(value: Value) -> str:
    """Return the text of a cell that counts: 1 also for the 1.0 that programs write in columns with gaps."""
    text = as_text(value)
    found = _COUNTED.fullmatch(text)
    return found[1] if found else text


def own_value(value: Value) -> Any:
    """Return the numbers of a cell that has them in brackets, `[[0.1, -0.5], [0.9, 0.5]]`, as written.

    Anything else stays as it is; it is named when it is compared with what the student was given.
    """
    if not isinstance(value, str) or not _IN_BRACKETS.fullmatch(value):
        return value
    deep = accumulate(1 if bracket == "[" else -1 for bracket in _BRACKET.findall(value))
    if max(deep) > _DEEPEST:
        return value
    try:
        return json.loads(value, parse_float=str, parse_int=str)
    except json.JSONDecodeError:
        return value


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what, by the columns' numbers; `row` is the header's own.

    `fixed` has the columns that the table has of FIXED, `value` the one of values. `entries` maps headings
    that are numbers (the entries of a row) to their columns, `labels` the names of a step's labels to theirs;
    `strange` are columns that mean nothing. `first` says from which number the table counts rows and columns:
    1, or 0 where one of them is 0.
    """

    row: int
    fixed: Mapping[str, int]
    value: int | None
    entries: Mapping[int, int]
    labels: Mapping[str, int]
    strange: Mapping[str, int]
    first: Mapping[str, int]


def find_header(grid: Grid) -> Header | None:
    """Return the header of a table of one student's answers, or None where it is no such table."""
    for number, row in enumerate(grid.rows[:_LOOK_FOR]):
        names = [as_text(value) for value in row]
        known = {name.casefold() for name in names}
        # Gradebooks and tables of marks have a column of students, or points and no values.
        if known & {"field", "part"} and known & {*VALUES, "1"} and "student" not in known:
            return _header(grid, number, names)
    return None


def _header(grid: Grid, number: int, names: Sequence[str]) -> Header:
    columns: dict[str, int] = {}
    for column, name in enumerate(names):
        columns.setdefault(name.casefold(), column)
    fixed = {name: columns[name] for name in FIXED if name in columns}
    entries = {int(name): column for name, column in columns.items() if _is_entry(name)}
    labels: dict[str, int] = {}
    strange: dict[str, int] = {}
    others = [column for column, name in enumerate(names) if not _is_known(name.casefold(), fixed)]
    for column in others[:_MOST_LABELS]:
        # A column of labels may have faults in it; one without any number is something else.
        if any(text.lstrip("+-").isdecimal() for text in _texts(grid, number, column)):
            labels.setdefault(names[column].removeprefix(LABEL), column)
        elif any(_texts(grid, number, column)):
            strange.setdefault(names[column].removeprefix(LABEL), column)
    for name in _of_rows(grid, number, labels):
        strange[name] = labels.pop(name)
    for column in others[_MOST_LABELS:]:
        strange.setdefault(names[column], column)
    value = next((columns[name] for name in VALUES if name in columns), None)
    if value is not None:
        entries = {}
    read = {*fixed.values(), *entries.values(), value}
    named = [column for column, name in enumerate(names) if name.casefold() in _ONCE or _is_entry(name)]
    again = [column for column in named if column not in read]
    strange |= {names[column]: column for column in again if any(_texts(grid, number, column))}
    first: dict[str, int] = {
        name: int("0" not in _texts(grid, number, fixed[name])) for name in ("row", "column") if name in fixed
    }
    return Header(number, fixed, value, entries, labels, strange, first)


def _of_rows(grid: Grid, header: int, labels: Mapping[str, int]) -> list[str]:
    """Return columns that number rows and not steps: no number is in them twice, as it is in others."""
    seen = {name: [text for text in _texts(grid, header, column) if text] for name, column in labels.items()}
    most = (len(grid.rows) - header) / 2  # only the first of merged cells has a number
    own = [name for name, texts in seen.items() if len(set(texts)) == len(texts) > most]
    shared = any(1 < len(set(texts)) < len(texts) for texts in seen.values())
    return own if shared else []


def _is_known(name: str, fixed: Mapping[str, int]) -> bool:
    return name in _IGNORED or name in fixed or name in VALUES or _is_entry(name)


def _is_entry(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= 3 and 1 <= int(name) <= MOST_ENTRIES


def _texts(grid: Grid, header: int, column: int) -> Iterable[str]:
    """Return the texts of a column's cells below the header."""
    return (as_count(row[column]) for row in grid.rows[header + 1 :] if column < len(row))
