"""Where a reader is in its tokens, what it has noted, and the limits that it keeps."""

from dataclasses import dataclass, field
from itertools import accumulate
from typing import NoReturn

from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.vocabulary import Vocabulary

MAX_DEPTH = 50
COMMA = frozenset({","})

_SHOWN = 20  # characters of what a student wrote, in a message

_CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
_OPENING = frozenset(_CLOSING)
_CLOSED = frozenset(_CLOSING.values())


@dataclass(slots=True)
class Context:
    """What all parts of one reading share: the text, the names, the notes for the student."""

    text: str
    vocabulary: Vocabulary
    notes: list[str] = field(default_factory=list)
    # Whether a bar after the end of an absolute value begins another one inside the same bars.
    bars_nest: bool = False
    # Whether there is a sum.
    repeats: bool = False

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def shown(self, span: Span) -> str:
        """Return a part of the text as the student wrote it, with the brackets that open or close in it."""
        start, end = span
        while min(self._depths(start, end)) < 0 and (before := self.text[:start].rstrip())[-1:] in _OPENING:
            start = len(before) - 1
        while self.text[end : end + 1] in _CLOSED and self._depths(start, end)[-1] > 0:
            end += 1
        return self.text[start:end].strip()

    def _depths(self, start: int, end: int) -> list[int]:
        """Return how many brackets are open after each character: below 0 where others close."""
        text = self.text[start:end]
        return [*accumulate(((char in "([{") - (char in ")]}") for char in text), initial=0)]


def in_short(text: str) -> str:
    """Return the beginning of what a student wrote, for a message."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Cursor:
    """A place in a list of tokens that ends with one of kind `end`."""

    def __init__(self, context: Context, tokens: list[Token], bound: frozenset[str], depth: int) -> None:
        self.context = context
        self.tokens = tokens
        self.bound = bound  # the indices of the sums that the place is inside of
        self.depth = depth
        self.place = 0
        self.bars = 0  # absolute values that are open
        self.lists = 0  # lists of arguments that are open: a comma there separates

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    @property
    def next_token(self) -> Token:
        return self.tokens[min(self.place + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        """Tell whether an operator stands here."""
        token = self.tokens[self.place]
        return token.kind == "operator" and token.text in texts

    def take_if(self, *texts: str) -> bool:
        found = self.at(*texts)
        self.place += found
        return found

    def take_primes(self) -> int:
        """Take the primes that stand here; return how many."""
        primes = 0
        while self.take_if("'"):
            primes += 1
        return primes

    @property
    def at_end(self) -> bool:
        return self.token.kind == "end"

    def fault(self, reason: str, span: Span | None = None) -> ExpressionFault:
        return ExpressionFault(reason, self.context.text, span or self.token.span)

    def unexpected(self, wanted: str) -> ExpressionFault:
        """Return the fault that something else stands here than what is wanted."""
        shown = self.context.text[slice(*self.token.span)].strip()
        found = f"'{in_short(shown)}'" if shown else "the end"
        after = self.next_token
        if shown == "." and after.kind == "name":  # x.mean()
            found = f"'.{after.text}'; write functions in front, as in mean(x)"
        return self.fault(f"expected {wanted}, found {found}")

    def expected(self, wanted: str) -> NoReturn:
        raise self.unexpected(wanted)

    def close(self, opening: Token) -> Span:
        """Take the bracket that closes an opened one and return the span of both."""
        wanted = _CLOSING[opening.text]
        if not self.at(wanted):
            shown = wanted.removeprefix("\\")
            self.expected(f"{shown!r} to close what began at character {opening.span[0] + 1}")
        return opening.span[0], self.take().span[1]

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(f"nested deeper than {MAX_DEPTH}")

    def leave(self) -> None:
        self.depth -= 1

    def matching(self, place: int) -> int:
        """Return the place of the bracket that closes the one at a place; the end where none does."""
        depth = 0
        for other in range(place, len(self.tokens) - 1):
            token = self.tokens[other]
            if token.kind == "operator":
                depth += (token.text in _OPENING) - (token.text in _CLOSED)
                if depth == 0:
                    return other
        return len(self.tokens) - 1

    def slice(self, start: int, end: int) -> list[Token]:
        """Return some of the tokens, ended as a whole formula is."""
        return [*self.tokens[start:end], Token("end", "", (self.tokens[end].span[0],) * 2)]

    def braced(self) -> list[Token] | None:
        """Take a group in braces, if one stands here, and return the tokens in it."""
        if not self.at("{"):
            return None
        start, end = self.place + 1, self.matching(self.place)
        if self.tokens[end].kind == "end":
            self.place = end
            self.expected("'}' to close what began with '{'")
        self.place = end + 1
        return self.slice(start, end)

    def grouped(self) -> list[Token]:
        """Take a group in braces or one token, as LaTeX does, and return the tokens in it."""
        inside = self.braced()
        if inside is None:
            if self.at_end:
                self.expected("one more symbol")
            self.place += 1
            inside = self.slice(self.place - 1, self.place)
        return inside


def is_differential(tokens: list[Token], cursor: Cursor) -> bool:
    """Tell whether tokens begin with ∂, or with a d that is no name of the question."""
    first = tokens[0]
    if first.text == "∂":
        return True
    if first.kind != "name" or not first.text.startswith("d"):
        return False
    vocabulary = cursor.context.vocabulary
    return vocabulary.spelled(first.text) is None and vocabulary.factors(first.text, cursor.bound) is None


def nesting(token: Token) -> int:
    """Return 1 for what opens a bracket or anything like one, -1 for what closes one, else 0."""
    if token.kind == "operator":
        return (token.text in _OPENING) - (token.text in _CLOSED)
    if token.kind == "command":
        return (token.text in ("begin", "langle")) - (token.text in ("end", "rangle"))
    return 0


def split(tokens: list[Token], separators: frozenset[str]) -> list[list[Token]]:
    """Cut tokens at some of them, outside all brackets; each part is ended as a whole formula is."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[:-1]:
        depth += nesting(token)
        if depth == 0 and token.text in separators and token.kind in ("operator", "command", "name"):
            parts[-1].append(Token("end", "", (token.span[0],) * 2))
            parts.append([])
        else:
            parts[-1].append(token)
    parts[-1].append(tokens[-1])
    return parts
