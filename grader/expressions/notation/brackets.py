"""Brackets: a group, a condition, a vector, [F]_a^b. x[0] is a product; programs mean a component by it."""

from typing import TYPE_CHECKING

from grader.expressions.functions import CONSTANTS
from grader.expressions.notation.definitions import substituted
from grader.expressions.notation.lexer import Token
from grader.expressions.tree import Call, Infix, Name, Number, Tree

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
    while opening.text == "(" and not called and parser.take_if(",", ";"):
        items.append(parser.clause(equal=False))
    parser.bars = outside
    span = parser.close(opening)
    return items[0] if len(items) == 1 else parser.stacked(items, span)


def read_listed(parser: "Parser") -> Tree:
    """Read square brackets: a group, a comparison, a vector; or as MATLAB has it a matrix, [a, b; c, d]."""
    if (difference := _between(parser)) is not None:
        return difference
    before, opening = _before(parser), parser.take()
    outside, parser.bars = parser.bars, 0
    of_rows = parser.at("[")  # [[2,1],[1,3]] has no decimal commas
    parser.lists += of_rows
    rows = [[parser.clause(equal=True)]]
    while parser.at(",", ";"):
        if parser.take().text == ";":
            rows.append([])
        rows[-1].append(parser.clause(equal=False))
    parser.bars = outside
    parser.lists -= of_rows
    span = parser.close(opening)
    if len(rows) > 1 and max(map(len, rows)) > 1:
        return parser.stacked([parser.stacked(row, span) for row in rows], span)
    items = [item for row in rows for item in row]
    if len(items) > 1:
        return parser.stacked(items, span)
    if before.kind == "name" and isinstance(items[0], Name | Number):
        _note_product(parser, before, items[0])
    return items[0]


def read_absolute(parser: "Parser") -> Tree:
    """Read what stands between bars."""
    opening = parser.take()
    parser.bars += 1
    inner = parser.expression()
    if not parser.at("|"):
        parser.expected("'|' to close the absolute value")
    parser.bars -= 1
    return Call("abs", 0, (inner,), (opening.span[0], parser.take().span[1]))


def _between(parser: "Parser") -> Tree | None:
    """Read [F]_a^b of an integral, F at b less F at a; None where these are brackets of another kind."""
    opening, start = parser.token, parser.place
    parser.place = parser.matching(start)
    inside, ends = parser.slice(start + 1, parser.place), {}
    parser.place += not parser.at_end
    while parser.at("_", "^") and parser.token.text not in ends:
        sign = parser.take().text
        ends[sign] = parser.grouped()
    named = {tokens[0].text for tokens in ends.values() if len(tokens) > 3 and tokens[1].text == "="}
    variables = named or _variables(parser, inside)
    if len(ends) != 2 or len(variables) != 1 or ends["_"][0].text == "+":
        parser.place = start
        return None
    (name,) = variables
    span = opening.span[0], parser.tokens[parser.place - 1].span[1]
    within = parser.part(inside)
    within.bound = parser.bound | variables
    body = within.whole()
    last, first = (
        substituted(body, {name: parser.part(tokens[2 * (tokens[1].text == "=") :]).whole()}, parser.context)
        for tokens in (ends["^"], ends["_"])
    )
    return Infix("-", last, first, span)


def _variables(parser: "Parser", tokens: list[Token]) -> frozenset[str]:
    """Return the letters that only the student has; if there are none, of numbers, those of the question."""
    vocabulary = parser.context.vocabulary
    words = [token.text for token in tokens if token.kind == "name" and token.text not in CONSTANTS]
    own = {
        letter
        for word in words
        if not (word in parser.bound or vocabulary.has_meaning(word))
        for letter in word
        if letter.isalpha() and vocabulary.spelled(letter) is None
    }
    known = {word for word in words if vocabulary.spelled(word) in vocabulary.symbols}
    return frozenset(own or (known if vocabulary.of_numbers else ()))


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
