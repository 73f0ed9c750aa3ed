"""Lines that were worked rightly, but with another of the student's own quantities in place of one.

That is s_out where z_out belongs, or the delta_out of the step before, as in a spreadsheet with a reference
one row too high. Other lines are a simple multiple of what they should be, lack a term of a sum, are added up
over several steps, or are off by the same amount, as where a bias is added to all of them. Where it is the
same in all steps, a person sees it at once. The line stays wrong, and what it was worked with is named.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from grader.expressions import Array, Ball, Mask, Shape, every
from grader.marking.diagnosis.wrong_lines import WrongLines, wrong_lines
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Verdicts
from grader.marking.sheets.layout import Slot
from grader.solver import Line, one_step_back

MULTIPLES = (2.0, 0.5, -2.0, -0.5, 3.0, 1 / 3, 4.0, 0.25)
TOTALS = (("sum", "round"), ("mean", "round"), ("sum", "first"))  # what of the steps, and since when
_MOST = 16  # exchanges that are tried in a line
_LEAST = 2  # lines that show it
_LEAST_ALIKE = 3  # lines that are off by one amount, the first among them
_BY_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, all of it fits by chance


class Exchange(NamedTuple):
    """A name in a line, and the field that may stand in its place: another, or itself one step too `late`."""

    name: str
    other: Slot
    late: bool


class Term(NamedTuple):
    """A name in a line, and the number of an entry of it, or of a row, that may be left out."""

    name: str
    shape: Shape
    entry: int


def note_in_place_of(verdicts: Verdicts) -> None:
    """Name the lines that one and the same of these gives in all wrong steps."""
    batch = verdicts.batch
    own = batch.as_written(sharp=False)
    for line, slot in batch.layout.pairs():
        off = wrong_lines(verdicts, slot)
        # A copy of another line stays a slip of the pen, unless the wrong lines show that it was worked so.
        rows, steps = np.nonzero(wrong_lines(verdicts, slot, (Slip.COPIED,)))
        often = np.bincount(rows, off[rows, steps], minlength=len(batch))[rows] >= _LEAST
        if not often.any():
            continue
        wrong = WrongLines(verdicts, line, slot, rows[often], steps[often])
        exchanges = exchanges_of(batch, line)
        others = [wrong.work({each.name: _in_place(batch, line, each, own)}) for each in exchanges]
        multiples = [Ball(wrong.usual.mid * by, wrong.usual.rad * abs(by)) for by in MULTIPLES]
        certain = off[wrong.rows, wrong.steps]
        terms = terms_of(batch, line)
        found = [_shown(wrong, ball, certain) for ball in (*others, *multiples)]
        found += _without(wrong, terms, certain)
        found += _added_up(wrong, certain)
        alone = np.sum(found, axis=0) == 1  # where two of them fit, neither is claimed
        numbers = [(Slip.FROM_FIELD, number) for number in range(len(exchanges))]
        numbers += [(Slip.MULTIPLE, number) for number in range(len(MULTIPLES))]
        numbers += [(Slip.LEFT_OUT, number) for number in range(len(terms))]
        numbers += [(Slip.SUMMED, number) for number in range(len(TOTALS))]
        for (kind, number), each in zip(numbers, found, strict=True):
            wrong.note(kind, number, each & alone)


def _without(wrong: WrongLines, terms: list[Term], certain: Mask) -> list[Mask]:
    """Tell for each term which lines show that it is left out; of the two factors in a term the first counts.

    Where only zeros are left without it, it is no term of a sum.
    """
    found: list[Mask] = []
    for number, (name, _, entry) in enumerate(terms):
        own = wrong.names[name]
        mid, rad = own.mid.copy(), own.rad.copy()
        mid[:, entry] = rad[:, entry] = 0.0
        ball = wrong.work_with({name: Ball(mid, rad)})
        rest = (ball.mid != 0) & (wrong.usual.mid != ball.mid)
        sums = np.bincount(wrong.rows, ~every(~rest)) > 0
        shown = _shown(wrong, ball, certain) & sums[wrong.rows]
        for other, lines in zip(terms[:number], found, strict=True):
            if other.entry == entry:
                shown &= ~lines
        found.append(shown)
    return found


def _added_up(wrong: WrongLines, certain: Mask) -> list[Mask]:
    """Tell for each of the `TOTALS` which lines show that steps are added up to it.

    Where a round's own sum explains them, one over all steps does not count.
    """
    steps, inner = len(wrong.verdicts.plan.steps), [1, *wrong.verdicts.plan.loops.values()][-1]
    rows, each = np.unique(wrong.rows, return_inverse=True)
    every_step = np.repeat(rows, steps), np.tile(np.arange(steps), len(rows))
    own = WrongLines(wrong.verdicts, wrong.line, wrong.slot, *every_step).usual
    found: list[Mask] = []
    for what, since in TOTALS:
        length = inner if since == "round" else steps
        totals = own.both(partial(_running, length=length, mean=what == "mean"))
        shown = _shown(wrong, totals[each * steps + wrong.steps], certain)
        found.append(shown & ~np.any(found, axis=0) if since == "first" else shown)
    return found


def _running(numbers: Array, length: int, *, mean: bool) -> Array:
    """Return the sums or means from the first of every `length` steps on, of numbers (steps, *shape)."""
    rounds = numbers.reshape(-1, length, *numbers.shape[1:])
    totals = np.cumsum(rounds, axis=1)
    if mean:
        totals /= np.arange(1, length + 1).reshape(-1, *(1,) * (numbers.ndim - 1))
    return totals.reshape(numbers.shape)


def terms_of(batch: Batch, line: Line) -> list[Term]:
    """Return the entries, or rows, of what a line is worked from: each may be left out."""
    layout = batch.layout
    shapes = {name: layout.of_field[layout.plan.field_of(name)].shape for name in line.parents}
    shapes |= {name: batch.inputs(name).shape[2:] for name in line.inputs}
    terms = [Term(name, shape, entry) for name, shape in shapes.items() if shape for entry in range(shape[0])]
    return terms[:_MOST]


def _in_place(batch: Batch, line: Line, exchange: Exchange, own: Ball) -> Ball:
    """Return what stands in the place of a name, in all steps: (N, T, *shape)."""
    name, slot, late = exchange
    mid, rad = slot.of(own.mid), slot.of(own.rad)
    field = batch.plan.field_of(name)
    start = batch.start(field)[:, None] if field in batch.plan.start else np.full((), np.nan)
    for _ in range(late + (late and name in line.previous)):
        mid, rad = one_step_back(start, mid), one_step_back(np.zeros(()), rad)
    return Ball(mid, rad)


def exchanges_of(batch: Batch, line: Line) -> list[Exchange]:
    """Return what may stand in place of a name in a line: a field of its shape, or itself a step earlier."""
    plan, layout = batch.plan, batch.layout
    slots = {name: layout.of_field[plan.field_of(name)] for name in line.parents}
    shapes = {name: slot.shape for name, slot in slots.items()}
    shapes |= {name: batch.inputs(name).shape[2:] for name in line.inputs if name not in plan.loops}
    before = layout.usual[: next(i for i, each in enumerate(plan.lines) if each is line)]
    late = [Exchange(name, slot, late=True) for name, slot in slots.items()]
    pairs = [
        Exchange(name, other, late=False)
        for name, shape in shapes.items()
        for other in before
        if other.shape == shape and other.field != plan.field_of(name)
    ]
    return [*pairs, *late][:_MOST]


def _shown(wrong: WrongLines, ball: Ball, certain: Mask) -> Mask:
    """Tell which lines these values give, where they give all `certain` ones and not by chance."""
    fits, rows = wrong.agrees(ball) & ~wrong.agrees(wrong.usual), wrong.rows
    power = np.bincount(rows, np.where(certain & wrong.explained(ball), wrong.chance(ball), 0.0))
    missed = np.bincount(rows, certain & ~fits)
    shown: Mask = (missed == 0) & (power <= _BY_CHANCE)
    return fits & shown[rows]


def note_off_alike(verdicts: Verdicts) -> None:
    """Name the wrong lines of a field where all of them are off by the same amount.

    The line written with most digits tells the amount, component by component, and the others confirm it.
    What looks like a wrong digit there is none: no pen slips in the same way in every step.
    """
    for line, slot in verdicts.layout.pairs():
        rows, steps = np.nonzero(wrong_lines(verdicts, slot, BY_CHANCE))
        often = np.bincount(rows, minlength=len(verdicts.batch))[rows] >= _LEAST_ALIKE
        if often.any():
            wrong = WrongLines(verdicts, line, slot, rows[often], steps[often])
            wrong.note(Slip.OFF_ALIKE, 0, _alike(wrong))


def _alike(wrong: WrongLines) -> Mask:
    """Tell which lines are of hand-ins in which all are off by the amount of the sharpest one: (lines,)."""
    values, half = wrong.written()
    usual, room = wrong.usual, half + wrong.usual.rad
    sharpest_first = np.lexsort((room.reshape(len(room), -1).max(axis=1), wrong.rows))
    _, first, each = np.unique(wrong.rows[sharpest_first], return_index=True, return_inverse=True)
    anchor, each = sharpest_first[first], each[np.argsort(sharpest_first)]
    amount = (values - usual.mid)[anchor]
    ball = Ball(usual.mid + amount[each], usual.rad + room[anchor][each])
    fits = wrong.agrees(ball)
    power = np.where(wrong.explained(ball), wrong.chance(ball), 0.0)
    power[anchor] = 0.0
    missed, chance = np.bincount(each, ~fits), np.bincount(each, power)
    tolerated = wrong.verdicts.plan.tolerance.room(usual.mid[anchor], half[anchor])
    tells = ~every(~(np.abs(amount) > tolerated))
    alike: Mask = ((missed == 0) & (chance <= _BY_CHANCE) & tells)[each]
    return alike
