"""Sums and products that begin or end at a name: from where to where they have to be worked.

Such names are whole numbers from 1 to a largest one. A sum is worked over every number that its index can
then take, the terms outside its ends left out; where the ends lie further apart it has no value, so that
nothing is concluded from a part of it.
"""

from collections.abc import Mapping
from math import prod

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.arrays import Array
from grader.expressions.real import Real
from grader.expressions.tree import (
    Call,
    Infix,
    Minus,
    Name,
    Number,
    Repeat,
    Tree,
    children,
    names_in,
    rebuild,
    walk,
)

_MOST_TERMS = 24  # of a sum that stands in another, or that another stands in
_MOST_ALONE = 200
_MOST_CASES = 4096
_CALLED = frozenset({"floor", "ceil", "min", "max", "abs"})
_NO_VALUE = Infix("/", Number(0.0), Number(0.0))

Ranges = Mapping[str, tuple[int, int]]


def is_open(tree: Tree) -> bool:
    """Tell whether a tree is a sum or product with an end that is no number."""
    return isinstance(tree, Repeat) and not (isinstance(tree.first, Number) and isinstance(tree.last, Number))


def with_numbers_for_ends(tree: Tree, most: int, ranges: Ranges | None = None) -> Tree:
    """Return a tree whose sums and products all run from a number to a number.

    Names in their ends are from 1 to `most`, or in their `ranges`, as the index of a sum outside is.
    """
    ranges = ranges or {}
    inside = ranges
    if isinstance(tree, Repeat):
        inside = {**ranges, tree.index: run_of(tree, most, ranges)}
    operands = tuple([with_numbers_for_ends(child, most, inside) for child in children(tree)])
    tree = rebuild(tree, operands, tree.span)
    if isinstance(tree, Repeat) and is_open(tree):
        return _masked(tree, *inside[tree.index])
    return tree


def run_of(tree: Repeat, most: int, ranges: Ranges) -> tuple[int, int]:
    """Return the least and the largest number that an index takes; a few hundred at most."""
    if isinstance(tree.first, Number) and isinstance(tree.last, Number):
        return int(tree.first.value), int(tree.last.value)
    ends = tree.first, tree.last
    if not all(map(_is_simple, ends)):
        return 1, most
    names = sorted(set().union(*map(names_in, ends)))
    reached = [np.arange(low, high + 1.0) for low, high in (ranges.get(name, (1, most)) for name in names)]
    if prod(map(len, reached)) > _MOST_CASES:
        return 1, most
    grid = dict(zip(names, (axis.ravel() for axis in np.meshgrid(*reached)), strict=True))
    with np.errstate(all="ignore"):
        first, last = (_finite(evaluate(end, grid, Real(1))) for end in ends)
    if not (first.size and last.size):
        return 1, most
    least = int(np.ceil(first.min()))
    terms = (
        _MOST_TERMS if ranges or any(isinstance(node, Repeat) for node in walk(tree.body)) else _MOST_ALONE
    )
    return least, min(int(np.floor(last.max())), least + terms - 1)


def _is_simple(end: Tree) -> bool:
    return all(
        isinstance(node, Number | Name | Minus)
        or (isinstance(node, Infix) and node.operator != "@")
        or (isinstance(node, Call) and node.function in _CALLED)
        for node in walk(end)
    )


def _finite(values: Array) -> Array:
    return values[np.isfinite(values) & (np.abs(values) < 2.0**31)]


def _masked(tree: Repeat, least: int, largest: int) -> Tree:
    """Work a sum from number to number, its terms between its own ends."""
    index, empty = Name(tree.index), Number(0.0 if tree.operator == "+" else 1.0)
    between = Infix("*", Infix(">=", index, tree.first), Infix("<=", index, tree.last))
    body = Call("where", 0, (between, tree.body, empty), tree.span)
    run = Repeat(tree.operator, tree.index, Number(float(least)), Number(float(largest)), body, tree.span)
    within = Infix(
        "*", Infix(">", tree.first, Number(least - 1.0)), Infix("<", tree.last, Number(largest + 1.0))
    )
    return Call("where", 0, (within, run, _NO_VALUE), tree.span)
