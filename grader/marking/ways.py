"""How each student worked: the method, the options chosen, the constants; and that in words."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask
from grader.marking.lines.verdicts import Code, Verdicts, at_fault
from grader.marking.wording.equations import equation
from grader.solver import Line, Plan

_REMEMBERED = 256


class Ways(NamedTuple):
    """How each of N students worked: whether there is anything written, the options chosen, the constants.

    `right` (N, L) tells which lines they have right somewhere, `never_off` (N, L) which nowhere at fault.
    """

    plan: Plan
    written: list[bool]
    choices: Mapping[str, list[str]]
    given: Mapping[str, list[float]]
    right: Mask
    never_off: Mask

    def equations(self, row: int, *, reveal: bool) -> tuple[str, ...]:
        """Return the lines that tell a student's options from the others, as they are by them.

        That is of those that the student has right somewhere; if not to `reveal`, wherever they stand.
        """
        chosen = tuple([options[row] for options in self.choices.values()])
        own = dict(zip(self.choices, chosen, strict=True))
        known = self.right[row] & (self.never_off[row] | reveal)
        return tuple([_equation(self.plan.lines[i], own) for i in _telling(self.plan, chosen) if known[i]])


def ways_of_working(verdicts: Verdicts, codes: NDArray[np.uint8], written: Mask) -> Ways:
    """Return how each student worked; `codes` (N, T, L) of the lines, `written` (N,) who has any."""
    plan = verdicts.batch.layout.plan
    choices = {
        group: [options[i] for i in verdicts.options[group].tolist()]
        for group, options in plan.choices.items()
    }
    given = {name: values.tolist() for name, values in verdicts.batch.given.items()}
    right, never_off = np.any(codes <= Code.FOLLOWS, axis=1), ~np.any(at_fault(codes), axis=1)
    return Ways(plan, written.tolist(), choices, given, right, never_off)


@lru_cache(maxsize=_REMEMBERED)
def _telling(plan: Plan, chosen: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of the lines that tell the chosen option of each group from its others.

    For each group that is the line by which most of them differ, the shortest of such; then the next.
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
    """Return the other options of a group by which a line is another equation."""
    usual = _equation(line, own)
    return {option for option in others if _equation(line, {**own, group: option}) != usual}


def _equation(line: Line, options: Mapping[str, str]) -> str:
    return equation(line.field, line.usual, tuple([options[group] for group in line.usual.groups]))
