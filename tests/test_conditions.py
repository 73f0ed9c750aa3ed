"""Conditions that are worked with: exact where whole numbers are, open only where rounding decides."""

import operator
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from shared import as_key

from grader.expressions import evaluate, parse
from grader.expressions.open_functions import OpenBalls, OpenReal
from grader.expressions.open_functions import drawn as given
from grader.marking.formulas.formula_key import make_marker

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
WHOLE = ("k", "c", "0", "1", "2", "3")
REAL = ("x", "z", "0.1", "69", "0.3")
FUNCTIONS = ("sigmoid", "tanh", "abs", "sign", "relu", "floor", "step", "exp")


def grown(draw, leaves, functions, depth):
    """Return a random expression in the language of keys."""
    if depth == 0:
        return draw.choice(leaves)
    below = [grown(draw, leaves, functions, depth - 1 - draw.randrange(depth)) for _ in range(3)]
    kind = draw.randrange(4 if functions else 3)
    if kind == 0:
        return f"({below[0]} {draw.choice(COMPARISONS)} {below[1]})"
    if kind == 1:
        return f"where({', '.join(below)})"
    if kind == 2:
        return f"({below[0]} {draw.choice('+-*' if not functions else '+-*/')} {below[1]})"
    return f"{draw.choice(functions)}({below[0]})"


MEANINGS = {
    "where": lambda c, a, b: a if c else b,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "abs": abs,
    "sign": mpmath.sign,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "floor": mpmath.floor,
    "step": lambda x: mpmath.mpf(x > 0),
    "exp": mpmath.exp,
}


def truth(text, names):
    """Return the value with 1000 digits; a test may evaluate what it wrote itself."""
    return mpmath.mpf(eval(compile(text, text, "eval"), {"__builtins__": {}}, MEANINGS | names))


def test_what_is_made_of_whole_numbers_is_exact():
    draw = random.Random(1)
    for _ in range(300):
        text = grown(draw, WHOLE, (), 4)
        names = {"k": draw.randrange(1, 5), "c": draw.randrange(1, 5)}
        ball = evaluate(parse(text), {n: given(np.array([float(v)])) for n, v in names.items()}, OpenBalls(1))
        expected = eval(text, {"__builtins__": {}}, MEANINGS | names)
        assert ball.rad.max() == 0, text
        assert ball.mid[0] == expected, text


def test_the_ball_holds_the_truth_also_where_the_machine_saturates():
    draw = random.Random(2)
    told = 0
    with mpmath.workdps(1000):
        for _ in range(1500):
            text = grown(draw, WHOLE + REAL, FUNCTIONS, 4)
            values = {name: draw.choice([1.0, 2.0, 3.0]) for name in ("k", "c")}
            values |= {
                name: draw.choice([-1, 1]) * draw.choice([0.1, 0.7, 2.0, 40.0, 800.0]) for name in "xz"
            }
            balls = {name: given(np.array([value])) for name, value in values.items()}
            with np.errstate(all="ignore"):
                ball = evaluate(parse(text), balls, OpenBalls(1))
                real = evaluate(parse(text), {n: np.array([v]) for n, v in values.items()}, OpenReal(1))
            if not np.isfinite(ball.rad).all() or not np.isfinite(real).all():
                continue
            exact = {name: mpmath.mpf(value) for name, value in values.items()}
            try:
                expected = truth(text, exact)
            except (ZeroDivisionError, OverflowError):
                continue
            told += 1
            room = mpmath.mpf(float(ball.rad[0])) + mpmath.mpf("1e-300")  # what is smaller is no number here
            assert abs(expected - mpmath.mpf(float(ball.mid[0]))) <= room, text
    assert told > 700


KEY = """
id = "margin"
[[question]]
id = "q"
kind = "formula"
points = 1
vectors = { s = 4 }
indices = { k = 4, y = 4 }
numbers = ["m"]
POSITIVE
part = [{ id = "a", points = 1, answer = "ANSWER" }]
"""


OTHERS = ("1 - (k == y)", "(k > y) + (k < y)", "2 - 2(k == y)", "(k - y)^2", "|k - y|", "1 - 1[k = y]")


def marker(answer, positive):
    key = KEY.replace("ANSWER", answer).replace("POSITIVE", 'positive = ["m"]' if positive else "")
    return make_marker(as_key(key).question[0])


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("around", ["{}", "sum_k {}", "s_k sum_k {} - s_y"])
def test_a_condition_that_is_reckoned(around, positive):
    formulas = marker(around.format("where(k != y, s_k - s_y + m > 0, 0)"), positive)
    for other in (
        "1 - (k == y)",
        "(k > y) + (k < y)",
        "2 - 2(k == y)",
        "(k - y)^2",
        "|k - y|",
        "1 - 1[k = y]",
    ):
        right = around.format(f"where({other}, s_k - s_y + m > 0, 0)")
        assert formulas.mark("a", right).status == "correct", right
        for inner, rest in (
            ("s_k - s_y", "0"),
            ("s_k - s_y - m", "0"),
            ("s_k - s_y + m", "1"),
            ("s_k - s_y + m", "0.01"),
            ("s_k - s_y + m - 0.1", "0"),
        ):
            wrong = around.format(f"where({other}, {inner} > 0, {rest})")
            assert formulas.mark("a", wrong).status == "wrong", wrong


