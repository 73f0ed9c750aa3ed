"""Dual numbers against independent oracles: HIPS autograd for networks, mpmath for one number."""

import math
from itertools import pairwise

import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
from autograd import grad
from autograd import jacobian as autograd_jacobian
from jacobian import jacobian

from grader.expressions import Duals, constant, evaluate, exact, parse, seed
from grader.expressions.arithmetic import derivative_of
from grader.expressions.functions import DEFINED, ELEMENTWISE, WHOLE
from grader.expressions.open_duals import OpenDuals
from grader.expressions.open_functions import OpenBalls, OpenReal, lowered, wavy
from grader.expressions.tree import Component, Infix, Name, Number, Repeat

mpmath.mp.dps = 40

AUTOGRAD = {
    "relu": lambda x: anp.maximum(x, 0.0),
    "tanh": anp.tanh,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)),
    "softplus": lambda x: anp.logaddexp(x, 0.0),
    "sin": anp.sin,
    "arctan": anp.arctan,
    "identity": lambda x: x,
    "square": lambda x: x**2,
}


def agree(found, wanted, rel=1e-9):
    """Compare component by component; what cancels to nearly nothing is held to some ulps of the largest."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape
    room = rel * np.abs(wanted) + 1e-13 * np.max(np.abs(wanted), initial=1.0)
    np.testing.assert_array_less(np.abs(found - wanted), room)


def network(rng):
    """Return a random network as a tree of the language, as an autograd function, and its weights."""
    widths = rng.integers(2, 6, size=rng.integers(2, 5))
    rows = int(rng.integers(0, 4))  # 0: a single sample, a vector
    text, functions, weights = "x", [], {}
    names = list(AUTOGRAD)
    for k, (before, after) in enumerate(pairwise(widths)):
        name = names[rng.integers(len(names))]
        functions.append(name)
        weights[f"W{k}"] = rng.normal(size=(before, after)) / 2
        weights[f"b{k}"] = rng.normal(size=after)
        text = f"{name}({text} @ W{k} + b{k})"
    weights["x"] = rng.normal(size=(rows, widths[0]) if rows else widths[0])
    weights["y"] = rng.normal(size=(rows, widths[-1]) if rows else widths[-1])
    ending = rng.choice(["squares", "entropy", "norm"])
    text = {
        "squares": f"sum(({text} - y)^2) / 2",
        "entropy": f"-sum(y * log(softmax({text})))",
        "norm": f"sqrt(1 + sum(({text})^2)) * mean(exp(y / 4))",
    }[ending]

    def value(values):
        z = values["x"]
        for k, name in enumerate(functions):
            z = AUTOGRAD[name](anp.dot(z, values[f"W{k}"]) + values[f"b{k}"])
        if ending == "squares":
            return anp.sum((z - values["y"]) ** 2) / 2
        if ending == "entropy":
            powers = anp.exp(z)
            return -anp.sum(values["y"] * anp.log(powers / anp.sum(powers, axis=-1, keepdims=True)))
        return anp.sqrt(1 + anp.sum(z**2)) * anp.mean(anp.exp(values["y"] / 4))

    return text, value, weights


@pytest.mark.parametrize("block", range(10))
def test_gradients_of_five_hundred_random_networks(block):
    rng = np.random.default_rng(block)
    for _ in range(50):
        text, value, weights = network(rng)
        wanted = grad(value)(weights)
        for name, gradient in wanted.items():
            agree(jacobian(parse(text), weights, name), gradient)


@pytest.mark.parametrize("block", range(5))
def test_gradients_with_a_hand_written_backward_pass_in_the_expression(block):
    """f' inside an expression needs f'': differentiated once more, by autograd of autograd."""
    rng = np.random.default_rng(100 + block)
    for name in ("tanh", "sigmoid", "softplus", "sin", "arctan", "square"):
        weights, w, x = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=2)
        text = f"sum((w * {name}'(x @ W))^2)"

        def value(weights, f=AUTOGRAD[name], w=w, x=x):
            s = anp.dot(x, weights)
            rate = grad(lambda s: anp.sum(f(s)))(s)
            return anp.sum((w * rate) ** 2)

        agree(jacobian(parse(text), {"W": weights, "w": w, "x": x}, "W"), grad(value)(weights))


