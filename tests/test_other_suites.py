r"""What the suites of other graders and of computer algebra have, and this one did not read or marked wrong.

Each case has what is asked for, the names, and forms that are right or wrong; which, is worked by hand, and
by SymPy at numbers for what it can read.
"""

import math

import pytest
import sympy as sp
from one_formula import marker

from grader.schemas.faults import KeyFault
from grader.schemas.results import Status

XYZ = 'numbers = ["x", "y", "z"]'
ABC = 'numbers = ["a", "b", "c"]'
WHOLE = 'numbers = ["n", "k"]\nwhole = ["n", "k"]'
POSITIVE = 'numbers = ["x", "y"]\npositive = ["x", "y"]'
OPEN = 'numbers = ["x"]\nfunctions = ["f"]'

# (asked for, names, right forms, wrong forms)
CASES = [
    # Bars inside bars: \left and \right, and the number of bars left, say which open.
    ("a*abs(b + c*abs(a))", ABC, [r"a\left|b+c\left|a\right|\right|", "a|b+c|a||"], [r"a|b+c|a|"]),
    ("abs(a*abs(b)*c)", ABC, [r"\lvert a\lvert b\rvert c\rvert"], [r"\lvert a\rvert b\lvert c\rvert"]),
    (
        "abs(a)*b*abs(c)",
        ABC,
        [r"\left|a\right|b\left|c\right|", "|a|b|c|"],
        [r"\left|a\left|b\right|c\right|"],
    ),
    # Third roots of negative numbers.
    ("-2*x", XYZ, [r"\sqrt[3]{-8}x", "cbrt(-8) x", "root(-8, 3) x"], [r"\sqrt[3]{8}x"]),
    ("cbrt(x)", XYZ, ["-cbrt(-x)", r"\sqrt[3]{x}", "x^(1/3)", "sqrt[3]{x}"], ["-cbrt(x)", "sqrt[2]{x}"]),
    # Names of functions.
    ("1/sinh(x)", XYZ, ["cosech(x)", "csch x"], ["cosec(x)"]),
    ("sign(x) arctan(1/x)", XYZ, ["signum(x) arccotan(x)", "sgn(x) acot(x)"], ["signum(x) cotan(x)"]),
    # What is written together behind a sign, and functions without brackets.
    ("a/b*c", ABC, ["a/bc", "ac/b"], ["ab/c"]),
    ("a/(b c)", ABC, ["a/bc"], ["ac/b"]),
    ("x^y*z", XYZ, ["x^yz", "x^{y}z"], ["x^zy"]),
    ("x^(y z)", XYZ, ["x^yz"], ["x^y z"]),
    ("cos(2 x)", XYZ, ["cos 2*x", r"\cos 2 \cdot x", "cos 2x"], ["cos 2*y"]),
    ("log(x/y)", XYZ, ["ln x/y", r"\ln x/y"], ["ln y/x"]),
    ("log(x)/y", XYZ, ["ln x/y"], ["ln(x/y)"]),
    # log is to the base 10 where only that is right.
    ("-log10(x)", XYZ, ["-log(x)", r"-\log x", "-lg x"], ["-ln(x)", r"-\log_2 x"]),
    # A rounded value behind the answer.
    ("1/3", XYZ, ["r = 1/3 ≈ 0.333", r"\frac13 \approx 0.33", r"r \approx \frac{1}{3}"], ["r ≈ 0.33"]),
    # What is written together behind a / and a sign.
    ("7", XYZ, ["-28y/-4y", "-28*(z/-4z)", "28y/4y"], ["-28y/4y"]),
    # Lists without gaps, without brackets, in brackets of other programs.
    ("[2, 3]", XYZ, ["[2*1,3+0]", "[4/2,9/3]", "2,3", "(:2,3:)", "<<2,3>>", "[2,3]"], ["[3,2]", "2.3"]),
    ("[1, 4, 9]", XYZ, ["(1^2,2^2,3^2)", "[1*1,4,9]", "1,4,9", "v = 1, 4, 9"], ["1,4,8", "[1^2,2^2]"]),
    ("[2*x, 3*y]", XYZ, ["2x,3y", "x(2,0) + y(0,3)", "[2,0;0,3]*[x,y]"], ["3x,2y", "x(2,0) + y(3,0)"]),
    ("7", XYZ, ["det([2,1;-1,3])"], ["det([2,1;1,3])"]),
    # LaTeX without its backslashes, and with what JSON makes of single ones.
    ("x/(2*y)", XYZ, ["\frac{x}{2y}", "x cdot left(frac{1}{2y}right)", "x \times 1/(2y)"], ["\frac{y}{2x}"]),
    ("x*y", XYZ, ["x\u2062y", "x xx y", "x✖y"], ["x➕y"]),
    ("x^2*y", XYZ, ["x↑2*y"], ["x↑y"]),
    # Numbers that count beside very small ones only.
    ("x/(sqrt(y) + 1e-12)", POSITIVE, [r"\frac{x}{\sqrt y+10^{-12}}"], ["x/sqrt(y)", "x/sqrt(y + 1e-12)"]),
    ("1e-9 x^8 y^7/z^9", XYZ, ["1e-9 (x y/z)^7 x/z^2"], ["1e-9 (x y/z)^8"]),
    # Powers that are too small for the machine on the way.
    ("(x/y)^200", XYZ, ["x^200 * y^-200", "x^200/y^200"], ["x^200/y^199"]),
    # Remainders, percent, primes behind brackets, factorials of factorials.
    ("n - k*floor(n/k)", WHOLE, [r"n \bmod k", "n mod k"], ["k mod n"]),
    ("0.28 x", XYZ, ["28 percent x", "28% x"], ["28 x"]),
    ("f''(x)", OPEN, ["f(x)''"], ["f(x)'"]),
]


