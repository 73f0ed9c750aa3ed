"""A table as it stands in a file: rows of cells, each with a place, and what stands in a cell."""

import json
import re
from collections.abc import Callable, Sequence
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
