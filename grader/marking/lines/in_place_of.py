"""Lines that are worked rightly, but with another of the student's own quantities in place of one.

s_out where z_out belongs, in all steps alike, is seen at once by a person who works the line so. The line
stays wrong; what stands in the place of what is named, as it is in a formula.
"""

import numpy as np

from grader.expressions import Array, Ball
from grader.marking.lines.batch import Batch, Mask
from grader.marking.lines.slips import Slip
from grader.marking.lines.taken_from import WrongLines, wrong_lines
from grader.marking.lines.verdicts import Verdicts
from grader.marking.sheets.layout import Slot
from grader.solver import Line

_MOST = 16  # exchanges that are tried in a line
_LEAST = 2  # lines that show it
_BY_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, all of it fits by chance


def note_in_place_of(verdicts: Verdicts) -> None:
    """Name the wrong lines that are what another field gives in place of one, in all steps that are wrong."""
    batch = verdicts.batch
    own = batch.as_written(sharp=False)
    for line, slot in batch.layout.pairs():
        rows, steps = np.nonzero(wrong_lines(verdicts, slot))
        often = np.bincount(rows, minlength=len(batch))[rows] >= _LEAST
        if not often.any():
            continue
        wrong = WrongLines(verdicts, line, slot, rows[often], steps[often])
        found = np.zeros((0, len(wrong.rows)), dtype=np.bool_)
        for name, other in exchanges_of(batch, line):
            ball = wrong.work({name: Ball(other.of(own.mid), other.of(own.rad))})
            found = np.vstack([found, _shown(wrong, ball)])
        alone = found.sum(axis=0) == 1  # of two that fit neither is claimed
        for number, each in enumerate(found):
            wrong.note(Slip.FROM_FIELD, number, each & alone)


def exchanges_of(batch: Batch, line: Line) -> list[tuple[str, Slot]]:
    """Return the names of a line, each with a field of the same shape that may stand in its place."""
    plan, layout = batch.layout.plan, batch.layout
    slots = {slot.field: slot for slot in layout.usual}
    shapes = {name: slots[plan.field_of(name)].shape for name in line.parents}
    shapes |= {name: batch.inputs(name).shape[2:] for name in line.inputs if name not in plan.loops}
    before = layout.usual[: next(i for i, each in enumerate(plan.lines) if each is line)]
    pairs = [
        (name, other)
        for name, shape in shapes.items()
        for other in before
        if other.shape == shape and other.field != plan.field_of(name)
    ]
    return pairs[:_MOST]


def _shown(wrong: WrongLines, ball: Ball) -> Mask:
    """Tell for which lines these values explain all of the field that is wrong there, and not by chance."""
    fits, rows = wrong.explained(ball), wrong.rows
    power, missed = np.zeros((2, rows.max() + 1))
    np.add.at(power, rows, _chance(wrong, ball))
    np.add.at(missed, rows, ~fits)
    shown: Mask = (missed == 0) & (power <= _BY_CHANCE)
    return shown[rows]


def _chance(wrong: WrongLines, ball: Ball) -> Array:
    """Return how likely a line that is wrong is so near to these values, as a power of ten: (lines,).

    That is how much of the way from what it should be rounding leaves open, in the number that tells most.
    """
    values, half = wrong.written()
    with np.errstate(all="ignore"):  # numbers of any size may have been written
        share = (half + ball.rad) / np.abs(values - wrong.usual.mid)
        power = np.log10(np.clip(np.nan_to_num(share, nan=1.0, posinf=1.0), 1e-9, 1.0))
    least: Array = power.reshape(len(values), -1).min(axis=1)
    return least
