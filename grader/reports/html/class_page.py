"""A class as an HTML page: its totals, what was hard, what went wrong and for whom, who waits.

Templates draw its plots as SVG; where everything stands in them is worked out here.
"""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace as Shown  # what a template reads by name

from grader.reports.html.environment import SIGNS, environment
from grader.reports.lines import cut_inside
from grader.reports.statistics import (
    MOST_ROWS,
    AssignmentStatistics,
    Bar,
    CauseStatistics,
    ClassStatistics,
    ItemStatistics,
    histogram,
)
from grader.reports.wording import number
from grader.schemas.results import Status

# In units of the drawing, which scales with the page: about a pixel each on a phone.
_WIDTH = 372.0
_LEFT, _RIGHT = 30.0, 360.0  # the label of the last tick reaches beyond
_TOP, _HEIGHT = 16.0, 130.0
_GAP = 1.5
_MOST_LABELS = 6
_ROW = 17.0
_LABELS, _LONGEST_LABEL = 116.0, 18
_PANEL = 100.0
_BETWEEN = 36.0

_HARD, _EASY = 0.3, 0.95  # facilities below and above which an item is called so
_DULL = 0.1  # discrimination below which an item hardly separates
_MOST_CAUSES = 60


def _histogram(bars: Sequence[Bar]) -> Shown:
    """Return where the bars of a histogram stand: columns from their upper left corners, on a floor."""
    tallest = max([bar.students for bar in bars]) or 1
    step = (_RIGHT - _LEFT) / len(bars)
    floor = _TOP + _HEIGHT
    columns = [
        Shown(
            x=_LEFT + i * step + _GAP / 2,
            y=floor - _HEIGHT * bar.students / tallest,
            width=step - _GAP,
            height=_HEIGHT * bar.students / tallest,
            students=bar.students,
        )
        for i, bar in enumerate(bars)
    ]
    every = -(-len(bars) // _MOST_LABELS)
    edges = [bar.start for bar in bars] + [bars[-1].end]
    ticks = [Shown(at=_LEFT + i * step, text=number(edges[i])) for i in range(0, len(edges), every)]
    return Shown(
        columns=columns,
        ticks=ticks,
        left=_LEFT,
        right=_RIGHT,
        floor=floor,
        width=_WIDTH,
        height=floor + 20.0,
    )


def _dots(items: Sequence[ItemStatistics]) -> Shown:
    """Return where the facilities and discriminations of items stand, a row each.

    There is a panel of facilities from 0 to 1, which begins at `start`, and one of discriminations from -1 to
    1. The rows begin at `top`, below the labels of the ticks `easy` and `sharp`.
    """
    sharp_left = _LABELS + _PANEL + _BETWEEN
    zero = sharp_left + _PANEL / 2
    rows = [_dot(item, _TOP + 4 + i * _ROW, zero) for i, item in enumerate(items)]
    easy = [Shown(at=_LABELS + _PANEL * share, text=f"{share:.0%}") for share in (0.0, 0.5, 1.0)]
    sharp = [
        Shown(at=zero + _PANEL / 2 * value, text=number(value).replace("-", "−"))
        for value in (-1.0, 0.0, 1.0)
    ]
    height = _TOP + 8 + len(items) * _ROW
    return Shown(rows=rows, easy=easy, sharp=sharp, start=_LABELS, top=_TOP, width=_WIDTH, height=height)


def _dot(item: ItemStatistics, y: float, zero: float) -> Shown:
    """Return a bar for an item's facility and a dot for its discrimination, None where it has none."""
    facility, discrimination = item.facility, item.discrimination
    return Shown(
        y=y,
        label=cut_inside(item.part or item.question, _LONGEST_LABEL),
        whole=not item.part,
        facility=None if facility is None else _PANEL * min(1.0, max(0.0, facility)),
        discrimination=None if discrimination is None else zero + _PANEL / 2 * discrimination,
        negative=discrimination is not None and discrimination < 0,
    )


def class_page(found: ClassStatistics) -> Iterator[str]:
    """Yield the pieces of the page of a class."""
    marked = {name: each for name, each in found.assignments.items() if each.count}
    assignments = [_assignment(marked[name]) for name in sorted(marked)]
    template = environment().get_template("class.html")
    return template.generate(assignments=assignments, found=found, most_rows=MOST_ROWS)


def _assignment(found: AssignmentStatistics) -> Shown:
    items = list(_in_order(found))
    bars = histogram(found.totals, found.max_score)
    causes = found.by_weight()
    return Shown(
        name=found.name,
        found=found,
        bars=bars,
        histogram=_histogram(bars),
        items=[Shown(found=item, remark=_remark(item)) for item in items],
        dots=_dots(items),
        causes=[_cause(cause) for cause in causes[:_MOST_CAUSES]],
        more_causes=max(0, len(causes) - _MOST_CAUSES),
        waiting=found.waiting(),
        questions=[item.question for item in items if not item.part],
        more_rows=found.count + found.absent - len(found.rows),
    )


def _in_order(found: AssignmentStatistics) -> Iterator[ItemStatistics]:
    """Yield each question and then its fields, without the field of a question that has only one."""
    by_question: dict[str, list[ItemStatistics]] = {}
    for item in found.items.values():
        by_question.setdefault(item.question, []).append(item)
    for whole, *fields in by_question.values():
        yield whole
        if len(fields) > 1:
            yield from fields


def _remark(item: ItemStatistics) -> str:
    """Return in a few words why a lecturer should look at an item."""
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


def _cause(cause: CauseStatistics) -> Shown:
    """Return a cause of lost points, in words."""
    loss = cause.loss
    sign = SIGNS[Status(loss.status)]
    name = loss.cause.replace("_", " ")
    words = [loss.field, loss.text or name or _without_cause(Status(loss.status), loss.field)]
    if loss.text and name:
        words[1] = f"{loss.text} ({name})"
    said = ": ".join([word for word in words if word])
    return Shown(question=loss.question, sign=sign, words=said, found=cause)


def _without_cause(status: Status, field: str) -> str:
    """Return what is said of a verdict without a known cause."""
    if status is Status.FOLLOWS:
        return "follows from an earlier error of the student's own, but shows nothing"
    if status is Status.MISTAKE:
        return "more than one known mistake fits"
    if status is Status.MISSING and not field:
        return "lines or whole steps"
    return "" if field else SIGNS[status].meaning
