"""What a product means: of numbers, of vectors and matrices, component by component.

On paper a vector is a column. `∘` and `*` go component by component; no sign and `·` mean the product of
linear algebra, where the shapes fit. A row vector that is not marked as one (`x W`) is read as one, and a
product that could be meant in two ways is noted. Many write vectors without caring how they stand, and lose
nothing by it; but who marks one with a T must mean it: `A x^T` is refused, unless all vectors can lie.
"""

from collections.abc import Callable
from dataclasses import replace

from grader.expressions.faults import ExpressionFault
from grader.expressions.notation.by_components import (
    AS_A_WHOLE,
    IDENTITY,
    ONES,
    Settled,
    as_a_whole,
    constant,
    cross,
    flat,
    have_cross_product,
    outer_shape,
)
from grader.expressions.notation.cursor import Context
from grader.expressions.shapes import Shape, in_words
from grader.expressions.tree import (
    Bracket,
    Call,
    Component,
    Infix,
    Minus,
    Name,
    Number,
    Repeat,
    Tree,
    children,
    rebuild,
    walk,
)

_TO_NUMBER = frozenset({"dot", "norm"})
# With one argument: of all its components.
_OF_MANY = frozenset({"sum", "mean", "max", "min"})
_SIGNS = {"·": "*", "∘": "*", "⨯": "*"}
# What these make of a matrix, or of a column.
_RESHAPED: dict[str, Callable[[int, int], Shape]] = {
    "row_sums": lambda rows, _: (rows, 1),
    "column_sums": lambda _, columns: (columns, 1),
}


def settle_products(tree: Tree, context: Context) -> Tree:
    """Return the tree with every product sign of `* / @`.

    Raises ExpressionFault for a product whose shapes do not fit.
    """
    if context.vocabulary.of_numbers and not any(map(_may_have_shape, walk(tree))):
        return tree
    standing = _Products(context)
    settled, _ = standing.settle(tree)
    if standing.misfit is None:
        return settled
    trial = replace(context, notes=list(context.notes))
    lying = _Products(trial, lying=True)
    try:
        settled, _ = lying.settle(tree)
    except ExpressionFault:
        raise standing.misfit from None
    if lying.misfit is not None:
        raise standing.misfit
    context.notes[:] = trial.notes
    context.note("vectors are read as rows")
    return settled


