"""A student's answer to a tree: the left side cut off, the notes kept, the limits held."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from grader.expressions.faults import ExpressionFault, Span, UnknownName
from grader.expressions.notation.cases import has_cases, read_cases
from grader.expressions.notation.cursor import COMMA, Context, split
from grader.expressions.notation.definitions import read_definitions, substituted
from grader.expressions.notation.fitting import check_shapes
from grader.expressions.notation.grammar import Parser
from grader.expressions.notation.lexer import Token, tokenize
from grader.expressions.notation.limits import check_depth, check_limits
from grader.expressions.notation.matrices import settle
from grader.expressions.notation.statements import (
    MARKS,
    Statement,
    is_chain_rule,
    is_name,
    named_by_colon,
    statements,
)
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.printing import in_plain
from grader.expressions.tree import Repeat, Tree, names_in, walk

_WORD = r"[A-Za-z]+(?:['’][a-z]+)?"
_WORDS = re.compile(_WORD)
_ARTICLES = frozenset({"I", "a"})
_SEVERAL = 2
_MOST_BARS = 40  # whose nesting is looked for
_LONGEST_WORDS = 200  # characters
_ONLY_WORDS = re.compile(rf"\s*{_WORD}(?:[\s,.!?]+{_WORD}){{1,40}}[\s,.!?]*")
_AT_THE_END = frozenset({",", ".", ";", "\\", "dots"})
ONE_EQUALS = "only one '=' can stand in an answer, after the name of what is given"
_NOT_AVAILABLE = frozenset({"n/a", "na", "none", "n.a.", "?", "-", "todo"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an answer.

    `left` is the left side that was cut off (`dL/dW =`), as the student wrote it. `notes` say where the
    text could be read in two ways, and which was taken. `others` are the forms before the last of a chain of
    '=', each with the place of the sign behind it.
    """

    tree: Tree
    left: str | None
    notes: tuple[str, ...]
    others: tuple[tuple[Tree, Span], ...] = ()

    def __str__(self) -> str:
        """Return the formula as it was understood, in plain text."""
        return in_plain(self.tree)


def read_formula(text: str, vocabulary: Vocabulary) -> Reading:
    """Read one formula in plain text, LaTeX or a mixture of both.

    Raises ExpressionFault as `read_answer` does, and where more than one '=' stands in it.
    """
    reading = read_answer(text, vocabulary)
    if reading.others:
        raise ExpressionFault(ONE_EQUALS, text, reading.others[0][1])
    return reading


