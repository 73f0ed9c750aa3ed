"""Other readings of a hand-in that has something wrong: what the student did, whatever the student stated.

Each reading takes the numbers for something else: cut off instead of rounded, worked with another constant
than the stated one, square matrices with rows and columns exchanged. It counts only where the hand-in as a
whole then fits better, and the student is told.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from grader.expressions import Mask, Rows
from grader.marking.lines.batch import ABSENT, Batch
from grader.marking.lines.choose import choose, outvoted
from grader.marking.lines.verdicts import Verdicts
from grader.marking.lines.walk import mark_batch
from grader.marking.readings.exchanges import adopt_exchanges
from grader.marking.readings.other_constants import adopt_constant
from grader.marking.readings.other_steps import after_start_row, swapped, written_before
from grader.marking.readings.reading import Read, Reading, marks, off, take_over

# Numbers are taken for cut off where at least so many of them are too small, and nearly none too large.
_CUT_NUMBERS = 10
_CUT_SHARE = 0.9
_CUT_LEAST = 0.8
_CUT_LEANING = 2.5  # standard deviations of as many tosses of a coin
_CUT = "numbers are cut off after their last digit instead of rounded; accepted"


def read_and_mark(
    batch: Batch, stated: Mapping[str, Mask], counted: Mapping[int, tuple[str, ...]] | None = None
) -> Read:
    """Mark a batch in the reading that fits each hand-in best.

    `stated` tells for each given constant who states it. `counted` has, by hand-in, the loops that seem to be
    counted from 1.
    """
    read = Read(mark_batch(batch, choose(batch)))
    for loops in sorted(set((counted or {}).values())):
        _adopt_counting(read, loops, np.array([row for row, own in (counted or {}).items() if own == loops]))
    if off(read.verdicts).any():
        _adopt_outvoted(read)
        for reread in (_turned, after_start_row, written_before, swapped, _cut_off):
            if (reading := reread(read.verdicts)) is not None:
                _adopt(read, reading)
        for name in batch.given:
            adopt_constant(read, name, stated[name])
        adopt_exchanges(read)
    _note_cut_off(read)
    return read


def _adopt(read: Read, reading: Reading) -> Mask:
    """Take over a reading for the hand-ins that it fits better; tell which these are: (rows,).

    Where by it the first steps hold no work, it need only fit the others as well.
    """
    second = mark_batch(reading.batch, choose(reading.batch))
    before, after = marks(read.verdicts, reading.rows, reading.first), marks(second)
    better: Mask = after >= before if reading.first else after > before
    take_over(read, reading, second, better)
    return better


def _adopt_outvoted(read: Read) -> None:
    """Take over other options where most lines speak for them and the hand-in as a whole fits better."""
    rows = np.flatnonzero(off(read.verdicts))
    batch, options = read.verdicts.batch.take(rows), read.verdicts.options_of(rows)
    others = outvoted(batch, options)
    changed = np.flatnonzero(np.any([others[group] != options[group] for group in options], axis=0))
    if len(changed):
        chosen = {group: others[group][changed] for group in others}
        second = mark_batch(batch.take(changed), chosen)
        better = np.flatnonzero(marks(second) > marks(read.verdicts, rows[changed]))
        read.verdicts.put(rows[changed[better]], second, better)


def _adopt_counting(read: Read, loops: tuple[str, ...], rows: Rows) -> None:
    """Decide whether steps are counted from 1, or from 0 with the first one missing."""
    names = " and ".join(loops)
    plan = read.verdicts.plan
    later = [{name: number + (name in loops) for name, number in step.items()} for step in plan.steps]
    moves = [(t, plan.steps.index(step)) for t, step in enumerate(later) if step in plan.steps]
    here, there = (list(side) for side in zip(*moves, strict=True))
    batch = read.verdicts.batch.take(rows)
    for array, nothing in zip(batch.numbers, ABSENT, strict=True):
        moved = np.full_like(array, nothing)
        moved[:, there] = array[:, here]
        array[...] = moved
    says = f"{names}: your numbers are those of steps that are counted from 0; the first is missing"
    better = _adopt(read, Reading(rows, batch, [says] * len(rows)))
    for row in rows[~better].tolist():
        read.notes[row].append(f"{names}: counted from 1 and read so; here the first is 0")


def _turned(verdicts: Verdicts) -> Reading | None:
    """Read square matrices with rows and columns exchanged."""
    usual = verdicts.layout.usual
    square = [slot for slot in usual if len(slot.shape) == 2 and slot.shape[0] == slot.shape[1] > 1]
    rows = np.flatnonzero(off(verdicts))
    if not square or not len(rows):
        return None
    batch = verdicts.batch.take(rows)
    for array in batch.numbers:
        for slot in square:
            slot.of(array)[...] = slot.of(array).swapaxes(-1, -2).copy()
    names = ", ".join(slot.field for slot in square)
    return Reading(
        rows, batch, [f"{names}: written with rows and columns exchanged; turned around"] * len(rows)
    )


def _cut_off(verdicts: Verdicts) -> Reading | None:
    """Read numbers as cut off where they are nearer to zero than they should be.

    A number that was cut off may be off by a whole unit of its last digit.
    """
    batch = verdicts.batch
    towards, away = _sides(verdicts, np.arange(len(batch)), 0.05)
    both = towards + away
    # As unlikely as nine of ten on one side: among many numbers, more may lie on the other.
    leaning = (towards >= _CUT_LEAST * both) & (towards - away >= _CUT_LEANING * np.sqrt(both))
    rows = np.flatnonzero(off(verdicts) & (towards >= _CUT_NUMBERS) & leaning)
    if not len(rows):
        return None
    some = batch.take(rows)
    return Reading(rows, replace(some, half=2 * some.half), [_CUT] * len(rows))


def _note_cut_off(read: Read) -> None:
    """Tell students whose numbers are cut off, even if the key tolerates them: too many are too small."""
    rows = np.flatnonzero(read.verdicts.sharp.mean(axis=(1, 2)) < _CUT_SHARE)
    rows = rows[[_CUT not in read.notes[row] for row in rows.tolist()]] if len(rows) else rows
    if not len(rows):
        return
    towards, away = _sides(read.verdicts, rows, 0.55)
    for row in rows[(towards >= _CUT_NUMBERS) & (towards >= _CUT_SHARE * (towards + away))]:
        read.notes[int(row)].append(_CUT)


def _sides(verdicts: Verdicts, rows: Rows, least: float) -> tuple[Rows, Rows]:
    """Count numbers off by over `least` units of their last digit, towards zero and away: (rows,) each."""
    towards, away = np.zeros((2, len(rows)), dtype=np.intp)
    with np.errstate(all="ignore"):  # numbers of any size may have been written
        for t in range(verdicts.layout.steps):
            values, unit = verdicts.batch.values[rows, t], 2 * verdicts.batch.half[rows, t]
            short = (np.abs(verdicts.expected[rows, t]) - np.abs(values)) / unit
            near = np.abs(short) < 1.5
            towards += np.count_nonzero(near & (short > least), axis=1)
            away += np.count_nonzero(near & (short < -least), axis=1)
    return towards, away
