"""What the student stated against what the student did: other readings of a hand-in that is off.

Each reading changes what the numbers are taken for - cut off instead of rounded, worked with another
constant than the stated one, square matrices written the other way round - and counts only where the
hand-in as a whole then fits better. The student is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import Batch, Mask
from grader.marking.choose import choose, marks_of
from grader.marking.layout import Slot
from grader.marking.verdicts import Code, Verdicts
from grader.marking.walk import mark_batch

Rows = NDArray[np.intp]

# So many inexact numbers must all lie on the side of zero before they are taken for cut off.
_CUT_NUMBERS = 10
_CUT_SHARE = 0.9
_CUT = "numbers are cut off after their last digit instead of rounded; accepted"
# "All updates but slips": so many of the lines with a constant must fit its other value.
_FITTING = 0.9
_MOST = 0.8


@dataclass(slots=True)
class Reading:
    """Hand-ins read another way: the batch of these rows, and what each student is told."""

    rows: Rows
    batch: Batch
    notes: list[str]


@dataclass(slots=True)
class Read:
    """The verdicts in the best reading. `notes` and `costs` (in points) are by hand-in."""

    verdicts: Verdicts
    notes: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    costs: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


def read_and_mark(batch: Batch, stated: Mapping[str, Mask]) -> Read:
    """Mark a batch in the reading that fits each hand-in best.

    `stated` tells for each given constant who states it.
    """
    read = Read(mark_batch(batch, choose(batch)))
    if _off(read.verdicts).any():
        _adopt(read, _turned(read.verdicts))
        _adopt(read, _cut_off(read.verdicts))
        for name in batch.given:
            _adopt_constant(read, name, stated[name])
    _note_cut_off(read)
    return read


def _off(verdicts: Verdicts) -> Mask:
    """Tell who has something that is written but not right: (N,)."""
    off = (verdicts.codes >= Code.SLIP) & (verdicts.codes <= Code.WRONG)
    anywhere: Mask = np.asarray(np.any(off, axis=(1, 2)))
    return anywhere


def _adopt(read: Read, reading: Reading | None) -> None:
    """Take over a reading for those whom it fits better."""
    if reading is None:
        return
    second = mark_batch(reading.batch, choose(reading.batch))
    _take_over(read, reading, second, _marks(second) > _marks(read.verdicts, reading.rows))


def _marks(verdicts: Verdicts, rows: Rows | None = None) -> Array:
    chosen = slice(None) if rows is None else rows
    return marks_of(verdicts.codes[chosen], verdicts.batch.values[chosen])


def _take_over(read: Read, reading: Reading, second: Verdicts, better: Mask) -> None:
    """Put the better verdicts in the place of the first ones, with everything they stand on."""
    chosen, rows = np.flatnonzero(better), reading.rows[better]
    first = read.verdicts
    for name in ("codes", "kinds", "expected", "form", "hollow", "source", "sharp", "asked"):
        getattr(first, name)[rows] = getattr(second, name)[chosen]
    first.matches[:, rows] = second.matches[:, chosen]
    for group, options in second.options.items():
        first.options[group][rows] = options[chosen]
    for name in ("values", "decimals", "half", "invalid"):
        getattr(first.batch, name)[rows] = getattr(second.batch, name)[chosen]
    for name, values in second.batch.given.items():
        first.batch.given[name][rows] = values[chosen]
    for i, row in zip(chosen, rows, strict=True):
        read.notes[int(row)].append(reading.notes[i])


def _turned(verdicts: Verdicts) -> Reading | None:
    """Read square matrices with rows and columns exchanged."""
    square = [slot for slot in _slots(verdicts) if len(slot.shape) == 2 and len(set(slot.shape)) == 1]
    square = [slot for slot in square if slot.shape[0] > 1]
    rows = np.flatnonzero(_off(verdicts))
    if not square or not len(rows):
        return None
    batch = verdicts.batch.take(rows)
    for array in (batch.values, batch.decimals, batch.half, batch.invalid):
        for slot in square:
            slot.of(array)[...] = slot.of(array).swapaxes(-1, -2).copy()
    names = ", ".join(slot.field for slot in square)
    return Reading(
        rows, batch, [f"{names}: written with rows and columns exchanged; turned around"] * len(rows)
    )


def _cut_off(verdicts: Verdicts) -> Reading | None:
    """Read numbers as cut off, where they lie on the side of zero of what they should be.

    A cut number may be a whole unit of its last digit off.
    """
    batch = verdicts.batch
    towards, away = _sides(verdicts, np.arange(len(batch)), 0.05)
    one_sided = (towards >= _CUT_NUMBERS) & (towards >= _CUT_SHARE * (towards + away))
    rows = np.flatnonzero(_off(verdicts) & one_sided)
    if not len(rows):
        return None
    some = batch.take(rows)
    return Reading(rows, replace(some, half=2 * some.half), [_CUT] * len(rows))


def _note_cut_off(read: Read) -> None:
    """Tell those whose cut numbers pass by what the key tolerates: more are too small than rounding makes."""
    rows = np.flatnonzero(read.verdicts.sharp.mean(axis=(1, 2)) < _CUT_SHARE)
    rows = rows[[_CUT not in read.notes[row] for row in rows.tolist()]] if len(rows) else rows
    if not len(rows):
        return
    towards, away = _sides(read.verdicts, rows, 0.55)
    for row in rows[(towards >= _CUT_NUMBERS) & (towards >= _CUT_SHARE * (towards + away))]:
        read.notes[int(row)].append(_CUT)


def _sides(verdicts: Verdicts, rows: Rows, least: float) -> tuple[Rows, Rows]:
    """Count the numbers off by more than so much of their last digit, towards zero and away: (rows,) each."""
    values, unit = verdicts.batch.values[rows], 2 * verdicts.batch.half[rows]
    with np.errstate(invalid="ignore"):
        short = (np.abs(verdicts.expected[rows]) - np.abs(values)) / unit
        near = np.abs(short) < 1.5
        return (near & (short > least)).sum(axis=(1, 2)), (near & (short < -least)).sum(axis=(1, 2))


def _other_options(verdicts: Verdicts, name: str) -> Iterator[tuple[str, int]]:
    """Yield the options of the choices that touch lines with a constant, one by one.

    With the wrong constant no line tells how these choices were made: 0.2 times the mean of four numbers is
    0.05 times their sum.
    """
    plan = verdicts.batch.layout.plan
    touching = (group for line in plan.lines if name in line.given for group in line.usual.groups)
    for group in dict.fromkeys(touching):
        for number in range(len(plan.choices[group])):
            yield group, number


def _adopt_constant(read: Read, name: str, stated: Mask) -> None:
    """Read hand-ins with the value of a constant that their numbers show.

    By the options that were chosen, or by another one, for those with hardly a line right: all that might be
    is tried at once, as if each trial were a hand-in.
    """
    verdicts = read.verdicts
    rows, options, others = _trials(verdicts, name)
    if not len(rows):
        return
    found = _fitting_value(verdicts, name, rows, options, others)
    asked = verdicts.batch.layout.plan.given[name]
    possible: Mask = np.array([np.isfinite(v) and not asked.outside(float(v)) for v in found], dtype=np.bool_)
    possible &= found != verdicts.batch.given[name][rows]
    rows, found = rows[possible], found[possible]
    if not len(rows):
        return
    before = verdicts.batch.given[name][rows]
    batch = verdicts.batch.take(rows)
    batch.given[name][:] = found
    second = mark_batch(batch, choose(batch))
    marks = _marks(second)
    better: Mask = (marks > _marks(verdicts, rows)) & (_share_right(second, name) >= _FITTING)
    notes = [
        f"you state {name} = {old:g}, but your numbers use {name} = {new:g}; marked with that"
        if stated[row]
        else f"you do not state {name}; your numbers use {name} = {new:g}, and are marked with that"
        for row, old, new in zip(rows, before, found, strict=True)
    ]
    better &= _best_of_each(rows, np.where(better, marks, -np.inf))
    _take_over(read, Reading(rows, batch, notes), second, better)
    for row in rows[better & stated[rows]]:
        read.costs[int(row)] += asked.cost


def _trials(verdicts: Verdicts, name: str) -> tuple[Rows, dict[str, Rows], Mask]:
    """Return which hand-ins to try with another constant, the options to do it by, and whether others."""
    share = _share_right(verdicts, name)
    # Where most lines fit the constant as it is stated, no other one fits nearly all.
    off = (share < _MOST) & ~_explained(verdicts, name)
    trials: list[tuple[Rows, dict[str, int]]] = [(np.flatnonzero(off), {})]
    for group, number in _other_options(verdicts, name):
        tried = off & (verdicts.options[group] != number) & (share < 1 - _FITTING / 2)
        trials.append((np.flatnonzero(tried), {group: number}))
    options = {
        group: np.concatenate([np.full(len(rows), other.get(group, -1)) for rows, other in trials])
        for group in verdicts.options
    }
    rows = np.concatenate([rows for rows, _ in trials])
    others = np.concatenate([np.full(len(rows), bool(other)) for rows, other in trials])
    chosen = {group: np.where(own < 0, verdicts.options[group][rows], own) for group, own in options.items()}
    return rows, chosen, others


def _best_of_each(rows: Rows, marks: Array) -> Mask:
    """Tell which trial of each hand-in has the most marks; the first of several."""
    best = np.zeros(len(rows), dtype=np.bool_)
    order = np.lexsort((np.arange(len(rows)), -marks, rows))
    _, first = np.unique(rows[order], return_index=True)
    best[order[first]] = True
    return best


def _touched(verdicts: Verdicts, name: str) -> Iterator[Slot]:
    for line, slot in verdicts.batch.layout.pairs():
        if name in line.given:
            yield slot


def _explained(verdicts: Verdicts, name: str) -> Mask:
    """Tell where known mistakes explain the lines with a constant, or there is nothing to explain: (N,)."""
    mistaken = np.zeros(len(verdicts.batch), dtype=np.intp)
    off = np.zeros(len(verdicts.batch), dtype=np.intp)
    for slot in _touched(verdicts, name):
        codes = verdicts.codes[..., slot.offset : slot.end]
        mistaken += (codes == Code.MISTAKE).any(axis=2).sum(axis=1)
        off += ((codes >= Code.SLIP) & (codes <= Code.WRONG)).any(axis=2).sum(axis=1)
    explained: Mask = 2 * mistaken >= off
    return explained


def _share_right(verdicts: Verdicts, name: str) -> Array:
    """Return the share of the lines with a constant that are right: (N,)."""
    right, given = np.zeros(len(verdicts.batch)), np.zeros(len(verdicts.batch))
    for slot in _touched(verdicts, name):
        codes = verdicts.codes[..., slot.offset : slot.end].max(axis=2)
        right += (codes <= Code.FOLLOWS).sum(axis=1)
        given += (codes <= Code.WRONG).sum(axis=1)
    return right / np.maximum(given, 1)


def _fitting_value(
    verdicts: Verdicts, name: str, rows: Rows, options: Mapping[str, Rows], others: Mask
) -> Array:
    """Return the value of a constant that most numbers fit, with as few digits as they tell: (rows,).

    `others` are those tried by other options than the verdicts'. Lines are straight lines in the constant,
    or nearly: two markings give slope and offset.
    """
    batch = verdicts.batch.take(rows)
    now = batch.given[name].copy()
    first = verdicts.expected[rows]
    if np.any(others):
        some = np.flatnonzero(others)
        by_others = {group: chosen[some] for group, chosen in options.items()}
        first[some] = mark_batch(batch.take(some), by_others, brief=True).expected
    batch.given[name][:] = now * 1.25 + (now == 0)
    moved = mark_batch(batch, options, brief=True)
    slots = list(_touched(verdicts, name))
    here = np.concatenate([np.arange(slot.offset, slot.end) for slot in slots])
    slope = (moved.expected[..., here] - first[..., here]) / (batch.given[name] - now)[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = now[:, None, None] + (batch.values[..., here] - first[..., here]) / slope
        blur = batch.half[..., here] / np.abs(slope)
    known = np.isfinite(estimate) & np.isfinite(blur) & (slope != 0)
    return np.array([_simplest(e[k], b[k]) for e, b, k in zip(estimate, blur, known, strict=True)])


def _simplest(estimates: Array, blurs: Array) -> float:
    """Return the roundest number that nearly all estimates allow, or NaN.

    `blurs` is what the written digits leave open of each estimate; twice that allows for the digits of
    the values before it.
    """
    if not len(estimates):
        return np.nan
    sharpest = np.argsort(blurs)[: max(1, len(blurs) // 4)]
    middle = float(np.median(estimates[sharpest]))
    for wanted in (_FITTING, _FITTING / 2):
        for digits in range(1, 7):
            rounded = float(f"{middle:.{digits}g}")
            if np.mean(np.abs(estimates - rounded) <= 2 * blurs + 1e-9 * abs(middle)) >= wanted:
                return rounded
    return np.nan


def _slots(verdicts: Verdicts) -> list[Slot]:
    return list(verdicts.batch.layout.usual)
