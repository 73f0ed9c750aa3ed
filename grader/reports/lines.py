"""Texts for terminals and logs: their width, and how they are wrapped, cut and padded."""

import textwrap
import unicodedata

from grader.reports.escape import visible

WIDTH = 80
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # repeated over the width of a table
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def wrapped(text: str, first: str = "", later: str = "", width: int = WIDTH) -> str:
    """Return a text in lines of at most `width` characters, indented by `first` and then by `later`."""
    return textwrap.fill(
        visible(text), width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def bullet(text: str) -> str:
    """Return an item of a list."""
    return wrapped(text, first="  - ", later="    ")


def cell_width(text: str) -> int:
    """Return how many columns `text` takes: East Asian characters and emoji take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def left(text: str, width: int) -> str:
    """Return `text` padded on its right to `width` columns."""
    return text + " " * (width - cell_width(text))


def right(text: str, width: int) -> str:
    """Return `text` padded on its left to `width` columns."""
    return " " * (width - cell_width(text)) + text


def cut(text: str, width: int) -> str:
    """Return `text` cut off at its end, if need be, to `width` columns."""
    return text if cell_width(text) <= width else _beginning(text, width - 1) + _CUT


def cut_inside(text: str, width: int) -> str:
    """Return `text` cut in its middle, if need be, to `width` columns: ids often differ at their ends."""
    if cell_width(text) <= width:
        return text
    end = _beginning(text[::-1], (width - 1) // 2)[::-1]
    return _beginning(text, width - 1 - cell_width(end)) + _CUT + end


def _beginning(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:index]
    return text
