"""Tables with a row for every entry, filled in by the method that takes all entries at once.

Most people would draw such a table by either method. If all rows of a pass are worked from the same values,
which are updated once at its end, the hand-in is read as that other method: each pass is one step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from grader.expressions import Array, Mask
from grader.marking.lines.verdicts import Code, Verdicts, astray, at_fault
from grader.marking.readings.reading import off_after_the_first
from grader.marking.sheets.digits import decimals_of, half_units
from grader.marking.sheets.layout import Slot
from grader.marking.sheets.passes import Passes
from grader.marking.sheets.sheet import Sheet, stated_otherwise
from grader.schemas.wording import listed

Sums = Literal["last", "sum", "mean"]
_SUMS: tuple[Sums, ...] = ("last", "sum", "mean")

_SAME = 0.25  # of the updated values, that must still be as they were
_KEPT = 0.8  # of the updated values, that must be so or right


def share_off(verdicts: Verdicts) -> Array:
    """Return the share of the written numbers that are wrong, too few digits aside: (N,)."""
    written = (verdicts.codes <= Code.WRONG) & ~np.isnan(verdicts.batch.values)
    share: Array = (written & astray(verdicts.codes, verdicts.kinds)).sum(axis=(1, 2)) / np.maximum(
        written.sum(axis=(1, 2)), 1
    )
    return share


def seem_updated_late(verdicts: Verdicts, passes: Passes) -> Mask:
    """Tell whose numbers may be worked so, by where they are wrong and what stands within a pass: (N,).

    The first entry of all is worked alike by both methods.
    """
    seem: Mask = np.any(at_fault(verdicts.codes[:, 1:]), axis=(1, 2))
    if seem.any():
        same, fitting = _before_the_end(verdicts, passes)
        seem &= (fitting >= _KEPT) & ((same >= _SAME) | off_after_the_first(verdicts, passes))
    return seem


def _before_the_end(verdicts: Verdicts, passes: Passes) -> tuple[Array, Array]:
    """Return which share of the updated values has not been updated within a pass: (N,) twice.

    The first is the share of those that are as before or after the pass, or missing; the second adds those
    that are right, as a value may grow from entry to entry while the other lines do not use it yet. The last
    entry of each pass is left out.
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
    """Yield a hand-in read by the method that takes all entries at once.

    Where the hand-in has, for each entry, what that method has only as a total, it is yielded three times:
    the last entry counts as the total, or their sum, or their mean.
    """
    known = [~np.isnan(passes.by_pass(sheet.row)[..., slot.columns]) for slot, _ in passes.summed]
    several = any(each.all(axis=(1, 2)).any() for each in known)
    for sums in _SUMS if several else _SUMS[:1]:
        yield _as_passes(sheet, passes, sums)


def _as_passes(sheet: Sheet, passes: Passes, sums: Sums) -> Sheet:
    """Return the hand-in with totals read in one of the three ways."""
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
    """Put the sums or means of each pass into the new sheet, with the digits that they have then."""
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
