"""Kinds of arrays, by what their numbers are; what holds in all components; their order in memory."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]  # numbers along the first axis: of hand-ins, of points


def every(holds: Mask) -> Mask:
    """Tell for each entry of the first axis whether something holds in all its components."""
    whole: Mask = np.all(holds, axis=tuple(range(1, holds.ndim)))
    return whole


def in_order(a: Array) -> Array:
    """Return a copy that lies in memory row by row, one hand-in after the other.

    NumPy adds in the order of the memory and multiplies matrices by another routine where they do not lie
    together, so that the last bit of a sum would depend on how many hand-ins are worked at once.
    """
    return np.array(a, order="C")
