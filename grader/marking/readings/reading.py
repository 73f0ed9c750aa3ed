"""What a reading of hand-ins is: what their numbers are taken for, and the verdicts that follow."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from grader.expressions import Array, Mask, Rows
from grader.marking.lines.batch import Batch
from grader.marking.lines.under_options import marks_of
from grader.marking.lines.verdicts import Code, Verdicts, astray, at_fault
from grader.marking.sheets.passes import Passes

_OFTEN = 0.5


@dataclass(slots=True)
class Reading:
    """Some hand-ins read in another way: their rows, their batch in that reading, a note for each student.

    As they were handed in, the steps before the `first` hold no work by this reading.
    """

    rows: Rows
    batch: Batch
    notes: list[str]
    first: int = 0


@dataclass(slots=True)
class Read:
    """The verdicts in the best reading, with notes for students and costs in points, both by hand-in."""

    verdicts: Verdicts
    notes: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    costs: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


def off(verdicts: Verdicts) -> Mask:
    """Tell who has written something that is not right: (N,)."""
    wrong = at_fault(verdicts.codes)
    return np.asarray(np.any(wrong, axis=(1, 2)))


def off_after_the_first(verdicts: Verdicts, passes: Passes) -> Mask:
    """Tell whose numbers are mostly wrong after the first entry of a pass, but not in the first: (N,).

    Fields count that are worked from what is updated, by either of the two methods.
    """
    layout = verdicts.layout
    plan, updated = layout.plan, {slot.field for slot, _ in passes.updated}
    found = np.zeros(len(verdicts.batch), dtype=np.bool_)
    for pair in passes.rows:
        slot = pair[layout is passes.whole]
        if updated.isdisjoint(map(plan.field_of, plan.lines[slot.line].previous)):
            continue
        shape = (len(found), passes.whole.steps, passes.count, pair[0].size)
        codes, kinds = (part.reshape(shape) for part in verdicts.of(slot))
        off, written = np.any(astray(codes, kinds), axis=3), np.any(codes <= Code.WRONG, axis=3)
        first = off[:, :, 0].sum(axis=1) / np.maximum(written[:, :, 0].sum(axis=1), 1)
        later = off[:, :, 1:].sum(axis=(1, 2)) / np.maximum(written[:, :, 1:].sum(axis=(1, 2)), 1)
        found |= (later >= _OFTEN) & (2 * first < later)
    return found


def marks(verdicts: Verdicts, rows: Rows | None = None, first: int = 0) -> Array:
    """Return how much of some hand-ins is right from the `first` step on, by `marks_of`: (rows,)."""
    chosen = slice(None) if rows is None else rows
    return marks_of(verdicts.codes[chosen, first:], verdicts.batch.values[chosen, first:])


def take_over(read: Read, reading: Reading, second: Verdicts, better: Mask) -> None:
    """Put the `second` verdicts where they are `better` in place of the first, with batch and notes."""
    chosen, rows = np.flatnonzero(better), reading.rows[better]
    read.verdicts.put(rows, second, chosen)
    read.verdicts.batch.put(rows, second.batch, chosen)
    for i, row in zip(chosen, rows, strict=True):
        read.notes[int(row)].append(reading.notes[i])
