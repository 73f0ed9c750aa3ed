"""Puts faults of a submission into words: one line each, with the place, and no control characters.

Also those of a group, which is one file of several students.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from grader.schemas.faults import Problem
from grader.schemas.submission import MAX_STUDENT_LENGTH, Submission, student_id
from grader.schemas.wording import quoted

_LONGEST = 40
_PLACE_LENGTH = 120
_LARGEST = 50  # group of students
_NAMED_KEYS = 10  # a file full of unknown keys must not fill the report

_PLAIN_KEY = re.compile(r"\w{1,40}", re.ASCII)
_KNOWN_KEYS = [field.alias or name for name, field in Submission.model_fields.items()]
_EXPECTED = {
    "student": 'a text such as "0012345"',
    "assignment": "a text, the name of the assignment,",
    "answers": "an object with the answers to each question",
}
_ABSENT = object()
_BETWEEN = re.compile(r"[,;]")
# How files begin that were renamed and not saved as what their name says.
_BINARY = (
    (b"PK\x03\x04", "a workbook or another archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old format, or one with a password"),
    (b"%PDF", "a PDF"),
)
_TEXTS = ((b"{", "JSON"), (b"[", "JSON"), (b"<", "a web page or XML"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_utf_16(data: bytes) -> bool:
    """Tell what spreadsheet programs call "Unicode text", which begins with a mark."""
    return data.startswith(_UTF_16)


def other_kind(data: bytes, *, text: bool = True) -> str:
    """Say what a file is by how it begins, or nothing where that does not tell; `text` is for other texts."""
    plain = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    kinds = (*_BINARY, *_TEXTS) if text else _BINARY
    return next((what for beginning, what in kinds if plain.startswith(beginning)), "")


def described(value: Any) -> str:
    """Say what a parsed value is."""
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, str):
        return f"the text {quoted(value)}" if value else "an empty text"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"the number {str(value)[:_LONGEST]}"
    return {True: "true", False: "false", None: "null"}[value]


def step_into(place: str, key: str) -> str:
    """Extend a place such as `answers.exercise2` by a key; a long place loses its middle."""
    if not _PLAIN_KEY.fullmatch(key):
        key_place = f"{place}[{quoted(key)}]"
    else:
        key_place = f"{place}.{key}" if place else key
    if len(key_place) <= _PLACE_LENGTH:
        return key_place
    half = _PLACE_LENGTH // 2
    return f"{key_place[:half]}…{key_place[-half:]}"


def repeated_keys(places: Sequence[str], count: int) -> Iterator[str]:
    """Name the `count` keys that stand more than once in their object, the first few by their places."""
    for place in places:
        yield f"{place}: a key was expected once, found more than once."
    if count > len(places):
        yield f"Found {count - len(places)} more keys that stand more than once."


def wrong_fields(error: ValidationError, found: Mapping[str, Any]) -> Iterator[str]:
    """Say what was expected in each field at the top level that was refused."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0])
        value = found.get(name, _ABSENT)
        hint = _near_key(name, found) if value is _ABSENT else _field_hint(name, value)
        yield f'"{name}": {_EXPECTED[name]} was expected, found {described(value)}{hint}.'


def _near_key(name: str, found: Mapping[str, Any]) -> str:
    """Point to a key that was probably meant to be `name`."""
    unknown = [key for key in islice(found, _NAMED_KEYS) if key not in _KNOWN_KEYS]
    near = [key for key in unknown if _nearest(key) == name]
    return f"; is {quoted(near[0])} meant to be it" if near else ""


def _field_hint(name: str, value: Any) -> str:
    """Say what is wrong with a value where its description does not show it."""
    if name != "student":
        return ""
    if isinstance(value, str) and len(value) > MAX_STUDENT_LENGTH:
        return f" of {len(value)} characters; at most {MAX_STUDENT_LENGTH} are read"
    if isinstance(value, str) and value:
        return "; it must have a visible character and no control character"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "; put it in quotes, so that leading zeros stay"
    return ""


def unknown_keys(unknown: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Name keys at the top level that are not read, with the known name that was probably meant."""
    named = [_unknown_key(key, value) for key, value in islice(unknown.items(), _NAMED_KEYS)]
    if len(unknown) > _NAMED_KEYS:
        named.append(f"Found {len(unknown) - _NAMED_KEYS} more unknown keys; none of them was read.")
    return tuple(Problem(text, grave=False) for text in named)


def _unknown_key(key: str, value: Any) -> str:
    near = _nearest(key)
    if not near and isinstance(value, dict):
        return f'Unknown key {quoted(key)} at the top level was not read; answers stand in "answers".'
    known = f'"{near}" was probably meant' if near else f"known keys are {', '.join(_KNOWN_KEYS)}"
    return f"Unknown key {quoted(key)} at the top level was not read; {known}."


def _nearest(key: str) -> str | None:
    """Return the known key that is spelt most like `key`."""
    near = difflib.get_close_matches(key[:_LONGEST].lower(), _KNOWN_KEYS, n=1)
    return near[0] if near else None


def group_of(submission: Submission) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the other students of a group, each once, and what is wrong with how the hand-in names them."""
    said: Any = submission.group
    if said is None:
        return (), ()
    if not isinstance(said, list):
        return (), (_group_fault('"group"', said),)
    if len(said) > _LARGEST:
        text = (
            f'"group": at most {_LARGEST} students were expected, found {len(said)}; none of them was read.'
        )
        return (), (Problem(text),)
    ids = [student_id(each) for each in said]
    faults = [_group_fault(f'"group"[{i}]', said[i]) for i, each in enumerate(ids) if each is None]
    others = tuple(each for each in dict.fromkeys(ids) if each not in (None, submission.student))
    return others, tuple(faults)


def listed(text: str) -> list[str]:
    """Return the students in a line such as "0012346, 0012347", which tables and printouts have."""
    return [each for each in map(str.strip, _BETWEEN.split(text)) if each]


def _group_fault(place: str, found: Any) -> Problem:
    what = 'a text such as "0012346"' if "[" in place else 'a list such as ["0012346"]'
    return Problem(f"{place}: {what} was expected, found {described(found)}; it was not read.")
