"""Values that a step should have updated, and that still stand as they did before it."""

from collections.abc import Iterator

import numpy as np

from grader.expressions import Array, Mask, exact
from grader.marking.diagnosis.wrong_lines import WrongLines
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import BY_CHANCE, Slip, are_among
from grader.marking.lines.verdicts import Code, Verdicts, at_fault
from grader.marking.sheets.layout import Slot
from grader.solver import Line, one_step_back

# What a number that was never touched looks like by chance, where its update is small.
_BY_CHANCE = (*BY_CHANCE, Slip.FEW_DIGITS)
_AGAIN = 2  # steps in which the same number is not updated: then no single digit has slipped


def note_not_updated(verdicts: Verdicts) -> None:
    """Name the numbers that are not updated, also those that look like a slip of a digit again and again."""
    for line, slot in _updated(verdicts):
        here = (..., slot.columns)
        codes, kinds = verdicts.codes[here], verdicts.kinds[here]
        off = at_fault(codes)
        if not off.any():
            continue
        same = (
            off
            & (verdicts.batch.values[here] == _before(verdicts.batch, slot))
            & ~_again(verdicts, line, slot)
        )
        again = np.count_nonzero(same, axis=1, keepdims=True) >= _AGAIN
        # For those who write few digits elsewhere as well, a small update looks like that.
        few = verdicts.kinds == Slip.FEW_DIGITS
        own = np.count_nonzero(same & (kinds == Slip.FEW_DIGITS), axis=(1, 2))
        again &= (np.count_nonzero(few, axis=(1, 2)) <= own)[:, None, None]
        stale: Mask = same & ((codes == Code.WRONG) | (again & are_among(kinds, _BY_CHANCE)))
        codes[stale], kinds[stale] = Code.WRONG, Slip.NOT_UPDATED


def _again(verdicts: Verdicts, line: Line, slot: Slot) -> Mask:
    """Tell where a slip of the step before is repeated, as the step changes nothing there: (N, T, size).

    A student who writes ten times the number throughout does so in steps without a change, too.
    """
    here = (..., slot.columns)
    kinds, due, half = verdicts.kinds[here], verdicts.expected[here], verdicts.batch.half[here]
    slips = verdicts.codes[here] == Code.SLIP
    again: Mask = np.zeros_like(slips)
    again[:, 1:] = slips[:, 1:] & slips[:, :-1] & (kinds[:, 1:] == kinds[:, :-1])
    again[:, 1:] &= np.abs(due[:, 1:] - due[:, :-1]) <= half[:, 1:]
    rows, steps = np.nonzero(again.any(axis=2))
    if len(rows):
        # The value that was intended before the step, not the one written, gives what is due after it.
        meant = exact(one_step_back(verdicts.batch.start(slot.field)[:, None], slot.of(verdicts.expected)))
        of = verdicts.plan.field_of
        others = {name: meant for name in line.previous if of(name) == slot.field}
        by_it = WrongLines(verdicts, line, slot, rows, steps).work(others).mid.reshape(len(rows), -1)
        again[rows, steps] &= np.abs(by_it - due[rows, steps]) <= half[rows, steps]
    return again


def _updated(verdicts: Verdicts) -> Iterator[tuple[Line, Slot]]:
    """Yield the line and slot of each field that is worked from its own value before the step."""
    plan = verdicts.plan
    for line, slot in verdicts.layout.pairs():
        if line.field in {plan.field_of(name) for name in line.previous}:
            yield line, slot


def _before(batch: Batch, slot: Slot) -> Array:
    """Return what stood in a field before each step: (N, T, size)."""
    values = batch.values[..., slot.columns]
    return one_step_back(batch.start(slot.field).reshape(-1, 1, slot.size), values)
