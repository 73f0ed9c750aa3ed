"""What has no effect in a key: options and mistakes that make no difference, names that no line uses."""

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from grader.expressions import Array, Real, evaluate, functions_in, names_in, parse
from grader.schemas.key import TraceQuestion
from grader.schemas.wording import listed
from grader.solver.differentiate import Place, points
from grader.solver.findings import Oddity
from grader.solver.names import choices_of, texts_of
from grader.solver.plan import Plan, WrongWay
from grader.solver.solve import Trace, solve


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
    """Yield the methods that no hand-in can tell apart: they have the same steps, fields and values."""
    for one, other in combinations(plans, 2):
        fields = [[line.field for line in plan.lines] for plan in (one, other)]
        if one.loops == other.loops and fields[0] == fields[1] and not _methods_differ(question, one, other):
            says = f"{one.method} and {other.method} give the same values throughout"
            yield Oddity(f"{question.id}, methods", says)


def same_mistakes(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the known mistakes whose lines give what the right ones do, under every choice."""
    for plan in plans:
        for mistake in plan.mistakes:
            if not _mistake_differs(question, plan, mistake):
                place = f"{question.id}, method {plan.method}, mistake {mistake.name}"
                yield Oddity(place, "it gives the values of the right lines, under every choice")


def _options_differ(question: TraceQuestion, plan: Plan, group: str, one: str, other: str) -> bool:
    rest = [name for name in plan.choices if name != group]
    return any(
        _differ(*(solve(plan, choice | {group: option}, plan.default_given) for option in (one, other)))
        for choice in choices_of(question, rest)
    )


def _methods_differ(question: TraceQuestion, one: Plan, other: Plan) -> bool:
    return any(
        _differ(*(solve(plan, choice, plan.default_given) for plan in (one, other)))
        for choice in choices_of(question, tuple(dict.fromkeys((*one.choices, *other.choices))))
    )


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


def _differ(values: Trace, others: Trace) -> bool:
    return any(_apart(values[name], others[name]) for name in values)


def _apart(values: Array, others: Array) -> bool:
    return values.shape != others.shape or not np.allclose(
        values, others, rtol=1e-9, atol=0.0, equal_nan=True
    )


def remarks(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield what stands in a question without effect, and where its methods leave nothing to work."""
    yield from _unused(question, plans)
    for plan in plans:
        place = f"{question.id}, method {plan.method}"
        for says in _nothing_to_work(plan):
            yield Oddity(place, says)


def _unused(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the values and names that no line uses, not even one of a known mistake."""
    used = _used(question, plans)
    for table, names in _named(question).items():
        if idle := [name for name in names if name not in used]:
            yield Oddity(f"{question.id}, {table}", f"no line uses {listed(idle)}")


def _used(question: TraceQuestion, plans: Collection[Plan]) -> frozenset[str]:
    """Return the names that lines use; fields are among them only if a line uses their start value."""
    fields = {name for method in question.method.values() for name in method.equations}
    texts = [text for name in question.method for text in texts_of(question, name)]
    used = frozenset().union(*(names_in(tree) | functions_in(tree) for tree in map(parse, texts)))
    started: set[str] = set()
    for plan in plans:
        lines = [*plan.lines, *(line for way in plan.mistakes for line in way.lines.values())]
        for line in (*lines, *([plan.stop] if plan.stop else [])):
            started |= {*map(plan.field_of, line.previous)}
    return (used - fields) | started


def _named(question: TraceQuestion) -> dict[str, list[str]]:
    """Return the names to which each table of a question gives a value or a meaning."""
    tables = {
        "start": [*question.start],
        "constants": [*question.constants],
        "given": [*question.given],
    }
    for name, method in question.method.items():
        tables[f"method {name}, constants"] = [*method.constants]
    for name, method in question.method.items():
        for loop, rounds in method.loop.items():
            if isinstance(rounds, list):
                tables[f"method {name}, loop {loop}"] = [*rounds[0]]
    for group, options in question.choice.items():
        tables[f"choice {group}"] = [*next(iter(options.values()))]
    return tables


def _nothing_to_work(plan: Plan) -> Iterator[str]:
    """Say which fields are 0 in every step, and for which the tolerance accepts 0 in every step."""
    trace = solve(plan, plan.default_choice, plan.default_given)
    sizes = {line.field: np.abs(trace[line.field]) for line in plan.lines}
    idle = [field for field, size in sizes.items() if not size.any()]
    with np.errstate(invalid="ignore"):  # an infinite value may be off by nothing that has a value
        passing = [field for field, size in sizes.items() if np.all(size <= plan.tolerance.room(size))]
    if idle:
        yield f"{listed(idle)} {'is' if len(idle) == 1 else 'are'} 0 in every step"
    if others := [field for field in passing if field not in idle]:
        yield f"the tolerance lets 0 pass for every {listed(others)}"
