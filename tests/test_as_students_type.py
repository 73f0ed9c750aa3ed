r"""Formulas of ten fields as students type them: conditions, indices, spreadsheets, other countries' habits.

What is wrong is proven by NumPy: beside each wrong formula stands what it says, in Python. f is sin there.
"""

import re

import pytest
from by_numpy import all_right, all_wrong, assert_right, assert_wrong
from one_formula import marker

X = 'numbers = ["x", "a", "b"]'
THREE = 'numbers = ["a", "b", "c"]'
POISSON = 'numbers = ["lambda", "k", "n", "p"]\nwhole = ["n", "k"]\npositive = ["lambda", "p"]'
MATRICES = 'matrices = { A = [3, 3], B = [3, 3] }\nvectors = { u = 3, v = 3 }\nnumbers = ["lambda"]'
LAYER = 'vectors = { x = 4, y = 3, t = 3, b = 3, s = 3 }\nmatrices = { W = [3, 4] }\nfunctions = ["f"]'
SAMPLE = 'vectors = { x = 5, y = 5 }\nnumbers = ["b"]'
SOFTMAX = "vectors = { z = 4 }\nindices = { k = 4, j = 4 }"
RATES = 'numbers = ["k", "t", "C_0"]\npositive = ["C_0"]'
CIRCUIT = 'numbers = ["L", "C"]\npositive = ["L", "C"]'
PULSE = 'numbers = ["t", "T"]\npositive = ["T"]'
ADAM = 'vectors = { m = 4, g = 4, v = 4 }\nnumbers = ["beta", "t"]\npositive = ["v"]'
DET = "det(A - lambda diag([1, 1, 1]))"

