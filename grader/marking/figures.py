"""Numbers and places of a line in words: which components, and which digits to show."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import floor, isfinite, log10, prod

from grader.expressions import Shape
from grader.marking.slips import Slip

_MOST_CELLS = 3
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_MOST_DIGITS = 8  # so many digits of what a student wrote tell it from everything else on the paper
_FEWEST_DIGITS = 3
_ALL_DIGITS = 17  # of a double
_PLAIN = range(-7, 9)  # exponents of numbers that are written without a power of ten
_NEXT_TO_NOTHING = 1e-9


def components(places: Sequence[int], shape: Shape) -> str:
    """Return which components these are: "second component", "row 1"; nothing for a whole vector."""
    size = prod(shape)
    if len(shape) < 2:
        return "" if len(places) == size else _entries(places)
    if len(places) == size:
        return f"all {size} numbers"
    columns = shape[1]
    rows = sorted({place // columns for place in places})
    if len(places) == len(rows) * columns:
        return _numbered("row", rows)
    across = sorted({place % columns for place in places})
    if len(places) == len(across) * shape[0]:
        return _numbered("column", across)
    cells = [f"row {place // columns + 1}, column {place % columns + 1}" for place in places[:_MOST_CELLS]]
    return "; ".join(cells) + ("; …" if len(places) > _MOST_CELLS else "")


def _entries(places: Sequence[int]) -> str:
    names = [_ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th" for place in places]
    return f"{listed(names)} component{'s' * (len(names) > 1)}"


def _numbered(noun: str, places: Sequence[int]) -> str:
    return f"{noun}{'s' * (len(places) > 1)} {listed([str(place + 1) for place in places])}"


def listed(names: Sequence[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def side_by_side(numbers: Sequence[str], *, more: bool, whole: bool) -> str:
    """Return numbers side by side, in brackets where they are a whole vector."""
    text = ", ".join([*numbers, "…"] if more else numbers)
    return f"({text})" if whole else text


def number_pair(written: float, expected: float, decimals: int) -> tuple[str, str]:
    """Return two different numbers with as many digits as it takes to see the difference.

    The first was written with so many decimals, and is shown so but for a long tail; the other is shown with
    no more, if that leaves it three digits. It is empty where it is no finite number.
    """
    exponent = _exponent(written)
    own = min(decimals, _MOST_DIGITS - 1 - exponent)
    if not isfinite(expected):
        return _shown(written, exponent, own), ""
    if abs(expected) <= _NEXT_TO_NOTHING * min(abs(written), 1.0):
        return _shown(written, exponent, own), "0"
    size, apart = _exponent(expected), -_exponent(written - expected)
    places = max(min(decimals, _MOST_DIGITS - 1 - size), _FEWEST_DIGITS - 1 - size, apart)
    text = _trimmed(_shown(expected, size, places), cut=places != decimals)
    first = min(decimals, max(own, apart))
    return _trimmed(_shown(written, exponent, first), cut=first < decimals), text


def showing(slip: Slip, written: str, due: str) -> str:
    """Return the number that is due so that the slip of the pen in the written one shows.

    Rounding leaves the last digit of what is due open by a few; of these the one is shown that differs from
    what was written by the slip only.
    """
    if slip not in _DIFFERS or "e" in due or not due:
        return due
    number = Decimal(due)
    for steps in (0, 1, -1, 2, -2):
        near = f"{number + steps * Decimal(1).scaleb(int(number.as_tuple().exponent)):f}"
        if _DIFFERS[slip](written, near):
            return near
    return due


def _by_a_digit(written: str, due: str) -> bool:
    same_length = len(written) == len(due)
    return same_length and sum(a != b for a, b in zip(written, due, strict=True)) == 1


def _by_an_exchange(written: str, due: str) -> bool:
    if len(written) != len(due):
        return False
    match [pair for pair in zip(written, due, strict=True) if pair[0] != pair[1]]:
        case [(a, b), (c, d)]:
            return (a, b) == (d, c)
    return False


def _by_the_sign(written: str, due: str) -> bool:
    return written != due and written.lstrip("-") == due.lstrip("-")


_DIFFERS: dict[Slip, Callable[[str, str], bool]] = {
    Slip.DIGIT: _by_a_digit,
    Slip.DIGITS_EXCHANGED: _by_an_exchange,
    Slip.SIGN: _by_the_sign,
}


def _trimmed(text: str, *, cut: bool) -> str:
    """Return a number without its last zeros, unless the student wrote so many digits."""
    return text.rstrip("0").rstrip(".") if cut and "." in text and "e" not in text else text


def _exponent(value: float) -> int:
    return floor(log10(abs(value))) if value else 0


def _shown(value: float, exponent: int, decimals: int) -> str:
    if exponent in _PLAIN:
        return f"{value:z.{max(decimals, 0)}f}"
    return f"{value:.{max(1, min(decimals + exponent + 1, _ALL_DIGITS))}g}"
