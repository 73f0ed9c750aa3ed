r"""Over what sums run, as students type it; remarks around a formula. What is wrong is proven by NumPy."""

import pytest
from by_numpy import all_right, all_wrong, assert_right, assert_wrong
from one_formula import marker

HINGE = "vectors = { p = 4 }\nindices = { j = 4, y = 4 }\nnumbers = ['m']\nsizes = { K = 4 }"
X = 'numbers = ["x", "y"]'
F = 'numbers = ["x"]\nfunctions = ["f", "g"]'
CHAIN = 'numbers = ["x", "w"]\nfunctions = ["f"]\ndefinitions = { s = "w x", z = "f(s)" }'


def hinge(term, others="k != y", active="p[k] - p[y] + m > 0"):
    return f"sum(({active}) * ({term}) for k in range(4) if {others})"


# What is asked, its names, the same in Python; right spellings; wrong ones with what they say.
SUMS = [
    (
        "sum_{k != y} 1[p_k - p_y + m > 0] (p_k 1[k = j] - p_j)",
        HINGE,
        hinge("p[k]*(k == j) - p[j]"),
        [
            "Σ_k≠y 1[p_k − p_y + m > 0] (p_k 1[k = j] − p_j)",
            "Σ(k≠y) 1[p_k - p_y + m > 0] (p_k δ_kj - p_j)",
            "sum over k != y of 1[p_k - p_y + m > 0] (p_k 1[k = j] - p_j)",
            "sum over all k not equal to y of 1[p_k - p_y + m > 0] (p_k 1[k = j] - p_j)",
            r"\sum_{j'\neq y} 1[p_{j'} - p_y + m > 0] (p_{j'} \delta_{j'j} - p_j)",
            r"\sum_{k\neq y} \chi(p_k - p_y + m > 0) (p_k \delta_{kj} - p_j)",
            r"\sum_{k\neq y} \llbracket p_k - p_y + m > 0\rrbracket (p_k \delta_{kj} - p_j)",
            r"\sum_{k\neq y} ⟦p_k - p_y + m > 0⟧ (p_k \delta_{kj} - p_j)",
            r"\sum_{k \in A} (p_k \delta_{kj} - p_j), A = \{k \neq y : p_k - p_y + m > 0\}",
            r"\sum_{k\in A} (p_k \delta_{kj} - p_j) \text{ where } A = \{k \mid k \neq y, p_k + m > p_y\}",
            r"\sum_{k\in\mathcal A} (p_k\delta_{kj}-p_j),\;\mathcal A = \left\{k\neq y: p_k+m > p_y\right\}",
            r"\sum_{k\in\mathcal{A}} (p_k\delta_{kj}-p_j),\quad\mathcal{A}=\{k\neq y: p_k+m > p_y\}",
            "sum((p[k] - p[y] + m > 0) * (p[k]*(k==j) - p[j]) for k in range(K) if k != y)",
            "sum([p[k]*(k==j) - p[j] for k in range(len(p)) if k != y and p[k] - p[y] + m > 0])",
            "sum(p[k]*(k==j) - p[j] for k in range(4) if p[k] - p[y] + m > 0 and k != y)",
            r"\sum_{k\neq y} a_k (b_k - p_j), a_k = 1[p_k - p_y + m > 0], b_k = p_k \delta_{kj}",
        ],
        {
            "Σ_k≠j 1[p_k − p_y + m > 0] (p_k 1[k = j] − p_j)": hinge("p[k]*(k == j) - p[j]", "k != j"),
            "Σ(k≠y) 1[p_k - p_y + m > 0] (p_k δ_kj + p_j)": hinge("p[k]*(k == j) + p[j]"),
            "sum over k != y of 1[p_k - p_y > 0] (p_k 1[k = j] - p_j)": hinge(
                "p[k]*(k == j) - p[j]", active="p[k] > p[y]"
            ),
            r"\sum_{j'\neq y} 1[p_{j'} - p_y + m > 0] (p_{j'} - p_j)": hinge("p[k] - p[j]"),
            r"\sum_{k\neq y} \chi(p_k - p_y + m < 0) (p_k \delta_{kj} - p_j)": hinge(
                "p[k]*(k == j) - p[j]", active="p[k] - p[y] + m < 0"
            ),
            r"\sum_{k\neq y} \llbracket p_k + p_y + m > 0\rrbracket (p_k \delta_{kj} - p_j)": hinge(
                "p[k]*(k == j) - p[j]", active="p[k] + p[y] + m > 0"
            ),
            r"\sum_{k \in A} (p_k \delta_{kj} - p_j), A = \{k \neq y : p_k - p_y > 0\}": hinge(
                "p[k]*(k == j) - p[j]", active="p[k] > p[y]"
            ),
            r"\sum_{k \in A} (p_k \delta_{kj} - p_j), A = \{k : p_k - p_y + m > 0\}": hinge(
                "p[k]*(k == j) - p[j]", "True"
            ),
            "sum((p[k] - p[y] + m > 0) * (p[k]*(k==j) - p[j]) for k in range(K) if k != j)": hinge(
                "p[k]*(k == j) - p[j]", "k != j"
            ),
            "sum((p[k] - p[y] + m > 0) * (p[k]*(k==j) - p[j]) for k in range(K))": hinge(
                "p[k]*(k == j) - p[j]", "True"
            ),
            r"\sum_{k\neq y} a_k (b_k - p_j), a_k = 1[p_k - p_y + m > 0], b_k = p_j \delta_{kj} + 1": hinge(
                "p[j]*(k == j) + 1 - p[j]"
            ),
        },
    ),
    (
        "2 * 1[j = y] p_j",
        HINGE,
        "2*(j == y)*p[j]",
        ["2δ_{jy} p_j", r"2p_j\delta_{jy}", "p_j 2δ_jy"],
        {"21 δ_{jy} p_j": "21*(j == y)*p[j]", r"2p_j - \delta_{jy}": "2*p[j] - (j == y)"},
    ),
    (
        "where(j = y, -p_y, p_j)",
        HINGE,
        "-p[y] if j == y else p[j]",
        [
            "For j ≠ y: p_j. For j = y: -p_y.",
            "If j = y: -p_y. Otherwise: p_j.",
            "For j = y, -p_y; for j ≠ y, p_j",
        ],
        {
            "For j ≠ y: -p_y. For j = y: p_j.": "p[j] if j == y else -p[y]",
            "If j = y: p_y. Otherwise: p_j.": "p[j]",
        },
    ),
    (
        "x/y",
        X,
        "x/y",
        [
            "x/y, y ≠ 0",
            "x/y (y != 0)",
            "x/y, where y ≠ 0",
            r"\frac{x}{y} \text{ for } y \neq 0",
            r"\frac{x}{y},\quad y\neq 0",
            r"\frac{x}{y}\label{eq:1}",
            r"\hspace{1em}\frac{x}{y}\tag{2}",
            r"\sfrac{x}{y}",
            r"\mathstrut\frac{\rm x}{\rm{y}}",
        ],
        {"y/x, x ≠ 0": "y/x", "x, y ≠ 0": "x", r"\frac{y}{x} \text{ for } x \neq 0": "y/x"},
    ),
    (
        "sin(x)",
        X,
        "np.sin(x)",
        [r"{\sin}(x)", r"{\rm sin}(x)", r"\rm{sin}(x)", r"\mathop{\mathrm{sin}}x", r"{\rm sin}\,x"],
        {r"{\rm sin}(y)": "np.sin(y)", r"{\cos}(x)": "np.cos(x)"},
    ),
    (
        "x/20",
        X,
        "x/20",
        ["5% x", r"5\% x", "5% of x", r"5\%\cdot x"],
        {"50% x": "x/2", "5% y": "y/20", "0.5% x": "x/200", r"5\% x y": "x*y/20"},
    ),
    (
        "exp(p_j)/sum_k exp(p_k)",
        HINGE,
        "np.exp(p[j])/sum(np.exp(p))",
        [
            "softmax(p)[j]",
            "(exp(p)/sum(exp(p)))[j]",
            "(np.exp(p)/np.exp(p).sum())[j]",
            "softmax(p, axis=0)[j]",
        ],
        {"softmax(p)[y]": "np.exp(p[y])/sum(np.exp(p))", "(exp(p)/sum(p))[j]": "np.exp(p[j])/sum(p)"},
    ),
    (
        "A_{12} - A_{21}",
        "matrices = { A = [2, 2] }",
        "A[0, 1] - A[1, 0]",
        ["A[0][1] - A[1][0]", "A[0, 1] - A[1, 0]", "A_1_2 - A_2_1"],
        {
            "A[1][0] - A[0][1]": "A[1, 0] - A[0, 1]",
            "A[0][0] - A[1][1]": "A[0, 0] - A[1, 1]",
            "A_1_1 - A_2_2": "A[0, 0] - A[1, 1]",
        },
    ),
    (
        "[x, 2 y]",
        X,
        "np.array([x, 2*y])",
        [
            r"\begin{pmatrix}x & 2y\end{pmatrix}",
            r"\left[\begin{array}{c} x \\ 2 y \end{array}\right]",
            r"\left(\begin{array}{l}x\\2y\end{array}\right)",
        ],
        {r"\begin{pmatrix}x & y\end{pmatrix}": "np.array([x, y])"},
    ),
    (
        "[[x, 1], [0, y]]",
        X,
        "np.array([[x, 1], [0, y]])",
        [
            "[x, 1; 0, y]",
            r"\left[\begin{array}{cc}x & 1\\ 0 & y\end{array}\right]",
            r"\begin{Bmatrix}x&1\\0&y\end{Bmatrix}",
        ],
        {"[x, 0; 1, y]": "np.array([[x, 0], [1, y]])", "[x, 1; y, 0]": "np.array([[x, 1], [y, 0]])"},
    ),
]


