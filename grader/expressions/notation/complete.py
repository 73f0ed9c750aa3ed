"""Whether cases are all there are: each value of what they compare belongs to one of them.

Where one value alone is left out, or belongs to two, as 0 does in '1 if x > 0, 0 if x < 0', a number that is
drawn does not meet it; an index does.
"""

from collections.abc import Sequence
from itertools import pairwise

from grader.expressions.tree import Infix, Minus, Number, Tree

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_HOLDS = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
    "==": float.__eq__,
    "!=": float.__ne__,
}

Compared = tuple[tuple[Tree, ...], str, float]  # what is compared, how, and with what


def are_complete(conditions: Sequence[Tree], *, whole: bool) -> bool:
    """Tell whether exactly one of some conditions holds; of numbers that are not `whole`, but at edges."""
    parted = [_comparisons(condition) for condition in conditions]
    every = [one for comparisons in parted for one in comparisons]
    if not all(every) or len({one[0] for one in every if one}) != 1:
        return False
    edges = sorted({one[2] for one in every if one})
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    values = [edges[0] - 1, *between, edges[-1] + 1, *(edges if whole else ())]
    return all(sum(_hold(comparisons, value) for comparisons in parted) == 1 for value in values)


def _hold(comparisons: Sequence[Compared | None], value: float) -> bool:
    return all(one is not None and _HOLDS[one[1]](value, one[2]) for one in comparisons)


def _comparisons(condition: Tree) -> list[Compared | None]:
    """Return the comparisons that must all hold; None for one that is of another kind."""
    if not isinstance(condition, Infix):
        return [None]
    if condition.operator == "*":
        return _comparisons(condition.left) + _comparisons(condition.right)
    if condition.operator not in _TURNED:
        return [None]
    left, right, operator = condition.left, condition.right, condition.operator
    if (value := _number(right)) is not None:
        return [((left,), operator, value)]
    if (value := _number(left)) is not None:
        return [((right,), _TURNED[operator], value)]
    if repr(left) > repr(right):
        left, right, operator = right, left, _TURNED[operator]
    return [((left, right), operator, 0.0)]


def _number(tree: Tree) -> float | None:
    match tree:
        case Number(value):
            return float(value)
        case Minus(Number(value)):
            return -float(value)
    return None
