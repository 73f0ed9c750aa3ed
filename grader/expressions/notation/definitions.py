"""What an answer says that its letters stand for: 'delta z, where delta = (y - t) f'(s)'.

A name of the question that is defined so means what the student says it does: who defines a delta wrongly
has used the wrong one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.expressions.faults import ExpressionFault
from grader.expressions.notation.cursor import Context
from grader.expressions.notation.fitting import shape_of
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.limits import MAX_NODES, check_limits
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tree import Name, Tree, names_in, substitute, walk

_MOST = 10


def read_definitions(
    definitions: Mapping[str, list[Token]], context: Context, read: Callable[[list[Token], Context], Tree]
) -> tuple[Vocabulary, dict[str, Tree]]:
    """Return the question's names with those that an answer defines, and what these stand for.

    They may stand in any order; what one is defined by is put into it.
    """
    first = next(iter(definitions.values()))[0]
    if len(definitions) > _MOST:
        raise ExpressionFault(f"more than {_MOST} definitions", context.text, first.span)
    meanings: dict[str, Tree] = {}
    left = dict(definitions)
    while left:
        written = _next(left, context, read, meanings)
        del left[written]
    for _ in meanings:
        meanings = {
            name: substituted(tree, {other: of for other, of in meanings.items() if other != name}, context)
            for name, tree in meanings.items()
        }
    return context.vocabulary, meanings


def _next(
    left: Mapping[str, list[Token]],
    context: Context,
    read: Callable[[list[Token], Context], Tree],
    meanings: dict[str, Tree],
) -> str:
    """Read the first definition in which all names are known, and make its name known; return it.

    Raises ExpressionFault where there is none.
    """
    faults = []
    for written, tokens in left.items():
        try:
            tree = read(tokens, context)
        except ExpressionFault as fault:
            faults.append(fault)
            continue
        name = context.vocabulary.spelled(written) or written
        shape = shape_of(tree, context.vocabulary, context.text)
        context.vocabulary = replace(context.vocabulary, symbols={**context.vocabulary.symbols, name: shape})
        meanings[name] = substituted(tree, meanings, context)
        return written
    raise faults[0]


def substituted(tree: Tree, meanings: Mapping[str, Tree], context: Context) -> Tree:
    """Put what names stand for in their place. Raises ExpressionFault where that becomes too large."""
    if not names_in(tree) & meanings.keys():
        return tree
    sizes = {name: sum(1 for _ in walk(of)) for name, of in meanings.items()}
    names = [node.name for node in walk(tree) if isinstance(node, Name) and node.name in sizes]
    if sum(map(sizes.__getitem__, names)) > MAX_NODES:
        raise ExpressionFault(f"too large: more than {MAX_NODES} parts", context.text, tree.span)
    put = substitute(tree, meanings)
    check_limits(put, context.text, context.vocabulary.declared)
    return put