TABLE = [
    (
        "trace(A)",
        'matrices = { A = [4, 4] }\nnumbers = ["a"]',
        "np.trace(A)",
        [
            "tr(a) + trace(A) - a",
            r"\langle A, I_4\rangle_F",
            r"\langle A, I_m\rangle_F",
            r"\mathbf{1}_n^T (A∘I) \mathbf 1_n",
        ],
        {"tr(a)": "a", r"\langle A, A\rangle_F": "np.sum(A * A)"},
    ),
    (
        "where(a > 0, a, 0)",
        'numbers = ["a", "t"]',
        "np.where(a > 0, a, 0)",
        [
            r"\begin{cases} a & , a > 0 \\ 0 & , a \le 0 \end{cases}",
            r"\begin{cases} a, & a > 0, \\ 0, & , otherwise. \end{cases}",
            "(a > 0) ? a : 0",
        ],
        {r"\begin{cases} a & , a > t \\ 0 & , a \le t \end{cases}": "np.where(a > t, a, 0)"},
    ),
    (
        "y_hat - y",
        'numbers = ["y_hat", "y", "z"]',
        "y_hat - y",
        [r"\hat{y} - y", r"\hat y - y", r"\widehat{y} - y", r"\hat{\mathbf{y}} - y", r"a = \hat{y} - y"],
        {r"\hat{y^2} - y": "y_hat**2 - y"},
    ),
    (
        "sum(y_hat^2)",
        "vectors = { y_hat = 4, y = 4 }\nindices = { i = 4 }",
        "np.sum(y_hat**2)",
        [
            r"\sum_i \hat y_i^2",
            r"\sum_i \hat{y_i}^2",
            r"\sum_i \hat{y_{i}}^2",
            r"\sum_{i=1}^4 \hat{y}_i^2",
            r"\hat y_1^2 + \hat{y_2}^2 + \hat{y}_3^2 + \hat{y_4^2}",
        ],
        {r"\sum_i \hat y_i": "np.sum(y_hat)", r"\hat{y_1}^2": "y_hat[0] ** 2"},
    ),
    (
        "mean(x*y)",
        SAMPLE,
        "np.mean(x * y)",
        [r"\overline{x \cdot y}", r"\overline{x\cdot y}", r"\overline{xy}"],
        {r"\overline{x \cdot x}": "np.mean(x * x)"},
    ),
    (
        "where(a < b, where(b < c, 1, 0), 0)",
        THREE,
        "(a < b) * (b < c) * 1.0",
        [
            "(a<b) and (b<c)",
            "(a<b)∧(b<c)",
            r"(a<b)\land(b<c)",
            "(a<b)&(b<c)",
            "(a<b) && (b<c)",
            "AND(a<b, b<c)",
            "UND(a<b;b<c)",
            "1[a<b, b<c]",
            "1[a<b and b<c]",
            r"\mathbb 1\{a<b\wedge b<c\}",
            "1 if a<b and b<c else 0",
            "not((a>=b) or (b>=c))",
            "a < b < c",
            "a<b and b<c",
        ],
        {
            "(a<b) or (b<c)": "((a < b) | (b < c)) * 1.0",
            "1[a<b]": "(a < b) * 1.0",
            "not(a<b and b<c)": "1 - (a < b) * (b < c)",
        },
    ),
    (
        "max(a < b, b < c)",
        THREE,
        "((a < b) | (b < c)) * 1.0",
        ["(a<b) or (b<c)", "(a<b)∨(b<c)", r"(a<b)\lor(b<c)", "(a<b)||(b<c)", "OR(a<b,b<c)", "1-(a>=b)(b>=c)"],
        {"(a<b)+(b<c)": "(a < b) * 1.0 + (b < c)", "(a<b) and (b<c)": "(a < b) * (b < c) * 1.0"},
    ),
    (
        "where(abs(t) < T, 1, 0)",
        PULSE,
        "(abs(t) < T) * 1.0",
        ["WENN(ABS(t)<T;1;0)", "Piecewise[{{1, Abs[t] < T}}, 0]", "Piecewise[{{1, Abs[t] < T}}]"],
        {"WENN(ABS(t)<T;0;1)": "(abs(t) >= T) * 1.0"},
    ),
    (
        "2 x cos(x^2)",
        X,
        "2 * x * np.cos(x**2)",
        ["=2*X*COS(X^2)", "2*X*COS(POTENZ(X;2))"],
        {"=2*X*COS(X)^2": "2 * x * np.cos(x) ** 2"},
    ),
    (
        "log(a) / log(b)",
        X + '\npositive = ["a", "b"]',
        "np.log(a) / np.log(b)",
        ["math.log(a, b)", "LOG(a;b)", "Log[b, a]"],
        {"log(b, a)": "np.log(b) / np.log(a)"},
    ),
    (
        "1 / (2 sqrt(x))",
        X + '\npositive = ["x"]',
        "1 / (2 * np.sqrt(x))",
        ["1/2√x", r"1/2\sqrt{x}"],
        {"2√x": "2 * np.sqrt(x)"},
    ),
    (
        "1 / (2 pi sqrt(L C))",
        CIRCUIT,
        "1 / (2 * np.pi * np.sqrt(L * C))",
        ["1/2π√(LC)", "1/(2*PI()*WURZEL(L*C))"],
        {"2π/√(LC)": "2 * np.pi / np.sqrt(L * C)"},
    ),
    (
        "lambda^k exp(-lambda) / factorial(k)",
        POISSON,
        "lambda_**k * np.exp(-lambda_) / factorial(k)",
        ["λᵏe⁻λ/k!", "e⁻λλᵏ/k!"],
        {"λᵏe^λ/k!": "lambda_**k * np.exp(lambda_) / factorial(k)"},
    ),
    (
        "factorial(n) / (factorial(k) factorial(n - k)) p^k",
        'numbers = ["n", "k", "p"]\nwhole = ["n", "k"]\npositive = ["p"]',
        "factorial(n) / (factorial(k) * factorial(abs(n - k))) * p**k if n >= k else np.nan",
        ["nCk p^k", "^nC_k p^k", "{}_nC_k p^k"],
        {},
    ),
    (
        "A B - B A",
        MATRICES,
        "A @ B - B @ A",
        ["[A, B]", "A×B−B×A", r"A\times B-B\times A"],
        {"B×A−A×B": "B @ A - A @ B"},
    ),
    ("transpose(A) A", MATRICES, "A.T @ A", ["A⊤A", "{}^tAA", "^tA A"], {"A A⊤": "A @ A.T"}),
    (
        DET,
        MATRICES,
        "np.linalg.det(A - lambda_ * np.eye(3))",
        [
            "det(A − λE)",
            r"\det(A-\lambda E_3)",
            r"\det(A - \lambda \mathbb{1})",
            "Det[A-λ IdentityMatrix[3]]",
        ],
        {"det(A + λE)": "np.linalg.det(A + lambda_ * np.eye(3))"},
    ),
    (
        "trace(A)",
        MATRICES,
        "np.trace(A)",
        ["a11+a22+a33", "sum(diag(A))", r"\mathrm{Spur}\,A", "Sp A"],
        {"a11+a22": "A[0, 0] + A[1, 1]", "sum(diag(A)^2)": "np.sum(np.diag(A) ** 2)"},
    ),
    (
        "f(W x + b)",
        LAYER,
        "np.sin(W @ x + b)",
        ["f(sum_j W_ij x_j + b_i)", r"h_i = f(\sum_{k=1}^4 W_{ik}x_k+b_i)"],
        {r"f(\sum_j W_{ij}x_j)+b_i": "np.sin(W @ x) + b"},
    ),
    (
        "outer((y - t) * f'(s), x)",
        LAYER,
        "np.outer((y - t) * np.cos(s), x)",
        [
            "(y_i-t_i)f'(s_i)x_j",
            r"\frac{\partial L}{\partial W_{jk}} = (y_j-t_j)f'(s_j)x_k",
            "(f'(s) ⊙ (y-t)) ⊗ x",
        ],
        {"(t_i-y_i)f'(s_i)x_j": "np.outer((t - y) * np.cos(s), x)"},
    ),
    (
        "sum((y - b x)^2) / 5",
        SAMPLE,
        "np.mean((y - b * x) ** 2)",
        [
            r"\frac1n\sum_{i=1}^n(y_i-bx_i)^2",
            "1/n ||y-bx||^2",
            r"\frac{(y-bx)^T(y-bx)}{n}",
            r"\frac1n\sum_{i=0}^{n-1}(y_i-bx_i)^2",
            "SUMME((y-b*x)^2)/5",
        ],
        {
            r"\sum_{i=1}^n(y_i-bx_i)^2": "np.sum((y - b * x) ** 2)",
            r"\frac1n\sum_{i=1}^{n-1}(y_i-bx_i)^2": "np.sum((y - b * x)[:-1] ** 2) / 5",
        },
    ),
    (
        "exp(z_k) / sum(exp(z))",
        SOFTMAX,
        "np.exp(z[k]) / np.sum(np.exp(z))",
        ["e^{z_k}/Σe^{z_j}"],
        {"e^{z_k}/Σ_j z_j": "np.exp(z[k]) / np.sum(z)"},
    ),
    (
        "C_0 exp(-k t)",
        RATES,
        "C_0 * np.exp(-k * t)",
        ["[C]_0 e^{-kt}", r"[\mathrm{C}]_0e^{-kt}", r"\mathscr{C}_0 e^{-kt}"],
        {"[C]_0 e^{kt}": "C_0 * np.exp(k * t)"},
    ),
    (
        "beta m + (1 - beta) g",
        ADAM,
        "beta * m + (1 - beta) * g",
        [r"m_t=\beta m_{t-1}+(1-\beta)g_t", "m_{t+1} = β m_t + (1-β) g_t"],
        {r"m_t=\beta m_{t-1}+g_t": "beta * m + g"},
    ),
    (
        "m - beta g / sqrt(v)",
        ADAM,
        "m - beta * g / np.sqrt(v)",
        [r"m-\frac{\beta}{\sqrt{v}}g", r"m_{t+1}=m_t-\beta\frac{g_t}{\sqrt{v_t}}"],
        {r"m+\frac{\beta}{\sqrt{v}}g": "m + beta * g / np.sqrt(v)"},
    ),
    (
        "A A x + lambda x",
        "matrices = { A = [3, 3] }\nvectors = { x = 3 }\nnumbers = ['lambda']",
        "A @ A @ x + lambda_ * x",
        ["A*A*x + lambda*x", "matrix_power(A, 2) @ x + lambda*x", "MatrixPower[A,2].x + λ x"],
        {"A*x + lambda*x": "A @ x + lambda_ * x"},
    ),
    (
        "n (n - 1) / 2",
        'numbers = ["n"]\nwhole = ["n"]',
        "n * (n - 1) / 2",
        ["nC2", r"\sum_{1\le i<n} i", "sum_{0≤i<n} i"],
        {r"\sum_{1\le i\le n} i": "n * (n + 1) / 2", r"\sum_{1<i<n} i": "n * (n - 1) / 2 - 1"},
    ),
    (
        "(a + b) / 2",
        X,
        "(a + b) / 2",
        ["AVERAGE(a,b)", "MITTELWERT(a;b)"],
        {"AVERAGE(a,b)/2": "(a + b) / 4"},
    ),
    (
        "floor(a) + ceil(b)",
        X,
        "np.floor(a) + np.ceil(b)",
        ["⌊a⌋+⌈b⌉", "-ceil(-a) - floor(-b)"],
        {"⌊a⌋+⌊b⌋": "np.floor(a) + np.floor(b)"},
    ),
    (
        "[1, 2]",
        X,
        "np.array([1.0, 2.0])",
        ["(1,2)", "[1,2]", r"\langle 1,2\rangle", "{1,2}", "<1,2>", "[1,2]^T"],
        {"(2,1)": "np.array([2.0, 1.0])", "[1,3]": "np.array([1.0, 3.0])"},
    ),
    (
        "1234567 a",
        X,
        "1234567 * a",
        ["1,234,567 a", "1.234567 x 10^6 a"],
        {"1,234,568 a": "1234568 * a"},
    ),
    (
        "sin(pi/6 a)",
        X,
        "np.sin(np.pi / 6 * a)",
        ["sin(30° a)", r"\sin(30^\circ a)", r"\text{The answer is } \sin(\frac{\pi}{6} a)"],
        {"sin(π/3 a)": "np.sin(np.pi / 3 * a)"},
    ),
    ("abs(x)", X, "abs(x)", ["x pour x≥0, -x sinon"], {"-x pour x≥0, x sinon": "-abs(x)"}),
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
        ("f'(x) + a", X + '\nfunctions = ["f"]', "f(x, a)", "f takes 1 argument, found 2"),
        ("f'(x) + a", X + '\nfunctions = ["f"]', "f(x) + f(x, a)", "f takes 1 argument, found 2"),
        ("f(x, a)", X + '\nfunctions = ["f"]', "f(x)", "f takes 2 arguments, found 1"),
        ("a", X, "a and b", "'and' and 'or' stand between conditions such as a < b"),
        ("a", X, r"a \text{at} b", "unknown name at;"),
        ("a", X, "a + b)", "this bracket closes none"),
        ("a", X, r"\int_0^1 x", r"unknown name \int_0; write what comes out of it"),
    ],
)
def test_what_cannot_be_read_is_told(answer, names, text, said):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == "invalid", mark.message
    assert said in mark.message


