"""What a written number stands for: every value that rounds to it."""

import re
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from grader.expressions import ULPS, Array, Mask

# Beyond 2^53 not every whole number is a double, and digits are the machine's own.
_WHOLE = 2.0**53
_MOST = 22  # 10^22 is the largest power of ten that a double holds exactly
FULL = 99  # stands for "as many decimals as the machine has"
_RANGE = 400  # beyond this a power of ten is 0 or infinite
with np.errstate(over="ignore"):
    _POWERS: Array = 10.0 ** np.arange(-_RANGE, _RANGE + 1.0)
_LONGEST = 100  # characters of a number in a text
_BLOCK = 1 << 15  # numbers that are looked at together; so many stay in the processor's cache

# The characters of a number as word processors and keyboards of other scripts write them.
_WIDE = 0xFEE0  # from a character to its full-width form
_PLAIN = str.maketrans(
    {chr(ord(plain) + _WIDE): plain for plain in "0123456789+-.,eE"}
    | dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}", "-")
)
_NUMBER = re.compile(r"([+-]?)([0-9]+)?(?:([.,])([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?")


class WrittenNumber(NamedTuple):
    """A number read from text, with its decimals, trailing zeros included; perhaps with a decimal comma."""

    value: float
    decimals: int
    comma: bool = False


def read_number(text: str) -> WrittenNumber | None:
    """Read a number from text, or return None.

    A decimal comma is read where it cannot be a thousands separator (0,458 but not 1,458).
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text.translate(_PLAIN)) if len(text) <= _LONGEST else None
    if match is None or not (match[2] or match[4]):
        return None
    sign, whole, point, decimals, exponent = match.groups(default="")
    if point == "," and (not whole or (len(decimals) == 3 and whole.strip("0"))):
        return None
    value = float(f"{sign}{whole or 0}.{decimals or 0}e{exponent or 0}")
    if not np.isfinite(value):
        return None
    return WrittenNumber(value, len(decimals) - int(exponent or 0), point == ",")


def decimals_of(values: Array) -> Array:
    """Return the decimals of the shortest decimal form of each number, negative where it ends in zeros.

    1.25 has 2, 17 has 0, 1200 has -2; a number with all its digits has FULL. NaN has FULL.
    """
    flat = values.ravel(order="K")
    decimals = np.empty(flat.shape)
    for start in range(0, flat.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        decimals[part] = _decimals(flat[part])
    result = np.empty_like(values)
    result.ravel(order="K")[...] = decimals
    return result


def _decimals(numbers: Array) -> Array:
    decimals = np.full(numbers.shape, float(FULL))
    left = np.flatnonzero(np.isfinite(numbers))
    for count in range(_MOST + 1):
        if not left.size:
            break
        some = numbers[left]
        # rint(v * 10^k) / 10^k is v again exactly where v is the double nearest to that decimal number.
        scaled = np.rint(some * 10.0**count)
        exact = np.abs(scaled) < _WHOLE
        short = (scaled / 10.0**count == some) & (exact | (count == 0))
        decimals[left[short]] = count
        left = left[~short & exact]
    # So small that no power of ten reaches its digits exactly, as 6.626e-34 is.
    decimals[left] = [_decimals_of_text(repr(value)) for value in numbers[left].tolist()]
    _count_trailing_zeros(numbers, decimals)
    return decimals


def _decimals_of_text(number: str) -> int:
    """Return the decimals of a number as Python writes it: with as few digits as tell it from all others."""
    exponent = Decimal(number).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else FULL


def _count_trailing_zeros(flat: Array, decimals: Array) -> None:
    left = np.flatnonzero((decimals == 0) & (flat != 0) & (np.abs(flat) >= 10) & (np.abs(flat) < _WHOLE))
    tens = 1
    while left.size:
        left = left[flat[left] % 10.0**tens == 0]
        decimals[left] = -tens
        tens += 1


def half_units(values: Array, decimals: Array, digits: int) -> Array:
    """Return half a unit of the last written digit: by so much rounding can have moved a value.

    It is at most half of the coarser one of 10^-digits and the place of the `digits`-th significant digit: so
    1.06 is an honest 1.0649, but 0.1 is no honest 0.0986. It is at least a few units of the machine's last
    place.
    """
    size = np.abs(values)
    exponents = -decimals
    few = decimals < digits  # only these can be coarser than that
    with np.errstate(divide="ignore"):
        leading_place = np.floor(np.log10(size[few]))
    coarsest = np.maximum(-float(digits), leading_place - digits + 1)
    exponents[few] = np.minimum(exponents[few], coarsest)
    powers = _POWERS[np.clip(exponents, -_RANGE, _RANGE).astype(np.intp) + _RANGE]
    half = np.maximum(0.5 * powers, ULPS * size)
    half[np.isnan(values)] = 0.0
    return half


def too_short(values: Array, decimals: Array, half: Array) -> Mask:
    """Tell which numbers have fewer digits than the question asks for, by their half units: (N, T, W).

    Zeros and NaN show no digits.
    """
    short: Mask = (values != 0) & ~np.isnan(values)
    for t in range(values.shape[1]):  # all steps at once would take more room than the arrays themselves
        short[:, t] &= 0.5 * 10.0 ** -decimals[:, t] > half[:, t]
    return short


def few_decimals(values: Array, decimals: Array, half: Array) -> Array:
    """Return the decimals of those who write too few digits throughout, infinity for the others: (N,).

    In their hand-ins most numbers, zeros aside, have fewer digits than the question asks for.
    """
    few = np.full(len(values), np.inf)
    telling = np.isfinite(values) & (values != 0)
    short = too_short(values, decimals, half)
    most = 2 * np.count_nonzero(short, axis=(1, 2)) > np.count_nonzero(telling, axis=(1, 2))
    for row in np.flatnonzero(most):
        few[row] = median(decimals[row][short[row]])
    return few


def median(numbers: Array) -> float:
    """Return the median of some numbers, without the modules that NumPy's own loads when first called."""
    in_order = np.sort(numbers)
    return float(in_order[(len(in_order) - 1) // 2] + in_order[len(in_order) // 2]) / 2
