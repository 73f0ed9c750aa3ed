"""A class as an HTML page: its totals, what was hard, what went wrong and for whom, who waits."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.reports.html.environment import environment
from grader.reports.html.figures import Dots, Histogram, draw_histogram, draw_items
from grader.reports.html.signs import SIGNS, Sign
from grader.reports.statistics import (
    MOST_ROWS,
    AssignmentStatistics,
    Bar,
    CauseStatistics,
    ClassStatistics,
    ItemStatistics,
    histogram,
)
from grader.schemas.results import Status

_HARD, _EASY = 0.3, 0.95
_DULL = 0.1
_MOST_CAUSES = 60


class Cause(NamedTuple):
    """A cause of lost points, in words."""

    question: str
    sign: Sign
    words: str
    found: CauseStatistics


class Item(NamedTuple):
    """An item with what its two numbers mean, in a word."""

    found: ItemStatistics
    remark: str


class Assignment(NamedTuple):
    """An assignment as the page shows it."""

    name: str
    found: AssignmentStatistics
    bars: Sequence[Bar]
    histogram: Histogram
    items: Sequence[Item]
    dots: Dots
    causes: Sequence[Cause]
    more_causes: int
    waiting: Sequence[ItemStatistics]
    questions: Sequence[str]
    more_rows: int


def class_page(found: ClassStatistics) -> Iterator[str]:
    """Yield the pieces of the page of a class."""
    marked = {name: each for name, each in found.assignments.items() if each.count}
    assignments = [_assignment(marked[name]) for name in sorted(marked)]
    template = environment().get_template("class.html")
    return template.generate(assignments=assignments, found=found, most_rows=MOST_ROWS)


def _assignment(found: AssignmentStatistics) -> Assignment:
    items = list(_in_order(found))
    bars = histogram(found.totals, found.max_score)
    causes = found.by_weight()
    return Assignment(
        name=found.name,
        found=found,
        bars=bars,
        histogram=draw_histogram(bars),
        items=[Item(item, _remark(item)) for item in items],
        dots=draw_items(items),
        causes=[_cause(cause) for cause in causes[:_MOST_CAUSES]],
        more_causes=max(0, len(causes) - _MOST_CAUSES),
        waiting=found.waiting(),
        questions=[item.question for item in items if not item.part],
        more_rows=found.count + found.absent - len(found.rows),
    )


def _in_order(found: AssignmentStatistics) -> Iterator[ItemStatistics]:
    """Yield each question and then its fields; a question whose only part has nothing to add goes alone."""
    by_question: dict[str, list[ItemStatistics]] = {}
    for item in found.items.values():
        by_question.setdefault(item.question, []).append(item)
    for whole, *fields in by_question.values():
        yield whole
        if len(fields) > 1:
            yield from fields


def _remark(item: ItemStatistics) -> str:
    """Return what a lecturer would look at."""
    words = []
    if item.facility is not None and item.facility < _HARD:
        words.append("hard")
    if item.facility is not None and item.facility > _EASY:
        words.append("easy")
    sharp = item.discrimination
    if sharp is not None and sharp < 0:
        words.append("the strong lose more here than the weak")
    elif sharp is not None and sharp < _DULL:
        words.append("hardly separates")
    return ", ".join(words)


def _cause(cause: CauseStatistics) -> Cause:
    loss = cause.loss
    sign = SIGNS[Status(loss.status)]
    name = loss.cause.replace("_", " ")
    words = [loss.field, loss.text or name or _without_cause(Status(loss.status), loss.field)]
    if loss.text and name:
        words[1] = f"{loss.text} ({name})"
    return Cause(loss.question, sign, ": ".join([word for word in words if word]), cause)


def _without_cause(status: Status, field: str) -> str:
    """Return what is said of a verdict without a known cause."""
    if status is Status.FOLLOWS:
        return "follows from an earlier error of the student's own, but shows nothing"
    if status is Status.MISTAKE:
        return "more than one known mistake fits"
    if status is Status.MISSING and not field:
        return "lines or whole steps"
    return "" if field else SIGNS[status].meaning