def test_names_beside_and_and_or_stay_products():
    mark = marker("e * t", 'numbers = ["e", "t"]').mark("a", "et")
    assert mark.status == "correct", mark.message


@pytest.mark.parametrize(
    ("answer", "text"), [("exp(-x^2)", "x exp(-x^2)"), ("exp(-x^6)", "-exp(-x^6)"), ("x^9", "x^8")]
)
def test_counterexamples_are_in_numbers_that_a_person_can_read(answer, text):
    message = marker(answer, 'numbers = ["x"]').mark("a", text).message
    yours, due = (float(part.split()[-1].rstrip(",")) for part in (message.split(", it should")[0], message))
    assert all(number == 0 or 0.01 <= abs(number) <= 1e5 for number in (yours, due)), message
    assert abs(yours - due) >= 0.01 * max(abs(yours), abs(due)), message


@pytest.mark.parametrize(
    ("answer", "text"), [("log(1 - p)", "log(1 - p^3)"), ("log(p/(1 - p))", "log(p/(1 - p^2))")]
)
def test_what_has_a_value_for_probabilities_only_is_shown_in_tenths(answer, text):
    message = marker(answer, 'numbers = ["p"]').mark("a", text).message
    assert re.search(r"p = 0\.[1-6]\b", message), message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\sum_{i=1}^{n-1} y_i", "sum_{i=1}^{4} y_i"),
        (r"\sum_{i=2}^n y_i", "sum_{i=2}^{5} y_i"),
        (r"2\sum_{i=1}^n y_i", "2*(sum_{i} y_i)"),
    ],
)
def test_sums_show_the_range_that_is_not_all(text, said):
    mark = marker("sum(y)", SAMPLE + "\nsizes = { n = 5 }").mark("a", text)
    assert (mark.status, said in mark.message) == ("wrong", True), mark.message


