"""A table as it stands in a file: rows of cells, each with a place, and the row that names the columns."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

Value: TypeAlias = str | float | None  # None is an empty cell

# A file that is small may be a table of very many rows, and cost as much as a whole class of students.
MOST_ROWS = 4_000
MOST_COLUMNS = 300
MOST_CELLS = 100_000  # of all tables of a workbook, empty ones too
_COUNTED = re.compile(r"(\d+)[.,]0+")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; `place` gives the words for a cell by the numbers of its row and column, from 0."""

    rows: Sequence[Sequence[Value]]
    place: Callable[[int, int], str]


def as_text(value: Value) -> str:
    """Return what stands in a cell, free of space around it; a whole number without a point."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def as_count(value: Value) -> str:
    """Return what stands in a cell that counts; programs write 1.0 where others of the column are empty."""
    text = as_text(value)
    found = _COUNTED.fullmatch(text)
    return found[1] if found else text


VARIANT = "variant."

_DEEPEST = 3  # levels of brackets: a matrix for each round of a loop
_IN_BRACKETS = re.compile(r"\s*\[[-+0-9.eE,\s\[\]]*")
_BRACKET = re.compile(r"[\[\]]")


def own_value(value: Value) -> Any:
    """Return the numbers that stand in a cell in brackets, `[[0.1, -0.5], [0.9, 0.5]]`, as they are written.

    Whatever is no such thing stays as it is, and is named where it is compared with what was given.
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


COLUMNS_BEFORE = ("question", "part")  # those of the long form, around its labels
COLUMNS_AFTER = ("field", "row", "column", "value")
FIXED = ("question", "part", "field", "row", "column", "shape")
LABEL = "label."  # before the name of a label, where a column of that name means something else
OR_NUMBER = " or number"  # ends a shape in whose place one number may stand: the first entry alone
MOST_ENTRIES = 100  # as in a key: of a vector, of the rows and columns of a matrix

_LOOK_FOR = 60  # rows in which the header must stand
_MOST_LABELS = 30  # columns that are looked through for labels; a step has one or two
_VALUES = ("value", "answer")
_IGNORED = frozenset({"points", "note", "notes", "comment", "comments", "unit", "title", ""})
RESERVED = frozenset({*FIXED, *_VALUES, *_IGNORED, "student", "assignment"})


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns hold: `fixed` and `value` by number, where the table has them.

    `entries` maps headings that are numbers (the entries of a row) to their columns, `labels` the names of
    a step's labels to theirs; `strange` are columns that mean nothing. `first` says from which number the
    table counts rows and columns: 1, or 0 where one is 0.
    """

    row: int
    fixed: Mapping[str, int]
    value: int | None
    entries: Mapping[int, int]
    labels: Mapping[str, int]
    strange: Mapping[str, int]
    first: Mapping[str, int]


def find_header(grid: Grid) -> Header | None:
    """Return the header of a table of one student's answers, or None where this is no such table."""
    for number, row in enumerate(grid.rows[:_LOOK_FOR]):
        names = [as_text(value) for value in row]
        known = {name.casefold() for name in names}
        # A column of students, or of points without values, is in gradebooks and tables of marks.
        if known & {"field", "part"} and known & {*_VALUES, "1"} and "student" not in known:
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
        # A label with a fault in it is still one; a column without any number is something else.
        if any(text.lstrip("+-").isdecimal() for text in _texts(grid, number, column)):
            labels.setdefault(names[column].removeprefix(LABEL), column)
        elif any(_texts(grid, number, column)):
            strange.setdefault(names[column].removeprefix(LABEL), column)
    for name in _of_rows(grid, number, labels):
        strange[name] = labels.pop(name)
    for column in others[_MOST_LABELS:]:
        strange.setdefault(names[column], column)
    first: dict[str, int] = {
        name: int("0" not in _texts(grid, number, fixed[name])) for name in ("row", "column") if name in fixed
    }
    value = next((columns[name] for name in _VALUES if name in columns), None)
    return Header(number, fixed, value, entries, labels, strange, first)


def _of_rows(grid: Grid, header: int, labels: Mapping[str, int]) -> list[str]:
    """Return columns that number rows and not steps: no number comes twice in them, as it does in others."""
    seen = {name: [text for text in _texts(grid, header, column) if text] for name, column in labels.items()}
    most = (len(grid.rows) - header) / 2  # of merged cells only the first has a number
    own = [name for name, texts in seen.items() if len(set(texts)) == len(texts) > most]
    shared = any(1 < len(set(texts)) < len(texts) for texts in seen.values())
    return own if shared else []


def _is_known(name: str, fixed: Mapping[str, int]) -> bool:
    return name in _IGNORED or name in fixed or name in _VALUES or _is_entry(name)


def _is_entry(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= 3 and 1 <= int(name) <= MOST_ENTRIES


def _texts(grid: Grid, header: int, column: int) -> Iterable[str]:
    """Yield what stands in the column below the header."""
    return (as_count(row[column]) for row in grid.rows[header + 1 :] if column < len(row))
