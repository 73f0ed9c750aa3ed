"""Lines that are right by another accepted way than the one that the hand-in keeps to.

The verdict on such a line stays; that it was worked by another way is named. Where several lines of a step
are so, the first is charged: the others keep to its way.
"""

from collections.abc import Iterator

import numpy as np

from grader.marking.diagnosis.wrong_lines import WrongLines, wrong_lines
from grader.marking.lines.slips import Slip, are_among
from grader.marking.lines.verdicts import Code, Verdicts
from grader.marking.sheets.layout import Slot
from grader.solver import Line, Plan

_BY_CHANCE = -2.0  # of ten, to the power of this: so likely, at most, a line fits by chance
_LEAST = 3  # slips of a field
_AS_SLIPS = (Slip.UNUSED, Slip.SIGN, Slip.DECIMAL_POINT)  # what another way may look like


def note_other_ways(verdicts: Verdicts) -> None:
    """Name the wrong lines of a field where one other option of a choice gives all of them.

    At least one line of the field must be right. Otherwise the student has not changed from one way to
    another, and what the line should be says more.
    """
    layout = verdicts.layout
    ways = {way for line in layout.plan.lines for way in ways_of(layout.plan, line)}
    charged = {way: np.zeros(verdicts.codes.shape[:2], dtype=np.bool_) for way in ways}
    for line, slot in layout.pairs():
        if not line.usual.groups:
            continue
        _note_slips(verdicts, line, slot)
        rows, steps = np.nonzero(wrong_lines(verdicts, slot))
        if not len(rows):
            continue
        wrong = WrongLines(verdicts, line, slot, rows, steps)
        right = np.all(verdicts.of(slot)[0] <= Code.FOLLOWS, axis=2).any(axis=1)[rows]
        for number, (group, option) in enumerate(ways_of(layout.plan, line)):
            ball = wrong.work({}, {group: np.full(len(rows), option)})
            fits = wrong.explained(ball) & (wrong.chance(ball) <= _BY_CHANCE)
            missed = np.bincount(rows, ~fits)
            found = wrong.left & fits & right & (missed == 0)[rows]
            wrong.note(Slip.OTHER_WAY, number, found)
            before = charged[group, option]
            wrong.follow(found & before[rows, steps])
            before[rows[found], steps[found]] = True


def _note_slips(verdicts: Verdicts, line: Line, slot: Slot) -> None:
    """Name the slips of a field where one other option gives all of them.

    A student who goes on rightly, but each time writes down the value by another way, has made no slips.
    """
    codes, kinds = verdicts.of(slot)
    slips = (codes == Code.SLIP) & are_among(kinds, _AS_SLIPS)
    slipped = np.any(slips, axis=2) & ~np.any(codes > Code.SLIP, axis=2)
    slipped &= verdicts.form[..., slot.line] == 0
    rows, steps = np.nonzero(slipped & (slipped.sum(axis=1, keepdims=True) >= _LEAST))
    if not len(rows):
        return
    wrong = WrongLines(verdicts, line, slot, rows, steps)
    for number, (group, option) in enumerate(ways_of(verdicts.plan, line)):
        fits = wrong.left & wrong.agrees(wrong.work({}, {group: np.full(len(rows), option)}))
        all_of_them = (np.bincount(rows, ~fits) == 0)[rows]
        wrong.turn(all_of_them, (Code.SLIP,), Code.SLIP, Slip.OTHER_WAY)
        verdicts.source[rows[all_of_them], steps[all_of_them], slot.line] = number


def ways_of(plan: Plan, line: Line) -> Iterator[tuple[str, int]]:
    """Yield every option of the choices that a line depends on, as its group and number."""
    for group in line.usual.groups:
        for option in range(len(plan.choices[group])):
            yield group, option
