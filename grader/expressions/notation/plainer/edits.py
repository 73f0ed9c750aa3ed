r"""Changes of a text: what is put for what is found, where brackets close, what stands in a call."""

import re
from collections.abc import Callable
from typing import NamedTuple

from grader.expressions.notation.vocabulary import Vocabulary

Change = tuple[str, str]  # what was written, and what was put for it

_OPENINGS, _CLOSINGS = "([{", ")]}"
_PAIRS = dict(zip(_OPENINGS + "〖", _CLOSINGS + "〗", strict=True))
MOST = 20  # of a kind, in a formula of a person's


class Put(NamedTuple):
    """What a text has from one place to another becomes something else."""

    start: int
    new: str
    end: int


def replaced(pattern: str, put: Callable[[re.Match[str]], str], text: str, changes: list[Change]) -> str:
    """Put something else for what is found, and note it."""

    def noted(found: re.Match[str]) -> str:
        new = put(found)
        if new != found[0]:
            changes.append((found[0], new))
        return new

    return re.sub(pattern, noted, text)


def beside_digits(found: re.Match[str], new: str) -> str:
    """Return what is put for something that was found; in brackets beside a digit, for 2n is not 25."""
    before, after = found.string[: found.start()].rstrip()[-1:], found.string[found.end() :].lstrip()[:1]
    return f"({new})" if before.isdigit() or after.isdigit() else new


def rewritten(text: str, pattern: str, put: Callable[[str, re.Match[str]], Put | None]) -> str:
    """Rewrite what is found, with what belongs to it: `put` says what becomes of the text around a match.

    What was put is looked at again, but for its first character. A match of which `put` says nothing stays.
    """
    place = 0
    for _ in range(MOST):
        found = re.compile(pattern).search(text, place)
        if found is None:
            break
        if (edit := put(text, found)) is None:
            place = found.end()
        else:
            text = f"{text[: edit.start]}{edit.new}{text[edit.end :]}"
            place = edit.start + 1
    return text


def put_for_call(found: re.Match[str], inside: str, new: str | None) -> Put | None:
    """Put something for a call of which a match has all up to its bracket, and `inside` what stands in it."""
    return None if new is None else Put(found.start(), new, found.end() + len(inside) + 1)


def inside(text: str, found: re.Match[str]) -> str | None:
    """Return what stands in the bracket that a match ends with; None where nothing closes it."""
    end = closing(text, found.end() - 1)
    return text[found.end() : end] if end < len(text) else None


def closing(text: str, start: int) -> int:
    """Return the place of the bracket that closes the one at a place, or the end of the text."""
    pair = text[start] + _PAIRS[text[start]]
    depth = 0
    for found in re.compile(f"[{re.escape(pair)}]").finditer(text, start):
        depth += 1 if found[0] == pair[0] else -1
        if depth == 0:
            return found.start()
    return len(text)


def opening(text: str, end: int) -> int | None:
    """Return the place of the bracket that is open at a place."""
    depth = 0
    for place in reversed(range(end)):
        depth += (text[place] in _CLOSINGS) - (text[place] in _OPENINGS)
        if depth < 0:
            return place
    return None


def arguments(text: str) -> list[str]:
    """Cut at commas, or the semicolons of a spreadsheet, outside brackets."""
    return cut_outside(text, "[,;]")


def cut_outside(text: str, pattern: str) -> list[str]:
    """Cut a text at what is outside all brackets."""
    parts, start, depth = [], 0, 0
    for found in re.finditer(rf"([(\[{{])|([)\]}}])|(?:{pattern})", text):
        depth += (found[1] is not None) - (found[2] is not None)
        if depth == 0 and found[1] is found[2] is None:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def operand(text: str, end: int, vocabulary: Vocabulary) -> int:
    """Return where the name, the call or the bracket begins that ends at a place, perhaps transposed."""
    start = end - 2 if text[:end].endswith((".T", "^T")) else end
    if not text[:start].endswith(")"):
        return _word(text, start)
    place = opening(text, start - 1)
    if place is None:
        return 0
    begin = _word(text, place)
    factor = text[begin : begin + 1].isdigit() or vocabulary.spelled(text[begin:place]) in vocabulary.symbols
    return place if factor else begin


def _word(text: str, end: int) -> int:
    start = end
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start
