"""Functions of vectors and matrices as a whole, written out by components where a tree has none of them.

det(A) is of numbers a d - b c; a × b, vec(A) and prod(x) are written out as well, traces and norms are sums.
"""

from collections.abc import Sequence
from functools import reduce
from math import prod

from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.shapes import Shape, in_words
from grader.expressions.tree import Bracket, Call, Component, Infix, Number, Tree

IDENTITY, ONES = "identity_matrix", "ones"  # of a size that is their argument
AS_A_WHOLE = frozenset({"trace", "det", "prod", "vec", "norm_1", "norm_inf", "inner", "cross", "diag"})
_LARGEST = 4  # rows: a determinant has a term for each of their orders
_MOST = 36  # components that are written out one by one
_SPACE = (3,)  # the shape of what a cross product takes

# A tree, and its shape of two axes, (n, 1) of a column; or none, of a number.
Settled = tuple[Tree, Shape]


def flat(shape: Shape) -> Shape:
    """Return a shape with a row or a column as the vector that it is in the tree."""
    if len(shape) == 2 and 1 in shape:
        return (shape[0] * shape[1],)
    return shape


def constant(tree: Call, size: int) -> Settled:
    """Return an identity matrix, or a column of ones."""
    ones = Bracket((Number(1.0, tree.span),) * size, tree.span)
    if tree.function == IDENTITY:
        return Call("diag", 0, (ones,), tree.span), (size, size)
    return ones, (size, 1)


def as_a_whole(tree: Call, operands: Sequence[Settled], text: str) -> Settled:
    """Return what one of `AS_A_WHOLE` is of vectors and matrices; vec(A) and diag(A) of one are columns.

    Raises ExpressionFault for what it cannot be of.
    """
    if tree.function in ("cross", "inner"):
        left, right = operands
        return (cross if tree.function == "cross" else _inner_product)(tree, left, right, text)
    ((inner, shape),) = operands
    if tree.function == "vec":
        column = Bracket(tuple(_components(tree, inner, shape, text)), tree.span)
        return column, (len(column.items), 1)
    if tree.function == "diag":
        return _diagonal(tree, inner, shape)
    if tree.function == "prod":
        components = _components(tree, inner, shape, text)
        return reduce(lambda left, right: Infix("*", left, right, tree.span), components), ()
    of_matrix = _of_square if tree.function in ("trace", "det") else _norm_of_order
    return of_matrix(tree, inner, shape, text), ()


def _diagonal(tree: Call, inner: Tree, shape: Shape) -> Settled:
    """Return the diagonal of a square matrix, or the matrix with a vector on its diagonal."""
    if not shape or 1 in shape or shape[0] != shape[1]:
        size = max(shape, default=0)
        return Call("diag", 0, (inner,), tree.span), (size, size) if shape else ()
    rows = _rows(inner, shape, tree.span)
    return Bracket(tuple(row[place] for place, row in enumerate(rows)), tree.span), (shape[0], 1)


def _of_square(tree: Call, inner: Tree, shape: Shape, text: str) -> Tree:
    """Return a trace or a determinant. Raises ExpressionFault where there is none."""
    det = tree.function == "det"
    if not shape and not det:  # the trace of a number: itself
        return inner
    if not shape or shape[0] != shape[1] or (det and shape[0] > _LARGEST):
        largest = f"determinant is of a square matrix of at most {_LARGEST} rows"
        what = largest if det else "trace is of a square matrix"
        raise ExpressionFault(f"the {what}, not of {in_words(flat(shape))}", text, tree.span)
    if det:
        return _expanded(_rows(inner, shape, tree.span), tree.span)
    identity, _ = constant(Call(IDENTITY, 0, (), tree.span), shape[0])
    return Call("sum", 0, (Infix("*", inner, identity, tree.span),), tree.span)


