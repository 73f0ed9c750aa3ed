"""Random points at which two formulas are compared, and the values that hold at them.

Every quantity is drawn in its domain, most near 1, some over several orders of magnitude, so that a term
that is tiny at one point counts at another. What the question defines is worked from what was drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Shape, Tree, evaluate, exact, names_in, walk
from grader.expressions.open_functions import OpenBalls, OpenReal, Wavy, lowered, open_functions_in, wavy
from grader.expressions.printing import in_plain
from grader.expressions.tree import Repeat
from grader.marking.derivatives import DERIVATIVE, Derivative, differentiated, name_derivatives

Domain = Literal["real", "positive", "integer"]
Regime = Literal["usual", "unit", "above", "whole"]

LARGEST_INTEGER = 6
_POINTS = 96
# How many times wider than one number's rounding that of a derivative is taken to be.
_BLUNT = 64.0
_MOST_POINTS = 768


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a symbol may be: its shape, and which numbers its components are."""

    shape: Shape = ()
    domain: Domain = "real"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula made ready: as an arithmetic works it, printed, and what is in it."""

    tree: Tree
    text: str
    names: frozenset[str]
    functions: Mapping[str, int]
    ends: frozenset[str]
    """The names that a sum begins or ends with: whole numbers."""
    derivatives: tuple[Derivative, ...] = ()


@lru_cache(maxsize=1024)
def formula(tree: Tree) -> Formula:
    """Make a formula ready."""
    ends = [
        names_in(end) for node in walk(tree) if isinstance(node, Repeat) for end in (node.first, node.last)
    ]
    functions = open_functions_in(tree)
    functions.pop(DERIVATIVE, None)
    names = names_in(tree) - {"pi", "e"}
    named, derivatives = name_derivatives(lowered(tree, LARGEST_INTEGER))
    return Formula(named, in_plain(tree), names, functions, frozenset().union(*ends), derivatives)


@dataclass(frozen=True, eq=False)
class Setting:
    """What holds around the formulas of a question.

    `symbols`: the quantities that are free. `indices`: each free index with the largest number it takes,
    counted from 1. `definitions`: equations in order, each name defined by the symbols and names before it.
    """

    symbols: Mapping[str, Quantity] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    definitions: tuple[tuple[str, Tree], ...] = ()

    @cached_property
    def worked(self) -> dict[str, Formula]:
        """The definitions, made ready."""
        return {name: formula(tree) for name, tree in self.definitions}

    @cached_property
    def text(self) -> str:
        """Everything that the choice of points rests on, in one text."""
        definitions = (f"{name}={one.text}" for name, one in self.worked.items())
        return " ".join((*sorted(self.symbols), *sorted(self.indices), *definitions))

    def needed(self, formulas: Sequence[Formula]) -> tuple[frozenset[str], list[str]]:
        """Return the names that formulas rest on but that are not defined, and the definitions they need."""
        names = set().union(*(one.names for one in formulas))
        defined = []
        for name, definition in reversed(self.worked.items()):
            if name in names:
                defined.append(name)
                names |= definition.names
        return frozenset(names - self.worked.keys()), defined[::-1]


@dataclass(frozen=True, slots=True)
class Points:
    """Values of all names, each with one leading axis over the points, and the open functions."""

    free: Mapping[str, Array]
    definitions: Mapping[str, Formula]
    functions: Mapping[str, Wavy]
    combinations: int = 1
    """Point n has the combination n modulo this of the free indices."""

    def real(self, formulas: Sequence[Formula]) -> list[Array]:
        """Work formulas at all points."""
        arithmetic = OpenReal(1, self.functions)
        names = dict(self.free)
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, arithmetic)
        names |= self._derivatives(formulas, names)
        return [evaluate(one.tree, names, arithmetic) for one in formulas]

    def _derivatives(self, formulas: Sequence[Formula], names: Mapping[str, Array]) -> dict[str, Array]:
        equations = [(name, definition.tree) for name, definition in self.definitions.items()]
        return {
            derivative.name: differentiated(derivative, equations, names, self.functions)
            for one in formulas
            for derivative in one.derivatives
        }

    def balls(self, formulas: Sequence[Formula], chosen: NDArray[np.intp]) -> list[Ball]:
        """Work formulas at some of the points, with bounds of what the machine's rounding can do."""
        arithmetic = OpenBalls(1, self.functions)
        names = {name: exact(value[chosen]) for name, value in self.free.items()}
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, arithmetic)
        mids = {name: ball.mid for name, ball in names.items()}
        for name, value in self._derivatives(formulas, mids).items():
            names[name] = Ball(value, _BLUNT * exact(value).rad)
        return [evaluate(one.tree, names, arithmetic) for one in formulas]


