"""Tables in which updated values stand one step late: as they were before each step, not after it.

Many students write down the weights that a step is worked with. Then the start values stand in the first
step, and the result of the last step stands nowhere.
"""

from collections.abc import Sequence

import numpy as np

from grader.expressions import Mask, every
from grader.marking.lines.batch import ABSENT
from grader.marking.lines.verdicts import Verdicts, at_fault
from grader.marking.readings.reading import Reading, off
from grader.marking.sheets.layout import Slot, columns_of
from grader.marking.sheets.passes import updated_fields
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
    some = batch.take(rows)
    for array, nothing in zip(some.numbers, ABSENT, strict=True):
        for slot in slots:
            place = array[..., slot.columns]
            place[:, :-1] = place[:, 1:].copy()
            place[:, -1] = nothing
    names = listed([slot.field for slot in slots])
    return Reading(rows, some, [f"{names}: written as before each step; read as after it"] * len(rows))


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