@all_right(SUMS)
def test_what_is_right_is_right(answer, names, text):
    assert_right(answer, names, text)


@all_wrong(SUMS)
def test_what_is_wrong_is_wrong(answer, names, python, text, says):
    assert_wrong(answer, names, python, text, says, "wrong", "slip")


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("p_j", HINGE, "p_j, j ≠ y"),  # of the other case nothing is said
        ("sum_{k != y} p_k", HINGE, r"\sum_{k \in A} p_k"),
        ("sum_k p_k", HINGE, r"\sum_{k y} p_k"),
        ("sum_k p_k", HINGE, "sum_{k ! y} p_k"),
        ("sum_k p_k", HINGE, r"\sum_{k, p_k + 1} p_k"),
        ("sum_k p_k", HINGE, "sum(p[k] for k in range(3))"),  # all but the last, or the first three
        ("sum_k k p_k", HINGE, "sum(k*p[k] for k in range(4))"),  # k counts from 0
        ("x - 3 floor(x/3)", X, "x % 3"),
        ("x y/100", X, "x % y"),
        ("2 x + 0 y", X, "(x^2 + y^2)'"),  # by x or by y
    ],
)
def test_what_can_be_meant_in_two_ways_is_not_guessed(answer, names, text):
    assert marker(answer, names).mark("a", text).status == "invalid"