@pytest.mark.parametrize(
    ("asked", "names", "text", "right"),
    [
        pytest.param(asked, names, text, right, id=f"{asked} | {text}")
        for asked, names, *forms in CASES
        for right, texts in zip((True, False), forms, strict=True)
        for text in texts
    ],
)
def test_form(asked, names, text, right):
    found = marker(asked, names).mark("a", text)
    assert (found.status == Status.CORRECT) is right, found.message


def test_a_key_has_no_decimal_commas():
    with pytest.raises(KeyFault, match="a comma inside a number"):
        marker("[2,3]", XYZ)


def test_two_readings_are_told():
    for asked, text in (("a/b*c", "a/bc"), ("a/(b c)", "a/bc")):
        assert "read" in marker(asked, ABC).mark("a", text).message
    assert "(n!)!" in marker("n!", WHOLE).mark("a", "n!!").message


@pytest.mark.parametrize("text", ["cbrt(-8)", "cbrt(0)", "cbrt(27)", "arccotan(2)", "acosec(2)", "cosech(1)"])
def test_functions_have_the_values_of_sympy(text):
    theirs = {
        "cbrt": lambda x: sp.sign(x) * abs(x) ** sp.Rational(1, 3),
        "arccotan": sp.acot,
        "acosec": sp.acsc,
    }
    value = sp.sympify(text, locals=theirs | {"cosech": sp.csch})
    assert marker(f"{float(value)!r} + 0", XYZ).mark("a", text).status == Status.CORRECT


def test_slope_of_the_third_root():
    key = 'numbers = ["x"]\ndefinitions = { y = "root(x, 3)" }'
    assert marker("dy/dx", key).mark("a", "1/(3 cbrt(x)^2)").status == Status.CORRECT
    assert math.isclose(
        (math.cbrt(2 + 1e-6) - math.cbrt(2 - 1e-6)) / 2e-6, 1 / (3 * math.cbrt(2) ** 2), rel_tol=1e-6
    )


def test_absolute_values_far_from_zero_are_told_apart():
    # They are equal but for x < -1000, which few points of a draw near 1 are.
    for name in "abcdefgh":
        names = f'numbers = ["{name}"]'
        found = marker(f"abs({name} + 1000) - 1000", names).mark("a", f"abs({name} + 1001) - 1001")
        assert found.status == Status.WRONG


def test_what_has_a_value_for_whole_numbers_only_waits_for_a_person():
    assert marker("cos(pi x)", XYZ).mark("a", "(-1)^x").status == Status.PENDING
    assert marker("(-1)^x", XYZ).mark("a", "cos(pi x)").status == Status.CORRECT
    assert marker("cos(pi n)", WHOLE).mark("a", "(-1)^n").status == Status.CORRECT


ONE = 'numbers = ["x"]'
WITH_C = 'numbers = ["x", "C"]'


