"""Right formulas and near misses of them, in several notations."""

import random

import numpy as np
import pytest
from shared import as_key

from grader.marking.formulas.formula_key import make_marker

KEY = """
id = "near"
[[question]]
id = "softmax"
kind = "formula"
points = 1
vectors = { a = 3 }
indices = { i = 3, c = 3 }
part = [{ id = "a", points = 1, answer = "softmax(a)_i - 1[i = c]" }]
[[question]]
id = "relu"
kind = "formula"
points = 1
numbers = ["w", "x", "b", "v"]
part = [{ id = "a", points = 1, answer = "v x 1[w x + b > 0]" }]
"""


def marker(question):
    found = as_key(KEY).question
    return next(filter(None, (make_marker(one) for one in found if one.id == question)))


@pytest.mark.parametrize(
    "condition", ["i = c", "(i) = (c)", "(i - c) 2 = 0", "(i - c) = 0", "c - (c - i) = c"]
)
@pytest.mark.parametrize(
    "sign",
    [
        *("where({}, 1, 0)", "1[{}]", "1({})", "𝟙({})", "𝟙[({})]", "I({})", r"\mathbb{{1}}\{{{}\}}"),
        *(r"\mathbf{{1}}_{{{}}}", r"\mathbf{{1}}_{{({})}}", r"\mathbb{{1}}[{}]"),
    ],
)
def test_a_condition_with_brackets_of_its_own(sign, condition):
    formulas = marker("softmax")
    right = f"softmax(a)_i - {sign.format(condition)}"
    assert formulas.mark("a", right).status == "correct"
    assert formulas.mark("a", f"softmax(a)_i - {sign.format(condition.replace('=', '≠'))}").status == "wrong"


def test_only_a_condition_compares_with_one_sign():
    assert marker("softmax").mark("a", "softmax(a)_i - where(i == c, 1 = 1, 0)").status == "invalid"


@pytest.mark.parametrize("declared", ["eps", "epsilon"])
@pytest.mark.parametrize("written", ["eps", "epsilon", r"\epsilon ", r"\varepsilon ", "ε", "ϵ"])
def test_epsilon_is_eps(declared, written):
    asked = f'part = [{{ id = "a", points = 1, answer = "g / (sqrt(v) + {declared})" }}]'
    names = f'numbers = ["g", "v", "{declared}"]'
    key = f'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\n{names}\n{asked}'
    formulas = make_marker(as_key(key).question[0])
    assert formulas is not None
    assert formulas.mark("a", f"g/(sqrt(v) + {written})").status == "correct"
    assert formulas.mark("a", f"g/(sqrt(v) - {written})").status == "wrong"


def test_eps_is_no_epsilon_where_both_are_there():
    asked = 'numbers = ["eps", "epsilon"]\npart = [{ id = "a", points = 1, answer = "eps^2 + epsilon" }]'
    key = f'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\n{asked}'
    formulas = make_marker(as_key(key).question[0])
    assert formulas is not None
    assert formulas.mark("a", "eps eps + ε").status == "correct"
    assert formulas.mark("a", "epsilon^2 + eps").status != "correct"


# --- random rewriting, in several notations; NumPy decides ---------------------------------------------

