"""Inverse matrices: their values, and what rounding can do to them."""

import numpy as np

from grader.expressions.arrays import Array, in_order


def inverse(a: Array) -> Array:
    """Return the inverse of each matrix, (..., n, n); of one that has none, NaN."""
    known = np.all(np.isfinite(a), axis=(-2, -1), keepdims=True)
    regular = np.where(known, a, np.eye(a.shape[-1]))
    # The pivots tell it: a determinant may be too small a number to be other than 0.
    known = known & (np.linalg.slogdet(regular).sign != 0)[..., None, None]
    return np.where(known, np.linalg.inv(np.where(known, a, np.eye(a.shape[-1]))), np.nan)


def reach(mid: Array, rad: Array, inverted: Array) -> Array:
    """Return how far the inverses of all matrices within `rad` of `mid` can be from the one `inverted`.

    With X the inverse and E = |1 - X mid| + |X| rad, every other inverse is (1 - F) X for the inverse of some
    1 - F with |F| <= E, and so it is within E|X| + E²|X| + … of X, if the norm of E is below 1. After
    S. M. Rump, "Verification methods" (2010), section 10.
    """
    mid, rad, inverted = in_order(mid), in_order(rad), in_order(inverted)
    size = np.abs(inverted)
    error = np.abs(np.eye(mid.shape[-1]) - inverted @ mid) + size @ rad
    norm = np.max(np.sum(error, axis=-1), axis=-1)[..., None, None]
    first = error @ size
    rest = norm / (1 - norm) * np.max(first, axis=-2, keepdims=True)
    return np.where(norm < 1, first + rest, np.inf)
