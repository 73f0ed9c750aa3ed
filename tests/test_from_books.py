r"""Formulas as books print them: [x]_+, f^{(2)}(x), g²(x), {a \over b}, xⁿ⁻¹, Σ without an index, √2gh."""

import pytest
from one_formula import marker

X, POWER = 'numbers = ["x"]', 'numbers = ["x", "n"]\nwhole = ["n"]'
OPEN = 'numbers = ["x"]\nfunctions = ["f", "g"]'
P = 'vectors = { p = 4 }\nindices = { i = 4 }\nsizes = { n = 4 }\npositive = ["p"]'
SAMPLE = 'vectors = { x = 5 }\nindices = { i = 5 }\nsizes = { n = 5 }\ndefinitions = { x_bar = "sum(x)/5" }'
HINGE = 'numbers = ["y", "b"]\nvectors = { w = 3, x = 3 }'
SQUARES = "vectors = { y = 5, b = 3 }\nmatrices = { X = [5, 3] }"
FALL = 'numbers = ["g", "h"]\npositive = ["g", "h"]'

BOOKS = [
    # answer, names, right, wrong
    (
        "max(0, x)",
        X,
        ["[x]_+", "(x)_+", "(x)^+", r"\left[x\right]_+", "[x]^{+}"],
        ["[-x]_+", "(2x)_+", "-(x)^+"],
    ),
    (
        "max(0, 1 - y (w @ x + b))",
        HINGE,
        ["[1 - y(w^T x + b)]_+", r"\left(1 - y (w \cdot x + b)\right)_+"],
        ["[1 + y(w^T x + b)]_+", "[y(w^T x + b) - 1]_+", "1 - [y(w^T x + b)]_+"],
    ),
    (
        "2 x/(1 + x^2)",
        X,
        [r"{2x \over 1+x^2}", r"{2x\over{1+x^2}}"],
        [r"{2x \over 1-x^2}"],
    ),
    ("n x^(n - 1)", POWER, ["n xⁿ⁻¹", "n·xⁿ⁻¹"], ["n xⁿ⁺¹", "n·xⁿ⁻²", "xⁿ⁻¹"]),
    (
        "f''(x) g(x)^2",
        OPEN,
        ["f^{(2)}(x) g^2(x)", "f^(2)(x) g²(x)", r"g^{2}\left(x\right) f^{(2)}(x)"],
        ["f^{(1)}(x) g^2(x)", "f^{(2)}(x) g^3(x)", "f^{(3)}(x) g²(x)", "f^{(2)}(x) g^2(2x)"],
    ),
    (
        "-sum_i p_i log(p_i)",
        P,
        ["Σ p_i ln(1/p_i)", "-Σp_i·ln(p_i)", r"-\sum p_i \ln p_i", "-sum(p_i log p_i)", "-∑ p_i log p_i"],
        ["Σ p_i ln(p_i)", "-Σ ln p_i", r"\sum p_i \ln p_i"],
    ),
    (
        "sum_i (x_i - x_bar)^2/(n - 1)",
        SAMPLE,
        ["1/(n-1) Σ (x_i − x̄)²", "(Σ x_i² − n x̄²)/(n−1)", "1/(n-1) ∑_(i=1)^n▒(x_i-x ̅ )^2"],
        ["1/n Σ (x_i − x̄)²", "1/(n-1) Σ (x_i − x̄)", "(Σ x_i² − x̄²)/(n−1)", "1/(n-1) (Σ (x_i − x̄))²"],
    ),
    (
        "2 X^T (X b - y)",
        SQUARES,
        ["2X'(Xb - y)", "2X'Xb - 2X'y", "-2X'y + 2X'Xb", "2(X'X)b - 2X'y"],
        ["2X'(Xb + y)", "X'Xb - 2X'y", "-2X'y - 2X'Xb", "3(X'X)b - 2X'y"],
    ),
    ("sqrt(2 g h)", FALL, ["√2gh", "√(2gh)"], ["√2g", "√2gh²", "√2·gh", "√3gh", "h√2g"]),
    (
        "sum_{k != y} where(p_k - p_y + m > 0, p_k p_j, 0)",
        'vectors = { p = 4 }\nindices = { j = 4, y = 4 }\nnumbers = ["m"]',
        [
            r"\sum_{k \neq y,\, p_k - p_y + m > 0} p_k p_j",
            r"\sum_{k \ne y : p_k > p_y - m} p_k p_j",
            r"p_j \sum_{k,\, k \neq y,\, m > p_y - p_k} p_k",
            r"p_j \sum_{\substack{k \neq y \\ p_y - p_k < m}} p_k",
            r"\sum_{k \neq y \wedge p_k + m > p_y} p_k p_j",
            r"\sum_{k \neq y \text{ and } 0 < p_k - p_y + m} p_k p_j",
            "sum_{k != y | p_k - p_y + m > 0} p_j p_k",
        ],
        [
            r"\sum_{k \neq y,\, p_k - p_y > 0} p_k p_j",
            r"\sum_{k:\ p_k - p_y + m > 0} p_k p_j",
            r"\sum_{\substack{k \neq y \\ p_k - p_y + m < 0}} p_k p_j",
            r"\sum_{k \neq j,\, p_k - p_y + m > 0} p_k p_j",
        ],
    ),
    ("x sin(2 alpha)", 'numbers = ["x", "alpha"]', ["x sin2α"], ["x sinα", "x sin3α", "x cos2α"]),
]


@pytest.mark.parametrize(
    ("answer", "names", "text", "status"),
    [
        pytest.param(answer, names, text, status, id=f"{text}: {status}")
        for answer, names, right, wrong in BOOKS
        for texts, status in ((right, "correct"), (wrong, "wrong"))
        for text in texts
    ],
)
def test_what_books_print_is_read_as_they_mean_it(answer, names, text, status):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == status, mark.message


def test_cases_that_leave_out_a_border_of_a_product_are_read():
    names = HINGE + '\nfunctions = ["f"]'
    marked = marker("where(y (w @ x + b) < 1, -y, 0)", names)
    assert marked.mark("a", "-y if y(w·x+b)<1, 0 if y(w·x+b) > 1").status == "correct"
    assert marked.mark("a", "-y if y(w·x+b)>1, 0 if y(w·x+b) < 1").status == "wrong"


def test_a_sum_under_conditions_is_shown_with_all_of_them():
    names = "vectors = { p = 4 }\nindices = { y = 4 }"
    mark = marker("sum_{k != y} p_k", names).mark("a", r"\sum_{k \neq y, p_k > p_y} p_k")
    assert mark.message.startswith("read as sum_{k != y, p_k > p_y} p_k;")
    mark = marker("sum_{k != y} p_k", names).mark("a", r"\sum_{k : p_k > p_y} p_k")
    assert mark.message.startswith("read as sum_{k, p_k > p_y} p_k;")


def test_a_name_with_its_module_is_read_also_where_it_could_be_a_product():
    names = f'{P}\nnumbers = ["q"]'
    for text, status in (("-np.sum(p*np.log(p))", "correct"), ("-np.sum(p*np.log(q))", "wrong")):
        assert marker("-sum_i p_i log(p_i)", names).mark("a", text).status == status


def test_a_name_of_the_question_is_no_module():
    names = 'numbers = ["np", "math", "x"]'
    assert marker("np exp(x)", names).mark("a", "np.exp(x)").status == "correct"
    assert marker("exp(x)", names).mark("a", "np.exp(x)").status == "wrong"