@pytest.mark.parametrize(
    ("asked", "names", "text", "right", "told"),
    [
        ("x^3/3", ONE, "x^3/3 + C", True, "a constant of integration, which is not asked for"),
        ("x^3/3", ONE, r"\int x^2 dx = \frac{x^3}{3} + c", True, "a constant of integration"),
        ("x^3/3", ONE, r"F(x) = x^3/3 + C, C \in \mathbb{R}", True, "a constant of integration"),
        ("x^3/3", ONE, r"x^3/3 + \text{const.}", True, "a constant of integration"),
        ("x^3/3", ONE, "x^2/3 + C", False, "the factor x is missing"),
        ("x^3/3", ONE, "x^3/3 + 5", False, "too large by 5"),
        ("x^3/3 + C", WITH_C, "x^3/3 + const", True, "+ const is read as + C"),
        ("x^3/3 + C", WITH_C, "x^3/3", False, "too small by C"),
        ("a + b", 'numbers = ["a", "b"]', "a + b + c", False, "unknown name c"),
    ],
)
def test_constant_of_integration(asked, names, text, right, told):
    found = marker(asked, names).mark("a", text)
    assert (found.status == Status.CORRECT) is right
    assert told in found.message


MATRIX = "matrices = { X = [4, 3] }\nvectors = { y = 4, w = 3 }"
TURNED = "matrices = { X = [3, 4] }\nvectors = { y = 4, w = 3 }"
PAIR = 'numbers = ["x", "y"]'


@pytest.mark.parametrize(
    ("asked", "names", "text", "told"),
    [
        ("X^T (X w - y)", MATRIX, r"\sum_{i=1}^n (\mathbf{x}_i^\top \mathbf{w} - y_i) \mathbf{x}_i", "a row"),
        ("X^T (X w - y)", MATRIX, r"\sum_{i=1}^{m} (w^T x^{(i)} - y^{(i)}) x^{(i)}", "m is read as 4"),
        ("X^T (X w - y)", MATRIX, r"\sum_i (X_i w - y_i) X_i", "a row of the matrix"),
        ("X (X^T w - y)", TURNED, r"\sum_i (x_i^T w - y_i) x_i", "a column of the matrix"),
        ("X^T X", MATRIX, r"\sum_i x_i x_i^T", "a row of the matrix"),
        ("sum((y - X w)^2)", MATRIX, r"\sum_{i=1}^n (y_i - \sum_{j=1}^p X_{ij} w_j)^2", "p is read as 3"),
        ("x^2 + 3 y", PAIR, "=SUM(x^2;3*y)", ""),
        ("3 x y", PAIR, "=PRODUKT(3;x;y)", ""),
        ("floor(x/y)", PAIR, "=INT(x/y)", ""),
        ("log10(x)", PAIR, "=LOG(x)", "base 10"),
    ],
)
def test_rows_of_a_matrix_and_spreadsheets(asked, names, text, told):
    found = marker(asked, names).mark("a", text)
    assert found.status == Status.CORRECT, found.message
    assert told in found.message


def test_what_is_wrong_with_rows_is_told():
    wrong = marker("X^T (X w - y)", MATRIX).mark("a", r"\sum_i (y_i - x_i^T w) x_i")
    assert wrong.status == Status.WRONG
    assert "the wrong sign" in wrong.message


POSITIVE = 'numbers = ["x", "y"]\npositive = ["x"]'


@pytest.mark.parametrize(
    ("asked", "names", "text", "status", "told"),
    [
        # A condition that is asked for has its edge: x = y is not x > y.
        ("x > y", PAIR, "y < x", Status.CORRECT, ""),
        ("x > y", PAIR, r"2x \gt 2y", Status.CORRECT, ""),
        ("x > y", PAIR, "x >= y", Status.WRONG, "where x = y"),
        ("x^2 <= 9", PAIR, "|x| <= 3", Status.CORRECT, ""),
        ("x^2 <= 9", PAIR, "|x| < 3", Status.WRONG, "where"),
        ("x^2 - 3 y < 0", PAIR, "3 x^2 < 9 y", Status.CORRECT, ""),
        ("x > 1 and x < 5", PAIR, "5 > x > 1", Status.CORRECT, ""),
        ("x > 1 and x < 5", PAIR, "x > 1", Status.WRONG, ""),
        ("x > 2 or x < -2", PAIR, "x^2 > 4", Status.CORRECT, ""),
        ("x > 2 or x < -2", PAIR, "not (x <= 2 and -2 <= x)", Status.CORRECT, ""),
        ("x > 2 or x < -2", PAIR, "x^2 >= 4", Status.WRONG, "where"),
        ("x + y > 3", POSITIVE, "x + y >= 3", Status.WRONG, "where x + y = 3"),
        # Elsewhere both conventions are usual: it is told, and costs nothing.
        ("where(x > 0, 1, 0)", PAIR, "1[x >= 0]", Status.CORRECT, "where x = 0 it is not the same"),
        ("where(x == 3, y, 0)", PAIR, "0", Status.CORRECT, "where x = 3 it is not the same"),
        ("max(0, x)", PAIR, "x (x >= 0)", Status.CORRECT, ""),
    ],
)
def test_edges_of_conditions(asked, names, text, status, told):
    found = marker(asked, names).mark("a", text)
    assert found.status == status, found.message
    assert told in found.message
    assert told or "not the same" not in found.message


