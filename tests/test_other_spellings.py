"""Formulas in spellings of other fields, programs and haste: right ones, and near misses of each."""

import tomllib

import pytest

from grader.marking.formula_key import make_marker
from grader.schemas.key import Key

KEY = """
id = "spellings"
[[question]]
id = "q"
kind = "formula"
points = 1
{names}
part = [{{ id = "a", points = 1, answer = "{answer}" }}]
"""


def marker(answer, names):
    (question,) = Key.model_validate(tomllib.loads(KEY.format(answer=answer, names=names))).question
    return make_marker(question)


X, CLASSES = 'numbers = ["x"]', "vectors = { p = 3 }\nindices = { i = 3, c = 3 }"
VECTORS = "vectors = { x = 3, y = 3 }"
REGRESSION = "vectors = { b = 3 }\nmatrices = { X = [4, 3] }"
STEP = 'numbers = ["w", "a", "g"]'

SPELLINGS = [
    # answer, names, right, wrong
    (
        "sign(x)",
        X,
        ["1 if x > 0, 0 if x = 0, -1 if x < 0", "1 if x > 0, -1 if x < 0", "-1 if 0 > x; 1 if x > 0"],
        ["-1 if x > 0, 0 if x = 0, 1 if x < 0", "1 if x > 0, 1 if x < 0", "-1 if 0 < x; 1 if x < 0"],
    ),
    (
        "1[x > 0]",
        X,
        ["1 if x > 0, 0 if x < 0", "{1 if x > 0; 0 otherwise", "ifelse(x > 0, 1, 0)", "IF(x>0;1;0)"],
        ["1 if x < 0, 0 if x > 0", "{0 if x > 0; 1 otherwise", "ifelse(x > 0, 0, 1)", "IF(x<0;1;0)"],
    ),
    ("2 * 1[x > 0]", X, ["2 * (x > 0 ? 1 : 0)", "x > 0 ? 2 : 0"], ["2 * (x > 0 ? 0 : 1)", "x > 1 ? 2 : 0"]),
    ("log(x)/log(2)", X, ["log(x, 2)", "ld(x)", "lb x"], ["log(x, 3)", "log(2, x)", "ld(2 x)"]),
    ("log(sum(exp(p)))", CLASSES, ["logsumexp(p)", "LSE(p)", "lse(p)"], ["logsumexp(2 p)", "exp(LSE(p))"]),
    (
        "max(0, min(1, x))",
        X,
        ["clip(x, 0, 1)", "clamp(x; 0; 1)", "MIN(MAX(x; 0); 1)"],
        ["clip(x, 0, 2)", "clamp(x; -1; 1)", "clip(0, x, 1) + 1"],
    ),
    (
        "w - a g",
        STEP,
        ["w ← w - a g", r"w \leftarrow w - a g", r"w \gets w - a g", "w <- w - a g"],
        ["w ← w + a g", r"w \leftarrow a g", "w <- w - g", "w <- -a g"],
    ),
    (
        "w g",
        STEP,
        ["w g (chain rule)", "Nach der Kettenregel: w g", "By the rule of the chain: w g (Kettenregel.)"],
        ["w + g (chain rule)", "Nach der Kettenregel: g", "w g (a)", "w g (wa)"],
    ),
    ("a g", STEP, ["∇ = a g", "∇L = a g", "∇_w L = a g"], ["∇ = g", "∇L = -a g", "∇_w L = w a g"]),
    (
        "sum(x y)",
        VECTORS,
        ["⟨x, y⟩", "<x, y>", "x'y", "⟨y, x⟩"],
        ["⟨x, 2y⟩", "2 <x, y>", "-y'x", "⟨x, y⟩^2"],
    ),
    ("X^T X b", REGRESSION, ["X'X b", "X' X b", "X'Xb"], ["X' X b + b", "2 X'Xb", "-X'X b"]),
    (
        "3 sin(2 x) + 2 x cos(2 x)",
        X,
        ["3sin2x+2xcos2x", "3sin(2x)+2xcos(2x)", "3 sin2x + 2x cos2x"],
        ["3sin2x+2xcosx", "3sinx+2xcos(2x)", "3sin2x+xcos2x", "3 sinh2x + 2x cos2x"],
    ),
    ("exp(x) log(x)", X, ["expx lnx", "exp(x)lnx", "lnx*exp(x)"], ["expx + lnx", "exp(x)ln2x"]),
    ("2 pi x", X, ["2 Pi x", "2PI*x"], ["Pi x", "2PI*x^2", "2 Pi"]),
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


@pytest.mark.parametrize(
    ("answer", "names", "text", "status"),
    [
        pytest.param(answer, names, text, status, id=f"{text}: {status}")
        for answer, names, right, wrong in SPELLINGS
        for texts, status in ((right, "correct"), (wrong, "wrong"))
        for text in texts
    ],
)
def test_spellings_are_read_as_they_are_meant(answer, names, text, status):
    assert marker(answer, names).mark("a", text).status == status


@pytest.mark.parametrize(
    ("answer", "names", "text"),
    [
        ("l d x", 'numbers = ["l", "d", "x"]', "ld x"),
        ("Pi x", 'numbers = ["Pi", "x"]', "Pi x"),
        ("s i n x", 'numbers = ["s", "i", "n", "x"]', "sinx"),
        ("delta_1 x", 'vectors = { delta = 3 }\nnumbers = ["x"]', "δ_1 x"),
        ("clip x", 'numbers = ["clip", "x"]', "clip x"),
    ],
)
def test_a_name_of_the_question_keeps_its_meaning(answer, names, text):
    assert marker(answer, names).mark("a", text).status == "correct"


@pytest.mark.parametrize(
    "text", ["1 if x > 0, 2 if x > 1", "1 if x > 0, 0 if x = 0", "sin2q", "δ_{ic} x", "x ? 1"]
)
def test_what_is_not_clear_stays_unread(text):
    assert marker("1[x > 0]", X).mark("a", text).status == "invalid"


def test_what_was_read_otherwise_is_told():
    mark = marker("3 sin(2 x)", X).mark("a", "3sin2x")
    assert "sin2x is read as sin 2x" in mark.message


def test_a_place_between_two_cases_is_told():
    mark = marker("sign(x)", X).mark("a", "1 if x > 0, -1 if x < 0")
    assert "nothing is said of x = 0; the last case is taken there" in mark.message
