"""Where a claim is checked: at every step of the reference, and at random points near them."""

import numpy as np

from grader.expressions import Array
from grader.solver.differentiate import Start
from grader.solver.plan import Choice, Plan
from grader.solver.solve import solve

BESIDE = 24
# How far a random value is from the key's own, as the standard deviation of the logarithm of their ratio.
_SPREAD = 0.4


def points(plan: Plan, choice: Choice) -> Start:
    """Return what every step of the reference is started from, then `BESIDE` others.

    The others are the key's values moved at random, always by the same numbers. A sign is kept, so that
    a logarithm stays defined; so are inputs and constants that are all whole numbers: they are labels or
    counts, and a formula may hold for no others. Constants keep to their range.
    """
    own = _reference(plan, choice)
    rng = np.random.default_rng(0)
    near = np.arange(BESIDE) % max(map(len, own.values()))
    fields = {line.field for line in plan.lines}
    start = {}
    for name, values in own.items():
        moved = values[near]
        if name in plan.given:
            moved = _in_range(plan, name, _moved(moved, rng))
        elif name in fields or np.any(values != np.round(values)):
            moved = _moved(moved, rng)
        start[name] = np.concatenate([values, moved])
    return start


def _reference(plan: Plan, choice: Choice) -> dict[str, Array]:
    """Return the inputs, constants and earlier values of every step: (steps, *shape)."""
    trace = solve(plan, choice, plan.default_given)
    count = len(next(iter(trace.values())))
    constants = {name: np.array([value]) for name, value in plan.default_given.items()}
    constants |= plan.inputs
    values = {name: array[np.arange(count) % len(array)] for name, array in constants.items()}
    earlier = {name: np.concatenate([first[None], trace[name][:-1]]) for name, first in plan.start.items()}
    return values | earlier


def _moved(values: Array, rng: np.random.Generator) -> Array:
    factors = np.exp(_SPREAD * rng.normal(size=values.shape))
    beside_zero = 0.1 * rng.normal(size=values.shape)
    return np.where(values == 0, beside_zero, values * factors)


def _in_range(plan: Plan, name: str, values: Array) -> Array:
    given = plan.given[name]
    outside = [bool(given.outside(float(value))) for value in values]
    return np.where(outside, given.default, values)
