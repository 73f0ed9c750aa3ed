"""The values of derivatives at the points of a comparison, by dual numbers.

A derivative is the total one: through everything that the question defines from the name down to what is
differentiated.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np

from grader.expressions import Array, Ball, ExpressionFault, Shape, Tree, evaluate, exact, seed
from grader.expressions.dual import Dual, Rules
from grader.expressions.printing import in_plain
from grader.marking.formulas.derivatives import Derivative
from grader.schemas.remembered import Remembered

_MOST_KNOWN = 16  # names that the definitions are kept for, each with its slope
V = TypeVar("V")


class _Slopes(ABC, Generic[V]):
    """The derivatives at some points; definitions are worked once for each name that is differentiated by.

    `names` has the values of all names there, (points, ...) each, those of the `definitions` too.
    """

    def __init__(
        self, definitions: Sequence[tuple[str, Tree]], names: Mapping[str, V], rules: Rules[V]
    ) -> None:
        self._definitions = definitions
        self._names = names
        self._rules = rules
        self._count = max((self._shape(value)[0] for value in names.values()), default=1)
        self._known: Remembered[str, dict[str, Dual[V]]] = Remembered(_MOST_KNOWN)

    def of(self, derivatives: Sequence[Derivative]) -> dict[str, V]:
        """Return derivatives by their names, with the axes of what is differentiated, then those of the name.

        Raises ExpressionFault where a formula asks for a component, with too few or too many indices, and
        for a derivative by a number such as pi.
        """
        for each in derivatives:
            if each.by not in self._names:
                raise ExpressionFault("a derivative is by a name", "", each.of.span)
        return {each.name: self._worked(each) for each in derivatives}

    def _worked(self, derivative: Derivative) -> V:
        dual = evaluate(derivative.of, self._duals(derivative.by), self._rules)
        own, axes = self._shape(dual.value)[1:], self._shape(self._names[derivative.by])[1:]
        if derivative.indices and derivative.indices != len(own) + len(axes):
            of = in_plain(derivative.of)
            reason = f"the derivative of {of} by {derivative.by} has several components; write which is meant"
            raise ExpressionFault(reason, "", derivative.of.span)
        return self._turned(dual.slope, own, axes)

    def _duals(self, by: str) -> dict[str, Dual[V]]:
        """Return all names as duals, each with its slope by one of them."""
        if by not in self._known:
            duals = {name: self._rules.constant(value) for name, value in self._names.items()}
            duals[by] = self._seeded(self._names[by])
            for name, definition in self._definitions:
                if name != by:
                    duals[name] = evaluate(definition, duals, self._rules)
            self._known[by] = duals
        return self._known[by]

    def _at_all(self, value: Array) -> Array:
        return np.broadcast_to(value, (self._count, *value.shape[1:]))

    def _in_shape(self, slope: Array, own: Shape, axes: Shape) -> Array:
        """Put the axis of the slopes last, in the shape of the name."""
        size = int(np.prod(axes, dtype=int))
        last = np.moveaxis(np.broadcast_to(slope, (size, self._count, *own)), 0, -1)
        return last.reshape(self._count, *own, *axes)

    @abstractmethod
    def _shape(self, value: V) -> Shape: ...
    @abstractmethod
    def _seeded(self, value: V) -> Dual[V]: ...
    @abstractmethod
    def _turned(self, slope: V, own: Shape, axes: Shape) -> V: ...


class Slopes(_Slopes[Array]):
    """Derivatives at some points."""

    def _shape(self, value: Array) -> Shape:
        return value.shape

    def _seeded(self, value: Array) -> Dual[Array]:
        return seed(self._at_all(value), 1)

    def _turned(self, slope: Array, own: Shape, axes: Shape) -> Array:
        return self._in_shape(slope, own, axes)


class BallSlopes(_Slopes[Ball]):
    """The same with bounds of what rounding can do to it."""

    def _shape(self, value: Ball) -> Shape:
        return value.mid.shape

    def _seeded(self, value: Ball) -> Dual[Ball]:
        mid = self._at_all(value.mid)
        return Dual(Ball(mid, self._at_all(value.rad)), exact(seed(mid, 1).slope))

    def _turned(self, slope: Ball, own: Shape, axes: Shape) -> Ball:
        return slope.both(lambda part: self._in_shape(part, own, axes))
