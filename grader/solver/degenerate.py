"""Which draws would spoil an exercise, as they leave nothing to work, to see, or to tell apart.

Each draw is compared with the key's own values, and only what shows there can be lost: a unit that is dead
with the key's values, or a mistake that changes nothing there, may also be so in a variant.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from grader.expressions import Array, Mask, Real, evaluate
from grader.solver.plan import Choice, Plan, WrongWay
from grader.solver.solve import count_steps, for_each, one_step_back, solve_many

# A number this many times larger than any of its field in the key's own trace (or than 1) is no fun to work.
_TOO_LARGE = 1000.0


class Reason(NamedTuple):
    """Why draws are rejected, in a few words, and which: (N,)."""

    says: str
    rejected: Mask


class _Scopes(NamedTuple):
    """The values of all names in all steps, (N or 1, T or 1, *shape): `now` in the step, and `before` it.

    `beyond` tells which steps come after the last one of each trace, and are no part of it: (N, T).
    """

    now: Mapping[str, Array]
    before: Mapping[str, Array]
    beyond: Mask


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Standard:
    """What the key's own values show by one method, which a variant must show as well.

    `own` is what they give under the first option of every choice. `told` has the numbers of the mistakes
    that can be told from the right lines, under that choice and then with each other option in turn. The
    components of a vector are taken for units, any of which may be dead, except those of the fields in
    `single`: these are one number in another method, so that their components are several examples of the
    same.
    """

    plan: Plan
    own: _Scopes
    told: tuple[tuple[Choice, frozenset[int]], ...]
    single: frozenset[str]

    @property
    def mistakes(self) -> frozenset[int]:
        """The mistakes that can be told at all."""
        return frozenset().union(*(numbers for _, numbers in self.told))


def make_standard(plan: Plan, single: Collection[str]) -> Standard:
    """Work a plan by the key's own values."""
    worked = [(choice, _work(plan, choice, {}, 1)) for choice in _choices(plan)]
    told = tuple(
        (choice, frozenset(n for n, way in enumerate(plan.mistakes) if _told(plan, way, choice, scopes)[0]))
        for choice, scopes in worked
    )
    return Standard(plan, worked[0][1], told, frozenset(single))


def degenerate(standard: Standard, varied: Mapping[str, Array]) -> Iterator[Reason]:
    """Yield why some of N draws would spoil the exercise; `varied` is what `Plan.spread` returns.

    Nothing may be dead under the first option of every choice. A mistake must show under at least one of the
    choices under which it shows with the key's own values.
    """
    plan = standard.plan
    count = len(next(iter(varied.values())))
    spoiled = np.zeros(count, dtype=np.bool_)
    hidden = {number: np.ones(count, dtype=np.bool_) for number in sorted(standard.mistakes)}
    scopes, rows = _work(plan, plan.default_choice, varied, count), np.arange(count)
    for reason in _spoiled(standard, scopes):
        yield reason
        spoiled |= reason.rejected
    for choice, told in standard.told:
        looked_for = [number for number in told if np.any(hidden[number] & ~spoiled)]
        if not looked_for:
            continue
        if choice != plan.default_choice:
            rows = np.flatnonzero(~spoiled & np.any([hidden[number] for number in looked_for], axis=0))
            some = {name: values[rows] for name, values in varied.items()}
            scopes = _work(plan, choice, some, len(rows))
        for number in looked_for:
            hidden[number][rows] &= ~_told(plan, plan.mistakes[number], choice, scopes)
    for number, unseen in hidden.items():
        yield Reason(f"the mistake {plan.mistakes[number].name} gives what the right lines do", unseen)


def _choices(plan: Plan) -> Iterator[Choice]:
    first = plan.default_choice
    yield first
    for group, options in plan.choices.items():
        for option in options[1:]:
            yield first | {group: option}


