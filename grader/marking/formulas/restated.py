"""Answers in which derivatives stand as they were asked, or as the chain rule has them, not worked out."""

from collections.abc import Iterator, Sequence

from grader.expressions import Call, Name, Tree, names_in, substitute, walk
from grader.expressions.functions import DERIVATIVE
from grader.expressions.tree import Infix, Repeat, children


def by_itself(tree: Tree) -> bool:
    """Tell whether something is differentiated by itself: nobody means that."""
    return any(
        isinstance(node, Call) and node.function == DERIVATIVE and node.arguments[0] == node.arguments[1]
        for node in walk(tree)
    )


def is_chain_rule(tree: Tree) -> bool:
    """Tell whether a formula is a product of derivatives and nothing else, perhaps summed."""
    match tree:
        case Call():
            return tree.function == DERIVATIVE
        case Infix("*" | "@", left, right):
            return is_chain_rule(left) and is_chain_rule(right)
        case Repeat():
            return is_chain_rule(tree.body)
        case _:
            return False


def derivatives_in(tree: Tree, indices: Sequence[str]) -> Iterator[Tree]:
    """Yield every derivative in a formula; one inside a sum as it is where its index is one of `indices`."""
    if isinstance(tree, Call) and tree.function == DERIVATIVE:
        yield tree
    for child in children(tree):
        for node in derivatives_in(child, indices):
            if isinstance(tree, Repeat) and tree.index in names_in(node):
                yield from (substitute(node, {tree.index: Name(index)}) for index in indices)
            else:
                yield node
