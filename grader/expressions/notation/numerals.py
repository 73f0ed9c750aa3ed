"""Numbers as people write them: 1,000 and 1 000, 1,5 and 1{,}5, 1½."""

import math
import re
from typing import TYPE_CHECKING

from grader.expressions.notation.characters import FRACTIONS
from grader.expressions.notation.cursor import in_short
from grader.expressions.notation.indicator import RELATIONS, read_indicator
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.matrices import read_ones
from grader.expressions.tree import Infix, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

COMMA_INSIDE = "a comma inside a number; write a point for decimals, or a blank behind it in a list"
_COMPARES = RELATIONS | {"="}
_GROUP = re.compile(r"[0-9]{3}(\.[0-9]*)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+")


def read_number(parser: "Parser") -> Tree:
    """Read a number, and put together one that is written with commas or gaps."""
    token = parser.take()
    text, span = token.text, token.span
    if text == "1" and parser.at("[", "(") and _is_condition(parser):
        return read_indicator(parser)
    if text == "1" and parser.at("_"):
        ones = read_ones(parser, token)
        if ones is not None or parser.next_token.text == "{":
            return ones or read_indicator(parser)
    if parser.token.kind in ("operator", "number", "fraction"):
        if parser.token.kind == "fraction" and parser.token.span[0] == span[1]:
            return _mixed(parser, float(text))
        text, end = _continued(parser, text, span[1])
        span = span[0], end
    value = float(text)
    if not math.isfinite(value):
        raise parser.fault(f"{in_short(text)} is too large a number", span)
    if value == 0 and re.search(r"[1-9]", re.split("[eE]", text)[0]):
        raise parser.fault(f"{in_short(text)} is too small a number", span)
    return Number(value, span)


def _is_condition(parser: "Parser") -> bool:
    """Tell whether something is compared in the brackets that begin here: they are an indicator's."""
    inside = parser.tokens[parser.place : parser.matching(parser.place)]
    return any(token.text in _COMPARES and token.kind == "operator" for token in inside)


def read_fraction(parser: "Parser") -> Tree:
    """Read a fraction that is one character."""
    token = parser.take()
    above, below = FRACTIONS[token.text]
    return Infix("/", Number(float(above), token.span), Number(float(below), token.span), token.span)


def read_percent(parser: "Parser", base: Tree) -> Tree:
    """Read a percent sign behind an operand; what follows it without a sign is what it is a part of."""
    sign = parser.take()
    share = Infix("/", base, Number(100.0, sign.span), (base.span[0], sign.span[1]))
    if parser.token.text == "of" and parser.context.vocabulary.spelled("of") is None:
        parser.place += 1
    elif (parser.begins_operand() or parser.token.kind == "number") and not _is_of_a_part(parser, base, sign):
        raise parser.fault("'%' is a percent sign; nothing can follow it without an operator", sign.span)
    return share


def _is_of_a_part(parser: "Parser", base: Tree, sign: Token) -> bool:
    """Tell whether a percent sign is one, as in 5% b: x % y is what programs write for a remainder."""
    attached = base.span[1] == sign.span[0] and parser.token.span[0] > sign.span[1]
    return parser.token.kind != "number" and (attached or parser.context.text[sign.span[0]] == "\\")


def _mixed(parser: "Parser", whole: float) -> Tree:
    """Read 1½ as one and a half."""
    start = parser.tokens[parser.place - 1].span[0]
    token = parser.take()
    above, below = FRACTIONS[token.text]
    span = start, token.span[1]
    parser.context.note(f"{parser.context.shown(span)} is read as {whole + above / below:g}")
    return Number(whole + above / below, span)


def _continued(parser: "Parser", text: str, end: int) -> tuple[str, int]:
    """Return a number with the digits after its commas and gaps, and where it ends."""
    start, first = parser.place, end
    written, plain = text, False
    while parser.place < len(parser.tokens) - 1:
        ahead = parser.tokens[parser.place : parser.place + 4]
        texts = [token.text for token in ahead]
        if texts[:3] == ["{", ",", "}"] and ahead[-1].kind == "number" and len(ahead) == 4:
            step, plain = 4, True
        elif texts[0] == "," and len(ahead) > 1 and ahead[1].kind == "number" and not parser.lists:
            step = 2
            if ahead[0].span[0] != end or _gap(parser, ahead[0].span[1], ahead[1].span[0]):
                break
            plain = True
        elif ahead[0].kind == "number" and _GROUP.fullmatch(ahead[0].text) and ahead[0].span[0] > end:
            step = 1
        else:
            break
        parser.place += step
        token = parser.tokens[parser.place - 1]
        written, end = f"{written},{token.text}", token.span[1]
    if written == text:
        return text, end
    span = parser.tokens[start - 1].span[0], end
    shown = parser.context.shown(span)
    if _GROUPED.fullmatch(written):
        meant = written.replace(",", "")
    elif plain and _DECIMAL_COMMA.fullmatch(written):
        meant = written.replace(",", ".")
    elif plain:
        raise parser.fault(COMMA_INSIDE, span)
    else:
        parser.place, end = start, first
        return text, end
    parser.context.note(f"{shown} is read as {meant}")
    return meant, end


def _gap(parser: "Parser", start: int, end: int) -> bool:
    """Tell whether something other than a thin negative space is between two places."""
    between = parser.context.text[start:end]
    return between != "" and not between.startswith("\\!")
