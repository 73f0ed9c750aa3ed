"""Works a plan's equations step by step, as the author of the key would by hand, until it stops."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Real, Tree, evaluate
from grader.schemas.faults import UsageFault
from grader.solver.laid_out import filled
from grader.solver.plan import Choice, Line, Plan

Trace = Mapping[str, Array]


def solve(plan: Plan, choice: Choice, given: Mapping[str, float]) -> Trace:
    """Return every field of every step: arrays of shape (steps, *the field's shape).

    `choice` has an option for every group of the plan, `given` a value for every given constant. Where the
    plan has a condition to stop, the last step is the one after which it holds.
    """
    stated = {name: np.array([value]) for name, value in given.items()}
    trace = solve_many(plan, choice, stated, 1)
    (steps,) = count_steps(plan, choice, stated, trace)
    return {name: values[0, :steps] for name, values in trace.items()}


def solve_many(
    plan: Plan,
    choice: Choice,
    given: Mapping[str, Array],
    count: int,
    varied: Mapping[str, Array] | None = None,
) -> Trace:
    """Return the traces for several values of the given constants: (count, steps, *the field's shape).

    They have as many steps as there can be. Once all of them have stopped, the steps that are left are NaN.
    `varied` has the start values and inputs that differ from trace to trace, as `Plan.spread` gives them.
    """
    options = {group: np.full(count, plan.choices[group].index(choice[group])) for group in plan.choices}
    return solve_each(plan, options, given, count, varied)


def for_each(arrays: Mapping[str, Array], varied: Mapping[str, Array]) -> dict[str, Array]:
    """Return arrays with a leading axis over the traces: of length one where a value is the same in all."""
    return {name: varied[name] if name in varied else array[None] for name, array in arrays.items()}


def solve_each(
    plan: Plan,
    options: Mapping[str, NDArray[np.intp]],
    given: Mapping[str, Array],
    count: int,
    varied: Mapping[str, Array] | None = None,
    written: Mapping[str, Array] | None = None,
) -> Trace:
    """Return traces as `solve_many` does, each under its own options.

    `options` has, for each group, the numbers of the options chosen: (count,). A line that is the same under
    several options is worked once for all of them. `written` has the values that each trace goes on with in
    place of those that follow, in the shape of a trace; NaN where it goes on with what follows.
    """
    varied = varied or {}
    values = dict(given)
    values |= for_each(plan.start, varied)
    inputs = for_each(plan.inputs, varied)
    ways = [_Ways(line, line.usual.chosen(plan.choices, options)) for line in plan.lines]
    stop = _Ways(plan.stop, plan.stop.usual.chosen(plan.choices, options)) if plan.stop else None
    trace = {line.field: filled((count, len(plan.steps), *line.shape), np.nan) for line in plan.lines}
    stopped = np.zeros(count, dtype=np.bool_)
    for t in range(len(plan.steps)):
        values |= {name: array[:, t % array.shape[1]] for name, array in inputs.items()}
        values |= {kept: values[name] for kept, name in plan.kept.items()}
        for line in ways:
            trace[line.field][:, t] = values[line.field] = follows = line.work(values, count)
            if written is not None:
                own = written[line.field][:, t]
                values[line.field] = np.where(np.isnan(own), follows, own)
        if stop is not None:
            stopped |= holds(stop.work(values, count))
            if stopped.all():
                break
    return trace


class _Ways(NamedTuple):
    """A line and its trees, each with the rows of the traces that chose it."""

    line: Line
    trees: list[tuple[Tree, NDArray[np.intp]]]

    @property
    def field(self) -> str:
        return self.line.field

    def work(self, values: Mapping[str, Array], count: int) -> Array:
        """Return what the line gives: (count, *shape), or (1, *shape) where it is the same in all."""
        if len(self.trees) == 1:
            return evaluate(self.trees[0][0], values, Real(leading=1))
        line = self.line
        result = np.empty((count, *line.shape))
        for tree, rows in self.trees:
            names = {name: values[name] for name in (*line.parents, *line.inputs, *line.given)}
            own = {name: array if len(array) == 1 else array[rows] for name, array in names.items()}
            result[rows] = evaluate(tree, own, Real(leading=1))
        return result


def steps_of(plan: Plan, trace: Trace) -> tuple[dict[str, int], ...]:
    """Return the labels of the steps that a trace has."""
    return plan.steps[: len(next(iter(trace.values())))]


def usual_steps(plan: Plan) -> tuple[dict[str, int], ...]:
    """Return the labels of the steps of the reference, under the default choices and constants."""
    if plan.stop is None:
        return plan.steps
    return steps_of(plan, solve(plan, plan.default_choice, plan.default_given))


def settle(plan: Plan, choose: Mapping[str, str]) -> dict[str, str]:
    """Return an option for every group: the one asked for, else its first.

    Raises UsageFault for a group or an option that the plan does not have.
    """
    for group, option in choose.items():
        if group not in plan.choices:
            raise UsageFault(f"no choice {group!r}; this method has {', '.join(plan.choices) or 'none'}")
        if option not in plan.choices[group]:
            raise UsageFault(f"{group} has no option {option!r}; it has {', '.join(plan.choices[group])}")
    return plan.default_choice | dict(choose)


def settle_given(plan: Plan, given: Mapping[str, float]) -> dict[str, float]:
    """Return a value for every given constant: the one stated, else its default.

    Raises UsageFault for a name that the student is not asked to give, or a value out of its range.
    """
    for name, value in given.items():
        if name not in plan.given:
            raise UsageFault(
                f"no constant {name!r} is to be given; there is {', '.join(plan.given) or 'none'}"
            )
        if broken := plan.given[name].outside(value):
            raise UsageFault(f"{name} = {value:g}: {name} {broken}")
    return plan.default_given | dict(given)


def count_steps(
    plan: Plan,
    choice: Choice,
    given: Mapping[str, Array],
    trace: Mapping[str, Array],
    varied: Mapping[str, Array] | None = None,
) -> NDArray[np.intp]:
    """Return how many steps each of several traces has: (count,).

    `trace` is what `solve_many` returned (for the same `varied`). Where the condition to stop never holds, a
    trace has all of its steps.
    """
    ends = stops(plan, choice, given, trace, varied)
    steps: NDArray[np.intp] = np.where(ends.any(axis=1), np.argmax(ends, axis=1) + 1, ends.shape[1])
    return steps


def count_steps_of_each(
    plan: Plan,
    options: Mapping[str, NDArray[np.intp]],
    given: Mapping[str, Array],
    trace: Mapping[str, Array],
    varied: Mapping[str, Array],
) -> NDArray[np.intp]:
    """Return what `count_steps` does, for traces under their own options (see `solve_each`)."""
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
    """Tell after which steps of several traces the condition to stop holds: (count, steps)."""
    if plan.stop is None:
        return np.zeros(next(iter(trace.values())).shape[:2], dtype=np.bool_)
    names = for_each(plan.inputs, varied or {})
    names |= {name: values[:, None] for name, values in given.items()} | dict(trace)
    starts = for_each(plan.start, varied or {})
    names |= {kept: one_step_back(starts[name][:, None], trace[name]) for kept, name in plan.kept.items()}
    condition = evaluate(plan.stop.tree(choice), names, Real(leading=2))
    return np.broadcast_to(holds(condition), next(iter(trace.values())).shape[:2])


def holds(condition: Array) -> Mask:
    """Tell where a condition holds: it does where it is a number other than 0."""
    result: Mask = (condition != 0) & ~np.isnan(condition)
    return result


def one_step_back(start: Array, values: Array) -> Array:
    """Return a field's values before each step, given those after each step: (count, steps, *shape)."""
    first = np.broadcast_to(start, (len(values), 1, *values.shape[2:]))
    return np.concatenate([first, values[:, :-1]], axis=1)
