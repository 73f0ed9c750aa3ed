"""Numbers so small that reading makes them 0: afterwards nothing tells them from a 0 that was written."""

import re
from collections.abc import Iterator
from itertools import islice

from grader.schemas.faults import Problem

_MOST = 10  # that are named
_LOOKED_AT = 1000
_LONGEST = 100  # digits before the exponent
# Exponents from -100 on: the least number above 0 is 4.9e-324.
_EXPONENT = re.compile(rb"[eE]-[0-9]{3,20}(?![0-9])")
_DIGITS = re.compile(rb"[0-9]+(?:\.[0-9]+)?\Z")
# What stands around a whole value, a number or a text; the numbers in a formula or a sentence are none.
_BEFORE = re.compile(rb"[\[:,\"]\s*[-+]?\Z")
_AFTER = re.compile(rb"\s{0,100}[,\]}\"]")


def numbers_read_as_0(data: bytes, first_line: int) -> tuple[Problem, ...]:
    """Return a notice for each number in a JSON text that is not 0 but is read as 0."""
    # Hardly any hand-in has such an exponent, and looking for two bytes takes a microsecond.
    if b"e-" not in data and b"E-" not in data:
        return ()
    return tuple(islice(_notices(data, first_line), _MOST))


def _notices(data: bytes, first_line: int) -> Iterator[Problem]:
    for exponent in islice(_EXPONENT.finditer(data), _LOOKED_AT):
        digits = _DIGITS.search(data, max(exponent.start() - _LONGEST, 0), exponent.start())
        if digits is None or not digits[0].strip(b"0."):
            continue
        start = digits.start()
        before = data[max(start - _LONGEST, 0) : start]
        if _BEFORE.search(before) is None or _AFTER.match(data, exponent.end()) is None:
            continue
        number = digits[0] + exponent[0]
        if float(number) == 0.0:
            line = first_line + data.count(b"\n", 0, exponent.start())
            yield Problem(f"Line {line}: {number.decode()} is too small a number; read as 0.", grave=False)
