r"""Derivatives written as fractions: \frac{\partial f(s)}{\partial s}, df/ds, ∂L/∂w."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.functions import DEFINED, ELEMENTWISE
from grader.expressions.notation.calls import read_arguments
from grader.expressions.notation.cursor import is_differential
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.vocabulary import FUNCTIONS
from grader.expressions.tree import Call, Component, Name, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser


def leibniz_begins(parser: "Parser", place: int) -> bool:
    """Tell whether 'df…/d…' stands at a place of the tokens."""
    slash = _slash(parser, place)
    return slash is not None and is_differential(parser.tokens[slash + 1 :], parser)


def _slash(parser: "Parser", place: int) -> int | None:
    """Return the place of the '/' that ends the numerator beginning at a place."""
    while place < len(parser.tokens) - 1:
        token = parser.tokens[place]
        if token.text == "/":
            return place
        if token.kind == "operator" and token.text in ("(", "[", "{"):
            place = parser.matching(place)
        elif token.kind == "operator" and token.text not in ("∂", "'", "_", "^"):
            return None
        place += 1
    return None


def read_leibniz(parser: "Parser", place: int) -> Tree:
    """Read df/ds from the place of its first d, or ∂f/∂s from the place of its ∂."""
    slash = _slash(parser, place)
    if slash is None:
        parser.expected("'/' and what is differentiated by")
    above = parser.slice(place, slash)
    start = parser.tokens[place].span[0]
    parser.place = slash + 1
    if not is_differential(parser.tokens[parser.place :], parser):
        parser.expected("∂ or d and what is differentiated by")
    _drop_d(parser)
    parser.enter()
    below = parser.primary()
    parser.leave()
    return derivative(parser, above, below, (start, below.span[1]))


def _drop_d(parser: "Parser") -> None:
    """Pass the ∂ or d in front of a name."""
    token = parser.token
    if token.text in ("∂", "d"):
        parser.place += 1
    else:
        start, end = token.span
        parser.tokens[parser.place] = Token("name", token.text[1:], (start + 1, end))


def read_fraction_of(parser: "Parser", above: list[Token], below: list[Token], span: Span) -> Tree:
    r"""Read a derivative from the two groups of a \frac."""
    within = parser.part(below)
    _drop_d(within)
    by = within.whole()
    return derivative(parser, above, by, span)


def derivative(parser: "Parser", above: list[Token], by: Tree, span: Span) -> Tree:
    """Return the derivative of what stands above by what stands below."""
    within = parser.part(above)
    _drop_d(within)
    of_another = isinstance(by, Call) and by.function in parser.context.vocabulary.functions
    if not isinstance(by, Name | Component) and not (of_another and _open_function(within)):  # df/dg
        raise parser.fault("a derivative is by one name", by.span)
    if within.at_end:
        of = parser.factor()  # \frac{\partial}{\partial s} f(s)
        if parser.begins_operand():
            shown = parser.context.shown((span[0], of.span[1]))
            parser.context.note(f"the derivative is read to end with '{shown}'; brackets make it go on")
        return derived(of, by, (span[0], of.span[1]))
    function = _open_function(within)
    if function is not None:
        return Call(function, 1, (by,), span)
    return derived(within.whole(), by, span)


def read_derivative(parser: "Parser", span: Span) -> Tree:
    """Read derivative(of, by), as derivatives are printed."""
    arguments, end = read_arguments(parser)
    span = span[0], end
    if len(arguments) != 2:
        raise parser.fault(f"derivative takes 2 arguments, found {len(arguments)}", span)
    of, by = arguments
    if not isinstance(by, Name | Component):
        raise parser.fault("a derivative is by one name", by.span)
    return derived(of, by, span)


def _open_function(within: "Parser") -> str | None:
    """Return the function that stands alone, without its argument."""
    words = within.tokens[within.place : -1]
    if not words or words[0].kind != "name" or any(token.text in ("(", "'") for token in words):
        return None
    name = within.context.vocabulary.spelled("".join(token.text for token in words))
    return name if name in within.context.vocabulary.functions else None


def derived(of: Tree, by: Tree, span: Span) -> Tree:
    """Return the derivative of a tree by a name: one prime more, where it is a call of that name."""
    if isinstance(of, Call) and of.arguments == (by,) and _takes_a_prime(of):
        return Call(of.function, of.primes + 1, of.arguments, span)
    return Call("derivative", 0, (of, by), span)


def _takes_a_prime(call: Call) -> bool:
    """Tell whether one prime more is the derivative of a call: of known functions only the first is known."""
    if call.function in DEFINED:
        return not call.primes and bool(DEFINED[call.function].derivative)
    return not call.primes if call.function in ELEMENTWISE else call.function not in FUNCTIONS
