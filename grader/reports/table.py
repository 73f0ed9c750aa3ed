"""The table of student by question for a terminal.

It is laid out here and not by a library: so ten thousand rows take a blink, a row that was not marked can say
so across the columns, and no markup language stands between a student's id and the screen.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.reports.escape import visible
from grader.reports.grades import Grade, GradeRow, questions_of
from grader.reports.lines import RULE, cell_width, cut, cut_inside, left, right
from grader.reports.wording import DASH, count, decimals, number
from grader.schemas.results import NOTHING_HANDED_IN

_WAITS = "\N{HORIZONTAL ELLIPSIS}"
_PLAIN, _BOLD, _RED = "", "\x1b[1m", "\x1b[31m"
_RESET = "\x1b[0m"

_SHORT_NAME = 12  # characters that students' ids keep in a narrow terminal
_SHORT_TITLE = 6  # and those that questions' ids keep

_Line = tuple[str, str]  # a text and its style


class _Column(NamedTuple):
    """A right-aligned column: its title, the points to be had, and a cell for each row."""

    title: str
    most: str
    cells: tuple[str, ...]
    widest: int  # width of everything but the title, which may be cut

    @property
    def width(self) -> int:
        return max(cell_width(self.title), self.widest)


class _Layout(NamedTuple):
    """The columns that fit, the space before each of them, and the width that is left for the names."""

    columns: list[_Column]
    gap: int
    names: int
    left_out: int = 0


def grades_table(rows: Sequence[GradeRow], width: int, *, colour: bool) -> str:
    """Return the rows as a table that fits into `width`; with `colour`, in the styles of a terminal."""
    names = [visible(row.student or row.file) for row in rows]
    questions = [_question_column(question, rows) for question in questions_of(rows)]
    layout = _layout(questions, _total_columns(rows), max(map(cell_width, ("student", *names))), width)
    lines = [*_head(layout), *_body(rows, names, layout, width), *_footnotes(layout, width)]
    return "".join([f"{style}{text}{_RESET}\n" if colour and style else f"{text}\n" for text, style in lines])


def _question_column(question: str, rows: Sequence[GradeRow]) -> _Column:
    grades = [row.grades.get(question) for row in rows]
    return _column(visible(question), [g and g.max_score for g in grades], [_cell(grade) for grade in grades])


def _total_columns(rows: Sequence[GradeRow]) -> list[_Column]:
    totals = [decimals(row.total, DASH) for row in rows]
    pending = [decimals(row.pending or None, DASH) for row in rows]
    return [_column("total", [row.max_score for row in rows], totals), _column("to mark", [], pending)]


def _column(title: str, most: Sequence[float | None], cells: Sequence[str]) -> _Column:
    known = {points for points in most if points is not None}
    below = f"/{number(known.pop())}" if len(known) == 1 else ""
    return _Column(title, below, tuple(cells), max(map(len, (below, *cells))))


def _cell(grade: Grade | None) -> str:
    if grade is None:
        return DASH
    if grade.pending and grade.pending >= grade.max_score:
        return _WAITS
    return decimals(grade.score)


def _layout(questions: Sequence[_Column], totals: Sequence[_Column], longest: int, width: int) -> _Layout:
    """Return the layout, giving up as needed: wide gaps, long names, long titles, and at last columns."""
    short_names = min(longest, _SHORT_NAME)
    short_titles = [column._replace(title=cut_inside(column.title, _SHORT_TITLE)) for column in questions]
    for names, gap, columns in (
        (longest, 2, [*questions, *totals]),
        (short_names, 1, [*questions, *totals]),
        (short_names, 1, [*short_titles, *totals]),
    ):
        room = width - _width(columns, gap)
        if room >= names:
            return _Layout(columns, gap, min(longest, room))
    while short_titles and short_names + _width([*short_titles, *totals], 1) > width:
        short_titles.pop()
    columns = [*short_titles, *totals]
    room = max(1, width - _width(columns, 1))
    return _Layout(columns, 1, min(longest, room), left_out=len(questions) - len(short_titles))


def _width(columns: Sequence[_Column], gap: int) -> int:
    return sum([gap + column.width for column in columns])


def _head(layout: _Layout) -> Iterator[_Line]:
    yield _line("student", [column.title for column in layout.columns], layout), _BOLD
    if any(column.most for column in layout.columns):
        yield _line("", [column.most for column in layout.columns], layout), _PLAIN
    yield RULE * (layout.names + _width(layout.columns, layout.gap)), _PLAIN


def _body(rows: Sequence[GradeRow], names: Sequence[str], layout: _Layout, width: int) -> Iterator[_Line]:
    by_row = zip(*[column.cells for column in layout.columns], strict=True)
    for row, name, cells in zip(rows, names, by_row, strict=True):
        if row.total is None:
            colour = _PLAIN if row.problems == (NOTHING_HANDED_IN,) else _RED
            yield _not_marked(row, name, layout, width), colour
        else:
            yield _line(name, cells, layout), _PLAIN


def _line(name: str, cells: Sequence[str], layout: _Layout) -> str:
    gap = " " * layout.gap
    padded = [right(cell, column.width) for cell, column in zip(cells, layout.columns, strict=True)]
    return gap.join([left(cut_inside(name, layout.names), layout.names), *padded]).rstrip()


def _not_marked(row: GradeRow, name: str, layout: _Layout, width: int) -> str:
    reason = visible(f"not marked: {'; '.join(row.problems)}" if row.problems else "not marked")
    if row.problems == (NOTHING_HANDED_IN,):
        reason = NOTHING_HANDED_IN
    return cut(f"{left(cut_inside(name, layout.names), layout.names)}  {reason}", width)


def _footnotes(layout: _Layout, width: int) -> Iterator[_Line]:
    if any(_WAITS in column.cells for column in layout.columns):
        yield cut(f"{_WAITS} waits for a person's mark", width), _PLAIN
    if layout.left_out:
        yield cut(f"{count(layout.left_out, 'more question')}: in a wider terminal or the CSV", width), _PLAIN
