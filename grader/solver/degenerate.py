"""Which draws would spoil an exercise: nothing to work, nothing to see, or nothing to tell apart.

Each is judged beside the key's own values. Only what shows there can be lost: a unit that is dead in the
key, or a mistake that means nothing under a choice, may be so in a variant.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Real, evaluate
from grader.solver.plan import Choice, Plan, WrongWay
from grader.solver.solve import Trace, solve_many

Mask = NDArray[np.bool_]

# So many times the largest number of a field in the key's own trace, or of 1, is no longer nice to work with.
_TOO_LARGE = 1000.0


class Reason(NamedTuple):
    """Why draws are rejected, in a few words, and which: (N,)."""

    says: str
    rejected: Mask


def degenerate(plan: Plan, varied: Mapping[str, Array], single: Collection[str] = ()) -> Iterator[Reason]:
    """Yield why some of N draws would spoil the exercise; `varied` as `Plan.spread` gives it.

    A vector's components are units, each of which may be dead; but for the fields in `single`, which are one
    number in another method, so that their components are several examples of the same.

    Nothing may be dead under the first option of every choice, nor under another one of any. A mistake is to
    be told under one of these, as the audit asks of the key's own values.
    """
    # The key's own values stand in the first row, so that both are worked alike.
    own = {name: plan.start[name] if name in plan.start else plan.inputs[name] for name in varied}
    both = {name: np.concatenate([own[name][None], values]) for name, values in varied.items()}
    count = len(next(iter(both.values())))
    given = {name: np.full(1, value) for name, value in plan.default_given.items()}
    told = np.zeros((len(plan.mistakes), count), dtype=np.bool_)
    with np.errstate(all="ignore"):
        for choice in _choices(plan):
            trace = solve_many(plan, choice, given, count, both)
            yield from _spoiled(plan, trace, single)
            scopes = _Scopes(_now(plan, trace, both), _before(plan, trace, both))
            for number, way in enumerate(plan.mistakes):
                if not told[number].all():
                    told[number] |= _told(plan, way, choice, scopes)
    for number, way in enumerate(plan.mistakes):
        if told[number, 0]:
            yield Reason(f"the mistake {way.name} gives what the right lines do", ~told[number, 1:])


def _choices(plan: Plan) -> Iterator[Choice]:
    first = plan.default_choice
    yield first
    for group, options in plan.choices.items():
        for option in options[1:]:
            yield first | {group: option}


def _spoiled(plan: Plan, trace: Trace, single: Collection[str]) -> Iterator[Reason]:
    """Yield the fields that have no value, are dead, never change, or grow beyond all measure."""
    for field, values in trace.items():
        finite: Mask = np.asarray(np.isfinite(values).reshape(len(values), -1).all(axis=1))
        if finite[0]:
            yield Reason(f"{field} is no finite number", ~finite[1:])
        largest = _largest(values, units=field not in single)
        dead: Mask = np.asarray((_nothing(plan, largest) & ~_nothing(plan, largest[:1])).any(axis=1))
        yield Reason(f"{field} is 0 in every step", dead[1:])
        still = _still(values)
        yield Reason(f"{field} is the same in every step", still[1:] & ~still[0])
        bound = _TOO_LARGE * max(1.0, float(largest[0].max()))
        large: Mask = np.asarray((largest > bound).any(axis=1))
        yield Reason(f"{field} grows too large", large[1:])


def _largest(values: Array, *, units: bool) -> Array:
    """Return the largest size in all steps, (N, units or 1): of each component of a vector, each column."""
    size = np.abs(values)
    count = size.shape[-1] if units and size.ndim > 2 else 1
    largest: Array = size.reshape(len(size), -1, count).max(axis=1)
    return largest


def _nothing(plan: Plan, size: Array) -> Mask:
    """Tell what is 0 on paper: less than half a unit of the last decimal that is asked for."""
    nothing: Mask = size < 0.5 * 10.0**-plan.digits
    return nothing


def _still(values: Array) -> Mask:
    """Tell which traces have the same value of a field in every step, of which there are several: (N,)."""
    same = values == values[:, :1]
    still: Mask = np.all(same, axis=tuple(range(1, values.ndim))) & (values.shape[1] > 1)
    return still


class _Scopes(NamedTuple):
    """The values of all names in all steps, (N or 1, T or 1, *shape): in the step, and before it."""

    now: Mapping[str, Array]
    before: Mapping[str, Array]


def _now(plan: Plan, trace: Trace, varied: Mapping[str, Array]) -> dict[str, Array]:
    inputs = {name: varied[name] if name in varied else array[None] for name, array in plan.inputs.items()}
    given = {name: np.full((1, 1), value) for name, value in plan.default_given.items()}
    return {**inputs, **given, **trace}


def _before(plan: Plan, trace: Trace, varied: Mapping[str, Array]) -> dict[str, Array]:
    before = {}
    for name, array in plan.start.items():
        first = varied[name] if name in varied else array[None]
        first = np.broadcast_to(first, (len(trace[name]), *array.shape))
        before[name] = np.concatenate([first[:, None], trace[name][:, :-1]], axis=1)
    return before


def _told(plan: Plan, way: WrongWay, choice: Choice, scopes: _Scopes) -> Mask:
    """Tell where a mistake differs from the right lines in some step, by more than is tolerated: (N,)."""
    told: Mask = np.zeros(len(scopes.now[plan.lines[0].field]), dtype=np.bool_)
    for field, line in way.lines.items():
        names = {name: scopes.now[name] for name in (*line.earlier, *line.inputs, *line.given)}
        names |= {name: scopes.before[name] for name in line.previous}
        values = scopes.now[field]
        apart = np.abs(evaluate(line.tree(choice), names, Real(2)) - values) > _room(plan, values)
        told |= apart.any(axis=tuple(range(1, apart.ndim)))
    return told


def _room(plan: Plan, values: Array) -> Array:
    """Return by how much a value may be off that is written with a digit more than the fewest allowed."""
    size = np.abs(values)
    digits = plan.digits + 1
    leading = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    room: Array = np.maximum(10.0**-digits, 10.0 ** (leading + 1 - digits))
    return room
