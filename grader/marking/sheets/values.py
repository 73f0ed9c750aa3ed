"""One written value (a number, a vector, a matrix), read with care; its faults in words."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite, isnan, nan, prod
from typing import Any

from grader.expressions import Shape, in_words
from grader.marking.sheets.digits import read_number
from grader.marking.sheets.nearly_numbers import hint, number_in
from grader.schemas.faults import Misplaced
from grader.schemas.wording import quoted

_LONG = 1e16  # beyond this a number is not quoted
_MOST_NUMBERS = 10_000  # in one value; a matrix of a key has at most 100 rows and columns
_MANY = 100  # numbers; a larger value of a wrong shape is refused without reading its numbers
LONGEST_KEY = 100  # characters that are compared with those of known keys
_LABEL = re.compile(r"(?:[^\d.,+\-−–/]|\.\s){0,20}(\d{1,20})(?![.,/]\d)\D{0,20}")


class ValueFault(Misplaced):
    """A value that cannot be read: `place` within it ('[1]'), what was expected and what was found."""


@dataclass(slots=True)
class Written:
    """A value as it was read: its numbers in a row, NaN where one is absent.

    `decimals` has an entry for each number that came as text, whose trailing zeros count. `faults` are
    single components that cannot be read (they are NaN as well); `commas` the numbers with a decimal comma,
    `beside` those with something beside them, as they stand there.
    """

    shape: Shape
    numbers: list[float] = field(default_factory=list)
    decimals: dict[int, int] = field(default_factory=dict)
    faults: dict[int, ValueFault] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    commas: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def is_absent(value: Any) -> bool:
    """Tell whether a value counts as not handed in: null, or an empty text."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_value(value: Any, shapes: Sequence[Shape] = ()) -> Written:
    """Read a number, a list of numbers or a list of equally long rows.

    `shapes` are those that it may have; a large value that has none of them is not looked into. Raises
    ValueFault for anything else; a single component that cannot be read is kept as a fault.
    """
    inside = _without_a_pair(value, shapes)
    written = Written(_shape(inside))
    if inside is not value:
        written.notes.append("written in one more pair of brackets, which is left away")
        value = inside
    found = written.shape
    if shapes and prod(found) > _MANY and _fitting(found, shapes) is _turned(found, shapes) is None:
        raise _misfit(found, shapes)
    rows = value if isinstance(value, list) else [value]
    for i, row in enumerate(rows):
        for j, number in enumerate(row if isinstance(row, list) else [row]):
            place = f"[{i}]" * isinstance(value, list) + f"[{j}]" * isinstance(row, list)
            _read_component(number, place, written)
    if len(written.faults) == len(written.numbers):
        raise next(iter(written.faults.values()))
    return written


def label_number(text: str) -> int | None:
    """Return the number in a step's label: 1 in '1', 'Iteration 1', 'x1' and '1. Durchgang'; else None."""
    found = _LABEL.fullmatch(text.strip()) if len(text) <= LONGEST_KEY else None
    return int(found[1]) if found else None


def _without_a_pair(value: Any, shapes: Sequence[Shape]) -> Any:
    """Return a matrix without one pair of brackets that it has too many, if its shape is right then."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        with suppress(ValueFault):
            rows = value[0]
            if any(isinstance(row, list) for row in rows[:_MANY]) and _shape(rows) in shapes:
                return rows
    return value


def _shape(value: Any) -> Shape:
    if not isinstance(value, list):
        return ()
    if not value:
        raise ValueFault("", "expected numbers, found an empty list")
    count = len(value)
    if count <= _MOST_NUMBERS:
        count = sum(len(row) if isinstance(row, list) else 1 for row in value)
    if count > _MOST_NUMBERS:
        raise ValueFault("", f"expected at most {_MOST_NUMBERS:,} numbers, found {count:,} entries")
    rows = [row for row in value if isinstance(row, list)]
    if not rows:
        return (len(value),)
    if len(rows) < len(value):
        raise ValueFault("", "expected a list of numbers or a list of rows, found both in one list")
    if any(isinstance(number, list) for row in rows for number in row):
        raise ValueFault("", "expected at most a list of rows, found lists within rows")
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        found = ", ".join(map(str, lengths[:10]))
        raise ValueFault("", f"expected rows of one length, found rows of lengths {found}")
    if not lengths[0]:
        raise ValueFault("", "expected numbers, found empty rows")
    return (len(rows), lengths[0])


def _read_component(value: Any, place: str, written: Written) -> None:
    index = len(written.numbers)
    written.numbers.append(nan)
    if is_absent(value):
        return
    if isinstance(value, str):
        number = read_number(value)
        if number is None and (number := number_in(value)) is not None:
            written.beside.append(quoted(value))
        if number is None:
            reason = f"expected a number, found {kind_of(value)}{hint(value)}"
            written.faults[index] = ValueFault(place, reason)
            return
        if number.comma:
            written.commas.append(quoted(value))
        written.numbers[index] = number.value
        written.decimals[index] = number.decimals
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        written.faults[index] = ValueFault(place, f"expected a number, found {kind_of(value)}")
        return
    try:
        number_read = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number_read = float("inf")
    if isfinite(number_read):
        written.numbers[index] = number_read
    else:
        written.faults[index] = ValueFault(place, f"expected a finite number, found {kind_of(number_read)}")


def fit(written: Written, shapes: Sequence[Shape]) -> int:
    """Return which of the shapes a value has, turning it where it is only written the other way.

    A column is a vector, a single number in brackets a number, and a transposed matrix is turned with a
    note. Raises ValueFault where no shape fits.
    """
    which = _fitting(written.shape, shapes)
    if which is not None:
        return which
    which = _turned(written.shape, shapes)
    if which is None:
        raise _misfit(written.shape, shapes)
    _turn(written)
    return which


def _fitting(found: Shape, shapes: Sequence[Shape]) -> int | None:
    if found in shapes:
        return shapes.index(found)
    loose = tuple(size for size in found if size != 1)
    for i, shape in enumerate(shapes):
        if loose == tuple(size for size in shape if size != 1) and len(shape) <= len(found):
            return i
    return None


def _turned(found: Shape, shapes: Sequence[Shape]) -> int | None:
    return shapes.index(found[::-1]) if len(found) == 2 and found[::-1] in shapes else None


def _misfit(found: Shape, shapes: Sequence[Shape]) -> ValueFault:
    return ValueFault("", f"expected {' or '.join(map(in_words, shapes))}, found {in_words(found)}")


def _turn(written: Written) -> None:
    rows, columns = written.shape
    order = [i * columns + j for j in range(columns) for i in range(rows)]
    place = {old: new for new, old in enumerate(order)}
    written.shape = (columns, rows)
    written.numbers = [written.numbers[i] for i in order]
    written.decimals = {place[i]: decimals for i, decimals in written.decimals.items()}
    written.faults = {place[i]: fault for i, fault in written.faults.items()}
    written.notes.append("written with rows and columns exchanged; turned around")


def kind_of(value: Any) -> str:
    """Return in words what kind of JSON value this is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, float) and isnan(value):
        return "NaN"
    if isinstance(value, int | float):
        return f"the number {value!r}" if abs(value) < _LONG else "a number beyond all range"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else "an object"
