"""Whether two formulas are equal, by their values at random points.

Equal formulas agree at every point up to rounding; different ones, being made of smooth pieces, agree only
on a set that a random point meets with probability 0, but for pieces: where a formula differs only on a
part of the domain of probability p (one combination of indices, one side of a hinge), n points miss it
with probability (1 - p)^n. The combinations of free indices are gone through, not drawn, and with at least
96 points p = 1/5 is enough for less than 1e-9; 1/100 where there are conditions, which get more points.

Agreement is relative. Where a formula loses digits by cancellation, ball arithmetic over the same tree says
how many, and only a difference beyond that counts as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Tree, every
from grader.expressions.open_functions import IDENTITY
from grader.marking.formulas.edges import between_edges
from grader.marking.formulas.points import Formula, Points, Setting, formula, points_for
from grader.marking.formulas.quantities import Regime

_CLOSE = 1e-10
_ENOUGH = 24  # points that both formulas must have a value at
_FEW = 2  # of them for each combination of the free indices
_SHARE = 0.9  # of them where the digits are enough to tell
_SAFETY = 64.0
_ROUNDING = 1e-12
_COARSEST = 1e-8
_CLOSELY = 2048  # points where there are conditions, or few that can tell
_WHOLE_ONLY = "it has a value for whole numbers only, for which it is right"
_ON_AN_EDGE = "a condition is true or false only by rounding where the formulas were tried"
_SMALLEST, _LARGEST = -2.0, 5.0  # powers of ten of numbers that are read at a glance
_REGIMES: tuple[Regime, ...] = ("usual", "unit", "above", "whole", "far")
_SMALL: tuple[Regime, ...] = ("whole", "tenths")
_ROUNDED: tuple[Regime, ...] = ("whole", "mixed")


@dataclass(frozen=True, slots=True)
class Equal:
    """The formulas agree at all points that can tell."""


@dataclass(frozen=True, slots=True)
class Different:
    """The formulas differ; a point where they do, with small numbers where one was found.

    `identity` tells that there are open functions, each f(x) = x there, so that values can be recomputed.
    """

    at: Mapping[str, float | list[float] | list[list[float]]]
    first: float
    second: float
    identity: bool


@dataclass(frozen=True, slots=True)
class Undecidable:
    """No points were found that could tell; the reason in words."""

    reason: str


Verdict = Equal | Different | Undecidable


@np.errstate(all="ignore")  # what has no value is left out, not warned of
def compare(first: Tree, second: Tree, setting: Setting) -> Verdict:
    """Decide whether two formulas are equal wherever both are defined.

    The same for the same formulas, also in the other order, unless the first has a value for whole numbers
    only, and the second for any. Raises KeyError for a name that the setting does not know.
    """
    mine = formula(first, setting.most)
    formulas = sorted((mine, formula(second, setting.most)), key=attrgetter("text"))
    verdict = _decided(formulas, mine, setting)
    if isinstance(verdict, Different):
        verdict = _in_small_numbers(formulas, setting) or verdict
        if formulas[0].text != mine.text:
            return Different(verdict.at, verdict.second, verdict.first, verdict.identity)
    return verdict


@np.errstate(all="ignore")
def are_equal(first: Tree, second: Tree, setting: Setting) -> bool:
    """Tell whether two formulas are equal, as `compare` decides it."""
    mine = formula(first, setting.most)
    formulas = sorted((mine, formula(second, setting.most)), key=attrgetter("text"))
    return isinstance(_decided(formulas, mine, setting), Equal)


def _decided(formulas: Sequence[Formula], mine: Formula, setting: Setting) -> Verdict:
    """Decide by points of one kind after another; `mine` is the one that was first."""
    verdict: Verdict
    on_an_edge, edges = Undecidable(_ON_AN_EDGE), False
    for regime in _REGIMES:
        if regime == "far" and any(quantity.domain == "integer" for quantity in setting.symbols.values()):
            break  # such points are no farther than the others
        least = _CLOSELY if regime == "far" else 0
        verdict = _Trial(formulas, points_for(setting, formulas, regime, least=least)).verdict()
        if not isinstance(verdict, Undecidable):
            break
        edges |= verdict == on_an_edge
    if regime == "whole" and verdict == Equal():
        # (-1)^x is cos(pi x), but not of a number that may be any.
        usual = _Trial(formulas, points_for(setting, formulas, "usual"))
        verdict = Undecidable(_WHOLE_ONLY) if usual.is_without_values(mine) else verdict
        verdict = on_an_edge if edges else verdict  # whole numbers are the edges of floors
    if verdict in (Equal(), on_an_edge) and any(one.jumps or one.borders for one in formulas):
        # Two conditions may be told apart by few points only: those between one edge and the other. So may
        # |x + 1000| and |x + 1001|, by those beyond both.
        regime = "usual" if verdict == on_an_edge else regime
        closely = _Trial(formulas, points_for(setting, formulas, regime, least=_CLOSELY)).verdict()
        verdict = closely if isinstance(closely, Different) or closely == on_an_edge else verdict
    if verdict == Equal() and any(one.jumps for one in formulas):
        between = (_Trial(formulas, some).verdict() for some in between_edges(formulas, setting, regime))
        verdict = next((one for one in between if isinstance(one, Different)), verdict)
    if verdict == Equal() and any(one.extremes for one in formulas):
        # 1e-12 beside numbers near 1 is lost, and its lack with it.
        far = _Trial(formulas, points_for(setting, formulas, "far")).verdict()
        verdict = far if isinstance(far, Different) else verdict
    if verdict == Equal() and any(one.rounds for one in formulas):
        # ceil(x) - 1 is floor(x), but not of a whole number; beside one that is none, too.
        for regime in _ROUNDED:
            rounded = _Trial(formulas, points_for(setting, formulas, regime)).verdict()
            verdict = rounded if isinstance(rounded, Different) else verdict
    return verdict


def _in_small_numbers(formulas: Sequence[Formula], setting: Setting) -> Different | None:
    """Return a point of small whole numbers where formulas differ, or of tenths, as probabilities are.

    Rather the one with numbers that a person can read, if only one has them.
    """
    best, least = None, np.inf
    for regime in _SMALL:
        small = _Trial(formulas, points_for(setting, formulas, regime, plain=True)).verdict()
        if not isinstance(small, Different):
            continue
        unreadable = float(_unreadable(np.array(small.first), np.array(small.second)))
        if best is None or unreadable < least:
            best, least = small, unreadable
        if not least > 0.0 or not all(isinstance(value, float) for value in small.at.values()):
            break  # what has components is not shown
    return best


def _unreadable(first: Array, second: Array) -> Array:
    """Return how far pairs of numbers are from what a person takes in at a glance, in whole powers of ten.

    0 where each is 0 or from 0.01 to 100,000, and they differ by 1 %.
    """
    size = np.abs(np.stack([first, second]))
    power = np.log10(np.where(size > 0.0, size, 1.0))
    outside = np.maximum(_SMALLEST - power, 0.0) + np.maximum(power - _LARGEST, 0.0)
    apart = np.log10(np.abs(first - second) / size.max(axis=0))
    score: Array = outside.sum(axis=0) + np.maximum(_SMALLEST - apart, 0.0)
    return np.where(np.isnan(score), np.inf, np.ceil(score - 0.05))  # rounding does not choose


class _Trial:
    """Two formulas at some points."""

    def __init__(self, formulas: Sequence[Formula], points: Points) -> None:
        self.formulas = formulas
        self.points = points
        values, self.usable = points.real(formulas)
        count = max(map(len, values))  # a formula without names has one value for all points
        self.first, self.second = (np.broadcast_to(value, (count, *value.shape[1:])) for value in values)

    def verdict(self) -> Verdict:
        """Judge all points: quickly where the values agree, by bounds of the rounding where not."""
        if self.first.shape[1:] != self.second.shape[1:]:
            return Different({}, float("nan"), float("nan"), identity=False)
        with_first, with_second = every(np.isfinite(self.first)), every(np.isfinite(self.second))
        finite = with_first & with_second & self.usable
        if (place := self._gap(with_first & self.usable, with_second & self.usable)) is not None:
            return self._different(place)
        with np.errstate(invalid="ignore"):
            size = np.maximum(np.abs(self.first), np.abs(self.second))
            agree = finite & every(np.abs(self.first - self.second) <= _CLOSE * size)
        apart = np.flatnonzero(finite & ~agree)
        if apart.size:
            witnesses, agree[apart] = self._examined(apart, size[apart])
            if witnesses.size:
                return self._different(self._readable(witnesses))
        jumps = any(one.jumps for one in (*self.formulas, *self.points.definitions.values()))
        if jumps and not agree[finite].all() and self._seen(finite, size):
            return Undecidable(_ON_AN_EDGE)
        return self._concluded(finite, agree)

    def is_without_values(self, one: Formula) -> bool:
        """Tell whether one of the formulas has a value nowhere here, while the other has."""
        first, second = (
            int(np.count_nonzero(every(np.isfinite(some)))) for some in (self.first, self.second)
        )
        mine, other = (first, second) if self.formulas[0] is one else (second, first)
        return mine == 0 and other >= _ENOUGH

    def _seen(self, finite: Mask, size: Array) -> bool:
        """Tell whether the values are visibly apart at a point.

        Where rounding may turn a condition over, its bound holds both answers, and so a difference within it
        is not one of lost digits: either it is there, or the machine took the other answer.
        """
        gap = np.abs(self.first[finite] - self.second[finite])
        return bool((gap > _COARSEST * np.maximum(size[finite], 1.0)).any())

    def _gap(self, with_first: Mask, with_second: Mask) -> int | None:
        """Return a point of a combination of indices for which only one of the formulas ever has a value."""
        if self.points.combinations == 1 or (with_first == with_second).all():
            return None
        first, second = self._by_combination(with_first), self._by_combination(with_second)
        only_one = (first >= _FEW) & (second == 0) | (second >= _FEW) & (first == 0)
        # The first points go through the combinations in order.
        return int(np.argmax(only_one)) if only_one.any() else None

    def _by_combination(self, holds: Mask) -> NDArray[np.intp]:
        """Count for how many points of each combination of the free indices something holds."""
        combinations = min(self.points.combinations, len(holds))
        return np.bincount(np.arange(len(holds)) % combinations, weights=holds).astype(np.intp)

    def _examined(self, apart: NDArray[np.intp], size: Array) -> tuple[NDArray[np.intp], Mask]:
        """Judge points where the formulas are apart by what rounding can have done there.

        Return those where they differ for certain, and for each whether they agree as far as the machine
        can tell, which must be far enough.
        """
        one, other = (ball.take(apart) for ball in self.points.balls(self.formulas))
        allowed = _SAFETY * (one.rad + other.rad) + _ROUNDING * size
        gap = np.abs(self.first[apart] - self.second[apart])
        differ = ~every(~(gap > allowed))
        sharp = every(allowed <= _COARSEST * np.maximum(size, 1.0))
        return apart[differ], sharp & ~differ

    def _concluded(self, finite: Mask, agree: Mask) -> Verdict:
        """Conclude from agreement everywhere: enough of it, and for every combination of indices."""
        count = int(np.count_nonzero(agree))
        if np.count_nonzero(finite) < min(_ENOUGH, len(finite)):
            return Undecidable("too few points were found where both formulas have a value")
        if agree.all():
            return Equal()
        told = self._by_combination(agree) >= np.minimum(self._by_combination(finite), _FEW)
        if count < _SHARE * np.count_nonzero(finite) or not told.all():
            return Undecidable("the formulas lose their digits to cancellation where they were tried")
        return Equal()

    def _readable(self, places: NDArray[np.intp]) -> int:
        """Return the one of some points at which the numbers can be read best, the first of equals."""
        first, second = (values[places].reshape(len(places), -1) for values in (self.first, self.second))
        widest = np.argmax(np.abs(first - second), axis=1)[:, None]
        unreadable = _unreadable(
            *(np.take_along_axis(values, widest, axis=1)[:, 0] for values in (first, second))
        )
        return int(places[np.argmin(unreadable)])

    def _different(self, place: int) -> Different:
        gap = np.abs(self.first[place] - self.second[place])
        component = np.unravel_index(int(np.argmax(gap)), gap.shape)
        at = {name: value[place].tolist() for name, value in self.points.free.items()}
        functions = self.points.functions.values()
        identity = bool(functions) and all(function is IDENTITY for function in functions)
        first, second = float(self.first[place][component]), float(self.second[place][component])
        return Different(at, first, second, identity)