def test_a_derivative_with_a_prime_behind_brackets_is_still_to_be_worked_out():
    mark = marker("2 x", 'numbers = ["x"]').mark("a", "(x²)'")
    assert (mark.status, mark.cause) == ("wrong", "not_worked_out")
    assert marker("2 x + 1", 'numbers = ["x"]').mark("a", "2x + (x)'").status == "correct"
    assert marker("2 x + 1", 'numbers = ["x"]').mark("a", "2x + (2x)'").status == "wrong"


@pytest.mark.parametrize("text", ["f'(x) g(x) + f(x) g'(x)", "f' g + f g'", "f'g+fg'", "g f' + f g'"])
def test_a_product_of_functions_is_one_without_their_arguments(text):
    formulas = marker("f'(x) g(x) + f(x) g'(x) + 0 x", F + '\ndefinitions = { u = "f(x) g(x)" }')
    assert formulas.mark("a", text).status == "correct"
    assert formulas.mark("a", text.replace("+", "-")).status == "wrong"


def test_an_operator_in_front_of_an_open_function_is_its_derivative():
    formulas = marker("dz/dx", CHAIN)
    assert formulas.mark("a", r"w \nabla f(s)").status == "correct"
    assert formulas.mark("a", r"x ∇f(s)").status in {"wrong", "slip"}
    mark = formulas.mark("a", r"w f'(s) \quad (f' = \cos)")
    assert mark.status == "invalid"


def test_a_shorthand_may_be_defined_in_brackets_behind_the_formula():
    formulas = marker("dz/dx", CHAIN)
    assert formulas.mark("a", "w d (d = f'(s))").status == "correct"
    assert formulas.mark("a", "w d (d = f(s))").status == "wrong"
    assert formulas.mark("a", r"w\,d \;\; (d = f'(s))").status == "correct"
