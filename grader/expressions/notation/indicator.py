r"""Indicator functions: 1[j = k], \mathbb{1}\{…\}, I(…): 1 where the condition holds, 0 elsewhere; ¬(…)."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.tree import Infix, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

RELATIONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_CLOSINGS = frozenset({")", "]", "}", r"\}"})


def read_indicator(parser: "Parser") -> Tree:
    """Read the condition behind the sign of an indicator function."""
    parser.take_if("_")
    if not parser.at("(", "[", "{", r"\{"):
        parser.expected("brackets with the condition of the indicator function")
    opening = parser.take()
    nested = parser.take() if _encloses_all(parser) else None
    condition = parser.clause(equal=True)
    if nested is not None:
        parser.close(nested)
    parser.close(opening)
    if not is_condition(condition):
        raise parser.fault("a condition such as j = k is expected here", condition.span)
    return condition


def read_negation(parser: "Parser", sign: str, span: Span) -> Tree:
    """Read ¬(a = b), also as programs write it: 1 where the condition does not hold.

    A ~ in front of anything else is a gap, as in LaTeX.
    """
    operand = read_indicator(parser) if sign != "~" and parser.at("(", "[") else parser.operand()
    if is_condition(operand):
        return Infix("-", Number(1.0, span), operand, (span[0], operand.span[1]))
    if sign == "~":
        return operand
    raise parser.fault("a condition in brackets is expected behind 'not'", operand.span)


def _encloses_all(parser: "Parser") -> bool:
    """Tell whether all of the condition stands in brackets of its own: 1_{[j = k]}, not 1[(a + b) c > 0]."""
    if not parser.at("[", "(", r"\{"):
        return False
    end = parser.matching(parser.place) + 1
    return end < len(parser.tokens) and parser.tokens[end].text in _CLOSINGS


def is_condition(tree: Tree) -> bool:
    """Tell whether a tree is a comparison, or several that all must hold."""
    if not isinstance(tree, Infix):
        return False
    return tree.operator in RELATIONS or (
        tree.operator == "*" and is_condition(tree.left) and is_condition(tree.right)
    )
