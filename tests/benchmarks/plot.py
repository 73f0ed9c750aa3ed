"""A few points in panels, as SVG: all that the benchmarks have to show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import log10

WIDTH, HEIGHT = 260, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 30, 42

_STYLE = """
text { font: 11px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 }
.axis { stroke: #999 } .grid { stroke: #e4e4e4 } .line { fill: none; stroke: #1d5fa8; stroke-width: 2 }
.dot { fill: #1d5fa8 } .linear { stroke: #999; stroke-dasharray: 4 3 } .paper { fill: #fff }
"""


@dataclass(frozen=True)
class Panel:
    """Points of one curve; on logarithmic axes a dashed line shows what linear growth would be."""

    title: str
    x: str
    y: str
    points: Sequence[tuple[float, float]]
    is_log: bool


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float
    is_log: bool

    def at(self, value: float) -> float:
        low, high, here = (log10(v) if self.is_log else v for v in (self.low, self.high, value))
        return self.start + (here - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.is_log:
            powers = range(round(log10(self.low)), round(log10(self.high)) + 1)
            return [10.0**power for power in powers]
        return [self.low + (self.high - self.low) * i / 4 for i in range(5)]


def svg(rows: Sequence[Sequence[Panel]]) -> str:
    """Return panels in rows."""
    wide, high = WIDTH * max(map(len, rows)), HEIGHT * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}">',
        f'<style>{_STYLE}</style><rect class="paper" width="{wide}" height="{high}"/>',
    ]
    for i, row in enumerate(rows):
        for j, panel in enumerate(row):
            parts += [f'<g transform="translate({j * WIDTH} {i * HEIGHT})">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> Iterator[str]:
    xs, ys = ([point[i] for point in panel.points] for i in (0, 1))
    x = _axis(xs, LEFT, WIDTH - RIGHT, panel.is_log)
    y = _axis(ys, HEIGHT - BOTTOM, TOP, panel.is_log)
    yield f'<text class="title" x="{LEFT}" y="16">{escape(panel.title)}</text>'
    for tick in y.ticks():
        at = y.at(tick)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield f'<text x="{LEFT - 5}" y="{at + 4:.1f}" text-anchor="end">{_number(tick)}</text>'
    for tick in x.ticks():
        yield _text(x.at(tick), HEIGHT - BOTTOM + 15, _number(tick))
    base = HEIGHT - BOTTOM
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>'
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, panel.x)
    yield f'<text x="6" y="16">{escape(panel.y)}</text>'
    if panel.is_log:
        yield from _linear(panel, x, y)
    places = [(x.at(a), y.at(b)) for a, b in panel.points]
    yield f'<polyline class="line" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}"/>'
    yield from (f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in places)


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


def _linear(panel: Panel, x: _Axis, y: _Axis) -> Iterator[str]:
    """Yield the line through the last point that grows as its x does, as far as it is in the panel."""
    last_x, last_y = panel.points[-1]
    first_x = max(x.low, last_x * y.low / last_y)
    ends = [(x.at(a), y.at(a * last_y / last_x)) for a in (first_x, last_x)]
    for (a, b), (c, d) in pairwise(ends):
        yield f'<line class="linear" x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}"/>'


def _axis(values: Sequence[float], start: float, end: float, is_log: bool) -> _Axis:
    low, high = min(values), max(values)
    if not is_log:
        return _Axis(0.0, high or 1.0, start, end, is_log=False)
    first, last = 10.0 ** (log10(low) // 1), 10.0 ** -(-log10(high) // 1)
    return _Axis(first, max(last, 10 * first), start, end, is_log=True)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"
