"""The verdict on every claim under every choice, and the fewest options that make one fail.

Where a claim fails, it also finds the factor that the field lacks or has too many times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from grader.expressions import Array, Call, Name, Real, Shape, evaluate
from grader.expressions.functions import ELEMENTWISE
from grader.expressions.tree import Tree, walk
from grader.schemas.key import TraceQuestion
from grader.solver.claims import Claim, Outcome, Slopes, ancestors, examine, slopes_of
from grader.solver.differentiate import BESIDE, Start, points
from grader.solver.findings import ClaimFinding, Condition, Example, Ratio, Verdict
from grader.solver.names import choices_of
from grader.solver.plan import Choice, Plan


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A field and its claim at several points, (N, *shape), and by name the factors by which they may differ.

    The shape of a factor is (N, *a shape that broadcasts to the field's).
    """

    field: Array
    claim: Array
    factors: Mapping[str, Array]


def explain(evidence: Sequence[Evidence]) -> Ratio | None:
    """Return the simplest ratio of field to claim that fits all the evidence, or None.

    A constant alone is simpler than a factor, and a factor alone (or with a sign) than one with a constant.
    """
    with np.errstate(all="ignore"):  # a factor may be undefined where field and claim are not
        if (constant := _constant(evidence, "", 0)) is not None:
            return Ratio(constant)
        found = list(_with_factor(evidence))
    return min(found, key=lambda ratio: abs(ratio.constant) != 1, default=None)


def _with_factor(evidence: Sequence[Evidence]) -> Iterator[Ratio]:
    for name in evidence[0].factors:
        if all(name in each.factors for each in evidence):
            for exponent in (-1, 1):
                if (constant := _constant(evidence, name, exponent)) is not None:
                    yield Ratio(constant, name, exponent)


def _constant(evidence: Sequence[Evidence], name: str, exponent: int) -> float | None:
    """Return the number that field / (claim · factor^exponent) is everywhere, if it is one and the same."""
    quotients = []
    for each in evidence:
        field, claim = each.field, each.claim
        if exponent:
            factor = _stretched(each.factors[name], field)
            # A missing factor is multiplied to the side that lacks it: dividing fails where the factor is 0.
            field, claim = (field * factor, claim) if exponent < 0 else (field, claim * factor)
        zero = np.isclose(field, 0, atol=_dust(field)), np.isclose(claim, 0, atol=_dust(claim))
        if np.any(zero[0] != zero[1]):
            return None
        quotients.append(field[~zero[0]] / claim[~zero[1]])
    together = np.concatenate(quotients)
    if not together.size or not np.allclose(together, together[0], rtol=1e-6, atol=0.0):
        return None
    nearest = round(float(together[0]))
    return float(nearest if np.isclose(together[0], nearest, rtol=1e-6, atol=0.0) else together[0])


def fits(factor: Shape, shape: Shape) -> bool:
    """Tell whether a factor broadcasts to a shape without changing it."""
    return len(factor) <= len(shape) and all(
        a in (1, b) for a, b in zip(reversed(factor), reversed(shape), strict=False)
    )


def _stretched(factor: Array, field: Array) -> Array:
    missing = field.ndim - factor.ndim
    return factor.reshape(factor.shape[:1] + (1,) * missing + factor.shape[1:])


