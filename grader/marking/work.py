"""Working one line for many hand-ins at once, each by the options that its student chose."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Ball, Balls, Tree, evaluate
from grader.solver import Form, Plan

T = TypeVar("T", bound=np.generic)

Options = Mapping[str, NDArray[np.intp]]  # for each choice group the number of each student's option


def work(form: Form, plan: Plan, options: Options, names: Mapping[str, Ball], leading: int = 1) -> Ball:
    """Return what a line gives for each hand-in, as balls.

    `names` has the values of all names in the line, with the hand-ins on the first axis (of length one
    where a value is the same for all).
    """
    if not form.groups:
        return evaluate(form.trees[()], names, Balls(leading))
    counts = tuple(len(plan.choices[group]) for group in form.groups)
    kinds = np.ravel_multi_index(tuple(options[group] for group in form.groups), counts)
    trees = list(form.trees.values())  # in the order of product(): the last group runs fastest
    used = np.flatnonzero(np.bincount(kinds))
    if len(used) == 1:
        return evaluate(trees[used[0]], names, Balls(leading))
    return _work_each(trees, kinds, used, names, leading)


def _work_each(
    trees: list[Tree],
    kinds: NDArray[np.intp],
    used: NDArray[np.intp],
    names: Mapping[str, Ball],
    leading: int,
) -> Ball:
    groups = [np.flatnonzero(kinds == kind) for kind in used]
    parts = [
        evaluate(trees[kind], {name: take(ball, rows) for name, ball in names.items()}, Balls(leading))
        for kind, rows in zip(used, groups, strict=True)
    ]
    shape = (len(kinds), *parts[0].mid.shape[1:])
    result = Ball(np.empty(shape), np.empty(shape))
    for part, rows in zip(parts, groups, strict=True):
        result.mid[rows], result.rad[rows] = part.mid, part.rad
    return result


def take(ball: Ball, rows: NDArray[np.intp]) -> Ball:
    """Return some hand-ins' values; a value that is the same for all stays as it is."""
    return ball if len(ball.mid) == 1 else Ball(ball.mid[rows], ball.rad[rows])


def where(mask: NDArray[np.bool_], a: Ball, b: Ball) -> Ball:
    """Return `a` where the mask holds and `b` elsewhere, component by component."""
    return Ball(np.where(mask, a.mid, b.mid), np.where(mask, a.rad, b.rad))


def along(each: NDArray[T], array: NDArray[Any]) -> NDArray[T]:
    """Return what each hand-in has, with axes added, so that it goes along with an array of components."""
    return each.reshape(each.shape + (1,) * (array.ndim - each.ndim))
