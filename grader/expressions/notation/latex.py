"""What a LaTeX command stands for: fractions, roots, sums, cases, matrices, brackets of other kinds."""

from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING

from grader.expressions.notation.calls import call_of, read_known, root_of
from grader.expressions.notation.cases import read_rows
from grader.expressions.notation.cursor import is_differential, nesting, split
from grader.expressions.notation.indicator import read_indicator
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.matrices import read_inner, read_ones
from grader.expressions.notation.partial import read_fraction_of
from grader.expressions.notation.repeats import read_repeat
from grader.expressions.notation.vocabulary import FUNCTIONS
from grader.expressions.tree import Bracket, Call, Infix, Tree

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "vmatrix"})


def _fraction(parser: "Parser", word: Token) -> Tree:
    place = parser.place
    above = parser.braced()
    below = parser.braced() if above is not None else None
    if above is not None and below is not None and len(above) > 1 and len(below) > 1:
        span = word.span[0], parser.tokens[parser.place - 1].span[1]
        if is_differential(above, parser) and is_differential(below, parser):
            return read_fraction_of(parser, above, below, span)
    parser.place = place
    left = parser.argument()
    right = parser.argument()
    end = max(right.span[1], parser.tokens[parser.place - 1].span[1])  # \frac12 takes one digit of a number
    return Infix("/", left, right, (word.span[0], end))


def read_letter(parser: "Parser") -> Tree | None:
    r"""Read the first of several letters, which is all that a command takes of them: \frac ab is a/b.

    None where something else stands here, or a name of the question.
    """
    token, vocabulary = parser.token, parser.context.vocabulary
    (start, end), first, rest = token.span, token.text[:1], token.text[1:]
    letters = token.kind == "name" and parser.context.text[start:end] == token.text
    if not letters or not rest.isalnum():
        return None
    if vocabulary.spelled(token.text) is not None or vocabulary.spelled(first) is None:
        return None
    after = start + 1
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    pieces = (
        Token("name", first, (start, after)),
        Token("number", digits, (after, after + len(digits))),
        Token("name", rest.removeprefix(digits), (after + len(digits), end)),
    )
    parser.tokens[parser.place : parser.place + 1] = filter(itemgetter(1), pieces)
    return parser.part(parser.grouped()).whole()


def read_radical(parser: "Parser", word: Token) -> Tree:
    r"""Read what stands under a root; \sqrt[3]{x} and √x too."""
    degree: Tree | None = None
    if word.text != "√" and parser.at("["):
        opening = parser.take()
        degree = parser.expression()
        parser.close(opening)
    if parser.at_end or parser.at("+", "-", "*", "/", "^"):
        parser.expected("what stands under the root")
    inside = parser.operand()
    span = word.span[0], parser.tokens[parser.place - 1].span[1]
    return Call("sqrt", 0, (inside,), span) if degree is None else root_of(inside, degree, span)


def _function(parser: "Parser", word: Token) -> Tree:
    sub = None
    if parser.at("_"):
        parser.place += 1
        sub = parser.grouped()
    return read_known(parser, word, parser.take_primes(), sub)


def _binomial(parser: "Parser", word: Token) -> Tree:
    above, below = parser.argument(), parser.argument()
    return call_of("binomial", 0, (above, below), (word.span[0], below.span[1]))


def _rounded(name: str, closing: str) -> Callable[["Parser", Token], Tree]:
    def read(parser: "Parser", word: Token) -> Tree:
        inside = parser.expression()
        if parser.token.text != closing:
            parser.expected(f"\\{closing}")
        return Call(name, 0, (inside,), (word.span[0], parser.take().span[1]))

    return read


def _blackboard(parser: "Parser", word: Token) -> Tree:
    inside = parser.grouped()
    if inside[0].text not in ("1", "I", "l"):
        raise parser.fault("unknown symbol", word.span)
    whole = word._replace(span=(word.span[0], parser.tokens[parser.place - 1].span[1]))
    ones = read_ones(parser, whole) if inside[0].text == "1" else None
    return ones or read_indicator(parser)


def _coloured(parser: "Parser", word: Token) -> Tree:
    del word
    parser.braced()
    return parser.operand()


