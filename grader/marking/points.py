"""Random points at which two formulas are compared, and the values that hold at them.

Every quantity is drawn in its domain, most near 1, some over several orders of magnitude, so that a term
that is tiny at one point counts at another. What the question defines is worked from what was drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import product
from math import prod
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Ball, Shape, Tree, evaluate, exact, names_in, walk
from grader.expressions.open_functions import (
    IDENTITY,
    OpenBalls,
    OpenReal,
    Wavy,
    lowered,
    open_functions_in,
    wavy,
)
from grader.expressions.printing import in_plain
from grader.expressions.tree import Repeat
from grader.marking.derivatives import (
    DERIVATIVE,
    Derivative,
    differentiated,
    differentiated_balls,
    name_derivatives,
)

V = TypeVar("V")
Domain = Literal["real", "positive", "integer"]
Bools = NDArray[np.bool_]
Regime = Literal["usual", "unit", "above", "whole"]

LARGEST_INTEGER = 6
_POINTS = 96
_MOST_KEPT = 256
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
    def drawn(self) -> "dict[str, Points]":
        """The points that have been drawn, by what they are for."""
        return {}

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


@dataclass(frozen=True, eq=False)
class Points:
    """Values of all names, each with one leading axis over the points, and the open functions.

    What has been worked at them is kept, so that a reference is worked once for a whole class.
    """

    free: Mapping[str, Array]
    definitions: Mapping[str, Formula]
    functions: Mapping[str, Wavy]
    combinations: int = 1
    """Point n has the combination n modulo this of the free indices."""
    _values: dict[str, Array] = field(default_factory=dict)
    _balls: dict[str, Ball] = field(default_factory=dict)

    def real(self, formulas: Sequence[Formula]) -> tuple[list[Array], Bools]:
        """Work formulas at all points; also tell where everything that they rest on has a value."""
        return [_kept(self._values, one, self._real) for one in formulas], self.usable

    def first(self, count: int) -> "Points":
        """Return the first of these points."""
        free = {name: values[:count] for name, values in self.free.items()}
        return Points(free, self.definitions, self.functions, self.combinations)

    def values_of(self, name: str) -> Array:
        """Return what a name stands for at each point: (points, *shape)."""
        values, count = self._names[name], len(self.usable)
        return np.broadcast_to(values, (max(count, len(values)), *values.shape[1:]))

    def real_with(self, one: Formula, name: str, meanings: Sequence[Array]) -> Array:
        """Work a formula with each of some meanings, (points, *shape), of a name: (meanings, points, ...).

        All of them together, which takes hardly longer than one of them. Not for formulas with derivatives.
        """
        count, points = len(meanings), len(meanings[0])
        names = {other: np.concatenate([self.values_of(other)] * count) for other in one.names - {name}}
        names[name] = np.concatenate(meanings)
        values = evaluate(one.tree, names, OpenReal(1, self.functions))
        every = np.broadcast_to(values, (count * points, *values.shape[1:]))
        return every.reshape(count, points, *values.shape[1:])

    def balls(self, formulas: Sequence[Formula]) -> list[Ball]:
        """Work formulas at all points, with bounds of what the machine's rounding can do."""
        return [_kept(self._balls, one, self._ball) for one in formulas]

    def _real(self, one: Formula) -> Array:
        derived = differentiated(one.derivatives, self._equations, self._names, self.functions)
        return evaluate(one.tree, {**self._names, **derived}, OpenReal(1, self.functions))

    def _ball(self, one: Formula) -> Ball:
        derived = differentiated_balls(one.derivatives, self._equations, self._names_as_balls, self.functions)
        return evaluate(one.tree, {**self._names_as_balls, **derived}, OpenBalls(1, self.functions))

    @cached_property
    def usable(self) -> Bools:
        """Where every definition has a value."""
        usable = np.ones(1, dtype=bool)
        for name in self.definitions:
            value = self._names[name]
            usable = usable & np.isfinite(value).reshape(len(value), -1).all(axis=1)
        return usable

    @cached_property
    def _names(self) -> dict[str, Array]:
        names = dict(self.free)
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, OpenReal(1, self.functions))
        return names

    @cached_property
    def _names_as_balls(self) -> dict[str, Ball]:
        names = {name: exact(value) for name, value in self.free.items()}
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, OpenBalls(1, self.functions))
        return names

    @cached_property
    def _equations(self) -> list[tuple[str, Tree]]:
        return [(name, definition.tree) for name, definition in self.definitions.items()]


def _kept(store: dict[str, V], one: Formula, work: Callable[[Formula], V]) -> V:
    """Return what was worked before, or work it."""
    if one.text not in store:
        if len(store) >= _MOST_KEPT:
            store.clear()
        store[one.text] = work(one)
    return store[one.text]


def points_for(
    setting: Setting, formulas: Sequence[Formula], regime: Regime, *, plain: bool = False
) -> Points:
    """Return the points for some formulas: the same ones for all that rest on the same names and functions.

    With `plain` every open function of one number is f(x) = x. Raises KeyError for a name that the setting
    does not know.
    """
    names, defined = setting.needed(formulas)
    everything = (*formulas, *(setting.worked[name] for name in defined))
    functions = {name: arity for one in everything for name, arity in one.functions.items()}
    ends = frozenset().union(*(one.ends for one in everything))
    key = f"{regime} {plain} {sorted(names)} {defined} {sorted(functions.items())} {sorted(ends)}"
    store = setting.drawn
    if key not in store:
        if len(store) >= _MOST_KEPT:
            store.clear()
        seed = blake2b(f"{setting.text} {key}".encode(), digest_size=8).digest()
        random = np.random.Generator(np.random.Philox(key=int.from_bytes(seed)))
        given = dict.fromkeys(functions, IDENTITY) if plain and set(functions.values()) == {1} else None
        store[key] = draw(setting, formulas, random, regime, given)
    return store[key]


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
    widest = 10.0 if functions else 100.0
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
