"""Right formulas and near misses of them, in several notations."""

import tomllib

import pytest

from grader.marking.formula_key import make_marker
from grader.schemas.key import Key

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
    found = Key.model_validate(tomllib.loads(KEY)).question
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
    formulas = make_marker(Key.model_validate(tomllib.loads(key)).question[0])
    assert formulas is not None
    assert formulas.mark("a", f"g/(sqrt(v) + {written})").status == "correct"
    assert formulas.mark("a", f"g/(sqrt(v) - {written})").status == "wrong"


def test_eps_is_no_epsilon_where_both_are_there():
    asked = 'numbers = ["eps", "epsilon"]\npart = [{ id = "a", points = 1, answer = "eps^2 + epsilon" }]'
    key = f'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\n{asked}'
    formulas = make_marker(Key.model_validate(tomllib.loads(key)).question[0])
    assert formulas is not None
    assert formulas.mark("a", "eps eps + ε").status == "correct"
    assert formulas.mark("a", "epsilon^2 + eps").status != "correct"
