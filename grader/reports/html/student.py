"""A student's feedback as an HTML page."""

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from grader.reports.feedback import Feedback, Section
from grader.reports.html.environment import briefly, environment, pieces
from grader.reports.html.signs import SIGNS, Sign
from grader.reports.html.steps import StepTable, StepTables, said_of
from grader.reports.items import Item
from grader.reports.wording import number
from grader.schemas.remembered import Remembered
from grader.schemas.results import FieldResult, Status, SubmissionResult

_READ_AS = "read as "
_MOST_REMEMBERED = 1000  # pieces of pages, of which a class has most in common


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
        """Return the page of one hand-in, about which `said` is what is to be said."""
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
        """Return what the signs mean that stand on a page."""
        used = {line.status for question in result.questions for line in question.fields}
        signs = tuple([sign for status, sign in SIGNS.items() if status in used])
        return self._known.or_make(signs, lambda: self._pieces.legend(signs))

    def _section(self, number: int, question: Question) -> Markup:
        """Return the section of a question: from memory where it says nothing about one student's numbers."""
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
            # Of parts everything is said in their table.
            items=() if parts else section.items,
            steps=self._tables.table(trace) if stepwise else None,
            parts=parts,
        )


def _part(line: FieldResult) -> Part:
    said, *drawing = said_of(line).split("\n")
    return Part(
        field=line.field,
        sign=SIGNS[line.status],
        score=_score(line),
        read=line.read,
        text=said if line.read is None else _without_formula(said, line.read),
        drawing=tuple(drawing),
    )


def _score(line: FieldResult) -> str:
    most = number(line.max_score)
    return f"of {most} points" if line.status is Status.PENDING else f"{number(line.score)} of {most}"


def _without_formula(message: str, read: str) -> str:
    """Return a message without "read as …", which the page shows in print."""
    return message.removeprefix(_READ_AS + briefly(read)).removeprefix("; ")
