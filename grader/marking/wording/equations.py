"""A line's equation as a person writes it, with the student's own choices and without factors of one.

The lines that differ between accepted ways, as they are by those taken, say how a student worked.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Tree, names_in
from grader.expressions.printing import in_short
from grader.expressions.tree import Infix, Minus, Number, children, rebuild
from grader.marking.lines.verdicts import Code, at_fault
from grader.schemas.wording import listed
from grader.solver.plan import Form, Line, Plan

_PRODUCTS = frozenset({"*", "/", "@"})
_OPPOSITE = {"+": "-", "-": "+"}
_REMEMBERED = 1024


@lru_cache(maxsize=_REMEMBERED)
def equation(field: str, form: Form, options: tuple[str, ...]) -> str:
    """Return "s = x @ w" for a field in one of its forms; `options` are those of the form's choice groups."""
    text = in_short(tidy(form.trees[options]))
    return f"{field} = {text.replace('*', ' · ').replace('@', ' @ ')}"


def gives(field: str, form: Form, options: tuple[str, ...]) -> str:
    """Return "s = x @ w gives", or "n is" where the key has just a number."""
    if isinstance(form.trees[options], Number):
        return f"{field} is"
    return f"{equation(field, form, options)} gives"


@lru_cache(maxsize=_REMEMBERED)
def sources_of(line: Line, options: tuple[str, ...], *, first: bool) -> tuple[list[str], list[str]]:
    """Return the names that a line is worked from: those that are given, and the student's own lines.

    `options` are those of the line's choice groups. In the first step, the values before it are given as
    well.
    """
    used = names_in(line.usual.trees[options])
    before = () if first else line.previous
    own = [name for name in (*line.earlier, *before) if name in used]
    fixed = [name for name in (*line.inputs, *line.given, *line.previous) if name in used - set(own)]
    return fixed, own


def sources_in_words(
    fixed: Sequence[str], own: Sequence[str], kept: Mapping[str, str], unread: Collection[str] = ()
) -> str:
    """Return "the given h and your own k_1".

    `kept` maps names such as previous(x) to the field whose value they are. Lines of the student's own that
    are `unread` were worked out.
    """
    given = list(dict.fromkeys(kept.get(name, name) for name in fixed))
    read = [name for name in own if name not in unread]
    now, before = [name for name in read if name not in kept], [kept[name] for name in read if name in kept]
    worked_out = list(dict.fromkeys(kept.get(name, name) for name in own if name in unread))
    told = [f"the given {listed(given)}"] if given else []
    told += [f"your own {listed(now)}"] if now else []
    told += [f"the {listed(before)} of the step before"] if before else []
    if worked_out:
        why = "it is" if len(worked_out) == 1 else "they are"
        told.append(f"{listed(worked_out)} worked out, as {why} missing or cannot be read")
    return " and ".join(told)


def tidy(tree: Tree) -> Tree:
    """Return an equal tree without factors of one, and with `a - b` for `a + -b`."""
    tree = rebuild(tree, tuple(map(tidy, children(tree))), tree.span)
    if not isinstance(tree, Infix):
        return tree
    if tree.operator == "*":
        return _product(tree)
    if tree.operator in _OPPOSITE and (opposite := _without_minus(tree.right)) is not None:
        return Infix(_OPPOSITE[tree.operator], tree.left, opposite)
    return tree


def _product(tree: Infix) -> Tree:
    if tree.left == Number(1.0):
        return tree.right
    if tree.right == Number(1.0):
        return tree.left
    if tree.left == Minus(Number(1.0)):
        return Minus(tree.right)
    return tree


def _without_minus(tree: Tree) -> Tree | None:
    """Return the opposite of a tree that begins with a minus sign, and None for other trees."""
    if isinstance(tree, Minus):
        return tree.operand
    if isinstance(tree, Infix) and tree.operator in _PRODUCTS:
        left = _without_minus(tree.left)
        return None if left is None else Infix(tree.operator, left, tree.right)
    return None


def ways_in_words(
    plan: Plan, chosen: Mapping[str, str], codes: NDArray[np.uint8], *, reveal: bool
) -> tuple[str, ...]:
    """Return the equations that tell the `chosen` options from the others, as they are by these options.

    Only lines count that the student has right somewhere, by their `codes` (T, L), and without `reveal` only
    lines that are nowhere at fault.
    """
    known = np.any(codes <= Code.FOLLOWS, axis=0)
    if not reveal:
        known &= ~np.any(at_fault(codes), axis=0)
    telling = _telling(plan, tuple(chosen.values()))
    return tuple([_equation(plan.lines[i], chosen) for i in telling if known[i]])


@lru_cache(maxsize=_REMEMBERED)
def _telling(plan: Plan, chosen: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of the lines that tell the chosen option of each group from the others.

    For each group, the line is taken that differs from most other options, and of such lines the shortest;
    then another one, until the chosen option differs from all.
    """
    own = dict(zip(plan.choices, chosen, strict=True))
    telling = set()
    for group, options in plan.choices.items():
        left = set(options) - {own[group]}
        while left:
            apart = [_apart(line, own, group, left) for line in plan.lines]
            sizes = [
                (-len(others), len(_equation(line, own)))
                for line, others in zip(plan.lines, apart, strict=True)
            ]
            best = sizes.index(min(sizes))
            if not apart[best]:
                break
            telling.add(best)
            left -= apart[best]
    return tuple(sorted(telling))


def _apart(line: Line, own: Mapping[str, str], group: str, others: set[str]) -> set[str]:
    """Return the other options of a group that make a line another equation."""
    usual = _equation(line, own)
    return {option for option in others if _equation(line, {**own, group: option}) != usual}


def _equation(line: Line, options: Mapping[str, str]) -> str:
    return equation(line.field, line.usual, tuple([options[group] for group in line.usual.groups]))