MPMATH = {
    "relu": lambda x: x if x > 0 else mpmath.mpf(0),
    "identity": lambda x: x,
    "step": lambda x: mpmath.mpf(x > 0),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "log2": lambda x: mpmath.log(x, 2),
    "log10": lambda x: mpmath.log(x, 10),
    "ln": mpmath.log,
    "abs": abs,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "square": lambda x: x * x,
    "normal_cdf": mpmath.ncdf,
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    **dict.fromkeys(("norm", "norm_1", "norm_inf"), abs),
}
OF_ONE = sorted(set(ELEMENTWISE) | {name for name, known in DEFINED.items() if len(known.parameters) == 1})
POSITIVE = [0.11, 0.5, 0.93, 3.3, 17.0]
BOUNDED = [-0.97, -0.6, -0.2, 0.3, 0.85]


def arguments(name):
    if ELEMENTWISE.get(name) and ELEMENTWISE[name].lowest == 0:
        return POSITIVE
    return BOUNDED if name.startswith("arc") and name != "arctan" else [-4.2, -1.3, -0.4, 0.6, 2.7]


@pytest.mark.parametrize("name", OF_ONE)
def test_every_function_of_one_number(name):
    function = MPMATH.get(name) or getattr(mpmath, name)
    for x in arguments(name):
        wanted = float(mpmath.diff(function, mpmath.mpf(x)))
        found = jacobian(parse(f"{name}(x)"), {"x": np.array(x)}, "x")
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", [n for n in OF_ONE if not n.startswith("norm")])
def test_every_derivative_differentiated_once_more(name):
    function = MPMATH.get(name) or getattr(mpmath, name)
    for x in arguments(name):
        wanted = float(mpmath.diff(function, mpmath.mpf(x), 2))
        found = jacobian(parse(f"{name}'(x)"), {"x": np.array(x)}, "x")
        assert found == pytest.approx(wanted, rel=1e-11, abs=1e-14)


