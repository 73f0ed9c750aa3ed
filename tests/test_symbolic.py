"""Derivatives as formulas, and second derivatives in answers, against SymPy and numbers worked by hand."""

import time

import numpy as np
import pytest
import sympy
from one_formula import marker

from grader.expressions import evaluate, parse
from grader.expressions.open_functions import OpenReal
from grader.expressions.symbolic import NoDerivative, derivative_of_order, differentiated

POINTS = np.array([0.3, 0.7, 1.4, 2.2])
OF_ONE = {
    "tanh": sympy.tanh,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "arctan": sympy.atan,
    "cosh": sympy.cosh,
    "tan": sympy.tan,
    "square": lambda x: x**2,
    "arcsinh": sympy.asinh,
}
FORMULAS = [
    "x^3 - 2*x + 1",
    "x^x",
    "2^x * x^2",
    "exp(-x^2/2) / x",
    "-(x + 1) / (x - 5)",
    "tanh(x)^2 * log(x) + sqrt(1 + x^2)",
    "1 / (1 + exp(-3*x))^2",
]
X = sympy.Symbol("x")
OSCILLATOR = 'numbers = ["t", "A", "omega"]\ndefinitions = { x = "A cos(omega t)", v = "dx/dt" }'
OPEN = 'numbers = ["t", "omega"]\nfunctions = ["x"]'


def worked(tree):
    return np.broadcast_to(evaluate(tree, {"x": POINTS}, OpenReal(1)), POINTS.shape)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("name", OF_ONE)
def test_derivatives_of_functions_are_those_of_sympy(name, order):
    right = sympy.lambdify(X, sympy.diff(OF_ONE[name](X), X, order), "numpy")(POINTS)
    assert np.allclose(worked(derivative_of_order(name, order)), right, rtol=1e-11)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("text", FORMULAS)
def test_derivatives_of_formulas_are_those_of_sympy(text, order):
    tree = parse(text)
    for _ in range(order):
        tree = differentiated(tree, "x")
    right = sympy.lambdify(X, sympy.diff(sympy.sympify(text), X, order), "numpy")(POINTS)
    assert np.allclose(worked(tree), right, rtol=1e-10)


def test_definitions_are_gone_through():
    tree = differentiated(parse("y^2"), "x", {"y": parse("sin(x)")})
    values = {"x": POINTS, "y": np.sin(POINTS)}
    assert np.allclose(evaluate(tree, values, OpenReal(1)), np.sin(2 * POINTS))


@pytest.mark.parametrize("text", ["sum(x)", "x @ x", "max(x, 1)"])
def test_no_derivative_is_made_up(text):
    with pytest.raises(NoDerivative):
        differentiated(parse(text), "x")


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("0 * t", OSCILLATOR, r"\frac{d^2 x}{dt^2} + \omega^2 x"),
        ("A^2 omega^2 / 2", OSCILLATOR, "(v^2 - x d²x/dt²)/2"),
        ("-A omega^3 sin(omega t)", OSCILLATOR, r"\omega \left(\ddot x \tan(\omega t)\right)"),
        ("x''(t) + omega^2 x(t)", OPEN, r"\ddot x + \omega^2 x"),
        ("x''(t) + omega^2 x(t)", OPEN, "ẍ + ω² x"),
        ("x''(t) + omega^2 x(t)", OPEN, "d^2x/dt^2 + omega^2 x"),
        ("x''(t) + omega^2 x(t)", OPEN, "x'' + omega^2 x"),
        ("2 tanh(s)^3 - 2 tanh(s)", 'numbers = ["s"]', "tanh''(s)"),
        ("sigmoid(s) (1 - sigmoid(s)) (1 - 2 sigmoid(s))", 'numbers = ["s"]', r"\sigma''(s)"),
    ],
)
def test_second_derivatives_are_part_of_an_answer(answer, names, text):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == "correct", mark.message


@pytest.mark.parametrize(
    ("answer", "names", "text", "cause"),
    [
        ("-omega^2 x", OSCILLATOR, r"\frac{d^2 x}{dt^2}", "not_worked_out"),
        ("-omega^2 x", OSCILLATOR, "dv/dt", "not_worked_out"),
        ("-omega^2 x", OSCILLATOR, r"-\ddot x", "sign"),
        ("2 tanh(s)^3 - 2 tanh(s)", 'numbers = ["s"]', "-tanh''(s)", "sign"),
    ],
)
def test_second_derivatives_are_marked(answer, names, text, cause):
    mark = marker(answer, names).mark("a", text)
    assert (mark.status, mark.cause) == ("wrong", cause), mark.message


@pytest.mark.parametrize("depth", [3, 8, 20])
def test_derivatives_of_derivatives_without_end_are_marked_at_once(depth):
    one = marker("x + y", 'numbers = ["x", "y"]')
    text = "derivative(" * depth + "tanh(sin(x) exp(x y))^(x/y)" + ", x)" * depth
    start = time.perf_counter()
    assert one.mark("a", text).status in ("wrong", "invalid", "pending")
    assert time.perf_counter() - start < 1.0


def test_derivatives_that_are_0_keep_their_shape():
    one = marker("x @ x", 'vectors = { x = 3 }\nnumbers = ["t"]')
    text = r"\frac{d^2x}{dt^2} \frac{d^2x}{dt^2} + x^T x"
    assert one.mark("a", text).status == "correct"
    assert one.mark("a", "d^2x/dt^2 " * 30).status == "wrong"
