"""Arrays of a class, laid out in memory so that the numbers of all hand-ins at one place lie side by side.

One line of one step is worked for the whole class at once. If the numbers of each hand-in lay together
instead, every number needed for that would lie in another page of memory.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

T = TypeVar("T", bound=np.generic)


def filled(shape: tuple[int, ...], value: Any, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Return a new array with the hand-ins along its first axis."""
    return _first(np.full((*shape[1:], shape[0]), value, dtype))


def laid_out(array: NDArray[T]) -> NDArray[T]:
    """Return a copy of an array with the hand-ins along its first axis."""
    return _first(array.transpose(*range(1, array.ndim), 0).copy())


def _first(array: NDArray[T]) -> NDArray[T]:
    """Return an array with its last axis moved to the front; `np.moveaxis` takes several times as long."""
    last = array.ndim - 1
    return array.transpose(last, *range(last))
