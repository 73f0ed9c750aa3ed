"""The three things that can be found in place of a hand-in, and how paths and places are shown to people."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from grader.schemas.faults import Problem
from grader.schemas.submission import Submission


class Attempt(NamedTuple):
    """What decides which of a student's hand-ins counts: whether its student is in dispute, and its time."""

    disputed: bool = False
    time: tuple[int, ...] = ()  # as a platform tells it; empty for most hand-ins

    def gives_way_to(self, later: "Attempt") -> bool:
        """Tell whether a hand-in that was read later counts in place of this one."""
        if self.disputed != later.disputed:
            return self.disputed
        return not (self.time and later.time) or self.time <= later.time


FIRST_ATTEMPT = Attempt()
_UNKNOWN = "unknown key "  # begins the reason of a problem with a key that is not read


@dataclass(frozen=True, slots=True)
class HandIn:
    """A submission that can be marked.

    Where its file is not JSON, `places` maps places in the submission to those in the file, as "line 12".
    """

    file: str  # the path as given or found below it; a line of a .jsonl file has ":LINE" after it
    submission: Submission
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    attempt: Attempt = FIRST_ATTEMPT
    group: tuple[str, ...] = ()  # whose it is as well
    perhaps: str | None = None  # whose it is by its path, where another student stands in it


class Otherwise(NamedTuple):
    """The student of a hand-in that names none itself, and a sentence on how the student is known."""

    student: str
    note: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A submission that cannot be marked; `student` is known where only the rest is at fault."""

    file: str
    problems: tuple[Problem, ...]
    student: str | None = None
    attempt: Attempt = FIRST_ATTEMPT


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is no submission: not a fault, but listed so that nothing goes unmentioned."""

    file: str
    reason: str


Finding: TypeAlias = HandIn | Unreadable | Skipped


def unreadable(file: str, *sentences: str, student: str | None = None) -> Unreadable:
    """Return a file that cannot be marked, with each sentence as a grave problem."""
    return Unreadable(file, tuple(Problem(sentence) for sentence in sentences), student)


def refused(file: str, error: OSError) -> Unreadable:
    """Say in the operating system's own words why `file` cannot be opened or read."""
    return unreadable(file, f"Cannot be opened: {error.strerror or 'no reason given'}.")


def shown(path: str | os.PathLike[str]) -> str:
    """Return the path as valid Unicode, the same in every locale: bytes that are not UTF-8 become escapes."""
    text = os.fspath(path)
    if text.isascii():
        return text
    try:
        return os.fsencode(text).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # only a program can pass such a path: no file can have that name
        return text.encode("utf-8", "backslashreplace").decode()


def placed(problem: Problem, places: Mapping[str, str]) -> Problem:
    """Return a problem with its place in the file instead of the one in the submission, where that is known.

    `problem` begins with a place such as "answers.exercise2.steps[0].s_i[1]: ". `places` has the cells or
    lines of some of these; a place that is not among them gets that of the nearest whole around it.
    """
    json, colon, reason = problem.text.partition(": ")
    if not (colon and places):
        return problem
    if reason.startswith(_UNKNOWN):
        name = reason.removeprefix(_UNKNOWN).split(";")[0].strip("'\"")
        json = f"{json}.{name}"
    while json and json not in places:
        json = json[: max(json.rfind("."), json.rfind("["), 0)]
    return Problem(f"{places[json]}: {reason}", problem.grave) if json else problem
