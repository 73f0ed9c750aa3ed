"""Texts in lines and in cells, for terminals and logs: how wide they are, wrapped, cut and padded."""

import textwrap
import unicodedata

from grader.reports.escape import visible

WIDTH = 80
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # as often as a table is wide


def wrapped(text: str, first: str = "", later: str = "", width: int = WIDTH) -> str:
    """Return a text in lines of at most `width` characters, the first and the others indented so."""
    return textwrap.fill(
        visible(text), width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def bullet(text: str) -> str:
    """Return an item of a list."""
    return wrapped(text, first="  - ", later="    ")


_CUT = "\N{HORIZONTAL ELLIPSIS}"


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
    """Return `text` at the left of `width` columns."""
    return text + " " * (width - cell_width(text))


def right(text: str, width: int) -> str:
    """Return `text` at the right of `width` columns."""
    return " " * (width - cell_width(text)) + text


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, without its end if need be."""
    return text if cell_width(text) <= width else _beginning(text, width - 1) + _CUT


def cut_inside(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, without its middle: ids often differ at their ends."""
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
