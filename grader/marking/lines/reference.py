"""The reference of each student: the key worked by the student's own choices and constants."""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.lines.batch import Batch
from grader.marking.lines.work import Options
from grader.solver import count_steps_of_each, solve_each
from grader.solver.laid_out import laid_out


def references(batch: Batch, options: Options) -> tuple[Array, NDArray[np.intp]]:
    """Return the reference values of every usual slot, (N, T, W), and how many steps the reference has: (N,).

    Slots of other forms have NaN. A class has few different combinations of choices and constants; each is
    worked once, unless the students have values of their own.
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
        values[..., slot.columns] = trace[slot.field].reshape(count, layout.steps, slot.size)
    steps = count_steps_of_each(plan, chosen, given, trace, batch.varied)
    return laid_out(values[which.ravel()]), steps[which.ravel()]
