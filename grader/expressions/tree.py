"""The one tree behind keys and answers: frozen, compared by structure, with the place of each node.

`span` is where a node stands in its text; it takes no part in comparisons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import is_

from grader.expressions.faults import Span

# How strongly operators bind, in both grammars and in print. A sign binds weaker than a power (-x^2 is
# -(x^2)), stronger than a product. All go to the left first, but powers to the right: 2^3^2 is 2^9.
COMPARED, SUM, PRODUCT, SIGN, POWER, OPERAND = 10, 20, 30, 40, 50, 60
STRENGTH = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARED),
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/", "@"), PRODUCT),
    "^": POWER,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, such as 0.5."""

    value: float
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity, such as `s_out`; also a function where it stands without its brackets."""

    name: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """The opposite of its operand."""

    operand: "Tree"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Infix:
    """Two operands and `+ - * / ^ @` or a comparison between them."""

    operator: str
    left: "Tree"
    right: "Tree"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments; `primes` counts the dashes of `f''`."""

    function: str
    primes: int
    arguments: tuple["Tree", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Bracket:
    """`[a, b]`: a vector of scalars, or a matrix of rows."""

    items: tuple["Tree", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Component:
    """`o_j`: the component of a vector or matrix at an index for each of its axes, counted from 1."""

    whole: "Tree"
    indices: tuple["Tree", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """`x[0]`, `A[i, j]`, `A[i]`: a component of a vector or matrix, or a row, counted from 0."""

    whole: "Tree"
    indices: tuple["Tree", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A sum (`+`) or product (`*`) of its body over the whole numbers from `first` to `last`."""

    operator: str
    index: str
    first: "Tree"
    last: "Tree"
    body: "Tree"
    span: Span = field(default=(0, 0), compare=False)


Tree = Number | Name | Minus | Infix | Call | Bracket | Component | Item | Repeat


def is_comparison(tree: Tree) -> bool:
    """Tell whether a node compares its operands."""
    return isinstance(tree, Infix) and STRENGTH[tree.operator] == COMPARED


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the operands of a node, from left to right."""
    match tree:
        case Minus():
            return (tree.operand,)
        case Infix():
            return (tree.left, tree.right)
        case Call():
            return tree.arguments
        case Bracket():
            return tree.items
        case Component() | Item():
            return (tree.whole, *tree.indices)
        case Repeat():
            return (tree.first, tree.last, tree.body)
        case _:
            return ()


def rebuild(tree: Tree, operands: tuple[Tree, ...], span: Span) -> Tree:
    """Return the node with other operands (as many as `children` gave) at another place.

    It is the same object where nothing of it is another.
    """
    if span == tree.span and all(map(is_, operands, children(tree))):
        return tree
    match tree:
        case Minus():
            return Minus(operands[0], span)
        case Infix():
            return Infix(tree.operator, operands[0], operands[1], span)
        case Call():
            return replace(tree, arguments=operands, span=span)
        case Bracket():
            return Bracket(operands, span)
        case Component():
            return Component(operands[0], operands[1:], span)
        case Item():
            return Item(operands[0], operands[1:], span)
        case Repeat():
            first, last, body = operands
            return replace(tree, first=first, last=last, body=body, span=span)
        case _:
            return replace(tree, span=span)


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield the node and everything below it, in the order in which it is written."""
    waiting = [tree]  # a sum of a hundred terms is a hundred levels deep
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))


def names_in(tree: Tree) -> frozenset[str]:
    """Return every quantity in the tree; an index only where no sum runs over it."""
    if isinstance(tree, Name):
        return frozenset({tree.name})
    if isinstance(tree, Repeat):
        return names_in(tree.first) | names_in(tree.last) | (names_in(tree.body) - {tree.index})
    return frozenset().union(*map(names_in, children(tree)))


def functions_in(tree: Tree) -> frozenset[str]:
    """Return every function that is called in the tree."""
    return frozenset(node.function for node in walk(tree) if isinstance(node, Call))


def substitute(tree: Tree, meanings: Mapping[str, Tree]) -> Tree:
    """Put trees in the place of names.

    What is put in takes the place of the name it stands for, so that a caret points into the text that
    its author wrote. A function's name can only mean another function: `f` in `f'(s)` may mean `tanh`.
    """
    if isinstance(tree, Name) and tree.name in meanings:
        return _moved(meanings[tree.name], tree.span)
    if isinstance(tree, Repeat) and tree.index in meanings:
        # Inside a sum its index is the sum's own.
        meanings = {name: meaning for name, meaning in meanings.items() if name != tree.index}
    operands = tuple(substitute(child, meanings) for child in children(tree))
    moved = rebuild(tree, operands, tree.span)
    if isinstance(moved, Call) and isinstance(meaning := meanings.get(moved.function), Name):
        return replace(moved, function=meaning.name)
    return moved


def _moved(tree: Tree, span: Span) -> Tree:
    return rebuild(tree, tuple(_moved(child, span) for child in children(tree)), span)
