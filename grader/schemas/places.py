"""Where something stands, in words: in a text by line, column and a picture, in a trace by its step."""

from collections.abc import Iterable

from grader.expressions import point_at


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