def draw(
    setting: Setting,
    formulas: Sequence[Formula],
    random: np.random.Generator,
    regime: Regime = "usual",
    functions: Mapping[str, Wavy] | None = None,
) -> Points:
    """Draw points for some formulas, and the functions that they leave open unless some are given.

    Raises KeyError for a name that the setting does not know.
    """
    names, defined = setting.needed(formulas)
    definitions = {name: setting.worked[name] for name in defined}
    everything = (*formulas, *definitions.values())
    ends = frozenset().union(*(one.ends for one in everything))
    sizes = {name: setting.indices[name] for name in sorted(names & setting.indices.keys())}
    count = number_of_points(tuple(sizes.values()))
    quantities = {
        name: Quantity(setting.symbols[name].shape, "integer") if name in ends else setting.symbols[name]
        for name in sorted(names - sizes.keys())
    }
    if functions is None:
        open_ones = {name: arity for one in everything for name, arity in one.functions.items()}
        functions = {name: wavy(random, arity) for name, arity in sorted(open_ones.items())}
    # Waves of very large arguments lose their digits.
    widest = 10.0 if functions else 1000.0
    values = _numbers(random, quantities, _reach(count, widest), regime) | _tours(sizes, count)
    return Points(values, definitions, functions, prod(sizes.values()))


def number_of_points(sizes: tuple[int, ...]) -> int:
    """Return how many points to draw: each combination of the free indices eight times, if it can be."""
    return min(max(_POINTS, 8 * prod(sizes)), _MOST_POINTS)


def _tours(sizes: Mapping[str, int], count: int) -> dict[str, Array]:
    """Return values of the free indices that go through all their combinations, again and again."""
    if not sizes:
        return {}
    combinations = np.array(list(product(*(range(1, size + 1) for size in sizes.values()))), dtype=np.float64)
    rows = np.resize(combinations, (count, len(sizes)))
    return {name: rows[:, column] for column, name in enumerate(sizes)}


def _numbers(
    random: np.random.Generator, quantities: Mapping[str, Quantity], reach: Array, regime: Regime
) -> dict[str, Array]:
    """Draw numbers for all quantities, at each point within its reach of 1, to both sides."""
    count = len(reach)
    sizes = [prod(quantity.shape) for quantity in quantities.values()]
    size, sign = random.random((2, sum(sizes), count))
    if regime == "above":
        magnitude = 1.0 + 4.0 * size
    elif regime == "unit":
        magnitude = size
    else:
        magnitude = np.exp((2.0 * size - 1.0) * reach)
    whole = np.floor(1.0 + LARGEST_INTEGER * size)
    # Every third point is positive, for logarithms and roots of everything.
    sign[:, ::3] = 1.0
    signed = np.where(sign < 0.5, -magnitude, magnitude)
    drawn: dict[str, Array] = {}
    start = 0
    for (name, quantity), wide in zip(quantities.items(), sizes, strict=True):
        if quantity.domain == "integer" or regime == "whole":
            numbers = whole
        else:
            numbers = magnitude if quantity.domain == "positive" or regime == "above" else signed
        drawn[name] = numbers[start : start + wide].T.reshape(count, *quantity.shape)
        start += wide
    return drawn


@lru_cache
def _reach(count: int, widest: float) -> Array:
    """Return the logarithms of the largest numbers: 5 at most points, more at every fourth."""
    reach = np.full(count, np.log(5.0))
    reach[::4] = np.log(widest)
    return reach