RNG = np.random.default_rng(7)
VALUES = {
    "s": np.array(1.7),
    "u": RNG.normal(size=3),
    "v": RNG.normal(size=3),
    "p": RNG.uniform(0.2, 2.0, size=3),
    "A": RNG.normal(size=(2, 3)),
    "B": RNG.normal(size=(3, 2)),
}
# What the language says, and the same with autograd's NumPy.
EXPRESSIONS = {
    "u + v": lambda q: q["u"] + q["v"],
    "s - A": lambda q: q["s"] - q["A"],
    "A * u": lambda q: q["A"] * q["u"],
    "A / p": lambda q: q["A"] / q["p"],
    "s / A": lambda q: q["s"] / q["A"],
    "-u": lambda q: -q["u"],
    "u^3": lambda q: q["u"] ** 3,
    "u^2": lambda q: q["u"] ** 2,
    "u^1": lambda q: q["u"] * 1.0,
    "u^0 + u": lambda q: 1.0 + q["u"],
    "p^-2": lambda q: q["p"] ** -2.0,
    "p^0.5": lambda q: q["p"] ** 0.5,
    "p^u": lambda q: q["p"] ** q["u"],
    "2^u": lambda q: 2.0 ** q["u"],
    "s^p": lambda q: q["s"] ** q["p"],
    "e^(pi*u)": lambda q: anp.exp(np.pi * q["u"]),
    "u @ v": lambda q: anp.dot(q["u"], q["v"]),
    "A @ u": lambda q: anp.dot(q["A"], q["u"]),
    "u @ B": lambda q: anp.dot(q["u"], q["B"]),
    "A @ B": lambda q: anp.dot(q["A"], q["B"]),
    "transpose(B) @ transpose(A)": lambda q: anp.dot(q["A"], q["B"]).T,
    "dot(u, v) * norm(u)": lambda q: anp.dot(q["u"], q["v"]) * anp.sqrt(anp.sum(q["u"] ** 2)),
    "outer(u, p)": lambda q: anp.outer(q["u"], q["p"]),
    "transpose(A)": lambda q: q["A"].T,
    "transpose(u)": lambda q: q["u"] * 1.0,
    "column(u) * v": lambda q: q["u"][:, None] * q["v"],
    "row(u) + B @ A": lambda q: q["u"][None, :] + anp.dot(q["B"], q["A"]),
    "diag(u) @ B": lambda q: q["u"][:, None] * q["B"],
    "inv(A @ transpose(A))": lambda q: anp.linalg.inv(anp.dot(q["A"], q["A"].T)),
    "softmax(u)": lambda q: anp.exp(q["u"]) / anp.sum(anp.exp(q["u"])),
    "log_softmax(u)": lambda q: q["u"] - anp.log(anp.sum(anp.exp(q["u"]))),
    "log_softmax(A)": lambda q: q["A"] - anp.log(anp.sum(anp.exp(q["A"]), axis=1, keepdims=True)),
    "softmax(A)": lambda q: anp.exp(q["A"]) / anp.sum(anp.exp(q["A"]), axis=1, keepdims=True),
    "sum(A) * s": lambda q: anp.sum(q["A"]) * q["s"],
    "mean(A)": lambda q: anp.mean(q["A"]),
    "sum(s) + mean(s)": lambda q: 2.0 * q["s"],
    "row_sums(A * A)": lambda q: anp.sum(q["A"] ** 2, axis=1),
    "column_sums(A * A)": lambda q: anp.sum(q["A"] ** 2, axis=0),
    "max(A) + min(u) + max(s)": lambda q: anp.max(q["A"]) + anp.min(q["u"]) + q["s"],
    "max(0, u)": lambda q: anp.maximum(0.0, q["u"]),
    "max(u, A, s)": lambda q: anp.maximum(anp.maximum(q["u"] + 0 * q["A"], q["A"]), q["s"]),
    "min(u, v, s)": lambda q: anp.minimum(anp.minimum(q["u"], q["v"]), q["s"]),
    "where(u > v, u * s, v)": lambda q: anp.where(q["u"] > q["v"], q["u"] * q["s"], q["v"]),
    "(u < v) * u": lambda q: anp.where(q["u"] < q["v"], q["u"], 0.0),
    "norm_1(u) + norm_inf(A)": lambda q: anp.sum(anp.abs(q["u"])) + anp.max(anp.abs(q["A"])),
    "row_max(A) * row_min(A)": lambda q: anp.max(q["A"], axis=1) * anp.min(q["A"], axis=1),
    "column_max(B) - column_min(A @ B)": lambda q: (
        anp.max(q["B"], axis=0) - anp.min(anp.dot(q["A"], q["B"]), axis=0)
    ),
    "mod(p, 0.7) * p": lambda q: (q["p"] - 0.7 * np.floor(VALUES["p"] / 0.7)) * q["p"],
    "round(p, 1) * p": lambda q: np.round(VALUES["p"], 1) * q["p"],
    "argmax(u) * u": lambda q: float(np.argmax(VALUES["u"])) * q["u"],
    "argmin(A) * s": lambda q: np.argmin(VALUES["A"], axis=1).astype(float) * q["s"],
    "u[2] * A[1, 0]": lambda q: q["u"][2] * q["A"][1, 0],
    "A[argmax(v - v)] + (A @ B)[1][0]": lambda q: q["A"][0] + anp.dot(q["A"], q["B"])[1, 0],
    "v[[2, 0, 2]]": lambda q: q["v"][np.array([2, 0, 2])],
    "[s, sum(u), 3]": lambda q: anp.array([q["s"], anp.sum(q["u"]), 3.0]),
    "[u, p * v]": lambda q: anp.array([q["u"], q["p"] * q["v"]]),
    "relu'(u) * u + tanh'(A)": lambda q: anp.where(q["u"] > 0, q["u"], 0.0) + 1 / anp.cosh(q["A"]) ** 2,
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_jacobians_by_numbers_vectors_and_matrices(text):
    for name, value in VALUES.items():

        def oracle(x, name=name):
            # The sum keeps autograd from warning of what does not depend on x at all.
            return EXPRESSIONS[text]({**VALUES, name: x}) + 0.0 * anp.sum(x)

        wanted = autograd_jacobian(oracle)(value)
        agree(jacobian(parse(text), VALUES, name), wanted, rel=1e-11)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_leading_axes_are_so_many_single_cases(text):
    """Five cases at once, with one of the names the same in all of them (a leading axis of length 1)."""
    rng = np.random.default_rng(3)
    cases = {name: value * rng.uniform(0.5, 1.5, size=(5, *value.shape)) for name, value in VALUES.items()}
    cases["s"] = cases["s"][:1]
    for name in VALUES:
        found = jacobian(parse(text), cases, name, leading=1)
        for i in range(5):
            single = {other: value[i % len(value)] for other, value in cases.items()}
            np.testing.assert_allclose(found[i], jacobian(parse(text), single, name), rtol=1e-12, atol=1e-14)


def test_every_function_of_the_language_is_among_the_tests():
    tested = {word for text in EXPRESSIONS for word in text.replace("(", " ( ").replace("[", " ").split()}
    assert tested >= WHOLE
    assert set(DEFINED) <= tested | set(OF_ONE)


KINKS = {
    "relu(x)": 0.0,
    "max(0, x)": 0.0,
    "max(x, 0)": 0.0,
    "min(x, 0)": 0.0,
    "abs(x)": 0.0,
    "leaky_relu(x)": 0.01,
    "max(x, 3*x)": 1.0,
    "max(-x, -3*x)": -1.0,
    "max([x, 0])": 0.0,
    "step(x) + sign(x) + floor(x + 0.5)": 0.0,
    "where(x > 0, x, 0)": 0.0,
    "relu'(x)": 0.0,
}


@pytest.mark.parametrize(("text", "wanted"), KINKS.items())
def test_kinks(text, wanted):
    assert jacobian(parse(text), {"x": np.array(0.0)}, "x") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x^0", 0.0),  # not 0·x^-1
        ("x^2", 0.0),
        ("x^1", 1.0),
        ("0.5^x", np.log(0.5)),
        ("sqrt(0*x)", 0.0),  # what does not depend on x has slope 0, whatever is done to it
        ("(0*x - 2)^3 + (0*x - 2)^-3", 0.0),
        ("0^(x + 1)", 0.0),
        ("norm([x, 0*x])", 0.0),
        ("log(0 * x) * 0", 0.0),
    ],
)
def test_at_zero(text, wanted):
    assert jacobian(parse(text), {"x": np.array(0.0)}, "x") == pytest.approx(wanted)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus"])
