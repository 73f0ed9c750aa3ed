"""Each slip of the pen is made in each field: a number is written wrong, the work goes on with the right one.

`slipped` turns the number that somebody means into the wrong one on the paper.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from grader.expressions import Array
from grader.marking.lines.slips import Slip
from grader.schemas.key import Tolerance
from grader.schemas.places import step_in_words
from grader.schemas.results import QuestionResult
from grader.trials.bench import Bench, in_words, points_fault
from grader.trials.students import Pages, Place, Rounding, Student, write_pages
from grader.trials.trial import Made, Trial

Digits = tuple[int, ...]

_ENOUGH = 3  # significant digits; with fewer, no slip can be told
_WRITTEN = Rounding(6, significant=True)
_LEFT_OVER = 0.1  # of a line's largest number; where rounding has changed more, it is what rounding left over


def slipped(kind: Slip, values: Array, others: Mapping[str, Array]) -> Array | None:
    """Return what is written with a slip for the values that were meant; None where none can be made.

    `others` are rows of the same shape beside them, which may be copied by mistake. The slip is made in the
    largest number.
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
    """Leave out a digit behind the point; the digits after it move up."""
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


def try_slips(bench: Bench) -> Iterator[Trial]:
    """Yield a trial for each kind of slip and each field in which it can be made."""
    pages = write_pages(bench.layout.plan, [Student(rounding=_WRITTEN)])
    made = [*_made(pages)]
    results = bench.mark([answer for _, _, answer in made])
    for (kind, place, _), result in zip(made, results, strict=True):
        name, miss = kind.name.lower().replace("_", " "), _miss(bench, place, result)
        t, field = place
        yield bench.trial(Made.SLIP, name, result, miss=miss, field=field, steps=(bench.labels(t),))


def _made(pages: Pages) -> Iterator[tuple[Slip, Place, dict[str, Any]]]:
    plan = pages.plan
    exact = write_pages(plan, [Student()]).written
    for kind in KINDS:
        for line in plan.lines:
            for t in _from_the_middle(int(pages.steps[0])):
                right = pages.written[line.field][0, t]
                if _left_over(right, exact[line.field][0, t]):
                    continue
                wrong = slipped(kind, right, _beside(pages, t, line.field))
                if wrong is not None and _matters(right, wrong, plan.tolerance):
                    answer = pages.answer(0)
                    answer["steps"][t][line.field] = wrong.tolist()
                    yield kind, (t, line.field), answer
                    break


def _left_over(written: Array, exact: Array) -> bool:
    """Tell whether a line has only what rounding left over, such as a residual that should be zero."""
    with np.errstate(invalid="ignore"):  # where the exercise has no finite number, there is no slip
        return bool(np.max(np.abs(written - exact)) > _LEFT_OVER * np.max(np.abs(written)))


def _matters(right: Array, wrong: Array, tolerance: Tolerance) -> bool:
    """Tell whether a slip is more than what the key tolerates anyway."""
    with np.errstate(invalid="ignore"):
        return bool(np.any(np.abs(wrong - right) > tolerance.room(right)))


def _from_the_middle(count: int) -> list[int]:
    """Return the numbers of all steps, the middle ones first, as lines come before and after these."""
    return sorted(range(count), key=lambda t: abs(t - count // 2))


def _beside(pages: Pages, t: int, field: str) -> dict[str, Array]:
    """Return the rows of the same shape above a line in its step."""
    order = [line.field for line in pages.plan.lines]
    above = order[: order.index(field)]
    shape = np.shape(pages.written[field])
    return {name: pages.written[name][0, t] for name in above if np.shape(pages.written[name]) == shape}


def _miss(bench: Bench, place: Place, result: QuestionResult) -> str:
    """Return what is wrong with what was found; the line must be blamed, for whatever it looks like."""
    blamed = bench.blamed(result)
    where = step_in_words(bench.labels(place[0]))
    if place not in blamed:
        return f"made in {where or 'the only step'} it is not found: tolerated, or within rounding."
    if others := blamed.keys() - {place}:
        t, field = min(others)
        there = step_in_words(bench.labels(t))
        return f"made in {where}, {field} in {there} is blamed as well, as {in_words([blamed[t, field]])}."
    return points_fault(result)
