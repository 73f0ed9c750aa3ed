"""The pattern with which a user says where in a path the student's id stands.

The pattern is the user's, but the paths are not: a student may name a file so that a careless pattern takes
for ever. So only patterns are accepted that cannot: with no repetition inside a repetition, and few of them
in all.
"""

import re
from collections.abc import Iterator

from grader.schemas.faults import UsageFault

GROUP = "student"
_LONGEST = 300  # characters of a pattern
_MOST_REPEATS = 3  # unbounded ones; each multiplies the time by the length of the path
_MOST_OF_PATH = 250  # characters that are looked at, from the end
_COUNTED = re.compile(r"\{\d+(?:,\d*)?\}|\{,\d+\}")
_EXACTLY = re.compile(r"\{\d+\}")
_REFERENCE = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


def id_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern. Raises UsageFault for one that is invalid, has no group, or could take for ever."""
    if len(text) > _LONGEST:
        raise UsageFault(f"--id-regex: at most {_LONGEST} characters were expected, found {len(text)}")
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageFault(f"--id-regex: not a regular expression: {error}") from None
    if GROUP not in pattern.groupindex:
        raise UsageFault(rf"--id-regex: a group called {GROUP} was expected, such as (?P<{GROUP}>\d+)")
    if pattern.flags & re.VERBOSE:
        raise UsageFault("--id-regex: a pattern without blanks and comments was expected, found (?x)")
    _refuse_slow(text)
    return pattern


def find_id(pattern: re.Pattern[str], path: str) -> str:
    """Return the id that stands in a path, or nothing."""
    found = pattern.search(path[-_MOST_OF_PATH:])
    return (found[GROUP] or "") if found else ""


def _refuse_slow(text: str) -> None:
    """Raise UsageFault for a pattern that could take too long for a path of the longest length."""
    repeats = 0
    groups = [False]  # whether each group that is open has a repetition or a choice in it
    closed = False  # whether the group that has just been closed had
    for piece in _pieces(text):
        if piece == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] |= closed
            continue
        if piece == "(":
            groups.append(False)
        elif piece == "|":
            groups[-1] |= len(groups) > 1
        elif piece in {"*", "+"} or _COUNTED.fullmatch(piece):
            if closed:
                raise UsageFault(
                    "--id-regex: a repeated group with a repetition or a choice in it can take for ever; "
                    "write it without the inner or the outer one"
                )
            repeats += not _EXACTLY.fullmatch(piece)
            groups[-1] |= not _EXACTLY.fullmatch(piece)
        closed = False
    if repeats > _MOST_REPEATS or _REFERENCE.search(text):
        raise UsageFault(
            f"--id-regex: at most {_MOST_REPEATS} repetitions such as * and + were expected, and no "
            "reference to a group; more can take for ever. It need not begin with .*, "
            "as it is looked for anywhere in the path"
        )


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a pattern: a character, a class, an escape, or a count in braces."""
    i = 0
    while i < len(text):
        char = text[i]
        end = i + 1
        if char == "\\":
            end = i + 2
        elif char == "[":
            end = _end_of_class(text, i)
        elif counted := _COUNTED.match(text, i):
            end = counted.end()
        yield text[i:end]
        i = end


def _end_of_class(text: str, start: int) -> int:
    i = start + 1 + text.startswith("^", start + 1)
    i += text.startswith("]", i)  # the first one is a member
    while i < len(text) and text[i] != "]":
        i += 2 if text[i] == "\\" else 1
    return i + 1
