"""Plain text to tokens. Limits come first: no work is done on a text that is too long."""

import re
from typing import Literal, NamedTuple

from grader.expressions.faults import ExpressionFault, Span

MAX_LENGTH = 2000
MAX_TOKENS = 1000

Kind = Literal["number", "name", "operator", "end"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)
  | (?P<operator>\*\*|<=|>=|==|!=|[-+*/^@<>()\[\],':])
    """,
    re.VERBOSE,
)

# Characters of a word processor, and what a key has in their place.
_MEANT = {
    **dict.fromkeys("×·⋅∙", "*"),
    **dict.fromkeys("−–—", "-"),
    **dict.fromkeys("’′´`‘", "'"),
    "÷": "/",
    "²": "^2",
    "³": "^3",
    "√": "sqrt( )",
    "≤": "<=",
    "≥": ">=",
    "=": "== for a comparison; the name before the = is enough for what is worked out",
    "%": "mod(a, b) for a remainder, 0.01 for 1 %",
    "!": "prod(k for k in range(1, 5)) for 4!",
    "?": "where(condition, a, b)",
    "&": "(a) * (b) for two conditions",
    "|": "abs(x)",
    "°": "*pi/180",
    "{": "( )",
    "}": "( )",
    "\\": "names and functions without it, as in sigma",
}


class Token(NamedTuple):
    """A word of an expression and its place."""

    kind: Kind
    text: str
    span: Span


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens, the last one of kind `end`.

    Raises ExpressionFault for a text over the limits or a character that has no meaning.
    """
    if len(text) > MAX_LENGTH:
        reason = f"too long: {len(text)} characters, where at most {MAX_LENGTH} are read"
        raise ExpressionFault(reason, text[:MAX_LENGTH], (MAX_LENGTH - 1, MAX_LENGTH))
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            found = text[place]
            hint = f"; write {_MEANT[found]}" if found in _MEANT else ""
            if found.isalpha():
                hint = "; a name has only the letters a to z, digits and '_'"
            if text[place : place + 2] == ".T":
                hint = "; write transpose(A)"
            elif found == "." and text[place - 1 : place].isalpha():  # np.sqrt, math.pi
                hint = "; functions and constants stand alone, as in sqrt(x)"
            raise ExpressionFault(f"unexpected character {found!r}{hint}", text, (place, place + 1))
        if match.lastgroup != "space":
            tokens.append(_token(match))
        if len(tokens) > MAX_TOKENS:
            raise ExpressionFault(f"too long: more than {MAX_TOKENS} symbols", text, match.span())
        place = match.end()
    tokens.append(Token("end", "", (len(text), len(text))))
    return tokens


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    if match.lastgroup == "number":
        return Token("number", text, match.span())
    if match.lastgroup == "name":
        return Token("name", text, match.span())
    return Token("operator", "^" if text == "**" else text, match.span())
