"""The audit of a key: proves its claims, compares its printed numbers, and finds what cannot be meant.

That everything parses and that all shapes fit is checked earlier, where plans are made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

import numpy as np

from grader.expressions import Name, nearest
from grader.schemas.faults import KeyFault
from grader.schemas.key import Acknowledged, Key, TraceQuestion
from grader.solver.claims import Claim, read_claims
from grader.solver.compile import make_plans
from grader.solver.differentiate import BESIDE
from grader.solver.distinct import remarks, same_methods, same_mistakes, same_options
from grader.solver.findings import Audit, Checked, ClaimFinding, DrawsTried, Finding, Misprint, Oddity
from grader.solver.judge import judge
from grader.solver.names import choices_of
from grader.solver.plan import Plan
from grader.solver.printed import misprints, numbers_in_print
from grader.solver.solve import solve_many, stops, usual_steps
from grader.solver.variants import Variation, draw, read_variation, rejected

_TRIED = 300
_MOST_REASONS = 4
_TOO_MANY = 0.9  # of draws rejected: with more, one student in some thousands would have no variant at all
_NOBODY = b"the secret of the audit"


def audit(key: Key) -> Audit:
    """Check everything that can be wrong in a key.

    Raises KeyFault for a key that cannot be used at all.
    """
    checked: list[Checked] = []
    tried: list[DrawsTried] = []
    findings: list[Finding] = [*_points(key)]
    said: list[Oddity] = []
    for question in key.question:
        if isinstance(question, TraceQuestion):
            plans = make_plans(question)
            _check_acknowledged(question)
            found: list[Finding] = [*same_options(question, plans.values())]
            found += same_methods(question, plans.values())
            found += same_mistakes(question, plans.values())
            found += _costs(question)
            said += remarks(question, plans.values())
            for plan in plans.values():
                about, more = _of_method(question, plan)
                checked.append(about)
                found += more
            if (variation := read_variation(key, question, plans)) is not None:
                tried.append(try_draws(variation))
                found += few_are_sound(tried[-1])
            findings += _acknowledged(question, found)
    return Audit(tuple(checked), tuple(findings), tuple(tried), tuple(said))


def _of_method(question: TraceQuestion, plan: Plan) -> tuple[Checked, list[Finding]]:
    claims = read_claims(question, plan)
    findings: list[Finding] = [*_end(plan), *_idle_claims(claims), *judge(question, plan, claims)]
    printed = 0
    published = question.published
    if published and (published.method or next(iter(question.method))) == plan.method:
        printed = sum(1 for _ in numbers_in_print(plan, published))
        findings += misprints(plan, published)
    elif published and published.method is not None and published.method not in question.method:
        near = nearest(published.method, question.method)
        raise KeyFault(
            f"there is no method {published.method}{near}", f"question[{question.id}].published.method"
        )
    groups = tuple(group for group in question.choice if any(group in claim.groups for claim in claims))
    about = Checked(
        question=question.id,
        method=plan.method,
        claims=tuple(claim.field for claim in claims),
        steps=len(usual_steps(plan)),
        beside=BESIDE,
        choices=len(choices_of(question, groups)),
        printed=printed,
    )
    return about, findings


def _end(plan: Plan) -> Iterator[Oddity]:
    """Yield an oddity where the condition to stop never holds."""
    if plan.stop is None:
        return
    given = {name: np.array([value]) for name, value in plan.default_given.items()}
    trace = solve_many(plan, plan.default_choice, given, 1)
    if not stops(plan, plan.default_choice, given, trace).any():
        most = len(plan.steps)
        steps = f"any of the {most} steps" if most > 1 else "the only step; a loop is missing"
        says = f"the condition to stop does not hold after {steps}"
        yield Oddity(f"{plan.question}, method {plan.method}, stop", says)


def _points(key: Key) -> Iterator[Oddity]:
    """Yield an oddity where a key's cap on points cannot be reached, or cuts off points that are no bonus."""
    if key.points is None:
        return
    usual = sum(question.points for question in key.question if not question.bonus)
    most = sum(question.points for question in key.question)
    if most < key.points - 1e-9:
        yield Oddity("points", f"the key has {key.points:g} points, its questions add up to {most:g}")
    elif usual > key.points + 1e-9:
        yield Oddity(
            "points", f"the questions that are no bonus add up to {usual:g}, of which {key.points:g} count"
        )


