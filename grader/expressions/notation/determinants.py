"""Determinants of small matrices, written out by components: det(A), of numbers a d - b c."""

from collections.abc import Sequence

from grader.expressions.faults import Span
from grader.expressions.tree import Bracket, Component, Infix, Number, Tree

LARGEST = 4  # rows: a determinant has a term for each of their orders


def determinant(matrix: Tree, size: int, span: Span) -> Tree:
    """Return the determinant of a square matrix of at most `LARGEST` rows, expanded by the first row."""
    numbers = [Number(float(place), span) for place in range(1, size + 1)]
    rows: list[tuple[Tree, ...]]
    if isinstance(matrix, Bracket):
        rows = [row.items if isinstance(row, Bracket) else (row,) for row in matrix.items]
    else:
        rows = [tuple(Component(matrix, (row, column), span) for column in numbers) for row in numbers]
    return _expanded(rows, span)


def _expanded(rows: Sequence[tuple[Tree, ...]], span: Span) -> Tree:
    (first, *others), *below = rows
    if not below:
        return first
    total: Tree = Infix("*", first, _expanded([row[1:] for row in below], span), span)
    for place, factor in enumerate(others, start=1):
        minor = _expanded([row[:place] + row[place + 1 :] for row in below], span)
        total = Infix("-" if place % 2 else "+", total, Infix("*", factor, minor, span), span)
    return total
