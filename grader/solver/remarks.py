"""What is odd in a key and may be meant: the audit says it, and finds no fault in it."""

from collections.abc import Collection, Iterator

import numpy as np

from grader.expressions import functions_in, names_in, parse
from grader.schemas.key import TraceQuestion
from grader.schemas.wording import listed
from grader.solver.findings import Oddity
from grader.solver.names import texts_of
from grader.solver.plan import Plan
from grader.solver.solve import solve


def remarks(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield what stands in a question and does nothing, and what each of its methods makes of that."""
    yield from _unused(question, plans)
    for plan in plans:
        place = f"{question.id}, method {plan.method}"
        for says in _nothing_to_work(plan):
            yield Oddity(place, says)


def _unused(question: TraceQuestion, plans: Collection[Plan]) -> Iterator[Oddity]:
    """Yield the values and names that no line is worked from, nor a known mistake."""
    fields = {name for method in question.method.values() for name in method.equations}
    texts = [text for name in question.method for text in texts_of(question, name)]
    used = frozenset().union(*(names_in(tree) | functions_in(tree) for tree in map(parse, texts)))
    used -= fields
    for plan in plans:  # of a field it is the start value that may be idle
        lines = [*plan.lines, *(line for way in plan.mistakes for line in way.lines.values())]
        for line in (*lines, *([plan.stop] if plan.stop else [])):
            used |= {*map(plan.field_of, line.previous)}
    tables = {
        "start": [*question.start],
        "constants": [*question.constants],
        "given": [*question.given],
        **{f"method {name}, constants": [*method.constants] for name, method in question.method.items()},
        **{
            f"method {name}, loop {loop}": [*rounds[0]]
            for name, method in question.method.items()
            for loop, rounds in method.loop.items()
            if isinstance(rounds, list)
        },
        **{f"choice {group}": [*next(iter(options.values()))] for group, options in question.choice.items()},
    }
    for table, names in tables.items():
        if idle := [name for name in names if name not in used]:
            yield Oddity(f"{question.id}, {table}", f"no line uses {listed(idle)}")


def _nothing_to_work(plan: Plan) -> Iterator[str]:
    """Say which fields are 0 in every step, and of which the tolerance lets 0 pass for any."""
    trace = solve(plan, plan.default_choice, plan.default_given)
    sizes = {line.field: np.abs(trace[line.field]) for line in plan.lines}
    idle = [field for field, size in sizes.items() if not size.any()]
    passing = [field for field, size in sizes.items() if np.all(size <= plan.tolerance.room(size))]
    if idle:
        yield f"{listed(idle)} {'is' if len(idle) == 1 else 'are'} 0 in every step"
    if others := [field for field in passing if field not in idle]:
        yield f"the tolerance lets 0 pass for every {listed(others)}"
