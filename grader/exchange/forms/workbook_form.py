"""An empty hand-in as a workbook: labels are locked, and cells for numbers check what is typed."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from grader.exchange.forms.rows import bracketed, field_rows, label_heading, shape_in_words, shown
from grader.exchange.tables.grid import VARIANT
from grader.exchange.tables.workbook import NEEDS
from grader.exchange.tables.written import GIVEN
from grader.schemas.blank import Blank, BlankMethod, BlankParts, BlankStep, BlankTrace, Whole
from grader.schemas.cells import in_a_cell
from grader.schemas.faults import UsageFault

_LONGEST_SHEET = 31  # characters of a sheet's name
_LONGEST_CELL = 32_767  # characters
_SOME_DAY = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same student's workbook has the same bytes again
_ABOUT_SHEET = "start"
_HOW = (
    "Fill in the cells with a border; everything else is locked. What you leave empty counts as missing.",
    "Type numbers as numbers. One that ends in zeros keeps them if you type an apostrophe first: '0.50",
    "If you calculate in this workbook, use sheets of your own; of a formula its value is read.",
    "Save the workbook as .xlsx and look at it with: grader check FILE",
)
_YOURS = "What stands beside variant. are your own values; they are handed in with your numbers."
_COPY = (
    "Each student has own values: copy yours from your own sheet beside variant., with all brackets, as in "
    "[[1, 2], [3, 4]], those of all steps together."
)
_NARROW = 11  # characters of a column
_NUMBER_CHECK = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -1e100,
    "maximum": 1e100,
    "error_type": "warning",
    "error_title": "Not a number",
    "error_message": "A number such as -0.5 is expected here.",
}


def workbook_form(blank: Blank, method: str | None = None) -> bytes:
    """Return a workbook (.xlsx) with a sheet for each question.

    Raises UsageFault where XlsxWriter, which the extra `xlsx` brings, is not installed, and where a
    student's own value is too long for a cell.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageFault(NEEDS) from error
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        made = {"created": _SOME_DAY} if blank.student else {}
        book.set_properties({"title": blank.title or blank.assignment, **made})
        formats = _Formats(book)
        _about(book, formats, blank)
        names = {_ABOUT_SHEET}
        for question in blank.questions:
            sheet = _Sheet(book.add_worksheet(_sheet_name(question.id, names)), formats)
            sheet.head("question", question.id)
            if question.title:
                sheet.plain.write(0, 2, question.title, formats.note)
            if isinstance(question, BlankParts):
                _parts(sheet, question)
            else:
                _trace(sheet, question, question.method(method))
    return data.getvalue()


def _sheet_name(question: str, names: set[str]) -> str:
    """Return a name that no other sheet has; the sheet itself says which question it belongs to."""
    name, number = question[:_LONGEST_SHEET], 2
    while name.casefold() in names:
        name, number = f"{question[: _LONGEST_SHEET - 4]} {number}", number + 1
    names.add(name.casefold())
    return name


class _Formats:
    """The formats of cells: those to fill in are unlocked."""

    def __init__(self, book: Any) -> None:
        box = {"border": 1, "border_color": "#7F7F7F", "locked": False}
        self.label = book.add_format({"font_color": "#404040"})
        self.value = book.add_format({"font_color": "#404040", "align": "left"})
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.note = book.add_format({"italic": True, "font_color": "#595959"})
        self.number = book.add_format(box)
        self.text = book.add_format({**box, "num_format": "@"})
        self.answer = book.add_format({**box, "num_format": "@", "text_wrap": True, "valign": "top"})
        self.first_label = book.add_format({"font_color": "#404040", "top": 1})


@dataclass(slots=True)
class _Sheet:
    """A worksheet that is written from the top."""

    plain: Any
    formats: _Formats
    row: int = 0

    def __post_init__(self) -> None:
        self.plain.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})

    def head(self, name: str, value: str | float | None, note: str = "") -> None:
        """Write a setting above the table: a locked one, or one to fill in where there is no value yet."""
        self.plain.write(self.row, 0, name, self.formats.head)
        if value is None:
            look = self.formats.number if name.startswith(GIVEN) else self.formats.text
            self.plain.write_blank(self.row, 1, None, look)
            if name.startswith(GIVEN):
                self.plain.data_validation(self.row, 1, self.row, 1, _NUMBER_CHECK)
        elif isinstance(value, str):
            self.plain.write_string(self.row, 1, value, self.formats.label)
        else:
            self.plain.write_number(self.row, 1, value, self.formats.value)
        if note:
            self.plain.write(self.row, 2, note, self.formats.note)
        self.row += 1


