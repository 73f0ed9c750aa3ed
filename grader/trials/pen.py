"""Slips of the pen, made: how a number that somebody means comes to stand wrong on the paper."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import numpy as np

from grader.expressions import Array
from grader.marking.lines.slips import Slip

Digits = tuple[int, ...]

_ENOUGH = 3  # significant digits: of fewer no slip can be told


def slipped(kind: Slip, values: Array, others: Mapping[str, Array]) -> Array | None:
    """Return what is written with a slip for the values that were meant, None where there can be none.

    `others` are rows of the same shape that stand beside them, to be copied by mistake. The largest number
    is the one that slips.
    """
    flat = values.ravel()
    place = int(np.argmax(np.abs(flat)))
    changed: Array | None
    if kind == Slip.EXCHANGED:
        changed = _exchanged(flat, place)
    elif kind == Slip.COPIED:
        changed = next(_worth_copying(flat, others), None)
    else:
        number = float(flat[place])
        digits = Decimal(repr(number)).normalize().as_tuple().digits
        can_be_told = kind == Slip.SIGN or len(digits) >= _ENOUGH
        wrong = _WAYS[kind](number, digits) if can_be_told else None
        changed = None if wrong is None else np.where(np.arange(len(flat)) == place, wrong, flat)
    return None if changed is None else changed.reshape(values.shape)


def _exchanged(values: Array, place: int) -> Array | None:
    other = int(np.argmin(np.abs(values)))
    if values[place] == values[other] or np.count_nonzero(values) < 2:
        return None
    changed = values.copy()
    changed[[place, other]] = values[[other, place]]
    return changed


def _worth_copying(values: Array, others: Mapping[str, Array]) -> Iterator[Array]:
    for other in others.values():
        row = other.ravel()
        if values.size > 1 and np.any(row != 0) and not np.any(row == values):
            yield row


def _other_digit(number: float, digits: Digits) -> float | None:
    return _number(number, (digits[0], (digits[1] + 5) % 10, *digits[2:]))


def _turned_digits(number: float, digits: Digits) -> float | None:
    for i in range(1, len(digits) - 1):
        if digits[i] != digits[i + 1]:
            return _number(number, (*digits[:i], digits[i + 1], digits[i], *digits[i + 2 :]))
    return None


def _lost_digit(number: float, digits: Digits) -> float | None:
    """Leave out a digit behind the point; those after it move up."""
    decimals = -_exponent(number)
    for i in range(max(1, len(digits) - decimals), len(digits) - 2):
        if digits[i] != digits[i + 1]:
            return _number(number, (*digits[:i], *digits[i + 1 :]), -decimals + 1)
    return None


def _exponent(number: float) -> int:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _number(number: float, digits: Digits, exponent: int | None = None) -> float:
    power = _exponent(number) if exponent is None else exponent
    return float(Decimal((int(number < 0), digits, power)))


_WAYS: Mapping[Slip, Callable[[float, Digits], float | None]] = {
    Slip.SIGN: lambda number, _: -number if number else None,
    Slip.DIGIT: _other_digit,
    Slip.DIGITS_EXCHANGED: _turned_digits,
    Slip.DIGIT_LOST: _lost_digit,
    Slip.DECIMAL_POINT: lambda number, digits: _number(number, digits, _exponent(number) + 1),
}
KINDS = (*_WAYS, Slip.EXCHANGED, Slip.COPIED)
