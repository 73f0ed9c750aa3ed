"""Why a line does not follow: the reasons are tried in the order in which a careful person would try them.

Known mistakes come first, each as the whole line worked the wrong way; then too few digits; then slips of the
pen. The key's tolerance comes last, so that it hides no mistake of somebody who wrote many digits. For
students who write too few digits as a habit that is tried before the mistakes, since with two digits much
looks like a mistake. Everything is tried on the written digits, by what rounding explains.
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
    """Tell where written values agree with expected ones, within what rounding explains on both sides."""
    room = half + ULPS * np.abs(expected.mid) + expected.rad
    return np.abs(written - expected.mid) <= room


@dataclass(slots=True, eq=False)
class Doubtful:
    """A line that is wrong in some hand-ins: arrays of (hand-ins, components).

    `codes` and `kinds` are filled in while reasons are tried. The half units grow where a number has too few
    digits, since the student may have worked on with the digits that were not written.
    """

    numbers: Numbers
    codes: NDArray[np.uint8]
    kinds: Kinds

    @property
    def off(self) -> Mask:
        """The numbers that nothing has explained yet."""
        off: Mask = self.codes == Code.WRONG
        return off

    def some(self, rows: NDArray[np.intp], expected: Ball) -> "Doubtful":
        """Return some of the hand-ins, with other values expected."""
        numbers = self.numbers.some(rows)._replace(intended=expected)
        return Doubtful(numbers, self.codes[rows], self.kinds[rows])

    def put(self, rows: NDArray[np.intp], part: "Doubtful") -> None:
        """Take over what was found for some of the hand-ins."""
        self.codes[rows], self.kinds[rows] = part.codes, part.kinds
        self.numbers.half[rows] = part.numbers.half


def try_mistakes(doubtful: Doubtful, ways: Iterable[tuple[int, Ball]]) -> NDArray[np.uint64]:
    """Return which known mistakes each line matches as a whole, as bits: (2, hand-ins).

    The first row counts a match by what rounding explains; the second only one to the digit, worked from the
    values before it exactly as written. Lines that follow do not come here, so a mistake that matches can be
    told from the right way.
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
    """Find numbers that are right as far as their digits go, but have fewer digits than the question asks.

    Students who write so throughout (`sparing`, (hand-ins,)) may have worked on with the digits that they
    did not write.
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
    """Find slips of the pen; return the number of the row that a line is a copy of, 0 for none: (hand-ins,).

    `rows_before` are the student's other rows of the same shape, with their numbers, counted from 1.
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
    """Accept numbers that the key's tolerance allows beyond the written digits."""
    doubtful.codes[doubtful.off & _tolerated(doubtful.numbers, tolerance)] = Code.CORRECT


def _tolerated(numbers: Numbers, tolerance: Tolerance) -> Mask:
    apart = np.abs(numbers.written - numbers.intended.mid)
    return apart <= tolerance.room(numbers.intended.mid, numbers.half)


def _mark(doubtful: Doubtful, where: Mask, code: Code, kind: Slip) -> None:
    doubtful.codes[where] = code
    doubtful.kinds[where] = kind
