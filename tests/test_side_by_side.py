r"""Every construct beside numbers and names, with and without a gap: 2θ(x), a\theta(x), 2n, a/1[i = j]."""

import pytest
from one_formula import marker

NUMBERS = 'numbers = ["x", "a"]\nfunctions = ["f"]'
VECTORS = 'vectors = { u = 3, v = 3 }\nnumbers = ["a"]\nindices = { i = 3, j = 3 }'

# How it is written, and what it is in the plainest spelling.
OF_NUMBERS = {
    "θ(x)": "1[x > 0]",
    r"\theta(x)": "1[x > 0]",
    "H(x)": "1[x > 0]",
    "σ(x)": "sigmoid(x)",
    r"\sigma(x)": "sigmoid(x)",
    "χ(x>0)": "1[x > 0]",
    "⟦x>0⟧": "1[x > 0]",
    "|x|": "abs(x)",
    "[x]_+": "max(0, x)",
    "∛x": "x^(1/3)",
    "pow(x,2)": "x^2",
    "cbrt(x)": "x^(1/3)",
    "np.exp(x)": "exp(x)",
    "np.sinc(x)": "sin(pi x)/(pi x)",
    "mod(x,3)": "x - 3 floor(x/3)",
    "df/dx": "f'(x)",
    r"\dot f(x)": "f'(x)",
    "D(f)(x)": "f'(x)",
    "f_prime(x)": "f'(x)",
    r"\mathbb{1}[x>0]": "1[x > 0]",
    "(x if x>0 else 0)": "max(0, x)",
    "(x>0 ? x : 0)": "max(0, x)",
    "PI": "pi",
    "sum(k*x for k in range(3))": "3 x",
}
OF_VECTORS = {
    "δ_{ij}": "1[i = j]",
    r"\delta_{ij}": "1[i = j]",
    "delta_ij": "1[i = j]",
    "⟨u,v⟩": "dot(u, v)",
    "‖u‖": "norm(u)",
    "ū": "mean(u)",
    r"\bar u": "mean(u)",
    "n": "3 + 0 mean(u)",
    "u.dot(v)": "dot(u, v)",
    "np.std(u)": "sqrt(mean((u - mean(u))^2))",
    "softmax(u, 0)[i]": "softmax(u)_i",
    "logsumexp(u)": "log(sum(exp(u)))",
}
FORMS = {
    "2{}": "2 ({})",
    "2 {}": "2 ({})",
    "a {}": "a ({})",
    "{} a": "({}) a",
    "-{}": "-({})",
    "3a {}/2": "3 a ({})/2",
    "1 - 2{}": "1 - 2 ({})",
    "2*{}*a": "2 a ({})",
    "a - 2{}": "a - 2 ({})",
}
# A letter beside what is no letter.
CLOSE = {"a{}": "a ({})", "3a{}": "3 a ({})"}


def written():
    for names, constructs in ((NUMBERS, OF_NUMBERS), (VECTORS, OF_VECTORS)):
        for construct, plain in constructs.items():
            forms = FORMS if construct[0].isalpha() and construct[0].isascii() else FORMS | CLOSE
            if construct == "n":
                forms = {form: other for form, other in forms.items() if "2" in form}
                forms = {form + " + 0 \\bar u": other for form, other in forms.items()}
            yield names, construct, plain, forms


@pytest.mark.parametrize(("names", "construct", "plain", "forms"), list(written()))
def test_it_is_the_same_beside_whatever_it_stands(names, construct, plain, forms):
    for form, other in forms.items():
        text, asked = form.replace("{}", construct), other.replace("{}", plain)
        mark = marker(asked, names).mark("a", text)
        assert mark.status == "correct", (text, mark.message)
        assert marker(f"3/2 ({asked})", names).mark("a", text).status == "wrong", text


@pytest.mark.parametrize(
    ("answer", "names", "right", "wrong"),
    [
        (
            "2*1[i = j]",
            VECTORS,
            ["2 1[i = j]", "2·1[i=j]", "2 1_{i=j}", "2 1_{[i=j]}"],
            ["21[i = j]", "2 1[i ≠ j]"],
        ),
        ("a/(1 + 1[x > 0])", NUMBERS, ["a/(1 + 1[x>0])", "a/2^1[x>0]"], ["a/2 1[x>0]"]),
        ("2 sum(u)", VECTORS, ["2nū", "2n ū", r"2n\bar u", "n2ū"], ["25 ū", "2n²ū", "23ū"]),
        ("a f'(x)", NUMBERS, ["af'(x)", "a f'(x)"], ["af(x)", "2af'(x)"]),
        ("a max(0, x)", NUMBERS, ["amax(0, x)", "amax(x,0)"], ["amax(0, a)", "amin(0, x)"]),
        ("a u_i", VECTORS, ["au_i", "au_{i}"], ["au_j", "2au_i"]),
        ("a u v", VECTORS, ["au'v", "a u'v"], ["au'u", "2au'v"]),
        ("a sum(u)", VECTORS, ["asum(u)", "a sum(u)"], ["asum(v)", "amean(u)"]),
    ],
)
def test_what_is_written_together_is_told_apart(answer, names, right, wrong):
    formulas = marker(answer, names)
    for text in right:
        assert formulas.mark("a", text).status == "correct", text
    for text in wrong:
        assert formulas.mark("a", text).status in {"wrong", "slip"}, text
