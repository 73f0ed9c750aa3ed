r"""Formulas as they come out of Overleaf, notebooks and chats: accepted if they are equal, and only then.

Every line was sorted by hand; beside it stands what it means as a SymPy expression, and SymPy says whether
that is what is asked.
"""

import numpy as np
import pytest
import sympy as sp
from shared import ready_key

KEY = r"""
id = "k"
title = "Formulas"
[[question]]
id = "logistic"
kind = "formula"
points = 2
numbers = ["x", "w", "b", "y"]
definitions = { z = "w x + b", y_hat = "sigmoid(z)", L = "-y log(y_hat) - (1 - y) log(1 - y_hat)" }
[[question.part]]
id = "by_w"
points = 1
answer = "dL/dw"
[[question.part]]
id = "slope"
points = 1
answer = "dy_hat/dz"
[[question]]
id = "damped"
kind = "formula"
points = 1
numbers = ["A", "g", "t"]
part = [{ id = "a", points = 1, answer = "A t exp(-g t) / g" }]
[[question]]
id = "choices"
kind = "formula"
points = 1
numbers = ["n", "k", "l"]
positive = ["n", "k", "l"]
whole = ["n", "k"]
part = [{ id = "a", points = 1, answer = "n!/(k! (n - k)!) l^k" }]
[[question]]
id = "huber"
kind = "formula"
points = 1
numbers = ["r", "delta"]
positive = ["delta"]
part = [{ id = "a", points = 1, answer = "where(abs(r) <= delta, r, delta sign(r))" }]
[[question]]
id = "vectors"
kind = "formula"
points = 5
vectors = { x = 3, y = 2, d = 3 }
matrices = { W = [3, 2] }
indices = { i = 3, j = 2 }
[[question.part]]
id = "distance"
points = 1
answer = "norm(x - d)^2"
[[question.part]]
id = "product"
points = 1
answer = "x_i y_j"
[[question.part]]
id = "matrix"
points = 1
answer = "x_i y_j"
[[question.part]]
id = "softmax"
points = 1
answer = "softmax(x)_i"
[[question.part]]
id = "back"
points = 1
answer = "W^T (d ∘ x)"
"""
x, w, b, y, A, g, t = sp.symbols("x w b y A g t")
z = w * x + b
P = 1 / (1 + sp.exp(-z))
BY_W, SLOPE = (P - y) * x, P * (1 - P)
DAMPED = A * t * sp.exp(-g * t) / g
ASKED = {
    ("logistic", "by_w"): sp.diff(-y * sp.log(P) - (1 - y) * sp.log(1 - P), w),
    ("logistic", "slope"): sp.exp(-z) / (1 + sp.exp(-z)) ** 2,
    ("damped", "a"): DAMPED,
}
SCALARS = [
    ("logistic", "by_w", r"x(\sigma(z) - y)", BY_W),
    ("logistic", "by_w", r"\left(\sigma\!\left(wx + b\right) - y\right)x", BY_W),
    ("logistic", "by_w", "x·(σ(w·x + b) − y)", BY_W),
    ("logistic", "by_w", "x (sigma(wx - b) - y)", (P.subs(b, -b) - y) * x),
    ("logistic", "by_w", "(expit(z) + y) x", (P + y) * x),
    ("logistic", "by_w", "(ŷ − y)·x", BY_W),
    ("logistic", "by_w", "(y\u0302 - y)x", BY_W),
    ("logistic", "by_w", "(y - ŷ)x", -BY_W),
    ("logistic", "slope", r"\sigma'(z)", SLOPE),
    ("logistic", "slope", r"\sigma^{\prime}(z)", SLOPE),
    ("logistic", "slope", r"\sigma(z)\sigma(-z)", SLOPE),
    ("logistic", "slope", "σ(z)σ(z)", P**2),
    ("logistic", "slope", r"\hat{y} - \hat{y}^2", SLOPE),
    ("logistic", "slope", r"\hat{y} - \hat{y}^2/(1 + 10^{-3})", P - P**2 / (1 + sp.Rational(1, 1000))),
    ("logistic", "slope", r"\hat y^2 - \hat y", -SLOPE),
    ("damped", "a", r"\frac{At}{g}e^{-gt}", DAMPED),
    ("damped", "a", r"\frac1g Ate^{-gt}", DAMPED),
    ("damped", "a", "Ate^(-gt)/g", DAMPED),
    ("damped", "a", r"Ate^{gt}/g", DAMPED.subs(g, -g) * -1),
    ("damped", "a", r"\frac Ag te^{-gt}", DAMPED),
    ("damped", "a", r"\frac gA te^{-gt}", g / A * t * sp.exp(-g * t)),
    ("damped", "a", r"A\frac tg e^{-gt}", DAMPED),
    ("damped", "a", r"\frac Ag 2 \frac t2 e^{-gt}", DAMPED),
    ("damped", "a", r"\frac A2 \frac tg e^{-gt}", DAMPED / 2),
    ("damped", "a", "A Exp[-g t] t/g", DAMPED),
    ("damped", "a", "A Exp[-g t] Sin[t]/g", A * sp.exp(-g * t) * sp.sin(t) / g),
]


