"""Derivatives inside formulas, `derivative(L, w)`, worked by dual numbers at the points of a comparison.

A derivative is the total one: through everything that the question defines from the name down to what is
differentiated. `derivative(p_k, o_j)` is a component of the derivative of the whole p by the whole o, so
that an index of a sum around it can pick it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from grader.expressions import (
    Array,
    Ball,
    Call,
    ExpressionFault,
    Name,
    Shape,
    Tree,
    constant,
    evaluate,
    exact,
    seed,
)
from grader.expressions.arithmetic import Arithmetic
from grader.expressions.ball_dual import BallDual, BallDuals, steady
from grader.expressions.open_functions import OpenDuals, Wavy
from grader.expressions.printing import in_plain
from grader.expressions.tree import Component, children, rebuild

DERIVATIVE = "derivative"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Derivative:
    """What is differentiated, by which name, and the name that stands in the formula for the result."""

    name: str
    of: Tree
    by: str


def name_derivatives(tree: Tree) -> tuple[Tree, tuple[Derivative, ...]]:
    """Put a name in the place of every derivative in a formula, and return them.

    Raises ExpressionFault for a derivative by something that is no name or component.
    """
    found: dict[tuple[Tree, str], Derivative] = {}
    return _named(tree, found), tuple(found.values())


def _named(tree: Tree, found: dict[tuple[Tree, str], Derivative]) -> Tree:
    if not (isinstance(tree, Call) and tree.function == DERIVATIVE):
        below = children(tree)
        operands = tuple([_named(child, found) for child in below])
        return tree if operands == below else rebuild(tree, operands, tree.span)
    of, by = tree.arguments
    (of, upper), (by, lower) = _parts(of), _parts(by)
    if not isinstance(by, Name):
        raise ExpressionFault("a derivative is by a name", "", by.span)
    name = f"derivative of {in_plain(of)} by {by.name}"  # spaces: no name of a question
    derivative = found.setdefault((of, by.name), Derivative(name, of, by.name))
    result = Name(derivative.name, tree.span)
    return Component(result, (*upper, *lower), tree.span) if upper or lower else result


def _parts(tree: Tree) -> tuple[Tree, tuple[Tree, ...]]:
    """Return a component's whole and its indices; anything else has none."""
    return (tree.whole, tree.indices) if isinstance(tree, Component) else (tree, ())


def differentiated(
    derivative: Derivative,
    definitions: Sequence[tuple[str, Tree]],
    names: Mapping[str, Array],
    functions: Mapping[str, Wavy],
) -> Array:
    """Return the derivative at all points, with the axes of what is differentiated, then those of the name.

    `names` has the values of all names there, those of the definitions too.
    """
    count = max(map(len, names.values()))
    value = _at_all(names[derivative.by], count)
    duals = {name: constant(other) for name, other in names.items()} | {derivative.by: seed(value, 1)}
    result = _through(derivative, definitions, duals, OpenDuals(1, functions))
    return _turned(result.slope, count, result.value.shape[1:], value.shape[1:])


def differentiated_balls(
    derivative: Derivative,
    definitions: Sequence[tuple[str, Tree]],
    names: Mapping[str, Ball],
    functions: Mapping[str, Wavy],
) -> Ball:
    """Return the same with bounds of what rounding can do to it."""
    count = max(len(ball.mid) for ball in names.values())
    by = Ball(*(_at_all(part, count) for part in (names[derivative.by].mid, names[derivative.by].rad)))
    seeded = BallDual(by, exact(seed(by.mid, 1).slope))
    duals = {name: steady(other) for name, other in names.items()} | {derivative.by: seeded}
    result = _through(derivative, definitions, duals, BallDuals(1, functions))
    own, axes = result.value.mid.shape[1:], by.mid.shape[1:]
    return Ball(*(_turned(part, count, own, axes) for part in (result.slope.mid, result.slope.rad)))


def _through(
    derivative: Derivative,
    definitions: Sequence[tuple[str, Tree]],
    duals: dict[str, V],
    arithmetic: Arithmetic[V],
) -> V:
    """Work the definitions after the name that is differentiated by, then what is differentiated."""
    for name, definition in definitions:
        if name != derivative.by:
            duals[name] = evaluate(definition, duals, arithmetic)
    return evaluate(derivative.of, duals, arithmetic)


def _at_all(value: Array, count: int) -> Array:
    return np.broadcast_to(value, (count, *value.shape[1:]))


def _turned(slope: Array, count: int, own: Shape, axes: Shape) -> Array:
    """Put the axis of the slopes last, in the shape of the name."""
    size = int(np.prod(axes, dtype=int))
    return np.moveaxis(np.broadcast_to(slope, (size, count, *own)), 0, -1).reshape(count, *own, *axes)
