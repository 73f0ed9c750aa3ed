"""Limits on what a formula may ask for, checked before any of it is worked."""

import math

import numpy as np

from grader.expressions.arithmetic import evaluate
from grader.expressions.ends import run_of
from grader.expressions.faults import ExpressionFault
from grader.expressions.functions import CONSTANTS, ELEMENTWISE
from grader.expressions.open_functions import FORMULA_FUNCTIONS, OpenReal
from grader.expressions.tree import Call, Infix, Minus, Name, Number, Repeat, Tree, children

MAX_NODES = 500
MAX_TREE_DEPTH = 150
MAX_WORK = 5_000
MAX_EXPONENT = 1000
_LARGEST_END = 10  # a name is drawn not much larger where a sum begins or ends with it


def check_depth(tree: Tree, text: str) -> None:
    """Raise ExpressionFault for a formula so deep or large that no function may walk through it."""
    waiting = [(tree, 0)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > MAX_TREE_DEPTH or nodes > 2 * MAX_NODES:  # some are put together before they count
            raise ExpressionFault(f"too large: more than {MAX_NODES} parts", text, node.span)
        waiting += [(child, depth + 1) for child in children(node)]


def check_limits(tree: Tree, text: str, declared: frozenset[str]) -> None:
    """Raise ExpressionFault for a formula that is too large, or a part that has no finite value.

    pi and e are numbers unless they are `declared` as names of the question.
    """
    check = _Check(text, declared)
    if check.visit(tree, 0):
        check.finite(tree)


_OF_NUMBERS = (
    frozenset(ELEMENTWISE)
    | frozenset(FORMULA_FUNCTIONS)
    | {"tan", "square", "max", "min", "binomial", "where"}
)


class _Check:
    """One walk that counts nodes, depth and the work that sums make of them."""

    def __init__(self, text: str, declared: frozenset[str]) -> None:
        self.text = text
        self.constants = CONSTANTS.keys() - declared
        self.nodes = 0
        self.work = 0

    def visit(self, tree: Tree, depth: int, times: int = 1) -> bool:
        """Count a node and all below it; return whether it has no names, so that its value is known."""
        self.nodes += 1
        self.work += times
        if self.nodes > MAX_NODES or depth > MAX_TREE_DEPTH:
            raise ExpressionFault(f"too large: more than {MAX_NODES} parts", self.text, tree.span)
        if self.work > MAX_WORK:
            raise ExpressionFault("the sums have too many terms to be worked", self.text, tree.span)
        if isinstance(tree, Number):
            return True
        if isinstance(tree, Name):
            return tree.name in self.constants
        if isinstance(tree, Repeat):
            return self._repeat(tree, depth, times)
        below = children(tree)
        known = [self.visit(child, depth + 1, times) for child in below]
        if all(known) and self._is_number(tree):
            return True
        for child, is_known in zip(below, known, strict=True):
            if is_known:
                self.finite(child)
        if isinstance(tree, Infix) and known[1]:
            self._right(tree)
        return False

    def _repeat(self, tree: Repeat, depth: int, times: int) -> bool:
        for end in (tree.first, tree.last):
            if self.visit(end, depth + 1, times):
                self.finite(end)
        if self.visit(tree.body, depth + 1, times * max(_terms(tree), 1)):
            self.finite(tree.body)
        return False

    def _is_number(self, tree: Tree) -> bool:
        """Tell whether a part whose operands are known numbers is one too."""
        if isinstance(tree, Call):
            return tree.function in _OF_NUMBERS and (not tree.primes or tree.function in ELEMENTWISE)
        return isinstance(tree, Minus) or (isinstance(tree, Infix) and tree.operator != "@")

    def finite(self, tree: Tree) -> None:
        """Refuse a part without names that has no finite value."""
        if isinstance(tree, Number | Name):
            return
        if not math.isfinite(_value(tree)):
            raise ExpressionFault("this is not a finite real number", self.text, tree.span)

    def _right(self, tree: Infix) -> None:
        """Refuse a power with a large exponent, and a division by 0."""
        if tree.operator == "^" and abs(_value(tree.right)) > MAX_EXPONENT:
            raise ExpressionFault(f"the exponent is larger than {MAX_EXPONENT}", self.text, tree.right.span)
        if tree.operator == "/" and _value(tree.right) == 0:
            raise ExpressionFault("this divides by 0 and has no finite value", self.text, tree.span)


def _value(tree: Tree) -> float:
    """Return the value of a part without names; its largest component."""
    return float(np.max(evaluate(tree, {}, OpenReal())))


def _terms(tree: Repeat) -> int:
    if isinstance(tree.first, Number) and isinstance(tree.last, Number):
        return int(tree.last.value - tree.first.value) + 1
    first, last = run_of(tree, _LARGEST_END, {})
    return max(last - first + 1, _LARGEST_END)