@pytest.mark.parametrize("x", [-900.0, -400.0, 400.0, 900.0])
def test_where_exp_overflows(name, x):
    slopes = [jacobian(parse(f"{f}(x)"), {"x": np.array(x)}, "x") for f in (name, f"{name}'")]
    assert np.isfinite(slopes).all()
    assert slopes[1] == pytest.approx(0.0, abs=1e-150)


@pytest.mark.filterwarnings("error")
def test_undefined_is_silent():
    assert np.isnan(jacobian(parse("log(x)^0.5"), {"x": np.array(-1.0)}, "x"))
    assert np.isnan(jacobian(parse("max(log(x), x)"), {"x": np.array(-1.0)}, "x"))
    assert np.isinf(jacobian(parse("1/x"), {"x": np.array(0.0)}, "x"))


def test_values_are_those_of_real_arithmetic_and_seeds_come_in_blocks():
    value = np.arange(6.0).reshape(2, 3)
    tree = parse("A * A")
    blocks = [
        evaluate(tree, {"A": seed(value, 0, first, 4)}, Duals()) for first in (0, 4)
    ]  # six components: four and two
    assert [len(block.slope) for block in blocks] == [4, 2]
    np.testing.assert_array_equal(blocks[0].value, value * value)
    whole = jacobian(tree, {"A": value}, "A").reshape(2, 3, 6)
    np.testing.assert_array_equal(
        np.moveaxis(np.concatenate([block.slope for block in blocks]), 0, -1), whole
    )


def test_a_constant_has_no_slope():
    assert not constant(np.ones(3)).slope.any()
    assert not jacobian(parse("3 + pi"), {"x": np.ones(2)}, "x").any()


def test_derivative_trees_are_known_for_all_functions_of_one_number():
    for name in OF_ONE:
        if not name.startswith("norm"):
            assert derivative_of(name)


