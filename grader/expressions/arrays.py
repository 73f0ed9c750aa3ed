"""Kinds of arrays, by what their numbers are; what holds in all components."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]  # numbers along the first axis: of hand-ins, of points


def every(holds: Mask) -> Mask:
    """Tell for each entry of the first axis whether something holds in all its components."""
    whole: Mask = np.all(holds, axis=tuple(range(1, holds.ndim)))
    return whole
