"""Lines in which one fault undoes another before it in the same step.

A student who takes the error with the other sign, and then adds where the update is to be subtracted, goes
down the gradient all the same. Such a line does not follow from the student's own lines, but it is what the
step gives without the first fault. So only that fault is charged.
"""

from collections.abc import Iterator

import numpy as np

from grader.expressions import Ball, Mask, Rows
from grader.marking.diagnosis.wrong_lines import WrongLines
from grader.marking.lines.verdicts import Verdicts, astray, by_line
from grader.schemas.wording import listed

_BY_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, the lines fit by chance
_MOST_MISSED = 0.25  # of the lines of a field


def note_undone(verdicts: Verdicts) -> list[tuple[int, str]]:
    """Let lines follow that their step gives without the faults in it; return the notes, by hand-in."""
    off = by_line(verdicts, astray(verdicts.codes, verdicts.kinds), worst=True) > 0
    off &= verdicts.form == 0
    rows, steps = np.nonzero(off.sum(axis=2) > 1)
    if not len(rows):
        return []
    power = np.zeros(len(verdicts.batch))
    found: list[tuple[WrongLines, Mask]] = []
    for lines, ball, after in _steps_without_faults(verdicts, off, rows, steps):
        faulty = off[rows, steps, lines.slot.line] & after
        fits = lines.explained(ball) & faulty & ~_kept(lines)
        each = np.bincount(rows, fits, minlength=len(power))
        fits &= (each >= (1 - _MOST_MISSED) * np.bincount(rows, faulty, minlength=len(power)))[rows]
        power += np.bincount(rows, np.where(fits, lines.chance(ball), 0.0), minlength=len(power))
        found.append((lines, fits))
    undone: dict[int, list[str]] = {}
    for lines, fits in found:
        shown = fits & (power <= _BY_CHANCE)[rows]
        lines.follow(shown)
        for row in np.unique(rows[shown]).tolist():
            undone.setdefault(row, []).append(lines.slot.field)
    return [(row, _said(fields)) for row, fields in undone.items()]


def _steps_without_faults(
    verdicts: Verdicts, off: Mask, rows: Rows, steps: Rows
) -> Iterator[tuple[WrongLines, Ball, Mask]]:
    """Yield each line of some steps, what it would be without their faults, and where one comes before it."""
    plan = verdicts.plan
    right: dict[str, Ball] = {}
    touched: dict[str, Mask] = {}
    for line, slot in verdicts.layout.pairs():
        lines = WrongLines(verdicts, line, slot, rows, steps)
        fields = {name: plan.field_of(name) for name in line.parents if name not in line.previous}
        ball = lines.work_with({name: right[field] for name, field in fields.items()})
        after = np.any(
            [np.zeros(len(rows), dtype=np.bool_), *[touched[field] for field in fields.values()]], axis=0
        )
        yield lines, ball, after
        # The student may have rounded each line and worked on with that.
        right[slot.field] = Ball(ball.mid, ball.rad + np.nan_to_num(lines.written()[1]))
        touched[slot.field] = off[rows, steps, slot.line] | after


def _kept(lines: WrongLines) -> Mask:
    """Tell which lines are the same as in the step before, which shows nothing: (lines,)."""
    values = lines.verdicts.batch.values
    now, before = (values[lines.rows, steps, lines.slot.columns] for steps in (lines.steps, lines.steps - 1))
    kept: Mask = (lines.steps > 0) & np.all(now == before, axis=1)
    return kept


def _said(fields: list[str]) -> str:
    go, them = ("go", "them") if len(fields) > 1 else ("goes", "it")
    who = f"{listed(fields)} {go} on as if the fault before {them} were not there"
    return f"{who}; only that fault is charged"
