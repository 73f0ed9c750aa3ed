"""What was made of things that results share, so that it is made once for a whole class."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """What was made of some objects, each known by its identity: quick, and safe as they are kept alive.

    What is remembered although nobody shares it would pile up, so a full memory is emptied.
    """

    def __init__(self, most: int) -> None:
        self.made: dict[int, T] = {}
        self._kept: list[object] = []
        self._most = most

    def keep(self, of: object, made: T) -> T:
        """Remember what was made of an object, and return it."""
        if len(self._kept) >= self._most:
            self.made.clear()
            self._kept.clear()
        self.made[id(of)] = made
        self._kept.append(of)
        return made

    def of(self, thing: object) -> T | None:
        """Return what was made of an object, if it is remembered."""
        return self.made.get(id(thing))
