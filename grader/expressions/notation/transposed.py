"""Transposed matrices: X^T, and as people run it together, X^TX and X^Ty."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.notation.by_components import ONES
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.partial import derived
from grader.expressions.tree import Call, Infix, Minus, Name, Number, Tree, names_in, walk

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_COMMANDS = frozenset({"top", "intercal", "transpose", "mathsf"})


def read_transposed(parser: "Parser", base: Tree) -> Tree | None:
    """Take the T of x^T, and of A^{-T} the inverse, unless T has a meaning of its own."""
    braced, end = parser.at("{"), parser.matching(parser.place)
    if braced and parser.tokens[end].kind == "end":
        return None  # what nothing closes is told where the exponent is read
    inside = parser.slice(parser.place + 1, end) if braced else [parser.token]
    token = inside[0]
    inverse = token.text == "-" and len(inside) > 2
    if inverse:
        token = inside.pop(1)
    if not braced and _has_factors_behind(parser, token):
        start, end = token.span
        parser.tokens[parser.place] = Token("name", token.text[1:], (start + 1, end))
        return transpose(parser, base, (base.span[0], start + 1))
    is_command = token.kind == "command" and token.text in _COMMANDS
    is_letter = token.text == "T" and parser.context.vocabulary.spelled("T") is None
    if (not is_command and not is_letter) or len(inside) > 2:
        return None
    parser.place += (3 if braced else 1) + inverse
    span = base.span[0], token.span[1]
    if inverse:
        base = Infix("^", base, Minus(Number(1.0, span), span), span)
    return transpose(parser, base, span)


def transpose(parser: "Parser", base: Tree, span: Span) -> Tree:
    """Return what is transposed; a 1 is the vector of ones, for a number is not transposed."""
    if base == Number(1.0) and not parser.context.vocabulary.of_numbers:
        base = Call(ONES, 0, (), base.span)
    return Call("transpose", 0, (base,), span)


def ones_behind(left: Tree, right: Tree) -> Tree:
    """Return the last factor of 1^T A 1, where a 1 is the vector of ones again."""
    if right != Number(1.0):
        return right
    first = left
    while isinstance(first, Infix):
        first = first.left
    match first:
        case Call("transpose", 0, (Call(function),)) if function == ONES:
            return Call(ONES, 0, (), right.span)
    return right


def read_primed(parser: "Parser", base: Tree) -> Tree | None:
    """Take the prime of (x - y)', where it can only be a transposition: nothing inside is a function.

    Of numbers it is a derivative: of (x^2)' by the one name in it.
    """
    if parser.tokens[parser.place - 1].text not in (")", "]"):
        return None
    vocabulary = parser.context.vocabulary
    if vocabulary.of_numbers:
        if isinstance(base, Call) and base.function in vocabulary.functions and parser.next_token.text == "(":
            return None  # (f)'(x)
        names = sorted(names_in(base) & vocabulary.symbols.keys())
        if len(names) != 1:
            return None
        parser.place += 1
        at = parser.tokens[parser.place : parser.place + 3]
        parser.place += 3 * ([token.text for token in at] == ["(", names[0], ")"])  # (f/g)'(x)
        return derived(
            base, Name(names[0], base.span), (base.span[0], parser.tokens[parser.place - 1].span[1])
        )
    functions = {node.function for node in walk(base) if isinstance(node, Call)}
    if functions - {"transpose", "primed", "vec"}:
        return None
    return Call("primed", 0, (base,), (base.span[0], parser.take().span[1]))


def _has_factors_behind(parser: "Parser", token: Token) -> bool:
    """Tell whether a word behind '^' is a T and what the transposed is multiplied with."""
    if token.kind != "name" or token.text[0] != "T" or token.text == "T" or _is_known(parser, "T"):
        return False
    return not _is_product(parser, token.text) and _is_product(parser, token.text[1:])


def _is_known(parser: "Parser", word: str) -> bool:
    return parser.context.vocabulary.spelled(word) is not None


def _is_product(parser: "Parser", word: str) -> bool:
    """Tell whether a word is a name, or names side by side."""
    return _is_known(parser, word) or parser.context.vocabulary.factors(word, parser.bound) is not None
