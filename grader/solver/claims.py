"""What a key claims of its fields, besides their equations, and whether that is true.

A claim says what a field should be; its equation says what it is. A claim is an expression that may use the
same names as the equation, and also `derivative(a, b)`: the total derivative, within the step, of an
expression by a name (see `differentiate`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.expressions import (
    Array,
    Balls,
    Call,
    ExpressionFault,
    Mask,
    Name,
    Real,
    Shape,
    Tree,
    evaluate,
    exact,
    in_words,
    infer,
    names_in,
    nearest,
    parse,
)
from grader.expressions.functions import DERIVATIVE
from grader.expressions.tree import children, rebuild
from grader.schemas.faults import KeyFault
from grader.schemas.key import TraceQuestion
from grader.solver.differentiate import Place, Start, derivative, differences
from grader.solver.names import name_previous, under_choices
from grader.solver.plan import Choice, Line, Plan


@dataclass(frozen=True, slots=True)
class _Asked:
    """A `derivative(of, by)` of a claim, and the name that stands in its place."""

    name: str
    of: Tree
    by: str


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A claim about one field, with a tree for each combination of the options of its `own` groups.

    `groups` are all groups that it depends on, also through the lines from which field and claim are worked.
    """

    plan: Plan
    line: Line
    text: str
    own: tuple[str, ...]
    trees: Mapping[tuple[str, ...], Tree]
    groups: tuple[str, ...]

    @property
    def field(self) -> str:
        return self.line.field

    def tree(self, choice: Choice) -> Tree:
        return self.trees[tuple(choice[group] for group in self.own)]


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The derivatives of a claim, by the names in their places, and what can be said of each of N points.

    A point is `smooth` where there is no kink, and within the domain. It is `doubtful` where the differences
    do not confirm the dual numbers.
    """

    values: dict[str, Array]
    smooth: Mask
    doubtful: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Field and claim at N points, (N, *shape), and what can be said of each point.

    A point is `usable` where both are defined and all derivatives are smooth. Of the usable points, the claim
    `fails` at those where the two differ; those are `doubtful` where the differences do not confirm the dual
    numbers.
    """

    field: Array
    claim: Array
    usable: Mask
    fails: Mask
    doubtful: Mask
    scope: Mapping[str, Array]


def read_claims(question: TraceQuestion, plan: Plan) -> tuple[Claim, ...]:
    """Read the claims of a method, in the order of its equations.

    Raises KeyFault with the place, and a caret under what is wrong.
    """
    texts = question.method[plan.method].claims
    lines = {line.field: line for line in plan.lines}
    for field in texts:
        if field not in lines:
            reason = f"expected the name of an equation, found {field}{nearest(field, lines)}"
            raise KeyFault(reason, _where(plan, field), name=True)
    return tuple(_read(question, plan, line, texts[name]) for name, line in lines.items() if name in texts)


def slopes_of(claim: Claim, choice: Choice, start: Start) -> Slopes:
    """Work out the derivatives of a claim at all points of `start`, by dual numbers and by differences."""
    place = Place(claim.plan, choice, claim.field)
    values = {}
    proven = np.ones(_count(start), dtype=np.bool_)
    doubtful = np.zeros_like(proven)
    for asked in _split(claim.tree(choice))[1]:
        values[asked.name] = derivative(place, start, asked.of, asked.by)
        other = differences(place, start, asked.of, asked.by)
        with np.errstate(invalid="ignore"):
            close = np.abs(values[asked.name] - other.slope) <= 10 * other.room
        np.logical_and(proven, _at_all_components(other.smooth), out=proven)
        np.logical_or(doubtful, ~_at_all_components(close), out=doubtful)
    return Slopes(values, proven, doubtful)


def examine(
    claim: Claim, choice: Choice, start: Start, slopes: Slopes, right: Mapping[str, Array]
) -> Outcome:
    """Work field and claim at all points of `start`.

    The fields in `right` have those values instead of the ones that their equations give. Derivatives are
    still those of the equations.
    """
    scope = Place(claim.plan, choice, claim.field).scope(start, Real(1), right)
    tree, _ = _split(claim.tree(choice))
    shape = (_count(start), *claim.line.shape)
    field = np.broadcast_to(evaluate(claim.line.tree(choice), scope, Real(1)), shape)
    claimed = np.broadcast_to(evaluate(tree, scope | slopes.values, Real(1)), shape)
    usable = _at_all_components(np.isfinite(field) & np.isfinite(claimed)) & slopes.smooth
    rounding = np.broadcast_to(_rounding(claim, choice, start, right), shape)
    return Outcome(
        field=field,
        claim=claimed,
        usable=usable,
        fails=usable & ~_at_all_components(_agree(field, claimed, rounding)),
        doubtful=usable & slopes.doubtful,
        scope=scope,
    )


def _count(start: Start) -> int:
    return max(len(array) for array in start.values())


