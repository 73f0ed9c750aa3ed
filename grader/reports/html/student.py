"""A student's feedback as an HTML page.

The lines of a question worked step by step are a table: a row a step, a column a field.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from grader.reports.feedback import Feedback, Section
from grader.reports.html.environment import SIGNS, Sign, briefly, environment, pieces
from grader.reports.items import Item
from grader.reports.remarks import FAULTS, lost
from grader.reports.trace import Trace
from grader.reports.wording import number, said_of_mark
from grader.schemas.places import step_in_words
from grader.schemas.remembered import Remembered
from grader.schemas.results import FieldResult, Status, SubmissionResult

_MOST_ROWS = 20_000
_MOST_TABLES = 50
_MOST_REMEMBERED = 1000  # pieces of pages, most of which a class has in common
_TALL = 15  # rows; a taller table scrolls by itself, so that its head stays in sight
_SPEAKS = {*FAULTS, Status.FOLLOWS, Status.PENDING, Status.MARKED}


class Said(NamedTuple):
    """What is said of a line, below its step; it also holds for so many `more` lines of the field."""

    field: str
    sign: Sign
    text: str
    more: int


class Step(NamedTuple):
    """A row of verdicts, and what is said of some of them."""

    row: Markup
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class StepTable:
    """A question's table; `loops` are the names of the counters in the first column."""

    loops: str
    fields: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def tall(self) -> bool:
        return len(self.steps) > _TALL

    @property
    def width(self) -> int:
        return len(self.fields) + 1


class StepTables:
    """Makes tables, and remembers rows: most students have the same verdicts in most steps."""

    def __init__(self) -> None:
        self._row = pieces().step_row
        self._right: Remembered[tuple[int, ...], tuple[Sequence[FieldResult], StepTable]] = Remembered(
            _MOST_TABLES
        )
        self._rows: Remembered[tuple[str, tuple[Status | None, ...]], Markup] = Remembered(_MOST_ROWS)

    def table(self, trace: Trace) -> StepTable:
        """Return the table of a trace."""
        if trace.remarkable:
            return self._made(trace)
        # Right lines are the same objects for a whole class. They are kept, so that their ids stay theirs.
        key = tuple(map(id, trace.lines))
        if key not in self._right:
            self._right[key] = trace.lines, self._made(trace)
        return self._right[key][1]

    def _made(self, trace: Trace) -> StepTable:
        fields, by_step = trace.fields, trace.by_step
        loops = {tuple(lines[0].step or ()) for lines in by_step}
        one_loop = len(loops) == 1
        said = _said(trace)
        steps = []
        for lines in by_step:
            counters = lines[0].step or {}
            label = ", ".join(map(str, counters.values())) if one_loop else step_in_words(counters.items())
            below = tuple([said[id(line)] for line in lines if id(line) in said]) if said else ()
            steps.append(Step(self._verdicts(label, fields, lines), below))
        return StepTable(", ".join(loops.pop()) if one_loop else "step", fields, tuple(steps))

    def _verdicts(self, label: str, fields: Sequence[str], lines: Sequence[FieldResult]) -> Markup:
        """Return the row of one step."""
        found: tuple[Status | None, ...] = tuple([line.status for line in lines])
        if len(lines) != len(fields):  # a step need not have every field
            status_of = {line.field: line.status for line in lines}
            found = tuple([status_of.get(field) for field in fields])
        return self._rows.or_make(
            (label, found), lambda: self._row(label, [status and SIGNS[status] for status in found])
        )


def said_of(line: FieldResult) -> str:
    """Return what is said of a line, by marking or by a person; then with the automatic mark beside it."""
    if line.status is Status.MARKED:
        return said_of_mark(line)
    return line.message or (line.cause or "").replace("_", " ")


