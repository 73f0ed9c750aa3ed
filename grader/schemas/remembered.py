"""What was made before, so that it is made once for a whole class."""

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What was made, by what it was made of.

    What many have in common is soon there again; what nobody shares would pile up. So where there would be
    more than `most`, all are forgotten.
    """

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, of: K, made: V) -> None:
        if len(self) >= self._most and of not in self:
            self.clear()
        super().__setitem__(of, made)

    def __reduce__(self) -> "tuple[type[Remembered[K, V]], tuple[int]]":
        """Let a copy in another process begin with nothing: it makes what it needs."""
        return type(self), (self._most,)

    def or_make(self, of: K, make: Callable[[], V]) -> V:
        """Return what was made before, or make it now."""
        if of not in self:
            self[of] = make()
        return self[of]
