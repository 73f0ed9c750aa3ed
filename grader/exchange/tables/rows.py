"""Reads the rows of one table: each says what it is, in any order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from grader.exchange.handins.wording import printable, quoted
from grader.exchange.tables.grid import Grid, Value, as_text
from grader.exchange.tables.header import MOST_ENTRIES, OR_NUMBER, Header, find_header
from grader.exchange.tables.own_values import VARIANT
from grader.exchange.tables.written import GIVEN, Entry, Field, Index, Labels, Written

_ABOUT = ("student", "assignment", "group")
_ABOVE = (*_ABOUT, "question", "method")  # beside constants and own values: what may stand above a header
_STATED = (GIVEN, VARIANT)
_LONGEST = 20  # characters of a label
_SHAPE = re.compile(r"(\d{1,3})(?:\s*[x×*]\s*(\d{1,3}))?")


def read_rows(grid: Grid, written: Written) -> bool:
    """Add what a table says to what is written; False where it is no table of answers."""
    header = find_header(grid)
    above = dict(_settings(grid, written, len(grid.rows) if header is None else header.row))
    if header is None:
        return False
    for name, column in header.strange.items():
        place = grid.place(header.row, column)
        written.fault(place, f"unknown column {quoted(name)}; it was not read", grave=False)
    for name, first in header.first.items():
        if not first:
            place = grid.place(header.row, header.fixed[name])
            written.fault(place, f"{name}: counted from 0 and read so", grave=False)
    question = as_text(above.pop("question", Entry(None, "")).value)
    for name, entry in above.items():
        if question:
            written.put(written.settings, (question, name), entry)
        else:
            written.fault(
                entry.place,
                f"{printable(name)}: a row with the question that it is of was expected beside it",
            )
    reader = _Reader(grid, header, written, question)
    for number in range(header.row + 1, len(grid.rows)):
        reader.read(number)
    return True


def _settings(grid: Grid, written: Written, end: int) -> Iterator[tuple[str, Entry]]:
    """Yield what stands above a header: in a row a name, and its value in the cell after it."""
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one row after the other; `question` is whose they are where they do not say it themselves.

    `steps` maps the cells of labels that were read to the labels that they are: a step has many rows.
    """

    grid: Grid
    header: Header
    written: Written
    question: str
    steps: dict[tuple[Value, ...], Labels] = field(default_factory=dict)

    def read(self, number: int) -> None:
        row = self.grid.rows[number]
        question, part, name = [self._text(row, word) for word in ("question", "part", "field")]
        if not (part or name):
            if any(as_text(value) for _, value in self._values(row)):
                self._fault(number, "field", "the name of a part or a field was expected, found nothing")
        elif part and name:
            self._fault(number, "field", "a part or a field was expected, found both")
        elif not question and name.casefold() in _ABOUT:
            self._about(number, name.casefold())
        elif not (question or self.question):
            self._fault(number, "question", "the name of a question was expected, found nothing")
        elif part:
            self._single(number, self.written.parts, (question or self.question, part))
        else:
            self._field(number, question or self.question, name)

    def _field(self, number: int, question: str, name: str) -> None:
        row = self.grid.rows[number]
        labels = self._labels(row)
        if name.startswith(_STATED) or (name == "method" and not labels):
            self._single(number, self.written.settings, (question, name))
            return
        try:
            entries = self._entries(number)
        except _Stray as stray:
            self._fault(number, stray.column, stray.reason)
            return
        if not entries:
            return
        self.written.count(len(entries))
        fields = self.written.steps.setdefault((question, labels), {})
        if name not in fields:
            fields[name] = Field(shape=_shape(self._text(row, "shape")) or ())
        for index, entry in entries:
            self.written.put(fields[name].entries, index, entry)

    def _single(self, number: int, entries: dict[tuple[str, str], Entry], name: tuple[str, str]) -> None:
        """Take the one value of a row, if it has one."""
        values = [(column, value) for column, value in self._values(self.grid.rows[number]) if as_text(value)]
        if len(values) > 1:
            place = self.grid.place(number, values[1][0])
            self.written.fault(place, f"one value was expected for {printable(name[1])}, found {len(values)}")
        elif values:
            ((column, value),) = values
            self.written.put(entries, name, Entry(value, self.grid.place(number, column)))

    def _about(self, number: int, name: str) -> None:
        for column, value in self._values(self.grid.rows[number]):
            if as_text(value):
                self.written.put(self.written.about, name, Entry(value, self.grid.place(number, column)))

    def _entries(self, number: int) -> list[tuple[Index, Entry]]:
        """Return the numbers of a row by their index. Raises _Stray where one has no place."""
        row = self.grid.rows[number]
        at = {word: self._number(row, word) for word in ("row", "column")}
        if self.header.value is not None:
            value = row[self.header.value] if self.header.value < len(row) else None
            index = tuple([place for place in at.values() if place is not None])
            return [(index, Entry(value, self.grid.place(number, self.header.value)))]
        stated = self._text(row, "shape")
        shape = _shape(stated)
        columns, width = self.header.entries, len(row)
        filled = [
            entry
            for entry, column in columns.items()
            if column < width and row[column] != "" and as_text(row[column])
        ]
        single = shape is None or stated.endswith(OR_NUMBER)
        alone = shape == () or (single and at["row"] is None and filled == [1])
        before = () if at["row"] is None or (shape is not None and len(shape) < 2) else (at["row"],)
        if alone and filled and filled != [1]:
            raise _Stray(filled[-1], "one number was expected in this row, in its first cell")
        expected = range(1, (shape[-1] if shape and not alone else 0) + 1)
        entries: list[tuple[Index, Entry]] = []
        for entry in sorted({*filled, *expected}):
            column = columns.get(entry, width)
            value = row[column] if column < width else None
            index = () if alone else (*before, entry - 1)
            entries.append((index, Entry(value, self.grid.place(number, column))))
        return entries

    def _number(self, row: Sequence[Value], word: str) -> int | None:
        """Return the number of a row or column, counted from 0. Raises _Stray where it is none."""
        text = self._text(row, word)
        if not text:
            return None
        first = self.header.first[word]
        number = int(text) - first if text.isascii() and text.isdecimal() and len(text) <= 4 else -1
        if not 0 <= number < MOST_ENTRIES:
            expected = f"a number from {first} to {MOST_ENTRIES - 1 + first}"
            raise _Stray(word, f"{expected} was expected, found {quoted(text)}")
        return number

    def _labels(self, row: Sequence[Value]) -> Labels:
        cells = tuple([row[column] for column in self.header.labels.values() if column < len(row)])
        if cells not in self.steps:
            named = zip(self.header.labels, map(as_text, cells), strict=False)  # a row may end before them
            self.steps[cells] = tuple([(name, _label(text)) for name, text in named if text])
        return self.steps[cells]

    def _values(self, row: Sequence[Value]) -> Iterator[tuple[int, Value]]:
        columns = [*self.header.entries.values()] if self.header.value is None else [self.header.value]
        return ((column, row[column]) for column in columns if column < len(row))

    def _text(self, row: Sequence[Value], word: str) -> str:
        """Return what stands in the column of this heading, if there is one."""
        column = self.header.fixed.get(word)
        return "" if column is None or column >= len(row) else as_text(row[column])

    def _fault(self, number: int, word: str | int, text: str) -> None:
        entries, fixed = self.header.entries, self.header.fixed
        column = entries.get(word, 0) if isinstance(word, int) else fixed.get(word, 0)
        self.written.fault(self.grid.place(number, column), text)


def _label(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else text


@lru_cache(maxsize=64)
def _shape(text: str) -> Index | None:
    """Return the shape that a row states, or None."""
    match = _SHAPE.fullmatch(text.removesuffix(OR_NUMBER))
    if match is None:
        return () if text == "number" else None
    shape = tuple(int(size) for size in match.groups() if size)
    return shape if all(1 <= size <= MOST_ENTRIES for size in shape) else None


class _Stray(Exception):
    """A number that has no place in its field; `column` is the heading where that shows."""

    def __init__(self, column: str | int, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
