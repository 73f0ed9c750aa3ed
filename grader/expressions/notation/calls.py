"""Calls: of functions that are known (sin, max, softmax) and of those that a question leaves open (f)."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.notation.cursor import is_differential
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.vocabulary import (
    ALIASES,
    FUNCTIONS,
    INVERSE_RECIPROCALS,
    INVERSES,
    MORE,
    ONE_ARGUMENT,
    RECIPROCALS,
)
from grader.expressions.printing import in_plain
from grader.expressions.symbolic import NoDerivative, derivative_of_order
from grader.expressions.tree import Call, Infix, Minus, Name, Number, Tree, substitute

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_MOST_PRIMES = 4
_OPENINGS = ("(", "[", "{", r"\{")
_ROOTS: dict[Tree, str] = {Number(2.0): "sqrt", Number(3.0): "cbrt"}
_COUNTS = {**MORE, "outer": 2, "dot": 2, "where": 3, "max": None, "min": None}


def read_open(parser: "Parser", name: str, primes: int, span: Span) -> Tree:
    """Read the call of a function that the question leaves open."""
    usual = parser.context.vocabulary.arguments.get(name)
    if parser.at("^") and not (usual is not None and _is_power_of_all(parser, primes)):
        raise parser.fault(f"a power of the function {name} is not clear; write it behind the brackets")
    if not parser.at("(", "["):
        dashes = "'" * primes
        if usual is not None and (primes or not parser.begins_operand() or _is_a_function(parser)):
            parser.context.note(f"{name}{dashes} is read as {name}{dashes}({in_plain(usual)})")
            return Call(name, primes, (substitute(Name(name, span), {name: usual}),), span)
        parser.expected(f"'(' and the argument of the function {name}{dashes}")
    arguments, end = read_arguments(parser)
    wanted = parser.context.vocabulary.counts.get(name, len(arguments))
    if len(arguments) != wanted:
        raise parser.fault(_too_many_or_few(name, wanted, len(arguments)), (span[0], end))
    return Call(name, primes, arguments, (span[0], end))


def _is_a_function(parser: "Parser") -> bool:
    r"""Tell whether an open function stands here, which is no argument: f g', f \frac{dg}{dx}, of two."""
    token, vocabulary = parser.token, parser.context.vocabulary
    if token.kind == "command" and token.text.endswith("frac") and parser.next_token.text == "{":
        return is_differential(parser.tokens[parser.place + 2 :], parser)
    return token.kind == "name" and vocabulary.spelled(token.text) in vocabulary.functions


def _is_power_of_all(parser: "Parser", primes: int) -> bool:
    """Tell whether nothing that may be an argument stands behind a power, g'^2; f^-1 is an inverse."""
    place = parser.place + 1
    braces = parser.tokens[place].text == "{"
    behind = parser.tokens[min(parser.matching(place) if braces else place, len(parser.tokens) - 2) + 1]
    inverse = parser.tokens[place + braces].text == "-"
    operator = behind.kind in ("operator", "end") and behind.text not in ("(", "[")
    return not inverse and (operator or (primes > 0 and behind.text not in ("(", "[")))


def read_arguments(
    parser: "Parser", *, condition: bool = False, single: bool = False
) -> tuple[tuple[Tree, ...], int]:
    """Read arguments in brackets of any kind; return them and where they end.

    The first may be a `condition`, in which one '=' compares. In a `single` one a comma is of decimals.
    """
    opening = parser.take()
    outside = parser.bars, parser.lists
    parser.bars, parser.lists = 0, 0 if single else parser.lists + 1
    arguments = [parser.clause(equal=condition)]
    while parser.take_if(","):
        arguments.append(parser.clause(equal=False))
    parser.bars, parser.lists = outside
    return tuple(arguments), parser.close(opening)[1]


def read_known(parser: "Parser", word: Token, primes: int, sub: list[Token] | None) -> Tree:
    """Read the call of a known function, with a power or a base before its argument.

    Raises ExpressionFault where its argument is missing or the number of arguments is wrong.
    """
    name = ALIASES.get(word.text, word.text)
    exponent = None
    if not primes:
        exponent = _power(parser) if parser.at("^") else parser.superscript()
    if exponent is not None and sub is None and parser.at("_"):
        parser.place += 1
        sub = parser.grouped()
    if exponent == Minus(Number(1.0)):
        name, exponent = _inverse(parser, name, word), None
    if name in ONE_ARGUMENT and not parser.at(*_OPENINGS):
        arguments: tuple[Tree, ...] = (_bare(parser, word),)
        end = arguments[0].span[1]
    elif parser.at(*_OPENINGS):
        single = name in ONE_ARGUMENT and name != "log"  # log(8,2) may be to the base 2
        arguments, end = read_arguments(parser, condition=name == "where", single=single)
    else:
        parser.expected(f"'(' and the arguments of {name}")
    span = word.span[0], end
    result = _call(parser, name, primes, arguments, span)
    if sub is not None:
        result = _to_base(parser, name, result, sub)
    return result if exponent is None else Infix("^", result, exponent, span)


