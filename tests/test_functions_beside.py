r"""Functions defined beside an answer, determinants, sums with dots, and cases as other places write them.

What is wrong is proven by NumPy: beside each wrong formula stands what it says, in Python.
"""

import re

import pytest
from by_numpy import all_right, all_wrong, assert_right, assert_wrong
from one_formula import marker

LOGISTIC = 'vectors = { w = 3, x = 3 }\nnumbers = ["y"]'
SQUARE = "matrices = { A = [3, 3] }"
NUMBERS = 'numbers = ["a", "b", "c", "d"]'
WHOLE = 'numbers = ["n"]\nwhole = ["n"]'
LEAKY = 'numbers = ["x", "a"]\npositive = ["a"]'
NORMED = 'vectors = { x = 4 }\nnumbers = ["e"]\npositive = ["e"]'
DET = "A_{1,1} (A_{2,2} A_{3,3} - A_{2,3} A_{3,2}) - A_{1,2} (A_{2,1} A_{3,3} - A_{2,3} A_{3,1})"
DET += " + A_{1,3} (A_{2,1} A_{3,2} - A_{2,2} A_{3,1})"

TABLE = [
    (
        "(sigmoid(w @ x) - y) x",
        LOGISTIC,
        "(1 / (1 + np.exp(-w @ x)) - y) * x",
        [
            r"(\sigma(w^Tx)-y)x,\quad\sigma(z)=\frac{1}{1+e^{-z}}",
            "(φ(wᵀx) − y)x mit φ(z) = 1/(1+e^(−z))",
            r"(\varphi(\mathbf{w}^{\top}\mathbf{x})-y)x, \text{ where } \varphi(a) = \frac{1}{1+e^{-a}}",
            "(σ(z) − y)x where σ(z) = 1/(1+e^-z) and z = wᵀx",
            "h(x) = σ(wᵀx), (h(x) - y) x",
            r"(h_{\theta}(x) - y) x where h_{\theta}(x) = \sigma(w^T x)",
            r"(p - y)x\text{, wobei } p=\sigma(w^Tx)",
            r"(o-y)x,\ o=\varphi(a),\ \varphi(a)=\sigma(a),\ a=w^Tx",
        ],
        {
            "(σ(wᵀx) − y)x, σ(z) = 1/(1+e^z)": "(1 / (1 + np.exp(w @ x)) - y) * x",
            "(f(x)-y)x, f(x)=σ(-wᵀx)": "(1 / (1 + np.exp(w @ x)) - y) * x",
            r"(p - y)x\text{, wobei } p=w^Tx": "(w @ x - y) * x",
        },
    ),
    (
        "sum(q*log(q)) - sum(p*log(p))",
        'vectors = { p = 3, q = 3 }\npositive = ["p", "q"]',
        "sum(q * np.log(q)) - sum(p * np.log(p))",
        ["H(p) - H(q), H(r) = -Σ r_i log r_i", r"H(p)-H(q) \text{ with } H(p) = -\sum_i p_i\log p_i"],
        {"H(q) - H(p), H(r) = -Σ r_i log r_i": "sum(p * np.log(p)) - sum(q * np.log(q))"},
    ),
    (
        DET,
        SQUARE,
        "np.linalg.det(A)",
        [r"\det(A)", "det A", "np.linalg.det(A.T)", "|A|", r"\lvert A\rvert", "det(A^-1)^-1"],
        {"tr(A)": "np.trace(A)", "det(2A)": "8 * np.linalg.det(A)", r"\det(A)^2": "np.linalg.det(A) ** 2"},
    ),
    (
        "sum(x) + trace(A)",
        "matrices = { A = [3, 3] }\nvectors = { x = 3 }",
        "np.sum(x) + np.trace(A)",
        ["Σx_i + tr A"],
        {
            "Σ|x_i| + tr A": "np.sum(np.abs(x)) + np.trace(A)",
            r"\left|\sum_i x_i\right| + tr A": "abs(np.sum(x)) + np.trace(A)",
            "Σx_i + |tr A|": "np.sum(x) + abs(np.trace(A))",
            "|x_1|+|x_2|+|x_3|+tr(A)": "np.sum(np.abs(x)) + np.trace(A)",
        },
    ),
    (
        "a d - b c",
        NUMBERS,
        "a * d - b * c",
        [
            r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
            r"\det\begin{pmatrix}a&c\\b&d\end{pmatrix}",
            "det([[a,b],[c,d]])",
        ],
        {r"\begin{vmatrix}a&b\\d&c\end{vmatrix}": "a * c - b * d"},
    ),
    (
        "sum(A)",
        SQUARE,
        "np.sum(A)",
        ["1^T A 1", r"\mathbf 1^TA\mathbf 1", "np.ones(3)@A@np.ones(3)"],
        {"1^T A^T A 1": "np.sum(A.T @ A)"},
    ),
    (
        "sum(A*A)",
        SQUARE,
        "np.sum(A * A)",
        [r"\|A\|_F^2", r"\langle A,A\rangle_F", "np.linalg.norm(A, 'fro')**2", r"\operatorname{tr} A^TA"],
        {r"\|A\|_F": "np.linalg.norm(A)", r"\operatorname{tr}(A)^2": "np.trace(A) ** 2"},
    ),
    (
        "2^(n+1) - 1",
        WHOLE,
        "2.0 ** (n + 1) - 1",
        ["1+2+4+...+2^n", r"1+2+4+8+\dots+2^n", "1 + 2 + 4 + … + 2ⁿ"],
        {"1+2+4+...+2^(n-1)": "2.0**n - 1", "2+4+8+...+2^n": "2.0 ** (n + 1) - 2"},
    ),
    (
        "n^2",
        WHOLE,
        "n * n",
        ["1+3+5+...+(2n-1)", "1 + 3 + … + (2n−1)"],
        {
            "1+3+5+...+(2n+1)": "(n + 1) ** 2",
            "1+4+9+...+n^2": "n * (n + 1) * (2 * n + 1) / 6",
            "2+6+12+...+n(n+1)": "n * (n + 1) * (n + 2) / 3",
        },
    ),
    (
        "max(0, x) + a min(0, x)",
        LEAKY,
        "x if x > 0 else a * x",
        [
            "Piecewise((x, x > 0), (a*x, True))",
            "Piecewise((x, x >= 0), (a*x, x < 0))",
            r"\begin{cases} x & \text{für } x \geq 0 \\ a x & \text{sonst} \end{cases}",
            r"\begin{cases} x, & \text{wenn } x > 0, \\ a x, & \text{sonst.} \end{cases}",
        ],
        {"Piecewise((a*x, x > 0), (x, True))": "a * x if x > 0 else x"},
    ),
    (
        "exp(-0.5 x) sqrt(0.25 a)",
        LEAKY,
        "np.exp(-x / 2) * np.sqrt(a / 4)",
        ["exp(-0,5x)·√(0,25a)", "exp(-0,5*x)*sqrt(0,25*a)", "max(0, exp(-0,5x)) sqrt(0,25a)"],
        {"exp(-0,05x)·√(0,25a)": "np.exp(-x / 20) * np.sqrt(a / 4)"},
    ),
    (
        "(x - mean(x))/sqrt(sum((x - mean(x))^2)/4 + e)",
        NORMED,
        "(x - x.mean()) / np.sqrt(x.var() + e)",
        ["(x-x.mean())/np.sqrt(x.var()+e)", "(x-x.mean())/np.sqrt(x.std()**2+e)"],
        {"(x-x.mean())/np.sqrt(x.var(ddof=1)+e)": "(x - x.mean()) / np.sqrt(x.var(ddof=1) + e)"},
    ),
    (
        "log(sum(exp(x)))",
        "vectors = { x = 4 }",
        "np.log(np.sum(np.exp(x)))",
        [r"m+\log\sum_i e^{x_i-m},\quad m=\max_i x_i"],
        {r"m+\log\sum_i e^{x_i-2m},\quad m=\max_i x_i": "np.log(np.sum(np.exp(x))) - x.max()"},
    ),
    (
        "max(w) x_i",
        "vectors = { x = 4, w = 4 }\nindices = { i = 4 }",
        "w.max() * x[i]",
        [r"x_i \max_j w_j"],
        {r"x_i \min_j w_j": "w.min() * x[i]"},
    ),
    (
        "transpose(inv(A)) b",
        "matrices = { A = [3, 3] }\nvectors = { b = 3 }",
        "np.linalg.inv(A).T @ b",
        ["A^{-T}b", r"A^{-\top}b"],
        {"A^{-1}b": "np.linalg.inv(A) @ b"},
    ),
    (
        "(transpose(W_2) d_2) * f'(s_1)",
        'vectors = { d_2 = 3, s_1 = 4 }\nmatrices = { W_2 = [3, 4] }\nfunctions = ["f"]',
        "(W_2.T @ d_2) * np.cos(s_1)",
        ["W[2].T @ d[2] * f'(s[1])"],
        {"W[2].T @ d[2] * f(s[1])": "(W_2.T @ d_2) * np.sin(s_1)"},
    ),
    (
        "sigmoid(x) - sigmoid(x)^2",
        'numbers = ["x"]',
        "1 / (2 + np.exp(x) + np.exp(-x))",
        [r"\sigma(x)-\sigma^2(x)", "σ(x) − σ²(x)"],
        {"σ(x) − σ³(x)": "1 / (1 + np.exp(-x)) - 1 / (1 + np.exp(-x)) ** 3"},
    ),
    (
        "lambda^k exp(-lambda)/k!",
        'numbers = ["lambda", "k"]\nwhole = ["k"]\npositive = ["lambda"]',
        "lambda_**k * np.exp(-lambda_) / factorial(k)",
        [
            "lam**k*np.exp(-lam)/math.factorial(k)",
            "lambda_**k*math.exp(-lambda_)/math.factorial(k)",
            "lmbda^k e^(-lmbda)/k!",
        ],
        {"lam**k*np.exp(lam)/math.factorial(k)": "lambda_**k * np.exp(lambda_) / factorial(k)"},
    ),
    (
        "sum(abs(w))",
        "vectors = { w = 3 }",
        "np.abs(w).sum()",
        [
            r"\|w\|_1",
            r"\lVert w\rVert_{1}",
            "‖w‖₁",
            "||w||_1",
            "norm(w, 1)",
            "np.linalg.norm(w, ord=1)",
            "Norm[w, 1]",
        ],
        {
            r"\|w\|_2": "np.sqrt(sum(w**2))",
            r"\|w\|_\infty": "np.abs(w).max()",
            r"\|w\|_1^2": "np.abs(w).sum() ** 2",
            "norm(w, 2)": "np.sqrt(sum(w**2))",
        },
    ),
    (
        "max(abs(w - x))",
        "vectors = { w = 3, x = 3 }\nindices = { i = 3 }",
        "np.abs(w - x).max()",
        [
            r"\|w-x\|_\infty",
            "‖w − x‖∞",
            "norm(w - x, inf)",
            "np.linalg.norm(w - x, np.inf)",
            r"\max_i|w_i-x_i|",
            r"\max_{i} | x_{ i } - w_i |",
        ],
        {
            r"\|w-x\|_1": "np.abs(w - x).sum()",
            r"\max_i|w_i+x_i|": "np.abs(w + x).max()",
            r"\min_i|w_i-x_i|": "np.abs(w - x).min()",
        },
    ),
    (
        "(b^3 - a^3)/3",
        NUMBERS,
        "(b**3 - a**3) / 3",
        [
            "[x^3/3]_a^b",
            r"\left[\frac{x^3}{3}\right]_a^b",
            r"\left.\frac13x^3\right|_{x=a}^{x=b}",
            r"\int_a^b x^2\,dx = \Big[\frac{t^3}{3}\Big]^{b}_{a}",
            r"\left[\frac{t^3}{3}\right]^b_a",
            "[c x^3]_a^b/(3c)",
        ],
        {
            "[x^3/3]_b^a": "(a**3 - b**3) / 3",
            "[x^3]_a^b": "b**3 - a**3",
            "[c x^3]_a^b/3": "c * (b**3 - a**3) / 3",
            r"\left[\frac{x^3}{3}\right]_{a}^{2b}": "(8 * b**3 - a**3) / 3",
        },
    ),
    (
        "c/2 (w @ w)",
        'vectors = { w = 3 }\nnumbers = ["c"]',
        "c / 2 * w @ w",
        [r"\frac c2w^Tw", r"\frac c2\|w\|_2^2"],
        {r"\frac c3w^Tw": "c / 3 * w @ w", r"\frac 2cw^Tw": "2 / c * w @ w"},
    ),
    (
        "f''(g(x)) g'(x)^2 + f'(g(x)) g''(x)",
        'numbers = ["x"]\nfunctions = ["f", "g"]',
        "-np.sin(np.sin(x)) * np.cos(x) ** 2 - np.cos(np.sin(x)) * np.sin(x)",
        [
            "f''(g)g'^2 + f'(g)g''",
            r"\frac{d^2f}{dg^2}\left(\frac{dg}{dx}\right)^2+\frac{df}{dg}\frac{d^2g}{dx^2}",
            "f''(g(x))·g'^2(x) + f'(g(x)) d²g/dx²",
        ],
        {
            "f''(g)g'^3 + f'(g)g''": "-np.sin(np.sin(x)) * np.cos(x) ** 3 - np.cos(np.sin(x)) * np.sin(x)",
            r"\frac{d^2f}{dg^2}\frac{dg}{dx}+\frac{df}{dg}\frac{d^2g}{dx^2}": (
                "-np.sin(np.sin(x)) * np.cos(x) - np.cos(np.sin(x)) * np.sin(x)"
            ),
            "f''(g)g'^2(x)x + f'(g)g''": (
                "-np.sin(np.sin(x)) * np.cos(x) ** 2 * x - np.cos(np.sin(x)) * np.sin(x)"
            ),
        },
    ),
    (
        "(f'(x) g(x) - f(x) g'(x))/g(x)^2",
        'numbers = ["x"]\nfunctions = ["f", "g"]',
        "0 * x",
        [
            r"\frac{\frac{df}{dx}g - f\frac{dg}{dx}}{g^2}",
            r"\left(\frac fg\right)'(x) = \frac{f'g - f g'}{g^2}",
            "(diff(f,x)*g - f*diff(g,x))/g^2",
        ],
        {r"\frac{\frac{df}{dx}g + f\frac{dg}{dx}}{g^2}": "2 * np.cos(x) / np.sin(x)"},
    ),
]


