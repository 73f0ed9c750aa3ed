"""Spellings of other fields, programs and haste: read where a person reads them at once, and only then."""

import pytest
from one_formula import marker

X = 'numbers = ["x", "a", "b"]'
P = 'numbers = ["p", "q"]\npositive = ["p", "q"]'
Z = "vectors = { z = 3 }\nindices = { k = 3 }"
IC = "vectors = { z = 3 }\nindices = { i = 3, c = 3 }"
W = 'numbers = ["w", "eta", "g"]'
XY = "vectors = { x = 3, y = 3 }\nindices = { k = 3 }"
LS = "matrices = { X = [4, 3] }\nvectors = { w = 3, y = 4, b = 3 }"
CLASSES = "vectors = { p = 3 }\nindices = { i = 3, c = 3 }"
SAMPLE = 'numbers = ["a", "b"]\nvectors = { x = 5, y = 5 }'
STEP = 'numbers = ["w", "a", "g"]'

# What is asked, its names, right spellings, wrong formulas in the same spellings.
SPELLINGS = [
    (
        "1[x > 0]",
        X,
        [
            "1 if x > 0, 0 if x < 0",
            "x > 0: 1; x < 0: 0",
            "np.where(x > 0, 1, 0)",
            r"\begin{cases}1 & x>0\\0 & x<0\end{cases}",
        ],
        ["1 if x > 0, -1 if x < 0", "0 if x > 0, 1 if x < 0", r"\begin{cases}1 & x>1\\0 & x<1\end{cases}"],
    ),
    (
        "sign(x)",
        X,
        ["1 if x > 0, 0 if x = 0, -1 if x < 0", "-1 if x < 0, 1 if x > 0, 0 if x = 0"],
        ["1 if x > 0, 0 if x = 0, 1 if x < 0", "-1 if x > 0, 0 if x = 0, 1 if x < 0"],
    ),
    (
        "max(0, min(x, 1))",
        X,
        ["0 if x < 0, x if 0 <= x <= 1, 1 if x > 1", "clip(x, 0, 1)", r"\operatorname{clip}(x, 0, 1)"],
        ["0 if x < 0, x if 0 <= x <= 1, 2 if x > 1", "clip(x, 0, 2)", "clip(x, -1, 1)", "clip(2x, 0, 1)"],
    ),
    (
        "sum((x - mean(x)) * (y - mean(y))) / sum((x - mean(x))^2)",
        SAMPLE,
        [
            r"\frac{\sum (x_i-\bar x)(y_i-\bar y)}{\sum (x_i-\bar x)^2}",
            r"\frac{\sum_{i=1}^{n} (x_i-\bar{x})(y_i-\overline{y})}{\sum_{i=1}^n (x_i-\bar x)^2}",
            "Σ(x_i - x̄)(y_i - ȳ) / Σ(x_i - x̄)²",
            "Σ(x - x_bar)(y - ybar) / Σ(x - x_{bar})^2",
            "(Σxy - ΣxΣy/n) / (Σx² - (Σx)²/n)",
            r"\frac{n\sum x_i y_i - \sum x_i\sum y_i}{n\sum x_i^2-(\sum x_i)^2}",
            "(Σxy - n x̄ ȳ) / (Σx² - n x̄²)",
        ],
        [
            "(Σxy - Σx Σy) / (Σx² - (Σx)²/n)",
            "(Σxy - ΣxΣy/n) / ((Σx)² - Σx²/n)",
            "Σ(x_i - x̄)(y_i - ȳ) / Σ(y_i - ȳ)²",
            r"\frac{\sum x_i y_i - \sum x_i\sum y_i}{n\sum x_i^2-(\sum x_i)^2}",
            "(Σxy - x̄ ȳ) / (Σx² - x̄²)",
        ],
    ),
    (
        "-2 sum(x * (y - a - b*x))",
        SAMPLE,
        [
            r"-2 \sum x_i (y_i - a - b x_i)",
            r"-2 \sum_{i=1}^N x_i (y_i - a - b x_i)",
            "2 Σ x_k (a + b x_k - y_k)",
            "-2Σx(y-a-bx)",
            "2(aΣx + bΣx² - Σxy)",
            "2(n a x̄ + b Σ x_i^2 - Σ x_i y_i)",
        ],
        [
            r"-2 \sum x_i (y_i + a - b x_i)",
            "-2 Σ x (y - a - b x²)",
            "2(aΣx + b(Σx)² - Σxy)",
            "2(a x̄ + b Σ x_i^2 - Σ x_i y_i)",
            "2(aΣx + bΣx² - ΣxΣy)",
        ],
    ),
    (
        "log2(p)",
        P,
        ["log(p, 2)", "LOG(p; 2)", "ld(p)", "ld p", "lb p", "lb(p)"],
        ["log(p, 3)", "log(q, 2)", "ld(2p)", "ld 2p", "lb q", "2 ld p"],
    ),
    (
        "log(sum_k exp(z_k))",
        Z,
        ["logsumexp(z)", "LSE(z)", "log_sum_exp(z)", "LogSumExp(z)", r"\operatorname{LSE}\left(z\right)"],
        ["logsumexp(2z)", "LSE(-z)", "-LSE(z)"],
    ),
    (
        "where(x > 0, a, b)",
        X,
        [
            "ifelse(x > 0, a, b)",
            "if(x > 0, a, b)",
            "IF(x > 0; a; b)",
            "x > 0 ? a : b",
            "ifelse(x <= 0, b, a)",
        ],
        ["ifelse(x > 0, b, a)", "if(x < 0, a, b)", "IF(x > 0; b; a)", "x > 0 ? b : a", "x < 0 ? a : b"],
    ),
    (
        "w - eta g",
        W,
        ["w ← w - η g", r"w \leftarrow w - \eta g", r"w \gets w - \eta g", "w <- w - eta g"],
        ["w ← w + η g", r"w \leftarrow \eta g", r"w \gets w - g", "w <- w + eta g", "w <- eta g - w"],
    ),
    (
        "X^T (X w - y)",
        LS,
        ["∇ = X^T (Xw - y)", "∇_w L = X^T(Xw - y)", "∇L(w) = X^T (X w - y)"],
        ["∇ = X^T (Xw + y)", "∇_w L = X^T(y - Xw)", "∇L(w) = 2 X^T (X w - y)"],
    ),
    (
        "sum_k x_k y_k",
        XY,
        ["⟨x, y⟩", "<x, y>", "⟨y, x⟩", "<2x, y>/2"],
        ["2⟨x, y⟩", "-<x, y + x>", "⟨x, x⟩ ⟨y, y⟩", "-<x, y>"],
    ),
    (
        "3 sin(2 x) + 2 x cos(2 x)",
        X,
        ["3sin2x+2xcos2x", "3sin(2x)+2xcos(2x)", "2xcos2x + 3sin2x"],
        ["2sin2x+3xcos2x", "3sin2x-2xcos2x", "3sinx+2xcosx", "3sin2x+2xcos3x", "3cos2x+2xsin2x"],
    ),
    ("a sin(x) cos(x)", X, ["asinxcosx", "a sinxcosx"], ["asinxsinx", "bsinxcosx"]),
    (
        "-sum_k t_k log(p_k)",
        "vectors = { t = 3, p = 3 }\nindices = { k = 3, j = 3 }\npositive = ['p']",
        ["-Σ t_k log p_k", r"-\sum t_k \log p_k", "-sum t_k log p_k", "-sum(t_k log p_k)", "-Σ(t_k ln p_k)"],
        ["Σ t_k log p_k", "-sum(p_k log t_k)", "-Σ log p_k", "-log sum_k t_k p_k", "-sum(t_k p_k)"],
    ),
    (
        "x^T A y",
        "matrices = { A = [3, 3] }\nvectors = { x = 3, y = 3 }\nindices = { i = 3, j = 3 }",
        [r"\sum_{i,j}x_iA_{ij}y_j", "x'Ay", "x'A y", "⟨x, Ay⟩"],
        [r"\sum_{i,j}x_iA_{ji}y_j", "y'Ax", "x'A'y", r"\sum_{i,j}y_iA_{ij}x_j", "⟨Ax, y⟩"],
    ),
    ("2 pi x", X, ["2 Pi x", "2*PI*x"], ["Pi x", "2*PI*x^2"]),
    (
        "softmax(z)_i - 1[i = c]",
        IC,
        ["softmax(z)_i - (i = c)", "-(i = c) + softmax(z)_i", "softmax(z)_i - (c = i)"],
        ["softmax(z)_i + (i = c)", "softmax(z)_i - (i = i)"],
    ),
    (
        "a sin(x) 1[x > 0]",
        X,
        ["(x > 0) ? a sin(x) : 0", "y = (x > 0) ? sin(x) a : 0", "(x <= 0) ? 0 : a*sin(x)"],
        ["(x > 0) ? 0 : a sin(x)", "y = (x < 0) ? sin(x) a : 0", "(x > 0) ? sin(a x) : 0"],
    ),
    (
        "exp(z_i) 1[i = c]",
        IC,
        ["i = c ? exp(z_i) : 0", "(i == c) ? exp(z_i) : 0", "y = (i == c) ? exp(z_i) : 0"],
        ["i = c ? 0 : exp(z_i)", "(i != c) ? exp(z_i) : 0", "y = (i == c) ? 0 : exp(z_i)"],
    ),
    ("2 * 1[x > 0]", X, ["2 * (x > 0 ? 1 : 0)", "x > 0 ? 2 : 0"], ["2 * (x > 0 ? 0 : 1)", "x > 1 ? 2 : 0"]),
    ("X^T X b", LS, ["X'X b", "X' X b", "X'Xb"], ["X' X b + b", "2 X'Xb", "-X'X b"]),
    ("exp(x) log(x)", X, ["expx lnx", "exp(x)lnx", "lnx*exp(x)"], ["expx + lnx", "exp(x)ln2x"]),
    (
        "w g",
        STEP,
        ["w g (chain rule)", "Nach der Kettenregel: w g", "By the rule of the chain: w g (Kettenregel.)"],
        ["w + g (chain rule)", "Nach der Kettenregel: g", "w g (a)", "w g (wa)"],
    ),
    (
        "1[i = c] - p_i",
        CLASSES,
        [
            "δ_{ic} - p_i",
            r"\delta_{i,c} - p_i",
            "delta_ic - p_i",
            "δ(i,c) - p_i",
            "kronecker(c, i) - p_i",
            "(i = c) - p_i",
        ],
        ["δ_{ii} - p_i", r"\delta_{i,1} - p_i", "1 - delta_ic - p_i", "(i = 1) - p_i", "δ(i,c) + p_i"],
    ),
]


