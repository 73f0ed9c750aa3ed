"""Arrays of a class, laid out in memory so that the numbers of all hand-ins at one place lie side by side.

A line of a step is worked for a whole class at once. Were each hand-in's numbers together, every one of those
would lie in another page of memory, the farther apart the more steps an exercise has.
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
    """Return an array with its last axis as the first, as `np.moveaxis` does in several times as long."""
    last = array.ndim - 1
    return array.transpose(last, *range(last))