@pytest.mark.parametrize("text", ["df/dg dg/dx", r"\frac{df}{dg}\cdot\frac{dg}{dx}", "df/dg * dg/dx"])
def test_chain_of_two(text):
    names = 'numbers = ["x"]\nfunctions = ["f", "g"]'
    assert marker("f'(g(x)) g'(x)", names).mark("a", text).status == Status.CORRECT
    assert marker("f'(x) g'(x)", names).mark("a", text).status != Status.CORRECT


@pytest.mark.parametrize("text", [r"\frac{df}{dg}\frac{dg}{dh}\frac{dh}{dx}", "df/dg dg/dh dh/dx"])
def test_chain_of_three(text):
    names = 'numbers = ["x"]\nfunctions = ["f", "g", "h"]'
    assert marker("f'(g(h(x))) g'(h(x)) h'(x)", names).mark("a", text).status == Status.CORRECT
    assert marker("f'(h(x)) g'(h(x)) h'(x)", names).mark("a", text).status != Status.CORRECT


@pytest.mark.parametrize(
    ("asked", "names", "text"),
    [
        ("cbrt(x)", PAIR, "root(3)(x)"),
        ("x/y", PAIR, "frac{x}{y}"),
        ("arctan(x)", PAIR, "arc tan(x)"),
        ("pi/3", PAIR, "60 degrees"),
        ("pi/3", PAIR, "pi/3 rad"),
        ("[3, 2]", PAIR, "(x, y) = (3, 2)"),
        ("[3, 2]", PAIR, r"\left(p, q\right) = \left(3, 2\right)"),
    ],
)
def test_as_calculators_have_it(asked, names, text):
    found = marker(asked, names).mark("a", text)
    assert found.status == Status.CORRECT, found.message


@pytest.mark.parametrize(
    ("asked", "names", "text"),
    [
        ("binomial(n, k)", WHOLE, "C_n^k"),
        ("binomial(n, k)", WHOLE, r"\mathrm{C}_{n}^{k}"),
        ("binomial(n, k)", WHOLE, "_nC_k"),
        ("cos(w t)", 'numbers = ["w", "t"]', r"\cos(\omega t)"),
        ("2 pi x", ONE, "2ℼx"),
        ("x/2", ONE, r"\text{Answer: } \frac{x}{2}"),
    ],
)
def test_letters_of_elsewhere(asked, names, text):
    found = marker(asked, names).mark("a", text)
    assert found.status == Status.CORRECT, found.message


def test_an_omega_of_the_question_is_no_w():
    names = 'numbers = ["w", "omega"]'
    assert marker("w + 2 omega", names).mark("a", "ω + 2 w").status != Status.CORRECT
    assert marker("w + 2 omega", names).mark("a", "w + 2ω").status == Status.CORRECT


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("6", "sum([1,2,3])"),
        ("[1, 2, 3]", "(1,2,3)^T"),
        ("[[1, 2], [3, 4]]", r"\left( { \begin{array}{cc}1 & 2 \\ 3 & 4\end{array} } \right)"),
        ("-2", r"\det\left(\left[ { \begin{array}{cc}1 & 2 \\ 3 & 4\end{array} } \right]\right)"),
    ],
)
def test_lists_and_arrays(asked, text):
    found = marker(asked, "").mark("a", text)
    assert found.status == Status.CORRECT, found.message


def test_where_a_derivative_ends_is_told():
    names = 'numbers = ["a", "t"]'
    told = marker("a exp(t) (1 + t)", names).mark("a", r"\frac{d}{dt} a t e^t").message
    assert "read to end with" in told
    assert "brackets" in told
