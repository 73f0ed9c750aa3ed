"""Lines that are wrong, and written down wrong besides: another sign or decimal point than was gone on with.

What follows from them looks wrong as well. Where it is what the line gives with that slip undone, the line is
charged, and what follows from it is not.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Mask
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
_OPEN = (Slip.NONE, Slip.UNUSED, Slip.SIGN, *BY_CHANCE)

Steps = NDArray[np.intp]
_Child = tuple[Line, Slot, str, int]


def note_miswritten(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Let what follows from wrong lines as they were gone on with follow; say it, by hand-in."""
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
    """Yield the lines that are worked from a field, each with its name for it and how many steps later."""
    plan = verdicts.plan
    for line, of_line in verdicts.layout.pairs():
        for name in line.parents:
            if plan.field_of(name) == slot.field:
                yield line, of_line, name, int(name in line.previous)


def _off(verdicts: Verdicts, slot: Slot) -> Mask:
    """Tell which lines are at fault in a way that may come from what stands before them: (N, T)."""
    codes, kinds = verdicts.of(slot)
    off: Mask = np.any(at_fault(codes) & are_among(kinds, _OPEN), axis=2) & (
        verdicts.form[..., slot.line] == 0
    )
    return off


def _any_off(verdicts: Verdicts, children: list[_Child]) -> Mask:
    """Tell after which steps of a line something that is worked from it is off: (N, T).

    What is off in most steps of a hand-in is so for another reason.
    """
    found = np.zeros(verdicts.codes.shape[:2], dtype=np.bool_)
    for _, slot, _, back in children:
        off = _off(verdicts, slot)
        off &= 2 * off.sum(axis=1, keepdims=True) <= off.shape[1]
        found[:, : off.shape[1] - back] |= off[:, back:]
    return found


def _changes(size: int) -> Iterator[tuple[str, Array]]:
    """Yield what may be another in a line than was gone on with: words, and a factor for each number."""
    for factor, words in _CHANGES.items():
        yield words, np.full(size, factor)
        for place in range(size if 1 < size <= _MOST_NUMBERS else 0):
            yield words, np.where(np.arange(size) == place, factor, 1.0)


class _After:
    """What is worked from some lines of a field, each by its row and its step: in a child of that field.

    `some` are the numbers of those after which the child is asked for.
    """

    def __init__(self, verdicts: Verdicts, child: _Child, rows: Steps, steps: Steps) -> None:
        line, slot, self.name, back = child
        self.some = np.flatnonzero(steps + back < verdicts.codes.shape[1])
        self.lines = WrongLines(verdicts, line, slot, rows[self.some], steps[self.some] + back)
        self.off = _off(verdicts, slot)[self.lines.rows, self.lines.steps]
        # A line that looks like a slip of its own tells nothing alone.
        self.wrong = np.any(self.lines.codes() == Code.WRONG, axis=1)
        self.whole = ~np.isnan(self.lines.written()[0].reshape(len(self.some), -1)).any(axis=1)
        self.fits = np.zeros(len(self.some), dtype=np.bool_)

    def try_with(self, factor: Array) -> tuple[Mask, Mask, Mask]:
        """Tell with the field times a factor which lines that explains, tellingly, and which it does not."""
        own = self.lines.names[self.name]
        ball = self.lines.work_with({self.name: Ball(own.mid * factor, own.rad * np.abs(factor))})
        self.fits = self.off & self.lines.explained(ball)
        telling = self.fits & self.wrong & (self.lines.chance(ball) <= _BY_CHANCE)
        return self.fits, telling, self.whole & ~self.lines.agrees(ball)

    def follow(self, found: Mask) -> None:
        self.lines.follow(self.fits & found[self.some])


def _shown(after: list[_After], factor: Array, count: int) -> Mask:
    """Tell of so many lines after which everything agrees with them times a factor: (count,)."""
    explained, telling, missed = np.zeros((3, count), dtype=np.intp)
    for each in after:
        for total, here in zip((explained, telling, missed), each.try_with(factor), strict=True):
            total[each.some] += here
    shown: Mask = (missed == 0) & ((explained > 1) | (telling > 0))
    return shown
