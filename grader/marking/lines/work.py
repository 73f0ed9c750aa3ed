"""Working one line, or all, for many hand-ins at once, each by the options that its student chose."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Balls, Mask, evaluate, exact
from grader.marking.lines.batch import Batch
from grader.schemas.key import Tolerance
from grader.solver import Form, Line, Plan, count_steps_of_each, one_step_back, solve_each
from grader.solver.laid_out import laid_out

T = TypeVar("T", bound=np.generic)

Options = Mapping[str, NDArray[np.intp]]  # for each choice group the number of each student's option


def work(form: Form, plan: Plan, options: Options, names: Mapping[str, Ball], leading: int = 1) -> Ball:
    """Return what a line gives for each hand-in, as balls of finite radius.

    `names` has the values of all names in the line, with the hand-ins on the first axis (of length one
    where a value is the same for all). `leading` is how many axes stand before those of the value itself.
    """
    return _bounded(_work(form, plan, options, names, leading), plan.tolerance)


def _bounded(ball: Ball, tolerance: Tolerance) -> Ball:
    """Return a ball of finite radius: as wide as the key tolerates where rounding gives no bound.

    Where a divisor may be zero within rounding, any number at all could follow. A line must then agree with
    what follows from the values exactly as written; where that is no number, no line is right.
    """
    bounded = np.isfinite(ball.rad)
    if bounded.all():
        return ball
    mid = np.where(np.isfinite(ball.mid), ball.mid, np.nan)
    room = np.where(np.isfinite(mid), tolerance.room(mid) + exact(mid).rad, 0.0)
    return Ball(mid, np.where(bounded, ball.rad, room))


def _work(form: Form, plan: Plan, options: Options, names: Mapping[str, Ball], leading: int) -> Ball:
    chosen = form.chosen(plan.choices, options)
    if len(chosen) == 1:
        return evaluate(chosen[0][0], names, Balls(leading))
    parts = [
        evaluate(tree, {name: ball.take(rows) for name, ball in names.items()}, Balls(leading))
        for tree, rows in chosen
    ]
    count = sum(len(rows) for _, rows in chosen)
    shape = (count, *np.broadcast_shapes(*(part.mid.shape[1:] for part in parts)))
    result = Ball(np.empty(shape), np.empty(shape))
    for part, (_, rows) in zip(parts, chosen, strict=True):
        result.mid[rows], result.rad[rows] = part.mid, part.rad
    return result


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


def work_all_steps(batch: Batch, line: Line, options: Options, fields: Ball) -> Ball:
    """Return what a line gives in all steps at once, (N, T, *shape), for `fields` (N, T, W)."""
    names = names_of_all_steps(batch, line, fields)
    return work(line.usual, batch.plan, options, names, leading=2)


def names_of_all_steps(batch: Batch, line: Line, fields: Ball) -> dict[str, Ball]:
    """Return the values of a line's names in all steps at once, (N, T, ...), for `fields` (N, T, W)."""
    plan = batch.plan
    names = {name: exact(batch.inputs(name)) for name in line.inputs}
    names |= {name: exact(batch.given[name][:, None]) for name in line.given}
    for name in line.parents:
        field = plan.field_of(name)
        slot = batch.layout.of_field[field]
        ball = fields.both(slot.of)
        if name in line.previous:
            start = exact(batch.start(field)[:, None])
            ball = start.both(one_step_back, ball)
        names[name] = ball
    return names


def for_each(ball: Ball, count: int) -> Ball:
    """Return a ball with a first axis of `count`; what is the same for all was worked once."""
    if len(ball.mid) == count:
        return ball
    return ball.both(lambda part: np.broadcast_to(part, (count, *part.shape[1:])))


def where(mask: Mask, a: Ball, b: Ball) -> Ball:
    """Return `a` where the mask holds and `b` elsewhere, component by component."""
    return Ball(np.where(mask, a.mid, b.mid), np.where(mask, a.rad, b.rad))


def along(each: NDArray[T], array: NDArray[Any]) -> NDArray[T]:
    """Return one value for each hand-in, with axes added so that it broadcasts along an array."""
    return each.reshape(each.shape + (1,) * (array.ndim - each.ndim))
