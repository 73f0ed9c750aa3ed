"""Tables that begin with the start values, so that updated values, or whole steps, stand one step late.

Many students write down the weights that a step is worked with: as they were before it, not after it. Others
give the start values a step of their own. Either way the result of the last step may stand nowhere.
"""

from collections.abc import Sequence

import numpy as np

from grader.expressions import Mask, Rows, every
from grader.marking.lines.batch import ABSENT, Batch
from grader.marking.lines.verdicts import Verdicts, at_fault
from grader.marking.readings.reading import Reading, off
from grader.marking.sheets.layout import Slot, columns_of
from grader.marking.sheets.passes import updated_fields
from grader.schemas.places import step_in_words
from grader.schemas.wording import listed


def written_before(verdicts: Verdicts) -> Reading | None:
    """Read updated values one step earlier than they stand, where the first step has the start values."""
    batch = verdicts.batch
    fields = updated_fields(batch.plan)
    slots = [slot for slot in batch.layout.usual if slot.field in fields]
    if not slots or batch.layout.steps == 1:
        return None
    seem = off(verdicts) & np.all([_begins(verdicts, slot) for slot in slots], axis=0)
    rows = np.flatnonzero(seem & _mostly_off(verdicts, slots))
    if not len(rows):
        return None
    names = listed([slot.field for slot in slots])
    return _one_step_earlier(batch, rows, slots, f"{names}: written as before each step; read as after it")


def after_start_row(verdicts: Verdicts) -> Reading | None:
    """Read all steps one step earlier than they stand, where the first has the start values and nothing else.

    A table that has one step too many for that reason is read so before (see `sheets.careful`).
    """
    batch = verdicts.batch
    plan, usual = batch.plan, batch.layout.usual
    if len(plan.loops) != 1 or batch.layout.steps == 1:
        return None
    first = ~np.isnan(batch.values[:, 0]) | batch.invalid[:, 0]
    begun = np.any(first, axis=1)
    for slot in usual:
        nothing = ~np.any(first[:, slot.columns], axis=1)
        begun &= nothing | _begins(verdicts, slot) if slot.field in plan.start else nothing
    rows = np.flatnonzero(off(verdicts) & begun)
    if not len(rows):
        return None
    where = step_in_words(plan.steps[0].items())
    note = f"{where}: only the start values; the one after it is read as the first"
    return _one_step_earlier(batch, rows, usual, note)


def _one_step_earlier(batch: Batch, rows: Rows, slots: Sequence[Slot], note: str) -> Reading:
    """Return some hand-ins with the numbers of some fields moved one step up."""
    some = batch.take(rows)
    for array, nothing in zip(some.numbers, ABSENT, strict=True):
        for slot in slots:
            place = array[..., slot.columns]
            place[:, :-1] = place[:, 1:].copy()
            place[:, -1] = nothing
    return Reading(rows, some, [note] * len(rows))


def _mostly_off(verdicts: Verdicts, slots: Sequence[Slot]) -> Mask:
    """Tell whose updated values are wrong in half of the steps or more: (N,)."""
    here = columns_of(slots)
    codes, written = verdicts.codes[..., here], ~np.isnan(verdicts.batch.values[..., here])
    wrong = np.any(at_fault(codes), axis=2)
    mostly: Mask = 2 * wrong.sum(axis=1) >= np.any(written, axis=2).sum(axis=1)
    return mostly


def _begins(verdicts: Verdicts, slot: Slot) -> Mask:
    """Tell who has the start value of a field in the first step: (N,)."""
    batch = verdicts.batch
    first = batch.values[:, 0, slot.columns]
    return every(first == batch.start(slot.field).reshape(-1, slot.size))
