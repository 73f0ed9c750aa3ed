"""Formulas in pieces: tariffs, taxes, clipped values. Each piece counts, wherever its borders are."""

import numpy as np
import pytest
from one_formula import marker

from grader.marking.formulas.borders import around

NAMES = """
numbers = ["x", "n", "y"]
vectors = { v = 3 }
indices = { j = 3, k = 3 }
positive = ["y"]
whole = ["n"]
"""


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (
            "where(y > 10000, 2000 + 0.4 (y - 10000), 0.2 y)",
            ["0.2 y + 0.2 max(0, y - 10000)", "0.2y if y < 10000 else 0.4y - 2000", "max(0.2y, 0.4y - 2000)"],
            ["0.2 y", "0.2 y if y <= 10000 else 0.4 y", "0.2 y + 0.2 max(0, y - 20000)", "0.4 y - 2000"],
        ),
        (
            "where(y < 1000, 0, where(y < 50000, 0.1 (y - 1000), 4900 + 0.3 (y - 50000)))",
            ["0.1 max(0, y - 1000) + 0.2 max(0, y - 5*10^4)"],
            ["0.1 max(0, y - 1000)", "0", "0.1 max(0, y - 1000) + 0.3 max(0, y - 50000)"],
        ),
        ("max(0, 0.3 (x - 1000))", ["0.3 relu(x - 1000)"], ["0", "max(0, 0.2 (x - 1000))", "0.3 max(0, x)"]),
        (
            "where(n > 10, 4 n, 5 n)",
            ["5n - n 1[n > 10]", "4 n if n >= 11 else 5 n"],
            ["5 n", "4 n", "4 n if n >= 10 else 5 n", "4 n if n > 11 else 5 n", "5n - (n - 10) 1[n > 10]"],
        ),
        ("n", ["max(n, 1)", "abs(n)"], ["min(n, 6)", "min(n, 10)", "n + 1[n = 50]", "max(n, 2)"]),
        ("x", ["x + 0 max(x, 500)"], ["min(x, 1000)", "max(x, -1000)", "x + 1[x > 500]", "min(x, 10^6)"]),
        ("y", ["abs(y)"], ["max(y, 0.001)", "y 1[y > 0.0001]", "max(y, 1e-6)"]),
        ("1[v_j > 200] 1[j != k]", ["(v_j > 200) (j != k)"], ["0", "1[v_j > 200]", "1[v_k > 200] 1[j != k]"]),
        (
            "where(x > 3.5, 1, 0)",
            ["step(2 x - 7)"],
            ["where(x > 3.51, 1, 0)", "step(x - 3.499)", "where(x > 3.5001, 1, 0)"],
        ),
        ("where(y > 10000, 0.2 y, 0.1 y)", ["0.1 y (1 + 1[y > 10^4])"], ["0.2 y if y > 10001 else 0.1 y"]),
        ("1[x + y > 2]", ["1[y > 2 - x]"], ["1[x + 1.001 y > 2]", "1[x + y > 2.0001]"]),
        ("1[x^2 < 2]", ["1[abs(x) < sqrt(2)]"], ["1[abs(x) < 1.4142]"]),
        ("1[y > 2]", ["1[y > 2] + 0 * 1[y > -1]"], ["1[y > 2] + 1[y > 1.99] - 1[y > 2.01]"]),
        (
            "floor(x + y)",
            ["floor(x + y + 1) - 1", "-ceil(-x - y)"],
            ["floor(x + y + 1e-5)", "ceil(x + y - 0.999)"],
        ),
        ("floor(2 floor(x))", ["2 floor(x)"], ["floor(2 ceil(x))", "2 ceil(x)"]),
        (
            "n - floor(n/7)",
            ["n + ceil(-n/7)", "floor(n - n/7 + 6/7)"],
            ["n - floor(n/8)", "n - floor((n - 1)/7)"],
        ),
        ("(x x)^(n + 1)", ["x^(2n + 2)"], ["(x max(x, -1000))^(n + 1)", "(x min(x, 100))^(n + 1)"]),
        ("floor(y / 100)", ["floor(0.01 y)"], ["0 y", "floor(y) / 100"]),
    ],
)
def test_every_piece_counts(answer, right, wrong):
    marked = marker(answer, NAMES)
    assert {text: marked.mark("a", text).status for text in right} == dict.fromkeys(right, "correct")
    # With another symbol in place of one that is only compared, some would be right: a slip.
    assert {text: marked.mark("a", text).status in {"wrong", "slip"} for text in wrong} == dict.fromkeys(
        wrong, True
    )


def test_the_counterexample_is_beside_the_border():
    mark = marker("where(n > 10, 4 n, 5 n)", NAMES).mark("a", "5 n")
    assert "at n = 11 yours gives 55, it should be 44" in mark.message


def test_numbers_around_a_border_are_as_far_below_it_as_above():
    _, numbers = around(frozenset({100.0}), 396, np.tile([0.0, 0.5, 1.0], 132), whole=False)
    below, at, above = sorted(set(numbers.tolist()))
    assert at == 100
    assert below * above == pytest.approx(100**2)
