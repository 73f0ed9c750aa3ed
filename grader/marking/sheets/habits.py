"""How somebody writes numbers: with so many decimals, or with so many significant digits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.sheets.digits import FULL, half_units


class Habits(NamedTuple):
    """The habits of N writers: `places` (N,) decimals or, where `significant` (N,), significant digits.

    `places` is NaN of who has written nothing that tells.
    """

    places: Array
    significant: Mask
    digits: int

    def half(self, values: Array, rows: NDArray[np.intp]) -> Array:
        """Return half a unit of what these writers would have written for some values: (rows, *shape).

        It is 0 for whole numbers, such as an index, of no more digits than that: they need no rounding.
        """
        along = (slice(None), *(None,) * (values.ndim - 1))
        places, significant = self.places[rows][along], self.significant[rows][along]
        decimals = np.where(significant, places - 1 - _exponents(values), places)
        unit = 10.0 ** np.maximum(-decimals, 0.0)
        told = np.isfinite(decimals) & np.isfinite(values) & (values != np.rint(values / unit) * unit)
        half = half_units(np.where(told, values, 1.0), np.where(told, decimals, FULL), self.digits)
        return np.where(told & np.isfinite(half), half, 0.0)


def habits_of(values: Array, decimals: Array, digits: int) -> Habits:
    """Return the habits of those who wrote these values with so many decimals: (N, T, W) both.

    Most numbers of who keeps to significant digits have one number of these, and so for decimals. `digits`
    are those that the question asks for; a number with fewer, such as 5 or 0.5, tells nothing beside others.
    """
    told = np.isfinite(values) & (values != 0)
    with np.errstate(all="ignore"):
        each = decimals, decimals + 1 + _exponents(values)
    tells = told & ((decimals >= digits) | (each[1] >= digits))
    told = np.where(tells.any(axis=(1, 2), keepdims=True), tells, told)
    (usual, share), (significant, share_of_significant) = (
        _usual(np.where(told, part, np.nan)) for part in each
    )
    by_digits = share_of_significant > share
    return Habits(np.where(by_digits, significant, usual), by_digits, digits)


def _usual(places: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return the places that most numbers of each writer have, and how many have them: (N,) each.

    Of two that are as common it is the more: zeros at the end are often dropped.
    """
    rows = places.reshape(len(places), -1)
    usual, most = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.intp)
    for value in np.unique(rows[~np.isnan(rows)]).tolist():
        times = np.count_nonzero(rows == value, axis=1)
        usual, most = np.where((times > 0) & (times >= most), value, usual), np.maximum(most, times)
    return usual, most


def _exponents(values: Array) -> Array:
    with np.errstate(all="ignore"):
        exponents: Array = np.floor(np.log10(np.abs(values)))
    return exponents
