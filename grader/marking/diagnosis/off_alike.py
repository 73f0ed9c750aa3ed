"""Lines that are off by the same amount in each step, as where a bias or a constant is added to all of them.

The line written with most digits tells the amount, component by component, and the others confirm it. What
looks like a wrong digit there is none: no pen slips in the same way in every step.
"""

import numpy as np

from grader.expressions import Ball, Mask, every
from grader.marking.diagnosis.wrong_lines import WrongLines, wrong_lines
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Verdicts

_LEAST = 3  # lines that show it, the first among them
_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, the others fit by chance


def note_off_alike(verdicts: Verdicts) -> None:
    """Name the wrong lines of a field where all of them are off by the same amount."""
    for line, slot in verdicts.layout.pairs():
        rows, steps = np.nonzero(wrong_lines(verdicts, slot, BY_CHANCE))
        often = np.bincount(rows, minlength=len(verdicts.batch))[rows] >= _LEAST
        if often.any():
            wrong = WrongLines(verdicts, line, slot, rows[often], steps[often])
            wrong.note(Slip.OFF_ALIKE, 0, _alike(wrong))


def _alike(wrong: WrongLines) -> Mask:
    """Tell which lines are of hand-ins in which all are off by the amount of the sharpest one: (lines,)."""
    values, half = wrong.written()
    usual, room = wrong.usual, half + wrong.usual.rad
    sharpest_first = np.lexsort((room.reshape(len(room), -1).max(axis=1), wrong.rows))
    _, first, each = np.unique(wrong.rows[sharpest_first], return_index=True, return_inverse=True)
    anchor, each = sharpest_first[first], each[np.argsort(sharpest_first)]
    amount = (values - usual.mid)[anchor]
    ball = Ball(usual.mid + amount[each], usual.rad + room[anchor][each])
    fits = wrong.agrees(ball)
    power = np.where(wrong.explained(ball), wrong.chance(ball), 0.0)
    power[anchor] = 0.0
    missed, chance = np.bincount(each, ~fits), np.bincount(each, power)
    tolerated = wrong.verdicts.plan.tolerance.room(usual.mid[anchor], half[anchor])
    tells = ~every(~(np.abs(amount) > tolerated))
    alike: Mask = ((missed == 0) & (chance <= _CHANCE) & tells)[each]
    return alike
