"""A counterexample to a wrong formula, in numbers that a person can check."""

import numpy as np

from grader.marking.formulas.equivalence import Different

_LARGE = 1e9  # numbers below are written out


def counterexample(verdict: Different) -> str:
    """Return a counterexample in small numbers, where one was found."""
    if not verdict.at or not np.isfinite([verdict.first, verdict.second]).all():
        return ""
    if len(verdict.at) > 6 or not all(map(_is_simple, verdict.at.values())):
        return ""
    values = ", ".join(f"{name} = {value:g}" for name, value in verdict.at.items())
    taken = " (with every open function f(x) = x)" if verdict.identity else ""
    yours, due = _told_apart(verdict.first, verdict.second)
    return f"; at {values}{taken} yours gives {yours}, it should be {due}"


def _is_simple(value: object) -> bool:
    """Tell whether a value is a whole number, or a tenth below 1."""
    return isinstance(value, float) and (value if abs(value) >= 1.0 else 10.0 * value).is_integer()


def _told_apart(first: float, second: float) -> tuple[str, str]:
    """Return two numbers with four digits, or as many as it takes to see that they differ."""
    for digits in range(4, 16):
        shown = _shown(first, digits), _shown(second, digits)
        if shown[0] != shown[1]:
            break
    return shown


def _shown(value: float, digits: int) -> str:
    whole = 10.0 ** (digits - 1) <= abs(value) < _LARGE
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"
