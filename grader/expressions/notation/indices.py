"""The indices of a component: o_j, p_{y_i}, W_{jk}, W_{j,k}, z_{k-1}, w_{11}."""

import re
from typing import TYPE_CHECKING, TypeGuard

from grader.expressions.faults import Span
from grader.expressions.notation.cursor import COMMA, split
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tree import Call, Component, Name, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_LONGEST = 40  # characters of a name among letters
# Of a long word its end will do: each of its letters may be the first of a name.
NAME = r"(\\?[A-Za-z\u0370-\u03ff][A-Za-z0-9]{0,40})"
# As programs pick a component: x[0], A[1, 2].
PICKED = re.compile(rf"{NAME}\[\s*([0-9]{{1,3}}(?:\s*(?:,|\]\[)\s*[0-9]{{1,3}})*)\s*\]")
_DIGITS = re.compile(r"[0-9]+(\.[0-9]+)?")  # W_{1.2} is W_{1,2}


def read_indices(parser: "Parser", tokens: list[Token], count: int) -> list[Tree]:
    """Read as many indices as a value has axes.

    Raises ExpressionFault for an unknown index or a wrong number of them.
    """
    indices = [index for part in split(tokens, COMMA) for index in _part(parser, part, count)]
    if len(indices) != count:
        span = tokens[0].span[0], tokens[-1].span[1]
        wanted = "one index is" if count == 1 else f"{count} indices are"
        raise parser.fault(f"{wanted} expected here, found {len(indices)}", span)
    return indices


def read_picked(parser: "Parser", whole: Tree) -> Tree:
    r"""Read the indices behind a bracket: softmax(o)_j, (A x)_i; or the order of the norm \|x\|_2."""
    if _is_norm(whole):
        return _of_order(parser, whole)
    parser.place += 1
    tokens = parser.grouped()
    count = len(split(tokens, COMMA))
    if len(tokens) == 2 and len(tokens[0].text) == 2 and _known(parser, tokens[0].text) is None:
        count = 2  # (x y^T)_{ij}
    indices = read_indices(parser, tokens, count)
    return Component(whole, tuple(indices), (whole.span[0], tokens[-2].span[1]))


def _is_norm(tree: Tree) -> bool:
    """Tell whether a tree is what stands between double bars."""
    return isinstance(tree, Call) and tree.function == "abs" and _is_absolute(tree.arguments[0])


def _is_absolute(tree: Tree) -> TypeGuard[Call]:
    return isinstance(tree, Call) and tree.function == "abs"


def _of_order(parser: "Parser", norm: Tree) -> Tree:
    r"""Read the order of a norm: \|x\|_1, \|x\|_\infty; 2, or F of \|A\|_F, is what bars mean anyway."""
    order = read_order(parser, "1", "infty")
    if order in ("2", "F"):
        return norm
    inside = norm
    while _is_absolute(inside):
        (inside,) = inside.arguments
    return Call("norm_1" if order == "1" else "norm_inf", 0, (inside,), norm.span)


def read_order(parser: "Parser", *more: str) -> str:
    r"""Take the 2 of \|x\|_2, the F of \|A\|_F or one of some `more`.

    Raises ExpressionFault for another one.
    """
    parser.place += 1
    tokens = parser.grouped()
    order, known = "".join(token.text for token in tokens[:-1]), ("2", "F", *more)
    if order not in known:
        span = tokens[0].span[0], tokens[-1].span[1]
        raise parser.fault(f"here only the indices {', '.join(known)} are known", span)
    return order


def _part(parser: "Parser", tokens: list[Token], count: int) -> list[Tree]:
    """Read what stands between two commas: one expression, or indices without anything between them."""
    words = tokens[:-1]
    if count > 1 and words and all(token.kind in ("name", "number") for token in words):
        together = [index for token in words for index in _letters(parser, token)]
        if len(words) > 1 or len(together) > 1:
            return together
    if len(words) == 1 and words[0].kind == "name":
        return [_index(parser, words[0])]
    return [parser.part(tokens).whole()]


def _index(parser: "Parser", token: Token) -> Tree:
    name = _known(parser, token.text)
    return (
        parser.part([token, Token("end", "", token.span)]).whole() if name is None else Name(name, token.span)
    )


def _letters(parser: "Parser", token: Token) -> list[Tree]:
    """Return the indices of 'jk' or '11', letter by letter where they are not one name."""
    if token.kind == "number":
        if _DIGITS.fullmatch(token.text) is None:
            raise parser.fault("an index is a whole number", token.span)
        return [Number(float(digit), token.span) for digit in token.text if digit.isdigit()]
    if _known(parser, token.text) is not None or len(token.text) == 1:
        return [_index(parser, token)]
    pieces: list[Tree] = []
    rest = token.text
    while rest := rest.removeprefix("_"):  # A_i_j is A_ij
        # The longest known name first: in jy_i, y_i is one index.
        end = next((end for end in range(min(len(rest), _LONGEST), 0, -1) if _known(parser, rest[:end])), 1)
        start = token.span[0] + len(token.text) - len(rest)
        kind = "number" if rest[0].isdigit() else "name"
        piece = Token(kind, rest[:end], (start, start + end))
        pieces.append(Number(float(piece.text), piece.span) if kind == "number" else _index(parser, piece))
        rest = rest[end:]
    return pieces


def _known(parser: "Parser", text: str) -> str | None:
    if text in parser.bound:
        return text
    vocabulary = parser.context.vocabulary
    name = vocabulary.spelled(text)
    return name if name in vocabulary.indices or name in vocabulary.symbols else None


def picked_component(text: str, vocabulary: Vocabulary) -> Span | None:
    """Return the place of the first `x[0]` of a quantity, which by the rules is a product."""
    for found in PICKED.finditer(text):
        if vocabulary.spelled(found[1]) in vocabulary.symbols:
            return found.span()
    return None