@pytest.fixture(scope="module")
def key():
    return ready_key(KEY)


def marked(key, question, part, text):
    return key.marker(next(q for q in key.key.question if q.id == question)).mark(part, text)


@pytest.mark.parametrize(
    ("question", "part", "text", "meant"), SCALARS, ids=[text for _, _, text, _ in SCALARS]
)
def test_right_exactly_if_what_is_meant_is_what_is_asked(key, question, part, text, meant):
    mark = marked(key, question, part, text)
    equal = sp.simplify((ASKED[question, part] - meant).rewrite(sp.exp)) == 0
    assert mark.status != "invalid", mark.message
    assert (mark.status == "correct") == equal, mark.message


# By hand: what each of these means is plain.
OTHERS = {
    ("huber", "a"): (
        [
            r"\begin{cases} r, & |r| \le \delta, \\ \delta\,\mathrm{sgn}(r), & |r| > \delta. \end{cases}",
            r"\begin{cases} r & ,|r|\le\delta \\ \delta \frac{r}{|r|} & ,|r| > \delta\end{cases}",
            r"\left\{\begin{array}{l} r & |r|<\delta \\ \delta\frac{r}{|r|} & \text{else}\end{array}\right.",
            r"\begin{dcases} r & |r|\le\delta \\ \delta\,\mathrm{sgn}(r) & \text{sonst}\end{dcases}",
        ],
        [
            r"\begin{cases} r, & |r| \ge \delta, \\ \delta\,\mathrm{sgn}(r), & |r| < \delta. \end{cases}",
            r"\left\{\begin{array}{ll} \delta & |r| \leq \delta \\ r & \text{otherwise} \end{array}\right.",
        ],
    ),
    ("vectors", "distance"): (
        [
            r"\|x-d\|_2^2",
            r"\left\lVert\vec x-\vec d\right\rVert^2",
            "||x - d||_2^2",
            r"\Vert x - d\Vert_{2}^2",
        ],
        [r"\|x-d\|_2", r"\lVert x + d\rVert^2", r"\|x\|_2^2 - \|d\|_2^2"],
    ),
    ("vectors", "product"): ([r"x_iy_j", r"\mathbf{x}_i y_j"], ["x_jy_i", "x_iy_1", "x_iy_jy_j"]),
    ("vectors", "matrix"): (
        [r"(x\mathbf{y}^T)_{ij}", "(x y^T)_{i,j}", "(y x^T)_{ji}", "(x ⊗ y)_{ij}"],
        ["(x y^T)_{ji}", "(x y^T)_{11}", "(y x^T)_{ij}"],
    ),
    ("vectors", "back"): (
        [
            "W^T diag(d) x",
            r"W^\top \operatorname{diag}(x) d",
            "W' * (d .* x)",
            "W^T diag(diag(d) x) [1, 1, 1]",
        ],
        ["W^T diag(x) x", "W' * (d ./ x)", "W^T diag(d .^ 2) x"],
    ),
    ("choices", "a"): (
        [
            r"\binom nk l^k",
            r"{n \choose k} \ell^k",
            "comb(n, k) * l**k",
            "C(n,k) l^k",
            "nchoosek(n, k) .* l.^k",
            "Binomial[n, k] l^k",
        ],
        [r"\binom nk l", "C(n,k) l^n", "comb(n, l) * l**k", r"{n \choose k} \ell^{-k}"],
    ),
    ("vectors", "softmax"): (
        ["softmax(x)[i]", "exp(log_softmax(x)_i)", r"e^{x_i - \log \sum_k e^{x_k}}"],
        ["softmax(x)[j]", "log_softmax(x)_i", "softmax(-x)[i]"],
    ),
}


