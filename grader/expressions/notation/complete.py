"""Whether cases are all there are: each value of what they compare belongs to one of them.

Where one value alone is left out, or belongs to two, as 0 does in '1 if x > 0, 0 if x < 0', a number that is
drawn does not meet it; an index does.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.arrays import Array
from grader.expressions.functions import CONSTANTS, ELEMENTWISE
from grader.expressions.real import COMPARE, Real
from grader.expressions.tree import STRENGTH, Call, Infix, Minus, Name, Number, Tree, walk

_MOST_NAMES = 3
_POINTS = 500

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

Compared = tuple[tuple[Tree, ...], str, float]  # what is compared, how, and with what


def are_complete(conditions: Sequence[Tree], *, whole: bool) -> bool:
    """Tell whether exactly one of some conditions holds; of numbers that are not `whole`, but at edges."""
    parted = [_comparisons(condition) for condition in conditions]
    every = [one for comparisons in parted for one in comparisons]
    if not all(parted) or len({one[0] for one in every}) != 1:
        return not whole and _are_complete_in_numbers(conditions)
    edges = sorted({one[2] for one in every})
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    values = np.array([edges[0] - 1, *between, edges[-1] + 1, *(edges if whole else ())])
    held = [
        np.all([COMPARE[how](values, np.array(edge)) for _, how, edge in comparisons], axis=0)
        for comparisons in parted
    ]
    return bool((np.sum(held, axis=0) == 1).all())


def _are_complete_in_numbers(conditions: Sequence[Tree]) -> bool:
    """Tell by random numbers: x > t, |x| <= t, x < -t are all there are, and apart for positive t.

    One of them holds whatever all names are, and just one where all names but one are positive.
    """
    nodes = [node for condition in conditions for node in walk(condition)]
    names = sorted({node.name for node in nodes if isinstance(node, Name)} - CONSTANTS.keys())
    if not all(map(_is_plain, nodes)) or not 0 < len(names) <= _MOST_NAMES:
        return False
    drawn = np.random.Generator(np.random.Philox(key=2)).normal(scale=3.0, size=(len(names), _POINTS))
    every = dict(zip(names, drawn, strict=True))
    positive = {name: np.abs(values) for name, values in every.items()}
    apart = any((_count(conditions, {**positive, name: every[name]}) == 1).all() for name in names)
    return apart and bool((_count(conditions, every) > 0).all())


def _is_plain(node: Tree) -> bool:
    match node:
        case Call(function, 0, _):
            return function in ELEMENTWISE
        case Infix(operator):
            return operator in STRENGTH and operator != "@"
    return isinstance(node, Number | Name | Minus)


def _count(conditions: Sequence[Tree], names: Mapping[str, Array]) -> Array:
    """Count for each point how many conditions hold."""
    held = [np.broadcast_to(evaluate(condition, names, Real(1)), (_POINTS,)) for condition in conditions]
    count: Array = np.sum(held, axis=0)
    return count


def _comparisons(condition: Tree) -> list[Compared]:
    """Return the comparisons that must all hold; none where one is of another kind."""
    if not isinstance(condition, Infix):
        return []
    if condition.operator == "*":
        left, right = _comparisons(condition.left), _comparisons(condition.right)
        return left + right if left and right else []
    if condition.operator not in _TURNED:
        return []
    first, second, operator = condition.left, condition.right, condition.operator
    if (value := _number(second)) is not None:
        return [((first,), operator, value)]
    if (value := _number(first)) is not None:
        return [((second,), _TURNED[operator], value)]
    if repr(first) > repr(second):
        first, second, operator = second, first, _TURNED[operator]
    return [((first, second), operator, 0.0)]


def _number(tree: Tree) -> float | None:
    match tree:
        case Number(value):
            return float(value)
        case Minus(Number(value)):
            return -float(value)
    return None
