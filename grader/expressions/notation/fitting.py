"""Whether the shapes of a formula fit, for the functions too that only formulas have."""

from grader.expressions.functions import ELEMENTWISE, functions_of_formulas
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.shapes import Shape, infer
from grader.expressions.tree import (
    Bracket,
    Call,
    Component,
    Infix,
    Name,
    Number,
    Tree,
    children,
    rebuild,
    walk,
)

_BY_COMPONENT = frozenset(ELEMENTWISE) | {"tan", "square", "leaky_relu", "max", "min", "where"}


def check_shapes(tree: Tree, vocabulary: Vocabulary, text: str) -> None:
    """Raise ExpressionFault where the shapes in a formula do not fit."""
    if any(_has_a_shape(node, vocabulary) for node in walk(tree)):
        shape_of(tree, vocabulary, text)


def shape_of(tree: Tree, vocabulary: Vocabulary, text: str) -> Shape:
    """Return the shape of a formula."""
    scalars = dict.fromkeys((*vocabulary.indices, *vocabulary.sizes), ())
    return infer(_known(tree), {**scalars, **vocabulary.symbols}, text)


def _has_a_shape(node: Tree, vocabulary: Vocabulary) -> bool:
    match node:
        case Name(name):
            return bool(vocabulary.symbols.get(name))
        case Call(function):
            return function in functions_of_formulas() and function not in _BY_COMPONENT
        case Infix("@"):
            return True
        case _:
            return isinstance(node, Bracket | Component)


def _known(tree: Tree) -> Tree:
    """Put a known function of the same shape in the place of one that is open, or only of formulas."""
    operands = tuple(_known(child) for child in children(tree))
    if not isinstance(tree, Call) or (
        tree.function in functions_of_formulas() and tree.function != "derivative"
    ):
        return rebuild(tree, operands, tree.span)
    if tree.function == "derivative":
        return Number(0.0, tree.span)
    together = operands[0]
    for operand in operands[1:]:
        together = Infix("+", together, operand, tree.span)
    return Call("identity", 0, (together,), tree.span)