SIGNS = {
    "plain": {"sig": "sigmoid(%s)", "times": " * ", "over": "(%s)/(%s)", "squared": "(%s)^2", "e": "exp(%s)"},
    "latex": {
        "sig": r"\sigma\left(%s\right)",
        "times": r" \cdot ",
        "over": r"\frac{%s}{%s}",
        "squared": r"\left(%s\right)^{2}",
        "e": "e^{%s}",
    },
    "unicode": {"sig": "σ(%s)", "times": "·", "over": "(%s)/(%s)", "squared": "(%s)²", "e": "e^(%s)"},
    "implicit": {"sig": "sigma(%s)", "times": " ", "over": "(%s)/(%s)", "squared": "(%s)**2", "e": "exp(%s)"},
}
SIZE = 3
VALUES = {
    "sig": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
    "e": np.exp,
    "minus": np.negative,
    "relu": lambda a: a * (a > 0),
    "positive": lambda a: (a > 0) * 1.0,
    "squared": lambda a: a * a,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
RIGHT = {
    "logistic": ("*", ("-", ("sig", ("+", ("*", "w", "x"), "b")), "y"), "x"),
    "layers": (
        "*",
        ("*", ("-", ("+", ("*", "v", ("relu", ("+", ("*", "w", "x"), "b"))), "c"), "y"), "v"),
        ("*", ("positive", ("+", ("*", "w", "x"), "b")), "x"),
    ),
    "tangent": (
        "*",
        ("-", ("tanh", ("*", "w", "x")), "y"),
        ("-", "1", ("squared", ("tanh", ("*", "w", "x")))),
    ),
    "sums": ("sum", "k", ("*", ("-", ("+", ("*", "w", "s_k"), "b"), "t_k"), "s_k")),
    "soft": ("-", ("*", ("/", ("e", "s_j"), ("sum", "k", ("e", "s_k"))), ("sum", "k", "t_k")), "t_j"),
}
NUMBERS = ("w", "x", "b", "y", "v", "c")


def worked(tree, at):
    """Return the value of a tree of tuples at a point."""
    if isinstance(tree, str):
        vector, _, index = tree.partition("_")
        if index:
            return at[vector][at[index]]
        return at[tree] if tree in at else float(tree)
    if tree[0] == "sum":
        return sum(worked(tree[2], {**at, tree[1]: k}) for k in range(SIZE))
    return VALUES[tree[0]](*(worked(each, at) for each in tree[1:]))


def shown(tree, draw, style):
    """Return a tree as a student writes it; everything but a letter or a call in brackets."""
    if isinstance(tree, str):
        return tree.replace("_", "_{") + "}" if "_" in tree and style == "latex" else tree
    signs = SIGNS[style]
    head, *below = tree
    if head == "sum":
        word = {"latex": r"\sum", "unicode": "Σ"}.get(style, "sum")
        return f"({word}_{{{tree[1]}=1}}^{{{SIZE}}} ({shown(tree[2], draw, style)}))"
    inner = [shown(each, draw, style) for each in below]
    match head:
        case "sig" | "squared" | "e":
            return f"({signs[head] % inner[0]})"
        case "/":
            return f"({signs['over'] % tuple(inner)})"
        case "tanh":
            return (r"\tanh" if style == "latex" else "tanh") + f"({inner[0]})"
        case "relu":
            return draw.choice(["max(0, {})", "max({}, 0)", "relu({})"]).format(inner[0])
        case "positive":
            return draw.choice(["1[{} > 0]", "1[0 < {}]", "𝟙({} > 0)", "where({} > 0, 1, 0)"]).format(
                inner[0]
            )
        case "minus":
            return f"(-{inner[0]})"
        case _:
            return f"({inner[0]}{signs['times'] if head == '*' else f' {head} '}{inner[1]})"


def same(draw, tree):
    """Return something equal to a tree, by one identity at its top."""
    match tree:
        case ("+", a, b):
            return draw.choice([("+", b, a), ("-", a, ("minus", b))])
        case ("-", "1", ("squared", a)):
            return ("*", ("-", "1", a), ("+", "1", a))
        case ("-", a, b):
            return draw.choice([("minus", ("-", b, a)), ("+", ("minus", b), a)])
        case ("*", a, (("+" | "-") as sign, b, c)) | ("*", (("+" | "-") as sign, b, c), a):
            return draw.choice([("*", (sign, b, c), a), (sign, ("*", a, b), ("*", a, c))])
        case ("*", a, b):
            return draw.choice([("*", b, a), ("minus", ("*", ("minus", a), b))])
        case ("/", a, b):
            return draw.choice([("*", a, ("/", "1", b)), ("/", ("minus", a), ("minus", b))])
        case ("sig", a):
            return draw.choice(
                [
                    ("/", "1", ("+", "1", ("e", ("minus", a)))),
                    ("/", ("e", a), ("+", ("e", a), "1")),
                    ("/", ("+", "1", ("tanh", ("/", a, "2"))), "2"),
                    ("-", "1", ("sig", ("minus", a))),
                ]
            )
        case ("tanh", a):
            return ("-", ("*", "2", ("sig", ("*", "2", a))), "1")
        case ("relu", a):
            return ("*", a, ("positive", a))
        case ("squared", a):
            return ("*", a, a)
        case ("sum", index, (("+" | "-") as sign, a, b)):
            return (sign, ("sum", index, a), ("sum", index, b))
        case ("sum", "k", body):
            return ("sum", (new := draw.choice("ln")), with_index(body, "k", new))
    return None


def with_index(tree, old, new):
    if isinstance(tree, str):
        return tree.replace(f"_{old}", f"_{new}")
    return tuple(with_index(each, old, new) for each in tree)


def other(draw, tree):
    """Return a tree with one sign, factor, letter, index or function changed at its top."""
    match tree:
        case str() if tree in NUMBERS:
            return draw.choice([("*", "1.001", tree), *(name for name in NUMBERS if name != tree)])
        case str() if "_" in tree:
            return ("t" if tree[0] == "s" else "s") + tree[1:]
        case str():
            return f"{tree}.001"
        case (("+" | "-") as sign, a, b):
            return draw.choice([("-" if sign == "+" else "+", a, b), a, ("+", tree, "0.001")])
        case ("*", a, b):
            return draw.choice([a, b, ("/", a, b), ("+", a, b)])
        case ("/", a, b):
            return draw.choice([("*", a, b), ("/", b, a), a])
        case ("sum", _, _):
            return ("+", tree, "0.001")
        case (_, a):
            return draw.choice([a, ("minus", tree), ("sig", a), ("tanh", a)])
    return None


def somewhere(draw, tree, change):
    """Return a tree with a change at a random place where it applies."""
    places = list(places_in(tree))
    for place in draw.sample(places, len(places)):
        if (new := change(draw, at_place(tree, place))) is not None:
            return put(tree, place, new)
    return tree


def places_in(tree, place=()):
    yield place
    if not isinstance(tree, str):
        for number in range(2 if tree[0] == "sum" else 1, len(tree)):
            yield from places_in(tree[number], (*place, number))


def at_place(tree, place):
    return at_place(tree[place[0]], place[1:]) if place else tree


def put(tree, place, new):
    if not place:
        return new
    return (*tree[: place[0]], put(tree[place[0]], place[1:], new), *tree[place[0] + 1 :])


def points(random):
    for number in range(24):
        numbers = {name: random.uniform(-2, 2) for name in NUMBERS}
        if number % 2:  # close to the edge of the conditions, where 1[w x + b + 0.001 > 0] is another
            numbers["b"] = random.uniform(-0.001, 0.001) - numbers["w"] * numbers["x"]
        for j in range(SIZE):
            yield {**numbers, "s": random.uniform(-2, 2, SIZE), "t": random.uniform(-2, 2, SIZE), "j": j}


def gap(one, two):
    """Return the largest relative difference of two trees at random points."""
    at = list(points(np.random.default_rng(5)))
    with np.errstate(all="ignore"):
        pairs = [(worked(one, point), worked(two, point)) for point in at]
    return max(abs(a - b) / (abs(a) + abs(b) + 1e-9) for a, b in pairs)


@pytest.mark.parametrize("name", RIGHT)
def test_random_forms_are_sorted_as_numpy_sorts_them(name):
    draw = random.Random(name)
    right = RIGHT[name]
    formulas = asked(shown(right, draw, "plain"))
    near = 0
    for number in range(60):
        tree = right
        for _ in range(draw.choice((0, 1, 3))):
            tree = somewhere(draw, tree, same)
        assert gap(tree, right) < 1e-10, f"the test's identity is none: {tree}"
        if number % 3:
            tree = somewhere(draw, tree, other)
        text = shown(tree, draw, draw.choice(list(SIGNS)))
        status, apart = formulas.mark("a", text).status, gap(tree, right)
        if apart < 1e-10:
            assert status == "correct", text
        elif apart > 1e-6:
            assert status not in ("correct", "invalid"), text
            near += 1
    assert near > 25


def asked(answer):
    names = f"numbers = {list(NUMBERS)}\nvectors = {{ s = 3, t = 3 }}\nindices = {{ j = 3 }}"
    part = f'part = [{{ id = "a", points = 1, answer = "{answer}" }}]'
    key = f'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\n{names}\n{part}'
    formulas = make_marker(as_key(key).question[0])
    assert formulas is not None
    return formulas


def test_two_vectors_multiplied_as_programs_multiply_them():
    """In NumPy x @ (x @ A) is a number; on paper a column times a row is a matrix."""
    shapes = "vectors = { x = 3, b = 3 }\nmatrices = { A = [3, 3] }"
    part = 'part = [{ id = "a", points = 1, answer = "x^T A x / 2 - b^T x" }]'
    key = f'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\n{shapes}\n{part}'
    formulas = make_marker(as_key(key).question[0])
    assert formulas is not None
    for right in ("x @ (x @ A)/2 - b @ x", "x @ (x @ A.T)/2 - b @ x", "x.dot(x.dot(A))/2 - x.dot(b)"):
        assert formulas.mark("a", right).status == "correct", right
        assert formulas.mark("a", right.replace("/2", "/3")).status != "correct"
    assert formulas.mark("a", "x (x^T A)/2 - b^T x").status == "wrong"
