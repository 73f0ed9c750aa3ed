"""A student's own values as a table carries them along: each in one cell."""

import json
import re
from itertools import accumulate
from typing import Any

from grader.exchange.tables.grid import Value

VARIANT = "variant."

_DEEPEST = 3  # levels of brackets: a matrix for each round of a loop
_IN_BRACKETS = re.compile(r"\s*\[[-+0-9.eE,\s\[\]]*")
_BRACKET = re.compile(r"[\[\]]")


def own_value(value: Value) -> Any:
    """Return the numbers that stand in a cell in brackets, `[[0.1, -0.5], [0.9, 0.5]]`, as they are written.

    Whatever is no such thing stays as it is, and is named where it is compared with what was given.
    """
    if not isinstance(value, str) or not _IN_BRACKETS.fullmatch(value):
        return value
    deep = accumulate(1 if bracket == "[" else -1 for bracket in _BRACKET.findall(value))
    if max(deep) > _DEEPEST:
        return value
    try:
        return json.loads(value, parse_float=str, parse_int=str)
    except json.JSONDecodeError:
        return value
