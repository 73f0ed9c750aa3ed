"""Reads the rows of one table. Each row says what it is, so that they may come in any order."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from grader.exchange.tables.grid import (
    FIXED,
    MOST_ENTRIES,
    OR_NUMBER,
    VALUES,
    VARIANT,
    Grid,
    Header,
    Value,
    as_count,
    as_text,
    find_header,
)
from grader.exchange.tables.written import GIVEN, Entry, Field, Index, Labels, Written
from grader.schemas.wording import printable, quoted

_ABOUT = ("student", "assignment", "group")
_ABOVE = (*_ABOUT, "question", "method")  # may stand above a header, as constants and own values may
_STATED = (GIVEN, VARIANT)
_LONGEST = 20  # characters of a label
_LONGER = "as in the heading, found more; the row was not read. Quotes keep a separator within a cell"
_EMPTY = "no part, no field and no value in this row; it was not read"
_SHAPE = re.compile(r"(\d{1,3})(?:\s*[x×*]\s*(\d{1,3}))?")


def read_rows(grid: Grid, written: Written) -> bool:
    """Add what a table says to what is written; return False where it is no table of answers."""
    header = find_header(grid)
    above = dict(_settings(grid, written, len(grid.rows) if header is None else header.row))
    if header is None:
        return False
    for name, column in header.strange.items():
        place = grid.place(header.row, column)
        kind = "a second" if name.casefold() in header.fixed or name.casefold() in VALUES else "unknown"
        written.fault(place, f"{kind} column {quoted(name)}; it was not read", grave=False)
    for name, first in header.first.items():
        if not first:
            place = grid.place(header.row, header.fixed[name])
            written.fault(place, f"{name}: counted from 0 and read so", grave=False)
    question = as_text(above.pop("question", Entry(None, "")).value)
    for name, entry in above.items():
        if question:
            written.put(written.settings, (question, name), entry)
        else:
            expected = "a row with the question that it is of was expected beside it"
            written.fault(entry.place, f"{printable(name)}: {expected}")
    _Reader(grid, header, written, question).read_all()
    return True


def _settings(grid: Grid, written: Written, end: int) -> Iterator[tuple[str, Entry]]:
    """Yield what stands above a header: a name in each row, with its value in the next cell."""
    for number, row in enumerate(grid.rows[:end]):
        first = next((column for column, value in enumerate(row) if as_text(value)), len(row))
        value = row[first + 1] if first + 1 < len(row) else None
        if not as_text(value):
            continue
        name = as_text(row[first]).rstrip(": ")
        entry = Entry(value, grid.place(number, first + 1))
        if name.casefold() in _ABOUT:
            written.put(written.about, name.casefold(), entry)
        elif name.casefold() in _ABOVE:
            yield name.casefold(), entry
        elif name.startswith(_STATED):
            yield name, entry


class _Row(NamedTuple):
    """What a row says of its numbers, in the order of `FIXED`; empty where the table has no such column."""

    number: int
    cells: Sequence[Value]
    question: str
    part: str
    field: str
    row: str
    column: str
    shape: str

    def value(self, column: int) -> Value:
        """Return what stands in a column; nothing behind the row's end."""
        return self.cells[column] if column < len(self.cells) else None


class _Above(NamedTuple):
    """What the row above says: of cells that were merged, only the first has a value."""

    question: str = ""
    labels: Labels = ()
    field: str = ""


_NOTHING_ABOVE = _Above()


