"""Midpoint-radius ("ball") arithmetic over the same tree: what rounding can do to a line.

A ball stands for every number within its radius of its midpoint, component by component. Each operation
returns a ball that holds every result its operands could give, so the bound is sound, also at the kinks
of relu, max and abs and at division; the midpoint is what real arithmetic gives for the midpoints.
Rounding of the machine itself is left to the radii of the inputs: they are at least a few ulps wide (see
`exact`). After R. E. Moore, "Interval Analysis" (1966); the midpoint form as in J. van der Hoeven,
"Ball arithmetic" (2009).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

import numpy as np

from grader.expressions.arrays import Array, Rows
from grader.expressions.functions import Elementwise
from grader.expressions.inverses import inverse, reach
from grader.expressions.picking import ALONG_AXIS, SNAP, align, component, possible_items
from grader.expressions.real import COMPARE, REARRANGING, SUMS, Real, matmul, rearrange, stack, total

ULPS = 4 * np.finfo(np.float64).eps
_WRITTEN = 64.0  # times as wide as `exact`, at most: a number that went through lines unrounded


@dataclass(frozen=True, slots=True)
class Ball:
    """Midpoints and radii: arrays of one shape, indexed as one. Infinite radii say nothing."""

    mid: Array
    rad: Array

    def __getitem__(self, places: Any) -> "Ball":
        return Ball(self.mid[places], self.rad[places])

    def both(self, move: Callable[..., Array], *others: "Ball") -> "Ball":
        """Return what becomes of midpoints and of radii where they are only moved, perhaps beside others."""
        mids, rads = [other.mid for other in others], [other.rad for other in others]
        return Ball(move(self.mid, *mids), move(self.rad, *rads))

    def take(self, rows: Rows) -> "Ball":
        """Return some rows; one that stands for all stays as it is."""
        return self if len(self.mid) == 1 else self[rows]

    @property
    def low(self) -> Array:
        return self.mid - self.rad

    @property
    def high(self) -> Array:
        return self.mid + self.rad


def exact(mid: Array) -> Ball:
    """Return a number as the machine holds it: a few units in the last place wide."""
    return Ball(mid, ULPS * np.abs(mid))


@dataclass(frozen=True, slots=True)
class Balls:
    """Ball arithmetic on arrays with `leading` axes before their own."""

    leading: int = 0

    def number(self, value: float) -> Ball:
        return exact(np.full((1,) * self.leading, value))

    def negative(self, a: Ball) -> Ball:
        return Ball(-a.mid, a.rad)

    def infix(self, operator: str, a: Ball, b: Ball) -> Ball:
        with np.errstate(all="ignore"):
            if operator == "@":
                return _settled(_matmul(a, b, self.leading))
            a, b = self._aligned(a, b)
            if operator in COMPARE:
                return _compare(operator, a, b)
            return _settled(_INFIX[operator](a, b))

    def power(self, a: Ball, exponent: float) -> Ball:
        with np.errstate(all="ignore"):
            return _settled(_power(a, exponent))

    def apply(self, function: Elementwise, a: Ball) -> Ball:
        with np.errstate(all="ignore"):
            return _image(function, self.at_jump(a) if function.derivative == "0*x" else a)

    def at_jump(self, a: Ball) -> Ball:
        """Return what a function that only jumps is of: floor(4/2) is 2, though lines have widened 4/2."""
        widened = (a.mid == np.rint(a.mid)) & (a.rad <= _WRITTEN * ULPS * np.abs(a.mid))
        return Ball(a.mid, np.where(widened, 0.0, a.rad))

    def whole(self, name: str, arguments: Sequence[Ball]) -> Ball:
        with np.errstate(all="ignore"):
            return _settled(self._whole(name, arguments))

    def _whole(self, name: str, arguments: Sequence[Ball]) -> Ball:
        first = arguments[0]
        if name in REARRANGING:
            return first.both(partial(rearrange, name, self.leading))
        if name == "component":
            where = [index.mid for index in arguments[1:]]
            return first.both(lambda part: component(self.leading, part, *where))
        real = Real(self.leading)
        if name in SUMS:
            return first.both(lambda part: real.whole(name, [part]))
        if name in ("max", "min") or name in ALONG_AXIS:
            # They rise in every argument, so the ends of the image are those of the ends.
            parts = ([a.mid for a in arguments], [a.low for a in arguments], [a.high for a in arguments])
            return _around(*(real.whole(name, part) for part in parts))
        if name in ("argmax", "argmin"):
            return _position(name, first)
        if name == "item":
            return _item(self.leading, first, arguments[1:])
        if name == "inv":
            return Ball(mid := inverse(first.mid), reach(first.mid, first.rad, mid))
        if name == "outer":
            return _times(first[..., :, None], arguments[1][..., None, :])
        if name in ("softmax", "log_softmax"):
            return _softmax(first) if name == "softmax" else _log_softmax(first)
        return _where(*self._aligned(*arguments))

    def stack(self, items: Sequence[Ball]) -> Ball:
        return items[0].both(lambda *parts: stack(parts, self.leading), *items[1:])

    def wider(self) -> "Balls":
        return replace(self, leading=self.leading + 1)

    def spread(self, a: Ball) -> Ball:
        return a.both(Real(self.leading).spread)

    def count(self, first: int, last: int) -> Ball:
        return exact(Real(self.leading).count(first, last))

    def total(self, a: Ball, terms: int) -> Ball:
        return a.both(lambda part: Real(self.leading).total(part, terms))

    def _aligned(self, *balls: Ball) -> Sequence[Ball]:
        if len({ball.mid.ndim for ball in balls}) == 1:  # as nearly always
            return balls
        mids = align(self.leading, *(ball.mid for ball in balls))
        return [Ball(m, r) for m, r in zip(mids, align(self.leading, *(b.rad for b in balls)), strict=True)]


def _around(mid: Array, *images: Array) -> Ball:
    """Return the ball around `mid` that reaches all the images; infinite where one is undefined."""
    rad = reduce(np.maximum, [np.abs(image - mid) for image in images])
    return Ball(mid, np.where(np.isnan(rad), np.inf, rad))


def _settled(ball: Ball) -> Ball:
    """Return the ball, its radius infinite where midpoint or radius is undefined or overflowed."""
    if np.isfinite(ball.mid + ball.rad).all():  # as nearly always
        return ball
    unknown = np.isnan(ball.rad) | ~np.isfinite(ball.mid)
    return Ball(ball.mid, np.where(unknown, np.inf, ball.rad))


def _times(a: Ball, b: Ball) -> Ball:
    return Ball(a.mid * b.mid, np.abs(a.mid) * b.rad + a.rad * (np.abs(b.mid) + b.rad))


def _divide(a: Ball, b: Ball) -> Ball:
    quotient = a.mid / b.mid
    room = np.abs(b.mid) - b.rad
    rad = (a.rad + np.abs(quotient) * b.rad) / room
    return Ball(quotient, np.where(room > 0, rad, np.inf))


def _raise(a: Ball, b: Ball) -> Ball:
    """Return a^b. For positive bases the power is monotone in both, so corners bound it."""
    mid = np.power(a.mid, b.mid)
    corners = _around(mid, *(np.power(x, y) for x in (a.low, a.high) for y in (b.low, b.high)))
    known = np.isfinite(b.mid) & (b.rad <= ULPS * np.abs(b.mid))
    whole = known & (b.mid == np.round(b.mid)) & (b.mid >= 0)
    size = np.abs(a.mid)
    counted = np.power(size + a.rad, b.mid) - np.power(size, b.mid)
    return Ball(mid, np.where(whole, counted, np.where(a.low > 0, corners.rad, np.inf)))


_INFIX: dict[str, Callable[[Ball, Ball], Ball]] = {
    "+": lambda a, b: Ball(a.mid + b.mid, a.rad + b.rad),
    "-": lambda a, b: Ball(a.mid - b.mid, a.rad + b.rad),
    "*": _times,
    "/": _divide,
    "^": _raise,
}


def _power(a: Ball, exponent: float) -> Ball:
    if exponent == 2:
        return Ball(a.mid * a.mid, a.rad * (2 * np.abs(a.mid) + a.rad))
    if exponent == round(exponent) and exponent > 0:
        size = np.abs(a.mid)
        return Ball(a.mid**exponent, (size + a.rad) ** exponent - size**exponent)
    if exponent == round(exponent) and exponent < 0:
        # |x|^exponent falls and flattens, so the near end is the far reach; around 0 there is no bound.
        size = np.abs(a.mid)
        near = (size - a.rad) ** exponent - size**exponent
        return Ball(a.mid**exponent, np.where(size > a.rad, near, np.inf))
    rising = Elementwise(lambda x: np.power(x, exponent), "", lowest=0.0)
    return _image(rising, a)


def _compare(operator: str, a: Ball, b: Ball) -> Ball:
    """Return 0 or 1, and a radius of 1 where rounding could turn it over; lines only widen a whole number."""
    mid = COMPARE[operator](a.mid, b.mid).astype(np.float64)
    apart = np.abs(a.mid - b.mid) > a.rad + b.rad
    width = ULPS * np.abs(a.mid)
    wide, at_limit = np.maximum(a.rad, b.rad), (np.minimum(a.rad, b.rad) <= width) & (a.mid == np.rint(a.mid))
    same = (wide <= width) | ((wide <= _WRITTEN * width) & (at_limit | (operator in ("==", "!="))))
    same &= (a.mid == b.mid) & np.isfinite(a.mid)
    return Ball(mid, np.where(apart | same, 0.0, 1.0))


def _image(function: Elementwise, a: Ball) -> Ball:
    """Return the image of each ball under a function of one number."""
    mid = function.value(a.mid)
    if function.steepest is not None:
        return Ball(mid, a.rad * function.steepest)
    low = np.maximum(a.low, function.lowest)
    high = np.minimum(a.high, function.highest)
    ball = _around(mid, function.value(low), function.value(high))
    for turn in function.turns:
        inside = (low < turn) & (turn < high)
        reach = np.abs(function.value(np.float64(turn)) - mid)
        ball = Ball(mid, np.where(inside, np.maximum(ball.rad, reach), ball.rad))
    return ball


def _matmul(a: Ball, b: Ball, leading: int) -> Ball:
    spread = matmul(np.abs(a.mid), b.rad, leading) + matmul(a.rad, np.abs(b.mid) + b.rad, leading)
    return Ball(matmul(a.mid, b.mid, leading), spread)


def _softmax(a: Ball) -> Ball:
    """Return the bound: a component is largest where it is high itself and all others are low."""
    top = np.max(a.mid, axis=-1, keepdims=True)
    middle, low, high = (np.exp(part - top) for part in (a.mid, a.low, a.high))
    lows, highs = _sums_of_others(low), _sums_of_others(high)
    return _around(middle / total(middle, -1, keepdims=True), low / (low + highs), high / (high + lows))


def _position(name: str, a: Ball) -> Ball:
    """Return the index of an extreme component, and a radius that reaches every other that may be it."""
    mid = Real().whole(name, [a.mid])
    low, high = (a.low, a.high) if name == "argmin" else (-a.high, -a.low)
    # It may be the smallest where it can be as low as all others are at their highest.
    may = low <= np.min(high, axis=-1, keepdims=True)
    rad = np.max(np.where(may, np.abs(np.arange(a.mid.shape[-1]) - mid[..., None]), 0.0), axis=-1)
    return Ball(mid, np.where(np.isnan(a.low).any(axis=-1) | np.isnan(mid), np.inf, rad))


def _item(leading: int, whole: Ball, indices: Sequence[Ball]) -> Ball:
    """Return the component at the whole number next to each index, reaching all that it may be."""
    nearest = [np.round(index.mid) for index in indices]
    rads = [index.rad + SNAP for index in indices]
    within = [
        np.where(np.abs(near - index.mid) <= rad, near, np.nan)
        for near, index, rad in zip(nearest, indices, rads, strict=True)
    ]
    real = Real(leading)
    mid, rad = (real.whole("item", [part, *within]) for part in (whole.mid, whole.rad))
    # Another whole number is out of reach of most indices; NaN reaches none.
    if not any(
        np.any(np.abs(index.mid - near) + room >= 1)
        for index, near, room in zip(indices, nearest, rads, strict=True)
    ):
        return Ball(mid, rad)
    mids = [index.mid for index in indices]
    for part in (whole.low, whole.high):
        for may, value in possible_items(leading, part, mids, rads):
            rad = np.where(may, np.maximum(rad, np.abs(value - mid)), rad)
    return Ball(mid, rad)


def _sums_of_others(powers: Array) -> Array:
    """Return the sum of all other components; taking one off the sum of all would lose a small rest."""
    other = ~np.eye(powers.shape[-1], dtype=bool)
    return total(np.where(other, powers[..., None, :], 0.0), -1)


def _log_softmax(a: Ball) -> Ball:
    """Return the bound, as of softmax: -log(1 + Σ exp(other - own)), each sum below its own largest term."""
    itself = np.eye(a.mid.shape[-1], dtype=bool)

    def at(own: Array, others: Array) -> Array:
        apart = np.where(itself, 0.0, others[..., None, :] - own[..., :, None])
        result: Array = -np.logaddexp.reduce(apart, axis=-1)
        return result

    mid = Real().whole("log_softmax", [a.mid])
    return _around(mid, at(a.low, a.high), at(a.high, a.low))


def _where(condition: Ball, a: Ball, b: Ball) -> Ball:
    chosen = condition.mid != 0
    mid = np.where(chosen, a.mid, b.mid)
    rad = np.where(chosen, a.rad, b.rad)
    either = np.maximum(rad, np.where(chosen, np.abs(b.mid - mid) + b.rad, np.abs(a.mid - mid) + a.rad))
    unsure = (condition.rad > 0) & ~(np.abs(condition.mid) > condition.rad)  # it may be 0, or not
    return Ball(mid, np.where(unsure, either, rad))
