"""The reference of each student: the key worked by the student's own choices and constants."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import Batch
from grader.marking.work import Options
from grader.solver import count_steps, solve_many


def references(batch: Batch, options: Options) -> tuple[Array, NDArray[np.intp]]:
    """Return the reference values of every usual slot, (N, T, W), and how many steps the reference has: (N,).

    They are NaN in the slots of other forms.

    A class has few different combinations of choices and constants; each is worked once, unless the
    students have values of their own.
    """
    layout = batch.layout
    columns = [options[group].astype(np.float64) for group in options]
    columns += [batch.given[name] for name in layout.plan.given]
    kinds = np.stack(columns, axis=1) if columns else np.zeros((len(batch), 0))
    distinct, which = kinds, np.arange(len(batch))
    if not batch.varied:
        distinct, which = np.unique(kinds, axis=0, return_inverse=True)
    values = np.full((len(distinct), layout.steps, layout.width), np.nan)
    chosen = distinct[:, : len(options)].astype(np.intp)
    steps = np.full(len(distinct), layout.steps)
    combinations, combined = np.unique(chosen, axis=0, return_inverse=True)
    for i in range(len(combinations)):
        rows = np.flatnonzero(combined.ravel() == i)
        own = {name: array[rows] for name, array in batch.varied.items()}
        steps[rows] = _fill(values, rows, batch, options, distinct[rows], own)
    return values[which.ravel()], steps[which.ravel()]


def _fill(
    values: Array,
    rows: NDArray[np.intp],
    batch: Batch,
    options: Options,
    kinds: Array,
    varied: Mapping[str, Array],
) -> NDArray[np.intp]:
    plan = batch.layout.plan
    choice = {group: plan.choices[group][int(kinds[0, i])] for i, group in enumerate(options)}
    given = {name: kinds[:, len(options) + i] for i, name in enumerate(plan.given)}
    trace = solve_many(plan, choice, given, len(rows), varied)
    for slot in batch.layout.usual:
        values[rows, :, slot.offset : slot.end] = trace[slot.field].reshape(len(rows), -1, slot.forms[0].size)
    return count_steps(plan, choice, given, trace, varied)
