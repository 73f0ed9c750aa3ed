"""Sums and products that begin or end at a name, such as n: all of their terms count, whatever n is."""

from math import factorial, isnan

import numpy as np
import pytest
from one_formula import marker

from grader.expressions import evaluate
from grader.expressions.ends import with_numbers_for_ends
from grader.expressions.notation import Vocabulary, read_formula
from grader.expressions.open_functions import OpenReal

NAMES = """
numbers = ["n", "x", "m"]
whole = ["n", "m"]
indices = { j = 10 }
definitions = { N = "m + 1" }
"""


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        ("(1 - x^(n + 1)) / (1 - x)", ["sum_{k=0}^n x^k"], ["sum_{k=1}^n x^k", "sum_{k=0}^{n+1} x^k"]),
        ("(1 + x)^n", ["sum_{k=0}^n binomial(n, k) x^k"], ["sum_{k=1}^n binomial(n, k) x^k"]),
        ("factorial(n)", ["prod_{k=1}^n k", "prod_{k=2}^n k"], ["prod_{k=0}^n k", "prod_{k=1}^{n-1} k"]),
        ("n + 1", ["sum_{k=0}^n 1", "sum_{k=n}^{2n} 1"], ["sum_{k=1}^n 1", "sum_{k=n+1}^{2n} 1"]),
        ("2 n + 1", ["sum_{k=-n}^n 1"], ["sum_{k=1-n}^n 1", "sum_{k=-n}^{n-1} 1"]),
        ("n (n + 1) / 2", ["sum_{k=1}^n sum_{l=1}^k 1"], ["sum_{k=1}^n sum_{l=0}^k 1"]),
        ("n^2 (n^2 + 1) / 2", ["sum_{k=1}^{n^2} k"], ["sum_{k=1}^{2n} k"]),
        ("j (j + 1) / 2", ["sum_{k=1}^j k"], ["sum_{k=1}^{j} (k + 1[k = 9])", "sum_{k=1}^{j} min(k, 9)"]),
        ("N (N + 1) / 2", ["sum_{k=1}^N k", "sum_{k=1}^{m+1} k"], ["sum_{k=1}^{m+2} k", "sum_{k=2}^N k"]),
        ("(5050 - n (n - 1) / 2)", ["sum_{k=n}^{100} k"], ["sum_{k=n}^{99} k", "sum_{k=n+1}^{100} k"]),
        (
            "derivative((1 - x^(n + 1)) / (1 - x), x)",
            ["sum_{k=0}^n k x^(k - 1)", "sum_{k=0}^{n-1} (k + 1) x^k"],
            ["sum_{k=0}^n x^(k - 1)", "sum_{k=0}^{n} (k + 1) x^k"],
        ),
    ],
)
def test_every_term_counts(answer, right, wrong):
    marked = marker(answer, NAMES)
    assert {text: marked.mark("a", text).status for text in right} == dict.fromkeys(right, "correct")
    assert {text: marked.mark("a", text).status for text in wrong} == dict.fromkeys(wrong, "wrong")


@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ("sum_{k=0}^n k^2", lambda n: sum(k * k for k in range(n + 1))),
        ("sum_{k=n}^{2n} k", lambda n: sum(range(n, 2 * n + 1))),
        ("sum_{k=1}^{n-1} k", lambda n: sum(range(1, n))),
        ("sum_{k=1}^{floor(n/2)} k", lambda n: sum(range(1, n // 2 + 1))),
        ("prod_{k=1-n}^{-1} k", lambda n: (-1) ** (n - 1) * factorial(n - 1)),
        ("sum_{k=0}^n sum_{l=k}^n l", lambda n: sum(i for k in range(n + 1) for i in range(k, n + 1))),
        (
            "sum_{k=2}^{7} sum_{l=k}^{n+k} l",
            lambda n: sum(i for k in range(2, 8) for i in range(k, n + k + 1)),
        ),
    ],
)
def test_a_sum_is_what_counting_says(text, by_hand, n):
    tree = with_numbers_for_ends(read_formula(text, Vocabulary({"n": ()})).tree, 6)
    assert float(evaluate(tree, {"n": np.array([float(n)])}, OpenReal(1))[0]) == by_hand(n)


def test_a_sum_that_is_too_long_has_no_value():
    tree = with_numbers_for_ends(read_formula("sum_{k=1}^{10^n} 1", Vocabulary({"n": ()})).tree, 6)
    values = [float(evaluate(tree, {"n": np.array([float(n)])}, OpenReal(1))[0]) for n in (1, 2, 3)]
    assert values[:2] == [10, 100]
    assert isnan(values[2])


def test_the_ends_are_told():
    assert "sum_{k=0}^{n - 1} k" in marker("n", NAMES).mark("a", "sum_{k=0}^{n-1} k").message