@dataclass(slots=True)
class _Reader:
    """Reads one row after the other; `question` is theirs where they do not name one themselves.

    `steps` remembers the labels that cells were read as, since a step has many rows. `merged` has the names
    of columns of which it was noted that cells are read as in the row above.
    """

    grid: Grid
    header: Header
    written: Written
    question: str
    steps: dict[tuple[Value, ...], Labels] = field(default_factory=dict)
    above: _Above = _NOTHING_ABOVE
    merged: set[str] = field(default_factory=set)

    def read_all(self) -> None:
        columns = [self.header.fixed.get(word, sys.maxsize) for word in FIXED]
        wide = len(self.grid.rows[self.header.row])
        for number in range(self.header.row + 1, len(self.grid.rows)):
            cells = self.grid.rows[number]
            width = len(cells)
            if any(map(as_text, cells[wide:])):
                self.written.fault(self.grid.place(number, wide), f"{wide} cells were expected, {_LONGER}")
                continue
            said = [as_count(cells[column]) if column < width else "" for column in columns]
            row = _Row(number, cells, *said)
            says = (row.part or row.field) and (row.question or self.question)
            self._read(row if says else self._as_above(row))

    def _as_above(self, row: _Row) -> _Row:
        """Return a row with the question and the field of the row above, where its own cells are empty."""
        above = self.above
        if above.field and (row.row or row.column) and not (row.part or row.field):
            self._note_above(row, "field")
            row = row._replace(field=above.field)
        of_question = row.part or (row.field and row.field.casefold() not in _ABOUT)
        if above.question and of_question and not (row.question or self.question):
            self._note_above(row, "question")
            row = row._replace(question=above.question)
        return row

    def _labels_as_above(self, row: _Row, question: str, labels: Labels) -> Labels:
        """Return labels with those of the row above in front, where their own first cells are empty."""
        above, own = self.above, dict(labels)
        empty = list(takewhile(lambda name: name not in own, self.header.labels))
        same = above.labels if above.question == question else ()
        filled = [(name, value) for name, value in same if name in empty]
        for name, _ in filled:
            self._note_above(row, name)
        return (*filled, *labels)

    def _note_above(self, row: _Row, name: str) -> None:
        if name not in self.merged:
            self.merged.add(name)
            place = self.grid.place(row.number, 0)
            self.written.fault(place, f"{printable(name)}: empty, and read as in the row above", grave=False)

    def _read(self, row: _Row) -> None:
        question, name = row.question or self.question, row.field
        if not (row.part or name):
            if any(as_text(value) for _, value in self._values(row)):
                self._fault(row, "field", "the name of a part or a field was expected, found nothing")
            elif row.question and self._labels(row.cells):
                self.written.fault(self.grid.place(row.number, 0), _EMPTY, grave=False)
        elif row.part and name:
            self._fault(row, "field", "a part or a field was expected, found both")
        elif not row.question and name.casefold() in _ABOUT:
            self._about(row, name.casefold())
        elif not question:
            self._fault(row, "question", "the name of a question was expected, found nothing")
        elif row.part:
            self.above = _Above(question)
            self._single(row, self.written.parts, (question, row.part))
        else:
            self._field(row, question)

    def _field(self, row: _Row, question: str) -> None:
        labels, name = self._labels(row.cells), row.field
        if name.startswith(_STATED) or (name == "method" and not labels):
            self.above = _Above(question)
            self._single(row, self.written.settings, (question, name))
            return
        if len(labels) < len(self.header.labels):
            labels = self._labels_as_above(row, question, labels)
        self.above = _Above(question, labels, name)
        try:
            entries = self._entries(row)
        except _Stray as stray:
            self._fault(row, stray.column, stray.reason)
            return
        if not entries:
            return
        self.written.count(len(entries))
        fields = self.written.steps.setdefault((question, labels), {})
        if name not in fields:
            fields[name] = Field(dict(entries), _shape(row.shape) or ())
            return
        for index, entry in entries:
            self.written.put(fields[name].entries, index, entry)

    def _single(self, row: _Row, entries: dict[tuple[str, str], Entry], name: tuple[str, str]) -> None:
        """Take the one value of a row, if it has one."""
        values = [(column, value) for column, value in self._values(row) if as_text(value)]
        if len(values) > 1:
            place = self.grid.place(row.number, values[1][0])
            self.written.fault(place, f"one value was expected for {printable(name[1])}, found {len(values)}")
        elif values:
            ((column, value),) = values
            self.written.put(entries, name, Entry(value, self.grid.place(row.number, column)))

    def _about(self, row: _Row, name: str) -> None:
        for column, value in self._values(row):
            if as_text(value):
                self.written.put(self.written.about, name, Entry(value, self.grid.place(row.number, column)))

    def _entries(self, row: _Row) -> list[tuple[Index, Entry]]:
        """Return the numbers of a row by their index. Raises _Stray where one has no place."""
        at_row = self._number(row.row, "row")
        at_column = self._number(row.column, "column")
        if self.header.value is None:
            return self._side_by_side(row, at_row)
        index = tuple([at for at in (at_row, at_column) if at is not None])
        return [(index, self._entry(row, self.header.value))]

    def _side_by_side(self, row: _Row, at_row: int | None) -> list[tuple[Index, Entry]]:
        """Return the numbers of a row that has each of them in a column of its own."""
        columns = self.header.entries
        filled = [entry for entry, column in columns.items() if as_text(row.value(column))]
        shape = _shape(row.shape)
        single = shape is None or row.shape.endswith(OR_NUMBER)
        alone = shape == () or (single and at_row is None and filled == [1])
        if alone and filled and filled != [1]:
            raise _Stray(filled[-1], "one number was expected in this row, in its first cell")
        before = () if at_row is None or (shape is not None and len(shape) < 2) else (at_row,)
        expected = range(1, (shape[-1] if shape and not alone else 0) + 1)
        return [
            (() if alone else (*before, entry - 1), self._entry(row, columns.get(entry, len(row.cells))))
            for entry in sorted({*filled, *expected})
        ]

    def _entry(self, row: _Row, column: int) -> Entry:
        return Entry(row.value(column), self.grid.place(row.number, column))

    def _number(self, text: str, word: str) -> int | None:
        """Return the number of a row or column, counted from 0. Raises _Stray where it is none."""
        if not text:
            return None
        first = self.header.first[word]
        number = int(text) - first if text.isascii() and text.isdecimal() and len(text) <= 4 else -1
        if not 0 <= number < MOST_ENTRIES:
            expected = f"a number from {first} to {MOST_ENTRIES - 1 + first}"
            raise _Stray(word, f"{expected} was expected, found {quoted(text)}")
        return number

    def _labels(self, cells: Sequence[Value]) -> Labels:
        own = tuple([cells[column] for column in self.header.labels.values() if column < len(cells)])
        if own not in self.steps:
            named = zip(self.header.labels, map(as_count, own), strict=False)  # a row may end before them
            self.steps[own] = tuple([(name, _label(text)) for name, text in named if text])
        return self.steps[own]

    def _values(self, row: _Row) -> Iterator[tuple[int, Value]]:
        columns = [*self.header.entries.values()] if self.header.value is None else [self.header.value]
        return ((column, row.cells[column]) for column in columns if column < len(row.cells))

    def _fault(self, row: _Row, word: str | int, text: str) -> None:
        entries, fixed = self.header.entries, self.header.fixed
        column = entries.get(word, 0) if isinstance(word, int) else fixed.get(word, 0)
        self.written.fault(self.grid.place(row.number, column), text)


def _label(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else text


@lru_cache(maxsize=64)
def _shape(text: str) -> Index | None:
    """Return the shape that a row states, or None where it states none that can be."""
    match = _SHAPE.fullmatch(text.removesuffix(OR_NUMBER))
    if match is None:
        return () if text == "number" else None
    shape = tuple(int(size) for size in match.groups() if size)
    return shape if all(1 <= size <= MOST_ENTRIES for size in shape) else None


class _Stray(Exception):
    """A number that has no place in its field; `column` is the heading under which that shows."""

    def __init__(self, column: str | int, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
