"""What a JSON parser drops without a word: one of two values of a key that stands twice, very small numbers.

These it makes 0: afterwards nothing tells them from a 0 that was written.

Looking at every key costs more than parsing. So a count comes first that proves, for nearly every hand-in,
that there is no such key; only where it proves nothing does the text get parsed again, key by key.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from grader.exchange.findings.wording import step_into
from grader.schemas.faults import Problem
from grader.schemas.submission import Submission

# Python turns any run of up to this many digits into an integer, however its limit is set.
_SAFE_DIGITS = 640
_ALL_ZERO = bytes.maketrans(b"123456789", b"000000000")
_NAMED = 10  # of very many; a file full of repeated keys must not fill the report

_Repeats: TypeAlias = dict[int, list[str]]


def surely_none(written: int, submission: Submission) -> bool:
    r"""Prove cheaply that no key stands twice in an object; False means only "not proven".

    `written` is the number of colons in the text that `submission` was parsed from, by `written_colons`.
    Outside of strings a JSON text has exactly one colon for each key, so

        colons in the text  =  keys in the text  +  colons in strings of the text.

    Parsing can only lose some of these: of a key that stands twice, one value goes, with all keys and
    strings in it. So keys and colons in strings that were parsed never come to more than the colons in
    the text, and they come to as many only if nothing was dropped. (A parsed colon that is no colon in the
    text can only come from the escape `\u003a`, which `written_colons` looks for.) What the count of the
    parsed side leaves out for speed makes it smaller: that can lose the proof but never give a false one.
    """
    # The set of fields has the unknown keys in it too.
    return written == len(submission.model_fields_set) + _colons(submission.answers)


def written_colons(data: bytes) -> int:
    r"""Count the colons in a text, or give -1, which proves nothing, where one may be escaped as `\u003a`.

    Best called before the text is parsed, while it is still in the processor's cache.
    """
    # An escape lies between the first and the last backslash; mostly these are close to each other.
    first = data.find(b"\\")
    if first >= 0 and data.find(b"\\u003", first, data.rfind(b"\\") + 6) >= 0:
        return -1
    return data.count(b":")


def _colons(value: dict[str, Any]) -> int:
    """Count the colons that it takes to write an object as JSON, or fewer.

    Keys and lists of other things than objects are not looked into, and a list of objects is taken for
    a table of flat rows.
    """
    colons = len(value)
    for item in value.values():
        kind = type(item)
        if kind is str:
            colons += item.count(":")
        elif kind is dict:
            colons += _colons(item)
        elif kind is list and set(map(type, item)) == {dict}:
            colons += sum(map(len, item))
    return colons


class Repeated(NamedTuple):
    """Keys that stand more than once in their object.

    `places` has the first of them, outer ones first, and `number` says how many there are; `outermost` are
    those of the object that all others are in.
    """

    places: list[str]
    number: int
    outermost: list[str]


def load(text: str) -> tuple[Any, Repeated]:
    """Parse JSON and give the value and the keys that stand twice in their object.

    Raises `json.JSONDecodeError`, and `RecursionError` where it is nested too deeply for that.
    """
    repeats: _Repeats = {}
    keep: list[dict[str, Any]] = []  # or another object could get the identity of one that was dropped

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            keep.append(value)
            repeats[id(value)] = _repeated(pairs)
        return value

    # The parser's own way to read integers is much faster, but refuses long ones.
    is_long = b"0" * (_SAFE_DIGITS + 1) in text.encode("utf-8", "surrogatepass").translate(_ALL_ZERO)
    value = json.loads(text, object_pairs_hook=made, parse_int=_integer if is_long else None)
    places = [*islice(_places(value, "", repeats), _NAMED + 1)] if repeats else []
    number = len(places) if len(places) <= _NAMED else sum(map(len, repeats.values()))
    return value, Repeated(places[:_NAMED], number, repeats.get(id(value), []))


def _repeated(pairs: list[tuple[str, Any]]) -> list[str]:
    """Return the keys that stand more than once, each once."""
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    for key, _ in pairs:
        if key in seen:
            repeated[key] = None
        seen.add(key)
    return [*repeated]


def _integer(digits: str) -> int | float:
    """Read an integer; one that is longer than any quantity becomes infinite instead of an error."""
    return int(digits) if len(digits) <= _SAFE_DIGITS else float(digits)


def _places(value: Any, place: str, repeats: _Repeats) -> Iterator[str]:
    """Yield the place of each repeated key, outer ones first.

    An object that was dropped itself is not met here; then the key that it was dropped for is.
    """
    if isinstance(value, dict):
        for key in repeats.get(id(value), ()):
            yield step_into(place, key)
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                yield from _places(item, step_into(place, key), repeats)
    else:
        for position, item in enumerate(value):
            if isinstance(item, (dict, list)):
                yield from _places(item, f"{place}[{position}]", repeats)


_MOST = 10  # that are named
_LOOKED_AT = 1000
_LONGEST = 100  # digits before the exponent
# Exponents from -100 on: the least number above 0 is 4.9e-324.
_EXPONENT = re.compile(rb"[eE]-[0-9]{3,20}(?![0-9])")
_DIGITS = re.compile(rb"[0-9]+(?:\.[0-9]+)?\Z")
# What stands around a whole value, a number or a text; the numbers in a formula or a sentence are none.
_BEFORE = re.compile(rb"[\[:,\"]\s*[-+]?\Z")
_AFTER = re.compile(rb"\s{0,100}[,\]}\"]")


def numbers_read_as_0(data: bytes, first_line: int) -> tuple[Problem, ...]:
    """Return a notice for each number in a JSON text that is not 0 but is read as 0."""
    # Hardly any hand-in has such an exponent, and looking for two bytes takes a microsecond.
    if b"e-" not in data and b"E-" not in data:
        return ()
    return tuple(islice(_notices(data, first_line), _MOST))


def _notices(data: bytes, first_line: int) -> Iterator[Problem]:
    for exponent in islice(_EXPONENT.finditer(data), _LOOKED_AT):
        digits = _DIGITS.search(data, max(exponent.start() - _LONGEST, 0), exponent.start())
        if digits is None or not digits[0].strip(b"0."):
            continue
        start = digits.start()
        before = data[max(start - _LONGEST, 0) : start]
        if _BEFORE.search(before) is None or _AFTER.match(data, exponent.end()) is None:
            continue
        number = digits[0] + exponent[0]
        if float(number) == 0.0:
            line = first_line + data.count(b"\n", 0, exponent.start())
            yield Problem(f"Line {line}: {number.decode()} is too small a number; read as 0.", grave=False)