@pytest.mark.parametrize(("question", "part"), OTHERS)
def test_sorted_by_hand(key, question, part):
    for texts, right in zip(OTHERS[question, part], (True, False), strict=True):
        for text in texts:
            mark = marked(key, question, part, text)
            assert (mark.status == "correct") == right, (text, mark.message)


def test_another_norm_is_told(key):
    mark = marked(key, "vectors", "distance", r"\|x - d\|_3^2")
    assert mark.status == "invalid"
    assert "here only the indices 2, F, 1, infty are known" in mark.message


def test_a_letter_of_the_question_keeps_its_meaning():
    text = KEY.replace('numbers = ["A", "g", "t"]', 'numbers = ["A", "g", "t", "e", "sigma", "At"]')
    key = ready_key(text)
    for text in (r"\frac{At}{g} e^{-gt}", r"\frac At e^{-gt}", "sigma(g) A"):
        assert marked(key, "damped", "a", text).status in ("wrong", "slip"), text


ERROR = """
id = "k"
title = "An error called e"
[[question]]
id = "q"
kind = "formula"
points = 2
numbers = ["x", "y", "t"]
definitions = { e = "y - t", L = "e^2 / 2 + exp(x)" }
part = [{ id = "product", points = 1, answer = "e x" }, { id = "slope", points = 1, answer = "dL/de" }]
"""


@pytest.mark.parametrize(
    ("part", "text", "status"),
    [
        ("product", "ex", "correct"),
        ("product", "x (y - t)", "correct"),
        ("product", "e t", "slip"),
        ("product", "2.718281828459045 x", "wrong"),
        ("product", "x exp(log(y - t))", "correct"),
        ("product", "x sqrt(e^2) sign(e)", "correct"),
        ("product", "sqrt(-e)", "wrong"),
        ("slope", "y - t", "correct"),
        ("slope", "e", "correct"),
        ("slope", "t - y", "wrong"),
        ("slope", "2.718281828459045", "wrong"),
        ("slope", "dL/dpi", "invalid"),
    ],
)
def test_an_error_called_e_is_no_number(part, text, status):
    key = ready_key(ERROR)
    mark = marked(key, "q", part, text)
    assert mark.status == status, mark.message


@pytest.mark.parametrize("text", [r"\frac" + "x" * 900, "xe^" * 600, "σ(" * 900, "a_bc_" * 380, "ŷ" * 1900])
def test_odd_texts_are_done_with_at_once(key, text):
    assert marked(key, "logistic", "by_w", text).status == "invalid"


