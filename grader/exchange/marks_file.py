"""Marks files: a person's marks as CSV, as they come back from any spreadsheet.

A byte order mark, `;` or tabs between cells, decimal commas, columns in another order and columns of one's
own are all read. A file that is written again keeps its separators and every cell that is not changed.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.exchange.csv_text import BOM, csv_rows, csv_text
from grader.exchange.small_file import read_small
from grader.schemas.cells import from_a_cell
from grader.schemas.faults import UsageFault
from grader.schemas.marks import PersonMark, Row
from grader.schemas.wording import quoted

COLUMNS = ("student", "question", "part", "points", "comment", "of", "alike", "answer")
_ALL = (*COLUMNS, "step", "assignment", "rubric")
_NEEDED = ("student", "question", "points")
_MOST_BYTES = 200_000_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}(?:[.,][0-9]{0,12})?|[.,][0-9]{1,12})")
_LABEL = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,49})\s*=?\s*([0-9]{1,6})")

Key = tuple[str, ...]  # assignment, student, question, part and step of a row, as written
Fault = tuple[Row, str]  # the place, and what is wrong


@dataclass(slots=True)
class MarksTable:
    """The cells of a marks file, by row; `lines` has the line of the file where each row begins."""

    columns: list[str] = field(default_factory=lambda: [*COLUMNS])
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    separator: str = ","
    mark: str = BOM  # so that spreadsheets take the file for UTF-8

    def cell(self, row: Sequence[str], column: str) -> str:
        """Return a cell without the space around it; empty where there is no such column."""
        if column not in self.columns:
            return ""
        place = self.columns.index(column)
        return row[place].strip() if place < len(row) else ""

    def set(self, row: list[str], column: str, text: str) -> None:
        """Change a cell; a column that is not there yet is added."""
        if column not in self.columns:
            self.columns.append(column)
        row += [""] * (len(self.columns) - len(row))
        row[self.columns.index(column)] = text

    def key(self, row: Sequence[str]) -> Key:
        """Return what a row is about: two rows with one key are about the same mark."""
        return tuple(self.cell(row, name) for name in ("assignment", "student", "question", "part", "step"))

    def add(self, cells: dict[str, str]) -> list[str]:
        """Add a row with these cells."""
        row: list[str] = []
        for column, text in cells.items():
            self.set(row, column, text)
        self.rows.append(row)
        return row

    def text(self) -> str:
        """Return the file's text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return self.mark + out.getvalue()


def open_table(path: Path | None) -> MarksTable:
    """Read a marks file that may not be there yet. Raises UsageFault where it cannot be used."""
    return MarksTable() if path is None or not path.exists() else read_table(path)


def read_table(path: Path) -> MarksTable:
    """Read a marks file. Raises UsageFault for a file that cannot be used."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "not a file" if path.exists() else "no such file"
        raise UsageFault(f"{path}: {found}; expected a CSV file of marks")
    file = csv_text(path, read_small(path, _MOST_BYTES, "file of marks", "a table with a row for each"))
    rows = [*csv_rows(path, file)]
    columns = [name.strip().lower() for name in rows[0][1]] if rows else []
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        found = ", ".join(name for name in columns if name)[:200] or "nothing"
        raise UsageFault(
            f"{path}: expected a line of column names with student, question, part, points and comment; "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing, found {found}"
        )
    twice = next((name for name in _ALL if columns.count(name) > 1), None)
    if twice is not None:
        raise UsageFault(f"{path}: two columns are called {twice}")
    table = MarksTable(columns, separator=file.separator, mark=file.mark)
    for line, row in rows[1:]:
        if any(cell.strip() for cell in row):
            table.rows.append(row)
            table.lines.append(line)
    return table


def read_marks(path: Path) -> tuple[list[PersonMark], list[Fault]]:
    """Return the marks of a file, and what is wrong with rows that cannot be used.

    A row without points has not been marked yet. Raises UsageFault where the file as a whole cannot be read.
    """
    table = read_table(path)
    marks: list[PersonMark] = []
    faults: list[Fault] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        if not table.cell(row, "points"):
            continue
        found = _mark(table, row, Row(str(path), line))
        if isinstance(found, str):
            faults.append((Row(str(path), line), found))
        else:
            marks.append(found)
    return marks, faults


def _mark(table: MarksTable, row: Sequence[str], place: Row) -> PersonMark | str:
    """Return the mark of a row, or what is wrong with it."""
    cells = {name: from_a_cell(table.cell(row, name)) for name in _ALL}
    for name in ("student", "question"):
        if not cells[name]:
            return f"{name}: expected a name, found nothing"
    points = read_points(cells["points"])
    if points is None:
        return f"points: expected a number such as 2.5, found {quoted(cells['points'])}"
    part, _, labels = cells["part"].partition(" ")
    if labels.strip() and cells["step"]:
        return "the step stands in two columns, part and step; expected it in one"
    step = _step(labels.strip() or cells["step"])
    if isinstance(step, str):
        return step
    if step and not part:
        return "part: expected the field of this step, found nothing"
    return PersonMark(
        student=cells["student"],
        question=cells["question"],
        part=part or None,
        points=points,
        comment=cells["comment"],
        step=step,
        assignment=cells["assignment"] or None,
        answer=cells["answer"],
        row=place,
    )


def read_points(text: str) -> float | None:
    """Read points, with a decimal point or comma; return None for a text that is no number."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _step(text: str) -> tuple[tuple[str, int], ...] | str:
    """Read the labels of a step, `iteration=0 sample=1` or `iteration 0, sample 1`."""
    text = text.strip("() ")
    if not text:
        return ()
    labels = tuple((match[1], int(match[2])) for match in _LABEL.finditer(text))
    if not labels or re.sub(r"[\s,;]+", "", _LABEL.sub("", text)) or len(dict(labels)) < len(labels):
        return f"step: expected labels such as round=0 row=1, each once, found {quoted(text)}"
    return labels


def contradicting(marks: Iterable[PersonMark]) -> tuple[list[PersonMark], list[Fault]]:
    """Return the marks without those that contradict each other, and these contradictions in words.

    A mark that stands there twice counts as one.
    """
    by_target: dict[tuple[object, ...], list[PersonMark]] = {}
    for mark in marks:
        target = (mark.student, mark.assignment, mark.question, mark.part, *sorted(mark.step))
        by_target.setdefault(target, []).append(mark)
    kept: list[PersonMark] = []
    faults: list[Fault] = []
    for first, *others in by_target.values():
        different = [other for other in others if other.points != first.points]
        if not different:
            kept.append(first)
        for other in different:
            points = f"{other.points:g} points here, {first.points:g} in {first.row}"
            faults.append((other.row, f"{other.what} of {quoted(other.student)}: {points}; neither counts"))
    return kept, faults
