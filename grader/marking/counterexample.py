"""A counterexample to a wrong formula, in numbers that a person can check."""

import numpy as np

from grader.marking.equivalence import Different

_LARGE = 1e9  # numbers below are written out


def counterexample(verdict: Different, *, functions: bool) -> str:
    """Return a counterexample in small numbers, where one was found."""
    if not verdict.at or not np.isfinite([verdict.first, verdict.second]).all():
        return ""
    simple = all(isinstance(value, float) and value == round(value) for value in verdict.at.values())
    if not simple or len(verdict.at) > 6:
        return ""
    values = ", ".join(f"{name} = {value:g}" for name, value in verdict.at.items())
    taken = " (with every open function f(x) = x)" if verdict.identity and functions else ""
    yours, due = _told_apart(verdict.first, verdict.second)
    return f"; at {values}{taken} yours gives {yours}, it should be {due}"


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