MATRICES = """
id = "k"
title = "Matrices"
[[question]]
id = "q"
kind = "formula"
points = 8
vectors = { w = 3, x = 3, h = 3, y = 4 }
matrices = { X = [4, 3], A = [3, 3], B = [3, 3] }
numbers = ["n", "lambda"]
part = [
  { id = "ridge", points = 1, answer = "X^T (X w - y)/n + lambda w" },
  { id = "slope", points = 1, answer = "h ∘ (1 - h)" },
  { id = "sum", points = 1, answer = "sum(x)" },
  { id = "sums", points = 1, answer = "column_sums(X)" },
  { id = "distance", points = 1, answer = "norm(x - w)^2" },
  { id = "dot", points = 1, answer = "dot(x, w)" },
  { id = "trace", points = 1, answer = "sum(A ∘ transpose(B))" },
  { id = "frobenius", points = 1, answer = "sum(A ∘ B)" },
]
"""
RANDOM = np.random.default_rng(7)
W, X1, H = RANDOM.normal(size=(3, 3))
Y, X4, A3, B3 = RANDOM.normal(size=4), RANDOM.normal(size=(4, 3)), *RANDOM.normal(size=(2, 3, 3))
GRAM, ONES = X4.T @ X4 / 1.7, np.ones(3)
# n = 1.7, lambda = 0.3
MATRIX_ANSWERS = {
    "ridge": X4.T @ (X4 @ W - Y) / 1.7 + 0.3 * W,
    "slope": H * (1 - H),
    "sum": X1.sum(),
    "sums": X4.sum(axis=0),
    "distance": np.linalg.norm(X1 - W) ** 2,
    "dot": np.inner(X1, W),
    "trace": np.trace(A3 @ B3),
    "frobenius": np.vdot(A3, B3),
}
RIDGE = GRAM @ W - X4.T @ Y / 1.7
MATRIX_TEXTS = [
    ("ridge", r"(X^TX/n + \lambda I) w - X^Ty/n", RIDGE + 0.3 * W),
    ("ridge", r"\left(\frac{1}{n}X^\top X + \lambda\mathbf{I}\right)w - \frac1n X^\top y", RIDGE + 0.3 * W),
    ("ridge", "(XᵀX/n + λI_3) w − Xᵀy/n", RIDGE + 0.3 * W),
    ("ridge", "(λ I_d + X^T X/n) w - X^T y/n", RIDGE + 0.3 * W),
    ("ridge", "X^T (X w - I y)/n + λ I w", RIDGE + 0.3 * W),
    ("ridge", r"(X^TX/n - \lambda I) w - X^Ty/n", RIDGE - 0.3 * W),
    ("ridge", r"(X^TX + \lambda I) w/n - X^Ty/n", RIDGE + 0.3 * W / 1.7),
    ("ridge", r"(X^TX/n + I) w - X^Ty/n", RIDGE + W),
    ("slope", r"h \odot (\mathbf{1} - h)", H * (ONES - H)),
    ("slope", r"h ∘ (\mathbb{1} - h)", H * (ONES - H)),
    ("slope", "h ∘ (1_3 - h)", H * (ONES - H)),
    ("slope", r"h \odot (h - \mathbf{1})", H * (H - ONES)),
    ("slope", "diag(h) (I - diag(h)) 1_3", np.diag(H) @ (np.eye(3) - np.diag(H)) @ ONES),
    ("sum", r"\mathbf{1}^T x", ONES @ X1),
    ("sum", r"\mathbf 1^\top x", ONES @ X1),
    ("sum", "1ᵀx", ONES @ X1),
    ("sum", r"x^T \mathbf{1}", ONES @ X1),
    ("sum", r"\mathbf{1}^T w", ONES @ W),
    ("sum", r"\mathbf{1}^T x / 3", ONES @ X1 / 3),
    ("sums", r"X^T \mathbf{1}", X4.T @ np.ones(4)),
    ("sums", "1_4^T X", np.ones(4) @ X4),
    ("sums", r"2 X^T \mathbf{1}", 2 * X4.T @ np.ones(4)),
    ("distance", "(x-w)'(x-w)", (X1 - W) @ (X1 - W)),
    ("distance", r"\langle x - w, x - w\rangle", (X1 - W) @ (X1 - W)),
    ("distance", "(x-w)'(x+w)", (X1 - W) @ (X1 + W)),
    ("dot", r"\left\langle x, w\right\rangle", X1 @ W),
    ("dot", r"tr(x w^T)", np.trace(np.outer(X1, W))),
    ("dot", r"\langle x, h\rangle", X1 @ H),
    ("trace", r"\operatorname{tr}(AB)", np.trace(A3 @ B3)),
    ("trace", "tr(B A)", np.trace(B3 @ A3)),
    ("trace", r"\mathrm{Tr}\left(A B^T\right)", np.trace(A3 @ B3.T)),
    ("trace", "tr(A) tr(B)", np.trace(A3) * np.trace(B3)),
    ("frobenius", r"\langle A, B\rangle", np.vdot(A3, B3)),
    ("frobenius", "tr(A^T B)", np.trace(A3.T @ B3)),
    ("frobenius", "tr(A B)", np.trace(A3 @ B3)),
]