def read_answer(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a formula or a chain of formulas with '=' between them, of which the last is the answer.

    Raises ExpressionFault with the place in the student's own text, what was expected and what was found;
    so it does for an unknown name, a text over the limits, and a number that is not finite.
    """
    if (place := _words_alone(text, vocabulary)) is not None:
        raise ExpressionFault("this is no formula", text, place)
    tokens, notes = tokenize(text)
    tokens = _without_end(tokens)
    answer, definitions = _stated(tokens, text, vocabulary)
    if len(answer.formula) == 1:
        raise ExpressionFault("there is no formula here", text, answer.formula[0].span)
    try:
        return _read(answer, definitions, Context(text, vocabulary, list(notes)))
    except ExpressionFault:
        if not _SEVERAL < sum(token.text == "|" for token in tokens) <= _MOST_BARS:
            raise
    # Bars open and close alike: |x||y| was tried, now ||x||y||.
    return _read(answer, definitions, Context(text, vocabulary, list(notes), bars_nest=True))


def _words_alone(text: str, vocabulary: Vocabulary) -> Span | None:
    """Return the place of what says that an answer is none, or has words only: "don't know"."""
    if len(text) > _LONGEST_WORDS:
        return None
    words = text.strip().lower()
    if words in _NOT_AVAILABLE:
        return (0, len(text)) if vocabulary.spelled(text.strip()) is None else None
    if _ONLY_WORDS.fullmatch(text) is None:
        return None
    found = [match for match in _WORDS.finditer(text) if match[0] not in _ARTICLES]
    if len(found) < _SEVERAL or any(
        len(match[0]) == 1 or vocabulary.has_meaning(match[0]) for match in found
    ):
        return None
    return found[0].span()


def _stated(
    tokens: list[Token], text: str, vocabulary: Vocabulary
) -> tuple[Statement, Mapping[str, list[Token]]]:
    """Return the answer and what it defines; in a formula by cases every other '=' is of a condition."""
    if MARKS.isdisjoint([token.text for token in tokens]):
        return Statement([], [tokens]), {}
    tokens = named_by_colon(tokens)
    if has_cases(Parser(Context(text, vocabulary), tokens, frozenset(), 0)):
        left, rest = _cut_left(tokens)
        return Statement(left, [rest]), {}
    return statements(tokens, vocabulary)


def _read(answer: Statement, definitions: Mapping[str, list[Token]], context: Context) -> Reading:
    meanings: dict[str, Tree] = {}
    if definitions:
        context.vocabulary, meanings = read_definitions(definitions, context, _tree)
    others = tuple(_others(answer, meanings, context))
    tree = substituted(_tree(answer.formula, context), meanings, context)
    if context.repeats:
        _note_shadows(tree, context)
    left = answer.left
    shown = context.text[left[0].span[0] : left[-1].span[1]] if left else None
    return Reading(tree, shown, tuple(context.notes), others)


def _others(answer: Statement, meanings: Mapping[str, Tree], context: Context) -> Iterator[tuple[Tree, Span]]:
    """Yield the forms before the last, each with the place of the '=' behind it.

    A chain rule in letters that the question does not have is no form of its own. Nor is any other form with
    names that only the student has, `E = E_kin + E_pot = …`; at the front only bars around one, `|H| = …`.
    """
    for place, tokens in enumerate(answer.forms[:-1]):
        try:
            yield substituted(_tree(tokens, context), meanings, context), tokens[-1].span
        except ExpressionFault as fault:
            if is_chain_rule(tokens) or (place == 0 and _in_bars(tokens[:-1])):
                continue
            own = isinstance(fault, UnknownName) and (place > 0 or bool(answer.left))
            own = own and len(split(tokens, COMMA)) == 1  # else it is more than a form
            # Whoever goes on with what stands before the first '=' has defined it there.
            own = own and not {token.text for token in answer.left[-1:]} & {
                token.text for token in answer.formula
            }
            if not own or not names_in(_tree(answer.formula, Context(context.text, context.vocabulary))):
                raise  # x = 2z = 101 solves an equation of its own
            shown = context.shown((tokens[0].span[0], tokens[-2].span[1]))
            unknown = context.shown(fault.span)
            context.note(f"{shown} is not looked at: {unknown} is no name of the question")


def _in_bars(tokens: list[Token]) -> bool:
    bars = [token.text for token in (*tokens[:1], *tokens[-1:])]
    return bars == ["|", "|"] and is_name(tokens[1:-1])


def _tree(tokens: list[Token], context: Context) -> Tree:
    # Some tokens are cut in two on the way.
    parser = Parser(context, list(tokens), frozenset(), 0)
    tree = read_cases(parser) if has_cases(parser) else parser.whole()
    check_depth(tree, context.text)
    tree = settle(tree, context)
    check_limits(tree, context.text, context.vocabulary.declared)
    check_shapes(tree, context.vocabulary, context.text)
    return tree


def _note_shadows(tree: Tree, context: Context) -> None:
    """Note an index that a sum runs over and that also stands outside it."""
    free = names_in(tree)
    for node in walk(tree):
        if isinstance(node, Repeat) and node.index in free:
            name = node.index
            context.note(f"{name} under the sum runs over all its values, whatever {name} is outside")


def _without_end(tokens: list[Token]) -> list[Token]:
    """Drop the full stop, the comma or the line's end behind a formula."""
    last = len(tokens) - 1
    while last and tokens[last - 1].text in _AT_THE_END and tokens[last - 1].kind != "name":
        last -= 1
    return [*tokens[:last], Token("end", "", (tokens[last].span[0],) * 2)]


def _cut_left(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """Cut off a leading 'name =' of a formula by cases."""
    depth = 0
    for place, token in enumerate(tokens[:-1]):
        if token.kind == "operator":
            depth += (token.text in ("(", "[", "{", r"\{")) - (token.text in (")", "]", "}", r"\}"))
            if depth == 0 and token.text in (":", ";"):
                break
            if depth == 0 and token.text in ("=", ":="):
                return _left_of(tokens, place)
    return [], tokens


def _left_of(tokens: list[Token], place: int) -> tuple[list[Token], list[Token]]:
    left, rest = tokens[:place], tokens[place + 1 :]
    # 'j = y: a; …' is a case, not an answer with a left side.
    by_cases = any(token.text == ":" for token in rest) and not any(token.text == "=" for token in rest[:1])
    before = takewhile(lambda token: token.text != ":", rest)
    if (by_cases and not any(token.text in ("=", "!=") for token in before)) or not is_name(left):
        return [], tokens
    return left, rest
