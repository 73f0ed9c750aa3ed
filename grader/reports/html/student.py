"""A student's feedback as an HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.reports.feedback import Feedback, Section
from grader.reports.html.environment import environment
from grader.reports.html.formulas import briefly
from grader.reports.html.signs import SIGNS, Sign
from grader.reports.html.steps import StepTable, StepTables
from grader.reports.items import Item
from grader.reports.wording import number
from grader.schemas.results import FieldResult, SubmissionResult

_READ_AS = "read as "


class Part(NamedTuple):
    """A part without steps: its verdict, its formula as it was read, and what is said about it.

    `drawing` is the student's own text, with a caret under what cannot be read.
    """

    field: str
    sign: Sign
    score: str
    read: str | None
    text: str
    drawing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the page shows it: with a table of steps, of parts, or neither."""

    name: str
    heading: str
    score: str
    max_score: str
    pending: str
    share: float
    summary: Sequence[str]
    items: Sequence[Item]
    steps: StepTable | None
    parts: Sequence[Part]


class StudentPages:
    """Makes the pages of a class."""

    def __init__(self) -> None:
        self._template = environment().get_template("student.html")
        self._tables = StepTables()

    def page(self, result: SubmissionResult, said: Feedback) -> str:
        """Return the page of one hand-in, about which `said` is what is to be said."""
        used = {line.status for question in result.questions for line in question.fields}
        legend = [sign for status, sign in SIGNS.items() if status in used]
        questions = [self._question(section) for section in said.sections]
        return self._template.render(said=said, result=result, questions=questions, legend=legend)

    def _question(self, section: Section) -> Question:
        question, trace = section.question, section.trace
        shown = trace.lines and not trace.nothing_handed_in
        stepwise = bool(shown and trace.lines[0].step)
        parts = [] if stepwise or not shown else [_part(line) for line in trace.lines]
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
    said, *drawing = line.message.split("\n")
    return Part(
        field=line.field,
        sign=SIGNS[line.status],
        score=f"{number(line.score)} of {number(line.max_score)}",
        read=line.read,
        text=said if line.read is None else _without_formula(said, line.read),
        drawing=drawing,
    )


def _without_formula(message: str, read: str) -> str:
    """Return a message without "read as …", which the page shows in print."""
    return message.removeprefix(_READ_AS + briefly(read)).removeprefix("; ")
