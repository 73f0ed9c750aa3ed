"""Makes, of a key's plans, the blank for a form, and the numbers by which a printout's values are placed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from math import nan
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.expressions import Array
from grader.schemas.blank import (
    Blank,
    BlankField,
    BlankMethod,
    BlankParts,
    BlankStep,
    BlankTrace,
    Numbers,
    Worked,
)
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.solver.plan import Plan, Plans
from grader.solver.solve import count_steps_of_each, solve_each

_MOST_WAYS = 32  # combinations of choices that a printout is compared with


def make_blank(key: Key, plans: Plans) -> Blank:
    """Return what a submission to a key may hold; `plans` are those of each trace question, by method.

    Start values and inputs are those of the key; those that vary from student to student are NaN.
    """
    return Blank(key.id, key.title, tuple(_question(question, plans) for question in key.question))


def make_form(
    key: Key,
    plans: Plans,
    student: str = "",
    variants: Mapping[str, Mapping[str, Array]] = MappingProxyType({}),
    method: str | None = None,
) -> Blank:
    """Return the blank for a form to fill in: that of one student, with own values by question, or anybody's.

    A form for anybody has no values for what varies, since the key's values belong to nobody. With a
    `method`, the questions that have it have no other. Lines without points are not asked for.
    """
    questions = tuple(_form(question, plans, variants.get(question.id), method) for question in key.question)
    return Blank(key.id, key.title, questions, student)


def _form(
    question: TraceQuestion | PartsQuestion, plans: Plans, own: Mapping[str, Array] | None, method: str | None
) -> BlankTrace | BlankParts:
    blank = _question(question, plans)
    if isinstance(question, PartsQuestion) or isinstance(blank, BlankParts):
        return blank
    chosen = [each for name, each in plans[question.id].items() if name == method]
    asked = [replace(plan, lines=plan.asked) for plan in chosen or plans[question.id].values()]
    methods = [_method(plan.with_own(own or {})) for plan in asked]
    if question.vary and own is None:
        methods = [_without(question.vary, each) for each in methods]
    values = {name: None if own is None else _plain(own[name]) for name in question.vary}
    return replace(blank, methods=tuple(methods), own=values)


def _without(names: Collection[str], method: BlankMethod) -> BlankMethod:
    """Return a method without the values of what varies."""

    def others(values: Mapping[str, Numbers]) -> dict[str, Numbers]:
        return {name: value for name, value in values.items() if name not in names}

    steps = tuple(BlankStep(step.labels, others(step.inputs)) for step in method.steps)
    return replace(method, steps=steps, start=others(method.start), constants=others(method.constants))


def work(plans: Plans) -> Iterator[Worked]:
    """Yield the numbers of each method of each trace question, in each accepted way."""
    for question, methods in plans.items():
        for plan in methods.values():
            ways = [*islice(product(*(range(len(own)) for own in plan.choices.values())), _MOST_WAYS)]
            options = dict(zip(plan.choices, np.array(ways, dtype=np.intp).T, strict=True))
            given = {name: np.full(len(ways), value) for name, value in plan.default_given.items()}
            with np.errstate(all="ignore"):
                trace = solve_each(plan, options, given, len(ways))
                ends = count_steps_of_each(plan, options, given, trace, {})
            for way, end in enumerate(ends.tolist()):
                values = {name: tuple(rows[way, :end].tolist()) for name, rows in trace.items()}
                yield Worked(question, plan.method, values)


def _question(question: TraceQuestion | PartsQuestion, plans: Plans) -> BlankTrace | BlankParts:
    if isinstance(question, PartsQuestion):
        parts = {part.id: part.points for part in question.part}
        return BlankParts(question.id, question.title, question.points, parts, question.kind == "formula")
    methods = tuple(_method(_of_nobody(plan, question.vary)) for plan in plans[question.id].values())
    given = {name: constant.range for name, constant in question.given.items()}
    return BlankTrace(question.id, question.title, question.points, methods, given, question.digits)


def _of_nobody(plan: Plan, varies: Collection[str]) -> Plan:
    """Return a plan in which what varies has no value."""
    wholes = {name: plan.whole(name) for name in varies}
    nothing = {name: np.full(whole.shape, nan) for name, whole in wholes.items() if whole is not None}
    return plan.with_own(nothing) if nothing else plan


def _method(plan: Plan) -> BlankMethod:
    # An input has a leading axis over the steps, of length one where it is the same in all of them.
    # The labels of the steps are among them.
    inputs = {name: array for name, array in plan.inputs.items() if name not in plan.loops}
    constant = {name: _plain(array[0]) for name, array in inputs.items() if len(array) == 1}
    varying = {name: array for name, array in inputs.items() if len(array) > 1}
    steps = tuple(
        BlankStep(labels, {name: _plain(array[t % len(array)]) for name, array in varying.items()})
        for t, labels in enumerate(plan.steps)
    )
    start = {name: _plain(array) for name, array in plan.start.items()}
    fields = tuple(
        BlankField(line.field, line.shape, any(form.shape == () != line.shape for form in line.forms))
        for line in plan.lines
    )
    return BlankMethod(plan.method, fields, steps, start, constant)


def _plain(value: Array) -> Any:
    """Return a number, or a list of as many levels as the value has axes."""
    return np.asarray(value).tolist()
