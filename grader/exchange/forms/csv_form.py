"""An empty hand-in as a long table: one row for each number, in any spreadsheet program or by a script."""

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import product

from grader.exchange.forms.rows import bracketed, label_heading
from grader.exchange.tables.grid import COLUMNS_AFTER, COLUMNS_BEFORE, VARIANT
from grader.exchange.tables.written import GIVEN
from grader.schemas.blank import Blank, BlankParts, BlankTrace
from grader.schemas.cells import in_a_cell

Row = Mapping[str, str | int]


def csv_form(blank: Blank, method: str | None = None) -> str:
    """Return a table with a row for each answer, by the first method of each question or the one named."""
    loops = dict.fromkeys(
        label_heading(loop) for question in blank.traces for loop in question.method(method).steps[0].labels
    )
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS_BEFORE, *loops, *COLUMNS_AFTER], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(blank, method))
    return text.getvalue()


def _rows(blank: Blank, method: str | None) -> Iterator[Row]:
    yield {"field": "student", "value": in_a_cell(blank.student)}
    yield {"field": "assignment", "value": blank.assignment}
    for question in blank.questions:
        if isinstance(question, BlankParts):
            yield from ({"question": question.id, "part": part} for part in question.parts)
        else:
            yield from _trace(question, method)


def _trace(question: BlankTrace, method: str | None) -> Iterator[Row]:
    way = question.method(method)
    yield {"question": question.id, "field": "method", "value": way.name}
    yield from ({"question": question.id, "field": f"{GIVEN}{name}"} for name in question.given)
    for name, value in question.own.items():
        yield {"question": question.id, "field": f"{VARIANT}{name}", "value": bracketed(value)}
    for step in way.steps:
        labels = {label_heading(loop): number for loop, number in step.labels.items()}
        for field in way.fields:
            if field.single:
                yield {"question": question.id, **labels, "field": field.name}
            for index in product(*(range(1, size + 1) for size in field.shape)):
                place = dict(zip(("row", "column"), index, strict=False))
                yield {"question": question.id, **labels, "field": field.name, **place}
