"""Finds where everything stands in a TOML text: tomllib reads the values, this module finds their places.

It is given only texts that tomllib has read. So it checks nothing, but finds keys and values and steps over
them.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

Span = tuple[int, int]
Step = str | int

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # as many as two quotes more may belong to the text
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\n[ \t\n]*|.)", re.DOTALL)


@dataclass(slots=True)
class Place:
    """Where a table, an entry or an item of a list stands, as offsets, and what is inside it.

    `name` is its key, or the last word of its header; `value` what stands behind the `=`.
    """

    name: Span | None = None
    value: Span | None = None
    inner: dict[Step, "Place"] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """The place of the value where there is one, else of the name; for the whole file, its beginning."""
        return self.value or self.name or (0, 0)

    def nearest(self, path: Sequence[Step]) -> tuple["Place", int]:
        """Return the place of a path, as far as it is there, and how many of its steps that is."""
        place = self
        for depth, step in enumerate(path):
            if step not in place.inner:
                return place, depth
            place = place.inner[step]
        return place, len(path)


def places(text: str) -> Place:
    """Return the place of everything in a text that is TOML; its lines end as on Unix."""
    scanner = _Scanner(text)
    with suppress(RecursionError):  # nested as deeply as tomllib can read: what was found has to do
        scanner.document()
    return scanner.root


def offset_in(literal: str, index: int) -> int:
    """Return the offset of a text's character in the string as it is written, with quotes and escapes."""
    quotes = 3 if literal[:3] in ('"""', "'''") else 1
    offset = quotes
    if quotes == 3 and literal[offset] == "\n":
        offset += 1  # a line break right after the quotes does not count
    while index > 0 and offset < len(literal) - quotes:
        escape = _ESCAPE.match(literal, offset) if literal[0] == '"' else None
        if escape is None:
            offset, index = offset + 1, index - 1
            continue
        offset = escape.end()
        index -= "\n" not in escape[0]  # a backslash at the end of a line stands for nothing
    return offset


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = Place()

    def document(self) -> None:
        table = self.root
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.entry(table)
            self.skip(_GAP)

    def skip(self, pattern: re.Pattern[str]) -> Span:
        """Step over what a pattern finds here, if anything, and return its place."""
        start = self.at
        if found := pattern.match(self.text, start):
            self.at = found.end()
        return start, self.at

    def take(self, character: str) -> bool:
        found = self.text.startswith(character, self.at)
        self.at += len(character) * found
        return found

    def header(self) -> Place:
        """Read `[a.b]` or `[[a.b]]` and return the table that begins there."""
        many = self.take("[[")
        self.take("[")
        keys = self.keys()
        self.take("]]" if many else "]")
        table = self.root
        for key, span in keys[:-1]:
            table = _latest(table.inner.setdefault(key, Place(span)))
        key, span = keys[-1]
        place = table.inner.setdefault(key, Place(span))
        if many:
            place = place.inner.setdefault(len(place.inner), Place(span))
        place.name = span  # an earlier [a.b.c] has named only the way to [a.b]
        return place

    def entry(self, table: Place) -> None:
        keys = self.keys()
        self.take("=")
        self.skip(_SPACE)
        for key, span in keys:
            table = table.inner.setdefault(key, Place(span))
        self.value(table)

    def keys(self) -> list[tuple[str, Span]]:
        """Read a key with its dots, and the blanks around it."""
        keys = []
        while True:
            self.skip(_SPACE)
            quoted = self.text[self.at : self.at + 1] in ('"', "'")
            span = self.skip(_STRING if quoted else _WORD)
            word = self.text[slice(*span)]
            keys.append((_unquoted(word) if quoted else word, span))
            self.skip(_SPACE)
            if not self.take("."):
                return keys

    def value(self, place: Place) -> None:
        start = self.at
        if self.text[start] in "\"'":
            self.skip(_STRING)
        elif self.take("["):
            self.items(place)
        elif self.take("{"):
            self.fields(place)
        else:
            start, end = self.skip(_PLAIN)
            self.at = start + len(self.text[start:end].rstrip())
        place.value = (start, self.at)

    def items(self, place: Place) -> None:
        self.skip(_GAP)
        while not self.take("]"):
            item = place.inner.setdefault(len(place.inner), Place())
            self.value(item)
            self.skip(_GAP)
            self.take(",")
            self.skip(_GAP)

    def fields(self, place: Place) -> None:
        self.skip(_GAP)
        while not self.take("}"):
            self.entry(place)
            self.skip(_GAP)
            self.take(",")
            self.skip(_GAP)


def _latest(place: Place) -> Place:
    """Return the table to which a header belongs, which is the last one of a list of tables."""
    items = [inner for step, inner in place.inner.items() if isinstance(step, int)]
    return items[-1] if items else place


def _unquoted(word: str) -> str:
    if word[0] == "'":
        return word[1:-1]
    return _ESCAPE.sub(lambda found: _meaning(found[0]), word[1:-1])


def _meaning(escape: str) -> str:
    short = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
    if escape[1] in "uUx":
        return chr(int(f"0x{escape[2:]}", 0))
    return short.get(escape[1], escape[1])
