"""Memories for what is made only once for a whole class."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """A memory of at most so many things, by what they were made of.

    A full memory is emptied. What many hand-ins share is soon there again, and what nobody shares does not
    pile up.
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


class Memory(Generic[V]):
    """The same by the identity of objects: quick, and safe, as the objects are kept alive."""

    def __init__(self, most: int) -> None:
        self.made: dict[int, V] = {}
        self._kept: list[object] = []
        self._most = most

    def keep(self, of: object, made: V) -> V:
        """Remember what was made of an object, and return it."""
        if len(self._kept) >= self._most:
            self.made.clear()
            self._kept.clear()
        self.made[id(of)] = made
        self._kept.append(of)
        return made

    def of(self, thing: object) -> V | None:
        """Return what was made of an object, if it is remembered."""
        return self.made.get(id(thing))
