"""The walk: each line against what follows from the student's own lines.

Most lines are right, and nothing before them is in doubt: those are told in one look at all steps at
once. The others are taken step by step, line by line, as a person would (`grader.marking.close_look`).
"""

import numpy as np

from grader.expressions import ULPS, Array, Ball, exact
from grader.marking.batch import Batch, Mask
from grader.marking.close_look import CloseLook
from grader.marking.explain import agrees
from grader.marking.filler import take_back
from grader.marking.latest import Latest
from grader.marking.layout import Slot
from grader.marking.reference import references
from grader.marking.repeats import note_hollow, note_repeats
from grader.marking.stopping import stop
from grader.marking.verdicts import Code, Verdicts, empty_verdicts
from grader.marking.work import Options, names_of_all_steps, work
from grader.solver import Line


def mark_batch(batch: Batch, options: Options, *, sharp: bool = False, brief: bool = False) -> Verdicts:
    """Mark every line of every hand-in, given the options that each student chose: (N,) a group.

    `sharp` takes it that the students worked on with exactly what they wrote; `brief` does not look for
    slips of the pen, for those who only want to know which way fits.
    """
    verdicts = empty_verdicts(batch, options)
    reference, steps = references(batch, options)
    latest = Latest(batch, sharp=sharp)
    close = CloseLook(latest, verdicts, reference, sharp=sharp, brief=brief)
    end = _end(batch)
    with np.errstate(all="ignore"):
        plain = _first_look(verdicts, sharp=sharp)
        away = _away(batch, reference)
        shaky = np.zeros_like(plain)  # right, but it stands on an error
        for t in range(end):
            for i in range(len(batch.layout.usual)):
                shaky[:, t, i] = latest.any_parent(latest.broken, i, t)
                here = close.coarse | ~plain[:, t, i] | latest.any_parent(latest.split, i, t)
                here |= latest.any_parent(latest.changed, i, t)
                carried = shaky[:, t, i] & away[:, t, i] & ~here
                latest.broken[:, t, i] = latest.intended_broken[:, t, i] = carried
                plain[:, t, i] = ~here
                rows = np.flatnonzero(here)
                if len(rows):
                    close.look(t, i, rows)
        _note_what_follows(verdicts, reference, plain & shaky)
        note_hollow(verdicts, reference)
        if not brief:
            repeats = note_repeats(verdicts, latest)
    verdicts.codes[:, end:] = Code.MISSING
    stop(verdicts, steps)
    if not brief:
        take_back(verdicts, repeats)
    return verdicts


def _end(batch: Batch) -> int:
    """Return the first step from which on nobody wrote anything."""
    written = (~np.isnan(batch.values) | batch.invalid).any(axis=(0, 2))
    return int(np.flatnonzero(written)[-1]) + 1 if written.any() else 0


def _first_look(verdicts: Verdicts, *, sharp: bool) -> Mask:
    """Work every line from what stands on the paper; return which are whole and right: (N, T, L).

    What is expected, and which lines are right to the digit, goes into the verdicts.
    """
    batch, layout = verdicts.batch, verdicts.batch.layout
    own = batch.as_written(sharp=sharp)
    plain = np.zeros(verdicts.form.shape, dtype=np.bool_)
    for line, slot in layout.pairs():
        names = names_of_all_steps(batch, line, own.mid, own.rad)
        ball = work(line.usual, layout.plan, verdicts.options, names, leading=2)
        values, half = slot.of(batch.values), slot.of(batch.half)
        axes = tuple(range(2, values.ndim))
        slot.of(verdicts.expected)[...] = ball.mid
        plain[..., slot.line] = np.all(agrees(values, half, ball), axis=axes) & (not line.forms)
        blunt = np.abs(values - ball.mid) > half + ULPS * np.abs(ball.mid)
        verdicts.sharp[..., slot.line] = ~np.any(blunt, axis=axes)
        if sharp:
            _note_sharp_mistakes(verdicts, line, slot, own)
    return plain


def _note_sharp_mistakes(verdicts: Verdicts, line: Line, slot: Slot, own: Ball) -> None:
    """Note which mistakes everybody's line is to the digit, also where it is right."""
    batch = verdicts.batch
    values, half = slot.of(batch.values), slot.of(batch.half)
    for number, way in enumerate(batch.layout.plan.mistakes):
        if line.field in way.lines:
            wrong = way.lines[line.field]
            names = names_of_all_steps(batch, wrong, own.mid, own.rad)
            ball = work(wrong.usual, batch.layout.plan, verdicts.options, names, leading=2)
            fits = agrees(values, half, exact(ball.mid)) | np.isnan(values)
            whole = np.all(fits, axis=tuple(range(2, fits.ndim)))
            verdicts.matches[1, ..., slot.line] |= np.where(whole, np.uint64(1 << number), np.uint64(0))


def _away(batch: Batch, reference: Array) -> Mask:
    """Tell which lines are not what the reference has, by more than the key tolerates: (N, T, L)."""
    away = np.zeros((*batch.values.shape[:2], len(batch.layout.usual)), dtype=np.bool_)
    for slot in batch.layout.usual:
        away[..., slot.line] = np.any(_far(batch, reference, slot), axis=2)
    return away


def _far(batch: Batch, reference: Array, slot: Slot) -> Mask:
    here, tolerance = (..., slice(slot.offset, slot.end)), batch.layout.plan.tolerance
    room = batch.half[here] + tolerance.abs + tolerance.rel * np.abs(reference[here])
    far: Mask = np.abs(batch.values[here] - reference[here]) > room
    return far


def _note_what_follows(verdicts: Verdicts, reference: Array, shaky: Mask) -> None:
    """Turn correct into follows where a number stands on an error and is not what the reference has."""
    for slot in verdicts.batch.layout.usual:
        follows = shaky[..., slot.line, None] & _far(verdicts.batch, reference, slot)
        verdicts.codes[..., slot.offset : slot.end][follows] = Code.FOLLOWS
