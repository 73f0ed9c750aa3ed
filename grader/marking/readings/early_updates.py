"""Hand-ins by the method that takes all entries at once, worked with an update after each entry.

The values between two updates have no place in such a hand-in; they are worked out from the student's own
rows. The rows are marked as steps of the method that updates after each entry, and the verdicts are put back
where the rows stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Rows
from grader.marking.lines.batch import ABSENT, Batch, make_batch
from grader.marking.lines.verdicts import Verdicts, astray, empty_verdicts
from grader.marking.lines.walk import mark_batch
from grader.marking.lines.work import Options, work_all_steps
from grader.marking.readings.best_reading import read_and_mark
from grader.marking.readings.reading import Read, off_after_the_first
from grader.marking.sheets.layout import Slot
from grader.marking.sheets.passes import BETTER, Passes
from grader.marking.sheets.sheet import Sheet
from grader.schemas.wording import listed

T = TypeVar("T", bound=np.generic)

_MOST_TRIALS = 64


def adopt_updates_after_each(
    read: Read, sheets: Sequence[Sheet], own: Mapping[str, Array], passes: Passes, stated: Mapping[str, Mask]
) -> None:
    """Mark hand-ins entry by entry, where that explains what is wrong in them.

    `sheets` are those of the N hand-ins, `own` the students' own values of what varies, (N, *shape) each.
    """
    rows = np.flatnonzero(off_after_the_first(read.verdicts, passes))
    if not len(rows):
        return
    varied = {name: values[rows] for name, values in own.items()}
    whole = make_batch([sheets[row] for row in rows.tolist()])
    first = read_and_mark(
        _one_by_one(whole, varied, passes), {name: mask[rows] for name, mask in stated.items()}
    )
    verdicts, times = _with_sums(whole, first.verdicts, passes)
    back = _PutBack(whole, read.verdicts, rows, verdicts, passes).all(times)
    chosen = np.flatnonzero(_off(back) <= BETTER * _off(read.verdicts)[rows])
    read.verdicts.put(rows[chosen], back, chosen)
    # The numbers as handed in, whatever another reading has made of them.
    read.verdicts.batch.put(rows[chosen], replace(whole, given=verdicts.batch.given), chosen)
    updated = listed([slot.field for slot, _ in passes.updated])
    note = (
        f"{updated}: updated after each {passes.inner}, not once for all of them; "
        f"your rows are marked as those of method {passes.each.plan.method}"
    )
    for place, row in zip(chosen.tolist(), rows[chosen].tolist(), strict=True):
        read.notes[row] = [note, *first.notes[place]]
        read.costs[row] = first.costs[place]


def _off(verdicts: Verdicts) -> Array:
    off: Array = astray(verdicts.codes, verdicts.kinds).sum(axis=(1, 2)).astype(np.float64)
    return off


def _one_by_one(whole: Batch, own: Mapping[str, Array], passes: Passes) -> Batch:
    """Return the rows as steps, with updated values in the last step of each pass, and without totals."""
    values, decimals, half, invalid = (
        _moved(array, nothing, passes) for array, nothing in zip(whole.numbers, ABSENT, strict=True)
    )
    given = {name: constant.copy() for name, constant in whole.given.items()}
    varied = passes.each.plan.spread(own)
    return Batch(passes.each, values, decimals, half, invalid, given, whole.few, varied)


def _moved(old: NDArray[T], nothing: float, passes: Passes) -> NDArray[T]:
    """Return the numbers of rows as those of steps, `nothing` where there are none."""
    new = np.full((len(old), passes.each.steps, passes.each.width), nothing, dtype=old.dtype)
    steps = passes.by_pass(new)
    for slot, rows in passes.rows:
        entries = old[..., rows.columns]
        steps[..., slot.columns] = entries.reshape(*entries.shape[:2], passes.count, -1)
    for slot, same in passes.updated:
        steps[:, :, -1, slot.columns] = old[..., same.columns]
    return new


# --- Totals of a pass.


def _with_sums(whole: Batch, first: Verdicts, passes: Passes) -> tuple[Verdicts, Array]:
    """Mark the entries again, now with their totals; return by what a total is to be multiplied: (N,).

    A total may be what the last entry gives, the sum over all entries, or their mean. Whatever fits most
    numbers is taken, under any options of the choices that touch these lines. Only a mean is multiplied, by
    the number of entries, to get the sum.
    """
    best = np.zeros(len(whole))
    times = np.ones(len(whole))
    options = {group: chosen.copy() for group, chosen in first.options.items()}
    before = np.zeros((len(whole), passes.whole.steps, passes.each.width))
    for trial in _trials(first, passes):
        entries = passes.by_pass(mark_batch(first.batch, trial, brief=True).expected)
        earlier = entries[:, :, :-1].sum(axis=2)
        for share, others in ((1.0, earlier), (1.0, np.zeros_like(earlier)), (float(passes.count), earlier)):
            fits = _fitting(whole, entries[:, :, -1], share, others, passes)
            better = fits > best
            best, times = np.where(better, fits, best), np.where(better, share, times)
            before = np.where(better[:, None, None], others, before)
            options = {group: np.where(better, trial[group], own) for group, own in options.items()}
    steps, half, decimals = (
        passes.by_pass(array) for array in (first.batch.values, first.batch.half, first.batch.decimals)
    )
    for slot, same in passes.summed:
        here, there = (..., slot.columns), (..., same.columns)
        steps[:, :, -1][here] = times[:, None, None] * whole.values[there] - before[here]
        own = np.any(before[here] != 0, axis=(1, 2))  # whose total includes entries that stand nowhere
        room = np.where(own[:, None, None], _room_before(first.batch, options, slot, passes), 0.0)
        half[:, :, -1][here] = passes.count * whole.half[there] + room
        decimals[:, :, -1][here] = whole.decimals[there]
    return mark_batch(first.batch, options), times


def _room_before(batch: Batch, options: Options, slot: Slot, passes: Passes) -> Array:
    """Return by how much rounding can have moved the sum of all entries but the last: (N, passes, size)."""
    line, own = batch.plan.lines[slot.line], batch.as_written(sharp=False)
    with np.errstate(all="ignore"):  # numbers of any size may have been written
        rad = work_all_steps(batch, line, options, own).rad
    steps = np.broadcast_to(rad, (*batch.values.shape[:2], *slot.shape))
    entries = passes.by_pass(steps.reshape(*batch.values.shape[:2], slot.size))
    room: Array = np.nan_to_num(entries[:, :, :-1]).sum(axis=2)
    return room


def _trials(first: Verdicts, passes: Passes) -> Iterator[Options]:
    """Yield the options that were chosen, then all combinations of the choices that touch totals."""
    plan = passes.each.plan
    touched = {
        group: len(plan.choices[group])
        for slot, _ in passes.summed
        for group in plan.lines[slot.line].usual.groups
    }
    yield first.options
    ways = product(*(range(count) for count in touched.values()))
    for way in islice(ways, _MOST_TRIALS):
        same = {group: np.full(len(first.batch), n) for group, n in zip(touched, way, strict=True)}
        yield {**first.options, **same}


def _fitting(whole: Batch, last: Array, times: float, earlier: Array, passes: Passes) -> Array:
    """Return how many totals are what the last and the earlier entries give, divided by `times`: (N,)."""
    fits = np.zeros(len(whole))
    tolerance = whole.layout.plan.tolerance
    for slot, same in passes.summed:
        due = (last + earlier)[..., slot.columns] / times
        values, half, decimals = (
            part[..., same.columns] for part in (whole.values, whole.half, whole.decimals)
        )
        # With any number of digits: here the three ways are only to be told apart.
        half = np.maximum(half, 0.5 * 10.0**-decimals)
        room = tolerance.room(due, passes.count * half)
        fits += (np.abs(values - due) <= room).sum(axis=(1, 2))
    return fits


# --- The way back.


class _PutBack:
    """Puts the verdicts on `steps` back where their rows stand, in a `batch` that is changed for it."""

    def __init__(self, batch: Batch, old: Verdicts, rows: Rows, steps: Verdicts, passes: Passes) -> None:
        self.steps, self.passes = steps, passes
        self.new = empty_verdicts(batch, old.options_of(rows))
        self.new.put(np.arange(len(rows)), old, rows)
        # A choice that the other method does not have gets its first option.
        for group, chosen in self.new.options.items():
            chosen[:] = steps.options.get(group, 0)

    def all(self, times: Array) -> Verdicts:
        """Return the verdicts; totals were marked after they had been multiplied by `times` (N,)."""
        for slot, rows in self.passes.rows:
            self._move(slot, rows, slice(None))
        for slot, same in (*self.passes.updated, *self.passes.summed):
            self._move(slot, same, slice(-1, None))
        for slot, same in self.passes.summed:
            here, there = (..., slot.columns), (..., same.columns)
            apart = self._last(self.steps.expected)[here] - self._last(self.steps.batch.values)[here]
            self.new.expected[there] = self.new.batch.values[there] + apart / times[:, None, None]
        return self.new

    def _last(self, numbers: Array) -> Array:
        return self.passes.by_pass(numbers)[:, :, -1]

    def _move(self, slot: Slot, into: Slot, entries: slice) -> None:
        """Move the verdicts on a field's numbers and lines, where it is written in its usual form."""
        count, steps, usual = self.passes.count, self.steps, self.new.form[..., into.line] == 0
        for name in ("codes", "kinds", "expected"):
            old, new = getattr(steps, name), getattr(self.new, name)
            moved = self.passes.by_pass(old)[:, :, entries, slot.columns]
            place = new[..., into.columns]
            place[usual] = moved.reshape(place.shape)[usual]

        def of(lines: NDArray[T]) -> NDArray[T]:
            here = lines[..., slot.line]
            return here.reshape(*here.shape[:-1], -1, count)[..., entries]

        self.new.hollow[..., into.line][usual] = np.all(of(steps.hollow)[usual], axis=-1)
        self.new.sharp[..., into.line][usual] = np.all(of(steps.sharp)[usual], axis=-1)
        self.new.source[..., into.line][usual] = self._sources()[of(steps.source).max(axis=-1)][usual]
        bits = of(self._matches())
        matched = bits > 0
        common = np.bitwise_and.reduce(np.where(matched, bits, ~np.uint64(0)), axis=-1)
        any_ = np.bitwise_or.reduce(bits, axis=-1)
        found = np.where(matched.any(axis=-1) & (common > 0), common, any_)
        place = self.new.matches[..., into.line]
        place[...] = np.where(usual, found, place)

    def _sources(self) -> NDArray[np.uint8]:
        """Return for each line of the one method its number in the other, both counted from 1, 0 for none."""
        numbers = {slot.field: slot.line + 1 for slot in self.passes.whole.usual}
        return np.array([0, *(numbers.get(slot.field, 0) for slot in self.passes.each.usual)], dtype=np.uint8)

    def _matches(self) -> NDArray[np.uint64]:
        """Return the known mistakes that steps match, as bits by the other method's numbers: (2, N, T, L)."""
        numbers = {way.name: number for number, way in enumerate(self.passes.whole.plan.mistakes)}
        matches = np.zeros_like(self.steps.matches)
        for number, way in enumerate(self.passes.each.plan.mistakes):
            if way.name in numbers:
                has = (self.steps.matches >> np.uint64(number)) & np.uint64(1)
                matches |= has << np.uint64(numbers[way.name])
        return matches