def call_of(name: str, primes: int, arguments: tuple[Tree, ...], span: Span) -> Tree:
    """Return the tree of a call; a reciprocal such as sec becomes a division, a root a power."""
    one = Number(1.0, span)
    if name == "root":
        inside, degree = arguments
        return root_of(inside, degree, span)
    if name == "logit":
        odds = Infix("/", arguments[0], Infix("-", one, arguments[0], span), span)
        return Call("log", 0, (odds,), span)
    if name in RECIPROCALS and not primes:
        return Infix("/", one, Call(RECIPROCALS[name], 0, arguments, span), span)
    if name in INVERSE_RECIPROCALS and not primes:
        return Call(INVERSE_RECIPROCALS[name], 0, (Infix("/", one, arguments[0], span),), span)
    return Call({"lg": "log10", "ln": "log"}.get(name, name), primes, arguments, span)


def root_of(inside: Tree, degree: Tree, span: Span) -> Tree:
    """Return the tree of a root of any degree."""
    if degree in _ROOTS:
        return Call(_ROOTS[degree], 0, (inside,), span)
    return Infix("^", inside, Infix("/", Number(1.0, degree.span), degree, degree.span), span)


def bare_argument_follows(parser: "Parser") -> bool:
    """Tell whether the operand here still belongs to the argument of a function without brackets."""
    token = parser.token
    if token.kind == "operator":
        return False
    name = ALIASES.get(token.text, token.text).split("_")[0]
    vocabulary = parser.context.vocabulary
    return vocabulary.spelled(token.text) is not None or not (
        name in FUNCTIONS or token.kind == "command" or vocabulary.spelled(name) in vocabulary.functions
    )


def _call(parser: "Parser", name: str, primes: int, arguments: tuple[Tree, ...], span: Span) -> Tree:
    wanted = 1 if name in ONE_ARGUMENT else _COUNTS.get(name, 1)
    if wanted is not None and len(arguments) != wanted:
        raise parser.fault(_too_many_or_few(name, wanted, len(arguments)), span)
    if 1 < primes <= _MOST_PRIMES and name in ONE_ARGUMENT:
        try:
            return substitute(derivative_of_order(name, primes), {"x": arguments[0]})
        except NoDerivative:
            pass
    if primes > 1 or (primes and name not in ONE_ARGUMENT):
        raise parser.fault(f"{name} with {primes} primes has no meaning here", span)
    if primes and (name in RECIPROCALS or name in INVERSE_RECIPROCALS or name in MORE):
        raise parser.fault(f"the derivative of {name} is not known here; write it out", span)
    return call_of(name, primes, arguments, span)


def _too_many_or_few(name: str, wanted: int, found: int) -> str:
    return f"{name} takes {wanted} argument{'s' * (wanted > 1)}, found {found}"


def _bare(parser: "Parser", word: Token) -> Tree:
    token = parser.token
    if token.kind == "end" or (token.kind == "operator" and token.text not in ("|", "√", "-", "+")):
        parser.expected(f"the argument of {word.text}")
    return parser.running_argument(word)


def _power(parser: "Parser") -> Tree:
    parser.place += 1
    if (inside := parser.braced()) is not None:
        return parser.part(inside).whole()
    start = parser.token.span[0]
    negative = parser.take_if("-")
    token = parser.token
    if token.kind == "number":
        parser.place += 1  # no gap after it belongs to it: sin^2 100
        exponent: Tree = Number(float(token.text), token.span)
    else:
        exponent = parser.operand()
    return Minus(exponent, (start, exponent.span[1])) if negative else exponent


def _inverse(parser: "Parser", name: str, word: Token) -> str:
    if name not in INVERSES:
        raise parser.fault(f"{name}^-1 is not clear; write 1/{name}(…)", word.span)
    parser.context.note(f"{name}^-1 is read as the inverse function {INVERSES[name]}, not as 1/{name}")
    return INVERSES[name]


def _to_base(parser: "Parser", name: str, call: Tree, sub: list[Token]) -> Tree:
    """Return a logarithm to another base."""
    if name != "log":
        raise parser.fault(f"{name} takes no subscript", sub[0].span)
    base = parser.part(sub).whole()
    return Infix("/", call, Call("log", 0, (base,), base.span), call.span)
