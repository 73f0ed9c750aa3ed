r"""Formulas by cases: 'j = y: a; j ≠ y: b', 'a if j = y, b otherwise', \begin{cases} … \end{cases}."""

from typing import TYPE_CHECKING

from grader.expressions.faults import Span
from grader.expressions.notation.complete import are_complete
from grader.expressions.notation.cursor import split
from grader.expressions.notation.indicator import is_condition
from grader.expressions.notation.lexer import Token
from grader.expressions.tree import Call, Tree, names_in

if TYPE_CHECKING:
    from grader.expressions.notation.grammar import Parser

_IF = frozenset({"if", "for", "when", "falls"})
_ELSE = frozenset({"otherwise", "else", "sonst"})
_PUNCTUATION = frozenset({",", ".", ";"})
_ENDS = frozenset({";", "\\"})

Row = tuple[Tree | None, Tree]


def has_cases(parser: "Parser") -> bool:
    """Tell whether the tokens are a formula by cases: a colon or one of its words outside all brackets."""
    marks = frozenset({":", ";", *_words(parser)})
    return len(split(parser.tokens, marks)) > 1


def _words(parser: "Parser") -> frozenset[str]:
    return (_IF | _ELSE) - parser.context.vocabulary.declared


def read_cases(parser: "Parser") -> Tree:
    """Read a formula by cases that is written in one line."""
    segments = [part for part in split(parser.tokens, _ENDS) if len(part) > 1]
    if len(segments) == 1:
        segments = [part for part in _at_commas(segments[0]) if len(part) > 1]
    rows = [_row(parser, segment) for segment in segments]
    return _chosen(parser, rows, (parser.tokens[0].span[0], parser.tokens[-2].span[1]))


def _at_commas(tokens: list[Token]) -> list[list[Token]]:
    """Cut 'a if j = y, b otherwise' or 'a if j = y else b' where the second case begins."""
    parts: list[list[Token]] = []
    for part in split(tokens, frozenset({","})):
        place = next(
            (i for i, token in enumerate(part) if token.text == "else" and 0 < i < len(part) - 2), None
        )
        if place is None:
            parts.append(part)
        else:
            end = Token("end", "", (part[place].span[0],) * 2)
            parts += [[*part[:place], end], part[place:]]
    return parts


def _row(parser: "Parser", segment: list[Token]) -> Row:
    """Read one case: its condition (None for 'otherwise') and its formula."""
    if segment[0].text in _ELSE:
        return None, parser.part(_without(segment, 0)).whole()
    if segment[-2].text in _ELSE:
        return None, parser.part([*segment[:-2], segment[-1]]).whole()
    before, *after = split(segment, frozenset({":"}))
    if len(after) == 1:
        return _condition(parser, before), parser.part(after[0]).whole()
    before, *after = split(segment, frozenset({",", *_words(parser)}))
    if len(after) == 1:
        return _condition(parser, after[0]), parser.part(before).whole()
    raise parser.fault("a condition and a formula are expected in each case", segment[0].span)


def _without(segment: list[Token], place: int) -> list[Token]:
    rest = segment[place + 1 :]
    return rest[1:] if rest[0].text in (":", ",") else rest


def read_rows(parser: "Parser", rows: list[list[list[Token]]], span: Span) -> Tree:
    """Read the rows of a cases environment, each a formula and a condition."""
    read: list[Row] = []
    for row in rows:
        if len(row) == 1:
            read.append(_row(parser, row[0]))
            continue
        formula, condition = _unpunctuated(row[0]), _unpunctuated(row[1])
        if condition[0].text in _ELSE:
            read.append((None, parser.part(formula).whole()))
        else:
            read.append((_condition(parser, condition), parser.part(formula).whole()))
    return _chosen(parser, read, span)


def _unpunctuated(tokens: list[Token]) -> list[Token]:
    """Leave away the comma or full stop around a cell of a cases environment."""
    start, end = 0, len(tokens) - 1
    while start < end - 1 and tokens[start].text == ",":
        start += 1
    while end - 1 > start and tokens[end - 1].text in _PUNCTUATION:
        end -= 1
    return [*tokens[start:end], tokens[-1]]


def _condition(parser: "Parser", tokens: list[Token]) -> Tree:
    words = tokens[1:] if tokens[0].text in _IF and tokens[0].kind == "name" else tokens
    within = parser.part(words)
    condition = within.clause(equal=True)
    within.finish()
    if not is_condition(condition):
        raise parser.fault("a condition such as j = k is expected here", condition.span)
    return condition


def _chosen(parser: "Parser", rows: list[Row], span: Span) -> Tree:
    """Put cases together; the last one must be all the rest."""
    if len(rows) < 2:
        raise parser.fault("a formula by cases needs at least two of them", span)
    *earlier, (last, tree) = rows
    if last is not None and not _are_all(parser, [condition for condition, _ in rows]):
        raise parser.fault("it is not clear what holds otherwise; end with 'otherwise'", last.span)
    for condition, formula in reversed(earlier):
        if condition is None:
            raise parser.fault("'otherwise' must be the last case", formula.span)
        tree = Call("where", 0, (condition, formula, tree), span)
    return tree


def _are_all(parser: "Parser", conditions: list[Tree | None]) -> bool:
    stated = [condition for condition in conditions if condition is not None]
    vocabulary = parser.context.vocabulary
    whole = parser.bound | vocabulary.indices.keys() | vocabulary.sizes.keys()
    names = frozenset().union(*map(names_in, stated))
    return len(stated) == len(conditions) and are_complete(stated, whole=names <= whole)
