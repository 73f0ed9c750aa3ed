"""One walk over the tree for every arithmetic: real numbers, balls, duals."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial, reduce
from typing import Protocol, TypeVar

from grader.expressions.functions import CONSTANTS, DEFINED, ELEMENTWISE, Elementwise
from grader.expressions.grammar import parse
from grader.expressions.tree import (
    Bracket,
    Call,
    Component,
    Infix,
    Item,
    Minus,
    Name,
    Number,
    Repeat,
    Tree,
    names_in,
)

V = TypeVar("V")


class Arithmetic(Protocol[V]):
    """What a kind of number must be able to do so that an expression can be worked with it.

    Its values have some leading axes (hand-ins, steps) before their own. The terms of a sum are worked along
    one more: in the arithmetic that is `wider` by it, with values `spread` along it, the index as the `count`
    of whole numbers, and the `total` taken at the end. What may be called is in `functions`: `apply` works
    those of one number, `whole` those that look at a value as a whole.
    """

    def number(self, value: float) -> V: ...
    def negative(self, a: V) -> V: ...
    def infix(self, operator: str, a: V, b: V) -> V: ...
    def power(self, a: V, exponent: float) -> V: ...
    def apply(self, function: Elementwise, a: V) -> V: ...
    def whole(self, name: str, arguments: Sequence[V]) -> V: ...
    def stack(self, items: Sequence[V]) -> V: ...
    def wider(self) -> "Arithmetic[V]": ...
    def spread(self, a: V) -> V: ...
    def count(self, first: int, last: int) -> V: ...
    def total(self, a: V, terms: int) -> V: ...


_FOLDED = frozenset("*/+-")


def evaluate(tree: Tree, names: Mapping[str, V], arithmetic: Arithmetic[V]) -> V:
    """Work an expression whose shapes `infer` has found to fit, with the values of its names."""
    match tree:
        case Number(value):
            return arithmetic.number(value)
        case Name(name):
            return names[name] if name in names else arithmetic.number(CONSTANTS[name])
        case Minus(operand):
            return arithmetic.negative(evaluate(operand, names, arithmetic))
        case Infix("^", left, right) if (exponent := _constant(right)) is not None:
            return arithmetic.power(evaluate(left, names, arithmetic), exponent)
        case Infix(operator, left, right):
            a = evaluate(left, names, arithmetic)
            return arithmetic.infix(operator, a, evaluate(right, names, arithmetic))
        case Bracket(items):
            return arithmetic.stack([evaluate(item, names, arithmetic) for item in items])
        case Component(whole, indices) | Item(whole, indices):
            parts = [evaluate(part, names, arithmetic) for part in (whole, *indices)]
            return arithmetic.whole("item" if isinstance(tree, Item) else "component", parts)
        case Repeat():
            return _repeated(tree, names, arithmetic)
        case Call():
            values = [evaluate(argument, names, arithmetic) for argument in tree.arguments]
            return _called(tree, values, arithmetic)


def _constant(tree: Tree) -> float | None:
    """Return the number that an exponent such as 2, -1 or 1/2 is, or None where it has a name in it.

    A power with such an exponent has a value for negative numbers, too, and a bound.
    """
    match tree:
        case Number(value):
            return value
        case Minus(operand):
            value_of = _constant(operand)
            return None if value_of is None else -value_of
        case Infix(operator, left, right) if operator in _FOLDED:
            a, b = _constant(left), _constant(right)
            return None if a is None or b is None else _folded(operator, a, b)
    return None


def _folded(operator: str, a: float, b: float) -> float | None:
    """Return a product, quotient, sum or difference of numbers; None where there is none."""
    if operator == "/":
        return a / b if b else None
    return {"*": a * b, "+": a + b, "-": a - b}[operator]


def _called(tree: Call, values: Sequence[V], arithmetic: Arithmetic[V]) -> V:
    """Work a function or its derivative at the values of its arguments."""
    name = tree.function
    if tree.primes:
        return evaluate(derivative_of(name), {"x": values[0]}, arithmetic)
    if name in ELEMENTWISE:
        return arithmetic.apply(ELEMENTWISE[name], values[0])
    if name in DEFINED:
        parameters = DEFINED[name].parameters
        return evaluate(parse(DEFINED[name].body), dict(zip(parameters, values, strict=True)), arithmetic)
    return arithmetic.whole(name, values)


def _repeated(tree: Repeat, names: Mapping[str, V], arithmetic: Arithmetic[V]) -> V:
    """Work a sum or product whose ends are numbers; an empty one is 0 or 1.

    The terms of a sum are worked together, along one more leading axis; factors one by one.
    """
    if not (isinstance(tree.first, Number) and isinstance(tree.last, Number)):
        raise TypeError("the ends of a sum must be numbers before it is worked")
    run = range(int(tree.first.value), int(tree.last.value) + 1)
    if not run:
        return arithmetic.number(0.0 if tree.operator == "+" else 1.0)
    if tree.operator == "+":
        used = names_in(tree.body) & names.keys()
        inside = {name: arithmetic.spread(names[name]) for name in used}
        inside[tree.index] = arithmetic.count(run.start, run.stop - 1)
        return arithmetic.total(evaluate(tree.body, inside, arithmetic.wider()), len(run))
    factors = (
        evaluate(tree.body, {**names, tree.index: arithmetic.number(float(index))}, arithmetic)
        for index in run
    )
    return reduce(partial(arithmetic.infix, tree.operator), factors)


@lru_cache
def derivative_of(function: str) -> Tree:
    """Return the derivative of a known function of one number, as an expression in `x`."""
    known = ELEMENTWISE[function] if function in ELEMENTWISE else DEFINED[function]
    return parse(known.derivative)
