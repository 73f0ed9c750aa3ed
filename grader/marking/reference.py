"""The reference of each student: the key worked by the student's own choices and constants."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import Batch
from grader.marking.work import Options
from grader.solver import Plan, Trace, count_steps, solve_each
from grader.solver.laid_out import laid_out


def references(batch: Batch, options: Options) -> tuple[Array, NDArray[np.intp]]:
    """Return the reference values of every usual slot, (N, T, W), and how many steps the reference has: (N,).

    They are NaN in the slots of other forms.

    A class has few different combinations of choices and constants; each is worked once, unless the
    students have values of their own.
    """
    layout = batch.layout
    plan = layout.plan
    columns = [options[group].astype(np.float64) for group in options]
    columns += [batch.given[name] for name in plan.given]
    kinds = np.stack(columns, axis=1) if columns else np.zeros((len(batch), 0))
    distinct, which = kinds, np.arange(len(batch))
    if not batch.varied:
        distinct, which = np.unique(kinds, axis=0, return_inverse=True)
    count = len(distinct)
    chosen = {group: distinct[:, i].astype(np.intp) for i, group in enumerate(options)}
    given = {name: distinct[:, len(options) + i] for i, name in enumerate(plan.given)}
    trace = solve_each(plan, chosen, given, count, batch.varied)
    values = np.full((count, layout.steps, layout.width), np.nan)
    for slot in layout.usual:
        values[..., slot.offset : slot.end] = trace[slot.field].reshape(count, layout.steps, slot.size)
    steps = _steps(plan, chosen, given, trace, batch.varied)
    return laid_out(values[which.ravel()]), steps[which.ravel()]


def _steps(
    plan: Plan, chosen: Options, given: Mapping[str, Array], trace: Trace, varied: Mapping[str, Array]
) -> NDArray[np.intp]:
    """Return how many steps each trace has: (count,)."""
    count = len(next(iter(trace.values())))
    steps = np.full(count, len(plan.steps))
    if plan.stop is None:
        return steps
    numbers = np.stack([np.zeros(count, dtype=np.intp), *chosen.values()], axis=1)
    for own in np.unique(numbers, axis=0):
        rows = np.flatnonzero((numbers == own).all(axis=1))
        choice = {group: plan.choices[group][own[1 + i]] for i, group in enumerate(chosen)}
        given_of, trace_of, varied_of = ({n: v[rows] for n, v in of.items()} for of in (given, trace, varied))
        steps[rows] = count_steps(plan, choice, given_of, trace_of, varied_of)
    return steps
