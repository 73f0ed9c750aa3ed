"""CSV files as spreadsheet programs write them: other separators than the comma, and UTF-16 with a mark.

Lists and marks that a person has named are read here; each fault names the file, and the line where the row
begins.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from grader.exchange.findings.wording import is_utf_16, other_kind
from grader.schemas.faults import UsageFault

SEPARATORS = ",;\t"
BOM = "\ufeff"
_SEPARATOR_STATED = re.compile(rf'"?sep=([{SEPARATORS}])"?[^\S\t\r\n]*(?:\r\n|\r|\n)', re.IGNORECASE)


class CsvText(NamedTuple):
    """The text of a CSV file below a byte order mark (`mark`, or nothing) and a line that states separators.

    `line` is the one in which it begins.
    """

    text: str
    separator: str
    mark: str
    line: int


def separator_of(heading: str) -> str:
    """Return the separator that stands most often in a line, a comma where there is none."""
    return max(SEPARATORS, key=heading.count)


def csv_text(path: Path, data: bytes) -> CsvText:
    """Return the text of a file. Raises UsageFault where it is no text, or of another kind."""
    if other := other_kind(data):
        raise UsageFault(f"{path}: expected a CSV file, found {other}; save the table as CSV")
    try:
        text = data.decode("utf-16" if is_utf_16(data) else "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"see the byte at offset {error.start}"
        raise UsageFault(f'{path}: line {line}: not saved as UTF-8, {byte}; choose "CSV UTF-8"') from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageFault(f"{path}: line {line}: expected text, found a zero byte; save the table as CSV")
    mark = BOM if is_utf_16(data) or text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    if stated := _SEPARATOR_STATED.match(text):  # a line for Excel, which shows it nobody
        return CsvText(text[stated.end() :], stated[1], mark, 2)
    return CsvText(text, separator_of(text.partition("\n")[0]), mark, 1)


def csv_rows(path: Path, file: CsvText) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file, each with the line in which it begins.

    Raises UsageFault for what is no row, such as one with a quote that nothing closes: all that follows
    would be lost in it.
    """
    lines = csv.reader(io.StringIO(file.text, newline=""), delimiter=file.separator, strict=True)
    line = file.line
    try:
        for row in lines:
            yield line, row
            line = file.line + lines.line_num
    except csv.Error as error:
        raise UsageFault(f"{path}: line {line}: not CSV: {csv_fault(error)}") from None


def csv_fault(error: csv.Error) -> str:
    """Return in words what the csv module found wrong with a row."""
    words = str(error)
    if "unexpected end" in words:
        return "a closing double quote was expected, found the end of the file"
    if "field larger" in words:
        return f"a cell of at most {csv.field_size_limit():,} characters was expected, found a longer one"
    if "expected after" in words:
        return "a separator was expected after a closing double quote, found more text"
    return "a row of a table was expected, found what is none"