@pytest.mark.parametrize(("answer", "names", "right", "wrong"), SPELLINGS, ids=[one[0] for one in SPELLINGS])
def test_a_spelling_is_read_and_tells_right_from_wrong(answer, names, right, wrong):
    formulas = marker(answer, names)
    for text in right:
        assert formulas.mark("a", text).status == "correct", text
    for text in wrong:
        mark = formulas.mark("a", text)
        assert mark.status in ("wrong", "slip"), text


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("1[x > 0]", X, "np.where(x > 0)"),
        ("sum_k z_k", Z, "sum(z[k] for k in range(2))"),  # all but the last, or the first two
        ("3", X, "np"),
        ("1[x > 0]", X, "1 if x > 1, 0 if x < 0"),  # between them nothing is said
        ("1[x > 0]", X, "1 if x > 0, 0 if a < 0"),
        ("1[x > 0]", X, "1 if x > -1, 0 if x < 1"),  # between them both
        ("where(i > c, 1, 0)", IC, "1 if i > c, 0 if i < c"),  # an index can be the same
        ("log2(p)", P, "log(2, p)"),
        ("log2(p)", P, "log(1,5)"),
        ("log(sum_k exp(z_k))", Z, "logsumexp(z_k)"),  # over which index is not said
        ("max(a, min(b, x))", X, "clip(x, a, b)"),  # nobody says that a < b
        ("z_i", IC, "z_i (i = c)"),  # an aside
        ("2 x", X, "2 x (x = 3)"),
        ("z_i", IC, "z_i Σ z_i"),  # inside and outside
        ("z_i", IC, "Σ z_i z_c"),
        ("z_i", IC, "sum(z_i z_c)"),
        ("W_{12}", "matrices = { W = [12, 12] }", "W_{1e1}"),
        ("W_{12}", "matrices = { W = [12, 12] }", "W_{.52}"),
        ("x", X, "x2sinx"),  # x^2, x_2 or 2x
        ("sin(2 x)", X, "sin2q"),
        ("x", X, "δ_{ic} x"),
        ("x", X, "x ? 1"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_not_guessed(answer, names, text):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == "invalid", mark


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("l d", 'numbers = ["l", "d", "p"]', "ld"),
        ("ld p", 'numbers = ["ld", "p"]', "ld p"),
        ("Pi x", 'numbers = ["Pi", "x"]', "Pi x"),
        ("s i n x", 'numbers = ["s", "i", "n", "x"]', "s i n x"),
        ("2 clip", 'numbers = ["clip"]', "2clip"),
        ("s i n x", 'numbers = ["s", "i", "n", "x"]', "sinx"),
        ("delta_1 x", 'vectors = { delta = 3 }\nnumbers = ["x"]', "δ_1 x"),
    ],
)
def test_a_name_of_the_question_keeps_its_meaning(answer, names, text):
    assert marker(answer, names).mark("a", text).status == "correct"


