"""Texts in lines, for terminals and logs."""

import textwrap

from grader.reports.escape import visible

WIDTH = 80


def wrapped(text: str, first: str = "", later: str = "", width: int = WIDTH) -> str:
    """Return a text in lines of at most `width` characters, the first and the others indented so."""
    return textwrap.fill(
        visible(text), width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def bullet(text: str) -> str:
    """Return an item of a list."""
    return wrapped(text, first="  - ", later="    ")
