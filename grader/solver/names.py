"""Names that stand for something else: for what the chosen option puts there, or for `previous(x)`.

A field's value before the step is a quantity like any other. Its name is the text `previous(x)` itself.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from math import prod

from grader.expressions import (
    Call,
    ExpressionFault,
    Name,
    Tree,
    functions_in,
    names_in,
    parse,
    substitute,
    walk,
)
from grader.expressions.tree import children, rebuild
from grader.schemas.key import TraceQuestion
from grader.solver.plan import Choice

PREVIOUS = "previous"
_MOST_CHOICES = 500


def choices_of(question: TraceQuestion, groups: Sequence[str]) -> list[dict[str, str]]:
    """Return every combination of the options of some groups; the other groups keep their first option.

    Where there are too many combinations, one group at a time takes its other options.
    """
    first = {group: next(iter(options)) for group, options in question.choice.items()}
    options = [tuple(question.choice[group]) for group in groups]
    if prod(map(len, options)) <= _MOST_CHOICES:
        return [first | dict(zip(groups, each, strict=True)) for each in product(*options)]
    return [first | {group: option} for group in groups for option in question.choice[group]]


def under_choices(question: TraceQuestion, tree: Tree) -> tuple[tuple[str, ...], dict[tuple[str, ...], Tree]]:
    """Return the choice groups that a tree depends on, and the tree under every one of their options."""
    names = names_in(tree) | functions_in(tree)
    groups = tuple(
        group
        for group, options in question.choice.items()
        if any(name in names for meanings in options.values() for name in meanings)
    )
    chosen = product(*(question.choice[group] for group in groups))
    return groups, {
        options: substitute(tree, _meanings(question, dict(zip(groups, options, strict=True))))
        for options in chosen
    }


def _meanings(question: TraceQuestion, choice: Choice) -> dict[str, Tree]:
    return {
        name: parse(text)
        for group, option in choice.items()
        for name, text in question.choice[group][option].items()
    }


def before(field: str) -> str:
    """Return the name of a field's value before the step."""
    return f"{PREVIOUS}({field})"


def texts_of(question: TraceQuestion, method: str) -> Iterator[str]:
    """Yield every expression that a method may use."""
    own = question.method[method]
    yield from (*own.equations.values(), *own.claims.values())
    for forms in own.forms.values():
        yield from forms.values()
    for mistake in question.mistake.values():
        yield from mistake.equations(method).values()
    for options in question.choice.values():
        for meanings in options.values():
            yield from meanings.values()
    if own.stop:
        yield own.stop


def fields_kept(texts: Iterable[str]) -> frozenset[str]:
    """Return the fields whose values before the step some texts ask for."""
    return frozenset(
        node.arguments[0].name
        for text in texts
        for node in walk(parse(text))
        if isinstance(node, Call) and node.function == PREVIOUS and len(node.arguments) == 1
        if isinstance(node.arguments[0], Name)
    )


def name_previous(tree: Tree, started: Collection[str], done: Collection[str], text: str) -> Tree:
    """Replace every `previous(x)` by a name.

    `started` are the fields with a value before the first step, `done` those that the step has worked before
    this line. A field that is not done still has its previous value, so its own name will do. Raises
    ExpressionFault where `previous` is used in any other way.
    """
    if isinstance(tree, Call) and tree.function == PREVIOUS:
        if tree.primes or len(tree.arguments) != 1 or not isinstance(tree.arguments[0], Name):
            raise ExpressionFault("expected previous(x), with the name of a field", text, tree.span)
        field = tree.arguments[0].name
        if field not in started:
            reason = f"{field} has no value before the first step: no field with a start value is called so"
            raise ExpressionFault(reason, text, tree.arguments[0].span)
        return Name(before(field) if field in done else field, tree.span)
    operands = tuple(name_previous(child, started, done, text) for child in children(tree))
    return rebuild(tree, operands, tree.span)