def test_what_was_read_otherwise_is_told():
    mark = marker("3 sin(2 x)", X).mark("a", "3sin2x")
    assert "sin2x is read as sin 2x" in mark.message


def test_the_mean_and_the_number_of_a_question_are_its_own():
    """Where x_bar or n is a name of the question, or its vectors differ in length, nothing is put for it."""
    own = 'numbers = ["x_bar", "n"]\nvectors = { x = 5, y = 5 }'
    assert marker("sum(x) - n*x_bar", own).mark("a", r"\sum x_i - n \bar x").status == "correct"
    assert marker("sum(x) - 5*mean(x)", own).mark("a", r"\sum x_i - n \bar x").status == "wrong"
    unlike = "vectors = { x = 5, y = 4 }"
    assert marker("sum(x)/5", unlike).mark("a", r"\frac{1}{n} \sum x_i").status == "invalid"


def test_a_result_of_another_shape_is_told():
    found = marker("-2 sum(x * (y - a - b*x))", SAMPLE).mark("a", "-2*x*(y - a - b*x)")
    assert found.status == "wrong"
    assert "it is a vector of 5, where a number is asked for; is an index or a sum missing?" in found.message
    found = marker("x + y", SAMPLE).mark("a", "dot(x, y)")
    assert "it is a number, where a vector of 5 is asked for" in found.message
