"""Slips of the pen: how a written number differs from the intended one, digit by digit.

All tests run on many numbers at once. A written number is known to its last digit, the intended one to the
radius of its ball. A slip is found only where undoing it leaves no more than that between the two.
"""

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, Mask

_LARGEST = 2.0**53
# The places of a digit, 0 for the last, and what a decimal point can be off by: along a first axis.
_PLACE = np.arange(16)[:, None]
_TENS = 10.0**_PLACE
_TIMES = 10.0 ** np.array([1, -1, 2, -2, 3, -3])[:, None]
# With fewer significant digits than this, numbers are alike by chance.
_DIGITS = 3
_OPEN = 0.1
_MOST_SHIFTED = 8  # components of a line that are tried in other places all together

Kinds = NDArray[np.uint8]


class Slip(IntEnum):
    """What is the matter with a number: a slip of the pen, or another fault that has a name.

    Slips of the pen are UNUSED to COPIED, and FIELDS_EXCHANGED. The others tell how the number was worked.
    """

    NONE = 0
    UNUSED = 1  # later lines go on with another value
    SIGN = 2
    DIGIT = 3
    DIGITS_EXCHANGED = 4
    DIGIT_LOST = 5
    DECIMAL_POINT = 6
    EXCHANGED = 7  # components in each other's place
    COPIED = 8  # a row of another field or step
    FEW_DIGITS = 9  # right, but written with too few digits
    NOT_UPDATED = 10  # the number from before the step
    FIELDS_EXCHANGED = 11  # two fields of a step in each other's place
    FROM_START = 12  # worked from the start values
    FROM_ROUND = 13  # worked from the inputs of another round
    FROM_FIELD = 14  # worked with another of the student's fields in place of one
    MULTIPLE = 15  # some simple number of times what it should be
    OTHER_START = 16  # worked from other start values than the exercise's
    FROM_STEP = 17  # in a step that is a copy of another
    OFF_ALIKE = 18  # off by the same amount in all steps
    KEPT = 19  # the value of an earlier step, not worked anew
    OTHER_WAY = 20  # worked by another accepted way than the other lines
    MISREAD = 21  # worked with another number than the exercise's
    LEFT_OUT = 22  # a term is left out of a sum
    SUMMED = 23  # added up over steps that have each its own


# What a wrong number may look like by chance.
BY_CHANCE = (Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST, Slip.DECIMAL_POINT)


def are_among(kinds: Kinds, some: tuple[Slip, ...]) -> Mask:
    """Tell which numbers have one of some slips or faults."""
    return _table(some)[kinds]


@cache
def _table(some: tuple[Slip, ...]) -> Mask:
    return np.isin(np.arange(len(Slip)), some)


class Numbers(NamedTuple):
    """Written numbers and what was intended: arrays of one shape.

    `half` is half a unit of the last digit, `decimals` the places after the point.
    """

    written: Array
    half: Array
    decimals: Array
    intended: Ball

    def fits(self, repaired: Array, half: Array | None = None) -> Mask:
        """Tell where a number with its slip undone is the intended one, as far as digits go."""
        own = self.half if half is None else half
        room = own + self.intended.rad + ULPS * np.abs(self.intended.mid)
        return np.abs(repaired - self.intended.mid) <= room

    def some(self, places: NDArray[np.intp] | tuple[NDArray[np.intp], ...]) -> "Numbers":
        """Return some of the numbers."""
        written, half, decimals, intended = self
        return Numbers(written[places], half[places], decimals[places], intended[places])


def little(half: Array, value: Array) -> Array:
    """Return how much of a number may be left open at most, if agreeing with it is to show anything."""
    return np.maximum(half, _OPEN * np.abs(value))


def slips_of(numbers: Numbers) -> Kinds:
    """Return the first slip that explains each of a row of numbers, NONE where none does."""
    kinds = np.zeros(numbers.written.shape, dtype=np.uint8)
    size = np.abs(numbers.intended.mid)
    # What rounding hides cannot have slipped: 0.000 with a minus sign is 0.000.
    left = np.flatnonzero((size > numbers.intended.rad + numbers.half) & (numbers.written != 0))
    signed = numbers.some(left)
    turned = signed.fits(-signed.written)
    kinds[left[turned]] = Slip.SIGN
    left = left[~turned]
    whole = np.rint(np.abs(numbers.written) * 10.0**numbers.decimals)
    telling = (whole >= 10.0 ** (_DIGITS - 1)) & (whole < _LARGEST) & (np.abs(numbers.decimals) < len(_PLACE))
    known = numbers.intended.rad <= little(numbers.half, size)
    left = left[telling[left]]
    for kind, found in _by_digits(numbers.some(left), whole[left]):
        open_ = (kinds[left] == Slip.NONE) & (known[left] | (kind == Slip.DECIMAL_POINT))
        kinds[left[open_ & found]] = kind
    return kinds


