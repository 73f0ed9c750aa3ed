"""Components by their index, the index of an extreme one, and extremes along one axis of a matrix.

The indices of a key count from 0, like the labels of steps; those of a formula (`o_j`) from 1. An index is a
whole number, which the machine's rounding may have moved by a little; where there is no such component the
result is NaN.
"""

from itertools import product
from math import prod

import numpy as np

from grader.expressions.arrays import Array, Mask

# How far from a whole number an index may be: what adding and dividing counts does to it.
SNAP = 1e-9
ALONG_AXIS = frozenset({"row_max", "row_min", "column_max", "column_min"})


def align(leading: int, *arrays: Array) -> list[Array]:
    """Insert axes after the leading ones, so that arrays of different rank broadcast from the right."""
    ranks = {array.ndim for array in arrays}
    if len(ranks) == 1:
        return list(arrays)
    most = max(ranks)
    return [
        array
        if array.ndim == most
        else array.reshape(array.shape[:leading] + (1,) * (most - array.ndim) + array.shape[leading:])
        for array in arrays
    ]


def component(leading: int, a: Array, *indices: Array) -> Array:
    """Return the component at an index for each own axis, counted from 1; NaN where there is none."""
    lead = np.broadcast_shapes(a.shape[:leading], *(index.shape for index in indices))
    sizes = a.shape[leading:]
    inside = np.ones(lead, dtype=bool)
    flat = np.zeros(lead, dtype=np.intp)
    for index, size in zip(indices, sizes, strict=True):
        inside = inside & (index >= 1) & (index <= size) & (index == np.round(index))
        flat = flat * size + np.where(inside, index - 1, 0).astype(np.intp)
    flattened = np.broadcast_to(a, lead + sizes).reshape((*lead, prod(sizes)))
    picked: Array = np.take_along_axis(flattened, flat[..., None], axis=-1)[..., 0]
    return np.where(inside, picked, np.nan)


def item(leading: int, a: Array, *indices: Array) -> Array:
    """Return the components at some indices, one for each of the first own axes: (*lead, *theirs, *rest).

    The indices may be vectors or matrices, which go together component by component.
    """
    indices = tuple(np.broadcast_arrays(*align(leading, *indices)))
    own = indices[0].shape[leading:]
    picked, rest = a.shape[leading : leading + len(indices)], a.shape[leading + len(indices) :]
    lead = np.broadcast_shapes(a.shape[:leading], indices[0].shape[:leading])
    inside = np.ones(indices[0].shape, dtype=np.bool_)
    flat = np.zeros(indices[0].shape, dtype=np.intp)
    for index, size in zip(indices, picked, strict=True):
        nearest = np.round(index)
        inside &= (np.abs(index - nearest) <= SNAP) & (nearest >= 0) & (nearest < size)
        flat = flat * size + np.where(inside, nearest, 0).astype(np.intp)
    table = np.broadcast_to(a, (*lead, *a.shape[leading:])).reshape((*lead, prod(picked), prod(rest)))
    rows = np.broadcast_to(flat, (*lead, *own)).reshape(*lead, prod(own), 1)
    found: Array = np.take_along_axis(table, rows, axis=-2).reshape((*lead, *own, *rest))
    there = inside.reshape((*inside.shape, *(1,) * len(rest)))
    return np.where(there, found, np.nan)


def possible_items(leading: int, a: Array, mids: list[Array], rads: list[Array]) -> list[tuple[Mask, Array]]:
    """Return every component that indices within their radii may pick, each with where they may.

    Both go along with what `item` returns. What lies outside of the value is no component.
    """
    mids, rads = (list(np.broadcast_arrays(*align(leading, *parts))) for parts in (mids, rads))
    own = len(mids[0].shape) - leading
    sizes, rest = a.shape[leading : leading + len(mids)], a.ndim - leading - len(mids)
    found = []
    for place in product(*map(_reached, mids, rads, sizes)):
        may = np.ones(mids[0].shape, dtype=np.bool_)
        for number, mid, rad in zip(place, mids, rads, strict=True):
            may &= np.abs(mid - number) <= rad
        if may.any():
            part = a[(slice(None),) * leading + place]
            part = part.reshape((*part.shape[:leading], *(1,) * own, *part.shape[leading:]))
            found.append((may.reshape((*may.shape, *(1,) * rest)), part))
    return found


def _reached(mid: Array, rad: Array, size: int) -> range:
    """Return a range of all the whole numbers within any of the radii that index a value of a size."""
    known = np.isfinite(mid)
    if not known.any():
        return range(0)
    low, high = np.min((mid - rad)[known]), np.max((mid + rad)[known])
    return range(int(np.clip(np.ceil(low), 0, size)), int(np.clip(np.floor(high) + 1, 0, size)))


def position(name: str, a: Array) -> Array:
    """Return the index of the largest or smallest component of the last axis, the first of equal ones."""
    where: Array = (np.argmax if name == "argmax" else np.argmin)(a, axis=-1).astype(np.float64)
    return np.where(np.isnan(a).any(axis=-1), np.nan, where)


def along_axis(name: str, a: Array) -> Array:
    """Return the largest or smallest component of each row, or of each column, of a matrix."""
    choose = np.maximum if name.endswith("max") else np.minimum
    result: Array = choose.reduce(a, axis=axis_of(name))
    return result


def axis_of(name: str) -> int:
    """Return the axis along which a function of rows or of columns goes."""
    return -1 if name.startswith("row") else -2