@pytest.mark.parametrize("text", ["ceil(a) + floor(b)", "floor(a) + floor(b) + 1", "ceil(a) - 1 + ceil(b)"])
def test_floors_and_ceilings_are_told_apart_where_one_number_is_whole(text):
    # At a = 1, b = 1/2 it is 2, by the first and the last 1; at a = 1/2, b = 1 it is 1, by the other 2.
    mark = marker("floor(a) + ceil(b)", X).mark("a", text)
    assert mark.status == "wrong", mark.message


def test_a_vector_between_matrices_is_told_not_to_fit():
    names = "matrices = { A = [3, 3], B = [3, 3] }\nvectors = { y = 3 }"
    mark = marker("B A y", names).mark("a", "A y B^T")
    assert (mark.status, "A y B^T does not fit" in mark.message) == ("invalid", True), mark.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\|x\|_3^2", "only the indices 2, F, 1, infty are known"),
        (r"\langle A, B\rangle_3", "only the indices 2, F are known"),
        (r"\langle A, I_0\rangle", "a size from 1 to 400 is expected here"),
        (r"\langle A, I_{ij}\rangle", "an inner product of a matrix of 4×4 and a number"),
        (r"I I I I I I I I x", "it is not clear of what size I is here"),
        (r"I_9 x", "a matrix of 9×9 and a vector of 4 do not go together"),
        (r"I + a", "a matrix of 3×3 and a number do not go together"),
        ("vec(a)", "vec takes a vector or matrix of at most 36 components, found a number"),
        ("(a)' x", "a prime behind a bracket around a number"),
        ("a[:, None] * y", "column takes a vector, found a number"),
        ("R * x[:, None]", "a matrix of 3×4 and a vector of 4 do not go together"),
        ("cot''(a)", "cot with 2 primes has no meaning here"),
        (r"\frac{d}{d\pi} f(a)", "a derivative is by a name"),
        (r"\begin{cases} a & f(a) > b \\ 0 & f(a) \le b \\ b & a > 2 \end{cases}", "end with 'otherwise'"),
        (r"\begin{cases} a & 2 > 1 \\ 0 & 1 > 2 \end{cases}", "end with 'otherwise'"),
        (r"\sum_{k, 3} x_k", "the index that the sum runs over is expected here"),
        ("x.dot(y", "expected ')'"),
        (r"\overline{x a}", "over more than a letter"),
    ],
)
def test_what_does_not_go_together_is_told(text, said):
    names = (
        "vectors = { x = 4, y = 4 }\nmatrices = { A = [4, 4], B = [4, 4], R = [3, 4] }\n"
        'numbers = ["a", "b"]\nindices = { i = 4, j = 4, k = 4 }\nfunctions = ["f"]'
    )
    mark = marker("x @ y", names).mark("a", text)
    assert (mark.status, said in mark.message) == ("invalid", True), mark.message
