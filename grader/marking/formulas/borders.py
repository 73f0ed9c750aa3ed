"""The numbers at which a formula goes over from one piece to another: of a tariff, a tax, a clipped value.

Random numbers near 1 would all be on one side of `where(x > 10000, a, b)`; some have to be drawn around
10000.
"""

from collections.abc import Iterator
from math import log10

import numpy as np

from grader.expressions import Array, Call, Tree, evaluate, walk
from grader.expressions.open_functions import OpenReal
from grader.expressions.real import COMPARE
from grader.expressions.tree import Infix, Minus, Number, children

_PIECES = frozenset({"max", "min", "abs", "relu", "leaky_relu"})
_JUMPING = frozenset({"step", "sign", "floor", "ceil"})
_SMALL, _LARGE = 0.1, 5.0  # numbers between are met anyway
_LARGEST = 1e12
_HIDING = 8.0  # as a power of ten
_SPREAD = np.log(5.0)


def borders_in(tree: Tree) -> frozenset[float]:
    """Return the large and the small numbers that stand in comparisons, maxima, absolute values and steps."""
    sizes = {abs(number) for node in walk(tree) if _is_piecewise(node) for number in _numbers(node)}
    return frozenset(size for size in sizes if 1 / _LARGEST < size < _SMALL or _LARGE <= size < _LARGEST)


def has_extremes(tree: Tree) -> bool:
    """Tell whether a tree has numbers so small or so large that others near 1 hide them, or are hidden."""
    sizes = (_exponent(node) for node in walk(tree) if isinstance(node, Number | Infix))
    return any(abs(size) >= _HIDING for size in sizes)


def is_condition(node: Tree) -> bool:
    """Tell whether a node is a comparison, or a function that jumps as one."""
    if isinstance(node, Infix):
        return node.operator in COMPARE
    return isinstance(node, Call) and node.function in _JUMPING


def around(borders: frozenset[float], count: int, size: Array, *, whole: bool) -> tuple[slice, Array]:
    """Return which points are drawn around the borders, and numbers for them.

    `size` (..., points) is random in [0, 1). Whole numbers are next to a border, others a few times as far
    from 0 or from it.
    """
    block = slice(count // 2, count // 2 + count // 4)  # in a row, so that it has all combinations of indices
    border, size = np.resize(sorted(borders), count // 4), size[..., block]
    if whole:
        return block, np.maximum(np.floor(border) + np.floor(3.0 * size) - 1.0, 1.0)
    return block, border * np.exp((2.0 * size - 1.0) * _SPREAD)


def _exponent(node: Number | Infix) -> float:
    """Return the power of ten of a number that is written as one, or as 10^-12; else 0."""
    if isinstance(node, Number):
        return log10(abs(node.value)) if node.value else 0.0
    base, exponent = node.left, node.right
    sign, exponent = (-1.0, exponent.operand) if isinstance(exponent, Minus) else (1.0, exponent)
    if node.operator != "^" or not (isinstance(base, Number) and isinstance(exponent, Number)):
        return 0.0
    return sign * exponent.value * _exponent(base)


def _is_piecewise(node: Tree) -> bool:
    return is_condition(node) or (isinstance(node, Call) and node.function in _PIECES)


def _numbers(tree: Tree) -> Iterator[float]:
    """Yield the numbers in a tree, and what is worked from numbers alone, such as 10^6."""
    if isinstance(tree, Number):
        yield tree.value
    elif _is_known(tree):
        with np.errstate(all="ignore"):
            yield float(np.max(evaluate(tree, {}, OpenReal())))
    for child in children(tree):
        yield from _numbers(child)


def _is_known(tree: Tree) -> bool:
    return isinstance(tree, Infix) and all(
        isinstance(node, Number) or (isinstance(node, Infix) and node.operator != "@") for node in walk(tree)
    )
