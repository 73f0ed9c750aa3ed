"""Work that begins from other start values than the exercise's: a digit misread, rows taken for columns.

The first update shows what it was added to. If these start values give the other lines of the first step as
well, the student began with them. That is charged once, in the first of these lines; the others follow.
"""

import numpy as np

from grader.expressions import Array, Ball, Mask, exact
from grader.marking.diagnosis.wrong_lines import WrongLines
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Verdicts, unexplained
from grader.marking.sheets.digits import decimals_of
from grader.marking.sheets.layout import Slot
from grader.schemas.places import components
from grader.schemas.wording import listed
from grader.solver import Line

_BY_CHANCE = -1.5  # of ten, to the power of this: so likely, at most, the other lines fit by chance
_MOST_SHOWN = 3  # start values in a note


def note_other_start(verdicts: Verdicts) -> list[tuple[int, str]]:
    """Name the line of the first step that shows other start values; return which these are, by hand-in."""
    batch = verdicts.batch
    plan = batch.plan
    notes: list[tuple[int, str]] = []
    for line, slot in batch.layout.pairs():
        if line.field not in plan.start or line.field not in map(plan.field_of, line.previous):
            continue
        if line.field in batch.varied:  # whose they may be is for those who mark: `other_variants`
            continue
        updates = _first_lines(verdicts, line, slot, np.ones(len(batch), dtype=np.bool_))
        if updates is not None:
            start = _implied(updates)
            rows = np.flatnonzero(_shown(verdicts, updates, start)).tolist()
            notes += [(row, _said(batch, slot, row, start.mid[row, 0])) for row in rows]
    return notes


def _first_lines(verdicts: Verdicts, line: Line, slot: Slot, which: Mask) -> WrongLines | None:
    """Return a line of the first step in those hand-ins (`which`) where it is wrong or looks like a slip."""
    here = (slice(None), 0, slot.columns)
    off = unexplained(verdicts.codes[here], verdicts.kinds[here], BY_CHANCE)
    rows = np.flatnonzero(which & off.any(axis=1) & (verdicts.form[:, 0, slot.line] == 0))
    return WrongLines(verdicts, line, slot, rows, np.zeros_like(rows)) if len(rows) else None


def _implied(updates: WrongLines) -> Ball:
    """Return what each first update was added to: (N, 1, *shape), NaN in other hand-ins.

    Of the numbers that rounding allows, those of few decimals are taken, as start values are such numbers.
    """
    values, half = updates.written()
    batch, slot = updates.verdicts.batch, updates.slot
    start = np.broadcast_to(batch.start(slot.field), (len(batch), *slot.shape))[updates.rows]
    mid, rad = values - (updates.usual.mid - start), half + updates.usual.rad
    tens = 10.0 ** max(0.0, decimals_of(start).max())
    plain = np.rint(mid * tens) / tens
    is_plain = np.abs(plain - mid) <= rad
    whole = Ball(*np.full((2, len(batch), 1, *slot.shape), np.nan))
    whole.mid[updates.rows, 0] = np.where(is_plain, plain, mid)
    whole.rad[updates.rows, 0] = np.where(is_plain, exact(plain).rad, rad)
    return whole


def _shown(verdicts: Verdicts, updates: WrongLines, start: Ball) -> Mask:
    """Name the first line that these start values give; tell in whose hand-ins they give all wrong lines."""
    batch = verdicts.batch
    plan, field = batch.plan, updates.slot.field
    power, missed = np.zeros((2, len(batch)))
    found: list[tuple[WrongLines, Mask]] = []
    which = np.isin(np.arange(len(batch)), updates.rows)
    for line, slot in batch.layout.pairs():
        names = [name for name in line.previous if plan.field_of(name) == field]
        lines = _first_lines(verdicts, line, slot, which) if names else None
        if lines is None:
            continue
        ball = lines.work(dict.fromkeys(names, start))
        fits = lines.explained(ball)
        missed[lines.rows] += ~fits
        if slot is not updates.slot:
            power[lines.rows] += np.where(fits, lines.chance(ball), 0.0)
        found.append((lines, fits))
    shown: Mask = which & (missed == 0) & (power <= _BY_CHANCE)
    charged = np.zeros(len(batch), dtype=np.bool_)
    for lines, fits in found:
        these = fits & shown[lines.rows]
        lines.note(Slip.OTHER_START, updates.slot.line, these & ~charged[lines.rows])
        lines.follow(these & charged[lines.rows])
        charged[lines.rows] |= these
    return shown


def _said(batch: Batch, slot: Slot, row: int, begun: Array) -> str:
    """Return in words which start values differ from the exercise's."""
    given = np.broadcast_to(batch.start(slot.field), (len(batch), *slot.shape))[row].ravel()
    own = begun.ravel()
    places = np.flatnonzero(np.abs(own - given) > 1e-9 * np.abs(given)).tolist()
    each = [
        f"{own[place]:.6g} where the exercise has {given[place]:.6g}"
        + "".join(f" ({where})" for where in [components([place], slot.shape)] if where and slot.size > 1)
        for place in places[:_MOST_SHOWN]
    ]
    more = [f"{len(places) - len(each)} more"] if len(places) > len(each) else []
    return f"{slot.field}: your numbers begin with {listed([*each, *more])}"
