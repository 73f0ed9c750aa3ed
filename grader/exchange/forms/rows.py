"""What the forms share: the rows of a field, and the names of shapes, labels and values."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from grader.exchange.tables.grid import LABEL, OR_NUMBER, RESERVED
from grader.schemas.blank import BlankField, Numbers, Whole


class FieldRow(NamedTuple):
    """One row of a grid: `row` is the row of a matrix, from 1, or None; `width` how many numbers it has."""

    row: int | None
    width: int


def field_rows(field: BlankField) -> Iterator[FieldRow]:
    """Yield the rows that a field is written in: one for each row of a matrix."""
    if len(field.shape) < 2:
        yield FieldRow(None, field.size)
    else:
        yield from (FieldRow(i + 1, field.shape[1]) for i in range(field.shape[0]))


def shape_in_words(field: BlankField) -> str:
    """Return "number", "3" or "2 × 3"; "4 or number" where one number may stand for all."""
    shape = " × ".join(map(str, field.shape)) or "number"
    return shape + OR_NUMBER * field.single


def label_heading(loop: str) -> str:
    """Return the heading of a label's column, which differs from those of columns with another meaning."""
    return f"{LABEL}{loop}" if loop.casefold() in RESERVED else loop


def shown(value: Numbers) -> str:
    """Return a number, vector or matrix as a person writes it, without superfluous digits."""
    if isinstance(value, list):
        return f"({', '.join(map(shown, value))})"
    return f"{value:.12g}"


def bracketed(value: Whole | None) -> str:
    """Return a student's own value for one cell, as JSON; empty where the form is for anybody."""
    return "" if value is None else json.dumps(value)
