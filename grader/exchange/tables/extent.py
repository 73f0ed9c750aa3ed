"""How large a workbook's parts are, found out from their XML before tables are made of them.

calamine makes a table of all cells up to the last one, whether its place is stated or follows from the cells
before it. It makes room for as many texts as a part says there are, and copies a text that cells share for
each of them. So a few bytes can ask for more memory than there is, which would end the whole program.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ParserCreate

from grader.exchange.tables.grid import MOST_COLUMNS, MOST_ROWS
from grader.schemas.faults import SubmissionFault

# Rows and cells as every program writes them, with their place first; and other ways in which they may begin.
_STATED = re.compile(rb'<(?:row|c) r="([A-Za-z]*)([0-9]+)"')
_USUAL = (b"<row ", b"<c ")
# Each begins with letters that are looked for at once: all in one takes thirty times as long.
_UNUSUAL = tuple(
    map(re.compile, (rb"<row[\t\n\r/>]", rb"<c[\t\n\r/>]", rb":row[ \t\n\r/>]", rb":c[ \t\n\r/>]"))
)
_PLACE = re.compile(r"([A-Za-z]*)([0-9]+)")
_LONG = 9  # letters or digits are far beyond all bounds, whatever comes after them
_CELL = 2  # how deep a cell stands below the data of a sheet


class Extent(NamedTuple):
    """The size of a part of a workbook: of the cells of a sheet, or of the texts that cells share.

    `rows` and `columns` reach to the last cell, empty ones included. `shared` is the most cells that can
    refer to a shared text, `longest` the length of the longest such text.
    """

    rows: int = 0
    columns: int = 0
    shared: int = 0
    longest: int = 0


def extent_of(part: bytes) -> Extent:
    """Return the size of a part of a workbook.

    Raises SubmissionFault where a cell is far out, and ValueError or ExpatError for something that is no
    part.
    """
    stated = _STATED.findall(part)
    unusual = any(beginning.search(part) for beginning in _UNUSUAL)
    if b"sst" in part or unusual or len(stated) < sum(map(part.count, _USUAL)):
        return _Walk(part).extent()
    letters, digits = map(set, zip(*stated, strict=True)) if stated else (set(), set())
    rows = max((_row_number(written.decode()) for written in digits), default=0)
    columns = max((_column_number(written.decode()) for written in letters), default=0)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        return _Walk(part).extent()  # which says where
    return Extent(rows, columns, shared=part.count(b'"s"') + part.count(b"'s'"))  # no fewer than there are


class _Walk:
    """A walk through the elements of a part, in which cells get the places that calamine gives them."""

    def __init__(self, part: bytes) -> None:
        self._rows = self._columns = self._shared = self._longest = 0
        self._size = len(part)
        self._depth = self._data = 0  # of the element, and of the sheet's data; 0 outside of it
        self._row = self._column = 0  # where the next cell stands, counted from 0, if it does not say so
        self._text = 0
        # Whatever the part says: another encoding would be looked up among the modules of Python.
        self._parser = ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.Parse(part, True)

    def extent(self) -> Extent:
        return Extent(self._rows, self._columns, self._shared, self._longest)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        name = local(name)
        if name == "sst":
            if int(attributes.get("uniqueCount", "0")) > self._size:
                raise ValueError("more texts than bytes")
            self._parser.CharacterDataHandler = self._characters
        elif name == "si":
            self._text = 0
        elif name == "sheetData" and not self._data:
            self._data = self._depth
        elif self._data and name in ("row", "c"):
            if self._depth - self._data != (_CELL if name == "c" else 1):
                raise ValueError(f"{name} in a place where none belongs")
            self._take(name, attributes)

    def _take(self, name: str, attributes: dict[str, str]) -> None:
        """Take in the place of a row or cell."""
        row, column = self._row, self._column
        if (stated := attributes.get("r")) is not None:
            found = _PLACE.fullmatch(stated)
            if found is None:
                raise ValueError(f"{stated[:_LONG]} is no place")
            row = _row_number(found[2]) - 1
            column = _column_number(found[1]) - 1 if name == "c" else column
        if name == "row":
            self._row = row
            return
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            raise _far(f"a cell {letters_of(column)[:_LONG]}{row + 1}")
        self._column = column
        self._rows, self._columns = max(self._rows, row + 1), max(self._columns, column + 1)
        self._shared += attributes.get("t") == "s"

    def _end(self, name: str) -> None:
        if self._depth == self._data:
            self._data = 0
        elif self._data and local(name) == "row":
            if self._row >= MOST_ROWS:
                raise _far(f"a row {self._row + 1}")
            self._row, self._column = self._row + 1, 0
        elif self._data and local(name) == "c":
            self._column += 1
        self._depth -= 1

    def _characters(self, text: str) -> None:
        self._text += len(text)
        self._longest = max(self._longest, self._text)


def _far(found: str) -> SubmissionFault:
    bounds = f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
    return SubmissionFault(f"Too large: a sheet of at most {bounds} was expected, found {found}.")


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(":")[2]


@lru_cache(maxsize=2 * MOST_COLUMNS)
def letters_of(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    written = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        written = chr(65 + rest) + written
    return written


def _row_number(digits: str) -> int:
    return int(digits.lstrip("0")[:_LONG] or "0")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:_LONG].upper():
        number = 26 * number + ord(letter) - 64
    return number


def _refuse(*_: object) -> None:
    raise ValueError("a document type, which may hide what places and texts are")
