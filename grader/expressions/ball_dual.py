"""Derivatives with bounds: dual numbers whose value and slope are balls.

Dual numbers say what a derivative is; where its terms cancel they cannot say how many of its digits are
left. Here every step of the same rules is worked in ball arithmetic, so that the radius of a slope bounds
what the machine's rounding can have done to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.ball import Ball, exact
from grader.expressions.functions import Elementwise
from grader.expressions.grammar import parse
from grader.expressions.open_functions import FORMULA_FUNCTIONS, OpenBalls, Wavy
from grader.expressions.picking import ALONG_AXIS, axis_of
from grader.expressions.real import COMPARE, LINEAR


@dataclass(frozen=True, slots=True)
class BallDual:
    """A value (*leading, *own) and its slope (components, *leading, *own)."""

    value: Ball
    slope: Ball


def steady(value: Ball) -> BallDual:
    """Return a quantity that does not depend on what is seeded."""
    return BallDual(value, exact(np.zeros((1, *value.mid.shape))))


@dataclass(frozen=True, slots=True)
class BallDuals:
    """The rules of differentiation, each step in ball arithmetic."""

    leading: int = 0
    functions: Mapping[str, Wavy] = field(default_factory=dict)

    @property
    def values(self) -> OpenBalls:
        return OpenBalls(self.leading, self.functions)

    @property
    def slopes(self) -> OpenBalls:
        return OpenBalls(self.leading + 1, self.functions)

    def number(self, value: float) -> BallDual:
        return steady(self.values.number(value))

    def negative(self, a: BallDual) -> BallDual:
        return BallDual(self.values.negative(a.value), self.slopes.negative(a.slope))

    def infix(self, operator: str, a: BallDual, b: BallDual) -> BallDual:
        value = self.values.infix(operator, a.value, b.value)
        if operator in COMPARE:
            return steady(value)
        work = self.slopes.infix
        if operator in ("+", "-"):
            return BallDual(value, work(operator, a.slope, b.slope))
        if operator in ("*", "@"):
            first = work(operator, a.slope, _lifted(b.value))
            return BallDual(value, work("+", first, work(operator, _lifted(a.value), b.slope)))
        if operator == "/":
            left_over = work("-", a.slope, work("*", _lifted(value), b.slope))
            return BallDual(value, work("/", left_over, _lifted(b.value)))
        return BallDual(value, self._power_slope(a, b))

    def _power_slope(self, a: BallDual, b: BallDual) -> Ball:
        """Return d(a^b) = b·a^(b-1)·da + log(a)·a^b·db; the second term only where b moves."""
        names = {"a": a.value, "b": b.value}
        first = self._chained(evaluate(parse("b*a^(b - 1)"), names, self.values), a.slope)
        if not b.slope.mid.any():
            return first
        return self.slopes.infix(
            "+", first, self._chained(evaluate(parse("log(a)*a^b"), names, self.values), b.slope)
        )

    def power(self, a: BallDual, exponent: float) -> BallDual:
        value = self.values.power(a.value, exponent)
        if exponent == 0:
            return steady(value)
        rate = self.values.infix("*", self.values.number(exponent), self.values.power(a.value, exponent - 1))
        return BallDual(value, self._chained(rate, a.slope))

    def apply(self, function: Elementwise, a: BallDual) -> BallDual:
        rate = evaluate(parse(function.derivative), {"x": a.value}, self.values)
        return BallDual(self.values.apply(function, a.value), self._chained(rate, a.slope))

    def whole(self, name: str, arguments: Sequence[BallDual]) -> BallDual:
        if name in FORMULA_FUNCTIONS and FORMULA_FUNCTIONS[name].derivative:
            return self.apply(FORMULA_FUNCTIONS[name], arguments[0])
        value = self.values.whole(name, [argument.value for argument in arguments])
        return BallDual(value, self._whole(name, value, arguments))

    def _whole(self, name: str, value: Ball, arguments: Sequence[BallDual]) -> Ball:
        first, slopes = arguments[0], self.slopes
        if name in LINEAR:
            return slopes.whole(name, [first.slope])
        if name in ("argmax", "argmin"):
            return steady(value).slope
        if name in ("component", "item"):
            return slopes.whole(name, [first.slope, *(_lifted(index.value) for index in arguments[1:])])
        if name == "where":
            condition, a, b = arguments
            return slopes.whole(name, [_lifted(condition.value), a.slope, b.slope])
        if name == "outer":
            a, b = arguments
            left = slopes.whole(name, [a.slope, _lifted(b.value)])
            return slopes.infix("+", left, slopes.whole(name, [_lifted(a.value), b.slope]))
        if name == "inv":
            towards = slopes.infix("@", _lifted(value), first.slope)
            return slopes.negative(slopes.infix("@", towards, _lifted(value)))
        if name == "softmax":
            weighted = slopes.infix("*", _lifted(value), first.slope)
            total = _total(weighted)
            return slopes.infix("-", weighted, slopes.infix("*", _lifted(value), total))
        if name == "log_softmax":
            powers = self.values.whole("softmax", [first.value])
            weighted = slopes.infix("*", _lifted(powers), first.slope)
            total = _total(weighted)
            return slopes.infix("-", first.slope, total)
        if name in ("max", "min") or name in ALONG_AXIS:
            return self._extreme(name, self._candidates(name, arguments)).slope
        return self._open(name, arguments)

    def _extreme(self, name: str, arguments: Sequence[BallDual]) -> BallDual:
        """Return the extreme of several numbers, with the slope of the one that it is."""

        def further(a: BallDual, b: BallDual) -> BallDual:
            ahead = self.infix(">=" if name.endswith("max") else "<=", a, b)
            return self.whole("where", [ahead, a, b])

        return reduce(further, arguments)

    def _candidates(self, name: str, arguments: Sequence[BallDual]) -> list[BallDual]:
        """Return the numbers among which the extreme is, one by one."""
        if len(arguments) > 1:
            return list(arguments)
        value, slope = (self._in_a_row(name, ball, lead) for lead, ball in enumerate(_parts(arguments[0])))
        return [BallDual(value[..., i], slope[..., i]) for i in range(value.mid.shape[-1])]

    def _in_a_row(self, name: str, ball: Ball, more: int) -> Ball:
        """Return a ball with what is compared in its last axis; `more` leading axes than a value has."""
        if name in ALONG_AXIS:
            return Ball(*(np.moveaxis(part, axis_of(name), -1) for part in (ball.mid, ball.rad)))
        lead = self.leading + more
        return Ball(*(part.reshape(*part.shape[:lead], -1) for part in (ball.mid, ball.rad)))

    def _open(self, name: str, arguments: Sequence[BallDual]) -> Ball:
        """Return the slope of an open function of one number; of the rest nothing is known."""
        if name.rstrip("'") in self.functions and len(arguments) == 1:
            rate = self.values.whole(name + "'", [arguments[0].value])
            return self._chained(rate, arguments[0].slope)
        return Ball(np.array(np.nan), np.array(np.inf))

    def stack(self, items: Sequence[BallDual]) -> BallDual:
        values = self.values.stack([item.value for item in items])
        return BallDual(values, self.slopes.stack([item.slope for item in items]))

    def wider(self) -> "BallDuals":
        return replace(self, leading=self.leading + 1)

    def spread(self, a: BallDual) -> BallDual:
        return BallDual(self.values.spread(a.value), self.slopes.spread(a.slope))

    def count(self, first: int, last: int) -> BallDual:
        return steady(self.values.count(first, last))

    def total(self, a: BallDual, terms: int) -> BallDual:
        return BallDual(self.values.total(a.value, terms), self.slopes.total(a.slope, terms))

    def _chained(self, rate: Ball, slope: Ball) -> Ball:
        """Return rate·slope, and 0 where the slope is 0, also beside an infinite rate."""
        product = self.slopes.infix("*", _lifted(rate), slope)
        still = (slope.mid == 0) & (slope.rad == 0)
        return Ball(np.where(still, 0.0, product.mid), np.where(still, 0.0, product.rad))


def _parts(a: BallDual) -> tuple[Ball, Ball]:
    return a.value, a.slope


def _total(ball: Ball) -> Ball:
    """Return the sum of each row."""
    return Ball(*(np.sum(part, axis=-1, keepdims=True) for part in (ball.mid, ball.rad)))


def _lifted(ball: Ball) -> Ball:
    """Return a value with the axis of the slopes before its own."""
    return ball[None]
