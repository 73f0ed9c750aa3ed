"""Tables in which numbers stand in another step than their own.

Many students write down the weights that a step is worked with. Then updated values stand one step late: the
start values in the first step, and the result of the last step perhaps nowhere. Others give the start values
a step of their own, or exchange two whole steps. A line that is worked from what the loop gives tells that:
it is wrong in both, and right once they are exchanged.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask, Rows, every
from grader.marking.lines.batch import ABSENT, Batch
from grader.marking.lines.explain import agrees
from grader.marking.lines.verdicts import Verdicts, at_fault, line_codes
from grader.marking.lines.work import work_all_steps
from grader.marking.readings.reading import Reading, off
from grader.marking.sheets.layout import Slot, columns_of
from grader.marking.sheets.passes import updated_fields
from grader.schemas.places import step_in_words
from grader.schemas.wording import listed
from grader.solver import Line

Pairs = NDArray[np.intp]  # (rows, 2)

_LINES = 2  # lines with inputs that are wrong in a step, at least
_FEWEST, _MOST = 2, 4  # such steps: those that follow the exchanged ones may be wrong as well


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
    return _one_step_earlier(batch, rows, usual, note, first=1)


def _one_step_earlier(batch: Batch, rows: Rows, slots: Sequence[Slot], note: str, first: int = 0) -> Reading:
    """Return some hand-ins with the numbers of some fields moved one step up."""
    some = batch.take(rows)
    for array, nothing in zip(some.numbers, ABSENT, strict=True):
        for slot in slots:
            place = array[..., slot.columns]
            place[:, :-1] = place[:, 1:].copy()
            place[:, -1] = nothing
    return Reading(rows, some, [note] * len(rows), first)


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


def swapped(verdicts: Verdicts) -> Reading | None:
    """Read hand-ins with two steps exchanged, where that makes the first line with a loop's input right."""
    lines = list(_lines(verdicts))
    if not lines:
        return None
    of_row = [(row, pair) for row, steps in _off(verdicts, lines) for pair in combinations(steps, 2)]
    if not of_row:
        return None
    rows, pairs = np.array([row for row, _ in of_row]), np.array([pair for _, pair in of_row])
    batch = _exchanged(verdicts.batch.take(rows), pairs)
    right = np.flatnonzero(_right(verdicts, rows, batch, *lines[0]))
    _, first = np.unique(rows[right], return_index=True)
    chosen = right[first]
    if not len(chosen):
        return None
    some = batch.take(chosen)
    notes = [_note(some, row, pair) for row, pair in enumerate(pairs[chosen].tolist())]
    return Reading(rows[chosen], some, notes)


def _off(verdicts: Verdicts, lines: Sequence[tuple[Line, Slot]]) -> Iterator[tuple[int, list[int]]]:
    """Yield hand-ins with a few steps in which several lines with inputs are wrong, and these steps."""
    codes = line_codes(verdicts)[..., [slot.line for _, slot in lines]]
    wrong = np.count_nonzero(at_fault(codes), axis=2)
    off = wrong >= min(_LINES, len(lines))
    count = np.count_nonzero(off, axis=1)
    for row in np.flatnonzero((count >= _FEWEST) & (count <= _MOST)).tolist():
        yield row, np.flatnonzero(off[row]).tolist()


def _lines(verdicts: Verdicts) -> Iterator[tuple[Line, Slot]]:
    """Yield the lines that are worked from what a loop gives."""
    plan = verdicts.plan
    given = plan.rounds.keys() - plan.loops.keys()
    for line, slot in verdicts.layout.pairs():
        if given.intersection(line.inputs):
            yield line, slot


def _exchanged(batch: Batch, pairs: Pairs) -> Batch:
    """Exchange two steps of each hand-in, in the batch itself."""
    rows = np.arange(len(batch))[:, None]
    for array in batch.numbers:
        array[rows, pairs] = array[rows, pairs[:, ::-1]]
    return batch


def _right(verdicts: Verdicts, rows: Rows, batch: Batch, line: Line, slot: Slot) -> Mask:
    """Tell in whose hand-ins a line follows in every step from the lines before it: (rows,)."""
    ball = work_all_steps(batch, line, verdicts.options_of(rows), batch.as_written(sharp=False))
    fits = agrees(slot.of(batch.values), slot.of(batch.half), ball)
    absent = np.isnan(slot.of(batch.values))
    return every(fits | absent)


def _note(batch: Batch, row: int, pair: list[int]) -> str:
    one, other = (step_in_words(batch.labels(row, t)) for t in pair)
    return f"{one} and {other} stand in each other's place; read the other way round"
