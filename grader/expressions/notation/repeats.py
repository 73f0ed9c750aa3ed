r"""Sums and products over an index, in LaTeX and in plain text: \sum_{k \neq y}, sum_k, sum(a_k, k, 1, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.expressions.arithmetic import evaluate
from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.notation.cursor import COMMA, split
from grader.expressions.notation.indicator import is_condition
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.products import settle_products
from grader.expressions.real import Real
from grader.expressions.tree import (
    PRODUCT,
    Bracket,
    Call,
    Component,
    Infix,
    Name,
    Number,
    Repeat,
    Tree,
    functions_in,
    names_in,
    walk,
)

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

REPEATS = {"sum": "+", "Sum": "+", "Sigma": "+", "prod": "*", "product": "*", "Pi": "*"}
MAX_RANGE = 1000
_BELOW = frozenset({",", ":", ";"})  # what stands between indices and conditions


@dataclass(slots=True)
class Run:
    """What an index runs over: from where to where, and under which conditions."""

    index: str
    span: Span
    first: Tree | None = None
    last: Tree | None = None
    conditions: list[Tree] = field(default_factory=list)


def read_repeat(parser: "Parser", word: str, sub: list[Token] | None, span: Span) -> Tree:
    """Read a sum or product whose word has been taken, with its subscript where that came first."""
    operator = REPEATS[word]
    if sub is None and parser.at("("):
        return _as_call(parser, operator, word, span)
    above: list[Token] | None = None
    while parser.at("_", "^"):
        below = parser.take().text == "_"
        tokens = parser.grouped()
        if below:
            sub = tokens
        else:
            above = tokens
    if sub is None:
        parser.expected(f"'_' and the index that the {word} runs over")
    runs = _runs(parser, sub)
    if above is not None:
        runs[-1].last = parser.part(above).whole()
    outside = parser.bound
    parser.bound = outside | {run.index for run in runs}
    body = parser.expression(PRODUCT)
    if parser.at("+", "-"):  # more terms stand behind it
        shown = parser.context.shown((span[0], parser.tokens[parser.place - 1].span[1]))
        parser.context.note(f"the sum is read to end with '{shown}'")
    parser.bound = outside
    for run in reversed(runs):
        body = _repeat(parser, operator, run, body, (span[0], body.span[1]))
    return body


def _as_call(parser: "Parser", operator: str, word: str, span: Span) -> Tree:
    """Read sum(term, index, first, last), or sum(v), prod(v) of a vector."""
    inside = parser.slice(parser.place + 1, parser.matching(parser.place))
    parts = split(inside, COMMA)
    parser.place = parser.matching(parser.place)
    if parser.at_end:
        parser.expected(f"')' to close the brackets of {word}")
    span = span[0], parser.take().span[1]
    if len(parts) == 1 and (operator == "+" or not parser.context.vocabulary.of_numbers):
        return Call("sum" if operator == "+" else "prod", 0, (parser.part(parts[0]).whole(),), span)
    if len(parts) != 4 or parts[1][0].kind != "name" or len(parts[1]) != 2:
        raise parser.fault(f"{word} takes a term, its index, the first and the last number", span)
    run = Run(parts[1][0].text, span, parser.part(parts[2]).whole(), parser.part(parts[3]).whole())
    within = parser.part(parts[0])
    within.bound = parser.bound | {run.index}
    return _repeat(parser, operator, run, within.whole(), span)


def _runs(parser: "Parser", tokens: list[Token]) -> list[Run]:
    """Read what stands below a sum: indices, where each begins, and conditions."""
    runs: dict[str, Run] = {}
    for part in split(tokens, _BELOW):
        word = part[0]
        if runs and _only_limits(parser, part, runs):
            within = parser.part(part)
            within.bound = parser.bound | set(runs)
            runs[next(reversed(runs))].conditions.append(_condition(within, equal=True))
            continue
        if word.kind != "name":
            raise parser.fault("the index that the sum runs over is expected here", word.span)
        name = word.text
        run = runs.setdefault(name, Run(name, word.span))
        if len(part) == 2:
            continue
        within = parser.part(part)
        within.bound = parser.bound | set(runs)
        if part[1].text == "=":
            within.place = 2
            within.bound = parser.bound | (set(runs) - {name})  # nothing begins where it is itself
            run.first = within.whole()
        else:
            run.conditions.append(_condition(within, equal=False))
    return list(runs.values())


def _condition(within: "Parser", *, equal: bool) -> Tree:
    """Read a condition below a sum; a product is none, such as the k y of two indices without a comma."""
    condition = within.clause(equal=equal)
    within.finish()
    if not is_condition(condition):
        raise within.fault("a condition such as k != j is expected here", condition.span)
    return condition


def _only_limits(parser: "Parser", part: list[Token], runs: Mapping[str, Run]) -> bool:
    """Tell whether what stands below a sum brings no index of its own: p_k > c in k != y, p_k > c."""
    vocabulary, name = parser.context.vocabulary, part[0].text
    if part[0].kind != "name":
        return len(part) > 2
    if name in runs or name in vocabulary.indices or len(part) == 2:
        return False
    return any(vocabulary.spelled(known) is not None for known in (name, name.split("_")[0]))


def _repeat(parser: "Parser", operator: str, run: Run, body: Tree, span: Span) -> Tree:
    parser.context.repeats = True
    empty = Number(0.0 if operator == "+" else 1.0, span)
    for condition in reversed(run.conditions):
        body = Call("where", 0, (condition, body, empty), span)
    first = _folded(run.first, parser) or Number(1.0, span)
    last = _folded(run.last, parser) or Number(float(_size(parser, run, body)), span)
    if isinstance(last, Number) and _runs_through(parser, run, body, last.value):
        last = Number(last.value, span)
    if isinstance(first, Number) and isinstance(last, Number):
        count = last.value - first.value + 1
        if not count <= MAX_RANGE:
            raise parser.fault(f"{count:.0f} terms, where at most {MAX_RANGE} are worked", span)
        if first.value % 1 or last.value % 1:
            raise parser.fault("an index runs over whole numbers", span)
    return Repeat(operator, run.index, first, last, body, span)


def _runs_through(parser: "Parser", run: Run, body: Tree, last: float) -> bool:
    """Tell whether an index ends where it would if nothing were said."""
    try:
        return last == _size(parser, run, body)
    except ExpressionFault:
        return False


def _folded(end: Tree | None, parser: "Parser") -> Tree | None:
    """Return the end of a run as a number, where it is one."""
    if end is None or names_in(end) or not functions_in(end) <= {"floor", "ceil"}:
        return end
    if any(isinstance(node, Bracket) for node in walk(end)):
        return end  # a vector is none, which the check of the shapes says
    end = settle_products(end, parser.context)
    if any(isinstance(node, Infix) and node.operator == "@" for node in walk(end)):
        return end  # nor is a product of matrices
    return Number(float(evaluate(end, {}, Real())), end.span)


def _size(parser: "Parser", run: Run, body: Tree) -> int:
    """Return how far an index runs of which nothing is said: as far as what it picks components of."""
    vocabulary = parser.context.vocabulary
    if run.index in vocabulary.indices:
        return vocabulary.indices[run.index]
    for node in walk(body):
        if isinstance(node, Component) and isinstance(node.whole, Name):
            shape = vocabulary.symbols[node.whole.name]
            for size, index in zip(shape, node.indices, strict=True):
                if run.index in names_in(index):
                    return size
        if isinstance(node, Infix) and Name(run.index) in (node.left, node.right):
            other = node.right if node.left == Name(run.index) else node.left
            if isinstance(other, Name) and other.name in vocabulary.indices:
                return vocabulary.indices[other.name]
    raise parser.fault(f"it is not clear how far {run.index} runs; write where it begins and ends", run.span)
