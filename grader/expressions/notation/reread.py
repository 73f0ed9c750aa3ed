"""Reading back what `in_plain` printed, where the question with its names is no longer at hand."""

import re

from grader.expressions.faults import ExpressionFault
from grader.expressions.notation.cursor import Context
from grader.expressions.notation.grammar import Parser
from grader.expressions.notation.lexer import tokenize
from grader.expressions.notation.repeats import REPEATS
from grader.expressions.notation.vocabulary import FUNCTIONS, Vocabulary
from grader.expressions.tree import Tree

_NAME = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)'*")  # y' may be a quantity of its own
_OF_THE_LANGUAGE = FUNCTIONS | REPEATS.keys() | {"derivative"}


def reread(text: str) -> Tree:
    """Return the tree that was printed as `text`; its names are whatever they look like there.

    Raises ExpressionFault for a text that `in_plain` would not have printed.
    """
    tokens, _ = tokenize(text)
    context = Context(text, _names_as_they_look(text))
    return Parser(context, tokens, frozenset(), 0).whole()


def _names_as_they_look(text: str) -> Vocabulary:
    """Return a vocabulary in which a name before a bracket is a function, one before indices has axes."""
    functions: set[str] = set()
    axes: dict[str, int] = {}
    for found in _NAME.finditer(text):
        name, end = found[0], found.end()
        if text.startswith("(", end):
            if found[1] not in _OF_THE_LANGUAGE:
                functions.add(found[1])
        elif text.startswith("_{", end):
            axes[name] = _indices(text, end + 2)
        else:
            axes.setdefault(name, 0)
    shapes = {name: (1,) * count for name, count in axes.items()}
    return Vocabulary(shapes, frozenset(functions))


def _indices(text: str, place: int) -> int:
    """Return how many indices stand between the brace before a place and the one that closes it."""
    depth, count = 0, 1
    for char in text[place:]:
        if depth == 0 and char == "}":
            return count
        depth += (char in "({[") - (char in ")}]")
        count += depth == 0 and char == ","
    raise ExpressionFault("expected '}' to close the indices", text, (place, len(text)))
