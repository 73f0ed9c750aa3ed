"""Derivatives inside formulas, `derivative(L, w)`, worked by dual numbers at the points of a comparison.

A derivative is the total one: through everything that the question defines from the name down to what is
differentiated; one inside another is a formula first. `derivative(p_k, o_j)` is a component of the
derivative of the whole p by the whole o, so that an index of a sum around it can pick it. A sum whose index
stands in what is differentiated otherwise, as in Σ_k ∂(p_k − p_y)/∂o_j, is worked term by term.

In some answers derivatives stand as they were asked, or as the chain rule has them, not worked out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from grader.expressions import (
    Call,
    ExpressionFault,
    Name,
    Tree,
    functions_in,
    names_in,
    substitute,
    walk,
)
from grader.expressions.functions import DERIVATIVE
from grader.expressions.printing import in_plain
from grader.expressions.symbolic import NoDerivative, differentiated
from grader.expressions.tree import Component, Infix, Number, Repeat, children, rebuild

_MOST_TERMS = 16  # of sums around a derivative that is another one in each term


@dataclass(frozen=True, slots=True)
class Derivative:
    """What is differentiated, by which name, and the name that stands in the formula for the result.

    `indices` is how many indices the formula has for a component of the result, 0 for all of it.
    """

    name: str
    of: Tree
    by: str
    indices: int


def has_derivatives(tree: Tree) -> bool:
    """Tell whether a formula has a derivative that is not worked out."""
    return DERIVATIVE in functions_in(tree)


def name_derivatives(tree: Tree) -> tuple[Tree, tuple[Derivative, ...]]:
    """Put a name in the place of every derivative in a formula, and return them.

    Raises ExpressionFault for a derivative by something that is no name or component, and for a derivative
    of one.
    """
    found: dict[tuple[Tree, str, int], Derivative] = {}
    return _named(_term_by_term(tree, 1), found), tuple(found.values())


def _named(tree: Tree, found: dict[tuple[Tree, str, int], Derivative]) -> Tree:
    if not _is_derivative(tree):
        return rebuild(tree, tuple([_named(child, found) for child in children(tree)]), tree.span)
    of, upper, by, lower = _parts(tree)
    if not isinstance(by, Name):
        raise ExpressionFault("a derivative is by a name", "", by.span)
    if any(map(_is_derivative, walk(of))):
        raise ExpressionFault("a derivative of a derivative cannot be worked; write it out", "", of.span)
    indices = (*upper, *lower)
    name = f"derivative of {in_plain(of)} by {by.name} at {len(indices)}"  # spaces: no name of a question
    derivative = found.setdefault((of, by.name, len(indices)), Derivative(name, of, by.name, len(indices)))
    result = Name(derivative.name, tree.span)
    return Component(result, indices, tree.span) if indices else result


def worked_inside(tree: Tree, definitions: Sequence[tuple[str, Tree]]) -> Tree:
    """Return a formula in which what stands inside a derivative has none, d/dt(dx/dt), where it can be.

    It is written out through what the question defines.
    """
    return _worked_inside(tree, dict(definitions)) if has_derivatives(tree) else tree


def _worked_inside(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    worked = _written_out if _is_derivative(tree) else _worked_inside
    return rebuild(tree, tuple([worked(child, definitions) for child in children(tree)]), tree.span)


def without_derivatives(tree: Tree, definitions: Sequence[tuple[str, Tree]]) -> Tree:
    """Return a formula with its derivatives written out through what is defined, where that is possible."""
    return _written_out(tree, dict(definitions)) if has_derivatives(tree) else tree


def _written_out(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    if _is_derivative(tree):
        of, by = children(tree)
        try:
            of = _written_out(of, definitions)
            return differentiated(of, by.name, definitions) if isinstance(by, Name) else tree
        except NoDerivative:
            return tree
    below = children(tree)
    return rebuild(tree, tuple([_written_out(child, definitions) for child in below]), tree.span)


def _is_derivative(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == DERIVATIVE


def _parts(tree: Tree) -> tuple[Tree, tuple[Tree, ...], Tree, tuple[Tree, ...]]:
    """Return what is differentiated and by what, each with the indices of a component of it.

    The derivative of a component by a whole vector is one of the component as it is.
    """
    of, by = children(tree)
    if not isinstance(by, Component):
        return of, (), by, ()
    if not isinstance(of, Component):
        return of, (), by.whole, by.indices
    return of.whole, of.indices, by.whole, by.indices


def _term_by_term(tree: Tree, terms: int) -> Tree:
    """Write out the sums and products that have another derivative in each term.

    `terms` is how many there are of those around the tree. Raises ExpressionFault where they are too many.
    """
    if not isinstance(tree, Repeat):
        return rebuild(tree, tuple([_term_by_term(child, terms) for child in children(tree)]), tree.span)
    if not _differs_by_term(tree):
        return rebuild(tree, (tree.first, tree.last, _term_by_term(tree.body, terms)), tree.span)
    if not (isinstance(tree.first, Number) and isinstance(tree.last, Number)):
        raise TypeError("the ends of a sum must be numbers before it is written out")
    run = range(int(tree.first.value), int(tree.last.value) + 1)
    if terms * len(run) > _MOST_TERMS:
        raise ExpressionFault(f"more than {_MOST_TERMS} derivatives cannot be worked", "", tree.span)
    written = [substitute(tree.body, {tree.index: Number(float(number))}) for number in run]
    parts = [_term_by_term(term, terms * len(run)) for term in written]
    if not parts:
        return Number(0.0 if tree.operator == "+" else 1.0, tree.span)
    return reduce(lambda left, right: Infix(tree.operator, left, right, tree.span), parts)


def _differs_by_term(tree: Repeat) -> bool:
    """Tell whether the index of a sum stands in what is differentiated in it, but to pick a component."""
    return any(
        tree.index in names_in(_parts(node)[0]) | names_in(_parts(node)[2])
        for node in walk(tree.body)
        if _is_derivative(node)
    )


# --- Derivatives that an answer only names.


def by_itself(tree: Tree) -> bool:
    """Tell whether something is differentiated by itself: nobody means that."""
    derivatives = (children(node) for node in walk(tree) if _is_derivative(node))
    return any(of == by for of, by in derivatives)


def is_chain_rule(tree: Tree) -> bool:
    """Tell whether a formula is a product of derivatives and nothing else, perhaps summed."""
    match tree:
        case Infix("*" | "@", left, right):
            return is_chain_rule(left) and is_chain_rule(right)
        case Repeat():
            return is_chain_rule(tree.body)
    return _is_derivative(tree)


def derivatives_in(tree: Tree, indices: Sequence[str]) -> Iterator[Tree]:
    """Yield every derivative in a formula; one inside a sum as it is where its index is one of `indices`."""
    if _is_derivative(tree):
        yield tree
    for child in children(tree):
        for node in derivatives_in(child, indices):
            if isinstance(tree, Repeat) and tree.index in names_in(node):
                yield from (substitute(node, {tree.index: Name(index)}) for index in indices)
            else:
                yield node
