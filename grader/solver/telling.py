"""Which of a network's usual mistakes can be told apart in an exercise; the question without shorthand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.expressions import Array, Real, evaluate
from grader.schemas.key import TraceQuestion
from grader.schemas.network.expand import USUAL, each_once
from grader.solver.differentiate import points
from grader.solver.names import choices_of
from grader.solver.plan import Line, Plan


def tellable(question: TraceQuestion, plan: Plan) -> Plan:
    """Return the plan of a network without those lines of its usual mistakes that cannot be told apart.

    Such a line gives, under every choice, what the right line or that of an earlier mistake gives. The
    mistakes that the key's author wrote all stay, and come before the usual ones.
    """
    bench = _Bench(question, plan)
    own = [each for each in plan.mistakes if each.name not in USUAL]
    usual = [each for each in plan.mistakes if each.name in USUAL]
    left: dict[str, dict[str, Line]] = {each.name: dict(each.lines) for each in usual}
    for line in plan.lines:
        field = line.field
        known = [line, *(each.lines[field] for each in own if field in each.lines)]
        having = [each.name for each in usual if field in each.lines]
        for name, wrong in zip(having, [left[name][field] for name in having], strict=True):
            if bench.is_one_of(wrong, known):
                del left[name][field]
            else:
                known.append(wrong)
    kept = [replace(each, lines=left.get(each.name, each.lines)) for each in plan.mistakes]
    return replace(plan, mistakes=tuple(each for each in kept if each.lines))


class _Bench:
    """Works lines; it remembers what a step gives under each choice, and the values of each line."""

    def __init__(self, question: TraceQuestion, plan: Plan) -> None:
        self._plan = plan
        self._choices = choices_of(question, tuple(plan.choices))
        self._scopes: dict[int, dict[str, dict[str, Array]]] = {}
        self._values: dict[tuple[int, int], Array] = {}

    def is_one_of(self, line: Line, others: Sequence[Line]) -> bool:
        """Tell whether a line gives, under every choice, what one of the other lines gives."""
        return any(all(self._same(line, other)) for other in others)

    def _same(self, line: Line, other: Line) -> Iterator[bool]:
        for number in range(len(self._choices)):
            one, two = self._value(number, line), self._value(number, other)
            with np.errstate(invalid="ignore"):
                close = (np.abs(one - two) <= 1e-9 * np.abs(two)) | (np.isnan(one) & np.isnan(two))
            yield bool(np.all(close))

    def _value(self, number: int, line: Line) -> Array:
        if (number, id(line)) not in self._values:
            scope = self._seen_from(number)[line.field]
            self._values[number, id(line)] = evaluate(line.tree(self._choices[number]), scope, Real(1))
        return self._values[number, id(line)]

    def _seen_from(self, number: int) -> dict[str, dict[str, Array]]:
        """Return every name's value as each line sees it, as `Place.scope` does for one line."""
        if number not in self._scopes:
            choice = self._choices[number]
            names = dict(points(self._plan, choice))
            before = {}
            for line in self._plan.lines:
                before[line.field] = dict(names)
                names[line.field] = evaluate(line.tree(choice), names, Real(1))
            self._scopes[number] = {field: names | seen for field, seen in before.items()}
        return self._scopes[number]


def written_out(question: TraceQuestion, plans: Mapping[str, Plan]) -> dict[str, Any]:
    """Return the tables of a question as plain data, with a network written out as equations.

    Of a network's usual mistakes it has only those lines that are in the question's plans.
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
            head = {
                word: value
                for word, value in table.items()
                if word in ("credit", "says", "at_most", "follows")
            }
            table = head | each_once(lines)
        mistakes[name] = table
    tables["mistake"] = mistakes
    return tables
