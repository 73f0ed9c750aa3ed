r"""What programs do with arrays. Their texts are Python themselves: NumPy works them, beside the grader."""

import pytest
from by_numpy import same, worked
from one_formula import marker

OUTER = "vectors = { delta = 4, x = 3 }"
SQUARE = "vectors = { u = 3, v = 3 }"
SOFTMAX = "vectors = { o = 4, y = 4 }"
LEAST = "matrices = { X = [5, 3] }\nvectors = { y = 5 }"
TABLE = "matrices = { A = [4, 3] }\nvectors = { c = 4, r = 3 }"
SAMPLE = "vectors = { x = 5, y = 5 }"
SOLVE = "matrices = { A = [3, 3], B = [3, 3] }\nvectors = { b = 3, x = 3 }"

# What is asked, its names, the same in Python; right texts and wrong ones, which are Python too.
PROGRAMS = [
    (
        "outer(delta, x)",
        OUTER,
        "np.outer(delta, x)",
        [
            "delta[:, None] * x",
            "delta[:,None]*x[None,:]",
            "x * delta[:, np.newaxis]",
            "delta.reshape(-1, 1) * x",
            "delta.reshape((4, 1)) @ x.reshape((1, 3))",
            "np.expand_dims(delta, 1) * x",
            "-(-delta[:, None]) * x",
            "(2*delta)[:, None] * x/2",
            "2*delta[:, None]*x*0.5",
            "delta[:, None] @ x[None, :]",
            "np.dot(delta[:, None], x[None, :])",
        ],
        [
            "x[:, None] * delta",
            "delta[None, :] * x[:, None]",
            "delta[:, None] * x**2",
            "-delta[:, None] * x",
            "2*delta[:, None]*x",
        ],
    ),
    # As long as each other: what stands upright makes a matrix all the same.
    ("outer(u, v)", SQUARE, "np.outer(u, v)", ["u[:, None] * v"], ["v[:, None] * u", "u * v", "u @ v"]),
    ("u v", SQUARE, "u @ v", ["np.sum(u * v, axis=0)"], ["u[:, None] * v"]),
    (
        "A * outer(c, [1, 1, 1])",
        TABLE,
        "A * c[:, None]",
        ["A * c[:, None]", "c[:, None] * A"],
        ["A / c[:, None]"],
    ),
    ("A - outer(c, [1, 1, 1])", TABLE, "A - c[:, None]", ["A - c[:, None]"], ["c[:, None] - A"]),
    (
        "column_sums(A)",
        TABLE,
        "A.sum(0)",
        ["np.sum(A, axis=0)", "A.sum(axis=0)", "A.sum(0)", "np.sum(A, 0)", "np.sum(A.T, axis=1)"],
        ["np.sum(A, axis=1)", "A.sum(axis=-1)", "A.sum(1)"],
    ),
    (
        "row_sums(A)",
        TABLE,
        "A.sum(1)",
        ["np.sum(A, axis=1)", "A.sum(axis=-1)", "np.sum(2*A, axis=1)/2"],
        ["np.sum(A, axis=0)"],
    ),
    (
        "softmax(o) - y",
        SOFTMAX,
        "np.exp(o)/np.exp(o).sum() - y",
        [
            "np.exp(o)/np.sum(np.exp(o), axis=0) - y",
            "np.exp(o)/np.exp(o).sum(axis=-1, keepdims=True) - y",
            "np.exp(o)/np.sum(np.exp(o), axis=0, keepdims=True) - y",
        ],
        ["np.exp(o)/np.sum(np.exp(y), axis=0) - y", "y - np.exp(o)/np.exp(o).sum(axis=0)"],
    ),
    (
        "sqrt(mean((x - mean(x))^2))",
        SAMPLE,
        "np.std(x)",
        ["np.std(x)", "np.sqrt(np.var(x))", "np.std(x, ddof=0)", "2*np.std(x/2)"],
        ["np.var(x)", "np.std(x, ddof=1)", "np.std(y)", "np.std(x)/5"],
    ),
    (
        "sum((x - mean(x))^2)/4",
        SAMPLE,
        "x.var(ddof=1)",
        ["np.var(x, ddof=1)"],
        ["np.var(x)", "np.var(x, ddof=0)"],
    ),
    ("sin(pi a)/(pi a)", 'numbers = ["a"]', "np.sinc(a)", ["np.sinc(a)", "np.sinc(-a)"], ["np.sinc(2*a)"]),
    (
        "inv(X^T X) X^T y",
        LEAST,
        "np.linalg.lstsq(X, y)[0]",
        ["np.linalg.pinv(X) @ y", "np.linalg.lstsq(X, y)[0]", "np.dot(np.linalg.pinv(X), y)"],
        ["X.T @ y", "2 * np.linalg.pinv(X) @ y"],
    ),
    (
        "norm(x)",
        SAMPLE,
        "sum(x**2)**0.5",
        ["np.linalg.norm(x, 2)", "np.linalg.norm(x)"],
        ["np.linalg.norm(2*x, 2)"],
    ),
    ("x y", SAMPLE, "x @ y", ["np.vdot(x, y)", "np.inner(x, y)"], ["np.vdot(x, x)"]),
]


