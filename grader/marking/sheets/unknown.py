"""Unknown keys of a hand-in: problems that name the nearest known key."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from difflib import get_close_matches

from grader.marking.sheets.values import LONGEST_KEY
from grader.schemas.faults import Problem
from grader.schemas.wording import quoted, spelled

_NAMED_KEYS = 10  # an object full of unknown keys must not fill the report
_WORD_AND_NUMBER = re.compile(r"[^\W\d_]{2,}[ _-]*([0-9]{1,4})")


def unknown_keys(
    place: str, names: Iterable[str], known: Sequence[str], there: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield the problems of unknown keys; of very many only the first are named.

    `there` are known keys beside them: an unknown key that is like one of these did not mean it.
    """
    there = set(there)
    for number, name in enumerate(names := list(names)):
        if number == _NAMED_KEYS:
            rest = len(names) - _NAMED_KEYS
            yield Problem(f"{place}: {rest} more unknown keys; none of them was read", grave=False)
            return
        yield unknown(place, name, known, there)


def unknown(place: str, name: str, known: Sequence[str], there: Container[str] = ()) -> Problem:
    """Return the problem of an unknown key, with the nearest known one."""
    name_read = name[:LONGEST_KEY]
    missing = [key for key in known if key not in there]
    near = _spelled_as(name_read, known) or get_close_matches(name_read, missing, n=1)
    near = near or _numbered_as(name_read, missing) or _continued(name_read, missing)
    near = near or (missing if len(known) == 1 else [])
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(f"{place}: unknown key {quoted(name)}{hint}", grave=False)


def _spelled_as(name: str, known: Sequence[str]) -> list[str]:
    """Return the only key that is this name except for capitals, underscores and spaces; else none.

    Letters may be spelled out or not, and a d before the name of a key stands for Delta. Of keys that differ
    in capitals only, the one is meant that has more of them alike.
    """
    plain = {key: _letters(key) for key in known}
    name = spelled(name)
    for each in dict.fromkeys((name, re.sub(r"^[dD](?=[_ ]?.)", "Delta_", name))):
        letters = _letters(each)
        like = [key for key, own in plain.items() if own.lower() == letters.lower()]
        apart = [sum(one != other for one, other in zip(plain[key], letters, strict=True)) for key in like]
        if apart and apart.count(min(apart)) == 1:
            return [like[apart.index(min(apart))]]
    return []


def _continued(name: str, known: Sequence[str]) -> list[str]:
    """Return the longest key that a name begins with and goes on from: w for "w'", "w_new", "w(t+1)"."""
    name = spelled(name)
    begun = [key for key in known if name.startswith(key) and not name[len(key) :][:1].isalnum()]
    return [max(begun, key=len)] if begun else []


def _numbered_as(name: str, known: Sequence[str]) -> list[str]:
    """Return the only key with the number of a name such as "Task 3": exercise3; else none."""
    number = _WORD_AND_NUMBER.fullmatch(name)
    numbers = [(key, _WORD_AND_NUMBER.fullmatch(key)) for key in known]
    found = [key for key, other in numbers if number and other and int(other[1]) == int(number[1])]
    return found if len(found) == 1 else []


def _letters(name: str) -> str:
    return "".join(name.replace("_", " ").split())
