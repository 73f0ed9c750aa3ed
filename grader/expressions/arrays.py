"""Kinds of arrays, by what their numbers are."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]  # numbers along the first axis: of hand-ins, of points
