"""Lists, parts and functions as other programs spell them; units, which no key knows."""

import pytest
from by_numpy import all_right, all_wrong, assert_right, assert_wrong
from one_formula import marker

V = 'numbers = ["v"]'
AB = 'numbers = ["a", "b"]'
POSITIVE = 'numbers = ["x", "a"]\npositive = ["x"]'
F = 'numbers = ["x"]\nfunctions = ["f", "g"]'
SOFTMAX = "vectors = { o = 4 }\nindices = { i = 4, j = 4 }"
UNITS = ["5 m/s", "5 [m/s]", r"5 \text{m/s}", "5 cm", "5 €", "v = 5 m/s", "0 V*m/A"]


@pytest.mark.parametrize("text", UNITS)
def test_a_unit_is_refused_since_no_key_knows_it(text):
    mark = marker("5", V).mark("a", text)
    assert mark.status == "invalid", mark.message


def test_a_letter_of_the_question_is_no_unit():
    formulas = marker("5 m", 'numbers = ["m", "s"]')
    assert formulas.mark("a", "5 m").status == "correct"
    assert formulas.mark("a", "5 s").status in {"wrong", "slip"}
    assert formulas.mark("a", "5 m/s").status == "wrong"


# What is asked, its names, the same in Python; right spellings; wrong ones with what they say.
SPELLED = [
    (
        "[a, 2 b]",
        AB,
        "np.array([a, 2*b])",
        [
            "<a, 2b>",
            "⟨a, 2b⟩",
            r"\langle a, 2b\rangle",
            "vector(a, 2b)",
            "matrix([a], [2b])",
            "{a, 2b}",
            "Matrix([a, 2*b])",
        ],
        {"<2b, a>": "np.array([2*b, a])", "{a, b}": "np.array([a, b])", "vector(a, 2)": "np.array([a, 2])"},
    ),
    (
        "[[a, 1], [0, b]]",
        AB,
        "np.array([[a, 1], [0, b]])",
        ["{{a, 1}, {0, b}}", "matrix([a, 1], [0, b])", "Matrix([[a, 1], [0, b]])"],
        {"{{a, 0}, {1, b}}": "np.array([[a, 0], [1, b]])"},
    ),
    (
        "sqrt(x)",
        POSITIVE,
        "np.sqrt(x)",
        ["root(x)", "nthRoot(x, 2)", "root(x, 2)", "surd(x, 2)"],
        {"root(a^2)": "abs(a)", "nthRoot(x, 3)": "np.cbrt(x)"},
    ),
    ("2 x cos(x^2)", POSITIVE, "2*x*np.cos(x**2)", ["2xcosx²", "2x cos x²"], {"2xcosx³": "2*x*np.cos(x**3)"}),
    (
        "a - 3 floor(a/3)",
        POSITIVE,
        "a % 3",
        ["mod(a, 3)", "np.mod(a, 3)", "Mod[a, 3]", "MOD(a; 3)"],
        {"mod(a, 2)": "a % 2", "mod(2a, 3)": "2*a % 3"},
    ),
    (
        "max(a, 0)",
        POSITIVE,
        "max(a, 0)",
        ["a₊", "a^+", "a_+", "a^{+}", "piecewise(a>0, a, 0)"],
        {"2a₊": "2*max(a, 0)", "(-a)₊": "max(-a, 0)", "x₊": "x", "piecewise(a<0, a, 0)": "min(a, 0)"},
    ),
    (
        "softmax(o)_i",
        SOFTMAX,
        "np.exp(o[i])/sum(np.exp(o))",
        ["softmax_i(o)", "softmax(o_i)", r"\operatorname{softmax}(o)_i", r"\text{softmax}_i(o)"],
        {"softmax_j(o)": "np.exp(o[j])/sum(np.exp(o))", "softmax(o_j)": "np.exp(o[j])/sum(np.exp(o))"},
    ),
]


@all_right(SPELLED)
def test_what_is_right_is_right(answer, names, text):
    assert_right(answer, names, text)


@all_wrong(SPELLED)
def test_what_is_wrong_is_wrong(answer, names, python, text, says):
    assert_wrong(answer, names, python, text, says, "wrong", "slip", "invalid")


def test_a_derivative_is_taken_where_brackets_say():
    formulas = marker("f'(g(x)) g'(x)", F)
    for text in (r"\frac{df}{dx}(g(x)) g'(x)", r"(f'\circ g)(x) g'(x)", "(f' ∘ g)(x)·g'(x)"):
        assert formulas.mark("a", text).status == "correct", text
    for text in (
        r"\frac{df}{dx}(x) g'(x)",
        r"(f\circ g)(x) g'(x)",
        r"(g'\circ f)(x) f'(x)",
        r"(f'\circ g')(x)",
    ):
        assert formulas.mark("a", text).status == "wrong", text
    product = marker("f'(x) (x + 1)", F)
    assert product.mark("a", r"\frac{df}{dx}(x+1)").status == "correct"
    assert marker("2 x y", 'numbers = ["x", "y"]').mark("a", "<2x, y>").status == "correct"


def test_the_root_of_a_degree_is_not_guessed():
    # AsciiMath's root; it is told, and taken only where it is right so.
    found = marker("x^(1/3)", POSITIVE).mark("a", "root(3)(x)")
    assert (found.status, "n-th root" in found.message) == ("correct", True)
    assert marker("sqrt(3) x", POSITIVE).mark("a", "root(3)(x)").status == "invalid"
