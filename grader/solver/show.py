"""A reference trace as text: a table, JSON, or the printout of a script of 2016."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from grader.expressions import Array
from grader.schemas.places import step_in_words
from grader.solver.plan import Plan
from grader.solver.solve import Trace, steps_of

Values = Mapping[str, Array]


def as_json(
    plan: Plan,
    trace: Trace,
    choice: dict[str, str],
    given: dict[str, float],
    variant: Values = MappingProxyType({}),
) -> str:
    """Return the trace as a submission's answer, with the choices and a student's own values, if any."""
    steps = [
        {**labels, **{name: _unsigned(values[t]).tolist() for name, values in trace.items()}}
        for t, labels in enumerate(steps_of(plan, trace))
    ]
    head = {"question": plan.question, "method": plan.method, "choices": choice, "given": given}
    own = {"variant": {name: value.tolist() for name, value in variant.items()}} if variant else {}
    return json.dumps({**head, **own, "steps": steps}, indent=1)


def as_table(
    plan: Plan,
    trace: Trace,
    choice: dict[str, str],
    given: dict[str, float],
    variant: Values = MappingProxyType({}),
) -> str:
    """Return the trace as lines of text, one block for each step, after a student's own values, if any."""
    settings = [f"{name} = {value}" for name, value in choice.items()]
    settings += [f"{name} = {value:g}" for name, value in given.items()]
    head = f"{plan.question}, method {plan.method}" + (f" ({', '.join(settings)})" if settings else "")
    own = ["", *_block(variant)] if variant else []
    return "\n".join([head, *own, *_table_lines(plan, trace)])


def as_log(plan: Plan, trace: Trace) -> str:
    """Return the trace in the layout of the practical's published printout.

    Arrays as NumPy 1.11 printed them, scalars with the 12 significant digits of Python 2.
    """
    return "\n".join(_log_lines(plan, trace))


def _table_lines(plan: Plan, trace: Trace) -> Iterator[str]:
    for t, labels in enumerate(steps_of(plan, trace)):
        yield ""
        if labels:
            yield step_in_words(labels.items())
        yield from _block({name: values[t] for name, values in trace.items()})


def _block(values: Values) -> Iterator[str]:
    """Yield the values of several names, one below the other."""
    width = max(map(len, values))
    for name, value in values.items():
        text = np.array2string(_unsigned(value), precision=8, suppress_small=True, max_line_width=70)
        for i, line in enumerate(text.split("\n")):
            yield f"  {name if i == 0 else '':<{width}}  {line}"


def _unsigned(value: Array) -> Array:
    """Return values with zeros as people write them: a machine's zero may have a sign."""
    return np.asarray(value + 0.0)


def _log_lines(plan: Plan, trace: Trace) -> Iterator[str]:
    before: dict[str, int] = {}
    for t, labels in enumerate(steps_of(plan, trace)):
        for depth, (name, number) in enumerate(labels.items()):
            if depth == len(labels) - 1 or before.get(name) != number:
                yield (
                    f"-{name.capitalize()}: {number}" if depth == 0 else f"{'-' * 4 * depth} {name}: {number}"
                )
        before = labels
        for name, values in plan.inputs.items():
            if name not in plan.loops and (len(values) > 1 or len(plan.steps) == 1):
                yield f"_{name}: {_printed(values[t % len(values)], len(name) + 3)}"
        for name, values in trace.items():
            yield f"{name}: {_printed(values[t], len(name) + 2)}"


def _printed(value: Array, indent: int) -> str:
    if np.ndim(value) == 0:
        return f"{float(value):.12g}"
    with np.printoptions(precision=8, legacy="1.13"):
        return np.array2string(np.asarray(value), prefix=" " * indent)
