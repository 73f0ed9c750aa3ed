"""Workbooks (.xlsx), read by python-calamine after a look at how much there is to read.

A workbook is a zip archive: a small one may unpack to any size, and one cell far out may make a table of
billions. So the archive is unpacked here first, within bounds, and handed on as it was unpacked.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from grader.exchange.handin import Finding, Otherwise
from grader.exchange.tables.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Grid, Value
from grader.exchange.tables.table import read_tables
from grader.exchange.wording import printable
from grader.schemas.faults import SubmissionFault
from grader.schemas.problems import Problem

NEEDS = "workbooks need two more packages; install them with: pip install 'grader[xlsx]'"

_MOST_BYTES = 12_000_000  # unpacked
_MOST_FILES = 500
_MOST_SHEETS = 50
_PIECE = 1 << 16
_SHEETS = "xl/worksheets/"
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([^"']*)["']""")
_CELL = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_BROKEN = "A workbook (.xlsx) was expected, found a file that is none or is damaged."

_TOO_LARGE = (
    f"Too large: sheets of at most {MOST_CELLS:,} cells together were expected, found more; "
    "delete the empty rows and columns between what is filled in."
)


def read_workbook(file: str, data: bytes, otherwise: Otherwise | None = None) -> Finding:
    """Read the submission in a workbook; one without a table of answers is skipped.

    `otherwise` tells whose it is where it does not say so itself.

    Raises SubmissionFault where it cannot be read.
    """
    try:
        import python_calamine  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SubmissionFault(f"A workbook: {NEEDS}.") from error
    unpacked, formulas = _unpacked(data)
    notes = [Problem(_formulas_in_words(formulas), grave=False)] if formulas else []
    return read_tables(file, _grids(python_calamine, unpacked), notes, otherwise)


def _formulas_in_words(count: int) -> str:
    cells = "One cell holds a formula" if count == 1 else f"{count} cells hold formulas"
    return f"{cells}; the value that the spreadsheet program last saved was read."


def _unpacked(data: bytes) -> tuple[io.BytesIO, int]:
    """Return the workbook with nothing compressed in it, and how many formulas its sheets have.

    Raises SubmissionFault where it is no workbook, or one beyond all bounds.
    """
    unpacked = io.BytesIO()
    left, formulas, cells = _MOST_BYTES, 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(unpacked, "w") as plain:
            entries = archive.infolist()
            if len(entries) > _MOST_FILES:
                raise SubmissionFault(f"Too large: at most {_MOST_FILES} files in a workbook were expected.")
            if len({entry.filename for entry in entries}) < len(entries):
                raise SubmissionFault(_BROKEN)
            for entry in entries:
                content = _content(archive, entry, left)
                left -= len(content)
                if entry.filename.lstrip("/").lower().startswith(_SHEETS):
                    cells += _extent(content)
                    if cells > MOST_CELLS:
                        raise SubmissionFault(_TOO_LARGE)
                    formulas += len(_FORMULA.findall(content))
                plain.writestr(zipfile.ZipInfo(entry.filename), content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        # RuntimeError: it asks for a password. NotImplementedError: packed in a way of its own.
        raise SubmissionFault(_BROKEN) from error
    unpacked.seek(0)
    return unpacked, formulas


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Unpack one file of the archive, never more than is left of the bound."""
    pieces: list[bytes] = []
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise SubmissionFault(f"Too large: at most {_MOST_BYTES:,} bytes unpacked were expected.")
    return b"".join(pieces)


def _extent(sheet: bytes) -> int:
    """Return how many cells there are up to the last ones of a sheet, empty ones too.

    Raises SubmissionFault where one of them is far out.
    """
    if b"\x00" in sheet[:200]:
        raise SubmissionFault(_BROKEN)
    rows = columns = 0
    for reference in set(_REFERENCE.findall(sheet)):
        match = _CELL.fullmatch(reference)
        if match is None:
            if b"&" in reference:  # a reference that hides what it is
                raise SubmissionFault(_BROKEN)
            continue
        rows, columns = max(rows, int(match[2])), max(columns, _column_number(match[1]))
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            place = reference.decode("ascii")
            bounds = f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
            raise SubmissionFault(
                f"Too large: a sheet of at most {bounds} was expected, found a cell {place}."
            )
    return rows * columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _letters(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _grids(calamine: ModuleType, unpacked: io.BytesIO) -> Iterator[Grid]:
    """Yield the sheets. Raises SubmissionFault where calamine cannot read the workbook."""
    try:
        with calamine.CalamineWorkbook.from_filelike(unpacked) as book:
            if len(book.sheet_names) > _MOST_SHEETS:
                raise SubmissionFault(f"Too large: at most {_MOST_SHEETS} sheets were expected.")
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield Grid([[_plain(value) for value in row] for row in rows], _place_in(name))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise SubmissionFault(_BROKEN) from error


def _place_in(sheet: str) -> Any:
    name = printable(sheet)
    return lambda row, column: f"{name}!{_letters(column)}{row + 1}"


def _plain(value: Any) -> Value:
    """Return a cell as text or a number; what is neither is named, so that marking can say what it found."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return f"{value} (made a date by the program)"
    return value if isinstance(value, str) and value else None
