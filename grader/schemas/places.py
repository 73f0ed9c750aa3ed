"""Places in words: in a text (line, column, a picture), in a trace (the step), in a vector or matrix."""

from collections.abc import Iterable, Sequence
from math import prod

from grader.expressions import Shape, point_at
from grader.schemas.wording import listed

_MOST_CELLS = 3
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def where(text: str, offset: int) -> str:
    """Return an offset as 'line 3, column 7', both from 1."""
    line, start = text.count("\n", 0, offset) + 1, text.rfind("\n", 0, offset)
    return f"line {line}, column {offset - start}"


def picture(text: str, start: int, end: int) -> str:
    """Return a line break, the line of an offset, and carets under the fault; of a blank line nothing."""
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].split("\n", 1)[0].rstrip()
    return f"\n{point_at(line, (start - first, min(end - first, len(line))))}" if line else ""


def step_in_words(labels: Iterable[tuple[str, int]]) -> str:
    """Return the counters of a step, the outermost loop first: "round 0, row 2"."""
    return ", ".join([f"{loop} {counter}" for loop, counter in labels])


def components(places: Sequence[int], shape: Shape) -> str:
    """Return which components these are: "second component", "row 1"; nothing for a whole vector."""
    size = prod(shape)
    if len(shape) < 2:
        return "" if len(places) == size else _entries(places)
    if len(places) == size:
        return f"all {size} numbers"
    columns = shape[1]
    rows = sorted({place // columns for place in places})
    if len(places) == len(rows) * columns:
        return _numbered("row", rows)
    across = sorted({place % columns for place in places})
    if len(places) == len(across) * shape[0]:
        return _numbered("column", across)
    cells = [f"row {place // columns + 1}, column {place % columns + 1}" for place in places[:_MOST_CELLS]]
    return "; ".join(cells) + ("; …" if len(places) > _MOST_CELLS else "")


def _entries(places: Sequence[int]) -> str:
    names = [_ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th" for place in places]
    return f"{listed(names)} component{'s' * (len(names) > 1)}"


def _numbered(noun: str, places: Sequence[int]) -> str:
    return f"{noun}{'s' * (len(places) > 1)} {listed([str(place + 1) for place in places])}"