class _Products:
    """One walk from the leaves up. A shape here has two axes, (n, 1) a column, or none.

    Vectors are columns, or all are rows where they are `lying`. `misfit` is the first product that fits only
    if a vector is turned once more than it is written.
    """

    def __init__(self, context: Context, *, lying: bool = False) -> None:
        self.context = context
        self.lying = lying
        self.misfit: ExpressionFault | None = None
        self.standing: dict[int, Tree] = {}  # every A x, which is a column
        self.rows: dict[int, Tree] = {}  # every x W whose x nothing marks as the row it is, by identity
        self.columns: dict[int, Tree] = {}  # every vector that stands upright for a program, as d[:, None]

    def settle(self, tree: Tree) -> Settled:
        match tree:
            case Name(name):
                shape = self.context.vocabulary.symbols.get(name, ())
                return tree, self._vector(*shape) if len(shape) == 1 else shape
            case Component(whole, indices):
                settled = tuple(self.settle(index)[0] for index in indices)
                return Component(self.settle(whole)[0], settled, tree.span), ()
            case Infix():
                return self._infix(tree, self.settle(tree.left), self.settle(tree.right))
            case Call("transpose" | "primed" | "column", 0, (operand,)):
                return self._turned(tree, self.settle(operand))
            case Call("identity_matrix" | "ones", 0, (Number(size),)):
                made, shape = constant(tree, int(size))
                return made, shape[::-1] if self.lying else shape
            case Call(function, 0, arguments) if function in AS_A_WHOLE:
                operands = [self.settle(argument) for argument in arguments]
                made, shape = as_a_whole(tree, operands, self.context.text)
                return made, shape[::-1] if self.lying and function in ("vec", "diag") else shape
            case Call("abs", 0, (Call("abs", 0, (inner,)) as bars,)):
                return self._double_bars(tree, bars, self.settle(inner))
            case Bracket(items):
                shapes = [self.settle(item) for item in items]
                stacked = Bracket(tuple(item for item, _ in shapes), tree.span)
                if not shapes[0][1]:
                    return stacked, self._vector(len(items))
                return stacked, (len(items), max(shapes[0][1]))
        operands = [self.settle(child) for child in children(tree)]
        settled_tree = rebuild(tree, tuple(operand for operand, _ in operands), tree.span)
        if isinstance(tree, Minus):
            self._stands_as(settled_tree, operands[0][0])
        return settled_tree, self._shape(tree, [shape for _, shape in operands])

    def _vector(self, size: int) -> Shape:
        return (1, size) if self.lying else (size, 1)

    def _stands_as(self, tree: Tree, *operands: Tree) -> Tree:
        """Note that a tree stands upright for a program if one of its operands does."""
        if any(id(operand) in self.columns for operand in operands):
            self.columns[id(tree)] = tree
        return tree

    def _double_bars(self, tree: Tree, bars: Tree, inner: Settled) -> Settled:
        """Return what double bars mean: the norm of a vector or matrix; around a number they stay."""
        operand, shape = inner
        if shape:
            return Call("norm", 0, (operand,), tree.span), ()
        return rebuild(tree, (rebuild(bars, (operand,), bars.span),), tree.span), ()

    def _shape(self, tree: Tree, shapes: list[Shape]) -> Shape:
        """Return the shape of a call, a sum or a sign."""
        if isinstance(tree, Repeat):
            return shapes[2]
        if isinstance(tree, Call):
            if tree.function in _OF_MANY and len(shapes) == 1:
                if not shapes[0] and self._is_one_of_many(tree):
                    reason = f"the {tree.function} of one number; write over which index it runs"
                    raise ExpressionFault(reason, self.context.text, tree.span)
                return ()
            if tree.function in _TO_NUMBER:
                return ()
            if tree.function == "outer":
                return outer_shape(tree, shapes, self.context.text)
            if tree.function == "derivative":
                return _of_derivative(*shapes)
            if tree.function in _RESHAPED and shapes[0]:
                return _RESHAPED[tree.function](*shapes[0])
        return max(shapes, key=lambda shape: (len(shape), shape), default=())

    def _is_one_of_many(self, tree: Tree) -> bool:
        """Tell whether a component by a free index stands in a tree, or bars that may be of each one."""
        indices = self.context.vocabulary.indices.keys()
        for node in walk(tree):
            match node:
                case Component(_, picked) if any(isinstance(i, Name) and i.name in indices for i in picked):
                    return True
                case Call("abs", 0, (Call("abs"),)):
                    return True
        return False

    def _turned(self, tree: Call, operand: Settled) -> Settled:
        """Return what is transposed, primed, or put upright as a column."""
        inner, shape = operand
        if tree.function == "column":
            return self._column(tree, inner, shape)
        if tree.function == "primed" and not shape:  # of a number it is no sign
            raise ExpressionFault("a prime behind a bracket around a number", self.context.text, tree.span)
        vector = 1 in shape
        turned = inner if vector or not shape else Call("transpose", 0, (inner,), tree.span)
        return turned, shape[::-1]

    def _column(self, tree: Tree, inner: Tree, shape: Shape) -> Settled:
        if not shape or shape[1] != 1:
            found = f"column takes a vector, found {in_words(shape)}"
            raise ExpressionFault(found, self.context.text, tree.span)
        self.columns[id(inner)] = inner
        return inner, shape

    def _infix(self, tree: Infix, left: Settled, right: Settled) -> Settled:
        operator = tree.operator
        (a, one), (b, other) = left, right
        if operator == "^" and one and one[0] == one[1] and b == Minus(Number(1.0)):
            return Call("inv", 0, (a,), tree.span), one
        if not one or not other:
            if operator in ("+", "-") and (one or other) and _has_constant(tree):
                raise self._misfit(tree, one, other)
            sign = "*" if operator == "@" else _SIGNS.get(operator, operator)
            return self._stands_as(Infix(sign, a, b, tree.span), a, b), one or other
        if operator != "@" and (id(a) in self.columns) != (id(b) in self.columns):
            return self._upright(tree, left, right)
        if operator == "⨯" and have_cross_product(one, other):
            return cross(tree, left, right, self.context.text)
        if operator == "·" or (operator in ("*", "⨯") and flat(one) != flat(other)) or operator == "@":
            return self._linear(tree, left, right)
        if flat(one) != flat(other):
            raise self._misfit(tree, one, other)
        return Infix(_SIGNS.get(operator, operator), a, b, tree.span), one

    def _upright(self, tree: Infix, left: Settled, right: Settled) -> Settled:
        """Return what a program makes of a column and a vector, which lies for it, or a matrix."""
        (a, one), (b, other) = left, right
        upright, whole = (one, other) if id(a) in self.columns else (other, one)
        sign = _SIGNS.get(tree.operator, tree.operator)
        if 1 in whole and sign == "*":
            column, row = (a, b) if upright is one else (b, a)
            return Call("outer", 0, (column, row), tree.span), (max(upright), max(whole))
        if 1 in whole or whole[0] != upright[0]:
            raise self._misfit(tree, one, other)
        if id(a) in self.columns:
            return Infix(sign, Call("column", 0, (a,), a.span), b, tree.span), whole
        return Infix(sign, a, Call("column", 0, (b,), b.span), tree.span), whole

    def _misfit(self, tree: Infix, one: Shape, other: Shape) -> ExpressionFault:
        shapes = f"{in_words(flat(one))} and {in_words(flat(other))} do not go together"
        return ExpressionFault(shapes, self.context.text, tree.span)

    def _linear(self, tree: Infix, left: Settled, right: Settled) -> Settled:
        (a, one), (b, other) = left, right
        if tree.operator == "@" and one[::-1] == other and id(b) in self.rows:
            return Infix("@", a, b, tree.span), ()  # x @ (x @ A), as programs write it: two vectors
        if one[1] == 1 and other[0] == 1:
            return Call("outer", 0, (a, b), tree.span), (one[0], other[1])
        product = Infix("@", a, b, tree.span)
        if one[1] == other[0]:
            rows, columns = one[0], other[1]
            if columns == 1 < rows and tree.operator != "@":
                self.standing[id(product)] = product
            return product, () if rows == columns == 1 else (rows, columns)
        shown = self.context.shown(tree.span)
        self._check_turned(tree, left, right)
        if one == other and 1 in one:
            self.context.note(f"{shown} is read as the dot product")
            return product, ()
        if one[1] == 1 and one[0] == other[0]:
            self.rows[id(product)] = product
            return product, (1, other[1])  # x W, with x as a row
        if other[0] == 1 and one[1] == other[1]:
            return product, (one[0], 1)
        if one == other:
            self.context.note(f"{shown} is read component by component")
            return Infix("*", a, b, tree.span), one
        raise self._misfit(tree, one, other)

    def _check_turned(self, tree: Infix, left: Settled, right: Settled) -> None:
        """Note the first product that does not fit, and has a vector that is marked to be turned."""
        upright = int(not self.lying)  # the axis along which a vector has one component, if it is not turned
        follows = left[1][1] == 1 < right[1][1] and id(left[0]) in self.standing  # A x B
        turned = any(
            1 in shape and max(shape) > 1 and shape[upright] > 1 and id(of) not in self.rows
            for of, shape in (left, right)
        )
        if (follows or turned) and self.misfit is None:
            shown = self.context.shown((tree.span[0], max(tree.span[1], tree.right.span[1])))
            why = (
                "a column is followed by a matrix"
                if follows
                else "a vector in it has a T too many, or too few"
            )
            reason = f"{shown} does not fit: {why}"
            self.misfit = ExpressionFault(reason, self.context.text, tree.span)


def _may_have_shape(tree: Tree) -> bool:
    """Tell whether a tree is a vector where there are only numbers, or what is made of one."""
    return isinstance(tree, Bracket) or (isinstance(tree, Call) and tree.function in ("norm_1", "norm_inf"))


def _has_constant(tree: Tree) -> bool:
    """Tell whether the size of something in a formula may have been found out by what fits."""
    return any(isinstance(node, Call) and node.function in (IDENTITY, ONES) for node in walk(tree))


def _of_derivative(of: Shape, by: Shape) -> Shape:
    """Return the shape of a derivative: by numbers or of one that of the other, else a matrix."""
    if of and by:
        both = (*flat(of), *flat(by))
        return both if len(both) == 2 else ()
    return of or by
