"""Brackets: a group, a condition, or a vector. x[0] is a product; programs mean a component by it."""

from typing import TYPE_CHECKING

from grader.expressions.notation.lexer import Token
from grader.expressions.tree import Name, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser


def read_group(parser: "Parser") -> Tree:
    """Read what stands in round or curly brackets: an expression, or in round ones a vector.

    A comparison in brackets is 1 where it holds, else 0.
    """
    before, opening = _before(parser), parser.take()
    if parser.at(")", "}", r"\}"):
        raise parser.fault("an empty bracket", (opening.span[0], parser.token.span[1]))
    # Close behind what is no quantity they would be the arguments of a function.
    vocabulary = parser.context.vocabulary
    quantity = vocabulary.spelled(before.text) in vocabulary.symbols
    called = before.kind == "name" and before.span[1] == opening.span[0] and not quantity
    outside, parser.bars = parser.bars, 0
    items = [parser.clause(equal=before.text == "1" or opening.text == r"\{")]
    while opening.text == "(" and not called and parser.take_if(","):
        items.append(parser.clause(equal=False))
    parser.bars = outside
    span = parser.close(opening)
    return items[0] if len(items) == 1 else parser.stacked(items, span)


def read_listed(parser: "Parser") -> Tree:
    """Read square brackets: a group, a comparison, a vector; or as MATLAB has it a matrix, [a, b; c, d]."""
    before, opening = _before(parser), parser.take()
    outside, parser.bars = parser.bars, 0
    rows = [[parser.clause(equal=True)]]
    while parser.at(",", ";"):
        if parser.take().text == ";":
            rows.append([])
        rows[-1].append(parser.clause(equal=False))
    parser.bars = outside
    span = parser.close(opening)
    if len(rows) > 1 and max(map(len, rows)) > 1:
        return parser.stacked([parser.stacked(row, span) for row in rows], span)
    items = [item for row in rows for item in row]
    if len(items) > 1:
        return parser.stacked(items, span)
    if before.kind == "name" and isinstance(items[0], Name | Number):
        _note_product(parser, before, items[0])
    return items[0]


def _before(parser: "Parser") -> Token:
    """Return the token before the one that is read next; where there is none, one that says nothing."""
    return parser.tokens[parser.place - 1] if parser.place else Token("end", "", (0, 0))


def _note_product(parser: "Parser", before: Token, factor: Tree) -> None:
    """Note that x[0], as programs write the component x_0, is a product here."""
    context = parser.context
    name = context.vocabulary.spelled(before.text)
    if name in context.vocabulary.symbols:
        shown = context.shown(factor.span)
        context.note(f"{name}[{shown}] is read as {name} times {shown}, not as a component")
