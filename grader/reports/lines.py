"""Texts in lines of at most 80 characters, for terminals and logs."""

import textwrap

from grader.reports.escape import visible

WIDTH = 80


def wrapped(text: str, first: str = "", later: str = "") -> str:
    """Return a text in lines, the first and the others indented so."""
    return textwrap.fill(
        visible(text), WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def bullet(text: str) -> str:
    """Return an item of a list."""
    return wrapped(text, first="  - ", later="    ")
