"""Random points at which two formulas are compared, and the values that hold at them.

Quantities are drawn (`grader.marking.formulas.quantities`); what the question defines is worked from what
was drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from hashlib import blake2b
from math import prod

import numpy as np

from grader.expressions import (
    CONSTANTS,
    Array,
    Ball,
    ExpressionFault,
    Mask,
    Tree,
    evaluate,
    every,
    functions_in,
    names_in,
    walk,
)
from grader.expressions.functions import DERIVATIVE
from grader.expressions.open_duals import BallDuals, OpenDuals
from grader.expressions.open_functions import (
    IDENTITY,
    IN_TWO_WAYS,
    OpenBalls,
    OpenReal,
    Wavy,
    drawn,
    lowered,
    open_functions_in,
    wavy,
)
from grader.expressions.printing import in_plain
from grader.expressions.tree import Repeat
from grader.marking.formulas.borders import borders_in, has_extremes, is_condition
from grader.marking.formulas.derivatives import Derivative, name_derivatives
from grader.marking.formulas.quantities import (
    LARGEST_INTEGER,
    Quantity,
    Regime,
    number_of_points,
    numbers,
    reach_of,
    tours,
)
from grader.marking.formulas.slopes import BallSlopes, Slopes
from grader.schemas.remembered import Remembered

_MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula made ready: as an arithmetic works it, printed, and what is in it.

    `ends` are the names that a sum begins or ends with: whole numbers. `borders` are numbers to draw around,
    `jumps` tells of conditions, whose edges may lie close to each other, `rounds` of floors and ceilings,
    `extremes` of numbers that others near 1 hide.
    """

    tree: Tree
    text: str
    names: frozenset[str]
    functions: Mapping[str, int]
    ends: frozenset[str]
    derivatives: tuple[Derivative, ...] = ()
    borders: frozenset[float] = frozenset()
    jumps: bool = False
    rounds: bool = False
    extremes: bool = False


@lru_cache(maxsize=1024)
def formula(tree: Tree, most: int = LARGEST_INTEGER) -> Formula:
    """Make a formula ready; names that a sum begins or ends with are at `most` as large."""
    ends = [
        names_in(end) for node in walk(tree) if isinstance(node, Repeat) for end in (node.first, node.last)
    ]
    functions = open_functions_in(tree)
    functions.pop(DERIVATIVE, None)
    names = names_in(tree)
    named, derivatives = name_derivatives(lowered(tree, most))
    ends_of_all = frozenset().union(*ends)
    borders, jumps = borders_in(tree), any(map(is_condition, walk(tree)))
    rounds = jumps and not functions_in(tree).isdisjoint(("floor", "ceil"))
    pieces = borders, jumps, rounds, has_extremes(tree)
    return Formula(named, in_plain(tree), names, functions, ends_of_all, derivatives, *pieces)


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
        return {name: formula(tree, self.most) for name, tree in self.definitions}

    @cached_property
    def most(self) -> int:
        """The largest number that a sum may begin or end with: of a name, or of an index."""
        return max(LARGEST_INTEGER, *self.indices.values()) if self.indices else LARGEST_INTEGER

    @cached_property
    def drawn(self) -> "Remembered[str, Points]":
        """The points that have been drawn, by what they are for."""
        return Remembered(_MOST_KEPT)

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
        constants = CONSTANTS.keys() - self.symbols.keys() - self.indices.keys()
        return frozenset(names - self.worked.keys() - constants), defined[::-1]


