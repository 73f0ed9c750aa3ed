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
from grader.marking.sheets.passes import Passes
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
        seem &= (fitting >= _KEPT) & ((same >= _SAME) | off_after_the_first(verdicts, passes))
    return seem


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
    known = [~np.isnan(passes.by_pass(sheet.row)[..., slot.columns]) for slot, _ in passes.summed]
    several = any(each.all(axis=(1, 2)).any() for each in known)
    for sums in _SUMS if several else _SUMS[:1]:
        yield _as_passes(sheet, passes, sums)


def _as_passes(sheet: Sheet, passes: Passes, sums: Sums) -> Sheet:
    """Return it with what sums up the entries read in one of the ways."""
    layout = passes.whole
    places = passes.by_pass(np.arange(sheet.row.size).reshape(sheet.row.shape))
    absent = np.isnan(passes.by_pass(sheet.row)[:, :-1])
    comes_from = np.full((layout.steps, layout.width), -1)
    for slot, into in passes.rows:
        comes_from[:, into.columns] = places[..., slot.columns].reshape(layout.steps, -1)
    for slot, into in (*passes.updated, *passes.summed):
        comes_from[:, into.columns] = places[:, -1, slot.columns]
    totals = [pair for pair in passes.summed if sums != "last" and not absent[..., pair[0].columns].all()]
    for _, into in totals:
        comes_from[:, into.columns] = -1
    other = stated_otherwise(layout.plan.method, passes.each.plan.method)
    note = _note(passes, [slot.field for slot, _ in totals], sums)
    notes = [*(said for said in sheet.notes if said != other), note]
    new = replace(sheet.rearranged(layout, comes_from), counted=(), notes=notes)
    _add_up(sheet, passes, totals, new, mean=sums == "mean")
    return new


def _add_up(
    sheet: Sheet, passes: Passes, totals: Sequence[tuple[Slot, Slot]], new: Sheet, *, mean: bool
) -> None:
    """Put the sums or means of a pass' numbers into the other layout, with the digits that they then have."""
    written = decimals_of(sheet.row)
    written.flat[list(sheet.decimals)] = list(sheet.decimals.values())
    parts = sheet.row, written, half_units(sheet.row, written, sheet.layout.plan.digits)
    share = passes.count if mean else 1
    for slot, into in totals:
        values, decimals, half = (passes.by_pass(part)[..., slot.columns] for part in parts)
        total, room = values.sum(axis=1) / share, half.sum(axis=1) / share
        known = np.where(np.isnan(values), -np.inf, decimals).max(axis=1)
        for t, k in np.argwhere(~np.isnan(total)).tolist():
            place = t * passes.whole.width + into.offset + k
            new.row[t, into.offset + k] = total[t, k]
            new.decimals[place] = int(known[t, k])
            new.half[place] = float(room[t, k])


def _note(passes: Passes, all_of: Sequence[str], sums: Sums) -> str:
    outer = list(passes.whole.plan.loops)
    every = f"every {passes.inner} of the same {outer[-1]}" if outer else f"every {passes.inner}"
    updated = listed([slot.field for slot, _ in passes.updated])
    more = f"; of {listed(all_of)} the {sums} is taken" if all_of else ""
    return (
        f"{every} is worked from the same {updated}, updated once after the last: "
        f"read as method {passes.whole.plan.method}{more}"
    )
