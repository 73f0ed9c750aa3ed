"""Whether the shapes of a formula fit, for the functions too that only formulas have."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    Repeat,
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
    summed = (node.index for node in walk(tree) if isinstance(node, Repeat))
    scalars = dict.fromkeys((*vocabulary.indices, *vocabulary.sizes, *summed), ())
    return _Fitting({**scalars, **vocabulary.symbols}, text).shape(tree)


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


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The shapes of all names in a formula, and its text."""

    shapes: Mapping[str, Shape]
    text: str

    def shape(self, tree: Tree) -> Shape:
        return infer(self._known(tree), self.shapes, self.text)

    def _known(self, tree: Tree) -> Tree:
        """Put a known function of the same shape in the place of one that is open, or only of formulas."""
        if isinstance(tree, Call) and tree.function == "derivative":
            return self._like_derivative(tree)
        operands = tuple(self._known(child) for child in children(tree))
        if not isinstance(tree, Call) or tree.function in functions_of_formulas():
            return rebuild(tree, operands, tree.span)
        together = operands[0]
        for operand in operands[1:]:
            together = Infix("+", together, operand, tree.span)
        return Call("identity", 0, (together,), tree.span)

    def _like_derivative(self, tree: Call) -> Tree:
        """Return something of the shape that a derivative has."""
        of, by = map(self._known, tree.arguments)
        own, axes = (infer(part, self.shapes, self.text) for part in (of, by))
        if not own or not axes:
            return of if own else rebuild(by, children(by), tree.span)
        if len(own) == len(axes) == 1:
            return Call("outer", 0, (of, by), tree.span)
        return Number(0.0, tree.span)
