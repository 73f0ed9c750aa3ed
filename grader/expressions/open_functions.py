"""Functions that only formulas know, and those that a question leaves open, in real and ball arithmetic.

A function that is left open is worked as a smooth one drawn at random: a line and some waves, whose
derivatives of every order are known exactly.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from grader.expressions.arrays import Array, Mask
from grader.expressions.ball import ULPS, Ball, Balls
from grader.expressions.ends import with_numbers_for_ends
from grader.expressions.faults import ExpressionFault
from grader.expressions.functions import ELEMENTWISE, Elementwise, functions_of_formulas
from grader.expressions.picking import ALONG_AXIS, align
from grader.expressions.real import COMPARE, REARRANGING, Real
from grader.expressions.tree import Call, Tree, children, rebuild, walk


def factorial(x: Array) -> Array:
    """Return Γ(x + 1) of each number; NaN at its poles, infinite where it overflows."""
    result: Array = np.vectorize(_factorial, otypes=[np.float64])(x)
    return result


def _factorial(x: float) -> float:
    try:
        return math.gamma(x + 1.0)
    except ValueError:  # a pole
        return math.nan
    except OverflowError:
        return math.inf


def binomial(n: Array, k: Array) -> Array:
    """Return the binomial coefficient of real numbers, through factorials."""
    return factorial(n) / (factorial(k) * factorial(n - k))


FORMULA_FUNCTIONS: dict[str, Elementwise] = {
    "arcsinh": Elementwise(np.arcsinh, "1/sqrt(1 + x^2)"),
    "arccosh": Elementwise(np.arccosh, "1/sqrt(x^2 - 1)", lowest=1.0),
    "arctanh": Elementwise(np.arctanh, "1/(1 - x^2)", lowest=-1.0, highest=1.0),
    "cbrt": Elementwise(np.cbrt, "1/(3*cbrt(x)^2)"),  # of negative numbers, too
    # Γ(x + 1) is lowest where its derivative is 0.
    "factorial": Elementwise(factorial, "", turns=(0.46163214496836234,), lowest=-1.0),
}


@dataclass(frozen=True, slots=True)
class Wavy:
    """A smooth function of several numbers: a constant, a line, and waves in random directions.

    f(x) = level + slope·x + Σ height·sin(direction·x + phase)
    """

    level: float
    slope: Array  # (arguments,)
    height: Array  # (waves,)
    direction: Array  # (waves, arguments)
    phase: Array  # (waves,)

    def at(self, primes: int, arguments: Sequence[Array]) -> Array:
        """Return the value, or the derivative of an order by the only argument."""
        inner = self.phase + np.pi / 2 * primes
        for i, x in enumerate(arguments):
            inner = inner + x[..., None] * self.direction[:, i]
        result: Array = np.sin(inner) @ self._heights(primes)
        if primes == 1:
            result = result + self.slope[0]
        if primes == 0:
            result = result + self.level
            for i, x in enumerate(arguments):
                result = result + x * self.slope[i]
        return result

    def _heights(self, primes: int) -> Array:
        heights: Array = self.height
        for _ in range(primes):
            heights = heights * self.direction[:, 0]
        return heights

    def steepest(self, primes: int) -> Array:
        """Return a bound of the slope in each argument, for a derivative of an order."""
        bound: Array = np.abs(self._heights(primes)) @ np.abs(self.direction)
        return bound + np.abs(self.slope) if primes == 0 else bound


_KNOWN = functions_of_formulas() | FORMULA_FUNCTIONS.keys() | {"binomial"}
WAVES = 2
IN_TWO_WAYS = "is called with different numbers of arguments"
_EXP = ELEMENTWISE["exp"]

# What gives whole numbers of whole numbers, and what takes one of its arguments as it is.
_OF_WHOLE_NUMBERS = frozenset("+-*/")
_CHOOSING = REARRANGING | ALONG_AXIS | {"where", "component", "item", "max", "min"}
_MOST_WHOLE = 2.0**53
_UNDERFLOWING = frozenset("*/^")
_SMALLEST = np.finfo(np.float64).tiny


def wavy(random: np.random.Generator, arguments: int) -> Wavy:
    """Draw a function."""
    free = random.random((WAVES + 1, 2 * arguments + 2))
    size, sign = free[:, :arguments], np.where(free[:, arguments : 2 * arguments] < 0.5, -1.0, 1.0)
    slopes = (0.4 + size) * sign
    return Wavy(
        level=2 * free[0, -1] - 1,
        slope=slopes[0],
        height=0.3 + 0.7 * free[1:, -1],
        direction=slopes[1:],
        phase=2 * np.pi * free[1:, -2],
    )


IDENTITY = Wavy(0.0, np.ones(1), np.zeros(1), np.ones((1, 1)), np.zeros(1))


@dataclass(frozen=True, slots=True)
class OpenReal(Real):
    """Real arithmetic that can also work the functions of formulas and those left open.

    The derivatives of an open function f are called by their primes: f', f''. A condition on what has no
    value is neither true nor false, and what hangs on it has no value either. A power, product or
    quotient too small for the machine has none: it would be the same as every other such one.
    """

    functions: Mapping[str, Wavy] = field(default_factory=dict)

    def apply(self, function: Elementwise, a: Array) -> Array:
        value = Real.apply(self, function, a)
        if function is not _EXP:
            return value
        return np.where((value < _SMALLEST) & (a > -np.inf), np.nan, value)

    def power(self, a: Array, exponent: float) -> Array:
        value = Real.power(self, a, exponent)
        small = np.abs(value) < _SMALLEST
        return np.where(small & (a != 0) & np.isfinite(a), np.nan, value) if small.any() else value

    def infix(self, operator: str, a: Array, b: Array) -> Array:
        value = Real.infix(self, operator, a, b)
        if operator in _UNDERFLOWING and (small := np.abs(value) < _SMALLEST).any():
            first, second = align(self.leading, a, b)
            lost = small & (first != 0) & np.isfinite(first) & np.isfinite(second)
            return np.where(lost & ((second != 0) | (operator != "*")), np.nan, value)
        return _unless_nan(value, *align(self.leading, a, b)) if operator in COMPARE else value

    def whole(self, name: str, arguments: Sequence[Array]) -> Array:
        if name in FORMULA_FUNCTIONS:
            return self.apply(FORMULA_FUNCTIONS[name], arguments[0])
        with np.errstate(all="ignore"):
            if name == "binomial":
                return binomial(*align(self.leading, *arguments))
            base = name.rstrip("'")
            if base in self.functions:
                return self.functions[base].at(len(name) - len(base), align(self.leading, *arguments))
        value = Real.whole(self, name, arguments)
        return _unless_nan(value, align(self.leading, *arguments)[0]) if name == "where" else value


@dataclass(frozen=True, slots=True)
class OpenBalls(Balls):
    """Ball arithmetic with the same functions as `OpenReal`, each value as the machine rounds it.

    Where a function is flat (1/(1 + exp(-20)), a softmax that is nearly 1) its image is far smaller than a
    unit in the last place, so the rounding of the value itself has to be added to it.

    Whole numbers are what they are, and so are their sums, products and whole quotients: a condition that is
    made of others, 1 - (i == j), is as certain as they are, and so is the floor of 7/7.
    """

    functions: Mapping[str, Wavy] = field(default_factory=dict)

    def number(self, value: float) -> Ball:
        return drawn(np.full((1,) * self.leading, value))

    def count(self, first: int, last: int) -> Ball:
        return drawn(Real(self.leading).count(first, last))

    def infix(self, operator: str, a: Ball, b: Ball) -> Ball:
        ball = Balls.infix(self, operator, a, b)
        if operator in COMPARE:
            return ball
        least = ULPS * np.abs(ball.mid)
        if operator in _OF_WHOLE_NUMBERS:
            least = np.where((ball.rad == 0) & _is_whole(ball.mid), 0.0, least)
        return Ball(ball.mid, np.maximum(ball.rad, least))

    def power(self, a: Ball, exponent: float) -> Ball:
        ball = Balls.power(self, a, exponent)
        return Ball(ball.mid, np.maximum(ball.rad, ULPS * np.abs(ball.mid)))

    def at_jump(self, a: Ball) -> Ball:
        return a  # tanh(80) is a whole number in the machine, and below it

    def apply(self, function: Elementwise, a: Ball) -> Ball:
        ball = Balls.apply(self, function, a)
        return ball if function.derivative == "0*x" else _rounded(ball)  # whole numbers are what they are

    def whole(self, name: str, arguments: Sequence[Ball]) -> Ball:
        ball = self._whole_or_open(name, arguments)
        return ball if name in _CHOOSING else _rounded(ball)

    def _whole_or_open(self, name: str, arguments: Sequence[Ball]) -> Ball:
        if name in FORMULA_FUNCTIONS:
            return self.apply(FORMULA_FUNCTIONS[name], arguments[0])
        base = name.rstrip("'")
        if name == "binomial" or base in self.functions:
            mid = OpenReal(self.leading, self.functions).whole(name, [a.mid for a in arguments])
            rad = self._spread(name, base, arguments)
            return Ball(mid, np.where(np.isnan(rad), np.inf, rad))
        return Balls.whole(self, name, arguments)

    def _spread(self, name: str, base: str, arguments: Sequence[Ball]) -> Array:
        rads = align(self.leading, *(a.rad for a in arguments))
        if base in self.functions:
            steepest = self.functions[base].steepest(len(name) - len(base))
            return reduce(np.add, (bound * rad for bound, rad in zip(steepest, rads, strict=True)))
        return self._corners(arguments)

    def _corners(self, arguments: Sequence[Ball]) -> Array:
        """Return how far a binomial coefficient is at the corners: enough for radii of a few ulps."""
        real = OpenReal(self.leading)
        mid = real.whole("binomial", [a.mid for a in arguments])
        n, k = arguments
        corners = [real.whole("binomial", [x, y]) for x in (n.low, n.high) for y in (k.low, k.high)]
        return reduce(np.maximum, [np.abs(corner - mid) for corner in corners])


def _unless_nan(value: Array, *rests_on: Array) -> Array:
    return np.where(reduce(np.logical_or, map(np.isnan, rests_on)), np.nan, value)


def drawn(mid: Array) -> Ball:
    """Return numbers that are as they are written or drawn: whole ones have no radius."""
    return Ball(mid, np.where(_is_whole(mid), 0.0, ULPS * np.abs(mid)))


def _is_whole(mid: Array) -> Mask:
    """Tell which numbers are whole, and small enough that the machine has all whole numbers around them."""
    whole: Mask = (mid == np.round(mid)) & (np.abs(mid) < _MOST_WHOLE)
    return whole


def _rounded(ball: Ball) -> Ball:
    return Ball(ball.mid, ball.rad + ULPS * np.abs(ball.mid))


def lowered(tree: Tree, most: int) -> Tree:
    """Return a tree that an arithmetic can work.

    The derivatives of open functions get names of their own. A sum whose ends are names, which are whole
    numbers from 1 to `most`, runs from a number to a number.
    """
    return _derivatives_named(with_numbers_for_ends(tree, most))


def _derivatives_named(tree: Tree) -> Tree:
    tree = rebuild(tree, tuple(map(_derivatives_named, children(tree))), tree.span)
    if isinstance(tree, Call) and tree.primes and tree.function not in _KNOWN:
        return Call(tree.function + "'" * tree.primes, 0, tree.arguments, tree.span)
    return tree


def open_functions_in(tree: Tree) -> dict[str, int]:
    """Return the functions that are left open in a tree, with their numbers of arguments.

    Raises ExpressionFault for one that is called with several numbers of them.
    """
    found: dict[str, int] = {}
    for node in walk(tree):
        if isinstance(node, Call) and node.function not in _KNOWN:
            name, count = node.function.rstrip("'"), len(node.arguments)
            if found.setdefault(name, count) != count:
                raise ExpressionFault(f"{name} {IN_TWO_WAYS}", "", node.span)
    return found
