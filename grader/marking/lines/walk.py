"""The walk: step by step, line by line, each line against what follows from the student's own lines.

Hand-ins that are right throughout need no walk (`grader.marking.lines.at_once`). For the others, a first look
at each line finds those who have it right and nothing doubtful before it, for everybody at once. The few that
are left are looked at closely (`grader.marking.lines.close_look`).
"""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, Mask, every, exact
from grader.marking.lines.at_once import AtOnce
from grader.marking.lines.batch import Batch
from grader.marking.lines.close_look import CloseLook
from grader.marking.lines.desk import Desk
from grader.marking.lines.explain import agrees
from grader.marking.lines.filler import note_hollow, note_repeats, take_back
from grader.marking.lines.latest import Latest
from grader.marking.lines.remember import known
from grader.marking.lines.stopping import last_written, stop
from grader.marking.lines.verdicts import Code, Verdicts, empty_verdicts
from grader.marking.lines.work import Options, along, references, work, work_all_steps
from grader.marking.sheets.layout import Slot
from grader.solver.laid_out import filled

_WORTH_IT = 0.1  # of the hand-ins: to set fewer aside that are right throughout costs more than it saves


def mark_batch(batch: Batch, options: Options, *, sharp: bool = False, brief: bool = False) -> Verdicts:
    """Mark every line of every hand-in, given the option of each choice group that each student took: (N,).

    `sharp` assumes that the students worked on with exactly what they wrote. `brief` does not look for slips
    of the pen: that is enough to find out which way fits.
    """
    if sharp:
        return _walk(batch, options, *references(batch, options), sharp=True, brief=brief)
    at_once = AtOnce(batch, options)
    stops = batch.plan.stop is not None
    if at_once.right.all() and not stops:
        return at_once.verdicts(None)
    reference, steps = references(batch, options)
    at_once.add_as_reference(reference)
    if at_once.right.mean() < _WORTH_IT:
        del at_once  # what it holds would only take room while others are marked
        return _walk(batch, options, reference, steps, sharp=False, brief=brief)
    verdicts = at_once.verdicts(steps if stops else None)
    rest = np.flatnonzero(~at_once.right)
    if len(rest):
        chosen = {group: options[group][rest] for group in options}
        walked = _walk(batch.take(rest), chosen, reference[rest], steps[rest], sharp=False, brief=brief)
        verdicts.put(rest, walked, np.arange(len(rest)))
    return verdicts


def _walk(
    batch: Batch, options: Options, reference: Array, steps: NDArray[np.intp], *, sharp: bool, brief: bool
) -> Verdicts:
    """Mark step by step; `steps` (N,) is how many the `reference` (N, T, W) has."""
    verdicts = empty_verdicts(batch, options)
    latest = Latest(batch, sharp=sharp)
    desk = Desk(latest, verdicts, reference, sharp, brief)
    close = CloseLook(desk)
    written = np.arange(batch.layout.steps) < last_written(verdicts)[:, None]
    left_out = _left_out(batch) & (not sharp)
    with np.errstate(all="ignore"):
        if sharp:
            _note_sharp_mistakes(verdicts)
        away = _away(batch, reference)
        shaky = np.zeros_like(verdicts.hollow)  # right at first sight, but it stands on an error
        for t in np.flatnonzero(written.any(axis=0)).tolist():
            for i in range(len(batch.layout.usual)):
                expected = _expected(desk, t, i)
                plain = _first_look(desk, t, i, expected)
                plain &= ~close.coarse & ~latest.any_parent(latest.split, i, t)
                shaky[:, t, i] = plain & latest.any_parent(latest.broken, i, t)
                latest.broken[:, t, i] = latest.intended_broken[:, t, i] = shaky[:, t, i] & away[:, t, i]
                looked_at = ~plain & written[:, t]
                for way, mask in ((close.pass_over, left_out[:, t, i]), (close.look, ~left_out[:, t, i])):
                    if len(rows := np.flatnonzero(looked_at & mask)):
                        way(t, i, rows, expected)
        _note_what_follows(verdicts, reference, shaky)
        note_hollow(verdicts, reference)
        if not brief:
            repeats = note_repeats(verdicts, latest)
    verdicts.codes[~written] = Code.MISSING
    stop(verdicts, steps)
    if not brief:
        take_back(verdicts, repeats)
    return verdicts


