"""A table that students laid out themselves, a row or a column for each step, as the pieces of a printout.

The names stand in one row, or in the first column. A name with a number behind it (`s_i_1`, `W[1][2]`), and
cells without a name after one, are further entries of the same field. A unit behind a name says nothing.
What the names mean is for those who read the pieces.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from grader.exchange.printout.items import Chunk, headings_in
from grader.schemas.wording import spelled

_SEPARATORS = "\t;,"
_FEWEST = 3  # cells of a row, and names
_PAIR = 2  # a name and what it is
_MOST_ROWS = 500
MOST_PIECES = 6_000
_MOST_CELLS = 300  # of a row
_MOST_CHARACTERS = 100_000
_ENTRY = re.compile(r"[\s_]*[\[({]?\d{1,2}(?:[\s,;_\]\[]*\d{1,2})?[\])}]?$")
_UNIT = re.compile(r"\s*[\[(][^\[\]()\d]{1,10}[\])]$")  # x [m], f(x)
_LONGEST = 50  # characters of a name

Row = tuple[int, list[str]]  # the line in which it begins, and its cells


def pieces_of_table(text: str) -> Iterator[list[Chunk]]:
    """Yield what stands in a table, step by step: as rows below a row of names, and as columns beside names.

    Where the text has too few names for a table, or is far too long for one, nothing comes.
    """
    rows = _rows(text) if len(text) <= _MOST_CHARACTERS else []
    for number, (_, cells) in enumerate(rows):
        if sum(map(_is_name, cells)) >= _FEWEST:
            yield _first(_about(rows[:number]), _row_by_row(cells, rows[number + 1 :]))
            break
    first = next((n for n, (_, cells) in enumerate(rows) if len(cells) >= _FEWEST), len(rows))
    if sum(_is_name(cells[0]) for _, cells in rows[first:]) >= _FEWEST:
        yield _first(_about(rows[:first]), _column_by_column(rows[first:]))


def _first(*parts: Iterator[Chunk]) -> list[Chunk]:
    return list(islice(chain(*parts), MOST_PIECES))


def _rows(text: str) -> list[Row]:
    """Return the rows of a table in Markdown or CSV, without those that are empty or only lines."""
    lines = text.splitlines()
    if sum(line.count("|") > _FEWEST for line in lines) >= _FEWEST:
        rows = [(n, line.strip().strip("|").split("|")) for n, line in enumerate(lines, 1)]
    else:
        rows = max((_separated(text, separator) for separator in _SEPARATORS), key=_fullness)
    cells = ((line, [cell.strip(" *`$") for cell in row]) for line, row in rows)
    return list(islice((row for row in cells if any(map(_tells, row[1]))), _MOST_ROWS))


def _separated(text: str, separator: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[Row] = []
    line = 1
    try:
        for row in islice(reader, _MOST_ROWS):
            rows.append((line, row if len(row) <= _MOST_CELLS else []))
            line = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _fullness(rows: Sequence[Row]) -> int:
    """Return how many rows have several cells; of two separators the one that makes more of them is meant."""
    return sum(len(cells) >= _FEWEST for _, cells in rows)


def _tells(cell: str) -> bool:
    return any(map(str.isalnum, cell))


def _is_name(cell: str) -> bool:
    name = spelled(cell)
    return 0 < len(name) <= _LONGEST and name.lstrip("_")[:1].isalpha()


def _about(rows: Sequence[Row]) -> Iterator[Chunk]:
    """Yield what stands above a table, such as a row with the word student and an id."""
    for line, cells in rows:
        said = [cell for cell in cells if cell]
        if len(said) == 1:  # "student: 0012345" in a single cell
            said = [part for part in said[0].split(":", 1) if part.strip()]
        if len(said) == _PAIR:
            yield Chunk(line, 0, said[0].rstrip(": "), said[1].strip())
        elif said:
            yield from _heading(line, " ".join(said))


def _heading(line: int, text: str) -> Iterator[Chunk]:
    yield from (Chunk(line, 0, word, number, heading=True) for word, number in headings_in(text) or ())


def _fields(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Return each field with the places of its entries."""
    fields: list[tuple[str, list[int]]] = []
    for place, cell in enumerate(names):
        name = _UNIT.sub("", spelled(cell))
        entry = _ENTRY.sub("", name)
        if fields and (not name or (entry and entry == fields[-1][0] != name)):
            fields[-1][1].append(place)
        elif name or not fields:  # in the corner of a table there is no name
            fields.append((entry if _is_entry_of_several(place, names, entry) else name, [place]))
    return fields


def _is_entry_of_several(place: int, names: Sequence[str], entry: str) -> bool:
    following = names[place + 1] if place + 1 < len(names) else ""
    return bool(entry) and _ENTRY.sub("", spelled(following)) == entry


def _row_by_row(names: Sequence[str], rows: Sequence[Row]) -> Iterator[Chunk]:
    fields = _fields(names)
    for line, cells in rows:
        for name, places in fields:
            text = " ".join(cells[place] for place in places if place < len(cells))
            if name and _tells(text):
                yield Chunk(line, 0, name, text)


def _column_by_column(rows: Sequence[Row]) -> Iterator[Chunk]:
    fields = _fields([cells[0] for _, cells in rows])
    for column in range(1, max(len(cells) for _, cells in rows)):
        for name, places in fields:
            written = [rows[place][1][column] for place in places if column < len(rows[place][1])]
            text = " ".join(written)
            line = rows[places[0]][0]
            if headings := [*_heading(line, text)]:
                yield from headings
            elif name and _tells(text):
                yield Chunk(line, 0, name, text)
