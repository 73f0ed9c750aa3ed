"""Options and mistakes of a key that cannot be told from what they stand beside."""

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from grader.expressions import Array, Real, evaluate
from grader.schemas.key import TraceQuestion
from grader.solver.choices import choices_of
from grader.solver.differentiate import Place
from grader.solver.findings import Oddity
from grader.solver.plan import Plan, WrongWay
from grader.solver.points import points
from grader.solver.solve import solve


def same_options(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the groups that no equation uses, and the options that give the same values throughout."""
    for group, options in question.choice.items():
        place = f"{question.id}, choice {group}"
        users = [plan for plan in plans if group in plan.choices]
        if not users:
            yield Oddity(place, "no equation uses what its options define")
            continue
        for one, other in combinations(options, 2):
            if not any(_options_differ(question, plan, group, one, other) for plan in users):
                yield Oddity(place, f"{one} and {other} give the same values throughout")


def same_methods(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the methods of which no hand-in can show which it is by: the same steps, fields and values."""
    for one, other in combinations(plans, 2):
        fields = [[line.field for line in plan.lines] for plan in (one, other)]
        if one.loops == other.loops and fields[0] == fields[1] and not _methods_differ(question, one, other):
            says = f"{one.method} and {other.method} give the same values throughout"
            yield Oddity(f"{question.id}, methods", says)


def same_mistakes(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the known mistakes that are none: their lines give what the right ones do, under every choice."""
    for plan in plans:
        for mistake in plan.mistakes:
            if not _mistake_differs(question, plan, mistake):
                place = f"{question.id}, method {plan.method}, mistake {mistake.name}"
                yield Oddity(place, "it gives the values of the right lines, under every choice")


def _options_differ(question: TraceQuestion, plan: Plan, group: str, one: str, other: str) -> bool:
    rest = [name for name in plan.choices if name != group]
    for choice in choices_of(question, rest):
        values, others = (
            solve(plan, choice | {group: option}, plan.default_given) for option in (one, other)
        )
        if any(_apart(values[name], others[name]) for name in values):
            return True
    return False


def _methods_differ(question: TraceQuestion, one: Plan, other: Plan) -> bool:
    for choice in choices_of(question, tuple(dict.fromkeys((*one.choices, *other.choices)))):
        values, others = (solve(plan, choice, plan.default_given) for plan in (one, other))
        if any(_apart(values[name], others[name]) for name in values):
            return True
    return False


def _mistake_differs(question: TraceQuestion, plan: Plan, mistake: WrongWay) -> bool:
    right = {line.field: line for line in plan.lines}
    for choice in choices_of(question, tuple(plan.choices)):
        start = points(plan, choice)
        for field, line in mistake.lines.items():
            scope = Place(plan, choice, field).scope(start, Real(1))
            values, others = (evaluate(each.tree(choice), scope, Real(1)) for each in (line, right[field]))
            if _apart(values, others):
                return True
    return False


def _apart(values: Array, others: Array) -> bool:
    return values.shape != others.shape or not np.allclose(
        values, others, rtol=1e-9, atol=0.0, equal_nan=True
    )