def _components(tree: Call, inner: Tree, shape: Shape, text: str) -> list[Tree]:
    """Return the components of a vector or matrix, column by column.

    Raises ExpressionFault for a number, and for too many components.
    """
    if not shape or prod(shape) > _MOST:
        found = f"a vector or matrix of at most {_MOST} components, found {in_words(flat(shape))}"
        raise ExpressionFault(f"{tree.function} takes {found}", text, tree.span)
    columns = zip(*_rows(inner, flat(shape), tree.span), strict=True)
    return [item for column in columns for item in column]


def have_cross_product(*shapes: Shape) -> bool:
    """Tell whether all shapes are of vectors in space."""
    return all(flat(shape) == _SPACE for shape in shapes)


def cross(tree: Tree, left: Settled, right: Settled, text: str) -> Settled:
    """Return a cross product. Raises ExpressionFault for other vectors than those in space."""
    if not have_cross_product(left[1], right[1]):
        found = " and ".join(in_words(flat(shape)) for _, shape in (left, right))
        raise ExpressionFault(f"a cross product of {found}", text, tree.span)
    span = tree.span
    (a,), (b,) = (zip(*_rows(vector, _SPACE, span), strict=True) for vector, _ in (left, right))
    pairs = ((1, 2), (2, 0), (0, 1))
    products = [(Infix("*", a[i], b[j], span), Infix("*", a[j], b[i], span)) for i, j in pairs]
    return Bracket(tuple(Infix("-", one, other, span) for one, other in products), span), left[1]


def _inner_product(tree: Tree, left: Settled, right: Settled, text: str) -> Settled:
    """Return an inner product. Raises ExpressionFault where the shapes differ, or are of numbers."""
    (a, one), (b, other) = left, right
    if not one or flat(one) != flat(other):
        found = f"an inner product of {in_words(flat(one))} and {in_words(flat(other))}"
        raise ExpressionFault(found, text, tree.span)
    return Call("sum", 0, (Infix("*", a, b, tree.span),), tree.span), ()


def _norm_of_order(tree: Call, operand: Tree, shape: Shape, text: str) -> Tree:
    """Return the sum or the largest of the absolute values; of a matrix it is another norm."""
    if shape and 1 not in shape:
        reason = f"a norm with this index is read of a vector, not of {in_words(shape)}"
        raise ExpressionFault(reason, text, tree.span)
    magnitude = Call("abs", 0, (operand,), tree.span)
    of_components = "sum" if tree.function == "norm_1" else "max"
    return Call(of_components, 0, (magnitude,), tree.span) if shape else magnitude


def outer_shape(tree: Call, shapes: Sequence[Shape], text: str) -> Shape:
    """Return the shape of an outer product. Raises ExpressionFault for other than two vectors."""
    vectors = [flat(shape) for shape in shapes]
    if [len(shape) for shape in vectors] != [1, 1]:
        found = " and ".join(map(in_words, vectors))
        raise ExpressionFault(f"outer takes two vectors, found {found}", text, tree.span)
    return vectors[0] + vectors[1]


def _rows(whole: Tree, shape: Shape, span: Span) -> list[tuple[Tree, ...]]:
    """Return the rows of a matrix, (rows, columns), or of a vector, (rows,), each of one component."""
    if isinstance(whole, Bracket):
        return [row.items if isinstance(row, Bracket) else (row,) for row in whole.items]
    axes = [[Number(float(place), span) for place in range(1, size + 1)] for size in shape]
    if len(axes) == 1:
        return [(Component(whole, (row,), span),) for row in axes[0]]
    return [tuple(Component(whole, (row, column), span) for column in axes[1]) for row in axes[0]]


def _expanded(rows: Sequence[tuple[Tree, ...]], span: Span) -> Tree:
    """Return the determinant of a matrix, expanded by its first row."""
    (first, *others), *below = rows
    if not below:
        return first
    total: Tree = Infix("*", first, _expanded([row[1:] for row in below], span), span)
    for place, factor in enumerate(others, start=1):
        minor = _expanded([row[:place] + row[place + 1 :] for row in below], span)
        total = Infix("-" if place % 2 else "+", total, Infix("*", factor, minor, span), span)
    return total
