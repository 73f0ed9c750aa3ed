"""A CSV file as text whose cells know where they stand, so that one can be changed without touching the rest.

The csv module forgets how cells were written: with which quotes, line ends, spaces, byte order mark. Here a
file is cut into cells with their offsets, and the text of a changed cell takes the place of the old one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from grader.exchange.csv_text import BOM, separator_of
from grader.schemas.faults import UsageFault

_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(r"\r\n|\r|\n")

Place = tuple[int, int]  # row and column, counted from 0


class Cell(NamedTuple):
    """The text of a cell without its quotes, and the offsets at which it begins and ends with them."""

    text: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a CSV text, by row. Rows may differ in length.

    `headings` has the column of each heading in lower case, the first of several with the same one.
    """

    text: str
    separator: str
    rows: list[list[Cell]]
    headings: Mapping[str, int]

    def of_row(self, row: int, heading: str) -> str:
        """Return the text of a row's cell under a heading; empty where there is no such column."""
        return self.cell(row, self.headings[heading]) if heading in self.headings else ""

    def cell(self, row: int, column: int) -> str:
        """Return the text of a cell without space around it; empty where the row ends before it."""
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def filled(self, changes: Mapping[Place, str]) -> str:
        """Return the text with some cells changed, in quotes where they were, and all else as it was."""
        pieces = []
        done = 0
        widths = [len(cells) for cells in self.rows]
        for (row, column), text in sorted(changes.items()):
            cells, missing = self.rows[row], column - widths[row] + 1
            old = cells[min(column, len(cells) - 1)]
            start = old.end if missing > 0 else old.start
            quoted = (old.quoted and missing <= 0) or self.separator in text
            pieces += [self.text[done:start], self.separator * missing, f'"{text}"' if quoted else text]
            done = old.end
            widths[row] = max(widths[row], column + 1)  # where the row ended before this column
        return "".join([*pieces, self.text[done:]])


def cut(text: str) -> Sheet:
    """Cut a CSV text into cells as the csv module would.

    Raises UsageFault for an empty text, and for a quote that is not closed, with its line.
    """
    if not text.strip(f"{BOM}\r\n"):
        raise UsageFault("nothing in it; expected a CSV file")
    start = len(BOM) if text.startswith(BOM) else 0
    first = _LINE_END.split(_QUOTED.sub("", text[start:]), maxsplit=1)[0]
    separator = separator_of(first)
    cell = re.compile(rf'"((?:[^"]|"")*)"([^{separator}\r\n]*)|[^{separator}\r\n]*')
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    while start < len(text):
        found = cell.match(text, start)
        if found is None or (found[1] is None and text.startswith('"', start)):
            line = len(_LINE_END.findall(text, 0, start)) + 1
            raise UsageFault(f"line {line}: a cell begins with a quote that nothing closes")
        start = found.end()
        row.append(_cell(found))
        if text.startswith(separator, start):
            start += 1
            if start < len(text):
                continue
            row.append(Cell("", start, start, quoted=False))  # the text ends with a separator
        rows.append(row)
        row = []
        line_end = _LINE_END.match(text, start)
        start = line_end.end() if line_end else start
    headings: dict[str, int] = {}
    for column, heading in enumerate(rows[0]):
        headings.setdefault(heading.text.strip().casefold(), column)
    return Sheet(text, separator, rows, headings)


def _cell(found: re.Match[str]) -> Cell:
    quoted = found[1] is not None
    text = found[1].replace('""', '"') + found[2] if quoted else found[0]
    return Cell(text, found.start(), found.end(), quoted)
