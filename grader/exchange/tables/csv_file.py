"""CSV files: the separator is found by trial, and decimal commas are read where they can be nothing else."""

import csv
import io
import re
from collections.abc import Sequence

from grader.exchange.csv_text import SEPARATORS, csv_fault
from grader.exchange.findings.handin import Finding, Otherwise, Skipped
from grader.exchange.findings.not_json import not_utf8
from grader.exchange.findings.wording import is_utf_16, other_kind
from grader.exchange.tables.grid import MOST_COLUMNS, MOST_ROWS, VARIANT, Grid, Header, Value, find_header
from grader.exchange.tables.table import NO_TABLE, read_tables
from grader.schemas.faults import SubmissionFault

_LOOK_FOR = 60  # rows in which the header is looked for
_COMMA = re.compile(r"[+\-−–]?\d*,\d+(?:[eE][+-]?\d+)?")
_POINT = re.compile(_COMMA.pattern.replace(",", r"\."))


def read_csv(file: str, data: bytes, otherwise: Otherwise | None = None) -> Finding:
    """Read the submission in a CSV file, which is skipped if it is no table of answers.

    `otherwise` tells whose it is where the file does not say so itself. Raises SubmissionFault for a table of
    answers that cannot be read.
    """
    encoding = "utf-16" if is_utf_16(data) else "utf-8-sig"
    text = data.decode(encoding, "replace")
    found = _separated(text) or _separated(text.replace('"', ""))  # one that nothing closes hides all
    if found is None:
        if other := other_kind(data):
            raise SubmissionFault(f"A CSV file was expected, found {other}; save the table as CSV.")
        return Skipped(file, NO_TABLE)
    separator, header = found
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SubmissionFault(not_utf8(error)) from error
    rows, lines = _table(text, separator)
    if separator != ",":
        _point_for_comma(rows, header)
    # A line is found at once, and what is wrong tells which of its cells is meant.
    return read_tables(file, [Grid(rows, lambda row, _: f"line {lines[row]}")], otherwise=otherwise)


def _separated(text: str) -> tuple[str, Header] | None:
    """Return the separator by which the text is a table of answers."""
    for separator in SEPARATORS:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows: list[list[str]] = []
        try:
            for row in lines:
                rows.append(row if len(row) <= MOST_COLUMNS else [])
                if len(rows) >= _LOOK_FOR:
                    break
        except csv.Error:
            pass  # a fault is named when the whole file is read
        header = find_header(Grid(rows, lambda row, _: f"line {row + 1}"))
        if header is not None:
            return separator, header
    return None


def _table(text: str, separator: str) -> tuple[list[Sequence[Value]], list[int]]:
    """Return all rows and the lines where they begin. Raises SubmissionFault for a file that is no table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Sequence[Value]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            if len(rows) >= MOST_ROWS:
                raise SubmissionFault(f"Line {line}: at most {MOST_ROWS:,} rows were expected, found more.")
            if len(row) > MOST_COLUMNS:
                raise SubmissionFault(f"Line {line}: at most {MOST_COLUMNS} cells were expected, found more.")
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SubmissionFault(f"Line {line}: {csv_fault(error)}.") from error
    return rows, lines


def _point_for_comma(rows: list[Sequence[Value]], header: Header) -> None:
    """Turn decimal commas into points in cells of numbers, unless there is a point in any of these.

    Commas do not separate cells here, so they stand in numbers. Only beside decimal points could they stand
    for thousands. The student's own values do not count: they came with the form and were not typed.
    """
    columns = [*header.entries.values(), *([] if header.value is None else [header.value])]
    pointed: dict[int, Sequence[Value]] = {}
    for number in range(header.row + 1, len(rows)):
        row = [*rows[number]]
        if _said(row, header, "part"):  # whose formula keeps its commas
            continue
        for column in columns:
            text = str(row[column]).strip() if column < len(row) else ""
            if "," in text and _COMMA.fullmatch(text):
                row[column] = text.replace(",", ".")
            elif (
                "." in text and _POINT.fullmatch(text) and not _said(row, header, "field").startswith(VARIANT)
            ):
                return
        pointed[number] = row
    for number, pointed_row in pointed.items():
        rows[number] = pointed_row


def _said(row: Sequence[Value], header: Header, name: str) -> str:
    """Return the text of a row in the column of this name; nothing if there is none."""
    column = header.fixed.get(name, len(row))
    return str(row[column]).strip() if column < len(row) else ""
