r"""Indicator functions: 1[j = k], \mathbb{1}\{…\}, I(…): 1 where the condition holds, 0 elsewhere; ¬(…)."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.real import COMPARE
from grader.expressions.tree import Call, Infix, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

RELATIONS = frozenset(COMPARE)
_AND, _OR = ("∧", "&", "and", "und", "et"), ("∨", "or", "oder", "ou")
CONNECTIVES = dict.fromkeys(_AND, "∧") | dict.fromkeys(_OR, "∨")
_CLOSINGS = frozenset({")", "]", "}", r"\}"})


def read_indicator(parser: "Parser") -> Tree:
    """Read the condition behind the sign of an indicator function."""
    parser.take_if("_")
    if not parser.at("(", "[", "{", r"\{"):
        parser.expected("brackets with the condition of the indicator function")
    opening = parser.take()
    nested = parser.take() if _encloses_all(parser) else None
    condition = parser.clause(equal=True)
    while parser.take_if(","):
        other = parser.clause(equal=True)
        condition = Infix("*", condition, other, (condition.span[0], other.span[1]))
    if nested is not None:
        parser.close(nested)
    parser.close(opening)
    if not is_condition(condition):
        raise parser.fault("a condition such as j = k is expected here", condition.span)
    return condition


def connects(parser: "Parser", sign: str = "") -> bool:
    """Tell whether 'and' or 'or' stands here, or one `sign` of them."""
    token, vocabulary = parser.token, parser.context.vocabulary
    means = CONNECTIVES.get(token.text)
    if means is None or (sign and means != sign):
        return False
    word = token.kind == "name"
    known = word and (vocabulary.spelled(token.text) or vocabulary.factors(token.text, parser.bound))
    return not known and (word or token.kind == "operator")


def read_connected(parser: "Parser", *, equal: bool, first: Tree | None = None) -> Tree:
    """Read an expression, or conditions with 'and' and 'or' between them; the `first` may be read already."""
    either = _read_all(parser, first, equal=equal)
    while connects(parser, "∨"):
        other = _read_next(parser, either, equal=equal, with_and=True)
        either = Call("max", 0, (either, other), (either.span[0], other.span[1]))
    return either


def _read_all(parser: "Parser", first: Tree | None, *, equal: bool) -> Tree:
    every = parser.compared(equal=equal) if first is None else first
    while connects(parser, "∧"):
        other = _read_next(parser, every, equal=equal, with_and=False)
        every = Infix("*", every, other, (every.span[0], other.span[1]))
    return every


def _read_next(parser: "Parser", before: Tree, *, equal: bool, with_and: bool) -> Tree:
    sign = parser.take()
    if sign.text == "&":
        parser.take_if("&")  # as programs write it
    after = _read_all(parser, None, equal=equal) if with_and else parser.compared(equal=equal)
    if not (is_condition(before) and is_condition(after)):
        either = "unknown name or; write one formula"
        both = "'and' and 'or' stand between conditions such as a < b"
        raise parser.fault(either if sign.text == "or" else both, sign.span)
    return after


def read_negation(parser: "Parser", sign: str, span: Span) -> Tree:
    """Read ¬(a = b), also as programs write it: 1 where the condition does not hold.

    A ~ in front of anything else is a gap, as in LaTeX.
    """
    operand = read_indicator(parser) if sign != "~" and parser.at("(", "[") else parser.operand()
    if is_condition(operand):
        return Infix("-", Number(1.0, span), operand, (span[0], operand.span[1]))
    if sign == "~":
        return operand
    raise parser.fault("a condition in brackets is expected behind 'not'", span)


def _encloses_all(parser: "Parser") -> bool:
    """Tell whether all of the condition stands in brackets of its own: 1_{[j = k]}, not 1[(a + b) c > 0]."""
    if not parser.at("[", "(", r"\{"):
        return False
    end = parser.matching(parser.place) + 1
    return end < len(parser.tokens) and parser.tokens[end].text in _CLOSINGS


def is_condition(tree: Tree) -> bool:
    """Tell whether a tree is a comparison, or several with 'and', 'or' and 'not'."""
    match tree:
        case Infix("*", left, right) | Call("max", 0, (left, right)):
            return is_condition(left) and is_condition(right)
        case Infix("-", Number(1.0), operand):
            return is_condition(operand)
        case Infix(operator):
            return operator in RELATIONS
    return False
