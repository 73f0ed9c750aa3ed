"""Slips of the pen in a row: one in a line that was worked from what was meant where one stands before it."""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Ball
from grader.marking.batch import Batch, Mask
from grader.marking.explain import Doubtful, agrees, try_slips
from grader.marking.layout import Slot
from grader.marking.verdicts import Code, Verdicts

Rows = NDArray[np.intp]


def only_slips(verdicts: Verdicts, name: str, t: int, rows: Rows) -> Mask:
    """Tell who has slips, and nothing worse, in a field of a step that is off: (rows,)."""
    slot = next(slot for slot in verdicts.batch.layout.usual if slot.field == name)
    codes = verdicts.codes[rows, t, slot.offset : slot.end]
    worse = (codes > Code.SLIP) & (codes <= Code.WRONG)
    only: Mask = ~np.any(worse, axis=1)
    return only


def slips_explain(batch: Batch, slot: Slot, t: int, rows: Rows, expected: Ball) -> Mask:
    """Tell whose line is, as a whole, what is expected with slips of the pen: (rows,)."""
    here = (rows, t, slice(slot.offset, slot.end))
    values, half = batch.values[here], batch.half[here]
    mid, rad = (np.broadcast_to(part, (len(rows), *part.shape[1:])) for part in (expected.mid, expected.rad))
    flat = Ball(mid.reshape(values.shape), rad.reshape(values.shape))
    right = agrees(values, half, flat) | np.isnan(values)
    codes = np.where(right, Code.CORRECT, Code.WRONG).astype(np.uint8)
    doubtful = Doubtful(values, half, batch.decimals[here], flat, codes, np.zeros_like(codes))
    try_slips(doubtful, batch.layout.plan.tolerance, ())
    explained: Mask = ~np.any(doubtful.off, axis=1)
    return explained
