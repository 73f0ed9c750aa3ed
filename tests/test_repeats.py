"""Sums and products over an index, against whole numbers that are known: triangular numbers, factorials."""

import math

import numpy as np
import pytest

from grader.expressions import Ball, Balls, Real, evaluate, parse
from grader.expressions.tree import Number, Repeat

K = parse("k")


@pytest.mark.parametrize("last", range(5))
def test_a_sum_begins_and_ends_where_it_says(last):
    tree = Repeat("+", "k", Number(1.0), Number(float(last)), K)
    assert evaluate(tree, {}, Real()) == last * (last + 1) // 2
    ball = evaluate(tree, {}, Balls())
    assert ball.low <= last * (last + 1) // 2 <= ball.high


@pytest.mark.parametrize("last", range(5))
def test_a_product_begins_and_ends_where_it_says(last):
    tree = Repeat("*", "k", Number(1.0), Number(float(last)), K)
    assert evaluate(tree, {}, Real()) == math.factorial(last)


def test_the_terms_of_a_sum_see_the_other_names():
    tree = Repeat("+", "k", Number(0.0), Number(3.0), parse("a * k^2"))
    assert np.allclose(evaluate(tree, {"a": np.array([1.0, -2.0])}, Real(1)), [14.0, -28.0])


def test_an_end_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="must be numbers"):
        evaluate(Repeat("+", "k", Number(1.0), parse("n"), K), {"n": np.array(3.0)}, Real())


@pytest.mark.parametrize(
    ("exponent", "power"), [("3-1", 2), ("1+2", 3), ("2*1", 2), ("6/3", 2), ("-(1-4)", 3)]
)
def test_an_exponent_may_be_written_as_a_sum_of_numbers(exponent, power):
    assert evaluate(parse(f"x^({exponent})"), {"x": np.array(-3.0)}, Real()) == (-3) ** power


def test_an_exponent_of_numbers_bounds_a_root_at_0():
    ball = evaluate(parse("x^(1/2)"), {"x": Ball(np.array(0.0), np.array(0.01))}, Balls())
    assert ball.rad == pytest.approx(0.1)  # the root of 0.01; without the number there is no bound
