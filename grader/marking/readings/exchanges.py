"""Two fields of a step that stand in each other's place.

Each by itself is only wrong. Together they are a slip of the pen, as each has what belongs to the other. That
is proven by putting them right and marking again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from grader.expressions import ULPS, Mask, Rows
from grader.marking.lines.batch import Batch
from grader.marking.lines.choose import choose
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts, at_fault, line_codes
from grader.marking.lines.walk import mark_batch
from grader.marking.readings.reading import Read, off
from grader.marking.sheets.layout import Slot

_ROOM = 4.0  # half units between a number and what may be due elsewhere; marking again decides
_NEARER = 0.05  # of the distance of what stands there
_THROUGHOUT = 3  # steps


@dataclass(slots=True)
class _Pair:
    """Two slots, and in which steps of which hand-ins they may be exchanged: (rows, T)."""

    first: Slot
    second: Slot
    where: Mask

    @property
    def parts(self) -> tuple[tuple[Slot, Slot], tuple[Slot, Slot]]:
        return (self.first, self.second), (self.second, self.first)


def adopt_exchanges(read: Read) -> None:
    """Turn two lines in each other's place, each wrong by itself, into slips of the pen."""
    verdicts = read.verdicts
    rows = np.flatnonzero(off(verdicts))
    pairs = list(_pairs(verdicts, rows))
    if not pairs:
        return
    some = np.flatnonzero(np.any([pair.where.any(axis=1) for pair in pairs], axis=0))
    rows = rows[some]
    for pair in pairs:
        pair.where = pair.where[some]
    second = _marked_again(verdicts.batch.take(rows), pairs)
    right = line_codes(second) <= Code.FOLLOWS
    proven = [pair.where & right[..., pair.first.line] & right[..., pair.second.line] for pair in pairs]
    if not any(where.any() for where in proven):
        return
    if any(np.any(pair.where != where) for pair, where in zip(pairs, proven, strict=True)):
        for pair, where in zip(pairs, proven, strict=True):
            pair.where = where
        second = _marked_again(verdicts.batch.take(rows), pairs)
    _take_over(verdicts, second, rows, pairs)


def _pairs(verdicts: Verdicts, rows: Rows) -> Iterator[_Pair]:
    """Yield pairs of wrong lines of one shape where the second has what the first should be."""
    if not len(rows):
        return
    layout = verdicts.layout
    faulty = at_fault(line_codes(verdicts)[rows])
    for first, second in combinations(layout.usual, 2):
        if first.shape != second.shape:
            continue
        where = faulty[..., first.line] & faulty[..., second.line]
        place = np.nonzero(where)
        if not len(place[0]):
            continue
        where[place] = _fits(verdicts, (rows[place[0]], place[1]), second, first)
        # Where two columns are exchanged throughout, one of them may look right here and there.
        throughout = where.sum(axis=1, keepdims=True) >= _THROUGHOUT
        where |= throughout & (faulty[..., first.line] | faulty[..., second.line])
        where &= ~_of_one_mistake(verdicts, rows, first, second)
        if where.any():
            yield _Pair(first, second, where)


def _of_one_mistake(verdicts: Verdicts, rows: Rows, first: Slot, second: Slot) -> Mask:
    """Tell where one known mistake explains both lines as they stand: (rows, T)."""
    codes, matches = line_codes(verdicts)[rows], verdicts.matches[0, rows]
    mistaken = (codes[..., first.line] == Code.MISTAKE) & (codes[..., second.line] == Code.MISTAKE)
    same: Mask = mistaken & ((matches[..., first.line] & matches[..., second.line]) != 0)
    return same


def _fits(verdicts: Verdicts, steps: tuple[Rows, Rows], written: Slot, due: Slot) -> Mask:
    """Tell in which of some steps, by hand-in and number, one field has what another should be: (steps,).

    It must also be far nearer to that than what stands there now.
    """
    there, here = ((*steps, slot.columns) for slot in (written, due))
    values, half = verdicts.batch.values[there], verdicts.batch.half[there]
    expected, tolerance = verdicts.expected[here], verdicts.plan.tolerance
    room = _ROOM * half + tolerance.abs + (tolerance.rel + ULPS) * np.abs(expected)
    apart = np.abs(values - expected)
    as_it_stands = np.abs(verdicts.batch.values[here] - expected).max(axis=1)
    fits = np.all(apart <= room, axis=1) & np.any(values != 0, axis=1)
    nearer: Mask = fits & (apart.max(axis=1) <= _NEARER * as_it_stands)
    return nearer


def _marked_again(batch: Batch, pairs: list[_Pair]) -> Verdicts:
    """Mark hand-ins with the exchanged lines put right; the batch, which is theirs alone, is changed."""
    for array in batch.numbers:
        old = array.copy()
        for pair in pairs:
            for slot, other in pair.parts:
                place = array[..., slot.columns]
                place[pair.where] = old[..., other.columns][pair.where]
    return mark_batch(batch, choose(batch))


def _take_over(verdicts: Verdicts, second: Verdicts, rows: Rows, pairs: list[_Pair]) -> None:
    """Take over the lines put right where the others then fit better, and note the slips of the pen."""
    exchanged = np.any([pair.where.any(axis=1) for pair in pairs], axis=0)
    others = np.ones(line_codes(second).shape, dtype=np.bool_)
    for pair in pairs:
        for slot, _ in pair.parts:
            others[..., slot.line] &= ~pair.where
    faults = [at_fault(part) & others for part in (line_codes(verdicts)[rows], line_codes(second))]
    better = exchanged & (faults[1].sum(axis=(1, 2)) <= faults[0].sum(axis=(1, 2)))
    chosen = np.flatnonzero(better)
    verdicts.put(rows[chosen], second, chosen)
    for pair in pairs:
        for slot, other in pair.parts:
            row, t = np.nonzero(pair.where)
            here = (rows[row], t, slot.columns)
            verdicts.codes[here], verdicts.kinds[here] = Code.SLIP, Slip.FIELDS_EXCHANGED
            line = (rows[row], t, slot.line)
            verdicts.source[line] = other.line + 1
            verdicts.matches[(slice(None), *line)] = 0
            verdicts.hollow[line] = False
