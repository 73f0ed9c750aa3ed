"""Derivatives inside formulas, `derivative(L, w)`, worked by dual numbers at the points of a comparison.

A derivative is the total one: through everything that the question defines from the name down to what is
differentiated. `derivative(p_k, o_j)` is a component of the derivative of the whole p by the whole o, so
that an index of a sum around it can pick it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expressions import Array, Call, Dual, ExpressionFault, Name, Tree, constant, evaluate, seed
from grader.expressions.open_functions import OpenDuals, Wavy
from grader.expressions.printing import in_plain
from grader.expressions.tree import Component, children, rebuild

DERIVATIVE = "derivative"


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
    arithmetic = OpenDuals(1, functions)
    by, count = derivative.by, max(map(len, names.values()))
    value = np.broadcast_to(names[by], (count, *names[by].shape[1:]))
    duals: dict[str, Dual] = {name: constant(other) for name, other in names.items()} | {by: seed(value, 1)}
    for name, definition in definitions:
        if name != by:
            duals[name] = evaluate(definition, duals, arithmetic)
    result = evaluate(derivative.of, duals, arithmetic)
    own = result.value.shape[1:]
    slope = np.broadcast_to(result.slope, (int(np.prod(value.shape[1:], dtype=int)), count, *own))
    return np.moveaxis(slope, 0, -1).reshape(count, *own, *value.shape[1:])
