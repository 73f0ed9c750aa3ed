"""Why a line does not follow: tried in the order in which a careful person would.

Known mistakes first, each the whole line worked the wrong way; then too few digits, then slips of the
pen; the key's tolerance last, so that it does not hide a mistake from someone who wrote many digits.
Of those who have shown that they write too few digits, these come before the mistakes: with two digits
much looks like one.
Everything is tried on the written digits, by what rounding explains.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, Mask, exact
from grader.marking.lines.slips import Kinds, Numbers, Slip, copied, exchanged, little, slips_of
from grader.marking.lines.verdicts import Code
from grader.schemas.key import Tolerance


def agrees(written: Array, half: Array, expected: Ball) -> Mask:
    """Tell where a written value is what is expected, within what rounding explains on both sides."""
    room = half + ULPS * np.abs(expected.mid) + expected.rad
    return np.abs(written - expected.mid) <= room


@dataclass(slots=True, eq=False)
class Doubtful:
    """One line of those hand-ins that have something wrong in it: arrays of (hand-ins, components).

    `codes` and `kinds` are filled in; the half units grow where a number has too few digits, since what
    follows was perhaps worked with the digits that were not written.
    """

    numbers: Numbers
    codes: NDArray[np.uint8]
    kinds: Kinds

    @property
    def off(self) -> Mask:
        """Where nothing has explained a number yet."""
        off: Mask = self.codes == Code.WRONG
        return off

    def some(self, rows: NDArray[np.intp], expected: Ball) -> "Doubtful":
        """Return some of the hand-ins, with something else expected."""
        numbers = self.numbers.some(rows)._replace(intended=expected)
        return Doubtful(numbers, self.codes[rows], self.kinds[rows])

    def put(self, rows: NDArray[np.intp], part: "Doubtful") -> None:
        """Take over what was found of some hand-ins."""
        self.codes[rows], self.kinds[rows] = part.codes, part.kinds
        self.numbers.half[rows] = part.numbers.half


def try_mistakes(doubtful: Doubtful, ways: Iterable[tuple[int, Ball]]) -> NDArray[np.uint64]:
    """Return which known mistakes each line matches as a whole, as bits: (2, hand-ins).

    First by what rounding explains, then those that it matches sharply: to the digit, from the values
    before it as they are written. Only lines that do not follow come here, so what matches can be told
    from the right way.
    """
    written, half, *_ = doubtful.numbers
    matched = np.zeros((2, len(written)), dtype=np.uint64)
    absent = np.isnan(written)
    for number, ball in ways:
        for bits, tried in zip(matched, (ball, exact(ball.mid)), strict=True):
            fits = np.all(agrees(written, half, tried) | absent, axis=1)
            bits[fits] |= np.uint64(1 << number)
    doubtful.codes[(matched[0] > 0)[:, None] & doubtful.off] = Code.MISTAKE
    return matched


def try_few_digits(doubtful: Doubtful, sparing: Mask) -> None:
    """Find numbers that are right as far as they go, but go less far than the question asks.

    Who writes so throughout (`sparing`, (hand-ins,)) has perhaps worked on with the digits that were not
    written.
    """
    written, half, decimals, expected = doubtful.numbers
    written_half = 0.5 * 10.0**-decimals
    told = (written != 0) | (decimals > 0)  # a bare 0 has no digits to be too few
    short = (written_half > half) & told & doubtful.off
    short &= agrees(written, written_half, expected)
    _mark(doubtful, short, Code.MISTAKE, Slip.FEW_DIGITS)
    # A single digit leaves too much open to judge by what follows from it.
    most = little(half, written)
    loose = short & sparing[:, None]
    half[loose] = np.minimum(written_half, most)[loose]


def try_slips(doubtful: Doubtful, tolerance: Tolerance, rows_before: Iterable[tuple[int, Array]]) -> Kinds:
    """Find slips of the pen; return which row before a line is a copy of: (hand-ins,), 0 for none.

    `rows_before` are the student's other rows of the same shape, by number from 1.
    """
    numbers = doubtful.numbers
    source = np.zeros(len(numbers.written), dtype=np.uint8)
    for number, other in rows_before:
        same = copied(numbers.written, other) & np.any(doubtful.off, axis=1) & (source == 0)
        source[same] = number
    _mark(doubtful, (source > 0)[:, None] & doubtful.off, Code.SLIP, Slip.COPIED)
    if numbers.written.shape[1] > 1:
        off = doubtful.off
        # Where all that is off has the other sign, 1 and -1 are in nobody's place.
        turned = np.all(numbers.fits(-numbers.written) | ~off, axis=1, keepdims=True)
        _mark(doubtful, off & exchanged(numbers) & ~turned, Code.SLIP, Slip.EXCHANGED)
    # What is only inexact, tolerated and off by a few units of its last digits, is no slip.
    apart = np.abs(numbers.written - numbers.intended.mid)
    nearly = _tolerated(numbers, tolerance) & (apart <= 20 * numbers.half + numbers.intended.rad)
    places = np.nonzero(doubtful.off & ~nearly)
    if len(places[0]):
        kinds = slips_of(numbers.some(places))
        doubtful.kinds[places] = kinds
        doubtful.codes[places] = np.where(kinds > 0, Code.SLIP, doubtful.codes[places])
    return source


def try_tolerance(doubtful: Doubtful, tolerance: Tolerance) -> None:
    """Let pass what the key tolerates beside the written digits."""
    doubtful.codes[doubtful.off & _tolerated(doubtful.numbers, tolerance)] = Code.CORRECT


def _tolerated(numbers: Numbers, tolerance: Tolerance) -> Mask:
    apart = np.abs(numbers.written - numbers.intended.mid)
    return apart <= tolerance.room(numbers.intended.mid, numbers.half)


def _mark(doubtful: Doubtful, where: Mask, code: Code, kind: Slip) -> None:
    doubtful.codes[where] = code
    doubtful.kinds[where] = kind
