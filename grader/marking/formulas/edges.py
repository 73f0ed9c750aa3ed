"""What formulas give where the two sides of a condition are equal: x > y and x >= y differ only there.

Random points do not lie on such an edge, but can be moved onto it: one name at a time, along which the
difference of the sides is a line, at points of whole numbers, which a machine adds without rounding.
"""

from collections.abc import Iterator

import numpy as np

from grader.expressions import Array, Mask, Tree, every, names_in, walk
from grader.expressions.printing import in_plain
from grader.expressions.tree import Infix, is_comparison
from grader.marking.formulas.points import Points, Setting, formula, points_for

_MOST = 8  # conditions of a formula that are looked at
_CLOSE = 1e-10
_FEW = 2
_PARTS = 8.0


@np.errstate(all="ignore")  # what has no value is left out, not warned of
def apart_at(first: Tree, second: Tree, setting: Setting) -> str | None:
    """Return the edge, as 'x = y', on which two formulas differ that are equal beside it; else None."""
    formulas = [formula(tree, setting.most) for tree in (first, second)]
    if not any(one.jumps for one in formulas):
        return None
    points = points_for(setting, formulas, "whole")
    for condition in list(dict.fromkeys(_conditions(first, second)))[:_MOST]:
        for moved, on_the_edge in _on_its_edge(condition, points, setting):
            (one, other), usable = moved.real(formulas)
            close = ~(np.abs(one - other) > _CLOSE * np.maximum(np.abs(one), np.abs(other)))
            if np.count_nonzero(~every(close) & usable & on_the_edge) >= _FEW:
                return f"{in_plain(condition.left)} = {in_plain(condition.right)}"
    return None


def _conditions(*trees: Tree) -> Iterator[Infix]:
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Infix) and is_comparison(node):
                yield node


def _on_its_edge(condition: Infix, points: Points, setting: Setting) -> Iterator[tuple[Points, Mask]]:
    """Yield points moved along one name after another, and at which both sides of a condition are equal."""
    difference = formula(Infix("-", condition.left, condition.right, condition.span), setting.most)
    if not names_in(condition) <= points.free.keys() | points.definitions.keys():
        return  # of the index of a sum
    for name in sorted(setting.needed([difference])[0] & setting.symbols.keys()):
        quantity, own = setting.symbols[name], points.free[name]
        if quantity.shape or quantity.domain == "integer":
            continue  # whole numbers are equal often enough

        def moved_to(values: Array, name: str = name) -> Points:
            free = {**points.free, name: values}
            return Points(free, points.definitions, points.functions, points.combinations)

        before, behind = (moved_to(own + step).real([difference])[0][0] for step in (0.0, 1.0))
        moved = moved_to(own - before / (behind - before))
        left = moved.real([difference])[0][0]
        values = moved.free[name]
        exact = _PARTS * values % 1.0 == 0.0  # else rounding may tell the sides of another form apart
        in_domain = (values > 0.0) | (quantity.domain != "positive")
        if left.shape == own.shape:
            yield moved, (left == 0.0) & exact & in_domain
