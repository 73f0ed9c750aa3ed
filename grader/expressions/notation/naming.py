"""Names with their subscripts and primes, in every order and spelling, resolved against the vocabulary."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.expressions.faults import Span, UnknownName
from grader.expressions.functions import CONSTANTS
from grader.expressions.notation.calls import read_known, read_open
from grader.expressions.notation.indicator import read_indicator, read_negation
from grader.expressions.notation.indices import read_indices
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.matrices import read_identity, read_of_matrix
from grader.expressions.notation.partial import leibniz_begins, read_derivative, read_leibniz
from grader.expressions.notation.repeats import REPEATS, read_repeat
from grader.expressions.notation.vocabulary import ALIASES, FUNCTIONS
from grader.expressions.tree import Component, Infix, Name, Number, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser


_SIGNED = re.compile("[+-]|[^+-]+")
# What programs print where there is no number; never a product of names.
_NO_NUMBERS = frozenset({"nan", "inf", "infinity", "none"})
_PAIR = re.compile("([a-z]),?([a-z])")  # indices of a component of the identity
_UPRIGHT = re.compile(r"\\[a-z]+\s*\{")  # \text{at}
_SHOWN = 60  # characters of a name that is not known


@dataclass(slots=True)
class Written:
    """A name as it is written: its letters, its subscript (text and tokens), its primes."""

    base: str
    span: Span
    place: int
    sub: str = ""
    sub_tokens: list[Token] = field(default_factory=list)
    primes: int = 0

    @property
    def text(self) -> str:
        return f"{self.base}_{self.sub}" if self.sub else self.base


def read_name(parser: "Parser") -> Tree:
    """Read a name and whatever belongs to it: a symbol, a component, a call, a sum.

    Raises ExpressionFault for a name that the vocabulary does not know.
    """
    written = _written(parser)
    vocabulary = parser.context.vocabulary
    text = written.text
    if written.primes:
        primed = vocabulary.spelled(text + "'" * written.primes)
        if primed is not None:
            return Name(primed, written.span)
    if not written.sub_tokens and text in parser.bound:
        return _unprimed(parser, written, Name(text, written.span))
    name = vocabulary.spelled(text)
    if name is not None:
        return _declared(parser, written, name)
    return _undeclared(parser, written)


def _written(parser: "Parser") -> Written:
    token = parser.take()
    written = Written(token.text, token.span, parser.place - 1)
    if parser.token.kind == "number" and parser.token.span[0] == token.span[1]:
        _number_behind(parser, written)
    while parser.token.kind == "operator":
        if parser.at("'"):
            written.primes += parser.take_primes()
        elif parser.at("_") and not written.sub:
            parser.place += 1
            _subscript(parser, written)
        elif not (parser.at("^") and _prime_exponent(parser, written)):
            break
    written.span = token.span[0], parser.tokens[parser.place - 1].span[1]
    return written


def _number_behind(parser: "Parser", written: Written) -> None:
    """Take the 2 of δ2 as a subscript, where that is a name."""
    if parser.context.vocabulary.spelled(written.base + parser.token.text) is not None:
        written.sub_tokens = parser.slice(parser.place, parser.place + 1)
        written.sub = parser.take().text


def _subscript(parser: "Parser", written: Written) -> None:
    token = parser.token
    if parser.at("("):
        start, end = parser.place + 1, parser.matching(parser.place)
        written.sub_tokens = parser.slice(start, end)
        written.sub = "".join(token.text for token in parser.tokens[start:end])
        parser.place = end
        if parser.at_end:
            parser.expected("')' to close the subscript")
        parser.place += 1
        return
    if not parser.at("{") and (token.kind not in ("name", "number") or not token.text.isalnum()):
        parser.expected("a subscript")
    inside = parser.grouped()
    written.sub_tokens = inside
    written.sub = "".join(token.text for token in inside)
    if not written.sub:
        raise parser.fault("an empty subscript")


def _prime_exponent(parser: "Parser", written: Written) -> bool:
    r"""Take the prime of f^\prime or f^{\prime\prime}."""
    place = parser.place
    parser.place += 1
    braces = parser.take_if("{")
    primes = parser.take_primes()
    if primes and (not braces or parser.take_if("}")):
        written.primes += primes
        return True
    parser.place = place
    return False


def _declared(parser: "Parser", written: Written, name: str) -> Tree:
    vocabulary = parser.context.vocabulary
    if name in vocabulary.functions and (name not in vocabulary.symbols or parser.at("(")):
        return read_open(parser, name, written.primes, written.span)
    if name in vocabulary.sizes:
        return _unprimed(parser, written, _quantity(parser, name, written.span))
    return _unprimed(parser, written, Name(name, written.span))


def _quantity(parser: "Parser", name: str, span: Span) -> Tree:
    """Return a name, or the number that it is a name of."""
    size = parser.context.vocabulary.sizes.get(name)
    return Name(name, span) if size is None else Number(float(size), span)


def _unprimed(parser: "Parser", written: Written, tree: Tree) -> Tree:
    if written.primes:
        shown = parser.context.shown(written.span)
        matrices = isinstance(tree, Name) and not parser.context.vocabulary.of_numbers
        hint = "; write ^T for a transposed matrix" if matrices else ""
        raise parser.fault(f"{shown} has a prime, but {written.text} is not a function{hint}", written.span)
    return tree


def _undeclared(parser: "Parser", written: Written) -> Tree:
    base, span = written.base, written.span
    if base.startswith("d") and leibniz_begins(parser, written.place):
        return read_leibniz(parser, written.place)
    if not written.sub and "_" in base and base not in FUNCTIONS:
        _divide(parser, written)
    if written.sub and (indexed := _indexed(parser, written)) is not None:
        return indexed
    if written.base in REPEATS and (written.sub or parser.at("^", "(")):
        return read_repeat(parser, written.base, written.sub_tokens or None, span)
    if written.base == "I" and not written.primes:
        identity = read_identity(parser, written.sub_tokens, span)
        if identity is not None:
            return identity
    if not written.sub and not written.primes and (of := read_of_matrix(parser, written.base, span)):
        return of
    if written.base in ("I", "not") and not written.sub and parser.at("(", "[", r"\{"):
        return read_indicator(parser) if written.base == "I" else read_negation(parser, "not", span)
    if written.base == "derivative" and not written.sub and parser.at("("):
        return read_derivative(parser, span)
    if (function := _function(parser, written.base)) is not None:
        token = Token("name", function, span)
        return read_known(parser, token, written.primes, written.sub_tokens or None)
    text = written.text
    if text in CONSTANTS and not written.primes:
        return Name(text, span)
    return _pieces(parser, written)


def _function(parser: "Parser", word: str) -> str | None:
    """Return the known function that a word names; in other letters only before a bracket: EXP(x)."""
    if word in FUNCTIONS or word in ALIASES:
        return word
    lower = word.lower()
    known = lower in FUNCTIONS and parser.at("(", "[") and parser.context.vocabulary.factors(word) is None
    return lower if known else None


def _divide(parser: "Parser", written: Written) -> None:
    """Cut a name that was read with its subscript in one piece: o_j, log_2."""
    base, sub = written.base.split("_", 1)
    start = parser.tokens[written.place].span[0] + len(base) + 1
    written.base, written.sub = base, sub
    end = parser.tokens[written.place].span[1]
    written.sub_tokens = []
    for piece in _SIGNED.finditer(sub):  # k-1 is one word in small lowered characters
        kind = "operator" if piece[0] in "+-" else "number" if piece[0].isdigit() else "name"
        span = start + piece.start(), min(start + piece.end(), end)
        written.sub_tokens.append(Token(kind, piece[0], span))
    written.sub_tokens.append(Token("end", "", (written.sub_tokens[-1].span[1],) * 2))


def _indexed(parser: "Parser", written: Written) -> Tree | None:
    """Return a component of a vector or matrix, or a Kronecker delta; None where it is neither."""
    vocabulary = parser.context.vocabulary
    pair = _PAIR.fullmatch(written.sub) if written.base == "I" else None
    of_identity = pair is not None and {*pair.groups()} <= vocabulary.indices.keys()
    if (of_identity or written.base == vocabulary.kronecker) and not written.primes:
        indices = read_indices(parser, written.sub_tokens, 2)
        return Infix("==", indices[0], indices[1], written.span)
    name = vocabulary.spelled(written.base)
    shape = vocabulary.symbols.get(name, ()) if name else ()
    if not name or not shape:
        return None
    indices = read_indices(parser, written.sub_tokens, len(shape))
    for index, size in zip(indices, shape, strict=True):
        if isinstance(index, Number) and not 1 <= index.value <= size:
            parser.context.note(f"the indices of {name} are 1 to {size}")
    return _unprimed(parser, written, Component(Name(name, written.span), tuple(indices), written.span))


def _pieces(parser: "Parser", written: Written) -> Tree:
    """Read a word as a product of names, or together with the word after it."""
    context, text, span = parser.context, written.text, written.span
    vocabulary = context.vocabulary
    if parser.token.kind == "name" and not written.primes and (joined := _joined(parser, written)):
        return _declared(parser, *joined)
    if (before := _before_exponential(parser, written)) is not None:
        return before
    factors = None if text.lower() in _NO_NUMBERS else vocabulary.factors(text, parser.bound)
    if factors is None:
        shown = context.shown(span) or text
        shown = text if _UPRIGHT.match(shown) else shown
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        hint = vocabulary.hint("∑" if shown == "∑" else text, parser.bound, written.base)
        raise UnknownName(f"unknown name {shown}{hint}", context.text, span)
    context.note(f"{text} is read as {'·'.join(factors)}")
    product = _quantity(parser, factors[0], span)
    sign = parser.plain_product or "·"
    for name in factors[1:-1]:
        product = Infix(sign, product, _quantity(parser, name, span), span)
    last = Written(factors[-1], span, written.place, primes=written.primes)
    return Infix(sign, product, _last_factor(parser, last), span)


def _before_exponential(parser: "Parser", written: Written) -> Tree | None:
    """Return the names that stand in one word with the e of a power, as in xe^{-x}; the e is read next."""
    vocabulary, rest = parser.context.vocabulary, written.text[:-1]
    raised = parser.at("^") or parser.token.kind == "raised"
    if not raised or not written.text.endswith("e") or written.sub or written.primes or not rest:
        return None
    known = rest in parser.bound or vocabulary.spelled(rest) is not None
    if vocabulary.spelled("e") is not None or not (known or vocabulary.factors(rest, parser.bound)):
        return None
    (start, end), place = written.span, written.place
    parser.tokens[place : place + 1] = [
        Token("name", rest, (start, end - 1)),
        Token("name", "e", (end - 1, end)),
    ]
    parser.place = place
    return read_name(parser)


def _last_factor(parser: "Parser", written: Written) -> Tree:
    """Return the last name of a word, to which primes and powers belong."""
    vocabulary = parser.context.vocabulary
    primed = vocabulary.spelled(written.text + "'" * written.primes)
    if written.primes and primed is not None:
        return parser.raised(Name(primed, written.span))
    return parser.raised(_unprimed(parser, written, _quantity(parser, written.base, written.span)))


def _joined(parser: "Parser", written: Written) -> tuple[Written, str] | None:
    r"""Read a name in two words, such as \Delta W_1; return it with its spelling."""
    place = parser.place
    after = _written(parser)
    after.base, after.span = written.text + after.base, (written.span[0], after.span[1])
    name = parser.context.vocabulary.spelled(after.text)
    if name is None:
        parser.place = place
        return None
    return after, name
