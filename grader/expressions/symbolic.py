"""Derivatives of formulas of numbers, as formulas: those inside others, which dual numbers work.

Nothing is put in lowest terms; what is worked from it is compared by value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from grader.expressions.functions import DEFINED, ELEMENTWISE, known_functions
from grader.expressions.grammar import parse
from grader.expressions.open_functions import FORMULA_FUNCTIONS
from grader.expressions.tree import (
    Call,
    Infix,
    Minus,
    Name,
    Number,
    Repeat,
    Tree,
    is_comparison,
    names_in,
    rebuild,
    substitute,
    walk,
)

_ZERO, _ONE = Number(0.0), Number(1.0)
_MOST_PARTS = 400  # of a derivative
_ARGUMENT = "x"  # of the functions in their own derivatives


class NoDerivative(ValueError):
    """A formula of which no derivative is known here."""


def differentiated(tree: Tree, by: str, definitions: Mapping[str, Tree] | None = None) -> Tree:
    """Return the derivative of a number by a number, through what names are defined as.

    Raises NoDerivative for products of matrices, functions of which none is known, and what grows too large.
    """
    found = _Rules(by, definitions or {}).of(tree)
    return Infix("*", _ZERO, tree) if found == _ZERO else found  # as many zeros as the tree has components


@cache
def derivative_of_order(function: str, order: int) -> Tree:
    """Return a derivative of a known function of one number `x`. Raises NoDerivative where none is known."""
    if order > 1:
        return differentiated(derivative_of_order(function, order - 1), _ARGUMENT)
    known = ELEMENTWISE.get(function) or FORMULA_FUNCTIONS.get(function) or DEFINED.get(function)
    if known is None or not known.derivative:
        raise NoDerivative(function)
    return parse(known.derivative)


@dataclass(frozen=True, slots=True)
class _Rules:
    by: str
    definitions: Mapping[str, Tree]

    def of(self, tree: Tree) -> Tree:
        if is_comparison(tree) or not self._changes(tree):
            return _ZERO
        found = self._found(tree)
        for count, _ in enumerate(walk(found)):
            if count > _MOST_PARTS:
                raise NoDerivative("too large")
        return found

    def _changes(self, tree: Tree) -> bool:
        names = names_in(tree)
        return self.by in names or any(
            self._changes(self.definitions[n]) for n in names if n in self.definitions
        )

    def _found(self, tree: Tree) -> Tree:
        match tree:
            case Name(name):
                return _ONE if name == self.by else self.of(self.definitions[name])
            case Minus(operand):
                return Minus(self.of(operand))
            case Infix("+" | "-" as sign, left, right):
                return _sum(sign, self.of(left), self.of(right))
            case Infix("*", left, right):
                return _sum("+", _times(self.of(left), right), _times(left, self.of(right)))
            case Infix("/", left, right):
                return Infix("/", _sum("-", self.of(left), _times(tree, self.of(right))), right)
            case Infix("^", base, exponent):
                return self._power(tree, base, exponent)
            case Call("where", 0, (condition, one, other)):
                return Call("where", 0, (condition, self.of(one), self.of(other)))
            case Call(function, primes, (inner,)):
                return _times(_rate(function, primes, inner), self.of(inner))
            case Repeat("+", index, first, last, body) if index != self.by:
                if not (self._changes(first) or self._changes(last)):
                    return rebuild(tree, (first, last, self.of(body)), tree.span)
        raise NoDerivative(type(tree).__name__)

    def _power(self, tree: Tree, base: Tree, exponent: Tree) -> Tree:
        towards: Tree = _ZERO
        if self._changes(base):
            less = Infix("^", base, Infix("-", exponent, _ONE))
            towards = _times(Infix("*", exponent, less), self.of(base))
        if self._changes(exponent):
            grown = _times(Infix("*", tree, Call("log", 0, (base,))), self.of(exponent))
            towards = _sum("+", towards, grown)
        return towards


def _sum(sign: str, one: Tree, other: Tree) -> Tree:
    """Return a sum or a difference, without a 0."""
    if other == _ZERO:
        return one
    if one == _ZERO:
        return other if sign == "+" else Minus(other)
    return Infix(sign, one, other)


def _times(one: Tree, other: Tree) -> Tree:
    """Return a product, without factors of 0 and 1."""
    if _ZERO in (one, other):
        return _ZERO
    if one == _ONE:
        return other
    return one if other == _ONE else Infix("*", one, other)


def _rate(function: str, primes: int, inner: Tree) -> Tree:
    """Return how fast a function changes with its only argument."""
    if function in known_functions() or function in FORMULA_FUNCTIONS:
        return substitute(derivative_of_order(function, primes + 1), {_ARGUMENT: inner})
    if function == "binomial":
        raise NoDerivative(function)
    return Call(function, primes + 1, (inner,))
