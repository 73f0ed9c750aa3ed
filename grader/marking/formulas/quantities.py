"""What the symbols of a formula may be, and random numbers for them.

Every quantity is drawn in its domain, most near 1, some over several orders of magnitude, so that a term
that is tiny at one point counts at another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import Literal

import numpy as np

from grader.expressions import Array, Shape
from grader.marking.formulas.borders import around

Domain = Literal["real", "positive", "integer"]
Regime = Literal["usual", "unit", "above", "whole", "tenths", "mixed", "far"]

LARGEST_INTEGER = 6
_POINTS = 96
_MIXING = 97.0  # of which the digits behind the point say nothing of the size
_FAR = np.log(1e30)
_MOST_POINTS = 768


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a symbol may be: its shape, and which numbers its components are."""

    shape: Shape = ()
    domain: Domain = "real"


def number_of_points(sizes: tuple[int, ...]) -> int:
    """Return how many points to draw: each combination of the free indices eight times, if it can be."""
    return min(max(_POINTS, 8 * prod(sizes)), _MOST_POINTS)


def tours(sizes: Mapping[str, int], count: int) -> dict[str, Array]:
    """Return values of the free indices that go through all their combinations, again and again."""
    if not sizes:
        return {}
    combinations = np.array(list(product(*(range(1, size + 1) for size in sizes.values()))), dtype=np.float64)
    rows = np.resize(combinations, (count, len(sizes)))
    return {name: rows[:, column] for column, name in enumerate(sizes)}


def numbers(
    random: np.random.Generator,
    quantities: Mapping[str, Quantity],
    reach: Array,
    regime: Regime,
    borders: frozenset[float] = frozenset(),
) -> dict[str, Array]:
    """Draw numbers for all quantities, at each point within its reach of 1, to both sides.

    Some are rather drawn around the `borders` of formulas.
    """
    count = len(reach)
    sizes = [prod(quantity.shape) for quantity in quantities.values()]
    size, sign = random.random((2, sum(sizes), count))
    if regime == "above":
        magnitude = 1.0 + 4.0 * size
    elif regime == "unit":
        magnitude = size
    elif regime == "far":  # exp(-E/(1.38e-23 T)) has a value for very large T only
        magnitude = np.exp((2.0 * size - 1.0) * _FAR)
    else:
        magnitude = np.exp((2.0 * size - 1.0) * reach)
    whole = np.floor(1.0 + LARGEST_INTEGER * size)
    if borders and regime in ("usual", "whole"):
        block, near = around(borders, count, size, whole=True)
        # Not all names at once: x^n has no value where n is 1000 as well.
        chosen = (_MIXING * size[:, block] % 1.0 < 0.5) | (len(size) == 1)
        whole[:, block] = np.where(chosen, near, whole[:, block])
        if regime == "usual":
            near = around(borders, count, size, whole=False)[1]
            magnitude[:, block] = np.where(chosen, near, magnitude[:, block])
    # Every third point is positive, for logarithms and roots of everything.
    sign[:, ::3] = 1.0
    signed = np.where(sign < 0.5, -magnitude, magnitude)
    drawn: dict[str, Array] = {}
    start = 0
    for (name, quantity), wide in zip(quantities.items(), sizes, strict=True):
        if quantity.domain == "integer" or regime == "whole":
            own = whole
        elif regime == "tenths":
            own = whole / 10.0
        else:
            own = magnitude if quantity.domain == "positive" or regime == "above" else signed
        if regime == "mixed":  # half of them whole
            own = np.where(_MIXING * size % 1.0 < 0.5, whole, own)
        drawn[name] = own[start : start + wide].T.reshape(count, *quantity.shape)
        start += wide
    return drawn


@lru_cache
def reach_of(count: int, widest: float) -> Array:
    """Return the logarithms of the largest numbers: 5 at most points, more at every fourth."""
    reach = np.full(count, np.log(5.0))
    reach[::4] = np.log(widest)
    return reach
