"""Dual arithmetic with the functions of formulas, and with those that a question leaves open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from grader.expressions.arrays import Array
from grader.expressions.dual import Dual, Duals
from grader.expressions.open_functions import FORMULA_FUNCTIONS, OpenReal, Wavy
from grader.expressions.picking import align
from grader.expressions.real import Real


@dataclass(frozen=True, slots=True)
class OpenDuals(Duals):
    """Dual arithmetic with the same functions as `OpenReal`.

    By the arguments of a factorial or a binomial coefficient is not differentiated: they are counts. The
    slope is NaN where they depend on the seed all the same.
    """

    functions: Mapping[str, Wavy] = field(default_factory=dict)

    @property
    def values(self) -> Real:
        return OpenReal(self.leading, self.functions)

    def whole(self, name: str, arguments: Sequence[Dual[Array]]) -> Dual[Array]:
        if name in FORMULA_FUNCTIONS and FORMULA_FUNCTIONS[name].derivative:
            return self.apply(FORMULA_FUNCTIONS[name], arguments[0])
        return Duals.whole(self, name, arguments)

    def slope_of(self, name: str, value: Array, arguments: Sequence[Dual[Array]]) -> Array:
        """Return the slope, also of functions of several numbers: by the rate of change with each."""
        base = name.rstrip("'")
        if base in self.functions:
            rates = _rates(self.functions[base], len(name) - len(base), self._aligned(*arguments))
        elif name == "binomial" or name in FORMULA_FUNCTIONS:
            rates = [np.array(np.nan)] * len(arguments)
        else:
            return Duals.slope_of(self, name, value, arguments)
        slopes = align(self.leading + 1, *(argument.slope for argument in arguments))
        return reduce(np.add, [self.chain(rate, slope) for rate, slope in zip(rates, slopes, strict=True)])


def _rates(function: Wavy, primes: int, arguments: Sequence[Dual[Array]]) -> list[Array]:
    """Return the partial derivative by each argument of the function, or of its derivative of an order."""
    values = [argument.value for argument in arguments]
    if len(values) == 1:
        return [function.at(primes + 1, values)]
    inner = function.phase + sum(x[..., None] * function.direction[:, i] for i, x in enumerate(values))
    waves = function.height * np.cos(inner)
    return [waves @ function.direction[:, i] + function.slope[i] for i in range(len(values))]
