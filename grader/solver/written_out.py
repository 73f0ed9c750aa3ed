"""A question as its author would write it without a shorthand."""

from collections.abc import Mapping
from typing import Any

from grader.schemas.key import TraceQuestion
from grader.schemas.network.mistakes import USUAL
from grader.schemas.network.overlay import each_once
from grader.solver.plan import Plan


def written_out(question: TraceQuestion, plans: Mapping[str, Plan]) -> dict[str, Any]:
    """Return the tables of a question as they are worked, as plain data; no network is left in it.

    Of a network's usual mistakes only those lines are there that can be told in the question's plans.
    """
    tables = question.model_dump(exclude_unset=True, exclude={"network"})
    if question.network is None:
        return tables
    told = {
        method: {mistake.name: frozenset(mistake.lines) for mistake in plan.mistakes}
        for method, plan in plans.items()
    }
    mistakes = {}
    for name, mistake in question.mistake.items():
        table = tables["mistake"][name]
        if name in USUAL:
            lines = {
                method: {
                    field: text
                    for field, text in mistake.equations(method).items()
                    if field in told[method].get(name, ())
                }
                for method in plans
            }
            if not any(lines.values()):
                continue
            head = {word: value for word, value in table.items() if word in ("credit", "says", "at_most")}
            table = head | each_once(lines)
        mistakes[name] = table
    tables["mistake"] = mistakes
    return tables
