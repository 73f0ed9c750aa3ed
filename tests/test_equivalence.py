"""Equality by value: 2,000 generated pairs, decided by exact rational arithmetic, and the hard cases."""

import random
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import add, mul

import mpmath
import pytest

from grader.expressions.notation import Vocabulary, read_formula
from grader.expressions.printing import in_plain
from grader.expressions.tree import (
    Call,
    Component,
    Infix,
    Minus,
    Name,
    Number,
    Repeat,
    children,
    rebuild,
    walk,
)
from grader.marking.equivalence import Different, Equal, Undecidable, compare
from grader.marking.points import Quantity, Setting, draw, number_of_points

SCALARS = ("x", "y", "z", "w_1", "w_2")
SIZE = 3
INDICES = {"j": SIZE, "k": SIZE}
VOCABULARY = Vocabulary(
    symbols={**dict.fromkeys(SCALARS, ()), "o": (SIZE,), "p": (SIZE,)},
    functions=frozenset({"f", "g"}),
    indices=INDICES,
)
SETTING = Setting(
    symbols={**{name: Quantity() for name in SCALARS}, "o": Quantity((SIZE,)), "p": Quantity((SIZE,))},
    indices=INDICES,
)


def read(text, vocabulary=VOCABULARY):
    return read_formula(text, vocabulary).tree


def equal(first, second, setting=SETTING, vocabulary=VOCABULARY):
    one, other = read(first, vocabulary), read(second, vocabulary)
    verdict, mirrored = compare(one, other, setting), compare(other, one, setting)
    assert type(verdict) is type(mirrored), "the order of the two sides matters"
    return verdict


# --- the generator -------------------------------------------------------------------------------------


def grown(rng, depth, bound=()):
    """Return a random tree; `bound` are the indices of the sums around it."""
    if depth == 0 or rng.random() < 0.1:
        kind = rng.random()
        if kind < 0.2:
            return Number(float(rng.randint(1, 9)))
        if kind < 0.5:
            return Component(Name(rng.choice("op")), (Name(rng.choice([*INDICES, *bound])),))
        return Name(rng.choice(SCALARS))
    kind = rng.random()
    if kind < 0.25:
        return Infix(rng.choice("+-"), grown(rng, depth - 1, bound), grown(rng, depth - 1, bound))
    if kind < 0.6:
        return Infix("*", grown(rng, depth - 1, bound), grown(rng, depth - 1, bound))
    if kind < 0.68:
        return Infix("/", grown(rng, depth - 1, bound), grown(rng, depth - 1, bound))
    if kind < 0.76:
        return Infix("^", grown(rng, depth - 1, bound), Number(float(rng.randint(2, 3))))
    if kind < 0.8:
        return Minus(grown(rng, depth - 1, bound))
    if kind < 0.92 or "i" in bound:
        return Call(rng.choice("fg"), rng.choice((0, 0, 1, 2)), (grown(rng, depth - 1, bound),))
    return Repeat("+", "i", Number(1.0), Number(float(SIZE)), grown(rng, depth - 1, (*bound, "i")))


def rewritten(rng, tree):
    """Return the tree with true identities applied at random places."""
    for _ in range(rng.randint(2, 4)):
        tree = at_random_place(rng, tree, lambda node: identity(rng, node))
    return tree


def at_random_place(rng, tree, change):
    """Return the tree with one node changed, or as it is where the change does not apply."""
    places = list(paths(tree))
    for path in rng.sample(places, min(len(places), 8)):
        new = change(node_at(tree, path))
        if new is not None:
            return put(tree, path, new)
    return tree


def paths(tree, path=()):
    yield path
    for place, child in enumerate(children(tree)):
        # The base of a component and the ends of a sum stay.
        if isinstance(tree, Component) or (isinstance(tree, Repeat) and place < 2):
            continue
        if isinstance(tree, Infix) and tree.operator == "^" and place == 1:
            continue
        yield from paths(child, (*path, place))


def node_at(tree, path):
    return reduce(lambda node, place: children(node)[place], path, tree)


def put(tree, path, new):
    if not path:
        return new
    operands = list(children(tree))
    operands[path[0]] = put(operands[path[0]], path[1:], new)
    return rebuild(tree, tuple(operands), tree.span)


def identity(rng, node):
    """Return something equal to a node wherever both are defined."""
    one, some = Number(1.0), Name(rng.choice(SCALARS))
    anywhere = [
        lambda: Minus(Minus(node)),
        lambda: Infix("-", Infix("+", node, some), some),
        lambda: Infix("*", node, Infix("/", some, some)),
        lambda: Infix("-", Infix("*", Number(2.0), node), node),
        lambda: Infix("/", one, Infix("/", one, node)),
        lambda: Call("where", 0, (Infix("==", Name("j"), Name("k")), node, node)),
    ]
    match node:
        case Infix("+" | "*" as sign, a, b):
            return rng.choice([Infix(sign, b, a), *([distributed(node)] if sign == "*" else [])]) or None
        case Infix("-", a, b):
            return rng.choice([Infix("+", a, Minus(b)), Minus(Infix("-", b, a))])
        case Infix("/", a, b):
            return rng.choice([Infix("*", a, Infix("^", b, Minus(one))), Infix("*", Infix("/", one, b), a)])
        case Infix("^", a, Number(n)):
            return reduce(lambda left, right: Infix("*", left, right), [a] * int(n))
        case Minus(a):
            return Infix("*", Minus(one), a)
        case Repeat(_, index, first, Number(last), body) if last > 1:
            peeled = replace(node, last=Number(last - 1))
            return Infix("+", peeled, with_index(body, index, Number(last)))
        case _:
            return rng.choice(anywhere)()


