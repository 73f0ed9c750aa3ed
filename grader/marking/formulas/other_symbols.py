"""One symbol in place of another: a formula with each of several in its place, at a few points at once.

What is tried is bounded by the work that it is: in a formula of hundreds of parts nobody would look for one
letter to the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.expressions import Array, Call, Name, Tree, names_in, substitute, walk
from grader.expressions.open_functions import lowered
from grader.expressions.tree import Number, Repeat, children, rebuild
from grader.marking.formulas.derivatives import name_derivatives
from grader.marking.formulas.points import Points
from grader.marking.formulas.quantities import LARGEST_INTEGER

_ANOTHER = "?"  # the name of a symbol that is in question
_MOST_PLACES = 6
_LARGE = 100  # parts, beyond which a symbol is exchanged everywhere or not at all

# Work is counted in parts of a formula that are worked for all points at once.
_MOST_WORK = 10_000
_PER_TERM = 0.1  # of a part that stands in a sum
_SLOW = {"factorial": 20, "binomial": 60}  # worked number by number
_ANEW = 5  # times as much, where a formula is prepared and worked for one symbol alone


class Exchanges:
    """The exchanges of symbols in one answer."""

    def __init__(self, answer: Tree, points: Points) -> None:
        self._answer, self._points = answer, points
        self._tree, self._derivatives = name_derivatives(lowered(answer, LARGEST_INTEGER))
        self._effort = effort(answer)
        self._left = float(_MOST_WORK)

    def of(self, written: str, others: Sequence[str]) -> Iterator["Exchange"]:
        """Yield the answer with a symbol in question: everywhere, then in one place.

        No more is yielded once all the work is done that a formula is worth.
        """
        if not others:
            return
        anew = any(written == each.by or written in names_in(each.of) for each in self._derivatives)
        for place in (None, *places_of(self._answer, written)):
            self._left -= self._effort * (_ANEW * len(others) if anew else 1)
            if self._left < 0:
                return
            values = None
            if not anew:
                tree = self._tree if place is None else replaced(self._tree, place, Name(_ANOTHER))
                name = written if place is None else _ANOTHER
                meanings = [self._points.values_of(other) for other in others]
                values = self._points.real_with(tree, self._derivatives, name, meanings)
            yield Exchange(self._answer, written, place, values)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer with a symbol in question, everywhere (`place` is None) or in one place.

    `values` are those that it has with each of the other symbols, (others, points, ...); None where that is
    not told for all at once.
    """

    answer: Tree
    written: str
    place: Name | None
    values: Array | None

    def by(self, meant: str) -> Tree:
        """Return the answer with another symbol."""
        if self.place is None:
            return substitute(self.answer, {self.written: Name(meant)})
        return replaced(self.answer, self.place, Name(meant))


def exchanged(tree: Tree, written: str, meant: str) -> Iterator[Tree]:
    """Yield a formula with one symbol in place of another: everywhere, then in one place."""
    for place in (None, *places_of(tree, written)):
        yield Exchange(tree, written, place, None).by(meant)


def places_of(tree: Tree, written: str) -> list[Name]:
    """Return where a symbol stands, if that is in several places and in few."""
    parts = [*walk(tree)]
    places = [node for node in parts if isinstance(node, Name) and node.name == written]
    return places if 1 < len(places) <= _MOST_PLACES and len(parts) <= _LARGE else []


def replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    """Put a tree in the place of one part."""
    if tree is old:
        return new
    return rebuild(tree, tuple([replaced(child, old, new) for child in children(tree)]), tree.span)


def effort(tree: Tree) -> float:
    """Return how much work a formula is at a few points."""
    own = float(_SLOW.get(tree.function, 1)) if isinstance(tree, Call) else 1.0
    below = sum(map(effort, children(tree)))
    if isinstance(tree, Repeat):
        below *= _terms(tree) if tree.operator == "*" else 1.0 + _PER_TERM * _terms(tree)
    return own + below


def _terms(tree: Repeat) -> float:
    if isinstance(tree.first, Number) and isinstance(tree.last, Number):
        return max(tree.last.value - tree.first.value + 1.0, 0.0)
    return LARGEST_INTEGER