def _costs(question: TraceQuestion) -> Iterator[Oddity]:
    """Yield what costs, or may cost, more points than the question has."""
    costs = {f"mistake {name}, at_most": way.at_most or 0.0 for name, way in question.mistake.items()}
    costs |= {f"given {name}, cost": given.cost for name, given in question.given.items()}
    for place, points in costs.items():
        if points > question.points:
            says = f"expected points of the question, which has {question.points:g}, found {points:g}"
            yield Oddity(f"{question.id}, {place}", says)


def _idle_claims(claims: Iterable[Claim]) -> Iterator[Oddity]:
    """Yield the claims that only repeat their field's equation, or name the field itself."""
    for claim in claims:
        names = {options: Name(claim.field) for options in claim.trees}
        if claim.trees in (claim.line.usual.trees, names):
            place = f"{claim.plan.question}, method {claim.plan.method}, claim of {claim.field}"
            yield Oddity(place, "it says what the equation says, and proves nothing")


def _check_acknowledged(question: TraceQuestion) -> None:
    """Raise KeyFault for an acknowledged claim, field or option that does not exist."""
    methods = question.method.values()
    claims = [*dict.fromkeys(name for method in methods for name in method.claims)]
    fields = [*dict.fromkeys(name for method in methods for name in method.equations)]
    for number, known in enumerate(question.acknowledged):
        place = f"question[{question.id}].acknowledged[{number}]"
        there_are = {"claim": claims, "misprint": fields, "mistake": [*question.mistake], "field": fields}
        for entry, names in there_are.items():
            if (name := getattr(known, entry)) is not None:
                _check_one_of(names, name, f"{place}.{entry}")
        for group, option in known.choice.items():
            _check_one_of([*question.choice], group, f"{place}.choice")
            _check_one_of([*question.choice[group]], option, f"{place}.choice.{group}")


def _check_one_of(known: list[str], name: str, place: str) -> None:
    if name not in known:
        there = ", ".join(known) or "none"
        raise KeyFault(f"expected one of {there}; found {name}{nearest(name, frozenset(known))}", place)


def _acknowledged(question: TraceQuestion, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Mark what the key acknowledges; yield at the end what it acknowledges but the audit did not find."""
    unused = [*question.acknowledged]
    for finding in findings:
        known = [each for each in question.acknowledged if _covers(each, finding)]
        unused = [each for each in unused if each not in known]
        yield replace(finding, acknowledged=bool(known))
    for each in unused:
        if each.mistake is not None:
            continue  # that one is found in hand-ins, not in the equations
        name = f"the claim of {each.claim}" if each.claim else f"a misprint of {each.misprint}"
        yield Oddity(f"{question.id}, acknowledged", f"{name}: no such fault was found")


def _covers(known: Acknowledged, finding: Finding) -> bool:
    if isinstance(finding, ClaimFinding):
        return known.claim == finding.field and known.choice.items() <= dict(finding.condition).items()
    if isinstance(finding, Misprint):
        return known.misprint == finding.field and known.step.items() <= dict(finding.step).items()
    return False


def try_draws(variation: Variation) -> DrawsTried:
    """Try one draw for each of several made-up students."""
    reasons: Counter[str] = Counter()
    drawn = draw(variation, _NOBODY, [str(number) for number in range(_TRIED)], [0] * _TRIED)
    bad = int(rejected(variation, drawn, reasons).sum())
    return DrawsTried(
        question=variation.name[1],
        quantities=tuple(variation.lattices),
        tried=_TRIED,
        rejected=bad,
        reasons=tuple(reasons.most_common(_MOST_REASONS)),
        variants=prod(lattice.variants for lattice in variation.lattices.values()),
    )


def few_are_sound(about: DrawsTried) -> Iterator[Oddity]:
    """Yield an oddity for ranges that leave one variant only, or of which hardly any draw can be used."""
    place = f"{about.question}, vary"
    if about.variants == 1:
        yield Oddity(place, "there is one variant only, so nothing varies")
    elif about.rejected > _TOO_MANY * about.tried:
        says, _ = about.reasons[0]
        yield Oddity(
            place,
            f"{about.rejected} of {about.tried} draws would spoil the exercise, most often because {says}; "
            "narrower ranges are needed",
        )
