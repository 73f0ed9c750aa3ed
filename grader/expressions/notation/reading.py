"""A student's answer to a tree: the left side cut off, the notes kept, the limits held."""

from dataclasses import dataclass

from grader.expressions.faults import ExpressionFault
from grader.expressions.notation.choices import has_cases, read_cases
from grader.expressions.notation.cursor import Context
from grader.expressions.notation.fitting import check_shapes
from grader.expressions.notation.grammar import Parser
from grader.expressions.notation.lexer import Token, tokenize
from grader.expressions.notation.limits import check_depth, check_limits
from grader.expressions.notation.products import settle_products
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.printing import in_plain
from grader.expressions.tree import Repeat, Tree, names_in, walk

_IN_A_NAME = frozenset(["_", "{", "}", "(", ")", "/", "'", "^", "∂", ",", "|"])
_AT_THE_END = frozenset({",", ".", ";", "\\"})
_NOT_AVAILABLE = frozenset({"n/a", "na", "none", "n.a.", "?", "-", "todo"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an answer.

    `left` is the left side that was cut off (`dL/dW =`), as the student wrote it. `notes` say where the
    text could be read in two ways, and which was taken.
    """

    tree: Tree
    left: str | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Return the formula as it was understood, in plain text."""
        return in_plain(self.tree)


def read_formula(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a formula in plain text, LaTeX or a mixture of both.

    Raises ExpressionFault with the place in the student's own text, what was expected and what was found;
    so it does for an unknown name, a text over the limits, and a number that is not finite.
    """
    if text.strip().lower() in _NOT_AVAILABLE and vocabulary.spelled(text.strip()) is None:
        raise ExpressionFault("this is no formula", text, (0, len(text)))
    tokens, notes = tokenize(text)
    tokens = _without_end(tokens)
    left, tokens = _cut_left(tokens, text)
    if len(tokens) == 1:
        raise ExpressionFault("there is no formula here", text, tokens[0].span)
    try:
        return _read(tokens, Context(text, vocabulary, list(notes)), left)
    except ExpressionFault:
        if sum(token.text == "|" for token in tokens) <= 2:
            raise
    # Bars open and close alike: |x||y| was tried, now ||x||y||.
    return _read(tokens, Context(text, vocabulary, list(notes), bars_nest=True), left)


def _read(tokens: list[Token], context: Context, left: str | None) -> Reading:
    # Some tokens are cut in two on the way.
    parser = Parser(context, list(tokens), frozenset(), 0)
    tree = read_cases(parser) if has_cases(parser) else parser.whole()
    check_depth(tree, context.text)
    tree = settle_products(tree, context)
    check_limits(tree, context.text)
    check_shapes(tree, context.vocabulary, context.text)
    if context.repeats:
        _note_shadows(tree, context)
    return Reading(tree, left, tuple(context.notes))


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


def _cut_left(tokens: list[Token], text: str) -> tuple[str | None, list[Token]]:
    """Cut off a leading 'name =', where a name or a derivative stands before the first '='."""
    depth = 0
    for place, token in enumerate(tokens[:-1]):
        if token.kind == "operator":
            depth += (token.text in ("(", "[", "{", r"\{")) - (token.text in (")", "]", "}", r"\}"))
            if depth == 0 and token.text in (":", ";"):
                break
            if depth == 0 and token.text in ("=", ":="):
                return _left_of(tokens, place, text)
    return None, tokens


def _left_of(tokens: list[Token], place: int, text: str) -> tuple[str | None, list[Token]]:
    left, rest = tokens[:place], tokens[place + 1 :]
    # 'j = y: a; …' is a case, not an answer with a left side.
    by_cases = any(token.text == ":" for token in rest) and not any(token.text == "=" for token in rest[:1])
    if by_cases and not any(token.text in ("=", "!=") for token in rest[: _colon(rest)]):
        return None, tokens
    if not _is_name(left):
        return None, tokens
    return text[left[0].span[0] : left[-1].span[1]], rest


def _colon(tokens: list[Token]) -> int:
    return next(place for place, token in enumerate(tokens) if token.text == ":")


def _is_name(tokens: list[Token]) -> bool:
    r"""Tell whether tokens can name what an answer gives: y, z_{k-1}, dL/dw, \frac{∂L}{∂w}."""
    depth, before = 0, ""
    for kind, text, _ in tokens:
        if kind == "operator":
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        named = (
            kind in ("name", "command") or text in _IN_A_NAME or (kind == "number" and before in ("_", "^"))
        )
        if depth == 0 and not named:
            return False
        before = text
    return bool(tokens) and (tokens[0].kind in ("name", "command") or tokens[0].text == "∂")
