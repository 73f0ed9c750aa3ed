"""A table as it stands in a file: rows of cells, each with a place that its author can find."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
