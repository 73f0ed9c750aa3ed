"""Lines of at most 80 characters, as reports on keys have them."""

import textwrap

from grader.reports import visible

WIDTH = 80


def wrapped(text: str, first: str = "", later: str = "") -> str:
    """Return a text in lines, the first and the others indented so."""
    return textwrap.fill(
        visible(text), WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def bullet(text: str) -> str:
    """Return an item of a list."""
    return wrapped(text, first="  - ", later="    ")


def count(number: int, noun: str) -> str:
    """Return "1 finding", "2 findings"."""
    return f"{number} {noun}{'s' * (number != 1)}"
