"""Derivatives of what a step works out: by dual numbers, and by differences to confirm these.

Seen from a line of a step, every name has the value that it would have in that line's equation, which is its
latest. A field that has no value there yet, from no earlier step either, has the value that this step will
give it (as a loss may stand below the deltas). Claims are checked at the steps of the reference and at
`points` near them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from grader.expressions import Array, Duals, Mask, Real, Tree, constant, evaluate, seed
from grader.expressions.arithmetic import Arithmetic
from grader.solver.plan import Choice, Plan
from grader.solver.solve import solve

V = TypeVar("V")
Start = Mapping[str, Array]

# How many numbers one pass may hold at a time; a Jacobian larger than that comes in blocks.
_ROOM = 4_000_000
BESIDE = 24  # points that are no step of the reference
# How far a random value is from the key's own, as the standard deviation of the logarithm of their ratio.
_SPREAD = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A line of a plan under a choice, from which names are seen.

    A `Start` has all that a step is worked from, at N points at once: its inputs, the given constants and the
    values of the step before, each (N, *shape).
    """

    plan: Plan
    choice: Choice
    field: str

    def scope(
        self, start: Mapping[str, V], arithmetic: Arithmetic[V], pinned: Mapping[str, V] | None = None
    ) -> dict[str, V]:
        """Work the step and return the value of every name as it is seen from the line.

        A field that is `pinned` keeps that value instead of what its equation gives.
        """
        names, pinned = dict(start), pinned or {}
        names |= {kept: names[name] for kept, name in self.plan.kept.items()}
        seen = dict(names)
        for line in self.plan.lines:
            if line.field == self.field:
                seen = dict(names)
            name = line.field
            names[name] = (
                pinned[name] if name in pinned else evaluate(line.tree(self.choice), names, arithmetic)
            )
        return names | seen

    def sees_previous(self, name: str, start: Mapping[str, object]) -> bool:
        """Tell whether the line sees a name's value from before the step, not one that the step gives."""
        above = (line.field for line in self.plan.lines[: self._number])
        return name in start and name not in above

    @property
    def _number(self) -> int:
        return [line.field for line in self.plan.lines].index(self.field)


def derivative(place: Place, start: Start, of: Tree, by: str) -> Array:
    """Return the derivative of an expression by a name, (N, *the name's shape), by dual numbers.

    Where the expression is no single number, the sum of its components is differentiated, as is usual. It is
    the total derivative: through everything that the step works from the name, down to the expression.
    The name itself is free: a field is not taken as a function of what it was worked from.
    """
    value = _value_of(place, start, by)
    points, size = len(value), int(np.prod(value.shape[1:], dtype=int))
    blocks = []
    for first, count in _blocks(place.plan, points, size):
        by_dual = {by: seed(value, 1, first, count)}
        duals = {name: constant(array) for name, array in start.items()}
        result = evaluate(of, _scope_with(place, duals, Duals(1), by_dual), Duals(1))
        slope = _summed(result.slope, 2)
        blocks.append(np.broadcast_to(slope, (count, points)))
    return np.concatenate(blocks).T.reshape(value.shape)


@dataclass(frozen=True, slots=True)
class Differences:
    """A derivative by central differences, how far it may be off, and where it means anything.

    A component is not `smooth` where differences of two lengths contradict each other: at a kink, or outside
    the domain.
    """

    slope: Array
    room: Array
    smooth: Mask


def differences(place: Place, start: Start, of: Tree, by: str) -> Differences:
    """Return what `derivative` returns, by central differences of two lengths.

    The two are combined so that their errors of second order cancel: L. F. Richardson, "The approximate
    arithmetical solution by finite differences" (1911).
    """
    value = _value_of(place, start, by)
    points, size = len(value), int(np.prod(value.shape[1:], dtype=int))
    flat = value.reshape(points, size)
    largest = np.max(np.abs(flat), axis=1)
    step = 2.0**-10 * np.where(largest > 0, largest, 1.0)
    sums = np.empty((5, points, size))
    for first, count in _blocks(place.plan, 5 * points, size):
        moved = _moved(flat, step, first, count)
        tiled = {
            name: np.tile(array, (5 * count,) + (1,) * (array.ndim - 1)) for name, array in start.items()
        }
        scope = _scope_with(place, tiled, Real(1), {by: moved.reshape(-1, *value.shape[1:])})
        result = evaluate(of, scope, Real(1))
        result = np.broadcast_to(result, (5 * count * points, *result.shape[1:]))
        total = _summed(result, 1).reshape(5, count, points)
        sums[:, :, first : first + count] = total.swapaxes(1, 2)
    return _compared(sums, step[:, None], value.shape)


