"""Texts in the cells of a spreadsheet, written so that none is a formula, and read back as they were."""

import re

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")  # ASCII, and the full-width forms of Excel


def in_a_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula; `from_a_cell` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def without_zeros(id_: str) -> str:
    """Return an id as a spreadsheet leaves it that takes 00123 for a number."""
    return id_.lstrip("0") if id_.isdecimal() else id_


def from_a_cell(text: str) -> str:
    """Return the text that a cell holds, without the apostrophe that keeps it from being a formula."""
    bare = text.removeprefix("'")
    return bare if _FORMULA.match(bare) else text
