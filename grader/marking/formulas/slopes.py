"""The values of derivatives at the points of a comparison, by dual numbers.

A derivative is the total one: through everything that the question defines from the name down to what is
differentiated.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np

from grader.expressions import Array, Ball, ExpressionFault, Shape, Tree, constant, evaluate, exact, seed
from grader.expressions.arithmetic import Arithmetic
from grader.expressions.ball_dual import BallDuals, steady
from grader.expressions.dual import Dual
from grader.expressions.open_duals import OpenDuals
from grader.expressions.open_functions import Wavy
from grader.expressions.printing import in_plain
from grader.marking.formulas.derivatives import Derivative
from grader.schemas.remembered import Remembered

_MOST_KNOWN = 16  # names that the definitions are kept for, each with its slope
V = TypeVar("V")
D = TypeVar("D")


class _Slopes(Generic[V, D]):
    """The derivatives at some points; definitions are worked once for each name that is differentiated by.

    `names` has the values of all names there, those of the `definitions` too.
    """

    def __init__(
        self, definitions: Sequence[tuple[str, Tree]], names: Mapping[str, V], arithmetic: Arithmetic[D]
    ) -> None:
        self._definitions = definitions
        self._names = names
        self._arithmetic = arithmetic
        self._known: Remembered[str, dict[str, D]] = Remembered(_MOST_KNOWN)

    def of(self, derivatives: Sequence[Derivative]) -> dict[str, V]:
        """Return derivatives by their names, with the axes of what is differentiated, then those of the name.

        Raises ExpressionFault where a formula asks for a component, with too few or too many indices, and
        for a derivative by a number such as pi.
        """
        for each in derivatives:
            if each.by not in self._names:
                raise ExpressionFault("a derivative is by a name", "", each.of.span)
        return {each.name: self._turned(each, self._worked(each)) for each in derivatives}

    def _worked(self, derivative: Derivative) -> D:
        return evaluate(derivative.of, self._duals(derivative.by), self._arithmetic)

    def _duals(self, by: str) -> dict[str, D]:
        """Return all names as duals, each with its slope by one of them."""
        if by not in self._known:
            duals = self._seeded(by)
            for name, definition in self._definitions:
                if name != by:
                    duals[name] = evaluate(definition, duals, self._arithmetic)
            self._known[by] = duals
        return self._known[by]

    def _seeded(self, by: str) -> dict[str, D]:
        raise NotImplementedError

    def _turned(self, derivative: Derivative, dual: D) -> V:
        raise NotImplementedError


class Slopes(_Slopes[Array, Dual[Array]]):
    """Derivatives at some points, (points, ...) each."""

    def __init__(
        self,
        definitions: Sequence[tuple[str, Tree]],
        names: Mapping[str, Array],
        functions: Mapping[str, Wavy],
    ) -> None:
        super().__init__(definitions, names, OpenDuals(1, functions))
        self._count = max((len(value) for value in names.values()), default=1)

    def _seeded(self, by: str) -> dict[str, Dual[Array]]:
        value = _at_all(self._names[by], self._count)
        return {name: constant(other) for name, other in self._names.items()} | {by: seed(value, 1)}

    def _turned(self, derivative: Derivative, dual: Dual[Array]) -> Array:
        own, axes = dual.value.shape[1:], self._names[derivative.by].shape[1:]
        _check(derivative, own, axes)
        return _turned(dual.slope, self._count, own, axes)


class BallSlopes(_Slopes[Ball, Dual[Ball]]):
    """The same with bounds of what rounding can do to it."""

    def __init__(
        self,
        definitions: Sequence[tuple[str, Tree]],
        names: Mapping[str, Ball],
        functions: Mapping[str, Wavy],
    ) -> None:
        super().__init__(definitions, names, BallDuals(1, functions))
        self._count = max((len(ball.mid) for ball in names.values()), default=1)

    def _seeded(self, by: str) -> dict[str, Dual[Ball]]:
        value = Ball(*(_at_all(part, self._count) for part in (self._names[by].mid, self._names[by].rad)))
        seeded = Dual(value, exact(seed(value.mid, 1).slope))
        return {name: steady(other) for name, other in self._names.items()} | {by: seeded}

    def _turned(self, derivative: Derivative, dual: Dual[Ball]) -> Ball:
        own, axes = dual.value.mid.shape[1:], self._names[derivative.by].mid.shape[1:]
        parts = (dual.slope.mid, dual.slope.rad)
        return Ball(*(_turned(part, self._count, own, axes) for part in parts))


def _check(derivative: Derivative, own: Shape, axes: Shape) -> None:
    if derivative.indices and derivative.indices != len(own) + len(axes):
        of = in_plain(derivative.of)
        reason = f"the derivative of {of} by {derivative.by} has several components; write which is meant"
        raise ExpressionFault(reason, "", derivative.of.span)


def _at_all(value: Array, count: int) -> Array:
    return np.broadcast_to(value, (count, *value.shape[1:]))


def _turned(slope: Array, count: int, own: Shape, axes: Shape) -> Array:
    """Put the axis of the slopes last, in the shape of the name."""
    size = int(np.prod(axes, dtype=int))
    return np.moveaxis(np.broadcast_to(slope, (size, count, *own)), 0, -1).reshape(count, *own, *axes)
