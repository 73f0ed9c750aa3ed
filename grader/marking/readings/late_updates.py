"""Steps for every entry whose numbers are all worked from the same values, which are updated once at the end.

A table with a row for every entry is what most people would draw, also where they work by the method that
takes all entries at once. Such a hand-in is read as that method, a step for each pass through the entries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from grader.expressions import Array, Mask
from grader.marking.lines.verdicts import Code, Verdicts, astray
from grader.marking.readings.reading import off, off_after_the_first
from grader.marking.sheets.digits import decimals_of, half_units
from grader.marking.sheets.layout import Slot
from grader.marking.sheets.passes import Passes, updated_in
from grader.marking.sheets.sheet import Sheet, stated_otherwise
from grader.schemas.wording import listed

Sums = Literal["last", "sum", "mean"]
_SUMS: tuple[Sums, ...] = ("last", "sum", "mean")

_SAME = 0.25  # of what is updated: so much of it is as it was
_KEPT = 0.8  # of what is updated: so much of it has nothing to do yet with the other lines


def share_off(verdicts: Verdicts) -> Array:
    """Return how much of what is written is off, too few digits aside: (N,)."""
    written = (verdicts.codes <= Code.WRONG) & ~np.isnan(verdicts.batch.values)
    share: Array = (written & astray(verdicts.codes, verdicts.kinds)).sum(axis=(1, 2)) / np.maximum(
        written.sum(axis=(1, 2)), 1
    )
    return share


def seem_updated_late(verdicts: Verdicts, passes: Passes) -> Mask:
    """Tell whose numbers may be worked so, by where they are off and what stands before the end of a pass."""
    seem: Mask = off(verdicts)
    if seem.any():
        same, fitting = _before_the_end(verdicts, passes)
        seem &= (fitting >= _KEPT) & ((same >= _SAME) | _off_after_the_first(verdicts, passes))
    return seem


def _off_after_the_first(verdicts: Verdicts, passes: Passes) -> Mask:
    """Tell who has a line off after the first entry, which is worked from what is updated."""
    lines = updated_in(passes.each, (slot.field for slot, _ in passes.updated))
    found = np.zeros(len(verdicts.batch), dtype=np.bool_)
    for slot, _ in passes.rows:
        if slot.line in lines:
            here = (..., slot.columns)
            found |= off_after_the_first(
                passes.by_pass(verdicts.codes[here]), passes.by_pass(verdicts.kinds[here])
            )
    return found


def _before_the_end(verdicts: Verdicts, passes: Passes) -> tuple[Array, Array]:
    """Return how much of what is updated is not, in all entries but the last, though it should: (N,) twice.

    There is what stands before the pass, or after it, or nothing. Beside it, how much of it is so or right:
    it may grow from entry to entry while the other lines do not use it yet.
    """
    batch = verdicts.batch
    there = ~np.all(np.isnan(passes.by_pass(batch.values)), axis=(2, 3), keepdims=True)
    same, fitting, places = np.zeros(len(batch)), np.zeros(len(batch)), np.zeros(len(batch))
    for slot, _ in passes.updated:
        here = (..., slot.columns)
        values, codes = passes.by_pass(batch.values[here]), passes.by_pass(verdicts.codes[here])
        start = np.broadcast_to(batch.start(slot.field).reshape(-1, slot.size), (len(batch), slot.size))
        after = values[:, :, -1:]
        before = np.concatenate([start[:, None, None], after[:, :-1]], axis=1)
        earlier = values[:, :, :-1]
        right = codes[:, :, :-1] <= Code.FOLLOWS
        still = there & ~right & (np.isnan(earlier) | (earlier == before) | (earlier == after))
        same += still.sum(axis=(1, 2, 3))
        fitting += (still | (there & right)).sum(axis=(1, 2, 3))
        places += np.broadcast_to(there, still.shape).sum(axis=(1, 2, 3))
    places = np.maximum(places, 1.0)
    return same / places, fitting / places


def as_passes(sheet: Sheet, passes: Passes) -> Iterator[Sheet]:
    """Yield a hand-in as one by the method that takes all entries at once.

    Once for each way to read what sums up the entries, where they have it one by one: the last is the sum, or
    they are added up, or averaged.
    """
    there = [pair for pair in passes.summed if not np.isnan(_entries(sheet, passes, pair[0])).all()]
    known = [~np.isnan(_entries(sheet, passes, slot)) for slot, _ in there]
    several = any(each.all(axis=(1, 2)).any() for each in known)
    for sums in _SUMS if several else _SUMS[:1]:
        yield _Moved(sheet, passes).sheet(sums)


def _entries(sheet: Sheet, passes: Passes, slot: Slot) -> Array:
    """Return the numbers of a field by pass and entry: (passes, entries, size)."""
    return passes.by_pass(sheet.row)[..., slot.columns]


class _Moved:
    """A hand-in on its way from one layout to the other."""

    def __init__(self, sheet: Sheet, passes: Passes) -> None:
        self.old, self.passes = sheet, passes
        self.decimals = decimals_of(sheet.row)
        self.decimals.flat[list(sheet.decimals)] = list(sheet.decimals.values())
        self.half = half_units(sheet.row, self.decimals, sheet.layout.plan.digits)
        row = np.full((passes.whole.steps, passes.whole.width), np.nan)
        blank = replace(sheet, layout=passes.whole, row=row, decimals={}, invalid=set(), counted=())
        self.new = replace(blank, half={})

    def sheet(self, sums: Sums) -> Sheet:
        """Return it with what sums up the entries read in one of the ways."""
        passes = self.passes
        for slot, into in passes.rows:
            for entry in range(passes.count):
                self._move(slot, entry, into.offset + entry * slot.size)
        for slot, into in passes.updated:
            self._move(slot, passes.count - 1, into.offset)
        all_of: list[str] = []
        for slot, into in passes.summed:
            if sums != "last" and not np.isnan(_entries(self.old, passes, slot)[:, :-1]).all():
                self._add_up(slot, into.offset, mean=sums == "mean")
                all_of.append(slot.field)
            else:
                self._move(slot, passes.count - 1, into.offset)
        other = stated_otherwise(passes.whole.plan.method, passes.each.plan.method)
        self.new.notes = [*(note for note in self.old.notes if note != other), self._note(all_of, sums)]
        return self.new

    def _move(self, slot: Slot, entry: int, offset: int) -> None:
        """Put the numbers of an entry of all passes where they belong in the other layout."""
        each, whole = self.passes.each, self.passes.whole
        for t in range(whole.steps):
            step = t * self.passes.count + entry
            self.new.row[t, offset : offset + slot.size] = self.old.row[step, slot.columns]
            for k in range(slot.size):
                old, new = step * each.width + slot.offset + k, t * whole.width + offset + k
                if old in self.old.decimals:
                    self.new.decimals[new] = self.old.decimals[old]
                if old in self.old.invalid:
                    self.new.invalid.add(new)

    def _add_up(self, slot: Slot, offset: int, *, mean: bool) -> None:
        """Put the sum or mean of a pass' numbers into the other layout, with the digits that it then has."""
        values, decimals, half = (
            self.passes.by_pass(numbers)[..., slot.columns]
            for numbers in (self.old.row, self.decimals, self.half)
        )
        share = self.passes.count if mean else 1
        total, room = values.sum(axis=1) / share, half.sum(axis=1) / share
        known = np.where(np.isnan(values), -np.inf, decimals).max(axis=1)
        for t, k in np.argwhere(~np.isnan(total)).tolist():
            place = t * self.passes.whole.width + offset + k
            self.new.row[t, offset + k] = total[t, k]
            self.new.decimals[place] = int(known[t, k])
            self.new.half[place] = float(room[t, k])

    def _note(self, all_of: Sequence[str], sums: Sums) -> str:
        passes = self.passes
        outer = list(passes.whole.plan.loops)
        every = f"every {passes.inner} of the same {outer[-1]}" if outer else f"every {passes.inner}"
        updated = listed([slot.field for slot, _ in passes.updated])
        more = f"; of {listed(all_of)} the {sums} is taken" if all_of else ""
        return (
            f"{every} is worked from the same {updated}, updated once after the last: "
            f"read as method {passes.whole.plan.method}{more}"
        )
