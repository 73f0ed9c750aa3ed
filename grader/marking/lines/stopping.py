"""Which steps are asked where a method stops at a condition.

They are the steps of the reference, or fewer where rounding lets the condition hold earlier by the student's
own numbers. Steps after them are neither asked nor counted.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Ball, Mask
from grader.marking.lines.verdicts import Code, Verdicts
from grader.marking.lines.work import work_all_steps
from grader.schemas.places import step_in_words
from grader.solver import Line

# How much of the reference's work must be there before an own error may have ended it.
_ENOUGH = 0.5


def stop(verdicts: Verdicts, reference: NDArray[np.intp]) -> None:
    """Note how many steps are asked of each hand-in, and leave out the others.

    `reference` (N,) is how many steps the reference has. A student who stops earlier, where the condition may
    hold by the numbers written, has done what is asked if nothing before is wrong, or half of the steps are
    there.
    """
    batch = verdicts.batch
    if (condition := batch.layout.plan.stop) is None:
        return
    last = last_written(verdicts)
    early = (last > 0) & (last < reference)
    if early.any():
        at_last = np.arange(len(batch)), np.maximum(last, 1) - 1
        worked = np.arange(batch.layout.steps) < last[:, None]
        off = (verdicts.codes >= Code.FOLLOWS) & (verdicts.codes != Code.MISSING) & worked[:, :, None]
        early &= _may_stop(verdicts, condition)[at_last]
        early &= ~off.any(axis=(1, 2)) | (last >= _ENOUGH * reference)
    verdicts.asked[:] = np.where(early, last, reference)
    _leave_out(verdicts)


def stop_notes(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Yield the row of each student who worked on after the last step that counts, and what to say of it."""
    plan = verdicts.plan
    if plan.stop is None:
        return
    for row in np.flatnonzero(last_written(verdicts) > verdicts.asked).tolist():
        step = step_in_words(plan.steps[int(verdicts.asked[row]) - 1].items())
        yield row, f"the condition to stop holds after {step}; what you worked after it is not counted"


def last_written(verdicts: Verdicts) -> NDArray[np.intp]:
    """Return how many steps there are up to the last one in which anything is written: (N,)."""
    batch = verdicts.batch
    written: Mask = np.asarray(np.any(~np.isnan(batch.values) | batch.invalid, axis=2))
    return np.where(written.any(axis=1), batch.layout.steps - np.argmax(written[:, ::-1], axis=1), 0)


def _may_stop(verdicts: Verdicts, condition: Line) -> Mask:
    """Tell after which steps a condition may hold, within rounding: (N, T)."""
    batch = verdicts.batch
    absent = np.isnan(batch.values)
    fields = Ball(np.where(absent, verdicts.expected, batch.values), np.where(absent, 0.0, batch.half))
    ball = work_all_steps(batch, condition, verdicts.options, fields)
    return np.broadcast_to((ball.mid != 0) | (ball.rad > 0), batch.values.shape[:2])


def _leave_out(verdicts: Verdicts) -> None:
    beyond = np.arange(verdicts.layout.steps) >= verdicts.asked[:, None]
    verdicts.codes[beyond] = Code.MISSING
    verdicts.expected[beyond] = np.nan
    verdicts.matches[:, beyond] = 0
    for array in (verdicts.kinds, verdicts.source, verdicts.form):
        array[beyond] = 0
    verdicts.hollow[beyond] = False
    verdicts.sharp[beyond] = True