def _work(plan: Plan, choice: Choice, varied: Mapping[str, Array], count: int) -> _Scopes:
    """Work the plan with N draws of what varies."""
    given = {name: np.full(1, value) for name, value in plan.default_given.items()}
    with np.errstate(all="ignore"):
        trace = solve_many(plan, choice, given, count, varied)
        ends = count_steps(plan, choice, given, trace, varied)
    beyond = np.arange(len(plan.steps)) >= ends[:, None]
    inputs = for_each(plan.inputs, varied)
    constants = {name: values[:, None] for name, values in given.items()}
    starts = for_each(plan.start, varied)
    before = {name: one_step_back(array[:, None], trace[name]) for name, array in starts.items()}
    before |= {kept: before[name] for kept, name in plan.kept.items()}
    return _Scopes({**inputs, **constants, **trace}, before, beyond)


def _spoiled(standard: Standard, scopes: _Scopes) -> Iterator[Reason]:
    """Yield which fields have no value, are dead, never change, or grow too large, each as a reason."""
    plan, own = standard.plan, standard.own
    for field in (line.field for line in plan.lines):
        values, usual = _within(scopes, field), _within(own, field)
        if np.all(np.isfinite(usual)):
            finite: Mask = np.asarray(np.isfinite(values).reshape(len(values), -1).all(axis=1))
            yield Reason(f"{field} is no finite number", ~finite)
        units = field not in standard.single
        largest, most = _largest(values, units=units), _largest(usual, units=units)
        nothing = 0.5 * 10.0**-plan.digits  # half of the last decimal asked for is 0 on paper
        dead: Mask = np.asarray(((largest < nothing) & (most >= nothing)).any(axis=1))
        yield Reason(f"{field} is 0 in every step", dead)
        yield Reason(f"{field} is the same in every step", _still(values) & ~_still(usual))
        large: Mask = np.asarray((largest > _TOO_LARGE * max(1.0, float(most.max()))).any(axis=1))
        yield Reason(f"{field} grows too large", large)


def _within(scopes: _Scopes, field: str) -> Array:
    """Return a field's values, (N, T, *shape); the steps beyond the last have those of the first again."""
    values = scopes.now[field]
    beyond = scopes.beyond.reshape(*scopes.beyond.shape, *(1,) * (values.ndim - 2))
    return np.where(beyond, values[:, :1], values)


def _largest(values: Array, *, units: bool) -> Array:
    """Return the largest size over all steps: (N, 1), or for `units` one for each column, (N, columns)."""
    size = np.abs(values)
    count = size.shape[-1] if units and size.ndim > 2 else 1
    largest: Array = size.reshape(len(size), -1, count).max(axis=1)
    return largest


def _still(values: Array) -> Mask:
    """Tell which traces have several steps, and the same value of a field in all of them: (N,)."""
    same = values == values[:, :1]
    still: Mask = np.all(same, axis=tuple(range(1, values.ndim))) & (values.shape[1] > 1)
    return still


def _told(plan: Plan, way: WrongWay, choice: Choice, scopes: _Scopes) -> Mask:
    """Tell where a mistake differs visibly from the right lines in some step: (N,)."""
    told: Mask = np.zeros(len(scopes.now[plan.lines[0].field]), dtype=np.bool_)
    for field, line in way.lines.items():
        names = {name: scopes.now[name] for name in (*line.earlier, *line.inputs, *line.given)}
        names |= {name: scopes.before[name] for name in line.previous}
        values = scopes.now[field]
        with np.errstate(all="ignore"):
            apart = np.abs(evaluate(line.tree(choice), names, Real(2)) - values) > _room(plan, values)
        told |= (apart.any(axis=tuple(range(2, apart.ndim))) & ~scopes.beyond).any(axis=1)
    return told


def _room(plan: Plan, values: Array) -> Array:
    """Return by how much a value may be off if it is written with one digit more than the key asks for."""
    size = np.abs(values)
    digits = plan.digits + 1
    leading = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    return np.maximum(10.0**-digits, 10.0 ** (leading + 1 - digits))