@pytest.fixture(scope="module")
def matrices():
    return ready_key(MATRICES)


@pytest.mark.parametrize(("part", "text", "meant"), MATRIX_TEXTS, ids=[text for _, text, _ in MATRIX_TEXTS])
def test_identities_ones_traces_and_inner_products_as_numpy_works_them(matrices, part, text, meant):
    mark = marked(matrices, "q", part, text)
    assert mark.status != "invalid", mark.message
    assert (mark.status == "correct") == np.allclose(MATRIX_ANSWERS[part], meant), mark.message


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("sum", "tr(I) sum(x)/3"),  # of which size?
        ("ridge", "(X^TX/n + I_4) w"),
        ("ridge", "(lambda + I) w"),  # a number and a matrix
        ("slope", r"h ∘ (\mathbf{1} - n)"),
        ("sum", "x^T I_0 x"),
        ("sum", "x^T I_99999999 x"),
        ("dot", r"\langle x, y\rangle"),
        ("dot", r"\langle x, n\rangle"),
        ("trace", "tr(X)"),
        ("trace", "(n - lambda)'"),
        ("trace", "I" + " I" * 300),
        ("trace", r"\langle A" * 300),
    ],
)
def test_a_matrix_that_does_not_fit_or_fits_in_several_ways_is_refused(matrices, part, text):
    assert marked(matrices, "q", part, text).status == "invalid"


def test_an_i_of_the_question_is_no_identity():
    text = MATRICES.replace('numbers = ["n", "lambda"]', 'numbers = ["n", "lambda", "I", "tr"]')
    key = ready_key(text)
    mark = marked(key, "q", "ridge", r"(X^TX/n + \lambda I) w - X^Ty/n")
    assert mark.status == "wrong"
    assert "identity" not in mark.message
    assert marked(key, "q", "trace", "tr(A B)").status in ("wrong", "invalid")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (r"(\hat{y} - y) x, where \hat{y} = \sigma(wx + b)", True),
        (r"(\hat y - y) x \text{ where } \hat y = \sigma(wx + b)", True),
        (r"(\bar{a} - y) x, where \bar{a} = \sigma(wx + b)", True),
        (r"(\hat{y} - y) x, where \hat{y} = \sigma(wx - b)", False),
        (r"(\hat{y} - y), where \hat{y} = \sigma(wx + b)", False),
        (r"\hat{y}, where \hat{y} = (\sigma(wx + b) - y) x", True),
    ],
)
def test_what_an_accent_is_set_on_can_be_defined(key, text, right):
    mark = marked(key, "logistic", "by_w", text)
    assert (mark.status == "correct") == right, mark.message
    assert mark.status != "invalid", mark.message


def test_what_stands_before_where_is_no_name_of_the_answer(key):
    text = r"2 (a), where \frac{a}{1} = (\sigma(wx + b) - y) x"
    assert marked(key, "logistic", "by_w", text).status != "correct"
