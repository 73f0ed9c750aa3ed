"""Dual arithmetic with the functions of formulas, and those that a question leaves open; also with bounds.

Dual numbers say what a derivative is; where its terms cancel they cannot say how many of its digits are
left. With balls every step of the same rules is worked in ball arithmetic, so that the radius of a slope
bounds what the machine's rounding can have done to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import TypeVar

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.arrays import Array
from grader.expressions.ball import Ball, exact
from grader.expressions.dual import Dual, Duals, Rules
from grader.expressions.grammar import parse
from grader.expressions.open_functions import FORMULA_FUNCTIONS, OpenBalls, OpenReal, Wavy
from grader.expressions.picking import ALONG_AXIS, align, axis_of
from grader.expressions.real import Real

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _OfFormulas(Rules[V]):
    """The rules of differentiation with the functions of formulas; `functions` are those left open."""

    functions: Mapping[str, Wavy] = field(default_factory=dict)

    def whole(self, name: str, arguments: Sequence[Dual[V]]) -> Dual[V]:
        if name in FORMULA_FUNCTIONS and FORMULA_FUNCTIONS[name].derivative:
            return self.apply(FORMULA_FUNCTIONS[name], arguments[0])
        return Rules.whole(self, name, arguments)


@dataclass(frozen=True, slots=True)
class OpenDuals(_OfFormulas[Array], Duals):
    """Dual arithmetic with the same functions as `OpenReal`.

    By the arguments of a factorial or a binomial coefficient is not differentiated: they are counts. The
    slope is NaN where they depend on the seed all the same.
    """

    @property
    def values(self) -> Real:
        return OpenReal(self.leading, self.functions)

    def slope_of(self, name: str, value: Array, arguments: Sequence[Dual[Array]]) -> Array:
        """Return the slope, also of functions of several numbers: by the rate of change with each."""
        base = name.rstrip("'")
        if base in self.functions:
            rates = _rates(self.functions[base], len(name) - len(base), self._aligned(*arguments))
        elif name == "binomial" or name in FORMULA_FUNCTIONS:
            rates = [np.array(np.nan)] * len(arguments)
        else:
            return Duals.slope_of(self, name, value, arguments)
        slopes = align(self.leading + 1, *(argument.slope for argument in arguments))
        return reduce(np.add, [self.chain(rate, slope) for rate, slope in zip(rates, slopes, strict=True)])


def _rates(function: Wavy, primes: int, arguments: Sequence[Dual[Array]]) -> list[Array]:
    """Return the partial derivative by each argument of the function, or of its derivative of an order."""
    values = [argument.value for argument in arguments]
    if len(values) == 1:
        return [function.at(primes + 1, values)]
    inner = function.phase + sum(x[..., None] * function.direction[:, i] for i, x in enumerate(values))
    waves = function.height * np.cos(inner)
    return [waves @ function.direction[:, i] + function.slope[i] for i in range(len(values))]


@dataclass(frozen=True, slots=True)
class BallDuals(_OfFormulas[Ball]):
    """The rules of differentiation, each step in ball arithmetic with the functions of formulas."""

    @property
    def values(self) -> OpenBalls:
        return OpenBalls(self.leading, self.functions)

    @property
    def slopes(self) -> OpenBalls:
        return OpenBalls(self.leading + 1, self.functions)

    def constant(self, value: Ball) -> Dual[Ball]:
        return Dual(value, exact(np.zeros((1, *value.mid.shape))))

    def lifted(self, value: Ball) -> Ball:
        return value[None]

    def chain(self, rate: Ball, slope: Ball) -> Ball:
        """Return rate·slope, and 0 where the slope is 0, also beside an infinite rate."""
        product = self.slopes.infix("*", rate[None], slope)
        still = (slope.mid == 0) & (slope.rad == 0)
        return product.both(lambda part: np.where(still, 0.0, part))

    def total_of_rows(self, a: Ball) -> Ball:
        return a.both(partial(np.sum, axis=-1, keepdims=True))

    def by_components(self, operator: str, value: Ball, a: Dual[Ball], b: Dual[Ball]) -> Ball:
        """Return the slope as dual numbers have it; the second term of a power's only where b moves."""
        work = self.slopes.infix
        if operator == "*":
            return self.product_rule("*", a, b)
        if operator == "/":
            return work("/", work("-", a.slope, work("*", value[None], b.slope)), b.value[None])
        names = {"a": a.value, "b": b.value}
        first = self.chain(evaluate(parse("b*a^(b - 1)"), names, self.values), a.slope)
        if not b.slope.mid.any():
            return first
        return work("+", first, self.chain(evaluate(parse("log(a)*a^b"), names, self.values), b.slope))

    def slope_of(self, name: str, value: Ball, arguments: Sequence[Dual[Ball]]) -> Ball:
        """Return the slope, also of an open function of one number; of the rest nothing is known."""
        is_open = name.rstrip("'") in self.functions
        if is_open and len(arguments) == 1:
            return self.chain(self.values.whole(name + "'", [arguments[0].value]), arguments[0].slope)
        if is_open or name == "binomial" or name in FORMULA_FUNCTIONS:
            return Ball(np.array(np.nan), np.array(np.inf))
        return Rules.slope_of(self, name, value, arguments)

    def extreme(self, name: str, value: Ball, arguments: Sequence[Dual[Ball]]) -> Ball:  # noqa: ARG002
        """Return the slope of the one number that is the extreme."""

        def further(a: Dual[Ball], b: Dual[Ball]) -> Dual[Ball]:
            ahead = self.infix(">=" if name.endswith("max") else "<=", a, b)
            return self.whole("where", [ahead, a, b])

        return reduce(further, self._candidates(name, arguments)).slope

    def _candidates(self, name: str, arguments: Sequence[Dual[Ball]]) -> list[Dual[Ball]]:
        """Return the numbers among which the extreme is, one by one."""
        if len(arguments) > 1:
            return list(arguments)
        both = arguments[0].value, arguments[0].slope
        value, slope = (self._in_a_row(name, ball, more) for more, ball in enumerate(both))
        return [Dual(value[..., i], slope[..., i]) for i in range(value.mid.shape[-1])]

    def _in_a_row(self, name: str, ball: Ball, more: int) -> Ball:
        """Return a ball with what is compared in its last axis; `more` leading axes than a value has."""
        if name in ALONG_AXIS:
            return ball.both(lambda part: np.moveaxis(part, axis_of(name), -1))
        return ball.both(lambda part: part.reshape(*part.shape[: self.leading + more], -1))
