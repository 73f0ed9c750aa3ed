r"""Identities and vectors of ones, of the size that fits: (A + \lambda I) w, 1^T x; tr, det, vec, cross.

The sizes that quantities of the question have are tried; the one with which all shapes fit is meant. With
several, or beside a number (1 + I), it is not clear what is meant.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.notation.by_components import IDENTITY, ONES
from grader.expressions.notation.calls import read_arguments
from grader.expressions.notation.cursor import Context
from grader.expressions.notation.indices import read_order
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.products import settle_products
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tree import Call, Infix, Number, Tree, children, rebuild, walk

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_OF_MATRICES = {
    **dict.fromkeys(("tr", "Tr", "trace", "Trace", "Sp", "Spur"), "trace"),
    "det": "det",
    "Det": "det",
    "vec": "vec",
}
_SIGNS = {IDENTITY: "I", ONES: "1"}
_MOST = 64  # ways to choose the sizes
_LARGEST = 400
_UPRIGHT = 2  # tokens: one word and the end


def read_identity(parser: "Parser", sub: list[Token], span: Span) -> Tree | None:
    """Return the identity matrix that I stands for, or I_3, I_n; None where the question has only numbers."""
    if parser.context.vocabulary.of_numbers or parser.at("(", "[", r"\{"):
        return None
    return _constant(parser, IDENTITY, sub, span)


def read_ones(parser: "Parser", word: Token) -> Tree | None:
    r"""Return the vector of ones that \mathbf{1} or 1_n is; None where it begins an indicator function."""
    if parser.context.vocabulary.of_numbers or parser.at("(", "[", "{", r"\{"):
        return None
    place, sub = parser.place, []
    if parser.take_if("_"):
        if parser.at("(", "[", r"\{"):
            parser.place = place
            return None
        sub = parser.grouped()
    ones = _constant(parser, ONES, sub, word.span)
    if ones is None:
        parser.place = place
    return ones


def read_of_matrix(parser: "Parser", word: str, span: Span) -> Tree | None:
    """Read tr(A B), det A, vec(A), a cross product; of numbers det([[a, b], [c, d]])."""
    vocabulary, name = parser.context.vocabulary, _OF_MATRICES.get(word)
    if word == "cross" and not vocabulary.of_numbers and parser.at("("):
        arguments, end = read_arguments(parser)
        if len(arguments) != 2:
            raise parser.fault(f"cross takes two vectors, found {len(arguments)}", (span[0], end))
        return Call(word, 0, arguments, (span[0], end))
    if name is None or (vocabulary.of_numbers and not (name == "det" and _has_rows(parser))):
        return None
    if parser.at("(", "["):
        inside = parser.primary()
    elif parser.begins_operand() and vocabulary.factors(word, parser.bound) is None:
        inside = parser.running_argument(Token("name", word, span))
    else:
        return None
    return Call(name, 0, (inside,), (span[0], parser.tokens[parser.place - 1].span[1]))


def _has_rows(parser: "Parser") -> bool:
    """Tell whether a matrix is written out behind this place."""
    rest = parser.tokens[parser.place : parser.place + 4]
    return any(token.text in ("[", "begin") for token in rest)


def read_inner(parser: "Parser", word: Token) -> Tree:
    r"""Read the inner product \langle x, y\rangle, also of matrices: \langle A, B\rangle_F."""
    parser.lists += 1
    left = parser.expression()
    if not parser.take_if(","):
        parser.expected("',' and the other one of the inner product")
    right = parser.expression()
    parser.lists -= 1
    if parser.token.text != "rangle":
        parser.expected(r"\rangle")
    span = word.span[0], parser.take().span[1]
    if parser.at("_"):
        read_order(parser)
    return Infix("*", left, right, span) if parser.plain_product else Call("inner", 0, (left, right), span)


def _constant(parser: "Parser", name: str, sub: list[Token], span: Span) -> Tree | None:
    """Return such a matrix of the size in a subscript, or of one that is to be found out."""
    if not sub:
        return Call(name, 0, (), span)
    if len(sub) != _UPRIGHT or sub[0].kind not in ("name", "number"):
        return None
    whole = span[0], sub[0].span[1]
    text = sub[0].text
    if text.isdigit():
        return Call(name, 0, (Number(float(text), sub[0].span),), whole)
    vocabulary = parser.context.vocabulary
    size = vocabulary.sizes.get(vocabulary.spelled(text) or "")
    if size is not None:
        return Call(name, 0, (Number(float(size), sub[0].span),), whole)
    # A letter for a number of components that the question has no name for: what fits is meant.
    return Call(name, 0, (), whole) if text.isalpha() else None


def settle(tree: Tree, context: Context) -> Tree:
    """Return the tree with every product settled, and every identity of the one size that fits.

    Raises ExpressionFault where none does, or several do.
    """
    open_ones = [node for node in walk(tree) if isinstance(node, Call) and node.function in _SIGNS]
    for node in open_ones:
        if node.arguments and not 1 <= _size(node) <= _LARGEST:
            reason = f"a size from 1 to {_LARGEST} is expected here"
            raise ExpressionFault(reason, context.text, node.arguments[0].span)
    unsized = [node for node in open_ones if not node.arguments]
    if not unsized:
        settled = settle_products(tree, context)
        _note(open_ones, [int(_size(node)) for node in open_ones], context)
        return settled
    sizes = _sizes(context.vocabulary)
    if not sizes or len(sizes) ** len(unsized) > _MOST:
        raise _unclear(unsized[0], context)
    fitting: list[tuple[Tree, list[str], Sequence[int]]] = []
    faults: list[ExpressionFault] = []
    for chosen in product(sizes, repeat=len(unsized)):
        notes = list(context.notes)
        trial = Context(context.text, context.vocabulary, notes, context.bars_nest, context.repeats)
        try:
            fitting.append((settle_products(_sized(tree, iter(chosen)), trial), notes, chosen))
        except ExpressionFault as fault:
            faults.append(fault)
    if not fitting:
        raise faults[0]
    if len(fitting) > 1:
        raise _unclear(unsized[0], context)
    settled, notes, found = fitting[0]
    context.notes[:] = notes
    _note(unsized, found, context)
    return settled


def _sizes(vocabulary: Vocabulary) -> list[int]:
    """Return the lengths that vectors and matrices of the question have."""
    axes = {axis for shape in vocabulary.symbols.values() for axis in shape}
    return sorted(axis for axis in axes if 1 < axis <= _LARGEST)


def _size(node: Call) -> float:
    size = node.arguments[0]
    return size.value if isinstance(size, Number) else 0.0


def _unclear(node: Call, context: Context) -> ExpressionFault:
    sign = _SIGNS[node.function]
    return ExpressionFault(
        f"it is not clear of what size {sign} is here; write {sign}_3 for size 3", context.text, node.span
    )


def _sized(tree: Tree, chosen: Iterator[int]) -> Tree:
    """Put sizes in, in the order in which what needs them is written."""
    if isinstance(tree, Call) and tree.function in _SIGNS and not tree.arguments:
        return Call(tree.function, 0, (Number(float(next(chosen)), tree.span),), tree.span)
    return rebuild(tree, tuple(_sized(child, chosen) for child in children(tree)), tree.span)


def _note(nodes: Sequence[Call], sizes: Sequence[int], context: Context) -> None:
    for node, size in zip(nodes, sizes, strict=True):
        shown = context.shown(node.span)
        what = f"identity matrix of {size}×{size}" if node.function == IDENTITY else f"vector of {size} ones"
        context.note(f"{shown} is read as the {what}")