@dataclass(frozen=True, eq=False)
class Points:
    """Values of all names, each with one leading axis over the points, and the open functions.

    Point n has the combination n modulo `combinations` of the free indices. What has been worked at them is
    kept, so that a reference is worked once for a whole class.
    """

    free: Mapping[str, Array]
    definitions: Mapping[str, Formula]
    functions: Mapping[str, Wavy]
    combinations: int = 1
    _values: Remembered[str, Array] = field(default_factory=lambda: Remembered(_MOST_KEPT))
    _balls: Remembered[str, Ball] = field(default_factory=lambda: Remembered(_MOST_KEPT))

    def real(self, formulas: Sequence[Formula]) -> tuple[list[Array], Mask]:
        """Work formulas at all points; also tell where everything that they rest on has a value."""
        return [self._values.or_make(one.text, partial(self._real, one)) for one in formulas], self.usable

    def first(self, count: int) -> "Points":
        """Return the first of these points."""
        free = {name: values[:count] for name, values in self.free.items()}
        return Points(free, self.definitions, self.functions, self.combinations)

    def values_of(self, name: str) -> Array:
        """Return what a name stands for at each point: (points, *shape)."""
        values, count = self._names[name], len(self.usable)
        return np.broadcast_to(values, (max(count, len(values)), *values.shape[1:]))

    def real_with(
        self, tree: Tree, derivatives: Sequence[Derivative], name: str, meanings: Sequence[Array]
    ) -> Array:
        """Work a formula with each of some meanings, (points, *shape), of a name: (meanings, points, ...).

        All of them together, which takes hardly longer than one of them. The tree is as an arithmetic works
        it, with names for the derivatives in it, which do not rest on the name.
        """
        count, points = len(meanings), len(meanings[0])
        derived = self._slopes.of(derivatives) if derivatives else {}
        names = {other: np.concatenate([derived[other]] * count) for other in derived}
        for other in names_in(tree) & self._names.keys() - {name}:
            names[other] = np.concatenate([self.values_of(other)] * count)
        names[name] = np.concatenate(meanings)
        values = evaluate(tree, names, OpenReal(1, self.functions))
        every = np.broadcast_to(values, (count * points, *values.shape[1:]))
        return every.reshape(count, points, *values.shape[1:])

    def balls(self, formulas: Sequence[Formula]) -> list[Ball]:
        """Work formulas at all points, with bounds of what the machine's rounding can do."""
        return [self._balls.or_make(one.text, partial(self._ball, one)) for one in formulas]

    def _real(self, one: Formula) -> Array:
        derived = self._slopes.of(one.derivatives) if one.derivatives else {}
        return evaluate(one.tree, {**self._names, **derived}, OpenReal(1, self.functions))

    def _ball(self, one: Formula) -> Ball:
        derived = self._ball_slopes.of(one.derivatives) if one.derivatives else {}
        return evaluate(one.tree, {**self._names_as_balls, **derived}, OpenBalls(1, self.functions))

    @cached_property
    def usable(self) -> Mask:
        """Where every definition has a value."""
        usable = np.ones(1, dtype=bool)
        for name in self.definitions:
            usable = usable & every(np.isfinite(self._names[name]))
        return usable

    @cached_property
    def _names(self) -> dict[str, Array]:
        names = dict(self.free)
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, OpenReal(1, self.functions))
        return names

    @cached_property
    def _names_as_balls(self) -> dict[str, Ball]:
        names = {name: drawn(value) for name, value in self.free.items()}
        for name, definition in self.definitions.items():
            names[name] = evaluate(definition.tree, names, OpenBalls(1, self.functions))
        return names

    @cached_property
    def _slopes(self) -> Slopes:
        return Slopes(self._equations, self._names, OpenDuals(1, self.functions))

    @cached_property
    def _ball_slopes(self) -> BallSlopes:
        return BallSlopes(self._equations, self._names_as_balls, BallDuals(1, self.functions))

    @cached_property
    def _equations(self) -> list[tuple[str, Tree]]:
        return [(name, definition.tree) for name, definition in self.definitions.items()]


def points_for(
    setting: Setting,
    formulas: Sequence[Formula],
    regime: Regime,
    *,
    plain: bool = False,
    least: int = 0,
) -> Points:
    """Return the points for some formulas: the same ones for all that rest on the same names and functions.

    With `plain` every open function of one number is f(x) = x; there are at `least` so many. Raises KeyError
    for a name that the setting does not know, ExpressionFault for a function called in two ways.
    """
    names, defined = setting.needed(formulas)
    everything = (*formulas, *(setting.worked[name] for name in defined))
    functions: dict[str, int] = {}
    for one in everything:
        for name, arguments in one.functions.items():
            if functions.setdefault(name, arguments) != arguments:
                raise ExpressionFault(f"{name} {IN_TWO_WAYS}", "", one.tree.span)
    ends = frozenset().union(*(one.ends for one in everything))
    borders = frozenset().union(*(one.borders for one in everything))
    key = f"{regime} {plain} {sorted(names)} {defined} {sorted(functions.items())} {sorted(ends)}"
    key += f" {sorted(borders)}" if borders else ""
    store = {} if least else setting.drawn  # many are needed once
    if key not in store:
        seed = blake2b(f"{setting.text} {key}".encode(), digest_size=8).digest()
        random = np.random.Generator(np.random.Philox(key=int.from_bytes(seed)))
        given = dict.fromkeys(functions, IDENTITY) if plain and set(functions.values()) == {1} else None
        store[key] = draw(setting, formulas, random, regime, given, least)
    return store[key]


def draw(
    setting: Setting,
    formulas: Sequence[Formula],
    random: np.random.Generator,
    regime: Regime = "usual",
    functions: Mapping[str, Wavy] | None = None,
    least: int = 0,
) -> Points:
    """Draw points for some formulas, and the functions that they leave open unless some are given.

    There are at `least` so many.
    Raises KeyError for a name that the setting does not know.
    """
    names, defined = setting.needed(formulas)
    definitions = {name: setting.worked[name] for name in defined}
    everything = (*formulas, *definitions.values())
    ends = frozenset().union(*(one.ends for one in everything))
    sizes = {name: setting.indices[name] for name in sorted(names & setting.indices.keys())}
    count = max(least, number_of_points(tuple(sizes.values())))
    quantities = {
        name: Quantity(setting.symbols[name].shape, "integer") if name in ends else setting.symbols[name]
        for name in sorted(names - sizes.keys())
    }
    if functions is None:
        open_ones = {name: arity for one in everything for name, arity in one.functions.items()}
        functions = {name: wavy(random, arity) for name, arity in sorted(open_ones.items())}
    # Waves of very large arguments lose their digits.
    widest = 10.0 if functions else 100.0
    borders = frozenset().union(*(one.borders for one in everything))
    values = numbers(random, quantities, reach_of(count, widest), regime, borders) | tours(sizes, count)
    return Points(values, definitions, functions, prod(sizes.values()))
