"""From a key's plans to the blank that forms are made of, and to the numbers that a printout is placed by."""

from collections.abc import Iterator, Mapping
from itertools import islice, product

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
from grader.schemas.given import Given
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.solver.plan import Plan
from grader.solver.solve import solve_each
from grader.solver.stopping import count_steps_of_each

_MOST_WAYS = 32  # combinations of choices that a printout is compared with

Plans = Mapping[str, Mapping[str, Plan]]


def make_blank(key: Key, plans: Plans) -> Blank:
    """Return what a submission to a key may hold; `plans` are those of each trace question, by method."""
    return Blank(key.id, key.title, tuple(_question(question, plans) for question in key.question))


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
    methods = tuple(_method(plan) for plan in plans[question.id].values())
    given = {name: _range(constant) for name, constant in question.given.items()}
    return BlankTrace(question.id, question.title, question.points, methods, given, question.digits)


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


def _range(constant: Given) -> str:
    """Say in words where a constant must lie, or nothing."""
    bounds = {
        "above": constant.above,
        "at least": constant.least,
        "below": constant.below,
        "at most": constant.most,
    }
    return ", ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)


def _plain(value: Array) -> Numbers:
    numbers: Numbers = np.asarray(value).tolist()
    return numbers
