"""The plots of the class page: where each thing stands, for templates that draw SVG."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.reports.lines import cut_inside
from grader.reports.statistics import Bar, ItemStatistics
from grader.reports.wording import number

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


class Column(NamedTuple):
    """A bar of the histogram, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    students: int


class Tick(NamedTuple):
    """A label of an axis."""

    at: float
    text: str


class Histogram(NamedTuple):
    """A histogram: its columns stand on `floor`, from `left` to `right`."""

    columns: Sequence[Column]
    ticks: Sequence[Tick]
    left: float
    right: float
    floor: float
    width: float
    height: float


class Dot(NamedTuple):
    """An item's row: a bar of its facility, a dot of its discrimination, None where there is none."""

    y: float
    label: str
    whole: bool
    facility: float | None
    discrimination: float | None
    negative: bool


class Dots(NamedTuple):
    """Facilities in a panel from 0 to 1, which begins at `start`; discriminations in one from -1 to 1.

    The rows begin at `top`, below the labels of the ticks.
    """

    rows: Sequence[Dot]
    easy: Sequence[Tick]
    sharp: Sequence[Tick]
    start: float
    top: float
    width: float
    height: float


def draw_histogram(bars: Sequence[Bar]) -> Histogram:
    """Return where the bars of a histogram stand."""
    tallest = max([bar.students for bar in bars]) or 1
    step = (_RIGHT - _LEFT) / len(bars)
    floor = _TOP + _HEIGHT
    columns = [
        Column(
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
    ticks = [Tick(_LEFT + i * step, number(edges[i])) for i in range(0, len(edges), every)]
    return Histogram(columns, ticks, _LEFT, _RIGHT, floor, _WIDTH, floor + 20.0)


def draw_items(items: Sequence[ItemStatistics]) -> Dots:
    """Return where the facilities and discriminations of items stand, a row each."""
    sharp_left = _LABELS + _PANEL + _BETWEEN
    zero = sharp_left + _PANEL / 2
    rows = [_dot(item, _TOP + 4 + i * _ROW, zero) for i, item in enumerate(items)]
    easy = [Tick(_LABELS + _PANEL * share, f"{share:.0%}") for share in (0.0, 0.5, 1.0)]
    sharp = [Tick(zero + _PANEL / 2 * value, number(value).replace("-", "−")) for value in (-1.0, 0.0, 1.0)]
    return Dots(rows, easy, sharp, _LABELS, _TOP, _WIDTH, _TOP + 8 + len(items) * _ROW)


def _dot(item: ItemStatistics, y: float, zero: float) -> Dot:
    facility, discrimination = item.facility, item.discrimination
    return Dot(
        y=y,
        label=cut_inside(item.part or item.question, _LONGEST_LABEL),
        whole=not item.part,
        facility=None if facility is None else _PANEL * min(1.0, max(0.0, facility)),
        discrimination=None if discrimination is None else zero + _PANEL / 2 * discrimination,
        negative=discrimination is not None and discrimination < 0,
    )
