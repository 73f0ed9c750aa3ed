"""Numbers as messages show them: with how many digits, and so that a slip of the pen can be seen.

Lines that differ only in their numbers are put into words once: a phrase is a message without its numbers.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat
from math import log10
from operator import ne
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.lines.slips import Slip

_MOST_DIGITS = 8  # so many digits of a student's number tell it from everything else on the paper
_FEWEST_DIGITS = 3
_ALL_DIGITS = 17  # of a double
_PLAIN = range(-7, 9)  # exponents of numbers that are written without a power of ten
_NEXT_TO_NOTHING = 1e-9


def side_by_side(numbers: Sequence[str], *, more: bool, whole: bool) -> str:
    """Return numbers side by side, in brackets where they are a whole vector."""
    text = ", ".join([*numbers, "…"] if more else numbers)
    return f"({text})" if whole else text


def number_pairs(written: Array, expected: Array, decimals: NDArray[np.intp]) -> tuple[list[str], list[str]]:
    """Return pairs of numbers, of (n,) each, with as many digits as it takes to see that they differ.

    The first of a pair is shown with the decimals that it was written with, without a long tail; the second
    with no more, if that leaves it three digits. The second is empty where it is no finite number.
    """
    finite = np.isfinite(expected)
    nothing = np.abs(expected) <= _NEXT_TO_NOTHING * np.minimum(np.abs(written), 1.0)
    told = finite & ~nothing
    exponent, size = _exponents(written), _exponents(expected)
    apart = -_exponents(written - expected)
    own = np.minimum(decimals, _MOST_DIGITS - 1 - exponent)
    first = np.where(told, np.minimum(decimals, np.maximum(own, apart)), own)
    most = np.minimum(decimals, _MOST_DIGITS - 1 - size)
    places = np.maximum(np.maximum(most, _FEWEST_DIGITS - 1 - size), apart)
    left = _texts(written, exponent, first, told & (first < decimals))
    right = _texts(
        np.where(told, expected, 0.0), size, np.where(told, places, 0), told & (places != decimals)
    )
    if not finite.all():
        right = [text if there else "" for text, there in zip(right, finite.tolist(), strict=True)]
    return left, right


def showing(slip: Slip, written: str, due: str) -> str:
    """Return the number that is due, chosen so that the slip of the pen in the written one can be seen.

    Rounding leaves the last digit of the number that is due open by a few units. Of these numbers, one is
    shown that differs from the written one by nothing but the slip.
    """
    if slip not in SHOWN_BY_DIGITS or "e" in due or not due or SHOWN_BY_DIGITS[slip](written, due):
        return due
    number = Decimal(due)
    for steps in (1, -1, 2, -2):
        near = f"{number + steps * Decimal(1).scaleb(int(number.as_tuple().exponent)):f}"
        if SHOWN_BY_DIGITS[slip](written, near):
            return near
    return due


def shown(slip: Slip, written: Sequence[str], due: Sequence[str]) -> tuple[list[str], bool]:
    """Return the numbers that are due as `showing` does, and whether the slip can be seen in all of them.

    If it cannot, they are tried with no more decimals than were written.
    """
    numbers: list[str] = []
    for some in (due, [*map(_shortened, written, due)]):
        numbers = [*map(showing, repeat(slip), written, some)]
        if slip not in _SEEN or all(map(SHOWN_BY_DIGITS[slip], written, numbers)):
            return numbers, True
    return [*due], False


def _shortened(written: str, due: str) -> str:
    decimals = len(written.partition(".")[2])
    longer = "e" not in written + due and len(due.partition(".")[2]) > decimals
    return f"{round(Decimal(due), decimals):f}" if longer else due


def _by_a_digit(written: str, due: str) -> bool:
    return len(written) == len(due) and sum(map(ne, written, due)) == 1


def _by_an_exchange(written: str, due: str) -> bool:
    if len(written) != len(due):
        return False
    match [pair for pair in zip(written, due, strict=True) if pair[0] != pair[1]]:
        case [(a, b), (c, d)]:
            return (a, b) == (d, c)
    return False


def _by_the_sign(written: str, due: str) -> bool:
    return written != due and written.lstrip("-") == due.lstrip("-")


_SEEN = (Slip.DIGIT, Slip.DIGITS_EXCHANGED)  # claimed only where the numbers shown differ so
SHOWN_BY_DIGITS: dict[Slip, Callable[[str, str], bool]] = {
    Slip.DIGIT: _by_a_digit,
    Slip.DIGITS_EXCHANGED: _by_an_exchange,
    Slip.SIGN: _by_the_sign,
}


def _exponents(values: Array) -> NDArray[np.intp]:
    """Return the power of ten of each number's first digit; 0 for numbers that have none."""
    sizes = np.abs(values)
    sizes = np.where((sizes > 0) & (sizes < np.inf), sizes, 1.0)
    # Not NumPy's logarithm, which is not the same on all machines to the last bit.
    return np.floor([*map(log10, sizes.tolist())]).astype(np.intp)


def _texts(values: Array, exponents: NDArray[np.intp], decimals: NDArray[np.intp], cut: Mask) -> list[str]:
    """Return numbers with so many decimals each, without the zeros at the end where they are `cut`.

    Very large and small ones are written with a power of ten.
    """
    plain = (exponents >= _PLAIN.start) & (exponents < _PLAIN.stop)
    digits = np.clip(decimals + exponents + 1, 1, _ALL_DIGITS)
    codes = np.where(plain, np.maximum(decimals, 0), -digits).tolist()
    formats = {code: f"z.{code}f" if code >= 0 else f".{-code}g" for code in set(codes)}
    texts = [format(value, formats[code]) for value, code in zip(values.tolist(), codes, strict=True)]
    for i in np.flatnonzero(cut).tolist():
        if "." in texts[i] and "e" not in texts[i]:
            texts[i] = texts[i].rstrip("0").rstrip(".")
    return texts


SLIPS = {
    Slip.SIGN: "the sign is wrong",
    Slip.DIGIT: "one digit differs",
    Slip.DIGITS_EXCHANGED: "two digits are exchanged",
    Slip.DIGIT_LOST: "a digit is lost",
    Slip.DECIMAL_POINT: "the decimal point is in the wrong place",
    Slip.EXCHANGED: "the numbers stand in each other's place",
}


class Shown(NamedTuple):
    """Components whose numbers a message names: as written and, if `due`, as they should be."""

    places: tuple[int, ...]
    slip: Slip
    due: bool


class Phrase(NamedTuple):
    """What is said of lines that differ only in their numbers, and the name of the cause.

    `text` is a format with a placeholder for each number, in the order of `shown`; `places` are the places of
    all these numbers in the line.
    """

    cause: str | None
    text: str
    shown: tuple[Shown, ...]
    places: tuple[int, ...]

    def message(self, written: Sequence[str] = (), due: Sequence[str] = (), start: int = 0) -> str:
        """Return the message with its numbers, as `written` and as they are `due`: those from `start` on."""
        numbers: list[str] = []
        text = self.text
        for places, slip, is_due in self.shown:
            end = start + len(places)
            own = written[start:end]
            numbers += own
            if is_due:
                theirs = due[start:end]
                if slip in SHOWN_BY_DIGITS:
                    theirs, is_seen = shown(slip, own, theirs)
                    # Rounding may allow a slip that nobody would see in these numbers.
                    text = text if is_seen else text.replace(f": {SLIPS[slip]}", "")
                numbers += theirs
            start = end
        return text % tuple(numbers)