def _compared(sums: Array, step: Array, shape: tuple[int, ...]) -> Differences:
    """Combine the values at -h, -h/2, 0, h/2 and h: (5, points, components)."""
    far_left, left, middle, right, far_right = sums
    with np.errstate(all="ignore"):
        long, short = (far_right - far_left) / (2 * step), (right - left) / step
        # What the slope jumps by at the point, if it does: for a smooth function both terms are h·f''.
        bend, half_bend = (far_right - 2 * middle + far_left) / step, 2 * (right - 2 * middle + left) / step
        slope = (4 * short - long) / 3
        scale = np.max(np.abs(slope), axis=1, keepdims=True)
        # What the machine rounds off is held to the largest point: log(softmax(o)) can be rounded to 0.
        rounding = 1e-12 * np.max(np.abs(middle), where=np.isfinite(middle), initial=0.0) / step
        room = np.broadcast_to(1e-6 * scale + rounding, slope.shape)
        smooth = (np.abs(2 * half_bend - bend) <= room) & (np.abs(long - short) <= 100 * room)
    return Differences(slope.reshape(shape), room.reshape(shape), smooth.reshape(shape))


def _moved(flat: Array, step: Array, first: int, count: int) -> Array:
    """Return copies (5, count, points, size): in the k-th, component first + k is moved by -h … h."""
    moved = np.tile(flat, (5, count, 1, 1))
    with np.errstate(invalid="ignore"):  # a trace may leave all range
        for i, share in enumerate((-1.0, -0.5, 0.0, 0.5, 1.0)):
            for k in range(count):
                moved[i, k, :, first + k] += share * step
    return moved


def _summed(values: Array, leading: int) -> Array:
    """Return the sum over all axes but the leading ones."""
    with np.errstate(all="ignore"):
        result: Array = np.sum(values, axis=tuple(range(leading, values.ndim)))
    return result


def _value_of(place: Place, start: Start, name: str) -> Array:
    value = start[name] if place.sees_previous(name, start) else place.scope(start, Real(1))[name]
    points = max(len(array) for array in start.values())
    return np.broadcast_to(value, (points, *value.shape[1:]))


def _scope_with(
    place: Place, start: Mapping[str, V], arithmetic: Arithmetic[V], free: Mapping[str, V]
) -> dict[str, V]:
    """Return the scope in which some names have values of their own."""
    previous = {name: value for name, value in free.items() if place.sees_previous(name, start)}
    pinned = {name: value for name, value in free.items() if name not in previous}
    return place.scope({**start, **previous}, arithmetic, pinned)


def _blocks(plan: Plan, points: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield where each block of components begins and how many it has."""
    widest = max(line.usual.size for line in plan.lines)
    most = max(1, _ROOM // (points * widest))
    for first in range(0, size, most):
        yield first, min(most, size - first)


def points(plan: Plan, choice: Choice) -> Start:
    """Return what every step of the reference is started from, followed by `BESIDE` other points.

    Those have the key's values moved at random, by numbers that are always the same. Signs are kept, so that
    a logarithm stays defined. Inputs and constants that are all whole numbers are not moved: they are labels
    or counts, and a formula may hold for these only. Given constants stay in their range.
    """
    own = _reference(plan, choice)
    rng = np.random.default_rng(0)
    near = np.arange(BESIDE) % max(map(len, own.values()))
    fields = {line.field for line in plan.lines}
    start = {}
    for name, values in own.items():
        moved = values[near]
        if name in plan.given:
            moved = _in_range(plan, name, _beside(moved, rng))
        elif name in fields or np.any(values != np.round(values)):
            moved = _beside(moved, rng)
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


def _beside(values: Array, rng: np.random.Generator) -> Array:
    factors = np.exp(_SPREAD * rng.normal(size=values.shape))
    beside_zero = 0.1 * rng.normal(size=values.shape)
    return np.where(values == 0, beside_zero, values * factors)


def _in_range(plan: Plan, name: str, values: Array) -> Array:
    given = plan.given[name]
    outside = [bool(given.outside(float(value))) for value in values]
    return np.where(outside, given.default, values)
