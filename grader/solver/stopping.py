"""Where a trace ends: after the first step at whose end the condition to stop holds."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Real, evaluate
from grader.solver.plan import Choice, Plan


def count_steps(
    plan: Plan,
    choice: Choice,
    given: Mapping[str, Array],
    trace: Mapping[str, Array],
    varied: Mapping[str, Array] | None = None,
) -> NDArray[np.intp]:
    """Return how many steps each of some traces has: (count,).

    `trace` has every field of all steps that there can be, (count, steps, *shape), as `solve_many` gives it
    (from own values, where some are `varied`); where the condition never holds, a trace has all of them.
    """
    count, most = next(iter(trace.values())).shape[:2]
    if plan.stop is None:
        return np.full(count, most)
    ends = stops(plan, choice, given, trace, varied)
    steps: NDArray[np.intp] = np.where(ends.any(axis=1), np.argmax(ends, axis=1) + 1, most)
    return steps


def count_steps_of_each(
    plan: Plan,
    options: Mapping[str, NDArray[np.intp]],
    given: Mapping[str, Array],
    trace: Mapping[str, Array],
    varied: Mapping[str, Array],
) -> NDArray[np.intp]:
    """Do as `count_steps`, each by options of its own: `options` has their numbers, (count,) a group."""
    count, most = next(iter(trace.values())).shape[:2]
    steps = np.full(count, most)
    if plan.stop is None:
        return steps
    numbers = np.stack([np.zeros(count, dtype=np.intp), *options.values()], axis=1)
    for own in np.unique(numbers, axis=0):
        rows = np.flatnonzero((numbers == own).all(axis=1))
        choice = {group: plan.choices[group][own[1 + i]] for i, group in enumerate(options)}
        given_of, trace_of, varied_of = ({n: v[rows] for n, v in of.items()} for of in (given, trace, varied))
        steps[rows] = count_steps(plan, choice, given_of, trace_of, varied_of)
    return steps


def stops(
    plan: Plan,
    choice: Choice,
    given: Mapping[str, Array],
    trace: Mapping[str, Array],
    varied: Mapping[str, Array] | None = None,
) -> Mask:
    """Tell after which steps of some traces the condition to stop holds: (count, steps)."""
    if plan.stop is None:
        return np.zeros(next(iter(trace.values())).shape[:2], dtype=np.bool_)
    own = varied or {}
    names = {name: own[name] if name in own else array[None] for name, array in plan.inputs.items()}
    names |= {name: values[:, None] for name, values in given.items()} | dict(trace)
    for kept, name in plan.kept.items():
        start = own[name][:, None] if name in own else plan.start[name]
        names[kept] = one_step_back(start, trace[name])
    condition = evaluate(plan.stop.tree(choice), names, Real(leading=2))
    return np.broadcast_to(holds(condition), next(iter(trace.values())).shape[:2])


def holds(condition: Array) -> Mask:
    """Tell where a condition holds: where it is a number, and not 0."""
    result: Mask = (condition != 0) & ~np.isnan(condition)
    return result


def one_step_back(start: Array, values: Array) -> Array:
    """Return what a field was before each step, given what each step made it: (count, steps, *shape)."""
    first = np.broadcast_to(start, (len(values), 1, *values.shape[2:]))
    return np.concatenate([first, values[:, :-1]], axis=1)