def distributed(node):
    match node:
        case Infix("*", a, Infix("+" | "-" as sign, b, c)):
            return Infix(sign, Infix("*", a, b), Infix("*", a, c))
    return Infix(node.operator, node.right, node.left)


def with_index(tree, index, value):
    if tree == Name(index):
        return value
    operands = tuple(with_index(child, index, value) for child in children(tree))
    return rebuild(tree, operands, tree.span)


def changed(rng, node):
    """Return a node with one sign, factor, symbol, index or exponent changed."""
    match node:
        case Infix("+" | "-" as sign, a, b):
            return Infix("-" if sign == "+" else "+", a, b)
        case Infix("*", a, b):
            return rng.choice([a, b, Infix("*", Number(2.0), node), Infix("/", a, b)])
        case Infix("^", a, Number(n)):
            return Infix("^", a, Number(n + 1))
        case Number(n):
            return Number(n + 1)
        case Minus(a):
            return a
        case Name(name) if name in SCALARS:
            return Name(rng.choice([other for other in SCALARS if other != name]))
        case Component(whole, (Name(index),)):
            return Component(whole, (Name("k" if index == "j" else "j"),))
        case Call("f" | "g" as name, primes, arguments):
            return rng.choice(
                [Call("g" if name == "f" else "f", primes, arguments), Call(name, primes + 1, arguments)]
            )
    return None


# --- exact rational arithmetic: the oracle -------------------------------------------------------------


class Undefined(Exception):
    """A division by zero."""


def exactly(tree, names):
    """Return the value of a tree as a fraction; the open functions are polynomials of high degree."""
    match tree:
        case Number(value):
            return Fraction(value)
        case Name(name):
            return names[name]
        case Minus(a):
            return -exactly(a, names)
        case Infix(operator, a, b):
            return combined(operator, exactly(a, names), exactly(b, names))
        case Component(Name(name), (index,)):
            return names[name][int(exactly(index, names)) - 1]
        case Repeat(_, index, Number(first), Number(last), body):
            run = range(int(first), int(last) + 1)
            return reduce(add, (exactly(body, {**names, index: Fraction(i)}) for i in run))
        case Call("where", 0, (condition, a, b)):
            return exactly(a if exactly(condition, names) else b, names)
        case Call(name, primes, (argument,)):
            return polynomial(names[name], primes, exactly(argument, names))
    raise AssertionError(tree)


def combined(operator, a, b):
    if operator == "^":
        operator, a, b = ("/", Fraction(1), a**-b) if b < 0 else ("+", a**b, Fraction(0))
    if operator == "/":
        if b == 0:
            raise Undefined
        return a / b
    return {"+": a + b, "-": a - b, "*": a * b, "==": Fraction(a == b)}[operator]


def polynomial(coefficients, primes, x):
    for _ in range(primes):
        coefficients = [n * c for n, c in enumerate(coefficients)][1:]
    return reduce(add, (c * x**n for n, c in enumerate(coefficients)))


def differ_exactly(rng, one, other):
    """Tell whether two trees differ at one of a few exact points, under all values of the indices."""
    for _ in range(3):
        names = {name: Fraction(rng.randint(-30, 30), rng.randint(1, 7)) for name in SCALARS}
        names |= {
            name: [Fraction(rng.randint(-30, 30), rng.randint(1, 7)) for _ in range(SIZE)] for name in "op"
        }
        names |= {name: [Fraction(rng.randint(-9, 9), 4) for _ in range(5)] for name in "fg"}
        for j in range(1, SIZE + 1):
            for k in range(1, SIZE + 1):
                names |= {"j": Fraction(j), "k": Fraction(k)}
                try:
                    if exactly(one, names) != exactly(other, names):
                        return True
                except Undefined:
                    continue
    return False


@pytest.mark.parametrize("block", range(20))
def test_generated_pairs(block):
    rng = random.Random(block)
    undecided = 0
    for _ in range(50):
        tree = grown(rng, 3)
        same = rewritten(rng, tree)
        assert not differ_exactly(rng, tree, same), f"the test's identity is none: {tree} {same}"
        verdict = compare(tree, same, SETTING)
        assert not isinstance(verdict, Different), f"{in_plain(tree)} | {in_plain(same)}: {verdict}"
        undecided += isinstance(verdict, Undecidable)
        other = at_random_place(rng, same, lambda node: changed(rng, node))
        verdict = compare(tree, other, SETTING)
        assert compare(other, tree, SETTING).__class__ is verdict.__class__
        if differ_exactly(rng, tree, other):
            assert not isinstance(verdict, Equal), f"{in_plain(tree)} | {in_plain(other)}"
            undecided += isinstance(verdict, Undecidable)
    assert undecided <= 2