def _rounding(claim: Claim, choice: Choice, start: Start, right: Mapping[str, Array]) -> Array:
    """Return by how much the machine's rounding can move the field, for example 1 - z^2 at z = 1."""
    place = Place(claim.plan, choice, claim.field)
    balls = {name: exact(values) for name, values in start.items()}
    scope = place.scope(balls, Balls(1), {name: exact(values) for name, values in right.items()})
    return evaluate(claim.line.tree(choice), scope, Balls(1)).rad


def _agree(a: Array, b: Array, rounding: Array) -> Mask:
    """Compare component by component; one that cancels to nothing is measured by the largest of its point.

    The machine's rounding excuses no more than a trifle, measured by the largest of all points.
    """
    size = np.maximum(np.abs(a), np.abs(b))
    largest = np.max(size.reshape(len(size), -1), axis=1).reshape(-1, *(1,) * (a.ndim - 1))
    trifle = 1e-12 * np.max(size, where=np.isfinite(size), initial=0.0)
    with np.errstate(invalid="ignore"):
        room = 1e-8 * size + 1e-13 * largest + np.minimum(rounding, trifle)
        close: Mask = np.abs(a - b) <= room
    return close


def _at_all_components(holds: Mask) -> Mask:
    every: Mask = np.all(holds.reshape(len(holds), -1), axis=1)
    return every


def _read(question: TraceQuestion, plan: Plan, line: Line, text: str) -> Claim:
    own, trees = under_choices(question, parse(text))
    fields = [other.field for other in plan.lines]
    done = fields[: fields.index(line.field)]
    for options, chosen in trees.items():
        try:
            trees[options] = name_previous(chosen, plan.start, done, text)
        except ExpressionFault as fault:
            raise KeyFault(fault.reason, _where(plan, line.field), fault) from None
        _check(plan, line, trees[options], text)
    used = frozenset().union(*(names_in(tree) for tree in trees.values()))
    through = {group for other in _above(plan, {line.field, *used}) for group in other.usual.groups}
    groups = tuple(group for group in question.choice if group in through or group in own)
    return Claim(plan, line, text, own, trees, groups)


def _above(plan: Plan, names: set[str]) -> Iterator[Line]:
    """Yield the lines of some fields and every line of the step that they are worked from."""
    wanted = set(names)
    for line in reversed(plan.lines):
        if line.field in wanted:
            wanted |= set(line.earlier)
            yield line


def ancestors(claim: Claim) -> frozenset[str]:
    """Return the fields of the step that the claim's field is worked from."""
    return frozenset(line.field for line in _above(claim.plan, {claim.field})) - {claim.field}


def _check(plan: Plan, line: Line, tree: Tree, text: str) -> None:
    """Raise KeyFault for a claim that cannot be worked, or whose shape is not that of its field."""
    shapes: dict[str, Shape] = {name: array.shape[1:] for name, array in plan.inputs.items()}
    shapes |= dict.fromkeys(plan.given, ())
    shapes |= {name: array.shape for name, array in plan.start.items()}
    shapes |= {other.field: other.shape for other in plan.lines}
    shapes |= {kept: shapes[name] for kept, name in plan.kept.items()}
    try:
        _check_calls(tree, shapes, text)
        rest, derivatives = _split(tree)
        for asked in derivatives:
            infer(asked.of, shapes, text)
        found = infer(rest, shapes | {asked.name: shapes[asked.by] for asked in derivatives}, text)
    except ExpressionFault as fault:
        raise KeyFault(fault.reason, _where(plan, line.field), fault) from None
    if found != line.shape:
        reason = f"expected {in_words(line.shape)}, as the equation gives, found {in_words(found)}"
        raise KeyFault(reason, _where(plan, line.field))


def _check_calls(tree: Tree, shapes: Mapping[str, Shape], text: str) -> None:
    if isinstance(tree, Call) and tree.function == DERIVATIVE:
        if tree.primes or len(tree.arguments) != 2:
            raise ExpressionFault("expected derivative(of, by)", text, tree.span)
        by = tree.arguments[1]
        if not isinstance(by, Name) or by.name not in shapes:
            hint = (isinstance(by, Name) and nearest(by.name, shapes)) or f"; known are {', '.join(shapes)}"
            reason = f"expected the name of a quantity to differentiate by{hint}"
            raise ExpressionFault(reason, text, by.span)
        return
    for child in children(tree):
        _check_calls(child, shapes, text)


def _split(tree: Tree) -> tuple[Tree, tuple[_Asked, ...]]:
    """Replace every derivative by a name; return the expression that is left, and the derivatives."""
    asked: list[_Asked] = []

    def without(node: Tree) -> Tree:
        if isinstance(node, Call) and node.function == DERIVATIVE and isinstance(node.arguments[1], Name):
            name = f"{DERIVATIVE} {len(asked)}"  # with a blank, so that no quantity can have this name
            asked.append(_Asked(name, node.arguments[0], node.arguments[1].name))
            return Name(name, node.span)
        return rebuild(node, tuple(without(child) for child in children(node)), node.span)

    return without(tree), tuple(asked)


def _where(plan: Plan, field: str) -> str:
    return f"question[{plan.question}].method.{plan.method}.claims.{field}"
