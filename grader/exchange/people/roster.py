"""Looks students up on a roster: by their id, by what a platform calls them, or by their name."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.exchange.people.roster_file import Enrolled, read_roster

_MOST_WORDS = 10
_AMBIGUOUS = ""


@dataclass(slots=True)
class Roster:
    """The students of a course. What leads to two of them leads to none: nobody is guessed."""

    path: Path
    enrolled: Sequence[Enrolled]
    ids: frozenset[str] = field(init=False)
    _others: dict[str, str] = field(init=False)
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = frozenset(each.student for each in self.enrolled)
        self._others = _unique(
            (other.casefold(), each.student) for each in self.enrolled for other in each.others
        )
        self._names = _unique((key, each.student) for each in self.enrolled for key in set(_keys(each.name)))

    def of_id(self, given: str, *, own: bool = True) -> str | None:
        """Return the student whom an id stands for; it may be the course's `own`, or only a platform's."""
        if own and given in self.ids:
            return given
        return self._others.get(given.casefold()) or None

    def of_name(self, name: str) -> str | None:
        """Return the student of a name, in whichever order and spelling a platform writes it.

        Moodle puts the name of a group and a hyphen before it.
        """
        while name:
            if (found := self._names.get(_letters(name))) is not None:
                return found or None
            name = name.partition("-")[2]
        return None


def open_roster(path: Path) -> Roster:
    """Read a roster for looking students up. Raises UsageFault where that cannot be done."""
    return Roster(path, read_roster(path))


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, student in pairs:
        found[key] = student if found.get(key, student) == student else _AMBIGUOUS
    return found


def _keys(name: str) -> Iterator[str]:
    """Yield the letters of a name from each of its words on, as any of them may be the first last name."""
    words = name.replace(",", " ").split()[:_MOST_WORDS]
    for i in range(len(words)):
        key = _letters("".join([*words[i:], *words[:i]]))
        if key:
            yield key


def _letters(name: str) -> str:
    """Return the letters and digits of a name without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join([char for char in plain if char.isalnum()])
