"""Dual numbers over the same tree: a value together with its derivative by one seeded quantity.

A dual number a + b·ε with ε² = 0 (W. K. Clifford, 1873), worked through an expression, carries the exact
derivative in b: forward differentiation, after R. E. Wengert, "A simple automatic derivative evaluation
program" (1964). No differences are taken.

A slope has one leading axis more than its value, for the components of what is seeded, so that one pass
gives the whole Jacobian; and whatever is linear is arithmetic of values with that one leading axis more. The
rules are the same for real numbers and for balls (see `open_duals`).

At a kink, where several slopes meet, the slope is the one nearest to 0 of those between them: relu'(0) is 0,
abs'(0) is 0, leaky_relu'(0) is the smaller slope, and max(v) with two equal largest components has slope 0.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

import numpy as np

from grader.expressions.arithmetic import Arithmetic, evaluate
from grader.expressions.arrays import Array
from grader.expressions.functions import Elementwise
from grader.expressions.grammar import parse
from grader.expressions.picking import ALONG_AXIS, align, axis_of
from grader.expressions.real import COMPARE, LINEAR, Real

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Dual(Generic[V]):
    """A value (*leading, *own) and its slope (components, *leading, *own).

    An axis of the slope that stretches, such as the components of a constant, may have length 1.
    """

    value: V
    slope: V


def constant(value: Array) -> Dual[Array]:
    """Return a quantity that does not depend on what is seeded."""
    return Dual(value, np.zeros((1, *value.shape)))


def seed(value: Array, leading: int, first: int = 0, count: int | None = None) -> Dual[Array]:
    """Return the quantity by which is differentiated.

    Its components are counted row by row; `count` of them from `first` on are seeded, all the rest of them
    where nothing is said.
    """
    own = value.shape[leading:]
    size = int(np.prod(own, dtype=int))
    count = size - first if count is None else min(count, size - first)
    return Dual(value, np.eye(count, size, first).reshape((count, *(1,) * leading, *own)))


@dataclass(frozen=True, slots=True)
class Rules(ABC, Generic[V]):
    """The rules of differentiation, over an arithmetic of values with `leading` axes before their own.

    `values` works the values and `slopes` the slopes, which have one leading axis more; `lifted` gives a
    value that axis. `chain` is rate·slope, for a rate with the axes of a value.
    """

    leading: int = 0

    @property
    @abstractmethod
    def values(self) -> Arithmetic[V]: ...
    @property
    @abstractmethod
    def slopes(self) -> Arithmetic[V]: ...
    @abstractmethod
    def constant(self, value: V) -> Dual[V]: ...
    @abstractmethod
    def lifted(self, value: V) -> V: ...
    @abstractmethod
    def chain(self, rate: V, slope: V) -> V: ...
    @abstractmethod
    def total_of_rows(self, a: V) -> V: ...
    @abstractmethod
    def by_components(self, operator: str, value: V, a: Dual[V], b: Dual[V]) -> V:
        """Return the slope of a product, quotient or power that goes component by component."""

    @abstractmethod
    def extreme(self, name: str, value: V, arguments: Sequence[Dual[V]]) -> V:
        """Return the slope of the extreme component of one argument, or of several component by component."""

    def number(self, value: float) -> Dual[V]:
        return self.constant(self.values.number(value))

    def negative(self, a: Dual[V]) -> Dual[V]:
        return Dual(self.values.negative(a.value), self.slopes.negative(a.slope))

    def infix(self, operator: str, a: Dual[V], b: Dual[V]) -> Dual[V]:
        value = self.values.infix(operator, a.value, b.value)
        if operator in COMPARE:
            return self.constant(value)
        if operator in ("+", "-"):
            return Dual(value, self.slopes.infix(operator, a.slope, b.slope))
        if operator == "@":
            return Dual(value, self.product_rule("@", a, b))
        return Dual(value, self.by_components(operator, value, a, b))

    def power(self, a: Dual[V], exponent: float) -> Dual[V]:
        value = self.values.power(a.value, exponent)
        if exponent == 0:
            return self.constant(value)  # also at 0, where 0·a^-1 would be undefined
        rate = self.values.infix("*", self.values.number(exponent), self.values.power(a.value, exponent - 1))
        return Dual(value, self.chain(rate, a.slope))

    def apply(self, function: Elementwise, a: Dual[V]) -> Dual[V]:
        rate = evaluate(parse(function.derivative), {"x": a.value}, self.values)
        return Dual(self.values.apply(function, a.value), self.chain(rate, a.slope))

    def whole(self, name: str, arguments: Sequence[Dual[V]]) -> Dual[V]:
        value = self.values.whole(name, [argument.value for argument in arguments])
        with np.errstate(all="ignore"):
            return Dual(value, self.slope_of(name, value, arguments))

    def slope_of(self, name: str, value: V, arguments: Sequence[Dual[V]]) -> V:
        """Return the slope of a function that looks at its arguments as a whole, given its value."""
        first, slopes = arguments[0], self.slopes
        if name in LINEAR:
            return slopes.whole(name, [first.slope])
        if name in ("argmax", "argmin"):
            return self.constant(value).slope
        if name in ("component", "item"):
            return slopes.whole(name, [first.slope, *(self.lifted(index.value) for index in arguments[1:])])
        if name == "outer":
            return self.product_rule(name, *arguments)
        if name == "inv":
            towards = slopes.infix("@", self.lifted(value), first.slope)
            return slopes.negative(slopes.infix("@", towards, self.lifted(value)))
        if name == "softmax":
            weighted = self.chain(value, first.slope)
            return slopes.infix("-", weighted, self.chain(value, self.total_of_rows(weighted)))
        if name == "log_softmax":
            weighted = self.chain(self.values.whole("softmax", [first.value]), first.slope)
            return slopes.infix("-", first.slope, self.total_of_rows(weighted))
        if name in ("max", "min") or name in ALONG_AXIS:
            return self.extreme(name, value, arguments)
        condition, a, b = arguments  # where
        return slopes.whole("where", [self.lifted(condition.value), a.slope, b.slope])

    def product_rule(self, product: str, a: Dual[V], b: Dual[V]) -> V:
        def times(left: V, right: V) -> V:
            if product == "outer":
                return self.slopes.whole(product, [left, right])
            return self.slopes.infix(product, left, right)

        first, second = times(a.slope, self.lifted(b.value)), times(self.lifted(a.value), b.slope)
        return self.slopes.infix("+", first, second)

    def stack(self, items: Sequence[Dual[V]]) -> Dual[V]:
        values = self.values.stack([item.value for item in items])
        return Dual(values, self.slopes.stack([item.slope for item in items]))

    def wider(self) -> Self:
        return replace(self, leading=self.leading + 1)

    def spread(self, a: Dual[V]) -> Dual[V]:
        return Dual(self.values.spread(a.value), self.slopes.spread(a.slope))

    def count(self, first: int, last: int) -> Dual[V]:
        return self.constant(self.values.count(first, last))

    def total(self, a: Dual[V], terms: int) -> Dual[V]:
        return Dual(self.values.total(a.value, terms), self.slopes.total(a.slope, terms))


@dataclass(frozen=True, slots=True)
class Duals(Rules[Array]):
    """Dual arithmetic on real numbers.

    Undefined results are NaN or infinite without a warning, as in real arithmetic. A slope of 0 stays 0
    whatever it is multiplied with: what does not depend on the seed goes on not to.
    """

    @property
    def values(self) -> Real:
        return Real(self.leading)

    @property
    def slopes(self) -> Real:
        return Real(self.leading + 1)

    def constant(self, value: Array) -> Dual[Array]:
        return constant(value)

    def lifted(self, value: Array) -> Array:
        return value[None]

    def chain(self, rate: Array, slope: Array) -> Array:
        """Return rate·slope, and 0 where either is 0, also beside an infinite or undefined other."""
        with np.errstate(all="ignore"):
            return np.where((rate == 0) | (slope == 0), 0.0, rate * slope)

    def total_of_rows(self, a: Array) -> Array:
        total: Array = np.sum(a, axis=-1, keepdims=True)
        return total

    def by_components(self, operator: str, value: Array, a: Dual[Array], b: Dual[Array]) -> Array:
        """Return d(ab) = b·da + a·db, d(a/b) = (da - a/b·db) / b, d(a^b) = b·a^(b-1)·da + a^b·log(a)·db."""
        a, b = self._aligned(a, b)
        with np.errstate(all="ignore"):
            if operator == "*":
                return self.chain(b.value, a.slope) + self.chain(a.value, b.slope)
            if operator == "/":
                return (a.slope - self.chain(value, b.slope)) / b.value
            in_base = np.where(b.value == 0, 0.0, b.value * np.power(a.value, b.value - 1))
            in_exponent = np.where(value == 0, 0.0, value * np.log(a.value))
            return self.chain(in_base, a.slope) + self.chain(in_exponent, b.slope)

    def _aligned(self, *duals: Dual[Array]) -> list[Dual[Array]]:
        values = align(self.leading, *(dual.value for dual in duals))
        slopes = align(self.leading + 1, *(dual.slope for dual in duals))
        return [Dual(value, slope) for value, slope in zip(values, slopes, strict=True)]

    def extreme(self, name: str, value: Array, arguments: Sequence[Dual[Array]]) -> Array:
        values, slopes = self._candidates(name, arguments)
        meets = (values == value[..., None])[None]
        lowest = np.min(np.where(meets, slopes, np.inf), axis=-1)
        highest = np.max(np.where(meets, slopes, -np.inf), axis=-1)
        slope = np.minimum(np.maximum(lowest, 0.0), highest)
        return np.where(np.isnan(value), np.nan, slope)

    def _candidates(self, name: str, arguments: Sequence[Dual[Array]]) -> tuple[Array, Array]:
        """Return the values and the slopes among which the extreme is, side by side in the last axis."""
        if name in ALONG_AXIS:
            first = arguments[0]
            return np.moveaxis(first.value, axis_of(name), -1), np.moveaxis(first.slope, axis_of(name), -1)
        if len(arguments) == 1:
            value, slope = arguments[0].value, arguments[0].slope
            lead, slope_lead = value.shape[: self.leading], slope.shape[: self.leading + 1]
            return value.reshape((*lead, -1)), slope.reshape((*slope_lead, -1))
        duals = self._aligned(*arguments)
        values = np.broadcast_arrays(*(dual.value for dual in duals))
        slopes = np.broadcast_arrays(*(dual.slope for dual in duals))
        return np.stack(values, axis=-1), np.stack(slopes, axis=-1)
