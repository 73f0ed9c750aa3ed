"""Lines that are worked rightly, but from other values than those that count.

Those are the start values, or the inputs of another round of a loop. Who begins each pass anew, or takes
the input of another sample, has made one error that a person sees at once. The line stays wrong; what it was
worked from is named.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Ball, exact
from grader.marking.batch import Batch, Mask
from grader.marking.explain import agrees
from grader.marking.layout import Slot
from grader.marking.slips import Slip
from grader.marking.verdicts import Code, Verdicts
from grader.marking.work import names_of_all_steps, work
from grader.solver import Line, Plan

# What looks like these is there by chance, in a line that is known to be worked from elsewhere.
_BY_CHANCE = (Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST, Slip.DECIMAL_POINT, Slip.SIGN)
_MOST_ROUNDS = 8  # of a loop; with more of them one fits by chance

Names = dict[str, Ball]


def note_taken_from(verdicts: Verdicts) -> None:
    """Name the wrong lines that are what the start values, or the inputs of another round, give."""
    plan = verdicts.batch.layout.plan
    for line, slot in verdicts.batch.layout.pairs():
        if not line.previous and not inputs_of_rounds(plan, line):
            continue
        wrong = _wrong(verdicts, slot)
        rows = np.flatnonzero(wrong.any(axis=1))
        if not len(rows):
            continue
        batch = verdicts.batch.take(rows)
        options = {group: chosen[rows] for group, chosen in verdicts.options.items()}
        own = batch.as_written(sharp=False)
        names = names_of_all_steps(batch, line, own.mid, own.rad)
        for kind, number, others in _others(batch, line):
            ball = work(line.usual, plan, options, names | others, leading=2)
            fits = agrees(slot.of(batch.values), slot.of(batch.half), ball)
            found = wrong[rows] & np.all(fits, axis=tuple(range(2, fits.ndim)))
            # In the first step nothing has been updated yet.
            found[:, 0] &= kind != Slip.FROM_START
            _name(verdicts, slot, rows, found, kind, number)
            wrong[rows] &= ~found


def inputs_of_rounds(plan: Plan, line: Line) -> list[str]:
    """Return what a line is worked from that the innermost loop with inputs gives."""
    given = [name for name in line.inputs if name in plan.rounds and name not in plan.loops]
    given = [name for name in given if np.array_equal(plan.rounds[name], plan.rounds[given[-1]])]
    few = not given or len(np.unique(plan.rounds[given[0]])) <= _MOST_ROUNDS
    return given if few else []


def loop_of(plan: Plan, line: Line) -> str:
    """Return the loop that these come from."""
    rounds = plan.rounds[inputs_of_rounds(plan, line)[0]].tolist()
    of_loop = ([labels[loop] for labels in plan.steps] for loop in plan.loops)
    return next((loop for loop, numbers in zip(plan.loops, of_loop, strict=True) if numbers == rounds), "")


def _wrong(verdicts: Verdicts, slot: Slot) -> Mask:
    """Tell which lines have something wrong in them and no other cause: (N, T)."""
    codes, kinds = (part[..., slot.offset : slot.end] for part in (verdicts.codes, verdicts.kinds))
    wrong: Mask = np.any((codes == Code.WRONG) & (kinds == Slip.NONE), axis=2)
    wrong &= verdicts.form[..., slot.line] == 0
    return wrong


def _others(batch: Batch, line: Line) -> Iterator[tuple[Slip, int, Names]]:
    """Yield other values for a line's names, with the kind and, of a round, its number."""
    plan = batch.layout.plan
    if line.previous:
        fields = {name: plan.kept.get(name, name) for name in line.previous}
        yield Slip.FROM_START, 0, {name: exact(batch.start(of)[:, None]) for name, of in fields.items()}
    given = inputs_of_rounds(plan, line)
    rounds = plan.rounds[given[0]] if given else np.zeros(0, dtype=np.intp)
    for number in np.unique(rounds).tolist():
        step = int(np.argmax(rounds == number))
        inputs = {name: exact(batch.inputs(name)[:, step : step + 1]) for name in given}
        yield Slip.FROM_ROUND, number, inputs


def _name(
    verdicts: Verdicts, slot: Slot, rows: NDArray[np.intp], found: Mask, kind: Slip, number: int
) -> None:
    """Note what lines are worked from, (rows, T)."""
    row, t = np.nonzero(found)
    here = (rows[row], t, slice(slot.offset, slot.end))
    codes, kinds = verdicts.codes[here], verdicts.kinds[here]
    off = (codes == Code.WRONG) | ((codes == Code.SLIP) & np.isin(kinds, _BY_CHANCE))
    verdicts.codes[here] = np.where(off, Code.WRONG, codes)
    verdicts.kinds[here] = np.where(off, kind, kinds)
    verdicts.source[rows[row], t, slot.line] = number
