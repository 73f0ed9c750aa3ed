"""The garbage collector, kept out of the way of work that makes much and leaves no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000  # that may be made beyond those let go before it looks; by default some hundred


@contextmanager
def rare_collection() -> Iterator[None]:
    """Let it look a hundred times less often than usual: what marking makes goes when nobody refers to it."""
    first, *later = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *later)
    try:
        yield
    finally:
        gc.set_threshold(first, *later)