def _said(trace: Trace) -> dict[int, Said]:
    """Return what is said, by the line's identity: each text at the first line of a field that has it."""
    first: dict[tuple[str, str], FieldResult] = {}
    times: Counter[tuple[str, str]] = Counter()
    for line in trace.of_status(*_SPEAKS):
        text = said_of(line)
        if text and (line.status is not Status.FOLLOWS or lost(line)):
            first.setdefault((line.field, text), line)
            times[line.field, text] += 1
    return {
        id(line): Said(line.field, SIGNS[line.status], text, times[field, text] - 1)
        for (field, text), line in first.items()
    }


class Part(NamedTuple):
    """A part without steps: its verdict, its formula as it was read, and what is said about it.

    `drawing` is the student's own text, with a caret under what cannot be read.
    """

    field: str
    sign: Sign
    score: str
    read: str | None
    text: str
    drawing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the page shows it: with a table of steps, of parts, or neither."""

    name: str
    heading: str
    score: str
    max_score: str
    pending: str
    share: float
    summary: tuple[str, ...]
    items: tuple[Item, ...]
    steps: StepTable | None
    parts: tuple[Part, ...]


class StudentPages:
    """Makes the pages of a class."""

    def __init__(self) -> None:
        self._template = environment().get_template("student.html")
        self._question_template = environment().get_template("question.html")
        self._pieces = pieces()
        self._known: Remembered[tuple[object, ...], Markup] = Remembered(_MOST_REMEMBERED)
        self._tables = StepTables()

    def page(self, result: SubmissionResult, said: Feedback) -> str:
        """Return the page of one hand-in; `said` is its feedback."""
        questions = [self._question(section) for section in said.sections]
        sections = [self._section(i, question) for i, question in enumerate(questions, 1)]
        rows = [self._row(i, question, bool(said.waiting)) for i, question in enumerate(questions, 1)]
        return self._template.render(
            said=said, result=result, rows=rows, sections=sections, legend=self._legend(result)
        )

    def _row(self, number: int, question: Question, waiting: bool) -> Markup:
        """Return the question's row in the table of points."""
        key = number, question.name, question.score, question.max_score, question.pending, waiting
        return self._known.or_make(key, lambda: self._pieces.overview_row(number, question, waiting))

    def _legend(self, result: SubmissionResult) -> Markup:
        """Return the meaning of the signs on a page."""
        used = {line.status for question in result.questions for line in question.fields}
        signs = tuple([sign for status, sign in SIGNS.items() if status in used])
        return self._known.or_make(signs, lambda: self._pieces.legend(signs))

    def _section(self, number: int, question: Question) -> Markup:
        """Return the section of a question, from memory where it has no words for one student alone."""
        if question.items:
            return self._rendered(number, question)
        return self._known.or_make((number, question), lambda: self._rendered(number, question))

    def _rendered(self, number: int, question: Question) -> Markup:
        return Markup(self._question_template.render(number=number, question=question))  # noqa: S704 - escaped

    def _question(self, section: Section) -> Question:
        question, trace = section.question, section.trace
        shown = trace.lines and not trace.nothing_handed_in
        stepwise = bool(shown and trace.lines[0].step)
        parts = () if stepwise or not shown else tuple(map(_part, trace.lines))
        return Question(
            name=question.question,
            heading=section.heading,
            score=number(question.score),
            max_score=number(question.max_score),
            pending=number(question.pending) if question.pending else "",
            share=question.score / question.max_score if question.max_score else 0.0,
            summary=section.summary,
            # A table of parts says everything about them.
            items=() if parts else section.items,
            steps=self._tables.table(trace) if stepwise else None,
            parts=parts,
        )


def _part(line: FieldResult) -> Part:
    said, *drawing = said_of(line).split("\n")
    if line.read is not None:  # which the page shows in print
        said = said.removeprefix(f"read as {briefly(line.read)}").removeprefix("; ")
    return Part(
        field=line.field,
        sign=SIGNS[line.status],
        score=_score(line),
        read=line.read,
        text=said,
        drawing=tuple(drawing),
    )


def _score(line: FieldResult) -> str:
    most = number(line.max_score)
    return f"of {most} points" if line.status is Status.PENDING else f"{number(line.score)} of {most}"