def _about(book: Any, formats: _Formats, blank: Blank) -> None:
    sheet = _Sheet(book.add_worksheet(_ABOUT_SHEET), formats)
    sheet.plain.set_column(0, 0, 14)
    sheet.plain.set_column(1, 1, 24)
    sheet.head("student", in_a_cell(blank.student) or None, "your student number")
    sheet.head("assignment", blank.assignment, blank.title)
    about_own = [_YOURS if blank.student else _COPY] if blank.own else []
    for number, text in enumerate([*_HOW, *about_own], sheet.row + 1):
        sheet.plain.write_string(number, 0, text, formats.note)


def _parts(sheet: _Sheet, question: BlankParts) -> None:
    sheet.row += 1
    sheet.plain.set_column(0, 0, 18)
    sheet.plain.set_column(1, 1, 80)
    sheet.plain.write_row(sheet.row, 0, ("part", "answer"), sheet.formats.head)
    for part in question.parts:
        sheet.row += 1
        sheet.plain.set_row(sheet.row, 30)
        sheet.plain.write_string(sheet.row, 0, part, sheet.formats.label)
        sheet.plain.write_blank(sheet.row, 1, None, sheet.formats.answer)


def _trace(sheet: _Sheet, question: BlankTrace, way: BlankMethod) -> None:
    sheet.head("method", way.name)
    for name, bounds in question.given.items():
        sheet.head(f"{GIVEN}{name}", None, bounds)
    for name, own in question.own.items():
        sheet.head(f"{VARIANT}{name}", _in_a_cell(name, own))
    for what, values in (("start", way.start), ("inputs", way.constants)):
        if values:
            sheet.plain.write(sheet.row, 0, what, sheet.formats.note)
            text = "; ".join(f"{name} = {shown(value)}" for name, value in values.items())
            sheet.plain.write_string(sheet.row, 2, text, sheet.formats.note)
            sheet.row += 1
    sheet.row += 1
    loops = [label_heading(loop) for loop in way.steps[0].labels]
    width = max(row.width for field in way.fields for row in field_rows(field))
    headings = [*loops, "field", "row", "shape", *range(1, width + 1), "note"]
    sheet.plain.write_row(sheet.row, 0, headings, sheet.formats.head)
    sheet.plain.freeze_panes(sheet.row + 1, len(loops) + 3)
    sheet.plain.set_column(0, len(loops), _NARROW)
    if question.own:
        longest = max(len(f"{VARIANT}{name}") for name in question.own)
        sheet.plain.set_column(0, 0, max(_NARROW, longest + 1))
    sheet.plain.set_column(len(loops) + 1, len(loops) + 2, 8)
    sheet.plain.set_column(len(loops) + 3, len(loops) + 2 + width, 13)
    for step in way.steps:
        _step(sheet, way, step, width)


def _in_a_cell(name: str, own: Whole | None) -> str | float | None:
    """Return an own value as it stands in a cell. Raises UsageFault where it is too long for one."""
    if own is None or not isinstance(own, list):
        return own
    text = bracketed(own)
    if len(text) > _LONGEST_CELL:
        reason = f"its numbers are more than a workbook's cell can hold ({_LONGEST_CELL:,} characters)"
        raise UsageFault(f"{name}: {reason}; choose another format")
    return text


def _step(sheet: _Sheet, way: BlankMethod, step: BlankStep, width: int) -> None:
    inputs = ", ".join(f"{name} = {shown(value)}" for name, value in step.inputs.items())
    look = sheet.formats.first_label
    first = len(step.labels) + 3
    for field in way.fields:
        for each in field_rows(field):
            sheet.row += 1
            labels = [*step.labels.values(), field.name, each.row, shape_in_words(field)]
            for column, label in enumerate(labels):
                sheet.plain.write(sheet.row, column, label, look)
            for column in range(first, first + each.width):
                sheet.plain.write_blank(sheet.row, column, None, sheet.formats.number)
            sheet.plain.data_validation(sheet.row, first, sheet.row, first + each.width - 1, _NUMBER_CHECK)
            if inputs:
                sheet.plain.write_string(sheet.row, first + width, inputs, sheet.formats.note)
            look, inputs = sheet.formats.label, ""