def _accent(parser: "Parser", word: Token) -> Tree:
    r"""Read \hat{y} as the name that the question spells y_hat, \hat{y_i} as a component of it.

    Raises ExpressionFault where it stands over more than a letter: no name says what \hat{y + z} is.
    """
    start = parser.place - 1
    *inside, end = parser.grouped()
    if not inside or inside[0].kind != "name" or not _are_scripts(parser, [*inside[1:], end]):
        reason = f"\\{word.text} over more than a letter and its indices has no meaning here"
        raise parser.fault(reason, (word.span[0], parser.tokens[parser.place - 1].span[1]))
    letter, *scripts = inside
    span = word.span[0], (letter if scripts else end).span[1]
    text, known = letter.text, parser.context.vocabulary.spelled
    base, line, sub = text.partition("_")
    if sub and known(f"{text}_{word.text}") is None:  # \hat y_i is y_hat_i
        kind = "number" if sub.isdigit() else "name"
        text, scripts = base, [Token("operator", line, span), Token(kind, sub, span), *scripts]
    parser.tokens[start : parser.place] = [Token("name", f"{text}_{word.text}", span), *scripts]
    parser.place = start
    return parser.operand()


def _are_scripts(parser: "Parser", tokens: list[Token]) -> bool:
    """Tell whether tokens are nothing but primes, subscripts and exponents."""
    rest = parser.part(tokens)
    while not rest.at_end:
        if rest.take_if("_", "^"):
            rest.grouped()
        elif not rest.take_if("'"):
            return False
    return True


def _infinity(parser: "Parser", word: Token) -> Tree:
    raise parser.fault("infinity is not a number that a formula can have", word.span)


def _environment(parser: "Parser", word: Token) -> Tree:
    r"""Read \begin{cases} … \end{cases} and matrices."""
    name = _environment_name(parser)
    start, depth = parser.place, 1
    while not parser.at_end:
        depth += nesting(parser.token)
        if depth == 0:
            break
        parser.place += 1
    inside = parser.slice(start, parser.place)
    if parser.at_end:
        parser.expected(f"\\end{{{name}}}")
    parser.place += 1
    closing = parser.token.span
    if _environment_name(parser) != name:
        raise parser.fault(f"\\end{{{name}}} is expected here", closing)
    span = word.span[0], parser.tokens[parser.place - 1].span[1]
    rows = [split(row, frozenset({"&"})) for row in split(inside, frozenset({"\\"})) if len(row) > 1]
    if name == "cases":
        return read_rows(parser, rows, span)
    if name not in _MATRICES or not rows:
        raise parser.fault(f"\\begin{{{name}}} is not known here", span)
    read = [_row(parser, row) for row in rows]
    if name == "vmatrix":
        return Call("det", 0, (parser.stacked(read, span),), span)
    if len(read) == 1 and isinstance(read[0], Bracket):
        return Call("transpose", 0, (read[0],), span)  # a vector that lies
    return parser.stacked(read, span)


def _row(parser: "Parser", row: list[list[Token]]) -> Tree:
    cells = [parser.part(cell).whole() for cell in row]
    return cells[0] if len(cells) == 1 else Bracket(tuple(cells), (cells[0].span[0], cells[-1].span[1]))


def _environment_name(parser: "Parser") -> str:
    inside = parser.braced()
    if inside is None or len(inside) != 2:
        parser.expected("'{' and the name of the environment")
    return inside[0].text


COMMANDS: dict[str, Callable[["Parser", Token], Tree]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"), _fraction),
    "sqrt": read_radical,
    **dict.fromkeys(("sum", "prod"), lambda parser, word: read_repeat(parser, word.text, None, word.span)),
    **dict.fromkeys(FUNCTIONS - {"sum", "sqrt"}, _function),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    "lfloor": _rounded("floor", "rfloor"),
    "lceil": _rounded("ceil", "rceil"),
    **dict.fromkeys(("mathbb", "mathds", "mathbbm"), _blackboard),
    "indicator": lambda parser, word: read_ones(parser, word) or read_indicator(parser),
    **dict.fromkeys(("color", "textcolor"), _coloured),
    **dict.fromkeys(("hat", "bar", "tilde"), _accent),
    "infty": _infinity,
    "langle": read_inner,
    "begin": _environment,
}