def _by_digits(numbers: Numbers, whole: Array) -> Iterator[tuple[Slip, Mask]]:
    """Yield each slip with the numbers that it explains; `whole` are the written digits as a whole number.

    All places of a number are tried at once, along a first axis.
    """
    with np.errstate(over="ignore"):  # by 1000 times the largest double
        moved, half = numbers.written * _TIMES, numbers.half * _TIMES
    yield Slip.DECIMAL_POINT, np.any(numbers.fits(moved, half), axis=0)
    powers = 10.0 ** (_PLACE - numbers.decimals)
    yield Slip.DIGIT, np.any(_one_digit(numbers, whole, powers), axis=0)
    yield Slip.DIGITS_EXCHANGED, np.any(_two_digits(numbers, whole, powers[:-1]), axis=0)
    yield Slip.DIGIT_LOST, np.any(_lost_digit(numbers, whole), axis=0)


def _one_digit(numbers: Numbers, whole: Array, powers: Array) -> Mask:
    """Tell where another digit at a place makes the number the intended one: (places, *shape).

    `powers` (places, *shape) is what one at a place is worth.
    """
    digit = np.floor(whole / _TENS) % 10
    written = np.abs(numbers.written)
    change = np.rint((np.abs(numbers.intended.mid) - written) / powers)
    possible = (change != 0) & (digit + change >= 0) & (digit + change <= 9)
    found: Mask = possible & numbers.fits(np.sign(numbers.written) * (written + change * powers))
    return found


def _two_digits(numbers: Numbers, whole: Array, powers: Array) -> Mask:
    """Tell where exchanging two neighbouring digits makes the number the intended one: (places, *shape)."""
    pair = np.floor(whole / _TENS[:-1]) % 100
    turned = pair % 10 * 10 + pair // 10
    repaired = np.abs(numbers.written) + (turned - pair) * powers
    found: Mask = (turned != pair) & numbers.fits(np.sign(numbers.written) * repaired)
    return found


def _lost_digit(numbers: Numbers, whole: Array) -> Mask:
    """Tell where one digit of the intended number was left out, and one more written: (places, *shape).

    The digits before the lost one are right, those after it have moved up by one place.
    """
    fine = 10.0 ** (numbers.decimals + 1)
    intended = np.rint(np.abs(numbers.intended.mid) * fine)
    before, after = np.floor(whole / _TENS) * 10 * _TENS, whole % _TENS
    lost = np.clip(np.rint((intended - before - after) / _TENS), 0, 9)
    slack = np.where(_PLACE > 0, np.rint(numbers.intended.rad * fine) + 1, 0)
    same_sign = np.sign(numbers.written) == np.sign(numbers.intended.mid)
    exact = intended < _LARGEST
    found: Mask = same_sign & exact & (np.abs(before + lost * _TENS + after - intended) <= slack)
    return found


def exchanged(numbers: Numbers) -> Mask:
    """Tell which components stand in each other's place: arrays of shape (rows, components)."""
    result = np.zeros(numbers.written.shape, dtype=np.bool_)
    right = numbers.fits(numbers.written)
    for a, b in combinations(range(numbers.written.shape[1]), 2):
        there = _fits_at(numbers, a, b) & _fits_at(numbers, b, a) & ~right[:, a] & ~right[:, b]
        result[there, a] = result[there, b] = True
    return result | (_shifted(numbers) & ~right)


def _shifted(numbers: Numbers) -> Mask:
    """Tell whose components have all moved on by some places, the last ones to the front: (rows, 1)."""
    mid, rad = numbers.intended.mid, numbers.intended.rad
    size = mid.shape[1]
    result = np.zeros((len(mid), 1), dtype=np.bool_)
    for by in range(1, size if 2 < size <= _MOST_SHIFTED else 0):
        turned = Ball(np.roll(mid, by, axis=1), np.roll(rad, by, axis=1))
        result |= np.all(numbers._replace(intended=turned).fits(numbers.written), axis=1, keepdims=True)
    return result


def _fits_at(numbers: Numbers, written: int, intended: int) -> Mask:
    due = numbers._replace(intended=numbers.intended[:, intended])
    return due.fits(numbers.written[:, written], numbers.half[:, written])


def copied(written: Array, other: Array) -> Mask:
    """Tell which rows are the same as the other one, number by number; both are (rows, components).

    Rows of zeros, and single numbers of few digits, are no copies: they may be alike by chance.
    """
    same: Mask = np.all(written == other, axis=1) & np.any(written != 0, axis=1)
    if written.shape[1] == 1:
        same &= np.abs(written[:, 0]) * 1000 % 1 != 0
    return same
