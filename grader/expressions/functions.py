"""What an expression may call.

Elementwise functions carry what all arithmetics need: the value, the derivative as an expression in `x`
(exact, with one occurrence of `x` where possible, so that bounds stay tight), and the places where the
function turns from rising to falling, which make its image of an interval exact.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Elementwise(NamedTuple):
    """A function of one real number, applied to each component.

    `turns`: arguments where it changes between rising and falling. `steepest`: a bound of its slope, for
    functions that turn infinitely often. `lowest`, `highest`: the ends of its domain.
    """

    value: Callable[[Any], Any]
    derivative: str
    turns: tuple[float, ...] = ()
    steepest: float | None = None
    lowest: float = -np.inf
    highest: float = np.inf


class Defined(NamedTuple):
    """A function written in the language itself, with its parameters."""

    parameters: tuple[str, ...]
    body: str
    derivative: str = ""


# The root of 1/2, and what it is more than its double.
_HALF_ROOT, _HALF_ROOT_MORE = math.sqrt(0.5), -4.833646656726457e-17
_FARTHEST = 40.0  # of the normal distribution: beyond, it is 0 or 1
_SPLITTING = 2.0**27 + 1


def _halves(a: float) -> tuple[float, float]:
    """Return two numbers of half as many digits, of which a number is the sum."""
    high = _SPLITTING * a - (_SPLITTING * a - a)
    return high, a - high


def _normal_cdf(x: float) -> float:
    y = -x * _HALF_ROOT
    if not abs(x) < _FARTHEST:
        return math.erfc(y) / 2
    # What y lacks of -x/√2, by the exact product (T. J. Dekker, 1971); the result lacks x² times as much.
    (a, b), (c, d) = _halves(-x), _halves(_HALF_ROOT)
    lacks = ((a * c - y) + a * d + b * c) + b * d - x * _HALF_ROOT_MORE
    return math.erfc(y) / 2 - math.exp(-y * y) / math.sqrt(math.pi) * lacks


def normal_cdf(x: Any) -> Any:
    """Return how likely a standard normal variable is at most x; in the tail, too, to all digits."""
    return np.vectorize(_normal_cdf, otypes=[np.float64])(x)


ELEMENTWISE: dict[str, Elementwise] = {
    "identity": Elementwise(np.positive, "1 + 0*x"),
    "relu": Elementwise(lambda x: np.maximum(x, 0.0), "x > 0"),  # 0 at 0: the convention of the field
    "step": Elementwise(lambda x: np.heaviside(x, 0.0), "0*x"),
    "tanh": Elementwise(np.tanh, "1/cosh(x)^2"),
    # Where exp(-x) overflows the value is 0, as it should be.
    "sigmoid": Elementwise(lambda x: 1.0 / (1.0 + np.exp(-x)), "1/(4*cosh(x/2)^2)"),
    "softplus": Elementwise(lambda x: np.logaddexp(x, 0.0), "sigmoid(x)"),  # log(1 + exp(x)) without overflow
    "exp": Elementwise(np.exp, "exp(x)"),
    "log": Elementwise(np.log, "1/x", lowest=0.0),
    "log2": Elementwise(np.log2, "1/(x*log(2))", lowest=0.0),
    "log10": Elementwise(np.log10, "1/(x*log(10))", lowest=0.0),
    "sqrt": Elementwise(np.sqrt, "1/(2*sqrt(x))", lowest=0.0),
    "abs": Elementwise(np.abs, "sign(x)", turns=(0.0,)),
    "sign": Elementwise(np.sign, "0*x"),
    "floor": Elementwise(np.floor, "0*x"),
    "ceil": Elementwise(np.ceil, "0*x"),
    "sin": Elementwise(np.sin, "cos(x)", steepest=1.0),
    "cos": Elementwise(np.cos, "-sin(x)", steepest=1.0),
    "arcsin": Elementwise(np.arcsin, "1/sqrt(1 - x^2)", lowest=-1.0, highest=1.0),
    "arccos": Elementwise(np.arccos, "-1/sqrt(1 - x^2)", lowest=-1.0, highest=1.0),
    "arctan": Elementwise(np.arctan, "1/(1 + x^2)"),
    "sinh": Elementwise(np.sinh, "cosh(x)"),
    "cosh": Elementwise(np.cosh, "sinh(x)", turns=(0.0,)),
    "erf": Elementwise(np.vectorize(math.erf, otypes=[np.float64]), "2/sqrt(pi)*exp(-x^2)"),
    "normal_cdf": Elementwise(normal_cdf, "exp(-x^2/2)/sqrt(2*pi)"),
}
ELEMENTWISE["ln"] = ELEMENTWISE["log"]

DEFINED: dict[str, Defined] = {
    "tan": Defined(("x",), "sin(x)/cos(x)", "1/cos(x)^2"),
    "dot": Defined(("a", "b"), "a @ b"),
    "norm": Defined(("a",), "sqrt(sum(a^2))"),
    "norm_1": Defined(("a",), "sum(abs(a))"),
    "norm_inf": Defined(("a",), "max(abs(a))"),
    "square": Defined(("x",), "x^2", "2*x"),
    # As on paper, halves away from zero; 1.005 is a half, though a little less in the machine.
    "round": Defined(("x", "places"), "sign(x) * floor(abs(x)*10^places + 1/2 + 1e-9) / 10^places"),
    "mod": Defined(("a", "b"), "a - b*floor(a/b)"),
    "leaky_relu": Defined(("x",), "max(x, 0.01*x)", "where(x > 0, 1, 0.01)"),
}

# Functions that look at a value as a whole; `shapes` says what fits, each arithmetic how it is done.
WHOLE = frozenset(
    {"sum", "mean", "max", "min", "row_sums", "column_sums", "outer", "transpose", "column", "row"}
    | {"diag", "inv", "softmax", "log_softmax", "where"}
    | {"row_max", "row_min", "column_max", "column_min", "argmax", "argmin"}
)

# What only a key may call: a formula that a student writes keeps the meaning it has without them.
ONLY_IN_KEYS = frozenset(
    {"row_max", "row_min", "column_max", "column_min", "argmax", "argmin", "norm_1", "norm_inf"}
    | {"round", "mod", "erf", "normal_cdf"}
)

PRODUCT = "prod"  # of items in brackets: the grammar multiplies them

DERIVATIVE = "derivative"  # of an expression by a name: a name stands in its place before anything is worked

CONSTANTS = {"pi": np.pi, "e": np.e}


def known_functions() -> frozenset[str]:
    """Return every name that may be called."""
    return frozenset(ELEMENTWISE) | frozenset(DEFINED) | WHOLE


def functions_of_formulas() -> frozenset[str]:
    """Return every one of these names that a formula of a student may call."""
    return known_functions() - ONLY_IN_KEYS
