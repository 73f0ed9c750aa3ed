"""Dual numbers over the same tree: a value together with its derivative by one seeded quantity.

A dual number a + b·ε with ε² = 0 (W. K. Clifford, 1873), worked through an expression, carries the exact
derivative in b: forward differentiation, after R. E. Wengert, "A simple automatic derivative evaluation
program" (1964). No differences are taken.

A slope has one leading axis more than its value, for the components of what is seeded, so that one pass
gives the whole Jacobian; and whatever is linear is real arithmetic with that one leading axis more.

At a kink, where several slopes meet, the slope is the one nearest to 0 of those between them: relu'(0) is 0,
abs'(0) is 0, leaky_relu'(0) is the smaller slope, and max(v) with two equal largest components has slope 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.arrays import Array
from grader.expressions.functions import Elementwise
from grader.expressions.grammar import parse
from grader.expressions.picking import ALONG_AXIS, align, axis_of
from grader.expressions.real import COMPARE, LINEAR, Real


@dataclass(frozen=True, slots=True)
class Dual:
    """A value (*leading, *own) and its slope (components, *leading, *own).

    An axis of the slope that stretches, such as the components of a constant, may have length 1.
    """

    value: Array
    slope: Array


def constant(value: Array) -> Dual:
    """Return a quantity that does not depend on what is seeded."""
    return Dual(value, np.zeros((1, *value.shape)))


def seed(value: Array, leading: int, first: int = 0, count: int | None = None) -> Dual:
    """Return the quantity by which is differentiated.

    Its components are counted row by row; `count` of them from `first` on are seeded, all the rest of them
    where nothing is said.
    """
    own = value.shape[leading:]
    size = int(np.prod(own, dtype=int))
    count = size - first if count is None else min(count, size - first)
    return Dual(value, np.eye(count, size, first).reshape((count, *(1,) * leading, *own)))


@dataclass(frozen=True, slots=True)
class Duals:
    """Dual arithmetic on values with `leading` axes before their own.

    Undefined results are NaN or infinite without a warning, as in real arithmetic. A slope of 0 stays 0
    whatever it is multiplied with: what does not depend on the seed goes on not to.
    """

    leading: int = 0

    @property
    def values(self) -> Real:
        """The arithmetic of the values."""
        return Real(self.leading)

    @property
    def slopes(self) -> Real:
        """The arithmetic of the slopes."""
        return Real(self.leading + 1)

    def number(self, value: float) -> Dual:
        return constant(self.values.number(value))

    def negative(self, a: Dual) -> Dual:
        return Dual(-a.value, -a.slope)

    def infix(self, operator: str, a: Dual, b: Dual) -> Dual:
        with np.errstate(all="ignore"):
            value = self.values.infix(operator, a.value, b.value)
            if operator in COMPARE:
                return constant(value)
            if operator in ("+", "-"):
                return Dual(value, self.slopes.infix(operator, a.slope, b.slope))
            if operator == "@":
                return Dual(value, self._product_rule("@", a, b))
            return Dual(value, _INFIX[operator](value, *self._aligned(a, b)))

    def power(self, a: Dual, exponent: float) -> Dual:
        value = self.values.power(a.value, exponent)
        if exponent == 0:
            return constant(value)  # also at 0, where 0·a^-1 would be undefined
        return Dual(value, chain(exponent * self.values.power(a.value, exponent - 1), a.slope))

    def apply(self, function: Elementwise, a: Dual) -> Dual:
        rate = evaluate(parse(function.derivative), {"x": a.value}, self.values)
        return Dual(self.values.apply(function, a.value), chain(rate, a.slope))

    def whole(self, name: str, arguments: Sequence[Dual]) -> Dual:
        with np.errstate(all="ignore"):
            return self._whole(name, arguments)

    def _whole(self, name: str, arguments: Sequence[Dual]) -> Dual:
        if name in ("max", "min") or name in ALONG_AXIS:
            return self._extreme(name, arguments)
        value = self.values.whole(name, [argument.value for argument in arguments])
        first = arguments[0]
        if name in LINEAR:
            return Dual(value, self.slopes.whole(name, [first.slope]))
        if name == "outer":
            return Dual(value, self._product_rule("outer", *arguments))
        if name == "inv":
            towards = self.slopes.infix("@", value[None], first.slope)
            return Dual(value, -self.slopes.infix("@", towards, value[None]))
        if name == "softmax":
            weighted = chain(value, first.slope)
            return Dual(value, weighted - chain(value, np.sum(weighted, axis=-1, keepdims=True)))
        if name == "log_softmax":
            weighted = chain(np.exp(value), first.slope)
            return Dual(value, first.slope - np.sum(weighted, axis=-1, keepdims=True))
        if name in ("argmax", "argmin"):
            return constant(value)
        if name in ("component", "item"):
            indices = [index.value[None] for index in arguments[1:]]
            return Dual(value, self.slopes.whole(name, [first.slope, *indices]))
        _, a, b = arguments  # where
        return Dual(value, self.slopes.whole("where", [first.value[None], a.slope, b.slope]))

    def stack(self, items: Sequence[Dual]) -> Dual:
        values = self.values.stack([item.value for item in items])
        return Dual(values, self.slopes.stack([item.slope for item in items]))

    def wider(self) -> "Duals":
        return replace(self, leading=self.leading + 1)

    def spread(self, a: Dual) -> Dual:
        return Dual(self.values.spread(a.value), self.slopes.spread(a.slope))

    def count(self, first: int, last: int) -> Dual:
        return constant(self.values.count(first, last))

    def total(self, a: Dual, terms: int) -> Dual:
        return Dual(self.values.total(a.value, terms), self.slopes.total(a.slope, terms))

    def _product_rule(self, product: str, a: Dual, b: Dual) -> Array:
        def times(left: Array, right: Array) -> Array:
            if product == "@":
                return self.slopes.infix("@", left, right)
            return self.slopes.whole(product, [left, right])

        return times(a.slope, b.value[None]) + times(a.value[None], b.slope)

    def _aligned(self, *duals: Dual) -> list[Dual]:
        values = align(self.leading, *(dual.value for dual in duals))
        slopes = align(self.leading + 1, *(dual.slope for dual in duals))
        return [Dual(value, slope) for value, slope in zip(values, slopes, strict=True)]

    def _extreme(self, name: str, arguments: Sequence[Dual]) -> Dual:
        """Return the extreme component of one argument, or of several component by component."""
        values, slopes = self._candidates(name, arguments)
        value = np.max(values, axis=-1) if name.endswith("max") else np.min(values, axis=-1)
        meets = (values == value[..., None])[None]
        lowest = np.min(np.where(meets, slopes, np.inf), axis=-1)
        highest = np.max(np.where(meets, slopes, -np.inf), axis=-1)
        slope = np.minimum(np.maximum(lowest, 0.0), highest)
        return Dual(value, np.where(np.isnan(value), np.nan, slope))

    def _candidates(self, name: str, arguments: Sequence[Dual]) -> tuple[Array, Array]:
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


def chain(rate: Array, slope: Array) -> Array:
    """Return rate·slope, and 0 where either is 0, also beside an infinite or undefined other."""
    with np.errstate(all="ignore"):
        result: Array = np.where((rate == 0) | (slope == 0), 0.0, rate * slope)
    return result


# The slopes of the operations that go component by component, given the value; both sides have its axes.


def _product_slope(_: Array, a: Dual, b: Dual) -> Array:
    return chain(b.value, a.slope) + chain(a.value, b.slope)


def _quotient_slope(value: Array, a: Dual, b: Dual) -> Array:
    """Return d(a/b) = (da - a/b·db) / b."""
    return (a.slope - chain(value, b.slope)) / b.value


def _power_slope(value: Array, a: Dual, b: Dual) -> Array:
    """Return d(a^b) = b·a^(b-1)·da + a^b·log(a)·db."""
    in_base = np.where(b.value == 0, 0.0, b.value * np.power(a.value, b.value - 1))
    in_exponent = np.where(value == 0, 0.0, value * np.log(a.value))
    return chain(in_base, a.slope) + chain(in_exponent, b.slope)


_INFIX = {"*": _product_slope, "/": _quotient_slope, "^": _power_slope}
