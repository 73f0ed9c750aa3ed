"""Fills in each form by program, as its user would: a script, a spreadsheet program, a printout."""

import csv
import io

import numpy as np
import openpyxl

from grader.solver import show


def component(value, index):
    """The number at an index (from 1) of a number, list or list of rows."""
    for i in index:
        value = value[i - 1]
    return value


def fill_csv(form, submission, written=repr, **options):
    """A filled table: `written` makes text of a number; `options` are those of the writer."""
    rows = list(csv.DictReader(io.StringIO(form)))
    for row in rows:
        row["value"] = _csv_value(row, submission, written)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _csv_value(row, submission, written):
    if not row["question"]:
        return submission.get(row["field"], row["value"])
    answer = submission["answers"].get(row["question"], {})
    if row["part"]:
        return answer.get(row["part"], "")
    if row["field"] == "method":
        return answer["method"]
    if row["field"].startswith("variant."):
        return row["value"]
    if row["field"].startswith("given."):
        return written(answer["given"][row["field"].removeprefix("given.")])
    known = {"question", "part", "field", "row", "column", "value"}
    labels = {name: int(text) for name, text in row.items() if name not in known and text}
    value = value_of(answer, labels, row["field"])
    index = [int(row[name]) for name in ("row", "column") if row[name]]
    value = component(value, index) if value is not None else value
    return "" if value is None or isinstance(value, list) else written(value)  # a row for a sum stays empty


def value_of(answer, labels, name):
    """A field of the step with these labels, or None."""
    return next((s.get(name) for s in answer["steps"] if all(s[k] == v for k, v in labels.items())), None)


def fill_workbook(form, submission):
    """A filled workbook, written by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    for sheet in book:
        _fill_sheet(sheet, submission)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill_sheet(sheet, submission):
    question, heads = None, None
    for row in sheet.iter_rows():
        first = row[0].value
        if heads is not None:
            _fill_row(row, heads, submission["answers"].get(question, {}))
        elif first == "question":
            question = row[1].value
        elif first == "student":
            row[1].value = submission.get("student", row[1].value)
        elif isinstance(first, str) and first.startswith("given."):
            row[1].value = submission["answers"][question]["given"][first.removeprefix("given.")]
        elif {"part", "field"} & {cell.value for cell in row}:
            heads = [cell.value for cell in row]


def _fill_row(row, heads, answer):
    cells = dict(zip(heads, row, strict=True))
    if "part" in cells:
        cells["answer"].value = answer.get(cells["part"].value)
        return
    loops = heads[: heads.index("field")]
    value = value_of(answer, {loop: cells[loop].value for loop in loops}, cells["field"].value)
    if value is None:
        return
    if cells["row"].value is not None:
        value = value[cells["row"].value - 1]
    for i, number in enumerate(value if isinstance(value, list) else [value], 1):
        assert cells[i].protection.locked is False, (cells["field"].value, i)
        cells[i].value = number


def printout(plan, student):
    """The log of a student's own numbers, in the layout of the published one."""
    steps = student.trace()
    return show.as_log(plan, {name: np.array([step[name] for step in steps]) for name in steps[0]})