def test_what_rounding_decides_is_for_a_person_where_the_answers_are_apart():
    """(k/3)·3 = k is true, and the machine may say otherwise: neither right nor wrong without a look."""
    formulas = marker("sum_k s_k", positive=False)
    assert formulas.mark("a", "sum_k where(k/3 + 1/3 == (k + 1)/3, s_k, 0)").status in ("correct", "pending")
    assert formulas.mark("a", "sum_k where(k/3 + 1/3 == (k + 2)/3, s_k, 0)").status == "wrong"


HINGE_KEY = """
id = "hinge"
[[question]]
id = "q"
kind = "formula"
points = 2
vectors = {{ s = 4 }}
{names}
part = [
    {{ id = "one", points = 1, answer = "where(k != y, s_k - s_y + m > 0, 0)" }},
    {{ id = "all", points = 1, answer = "sum_k where(k != y, s_k - s_y + m > 0, 0)" }},
]
"""
# Whether the label is one of the indices or any number, of which few are the index of a component.
NAMES = ['numbers = ["m"]\nindices = { k = 4, y = 4 }', 'numbers = ["m", "y"]\nindices = { k = 4 }']
NOT_Y = ["k != y", "1 - (k == y)", "1 - 1[k = y]", "2 - 2 (k == y)", "(k - y)^2", "1[k > y] + 1[k < y]"]
Y = ["k == y", "1 - (k != y)", "1[k >= y] 1[k <= y]"]


@pytest.fixture(params=NAMES)
def hinge(request):
    (question,) = as_key(HINGE_KEY.format(names=request.param)).question
    return make_marker(question)


@pytest.mark.parametrize(
    ("condition", "inside", "status"),
    [
        *((condition, "s_k - s_y + m > 0", "correct") for condition in NOT_Y),
        *((condition, "s_k - s_y > 0", "wrong") for condition in NOT_Y),
        *((condition, "s_k - s_y - m > 0", "wrong") for condition in NOT_Y),
        *((condition, "s_k - s_y + m > 0", "wrong") for condition in Y),
    ],
)
def test_a_condition_is_as_certain_as_what_it_is_made_of(hinge, condition, inside, status):
    assert hinge.mark("one", f"where({condition}, {inside}, 0)").status == status
    assert hinge.mark("all", f"sum_k where({condition}, {inside}, 0)").status == status


NUMBERS = st.integers(0, 12).map(str) | st.sampled_from(["0.1", "0.5", "2.5", "9007199254740991"])
SUMS = st.recursive(
    NUMBERS,
    lambda some: st.tuples(some, st.sampled_from("+-*/"), some).map(lambda it: f"({' '.join(it)})"),
    max_leaves=12,
)
WORKED = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def exactly(tree):
    """Work a tree of numbers by fractions, as they are written."""
    if type(tree).__name__ == "Number":
        return Fraction(str(tree.value))
    return WORKED[tree.operator](exactly(tree.left), exactly(tree.right))


@examples(SUMS)
def test_a_ball_without_a_radius_is_the_number_itself(text):
    tree = parse(text)
    ball = evaluate(tree, {}, OpenBalls())
    mid, rad = float(ball.mid), float(ball.rad)
    try:
        exact = exactly(tree)
    except ZeroDivisionError:
        assert rad == float("inf")
        return
    assert rad == float("inf") or abs(Fraction(mid) - exact) <= Fraction(rad)
    if "/" not in text and "." not in text and abs(exact) < 2**53 and len(text) < 10:
        assert rad == 0


EDGE = """
id = "edge"
[[question]]
id = "q"
kind = "formula"
points = 1
numbers = ["n", "m", "a", "b", "c"]
whole = ["n", "m"]
part = [{ id = "a", points = 1, answer = "where((n == 2)*(m == 3), a, b)" }]
"""


@pytest.mark.parametrize("otherwise", ["c + 2a", "2a", "0", "c"])
def test_where_rounding_decides_a_condition_nothing_is_concluded(otherwise):
    """0.1·2 + 0.1 is 0.3, and the machine says no: what stands there is wrong, and seen at few points."""
    formulas = make_marker(as_key(EDGE).question[0])
    text = f"where((0.1 n + 0.1 == 0.3)*(m == 3), {otherwise}, b)"
    assert formulas.mark("a", text).status in ("pending", "wrong", "slip")
    sure = f"where((n + 1 == 3)*(m == 3), {otherwise}, b)"
    assert formulas.mark("a", sure).status in ("wrong", "slip")
    assert formulas.mark("a", "where((n + 1 == 3)*(m == 3), a, b)").status == "correct"
