r"""A student's text to tokens: plain text, LaTeX and Unicode, also mixed. Limits come first.

What only sets type (`\left`, `\,`, `\displaystyle`, `$`) is dropped here; what means the same is made the
same (`\times` and `×` are `*`). The spans are places in the text as the student wrote it.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.greek import GREEK
from grader.expressions.notation.characters import (
    DROPPED,
    ENTITIES,
    FRACTIONS,
    GREEK_NAMES,
    INDICATOR,
    INVISIBLE,
    LOWERED,
    RAISED,
    SAME,
    SET_UPRIGHT,
    TRANSLATION,
    described,
    looks_like,
)
from grader.expressions.tokens import MAX_LENGTH, MAX_TOKENS


class Token(NamedTuple):
    """A word of a formula and its place. `kind` is number, name, command, operator, raised or end."""

    kind: str
    text: str
    span: Span


_REST = rf"[A-Za-z0-9{INVISIBLE}]*"  # of a word or a subscript, both of which begin with what is seen
_TOKEN = re.compile(
    rf"""
    (?P<tilde>(?<![\w)\]}}~])~(?=\())
  | (?P<space>[\s$]+|~|\\(?:left|right)\s*\.)
  | (?P<operator>\*\*|<=|>=|==|!=|:=|[-+*·⨯¬∧∨/^_@<>()\[\]{{}},;:!'=|%√∂∘≤≥≠≔])
  | (?P<name>[A-Za-z]{_REST}(?:[{"".join(LOWERED)}]+|(?:_[{INVISIBLE}]*[A-Za-z0-9]{_REST})*))
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z0-9_]))?)
  | \\(?:{"|".join(SET_UPRIGHT)})\*?\s*\{{[\s,]*(?P<upright>\\?[A-Za-z][A-Za-z0-9]*|1)[\s.,:]*\}}
  | (?P<double>″|‖|\\\||\\[lr]?Vert(?![A-Za-z]))
  | (?P<command>\\(?:[A-Za-z]+|.|$))
  | (?P<greek>[{"".join(GREEK)}][{"".join(LOWERED)}]*)
  | (?P<entity>&[a-z]+;)
  | (?P<cell>&)
  | (?P<raised>[{"".join(RAISED)}]+)
  | (?P<fraction>[{"".join(FRACTIONS)}])
  | (?P<indicator>{INDICATOR})
  | (?P<hidden>[{INVISIBLE}]+)
  | (?P<arrow>[⇒⟹∴])
  | (?P<transposed>\.T(?![A-Za-z0-9_]))
  | (?P<dots>\.\.\.+|[…⋯])
  | (?P<infty>∞)
  | (?P<stop>\.)
  | (?P<unknown>.)
    """,
    re.VERBOSE,
)
_READY = frozenset({"name", "number"})
# What stands before a bar, or is one, that opens or closes.
_TWO_PAIRS = 3
_OPENS = frozenset({"left", "bigl", "Bigl", "biggl", "Biggl", "lvert"})
_CLOSES = frozenset({"right", "bigr", "Bigr", "biggr", "Biggr", "rvert"})
_OPERATORS = {"**": "^", "≤": "<=", "≥": ">=", "≠": "!=", "≔": ":="}


def tokenize(text: str) -> tuple[list[Token], list[str]]:
    """Split a text into tokens, the last one of kind `end`; also return notes on what was skipped.

    Raises ExpressionFault for a text over the limits or a character that has no meaning.
    """
    if len(text) > MAX_LENGTH:
        reason = f"too long: {len(text)} characters, where at most {MAX_LENGTH} are read"
        raise ExpressionFault(reason, text[:MAX_LENGTH], (MAX_LENGTH - 1, MAX_LENGTH))
    lexer = _Lexer(text)
    lexer.run()
    return lexer.tokens, lexer.notes


class _Lexer:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = text if text.isascii() else text.translate(TRANSLATION)
        self.tokens: list[Token] = []
        self.notes: list[str] = []
        self.bars: list[tuple[int, bool]] = []  # places of tokens, and whether they open

    def run(self) -> None:
        start, end = self._inside_backticks()
        add, ascii_only = self.tokens.append, self.text.isascii()
        for match in _TOKEN.finditer(self.plain, start, end):
            kind = match.lastgroup or ""
            if kind == "space":
                continue
            text = match[0]
            if ascii_only and (kind in _READY or (kind == "operator" and text not in _OPERATORS)):
                add(Token(kind, text, match.span()))
            else:
                self._take(kind, match)
        if len(self.bars) > _TWO_PAIRS:
            self._tell_bars_apart()
        self.tokens.append(Token("end", "", (end, end)))
        if len(self.tokens) > MAX_TOKENS:
            place = self.tokens[MAX_TOKENS].span
            raise ExpressionFault(f"too long: more than {MAX_TOKENS} symbols", self.text, place)

    def _inside_backticks(self) -> Span:
        """Return the part of the text to read: what stands between backticks, where they enclose all."""
        stripped = self.plain.strip()
        if len(stripped) > 2 and stripped[0] == stripped[-1] == "`":
            return self.plain.index("`") + 1, self.plain.rindex("`")
        return 0, len(self.plain)

    def _add(self, kind: str, text: str, span: Span) -> None:
        self.tokens.append(Token(kind, text, span))

    def _take(self, kind: str, match: re.Match[str]) -> None:
        text, span = match[0], match.span()
        match kind:
            case "number" | "fraction":
                self._add(kind, text, span)
            case "name" | "greek":
                self._name(text, span)
            case "operator" | "cell" | "stop" | "tilde":
                self._add("operator", _OPERATORS.get(text, text), span)
            case "command":
                self._command(text[1:], span)
            case "upright":
                self._upright(match["upright"], span)
            case "raised":
                self._add("raised", "".join(RAISED[c] for c in text), span)
            case "double":
                self.tokens += [Token("operator", "'" if text == "″" else "|", span)] * 2
            case "transposed":  # as programs write it: X.T
                self._add("operator", "^", (span[0], span[0] + 1))
                self._add("name", "T", (span[0] + 1, span[1]))
            case "arrow":
                self._add("command", "implies", span)
            case "indicator" | "dots" | "infty":
                self._add("command", kind, span)
            case "hidden":
                self.notes.append("an invisible character was skipped")
            case _:
                self._odd(text, span)

    def _odd(self, text: str, span: Span) -> None:
        """Take an HTML entity, or refuse what has no meaning."""
        if text.startswith("&"):
            if text[1:-1] not in ENTITIES:
                raise ExpressionFault(f"unknown entity {text}", self.text, span)
            self._add("operator", ENTITIES[text[1:-1]], span)
            return
        character = self.text[span[0]]
        reason = f"{described(character)} has no meaning in a formula{looks_like(character)}"
        raise ExpressionFault(reason, self.text, span)

    def _name(self, text: str, span: Span) -> None:
        if not text.isascii():
            shown = "".join(c for c in text if c not in INVISIBLE)
            if shown != text:
                self.notes.append(f"an invisible character inside {shown} was skipped")
            base = shown.rstrip("".join(LOWERED))
            sub = "".join(LOWERED[c] for c in shown[len(base) :])
            text = GREEK.get(base, base) + (f"_{sub}" if sub else "")
        self._add("name", text, span)

    def _upright(self, word: str, span: Span) -> None:
        if word == "1":
            self._add("command", "indicator", span)
        elif word.startswith("\\"):
            self._command(word[1:], span)
        else:
            self._add("name", word, span)

    def _tell_bars_apart(self) -> None:
        r"""Write abs(…) for what stands between \left| and \right|, where some stand inside others."""
        pairs: list[tuple[int, int]] = []
        opened: list[int] = []
        for place, opens in self.bars:
            if opens:
                opened.append(place)
            elif opened:
                pairs.append((opened.pop(), place))
        if not any(outer < inner for (inner, _), (outer, _) in pairwise(pairs)):
            return
        written = {closing: [("operator", ")")] for _, closing in pairs}
        written |= {opening: [("name", "abs"), ("operator", "(")] for opening, _ in pairs}
        self.tokens = [
            Token(kind, text, token.span)
            for place, token in enumerate(self.tokens)
            for kind, text in written.get(place, [token[:2]])
        ]

    def _command(self, name: str, span: Span) -> None:
        if name in _OPENS or name in _CLOSES:
            bar = name in SAME or self.plain[span[1] : span[1] + 3].lstrip()[:1] == "|"
            self.bars += [(len(self.tokens), name in _OPENS)] * bar
        if name in DROPPED:
            return
        if name in SAME:
            self._add("operator", SAME[name], span)
        elif name in GREEK_NAMES:
            self._add("name", name.removeprefix("var"), span)
        elif not name or name == "\n":
            raise ExpressionFault("a backslash without a command", self.text, span)
        else:
            self._add("command", name, span)
