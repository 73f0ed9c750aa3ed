"""Lines that are right by another accepted way than the one that the hand-in keeps to: changes of mind."""

from collections.abc import Iterator

import numpy as np

from grader.marking.lines.slips import Slip
from grader.marking.lines.taken_from import WrongLines, wrong_lines
from grader.marking.lines.verdicts import Code, Verdicts
from grader.solver import Line, Plan

_BY_CHANCE = -2.0  # of ten, to the power of this: so likely, at most, a line fits by chance


def note_other_ways(verdicts: Verdicts) -> None:
    """Name the wrong lines of a field where one other option of a choice gives all of them.

    Where no line of the field is right nobody has changed their mind: what the line should be says more.
    """
    layout = verdicts.batch.layout
    for line, slot in layout.pairs():
        if not line.usual.groups:
            continue
        rows, steps = np.nonzero(wrong_lines(verdicts, slot))
        if not len(rows):
            continue
        wrong = WrongLines(verdicts, line, slot, rows, steps)
        right = np.all(verdicts.of(slot)[0] <= Code.FOLLOWS, axis=2).any(axis=1)[rows]
        for number, (group, option) in enumerate(ways_of(layout.plan, line)):
            ball = wrong.work({}, {group: np.full(len(rows), option)})
            fits = wrong.explained(ball) & (wrong.chance(ball) <= _BY_CHANCE)
            missed = np.bincount(rows, ~fits)
            wrong.note(Slip.OTHER_WAY, number, wrong.left & fits & right & (missed == 0)[rows])


def ways_of(plan: Plan, line: Line) -> Iterator[tuple[str, int]]:
    """Yield every option of the choices that a line depends on."""
    for group in line.usual.groups:
        for option in range(len(plan.choices[group])):
            yield group, option
