"""Conditions that are worked by arithmetic, and conditions on what has no value."""

import operator
import tomllib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.expressions import evaluate, parse
from grader.expressions.open_functions import OpenBalls
from grader.marking.formula_key import make_marker
from grader.schemas.key import Key

KEY = """
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
def marker(request):
    (question,) = Key.model_validate(tomllib.loads(KEY.format(names=request.param))).question
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
def test_a_condition_is_as_certain_as_what_it_is_made_of(marker, condition, inside, status):
    assert marker.mark("one", f"where({condition}, {inside}, 0)").status == status
    assert marker.mark("all", f"sum_k where({condition}, {inside}, 0)").status == status


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


@given(SUMS)
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
