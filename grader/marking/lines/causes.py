"""The known mistake behind each faulty line, and what each line earns.

A line may match several known mistakes. The hand-in as a whole decides: the one that more of its lines match
is taken. Where that does not tell, the kinder one counts and no cause is claimed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts, by_line
from grader.schemas.key import TraceQuestion

NO_CAUSE = -1
UNTOLD = -2


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """`mistake` (N, T, L): the number of a known mistake, NO_CAUSE, or UNTOLD where several fit equally.

    `credit` (N, T, L) is the share of its points that a line with a mistake earns. `fitting` (N, T, L) has
    the mistakes that fit equally, as bits.
    """

    mistake: NDArray[np.int16]
    credit: Array
    fitting: NDArray[np.uint64]


def find_causes(verdicts: Verdicts) -> Causes:
    """Decide between the mistakes that lines match."""
    matches, sharply = verdicts.matches
    mistake = np.full_like(matches, NO_CAUSE, dtype=np.int16)
    credit, best = (np.zeros_like(matches, dtype=np.float64) for _ in range(2))
    fitting = np.zeros_like(matches)
    if not matches.any():
        return Causes(mistake, credit, fitting)
    for number, way in enumerate(verdicts.plan.mistakes):
        here, sharp = ((bits & np.uint64(1 << number)) > 0 for bits in (matches, sharply))
        if not here.any():
            continue
        weight = _weight(here, sharp)
        better, equal = here & (weight > best), here & (weight == best)
        bit = np.uint64(1 << number)
        fitting[better], fitting[equal] = bit, fitting[equal] | bit
        mistake[better], credit[better] = number, way.credit
        mistake[equal], credit[equal] = UNTOLD, np.maximum(credit[equal], way.credit)
        best = np.where(here, np.maximum(best, weight), best)
    return Causes(mistake, credit, fitting)


def let_follow(verdicts: Verdicts, causes: Causes) -> None:
    """Let lines with a mistake follow where another line of the step has the mistake that it `follows` from.

    A student who leaves out a factor, and derives rightly what is left, has made one error.
    """
    ways = verdicts.plan.mistakes
    numbers = {way.name: number for number, way in enumerate(ways)}
    for number, way in enumerate(ways):
        if way.follows not in numbers or not (causes.mistake == number).any():
            continue
        before = numbers[way.follows]
        first = (causes.fitting & np.uint64(1 << before)) > 0
        after = np.any(first, axis=2, keepdims=True) & (causes.mistake == number)
        # Where several mistakes fit equally, what follows from one of them tells it.
        told = first & np.any(after, axis=2, keepdims=True)
        causes.mistake[told], causes.credit[told] = before, ways[before].credit
        for slot in verdicts.layout.slots():
            codes, kinds = verdicts.of(slot)
            here = after[..., slot.line, None] & (codes == Code.MISTAKE) & (kinds == Slip.NONE)
            codes[here] = Code.FOLLOWS
        verdicts.matches[:, after] = 0
        causes.mistake[after] = NO_CAUSE


def _weight(here: Mask, sharp: Mask) -> Array:
    """Return how much speaks for a mistake in each line.

    First counts how many lines of the same field match, then whether all of these match to the digit, then
    how many lines of all fields match.
    """
    own = here.sum(axis=1, keepdims=True)
    exactly = (sharp & here).sum(axis=1, keepdims=True) == own
    weight: Array = own + 0.5 * exactly + here.sum(axis=(1, 2))[:, None, None] / 1e6
    return weight


def line_points(verdicts: Verdicts, causes: Causes, question: TraceQuestion) -> Array:
    """Return what every line earns, in points: (N, T, L).

    A component earns the credit of its verdict, a line the mean credit of its components.
    """
    worth = np.zeros(len(Code))
    worth[[Code.CORRECT, Code.FOLLOWS]] = 1.0
    worth[Code.SLIP] = question.slip_credit
    # Each hand-in's numbers together: so they are added up in one order, whoever else is marked.
    codes, kinds = (np.ascontiguousarray(part) for part in (verdicts.codes, verdicts.kinds))
    credit = worth[codes]
    credit[(codes == Code.MISTAKE) & (kinds == Slip.FEW_DIGITS)] = question.few_digits_credit
    earned = by_line(verdicts, credit, worst=False)
    mistaken = verdicts.matches[0] > 0
    if mistaken.any():
        named = (codes == Code.MISTAKE) & (kinds == Slip.NONE)
        share = by_line(verdicts, named.astype(np.float64), worst=False)
        earned += np.where(mistaken, share * causes.credit, 0.0)
    earned[verdicts.hollow] = 0.0
    points = verdicts.worth()
    earned *= points
    _cap(verdicts, causes, earned, points)
    return earned


def _cap(verdicts: Verdicts, causes: Causes, earned: Array, points: Array) -> None:
    """Give back what a mistake costs in all beyond the most that the key says it may."""
    for number, way in enumerate(verdicts.plan.mistakes):
        here = causes.mistake == number
        if way.at_most is None or not here.any():
            continue
        lost = np.ascontiguousarray(np.where(here, points - earned, 0.0))
        total = lost.sum(axis=(1, 2), keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.where(total > way.at_most, 1.0 - way.at_most / total, 0.0)
        earned += lost * kept