def _dust(values: Array) -> float:
    """Return a size that is negligible compared with the largest of some values."""
    return 1e-12 * float(np.max(np.abs(values), initial=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    choice: Choice
    verdict: Verdict | None
    outcome: Outcome
    because: tuple[str, ...] = ()


def judge(question: TraceQuestion, plan: Plan, claims: Sequence[Claim]) -> Iterator[ClaimFinding]:
    """Yield the claims of a method that do not hold, in the order of its equations."""
    bench = _Bench(plan)
    for number, claim in enumerate(claims):
        above = [other for other in claims[:number] if other.field in ancestors(claim)]
        judged = [bench.judge(claim, above, choice) for choice in choices_of(question, claim.groups)]
        kinds = {(each.verdict, each.because) for each in judged if each.verdict is not None}
        for verdict, because in sorted(kinds):
            bad = [each for each in judged if (each.verdict, each.because) == (verdict, because)]
            for condition in _conditions(claim.groups, [b.choice for b in bad], [j.choice for j in judged]):
                under = [each for each in bad if dict(condition).items() <= each.choice.items()]
                yield _finding(claim, condition, under)


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """Judges claims; it remembers the points of each choice and the derivatives there."""

    plan: Plan
    starts: dict[Condition, Start] = field(default_factory=dict)
    slopes: dict[tuple[str, Condition], Slopes] = field(default_factory=dict)

    def judge(self, claim: Claim, above: Sequence[Claim], choice: Choice) -> _Judged:
        """Examine a claim; if it fails, once more with the fields corrected that break their own claims."""
        outcome = self.examine(claim, choice, {})
        if outcome.doubtful.any():
            return _Judged(choice, Verdict.DOUBTFUL, outcome)
        if not outcome.usable.any():
            return _Judged(choice, Verdict.UNPROVEN, outcome)
        if not outcome.fails.any():
            return _Judged(choice, None, outcome)
        right: dict[str, Array] = {}
        for other in above:
            seen = self.examine(other, choice, right)
            if seen.fails.any():
                right[other.field] = seen.claim
        mended = self.examine(claim, choice, right)
        if mended.fails.any():
            return _Judged(choice, Verdict.FAILS, mended)
        return _Judged(choice, Verdict.FOLLOWS, outcome, tuple(right))

    def examine(self, claim: Claim, choice: Choice, right: Mapping[str, Array]) -> Outcome:
        known = tuple(choice.items())
        if known not in self.starts:
            self.starts[known] = points(self.plan, choice)
        start = self.starts[known]
        if (claim.field, known) not in self.slopes:
            self.slopes[claim.field, known] = slopes_of(claim, choice, start)
        return examine(claim, choice, start, self.slopes[claim.field, known], right)


def _conditions(
    groups: tuple[str, ...], bad: Sequence[Choice], every: Sequence[Choice]
) -> Iterator[Condition]:
    """Yield the smallest sets of options under which all choices are bad, until every bad one is covered."""
    left = list(bad)
    known = {tuple(choice.items()) for choice in bad}
    for size in range(len(groups) + 1):
        for some in combinations(groups, size):
            for condition in dict.fromkeys(tuple((g, choice[g]) for g in some) for choice in left):
                wanted = dict(condition).items()
                if all(tuple(choice.items()) in known for choice in every if wanted <= choice.items()):
                    yield condition
                    left = [choice for choice in left if not wanted <= choice.items()]


def _finding(claim: Claim, condition: Condition, judged: Sequence[_Judged]) -> ClaimFinding:
    first = judged[0]
    fails = first.verdict == Verdict.FAILS
    return ClaimFinding(
        question=claim.plan.question,
        method=claim.plan.method,
        condition=condition,
        field=claim.field,
        claim=claim.text,
        verdict=first.verdict or Verdict.FAILS,
        ratio=explain([_evidence(claim, each) for each in judged]) if fails else None,
        example=_example(claim, first.outcome) if fails else None,
        because=first.because,
    )


def _example(claim: Claim, outcome: Outcome) -> Example:
    """Return the component that is farthest off at the first point where one is off."""
    point = int(np.flatnonzero(outcome.fails)[0])
    found, wanted = outcome.field[point], outcome.claim[point]
    component = np.unravel_index(np.argmax(np.abs(found - wanted)), found.shape)
    steps = claim.plan.steps[: len(outcome.fails) - BESIDE]
    return Example(
        step=tuple(steps[point].items()) if point < len(steps) else None,
        component=tuple(int(i) for i in component),
        field=float(found[component]),
        claim=float(wanted[component]),
    )


def _evidence(claim: Claim, judged: _Judged) -> Evidence:
    outcome, usable = judged.outcome, judged.outcome.usable
    factors = {
        name: np.broadcast_to(values, (len(usable), *values.shape[1:]))[usable]
        for name, values in _factors(claim, judged)
        if fits(values.shape[1:], claim.line.shape)
    }
    return Evidence(outcome.field[usable], outcome.claim[usable], factors)


def _factors(claim: Claim, judged: _Judged) -> Iterator[tuple[str, Array]]:
    """Yield what could be a factor: every quantity, also as a column, and the slopes of functions."""
    scope = judged.outcome.scope
    for name, values in scope.items():
        yield name, values
        if values.ndim == 2 and len(claim.line.shape) == 2:
            yield f"column({name})", values[:, :, None]
    for call in dict.fromkeys(_calls(claim.plan, judged.choice)):
        argument = call.arguments[0]
        if isinstance(argument, Name) and argument.name in scope:
            slope = Call(call.function, 1, call.arguments)
            yield f"{call.function}'({argument.name})", evaluate(slope, scope, Real(1))


def _calls(plan: Plan, choice: Choice) -> Iterator[Call]:
    trees: list[Tree] = [line.tree(choice) for line in plan.lines]
    for node in (node for tree in trees for node in walk(tree)):
        if isinstance(node, Call) and node.function in ELEMENTWISE and not node.primes:
            yield node
