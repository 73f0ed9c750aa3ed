"""Real arithmetic with NumPy.

Every array has `leading` axes before its own (submissions, steps), so that one NumPy call works a line
for a whole class. `x @ W` with `W` of shape (N, 2, 3) and one leading axis is one product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from grader.expressions.arrays import Array, Mask, in_order
from grader.expressions.functions import Elementwise
from grader.expressions.inverses import inverse
from grader.expressions.picking import ALONG_AXIS, align, along_axis, component, item, position

COMPARE: dict[str, Callable[[Array, Array], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}

_PLAIN: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}

_FEW = 7  # numbers that NumPy adds one after the other, however they lie in memory
_SMALL = 512  # products; of more, BLAS is faster


@dataclass(frozen=True, slots=True)
class Real:
    """Ordinary numbers: NumPy arrays with `leading` axes before their own.

    Undefined results (a logarithm of a negative number) are NaN, without a warning: what a student's
    numbers lead to is for the marking to judge.
    """

    leading: int = 0

    def number(self, value: float) -> Array:
        return np.full((1,) * self.leading, value)

    def negative(self, a: Array) -> Array:
        return -a

    def infix(self, operator: str, a: Array, b: Array) -> Array:
        with np.errstate(all="ignore"):
            if operator == "@":
                return matmul(a, b, self.leading)
            a, b = align(self.leading, a, b)
            if operator in COMPARE:
                return COMPARE[operator](a, b).astype(np.float64)
            return _PLAIN[operator](a, b)

    def power(self, a: Array, exponent: float) -> Array:
        with np.errstate(all="ignore"):
            result: Array = a * a if exponent == 2 else a**exponent
        return result

    def apply(self, function: Elementwise, a: Array) -> Array:
        with np.errstate(all="ignore"):
            result: Array = function.value(a)
        return result

    def whole(self, name: str, arguments: Sequence[Array]) -> Array:
        with np.errstate(all="ignore"):
            return _WHOLE[name](self.leading, *arguments)

    def stack(self, items: Sequence[Array]) -> Array:
        return stack(items, self.leading)

    def wider(self) -> "Real":
        """Return the arithmetic with one more leading axis, the last: the terms of a sum."""
        return replace(self, leading=self.leading + 1)

    def spread(self, a: Array) -> Array:
        """Return a value that is the same along the axis of the terms."""
        return np.expand_dims(a, self.leading)

    def count(self, first: int, last: int) -> Array:
        """Return the whole numbers from first to last along the axis of the terms."""
        return np.arange(first, last + 1, dtype=np.float64).reshape((1,) * self.leading + (-1,))

    def total(self, a: Array, terms: int) -> Array:
        """Return the sum along the axis of the terms."""
        every = (*a.shape[: self.leading], terms, *a.shape[self.leading + 1 :])
        with np.errstate(all="ignore"):
            return total(np.broadcast_to(a, every), self.leading)


def stack(items: Sequence[Array], leading: int) -> Array:
    """Put items side by side along a new first axis of their own."""
    return np.stack(np.broadcast_arrays(*items), axis=leading)


def matmul(a: Array, b: Array, leading: int) -> Array:
    """Return the product of vectors and matrices, whatever leads them."""
    vector_left, vector_right = a.ndim - leading == 1, b.ndim - leading == 1
    if vector_left and vector_right:
        return total(a * b, -1)
    if vector_left:
        return _product(a[..., None, :], b)[..., 0, :]
    if vector_right:
        return _product(a, b[..., None])[..., 0]
    return _product(a, b)


def _product(a: Array, b: Array) -> Array:
    """Return the products of matrices; small ones number by number, for many hand-ins at once."""
    (rows, inner), columns = a.shape[-2:], b.shape[-1]
    if inner <= _FEW and rows * inner * columns <= _SMALL:
        return total(a[..., None] * b[..., None, :, :], -2)
    result: Array = np.matmul(in_order(a), in_order(b))
    return result


def total(a: Array, axis: int | tuple[int, ...], *, keepdims: bool = False) -> Array:
    """Return the sum along some axes."""
    few = isinstance(axis, int) and a.shape[axis] <= _FEW
    result: Array = np.sum(a if few else in_order(a), axis=axis, keepdims=keepdims)
    return result


def own_axes(leading: int, a: Array) -> tuple[int, ...]:
    """Return the axes that are a value's own."""
    return tuple(range(leading, a.ndim))


def rearrange(name: str, leading: int, *arguments: Array) -> Array:
    """Move components without computing with them."""
    a = arguments[0]
    if name == "transpose":
        return a.swapaxes(-1, -2) if a.ndim - leading == 2 else a
    if name == "column":
        return a[..., None]
    if name == "row":
        return a[..., None, :]
    return np.where(np.eye(a.shape[-1], dtype=bool), a[..., None], 0.0)  # diag; 0 also beside infinity


REARRANGING = frozenset({"transpose", "column", "row", "diag"})
SUMS = frozenset({"sum", "mean", "row_sums", "column_sums"})
LINEAR = REARRANGING | SUMS


def _extreme(choose: np.ufunc, leading: int, arguments: tuple[Array, ...]) -> Array:
    """Return the extreme component of one argument, or of several component by component."""
    result: Array
    if len(arguments) == 1:
        result = choose.reduce(arguments[0], axis=own_axes(leading, arguments[0]))
    else:
        result = reduce(choose, align(leading, *arguments))
    return result


def _softmax(_: int, a: Array) -> Array:
    powers: Array = np.exp(a - np.max(a, axis=-1, keepdims=True))
    result: Array = powers / total(powers, -1, keepdims=True)
    return result


def _log_softmax(_: int, a: Array) -> Array:
    """Return the logarithm of softmax, finite also where softmax itself is too small for the machine."""
    below: Array = a - np.max(a, axis=-1, keepdims=True)
    result: Array = below - np.log(total(np.exp(below), -1, keepdims=True))
    return result


def _where(leading: int, condition: Array, a: Array, b: Array) -> Array:
    condition, a, b = align(leading, condition, a, b)
    return np.where(condition != 0, a, b)


_WHOLE: dict[str, Callable[..., Array]] = {
    "sum": lambda leading, a: total(a, own_axes(leading, a)),
    "mean": lambda leading, a: np.mean(in_order(a), axis=own_axes(leading, a)),
    "max": lambda leading, *arguments: _extreme(np.maximum, leading, arguments),
    "min": lambda leading, *arguments: _extreme(np.minimum, leading, arguments),
    "row_sums": lambda _, a: total(a, -1),
    "column_sums": lambda _, a: total(a, -2),
    "inv": lambda _, a: inverse(a),
    "outer": lambda _, a, b: a[..., :, None] * b[..., None, :],
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "where": _where,
    "component": component,
    "item": item,
    "argmax": lambda _, a: position("argmax", a),
    "argmin": lambda _, a: position("argmin", a),
    **{name: (lambda _, a, name=name: along_axis(name, a)) for name in ALONG_AXIS},
    **{name: (lambda leading, a, name=name: rearrange(name, leading, a)) for name in REARRANGING},
}
