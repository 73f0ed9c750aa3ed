"""What formulas give at the edges of their conditions, where the two sides of one are equal.

x > y and x >= y differ only there; x > 3.5 and x > 3.51 only between the edges. Random points do not lie on
an edge, but can be moved onto it, one name at a time: at once where the difference of the sides is a line,
and exactly at points of whole numbers, which a machine adds without rounding.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

import numpy as np

from grader.expressions import Array, Call, Mask, Tree, every, walk
from grader.expressions.printing import in_plain
from grader.expressions.tree import Infix, is_comparison
from grader.marking.formulas.borders import is_condition
from grader.marking.formulas.points import Formula, Points, Setting, formula, points_for
from grader.marking.formulas.quantities import Regime

_MOST_EDGES = 12  # of all names together
_NEAR = 1e-13
_APART = 1e-9  # edges that are closer may be one
_STEPS = 8  # towards an edge that is not reached at once

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
    conditions = list(dict.fromkeys(_conditions(first, second)))[:_MOST]
    for condition in conditions:
        moves = islice(_on_its_edge(condition, points, setting), _MOST_EDGES // len(conditions))
        for moved, on_the_edge in moves:
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


def between_edges(formulas: Sequence[Formula], setting: Setting, regime: Regime) -> Iterator[Points]:
    """Yield points half way between neighbouring edges of formulas that do not have the same ones."""
    own = [dict.fromkeys(_differences(one.tree)) for one in formulas]
    if own[0].keys() == own[1].keys():
        return
    points = points_for(setting, formulas, regime)
    differences = [(formula(tree, setting.most), whole) for tree, whole in list(own[0] | own[1])[:_MOST]]
    needed = [(*each, setting.needed([each[0]])[0]) for each in differences]
    known = [each for each in needed if each[2] <= points.free.keys()]
    names = _movable([one for one, _, _ in known], setting)
    for name in names[: _MOST_EDGES // len(known)] if known else ():
        edges = [_edge(one, name, points, whole=whole) for one, whole, names in known if name in names]
        least = 0.0 if setting.symbols[name].domain == "positive" else -np.inf
        in_order = np.sort(np.maximum(edges, least), axis=0)  # what has no edge is not a number, and last
        for below, above in pairwise(in_order):
            apart = above - below > _APART * np.maximum(np.abs(above), 1.0)
            yield _moved(points, name, np.where(apart, (below + above) / 2.0, points.free[name]))


def _differences(tree: Tree) -> Iterator[tuple[Tree, bool]]:
    """Yield what is 0 at the edge of each condition in a tree, or is any whole number there."""
    for node in walk(tree):
        if isinstance(node, Infix) and is_comparison(node):
            yield Infix("-", node.left, node.right, node.span), False
        elif isinstance(node, Call) and is_condition(node):
            yield node.arguments[0], node.function in {"floor", "ceil"}


def _edge(difference: Formula, name: str, points: Points, *, whole: bool) -> Array:
    """Return what a name must be for a difference to be 0, or the nearest whole number.

    By secants; not a number where none is found.
    """
    level: Array | float = 0.0

    def at(values: Array) -> Array:
        found = _moved(points, name, values).real([difference])[0][0] - level
        return found if found.shape == values.shape else np.full_like(values, np.nan)

    before, value = points.free[name], points.free[name] + 1.0
    level = np.rint(at(before)) if whole else 0.0
    gap_before, gap = at(before), at(value)
    for _ in range(_STEPS):
        if not (np.abs(gap) > _NEAR * np.maximum(np.abs(value), 1.0)).any():
            break  # nearly always at once
        step = gap * (value - before) / (gap - gap_before)
        before, gap_before = value, gap
        value = np.where(gap == 0.0, value, value - step)
        gap = at(value)
    return np.where(np.abs(gap) <= _CLOSE * np.maximum(np.abs(value), 1.0), value, np.nan)


def _moved(points: Points, name: str, values: Array) -> Points:
    """Return points at which a name stands for other numbers."""
    return Points({**points.free, name: values}, points.definitions, points.functions, points.combinations)


def _movable(differences: Sequence[Formula], setting: Setting) -> list[str]:
    """Return the names that move differences: numbers, but whole ones, which are equal often enough."""
    symbols = ((name, setting.symbols.get(name)) for name in sorted(setting.needed(differences)[0]))
    return [name for name, one in symbols if one and not one.shape and one.domain != "integer"]


def _on_its_edge(condition: Infix, points: Points, setting: Setting) -> Iterator[tuple[Points, Mask]]:
    """Yield points moved along one name after another, and at which both sides of a condition are equal."""
    difference = formula(Infix("-", condition.left, condition.right, condition.span), setting.most)
    if not setting.needed([difference])[0] <= points.free.keys():
        return  # of the index of a sum
    for name in _movable([difference], setting):
        own = points.free[name]
        before, behind = (_moved(points, name, own + step).real([difference])[0][0] for step in (0.0, 1.0))
        moved = _moved(points, name, own - before / (behind - before))
        left = moved.real([difference])[0][0]
        values = moved.free[name]
        exact = _PARTS * values % 1.0 == 0.0  # else rounding may tell the sides of another form apart
        in_domain = (values > 0.0) | (setting.symbols[name].domain != "positive")
        if left.shape == own.shape:
            yield moved, (left == 0.0) & exact & in_domain