@pytest.mark.parametrize(
    ("answer", "names", "python", "right", "wrong"), PROGRAMS, ids=[p[2] for p in PROGRAMS]
)
def test_a_program_says_to_the_grader_what_it_says_to_numpy(answer, names, python, right, wrong):
    formulas = marker(answer, names)
    asked = worked(python, names)
    for texts, statuses in ((right, {"correct"}), (wrong, {"wrong", "slip"})):
        for text in texts:
            agrees = all(same(one, other) for one, other in zip(asked, worked(text, names), strict=True))
            assert agrees == (statuses == {"correct"}), text
            assert formulas.mark("a", text).status in statuses, text


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("A b", SOLVE, "np.multiply(A, b)"),  # NumPy would multiply each row with b
        ("A b", SOLVE, "A\\b"),
        ("A b", SOLVE, "A\\(b)"),
        ("x y", 'numbers = ["x", "y"]', "x_y"),
        ("mean((x - mean(x))^2)", SAMPLE, "torch.var(x)"),  # by n - 1
        ("mean((x - mean(x))^2)", SAMPLE, "var(x)"),
        ("sin(pi a)/(pi a)", 'numbers = ["a"]', "sinc(a)"),  # or sin(a)/a
        ("max(a, 0)", 'numbers = ["a"]', "np.sum(a, axis=0)"),
        ("norm(x)", SAMPLE, "np.linalg.norm(x, 1)"),
        ("outer(delta, x)", OUTER, "delta.reshape(5, 1) * x"),
        ("A b", SOLVE, "np.dot(A, b"),
        ("inv(A) b", SOLVE, "np.linalg.solve(A, b"),
        ("mean((x - mean(x))^2)", SAMPLE, "np.var(x"),
    ],
)
def test_what_a_program_means_otherwise_is_not_accepted(answer, names, text):
    assert marker(answer, names).mark("a", text).status in {"invalid", "wrong"}


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        ("inv(A) b", ["A\\b", "A \\ b", "A\\(b)", "(2A)\\(2b)"], {"A\\(2b)", "A'\\b", "B\\b", "A\\b + b"}),
        ("inv(A B) b", ["A*B\\b", "(A B)\\b"], {"A*(B\\b)", "B*A\\b"}),
        ("A B - B A", ["A*B - B*A", "A B - B A"], {"B*A - A*B", "A*B", "A.*B - B.*A"}),
        ("A A + B", ["A^2 + B", "A² + B", "A*A + B"], {"A^3 + B", "B^2 + A", "A.^2 + B"}),
        ("b x", ["(b, x)", "b'*x"], {"(b, b)", "2(b, x)", "b*x"}),
        ("b A x", ["(b, Ax)", "(A'b, x)"], {"(Ab, x)", "(b, x)"}),
        (
            "x A x/(x x)",
            ["x'Ax/x'x", "x'A x / x' x", r"x^\top A x / x^\top x"],
            {"x'Ax/x'b", "x'Ax/x'Ax", "x'Bx/x'x"},
        ),
        (
            "A b * tanh(x)",
            ["A b · tanh(x)", r"tanh(x) \cdot A b", r"A \cdot b \cdot \tanh(x)"],
            {"A b · x", "A' b · tanh(x)"},
        ),
    ],
)
def test_products_are_read_otherwise_where_only_that_is_right(answer, right, wrong):
    formulas = marker(answer, SOLVE)
    for text in right:
        assert formulas.mark("a", text).status == "correct", text
    for text in wrong:
        assert formulas.mark("a", text).status in {"wrong", "slip", "invalid"}, text


def test_what_was_read_otherwise_is_told():
    mark = marker("A b * tanh(x)", SOLVE).mark("a", r"A b \cdot \tanh(x)")
    assert "\\cdot is read component by component" in mark.message