def test_components_and_sums_over_an_index():
    """Of sum(k * u_k for k = 1..3): the derivative by u is (1, 2, 3); a component that is none has none."""
    k = Name("k")
    tree = Repeat("+", "k", Number(1.0), Number(3.0), Infix("*", k, Component(Name("u"), (k,))))
    np.testing.assert_array_equal(jacobian(tree, VALUES, "u"), [1, 2, 3])
    product = Repeat("*", "k", Number(1.0), Number(3.0), Component(Name("u"), (k,)))
    np.testing.assert_allclose(jacobian(product, VALUES, "u"), np.prod(VALUES["u"]) / VALUES["u"])
    entry = Component(Name("A"), (Number(2.0), Number(3.0)))
    np.testing.assert_array_equal(jacobian(entry, VALUES, "A"), [[0, 0, 0], [0, 0, 1]])
    assert np.isnan(jacobian(Component(Name("u"), (Number(4.0),)), VALUES, "u")).all()
    cases = np.arange(6.0).reshape(2, 3)
    picked = {"u": cases, "i": np.array([1.0, 3.0])}
    found = jacobian(Component(Name("u"), (Name("i"),)), picked, "u", leading=1)
    np.testing.assert_array_equal(found, [[1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    "text", ["f(u)", "f'(u) * s", "f''(A)", "f(g(u, s))", "g(u, v * s) + g(s, A)", "arcsinh(u)"]
)
def test_open_functions_against_differences(text):
    random = np.random.default_rng(5)
    functions = {"f": wavy(random, 1), "g": wavy(random, 2)}
    tree = lowered(parse(text), 5)
    for name, value in VALUES.items():
        found = jacobian(tree, VALUES, name, arithmetic=OpenDuals(0, functions))
        for at in np.ndindex(*value.shape):
            h = np.zeros_like(value)
            h[at] = 1e-5
            right, left = (
                evaluate(tree, {**VALUES, name: moved}, OpenReal(0, functions))
                for moved in (value + h, value - h)
            )
            np.testing.assert_allclose(found[(..., *at)], (right - left) / 2e-5, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("text", ["g(u, s)", "g(s, A)", "f(g(A, s))", "g(u, v) * s", "softmax(f(u))"])
def test_derivatives_of_open_functions_at_many_points_are_those_at_each(text):
    random = np.random.default_rng(6)
    functions = {"f": wavy(random, 1), "g": wavy(random, 2)}
    tree = lowered(parse(text), 5)
    many = {name: value + random.normal(size=(4, *value.shape)) for name, value in VALUES.items()}
    for name in VALUES:
        found = jacobian(tree, many, name, 1, OpenDuals(1, functions))
        for i in range(4):
            single = {other: value[i] for other, value in many.items()}
            one = jacobian(tree, single, name, arithmetic=OpenDuals(0, functions))
            np.testing.assert_allclose(found[i], one, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "text",
    ["g(u, s)", "g(s, A)", "g(A, u)", "f'(A)", "factorial(u) * s", "binomial(u, s)", "binomial(s, A) + s"],
)
@pytest.mark.parametrize("points", [1, 2, 3, 4])  # also as many as a vector or matrix has components
def test_functions_of_formulas_at_many_points_are_those_at_each(text, points):
    random = np.random.default_rng(6)
    functions = {"f": wavy(random, 1), "g": wavy(random, 2)}
    tree = lowered(parse(text), 5)
    many = {name: value + random.random(size=(points, *value.shape)) for name, value in VALUES.items()}
    found = evaluate(tree, many, OpenReal(1, functions))
    balls = evaluate(tree, {name: exact(value) for name, value in many.items()}, OpenBalls(1, functions))
    for i in range(points):
        one = evaluate(tree, {name: value[i] for name, value in many.items()}, OpenReal(0, functions))
        np.testing.assert_allclose(found[i], one, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(balls.mid[i], one, rtol=1e-12, atol=1e-14)


def test_binomials_of_whole_numbers_are_counts():
    n, k = np.arange(3, 15)[:, None] + np.zeros(4), np.arange(12) % 4
    names = {"n": n + np.arange(4), "k": k.astype(float)}
    found = evaluate(parse("binomial(n, k)"), names, OpenReal(1))
    wanted = [
        [math.comb(int(top), int(below)) for top in row] for row, below in zip(names["n"], k, strict=True)
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("first", "last", "total", "product"), [(1, 4, 10, 24), (3, 5, 12, 60), (4, 3, 0, 1)]
)
def test_sums_whose_ends_are_names(first, last, total, product):
    """Of k from m to n, as far as an index goes: by hand."""
    names = {"m": np.array(float(first)), "n": np.array(float(last))}
    for operator, wanted in (("+", total), ("*", product)):
        tree = lowered(Repeat(operator, "k", Name("m"), Name("n"), Name("k")), 6)
        assert evaluate(tree, names, OpenReal()) == wanted


def test_counts_are_not_differentiated_by():
    arithmetic = OpenDuals()
    tree = parse("factorial(3) * s + binomial(4, 2) * s")
    assert jacobian(tree, VALUES, "s", arithmetic=arithmetic) == 12
    for text in ("factorial(s)", "binomial(s, 2)"):
        assert np.isnan(jacobian(parse(text), VALUES, "s", arithmetic=arithmetic))
