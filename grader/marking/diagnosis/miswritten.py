"""Wrong lines that were written down wrong besides: the student went on with another sign or decimal point.

What follows from such a line looks wrong as well. Where it is what the line gives with that slip undone, only
the line itself is charged. Two columns of a table in each other's place from top to bottom are one slip, too:
in their heads.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask, every
from grader.marking.diagnosis.wrong_lines import WrongLines, wrong_lines
from grader.marking.lines.slips import BY_CHANCE, Slip, are_among
from grader.marking.lines.verdicts import Code, Verdicts, at_fault
from grader.marking.sheets.layout import Slot
from grader.schemas.places import step_in_words
from grader.solver import Line

_SIGN = "the other sign than you wrote"
_POINT = "the decimal point elsewhere than you wrote it"
_CHANGES = {-1.0: _SIGN, 10.0: _POINT, 0.1: _POINT}
_MOST_NUMBERS = 8  # of a line: with more of them only all together are changed
_BY_CHANCE = -2.0  # of ten, to the power of this: so likely, at most, a single line fits by chance
_THROUGHOUT = 3  # steps in which columns are exchanged, at least
_OPEN = (Slip.NONE, Slip.UNUSED, Slip.SIGN, *BY_CHANCE)

Steps = NDArray[np.intp]
_Child = tuple[Line, Slot, str, int]


def note_miswritten(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Let lines follow that come from a wrong line with such a slip undone; yield the notes, by hand-in."""
    plan = verdicts.plan
    for _, slot in verdicts.layout.pairs():
        wrong = wrong_lines(verdicts, slot)
        if not wrong.any():
            continue
        children = list(_children(verdicts, slot))
        rows, steps = np.nonzero(wrong & _any_off(verdicts, children))
        if not len(rows):
            continue
        after = [_After(verdicts, child, rows, steps) for child in children]
        left = np.ones(len(rows), dtype=np.bool_)
        for words, factors in _changes(slot.size):
            found = left & _shown(after, factors.reshape(slot.shape), len(rows))
            for each in after:
                each.follow(found)
            left &= ~found
            for k in np.flatnonzero(found).tolist():
                where = step_in_words(plan.steps[steps[k]].items())
                yield int(rows[k]), f"{slot.field}{f' ({where})' * bool(where)}: you went on with {words}"


def _children(verdicts: Verdicts, slot: Slot) -> Iterator[_Child]:
    """Yield the lines that are worked from a field, each with its name for that and how many steps later."""
    plan = verdicts.plan
    for line, of_line in verdicts.layout.pairs():
        for name in line.parents:
            if plan.field_of(name) == slot.field:
                yield line, of_line, name, int(name in line.previous)


def _off(verdicts: Verdicts, slot: Slot) -> Mask:
    """Tell which lines are wrong in a way that may come from lines before them: (N, T)."""
    codes, kinds = verdicts.of(slot)
    off: Mask = np.any(at_fault(codes) & are_among(kinds, _OPEN), axis=2) & (
        verdicts.form[..., slot.line] == 0
    )
    return off


def _any_off(verdicts: Verdicts, children: list[_Child]) -> Mask:
    """Tell in which steps of a field something that is worked from it is wrong: (N, T).

    Lines that are wrong in most steps of a hand-in are so for another reason.
    """
    found = np.zeros(verdicts.codes.shape[:2], dtype=np.bool_)
    for _, slot, _, back in children:
        off = _off(verdicts, slot)
        off &= 2 * off.sum(axis=1, keepdims=True) <= off.shape[1]
        found[:, : off.shape[1] - back] |= off[:, back:]
    return found


def _changes(size: int) -> Iterator[tuple[str, Array]]:
    """Yield the ways in which a line may have been miswritten: words, and a factor for each number."""
    for factor, words in _CHANGES.items():
        yield words, np.full(size, factor)
        for place in range(size if 1 < size <= _MOST_NUMBERS else 0):
            yield words, np.where(np.arange(size) == place, factor, 1.0)


class _After:
    """The lines of one child of a field that are worked from some of the field's lines, by row and step.

    `some` are the numbers of the field's lines after which there is a line of the child.
    """

    def __init__(self, verdicts: Verdicts, child: _Child, rows: Steps, steps: Steps) -> None:
        line, slot, self.name, back = child
        self.some = np.flatnonzero(steps + back < verdicts.codes.shape[1])
        self.lines = WrongLines(verdicts, line, slot, rows[self.some], steps[self.some] + back)
        self.off = _off(verdicts, slot)[self.lines.rows, self.lines.steps]
        # A line that looks like a slip of its own tells nothing alone.
        self.wrong = np.any(self.lines.codes() == Code.WRONG, axis=1)
        self.whole = every(~np.isnan(self.lines.written()[0]))
        self.fits = np.zeros(len(self.some), dtype=np.bool_)

    def try_with(self, factor: Array) -> tuple[Mask, Mask, Mask]:
        """Tell which lines the field times a factor explains, explains tellingly, and does not give."""
        own = self.lines.names[self.name]
        ball = self.lines.work_with({self.name: Ball(own.mid * factor, own.rad * np.abs(factor))})
        self.fits = self.off & self.lines.explained(ball)
        telling = self.fits & self.wrong & (self.lines.chance(ball) <= _BY_CHANCE)
        return self.fits, telling, self.whole & ~self.lines.agrees(ball)

    def follow(self, found: Mask) -> None:
        self.lines.follow(self.fits & found[self.some])


def _shown(after: list[_After], factor: Array, count: int) -> Mask:
    """Tell for which of the field's lines everything after them agrees with a factor: (count,)."""
    explained, telling, missed = np.zeros((3, count), dtype=np.intp)
    for each in after:
        for total, here in zip((explained, telling, missed), each.try_with(factor), strict=True):
            total[each.some] += here
    shown: Mask = (missed == 0) & ((explained > 1) | (telling > 0))
    return shown


def note_columns(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Let two fields that are exchanged in all steps be charged in the first; name them, by hand-in.

    That they are exchanged in each step has been found before, in `grader.marking.readings.exchanges`.
    """
    values, half, layout = verdicts.batch.values, verdicts.batch.half, verdicts.layout
    some = [slot for slot in layout.usual if (verdicts.of(slot)[1] == Slip.FIELDS_EXCHANGED).any()]
    for first, second in combinations(some, 2):
        here = (verdicts.of(first)[1] == Slip.FIELDS_EXCHANGED).all(axis=2)
        here &= verdicts.source[..., first.line] == second.line + 1
        if not here.any():
            continue
        own, other = values[..., first.columns], values[..., second.columns]
        room = layout.plan.tolerance.room(own, half[..., first.columns])
        alike = ~np.any(np.abs(own - other) > room, axis=2)  # or not handed in
        throughout = (here.sum(axis=1) >= _THROUGHOUT) & np.all(here | alike, axis=1)
        later = here & throughout[:, None] & (np.cumsum(here, axis=1) > 1)
        for slot in (first, second):
            codes, kinds = verdicts.of(slot)
            codes[later], kinds[later] = Code.FOLLOWS, Slip.NONE
        says = (
            f"{first.field} and {second.field} stand in each other's place in all steps; that is charged once"
        )
        yield from ((row, says) for row in np.flatnonzero(throughout).tolist())