@all_right(TABLE)
def test_what_is_right_is_right(answer, names, text):
    assert_right(answer, names, text)


@all_wrong(TABLE)
def test_what_is_wrong_is_wrong(answer, names, python, text, says):
    assert_wrong(answer, names, python, text, says, "wrong", "slip", "mistake")


@pytest.mark.parametrize(
    ("names", "text", "said"),
    [
        ("matrices = { A = [5, 5] }", "det(A)", "a square matrix of at most 4 rows, not of a matrix of 5×5"),
        (WHOLE, "1+2+3+...+2^n", "write a sum in full, such as sum_{k=1}^n k^2"),
        (
            "vectors = { x = 3 }",
            "(x - x.mean())/x.var()",
            "unknown name var; write it out, for by n or by n - 1 is not said",
        ),
        (SQUARE, r"A\|A\|_1", "a norm with this index is read of a vector, not of a matrix of 3×3"),
        (SQUARE, r"A^{\top", "expected '}' to close what began with '{'"),
        ("vectors = { x = 3 }", r"\sigma(x) y_1", "unknown name y_1"),
        ("vectors = { x = 3 }", "[x]_1^2_3", "cannot be read"),
        (LEAKY, "log(1,5)", "log takes 1 argument, found 2"),
        ("vectors = { x = 4 }", r"\max_i x_i x_i", "expected '(' and the arguments of max, found 'x_i'"),
        (LOGISTIC, "(f(f(x))-y)x, f(x)=f(f(x))f(x)", "unknown name f"),
    ],
)
def test_what_cannot_be_read_is_told(names, text, said):
    mark = marker(next(name for name in "xnA" if re.search(rf"\b{name}\b", names)), names).mark("a", text)
    assert mark.status == "invalid"
    assert said in mark.message
