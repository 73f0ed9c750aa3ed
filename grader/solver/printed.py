"""Compares printed numbers with those that the equations give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from grader.expressions import in_words, nearest
from grader.schemas.base import shape_of
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Published
from grader.schemas.places import step_in_words
from grader.solver.findings import Labels, Misprint
from grader.solver.plan import Plan
from grader.solver.solve import settle, settle_given, solve, steps_of


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed number and its place."""

    step: Labels
    field: str
    component: tuple[int, ...]
    text: str


def misprints(plan: Plan, published: Published) -> Iterator[Misprint]:
    """Yield every printed number that is off by more than half a unit of its last printed digit.

    Raises KeyFault for a choice, step, field or shape that is not in the plan.
    """
    choice, given = _way(plan, published)
    trace = solve(plan, choice, given)
    steps = steps_of(plan, trace)
    for number in numbers_in_print(plan, published):
        if dict(number.step) not in steps:
            last = step_in_words(steps[-1].items())
            where = step_in_words(number.step)
            raise KeyFault(f"question[{plan.question}].published: {where}: the reference stops after {last}")
        step = plan.steps.index(dict(number.step))
        solved = float(trace[number.field][step, *number.component])
        if not np.abs(solved - float(number.text)) <= _half_unit(number.text) + 1e-15 * abs(solved):
            place = plan.question, plan.method, number.step, number.field, number.component
            yield Misprint(*place, printed=number.text, solved=solved)


def numbers_in_print(plan: Plan, published: Published) -> Iterator[Printed]:
    """Yield every printed number. Raises KeyFault for a step, field or shape that is not in the plan."""
    shapes = {line.field: line.shape for line in plan.lines}
    seen: list[dict[str, int]] = []
    for number, table in enumerate(published.steps):
        where = f"question[{plan.question}].published.steps[{number}]"
        labels = {name: value for name, value in table.items() if isinstance(value, int)}
        _check_labels(plan, labels, where)
        if labels in seen:
            reason = f"{step_in_words(labels.items())} stands in steps[{seen.index(labels)}] as well"
            raise KeyFault(reason, where)
        seen.append(labels)
        if labels.keys() == table.keys():
            raise KeyFault("expected the printed numbers of a field beside the labels, found none", where)
        for name, value in table.items():
            if isinstance(value, int):
                continue
            if name not in shapes:
                reason = f"expected the name of an equation, found {name}{nearest(name, shapes)}"
                raise KeyFault(reason, f"{where}.{name}", name=True)
            components = dict(_components(value))
            if components.keys() != set(np.ndindex(*shapes[name])):
                reason = f"expected {in_words(shapes[name])}, found {_shape_in_words(value)}"
                raise KeyFault(reason, f"{where}.{name}")
            for component, text in components.items():
                yield Printed(tuple(labels.items()), name, component, text)


def _check_labels(plan: Plan, labels: Mapping[str, int], where: str) -> None:
    """Raise KeyFault where the whole numbers of a printed step are not the labels of a step."""
    if labels in plan.steps:
        return
    for line in plan.lines:
        if line.field in labels:
            shown = f'{line.field} = "{labels[line.field]}"'
            reason = f"a printed number stands in quotes, with the digits that are printed, as in {shown}"
            raise KeyFault(reason, f"{where}.{line.field}")
    expected = ", ".join(f"{name} (0 to {count - 1})" for name, count in plan.loops.items())
    raise KeyFault(f"expected the labels of a step, whole numbers: {expected}", where)


def _way(plan: Plan, published: Published) -> tuple[dict[str, str], dict[str, float]]:
    """Return the choices and constants with which the printed numbers were worked."""
    place = f"question[{plan.question}].published"
    try:
        for group, option in published.choose.items():
            place = f"question[{plan.question}].published.choose.{group}"
            settle(plan, {group: option})
        for name, value in published.given.items():
            place = f"question[{plan.question}].published.given.{name}"
            settle_given(plan, {name: value})
    except UsageFault as fault:
        raise KeyFault(str(fault), place) from None
    return settle(plan, published.choose), settle_given(plan, published.given)


def _components(
    value: str | Sequence[str] | Sequence[Sequence[str]],
) -> Iterator[tuple[tuple[int, ...], str]]:
    if isinstance(value, str):
        yield (), value
        return
    for i, item in enumerate(value):
        for rest, text in _components(item):
            yield (i, *rest), text


def _shape_in_words(value: Any) -> str:
    try:
        return in_words(shape_of(value))
    except ValueError:
        return "rows of different lengths"


def _half_unit(text: str) -> float:
    exponent = Decimal(text).as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else np.inf
