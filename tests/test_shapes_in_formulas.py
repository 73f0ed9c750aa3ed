r"""Vectors that stand and lie, cross products, vec(A), prod(x), determinants as they are typed, and ¬(a = b).

What is wrong is proven by NumPy: beside each wrong formula stands what it says, in Python.
"""

import pytest
from by_numpy import all_right, all_wrong, assert_right, assert_wrong
from one_formula import marker

FORM = "vectors = { x = 3 }\nmatrices = { A = [3, 3] }"
LAYER = "vectors = { x = 3, b = 4 }\nmatrices = { W = [4, 3] }"
TWO = "vectors = { x = 3, y = 3 }"
SPACE = 'vectors = { a = 3, b = 3, c = 3 }\nnumbers = ["q"]'
NUMBERS = 'numbers = ["a", "b", "c", "d"]'
MATRICES = "matrices = { A = [3, 3], B = [3, 3] }"
FOUR = "vectors = { x = 4 }"
WHOLE = 'numbers = ["n"]\nwhole = ["n"]'
CROSS = "[a_2 b_3 - a_3 b_2, a_3 b_1 - a_1 b_3, a_1 b_2 - a_2 b_1]"

TABLE = [
    ("x^T A x", FORM, "x @ A @ x", ["x^TAx", "x'Ax", "x A x^T", "xAx"], {"x^T A^T A x": "x @ A.T @ A @ x"}),
    (
        "W x + b",
        LAYER,
        "W @ x + b",
        ["x^T W^T + b^T", "W x^T + b", "x W^T + b", "W@x + b"],
        {"W x - b^T": "W @ x - b"},
    ),
    (
        "sum(A)",
        FORM,
        "np.sum(A)",
        ["1ᵀA1", "1'A1", r"1^\top A1", r"\mathbf{1}^TA\mathbf{1}"],
        {"1ᵀA1 + 1": "np.sum(A) + 1", "1ᵀAA1": "np.sum(A @ A)"},
    ),
    (
        CROSS,
        SPACE,
        "np.cross(a, b)",
        ["a × b", r"\vec a \times \vec b", "-b × a", "cross(a, b)", "np.cross(a, b)", "a x b"],
        {"b × a": "np.cross(b, a)", "a × b + a": "np.cross(a, b) + a", "cross(b, a)": "np.cross(b, a)"},
    ),
    (
        "q (a_1 (b_2 c_3 - b_3 c_2) + a_2 (b_3 c_1 - b_1 c_3) + a_3 (b_1 c_2 - b_2 c_1))",
        SPACE,
        "q * a @ np.cross(b, c)",
        ["q a · (b × c)", r"q\,\vec{a}\cdot(\vec{b}\times\vec{c})", "q * np.dot(a, np.cross(b, c))"],
        {"q a · (c × b)": "q * a @ np.cross(c, b)"},
    ),
    ("5", NUMBERS, "5.0", ["det([[2,1],[1,3]])", "det([2, 1; 1, 3])", "det([2 1; 1 3])"], {}),
    (
        "a d - b c",
        NUMBERS,
        "a*d - b*c",
        [
            "det([a b; c d])",
            r"\left|\begin{array}{cc}a&b\\c&d\end{array}\right|",
            r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
            r"\det\left[\begin{array}{cc}a&b\\c&d\end{array}\right]",
        ],
        {r"\left|\begin{array}{cc}a&b\\d&c\end{array}\right|": "a*c - b*d", "det([a b; d c])": "a*c - b*d"},
    ),
    (
        "trace(A B)",
        MATRICES,
        "np.trace(A @ B)",
        ["vec(A^T)^T vec(B)", r"\operatorname{vec}(A^T)^\top\operatorname{vec}(B)", "vec(B^T)' vec(A)"],
        {"vec(A)^T vec(B)": "np.sum(A * B)"},
    ),
    (
        "x_1 x_2 x_3 x_4",
        FOUR,
        "np.prod(x)",
        ["prod(x)", r"\prod x_i", "np.prod(x)", "Π x_i", "∏_i x_i"],
        {"prod(x^2)": "np.prod(x**2)", "Σ x_i": "np.sum(x)"},
    ),
    (
        "max(abs(x))",
        FOUR,
        "np.max(np.abs(x))",
        ["max|x_i|", r"\max\left|x_i\right|", "max{|x_i|}", r"\max_i |x_i|"],
        {"min|x_i|": "np.min(np.abs(x))"},
    ),
    (
        "n (n+1) (n+2) / 3",
        WHOLE,
        "n*(n + 1)*(n + 2)/3",
        ["1·2+2·3+…+n(n+1)", "1*2 + 2*3 + ... + n*(n+1)", r"1\cdot2+2\cdot3+\dots+n(n+1)"],
        {"1·2+2·3+…+(n+1)(n+2)": "(n + 1)*(n + 2)*(n + 3)/3"},
    ),
    (
        "where(a != b, c, 0)",
        NUMBERS,
        "c * (a != b)",
        ["c ~(a==b)", "c*not(a==b)", "c * !(a==b)", "c ¬(a = b)", r"c\,\neg(a=b)", "c*~(a==b)"],
        {"c (a == b)": "c * (a == b)"},
    ),
    (
        "log(a / (1 - a))",
        NUMBERS + '\npositive = ["a"]',
        "np.log(a / (1 - a))",
        [r"\sigma^{-1}(a)", "σ⁻¹(a)", "sigmoid^{-1}(a)", "logit(a)"],
        {},
    ),
]


@all_right(TABLE)
def test_what_is_right_is_right(answer, names, text):
    assert_right(answer, names, text)


@all_wrong(TABLE)
def test_what_is_wrong_is_wrong(answer, names, python, text, says):
    assert_wrong(answer, names, python, text, says, "wrong", "slip", "mistake")


@pytest.mark.parametrize(
    ("answer", "names", "text", "said"),
    [
        ("x^T A x", FORM, "x^TAx^T", "Ax^T does not fit: a vector in it has a T too many, or too few"),
        ("x @ y", TWO, "x^T y^T", "x^T y^T does not fit"),
        ("x @ y", TWO, "vec(x, y)", "vec"),
        ("x @ y", TWO, "cross(x)", "cross takes two vectors, found 1"),
        ("sum(A)", "matrices = { A = [7, 7] }", "prod(A)", "at most 36 components"),
        ("x + 1", 'numbers = ["x"]', "¬(x)", "a condition such as j = k is expected here"),
    ],
)
def test_what_does_not_fit_is_told(answer, names, text, said):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == "invalid", mark.message
    assert said in mark.message


def test_what_is_of_another_shape_is_wrong():
    mark = marker("x^T A x", FORM).mark("a", "x'*A*x'")
    assert (mark.status, mark.cause) == ("wrong", "shape")


def test_a_tilde_in_front_of_a_bracket_is_a_gap():
    mark = marker("2 (x + 1)", 'numbers = ["x"]').mark("a", "2 ~(x+1)")
    assert mark.status == "correct", mark.message


def test_vectors_that_all_lie_are_noted():
    mark = marker("x^T A x", FORM).mark("a", "x A x^T")
    assert (mark.status, "vectors are read as rows" in mark.message) == ("correct", True)
