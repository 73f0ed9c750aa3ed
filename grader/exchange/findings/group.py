"""Hand-ins of a group: one file, several students."""

import re
from typing import Any

from grader.exchange.findings.wording import described
from grader.schemas.faults import Problem
from grader.schemas.submission import Submission, student_id

_MOST = 50
_BETWEEN = re.compile(r"[,;]")


def group_of(submission: Submission) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the other students of a group, each once, and what is wrong with how the hand-in names them."""
    said: Any = submission.group
    if said is None:
        return (), ()
    if not isinstance(said, list):
        return (), (_fault('"group"', said),)
    if len(said) > _MOST:
        text = f'"group": at most {_MOST} students were expected, found {len(said)}; none of them was read.'
        return (), (Problem(text),)
    ids = [student_id(each) for each in said]
    faults = [_fault(f'"group"[{i}]', said[i]) for i, each in enumerate(ids) if each is None]
    others = tuple(each for each in dict.fromkeys(ids) if each not in (None, submission.student))
    return others, tuple(faults)


def listed(text: str) -> list[str]:
    """Return the students in a line such as "0012346, 0012347", which tables and printouts have."""
    return [each for each in map(str.strip, _BETWEEN.split(text)) if each]


def _fault(place: str, found: Any) -> Problem:
    what = 'a text such as "0012346"' if "[" in place else 'a list such as ["0012346"]'
    return Problem(f"{place}: {what} was expected, found {described(found)}; it was not read.")