def _left_out(batch: Batch) -> Mask:
    """Tell of which lines nothing was handed in, in any form: (N, T, L)."""
    left_out = filled((*batch.values.shape[:2], len(batch.layout.usual)), False, np.bool_)
    for line, slot in batch.layout.pairs():
        if not line.forms:
            nothing = np.isnan(batch.values[..., slot.columns]) & ~batch.invalid[..., slot.columns]
            left_out[..., slot.line] = np.all(nothing, axis=2)
    return left_out


def _expected(desk: Desk, t: int, i: int) -> Ball:
    """Work a line of a step from what everybody has written: (N, *shape), or (1, *shape) for all."""
    line, latest = desk.plan.lines[i], desk.latest
    names = latest.names(line, t, slice(None), latest.written)
    return work(line.usual, desk.plan, desk.verdicts.options, names)


def _first_look(desk: Desk, t: int, i: int, ball: Ball) -> Mask:
    """Return who has written all of a line of a step, and right, where `ball` is expected: (N,).

    What is expected, and who is right to the digit, is put into the verdicts. A right value is narrowed to
    what its parents allow.
    """
    batch, verdicts, latest = desk.batch, desk.verdicts, desk.latest
    line, slot = desk.plan.lines[i], batch.layout.usual[i]
    values, half = slot.of(batch.values[:, t]), slot.of(batch.half[:, t])
    slot.of(verdicts.expected[:, t])[...] = ball.mid
    blunt = np.abs(values - ball.mid) > half + ULPS * np.abs(ball.mid)
    verdicts.sharp[:, t, i] = every(~blunt)
    plain = every(agrees(values, half, ball)) & (not line.forms)
    if not desk.sharp:
        room = slot.of(latest.written.rad[:, t])
        room[...] = np.where(along(plain, room), known(Ball(values, half), ball).rad, room)
        slot.of(latest.intended.rad[:, t])[...] = room
    return plain


def _note_sharp_mistakes(verdicts: Verdicts) -> None:
    """Note which known mistakes give each line to the digit, even where the line is right."""
    batch = verdicts.batch
    own = batch.as_written(sharp=True)
    for number, way in enumerate(batch.plan.mistakes):
        for slot in batch.layout.usual:
            if slot.field in way.lines:
                ball = work_all_steps(batch, way.lines[slot.field], verdicts.options, own)
                values, half = slot.of(batch.values), slot.of(batch.half)
                fits = agrees(values, half, exact(ball.mid)) | np.isnan(values)
                whole = np.all(fits, axis=tuple(range(2, fits.ndim)))
                verdicts.matches[1, ..., slot.line] |= np.where(whole, np.uint64(1 << number), np.uint64(0))


def _away(batch: Batch, reference: Array) -> Mask:
    """Tell which lines differ from the reference by more than the key tolerates: (N, T, L)."""
    away = filled((*batch.values.shape[:2], len(batch.layout.usual)), False, np.bool_)
    for slot in batch.layout.usual:
        away[..., slot.line] = np.any(_far(batch, reference, slot), axis=2)
    return away


def _far(batch: Batch, reference: Array, slot: Slot) -> Mask:
    here, tolerance = (..., slot.columns), batch.plan.tolerance
    room = tolerance.room(reference[here], batch.half[here])
    return np.abs(batch.values[here] - reference[here]) > room


def _note_what_follows(verdicts: Verdicts, reference: Array, shaky: Mask) -> None:
    """Turn correct into follows where a number stands on an error and is not what the reference has."""
    for slot in verdicts.layout.usual:
        follows = shaky[..., slot.line, None] & _far(verdicts.batch, reference, slot)
        verdicts.codes[..., slot.columns][follows] = Code.FOLLOWS
