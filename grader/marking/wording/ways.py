"""How a student worked, in words: the lines that differ between accepted ways, as they are by those taken."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grader.marking.lines.verdicts import Code, at_fault
from grader.marking.wording.equations import equation
from grader.solver import Line, Plan

_REMEMBERED = 256


def ways_in_words(
    plan: Plan, chosen: Mapping[str, str], codes: NDArray[np.uint8], *, reveal: bool
) -> tuple[str, ...]:
    """Return the equations that tell the `chosen` options from the others, as they are by these options.

    Only lines count that the student has right somewhere, by their `codes` (T, L), and without `reveal` only
    lines that are nowhere at fault.
    """
    known = np.any(codes <= Code.FOLLOWS, axis=0)
    if not reveal:
        known &= ~np.any(at_fault(codes), axis=0)
    telling = _telling(plan, tuple(chosen.values()))
    return tuple([_equation(plan.lines[i], chosen) for i in telling if known[i]])


@lru_cache(maxsize=_REMEMBERED)
def _telling(plan: Plan, chosen: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of the lines that tell the chosen option of each group from the others.

    For each group, the line is taken that differs from most other options, and of such lines the shortest;
    then another one, until the chosen option differs from all.
    """
    own = dict(zip(plan.choices, chosen, strict=True))
    telling = set()
    for group, options in plan.choices.items():
        left = set(options) - {own[group]}
        while left:
            apart = [_apart(line, own, group, left) for line in plan.lines]
            sizes = [
                (-len(others), len(_equation(line, own)))
                for line, others in zip(plan.lines, apart, strict=True)
            ]
            best = sizes.index(min(sizes))
            if not apart[best]:
                break
            telling.add(best)
            left -= apart[best]
    return tuple(sorted(telling))


def _apart(line: Line, own: Mapping[str, str], group: str, others: set[str]) -> set[str]:
    """Return the other options of a group that make a line another equation."""
    usual = _equation(line, own)
    return {option for option in others if _equation(line, {**own, group: option}) != usual}


def _equation(line: Line, options: Mapping[str, str]) -> str:
    return equation(line.field, line.usual, tuple([options[group] for group in line.usual.groups]))
