"""What is said of a formula, word for word, and where; and that every part knows its place in the text."""

import re

import pytest
from test_conformance_formulas import FORMULAS, vocabulary_of
from test_notation import CHAIN, CLASSES, KRONECKER, attempt, fault, plain
from test_notation import test_every_spelling_of_one_formula as spellings
from test_notation import test_indices_sums_and_cases as sums
from test_notation import test_notation as notation

from grader.expressions import ExpressionFault
from grader.expressions.notation import (
    MAX_EXPONENT,
    MAX_NODES,
    MAX_RANGE,
    MAX_WORK,
    Vocabulary,
    read_answer,
    read_formula,
)
from grader.expressions.notation.limits import MAX_TREE_DEPTH, check_depth
from grader.expressions.notation.numerals import COMMA_INSIDE
from grader.expressions.notation.rewriting import other_readings
from grader.expressions.printing import in_brief
from grader.expressions.tokens import MAX_LENGTH
from grader.expressions.tree import Call, Infix, Minus, Name, children, walk

LINEAR = Vocabulary({"X": (3, 3), "A": (2, 3), "y": (3,), "m": (), "L": ()}, indices={"j": 3})
CONDITIONS = Vocabulary({"x": (), "m": (), "p": (4,)}, indices={"j": 4, "y": 4})
ENDS = Vocabulary(symbols=dict.fromkeys(("x", "y_gt", "y_out", "h_1", "h_2", "h_3", "h_4", "h_5"), ()))


def texts_of(test):
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return [case if isinstance(case, str) else case[0] for case in mark.args[1]]


READ = [(text, CHAIN) for test in (spellings, notation) for text in texts_of(test)]
READ += [(text, CLASSES) for text in texts_of(sums)]
READ += [(row[side], vocabulary_of(row)) for row in FORMULAS for side in ("reference", "answer")]
READ += [
    (r"\begin{cases} x & m > 1 \\ 2x & m \le 1 \end{cases} ", CONDITIONS),
    ("x, m > 1; 2x, m <= 1 ", CONDITIONS),
    (r"\begin{pmatrix} 1 & 2 \\ x & 4 \end{pmatrix}", CONDITIONS),
    ("softmax(p)_j + (p p^T)_{j1}", CONDITIONS),
    ("X^Ty + X^{T} y + X.T y + Xᵀ y + m y + y*y", LINEAR),
    ("(X + X) / m y + 2 @ y", LINEAR),
    (r"A \cdot A + A", LINEAR),
    (r"derivative(L, m) + \frac{\partial L}{\partial m} + dL/dm + \frac{dL}{dm}", LINEAR),
    (r"\sum_{k=1}^{2} \prod_{l=1}^3 p_k p_l + sum(p_k, k, 1, 2) + 1[j = y]", CONDITIONS),
    ("1½ x + ½ m + 50% + x! + |m|² + \\sqrt[3]{x} + \\frac12 m", CONDITIONS),
]


ROWS = Vocabulary({"x": (), "m": (), "p": (3,)})
PARTS = 40


def trees_of(texts):
    """Those of the texts that can be read, with their trees."""
    read = [(text, attempt(text, vocabulary)[0]) for text, vocabulary in texts]
    return [(text, reading.tree) for text, reading in read if reading]


def test_most_of_these_texts_can_be_read():
    assert len(trees_of(READ)) > 0.8 * len(READ)


@pytest.mark.parametrize("some", range(PARTS))
def test_every_part_stands_within_its_whole(some):
    """In the text as the student wrote it, without blanks around it, and never nowhere."""
    for text, tree in trees_of(READ[some::PARTS]):
        for whole in walk(tree):
            start, end = whole.span
            assert 0 <= start < end <= len(text), (text, whole)
            assert text[start:end] == text[start:end].strip(), (text, whole)
            for part in children(whole):
                assert start <= part.span[0] < part.span[1] <= end, (text, whole, part)
            if isinstance(whole, Infix) and whole.operator in "+-*@" and whole.left.span != whole.right.span:
                assert whole.left.span[1] <= whole.right.span[0], (text, whole)
        first, last = tree.span
        before = re.sub(r"\\[a-z]+|[ $`({\[\\+]", "", text[:first])
        assert not before or before[-1] in "=:,", text
        assert not text[last:].strip(" $`)]}.\\right"), text


@pytest.mark.parametrize(
    ("text", "vocabulary", "reason", "place"),
    [
        ("∂L x", CHAIN, "expected '/' and what is differentiated by, found '∂'", "∂"),
        ("∂L/x", CHAIN, "expected ∂ or d and what is differentiated by, found 'x'", "x"),
        (r"x + \cdot y", CHAIN, r"expected a number, a name or a bracket, found '\cdot'", r"\cdot"),
        ("sum_{1=k} x", CHAIN, "the index that the sum runs over is expected here", "1"),
        ("max x", CHAIN, "expected '(' and the arguments of max, found 'x'", "x"),
        ("sin()", CHAIN, "expected a number, a name or a bracket, found ')'", ")"),
        ("max(x, y", CHAIN, "expected ')' to close what began at character 4, found the end", ""),
        ("tanh_2(x)", CHAIN, "tanh takes no subscript", "2"),
        ("relu^{-1}(x)", CHAIN, "relu^-1 is not clear; write 1/relu(…)", "relu"),
        (
            r"\hat{x + y} - x",
            CHAIN,
            r"\hat over more than a letter and its indices has no meaning here",
            r"\hat{x + y}",
        ),
        (
            r"\bar{2 x}",
            CHAIN,
            r"\bar over more than a letter and its indices has no meaning here",
            r"\bar{2 x}",
        ),
        (
            r"x - \hat{}",
            CHAIN,
            r"\hat over more than a letter and its indices has no meaning here",
            r"\hat{}",
        ),
        ("sin'''''(x)", CHAIN, "sin with 5 primes has no meaning here", "sin'''''(x)"),
        ("sec'(x)", CHAIN, "the derivative of sec is not known here; write it out", "sec'(x)"),
        ("binomial(x)", CHAIN, "binomial takes 2 arguments, found 1", "binomial(x)"),
        ("f x", CHAIN, "expected '(' and the argument of the function f, found 'x'", "x"),
        ("f''", CHAIN, "expected '(' and the argument of the function f'', found the end", ""),
        ("x%y", CHAIN, "'%' is a percent sign; nothing can follow it without an operator", "%"),
        ("()", CHAIN, "an empty bracket", "()"),
        (r"\sqrt + x", CHAIN, "expected what stands under the root, found '+'", "+"),
        ("2 3", CHAIN, "two numbers side by side; write a sign between them", "3"),
        ("1e400", CHAIN, "1e400 is too large a number", "1e400"),
        ("1e-400", CHAIN, "1e-400 is too small a number", "1e-400"),
        ("1.000,5", CHAIN, COMMA_INSIDE, "1.000,5"),
        ("x_", CHAIN, "expected a subscript, found the end", ""),
        ("x_{}", CHAIN, "an empty subscript", ""),
        ("x_{in", CHAIN, "expected '}' to close what began with '{', found the end", ""),
        ("x_(in", CHAIN, "expected ')' to close the subscript, found the end", ""),
        ("x' + 1", CHAIN, "x' has a prime, but x is not a function", "x'"),
        ("f⁺(x)", CHAIN, "expected '(' and the argument of the function f, found '⁺'", "⁺"),
        ("x⁺", CHAIN, "a raised number or T is expected here", "⁺"),
        ("|x", CHAIN, "expected '|' to close the absolute value, found the end", ""),
        (r"\infty", CHAIN, "infinity is not a number that a formula can have", r"\infty"),
        (r"\mathbb{R}", CHAIN, "unknown symbol", r"\mathbb"),
        (r"\lfloor x", CHAIN, r"expected \rfloor, found the end", ""),
        (r"\begin{foo} x \end{foo} + 1", CHAIN, r"\begin{foo} is not known here", r"\begin{foo} x \end{foo}"),
        (r"\begin{cases} x & y > 1", CHAIN, r"expected \end{cases}, found the end", ""),
        (r"\begin{matrix} x \end{cases}", CHAIN, r"\end{matrix} is expected here", "{"),
        (r"\begin x", CHAIN, "expected '{' and the name of the environment, found 'x'", "x"),
        ("derivative(L)", CHAIN, "derivative takes 2 arguments, found 1", "derivative(L)"),
        ("derivative(L, 2)", CHAIN, "a derivative is by one name", "2"),
        (r"\frac{\partial L}{\partial (2x)}", CHAIN, "a derivative is by one name", "2x"),
        ("n/a", CHAIN, "this is no formula", "n/a"),
        ("x # y", CHAIN, "'#' has no meaning in a formula; write the formula alone, without a remark", "#"),
        ("&foo;", CHAIN, "unknown entity &foo;", "&foo;"),
        ("ς", CHAIN, "'ς' (greek small letter final sigma) has no meaning in a formula", "ς"),
        ("@", Vocabulary(), "expected a number, a name or a bracket, found '@'", "@"),
        ("x", Vocabulary(), "unknown name x; there are no names in this formula", "x"),
        ("qq", LINEAR, "unknown name qq; known are A, L, X, j, m, y", "qq"),
        ("x + y", ENDS, "unknown name y; did you mean y_gt or y_out?", "y"),
        ("x + yhat", ENDS, "unknown name yhat; did you mean y_gt or y_out?", "yhat"),
        ("x + h", ENDS, "unknown name h; did you mean h_1, h_2, h_3, …?", "h"),
        ("\u0007", CHAIN, "(U+0007) has no meaning in a formula", "\u0007"),
        ("x if y > 1", CHAIN, "a formula by cases needs at least two of them", "x if y > 1"),
        (
            "x if y > 1, y if y < 0",
            CHAIN,
            "it is not clear what holds otherwise; end with 'otherwise'",
            "y < 0",
        ),
        ("x; y", CHAIN, "a condition and a formula are expected in each case", "x"),
        ("y: 1; otherwise: 0", CHAIN, "a condition such as j = k is expected here", "y"),
        ("otherwise: 1; y > 0: 1; otherwise: 0", CHAIN, "'otherwise' must be the last case", "1"),
        ("I(x)", CHAIN, "a condition such as j = k is expected here", "x"),
        (
            r"\mathbb{1} x",
            CHAIN,
            "expected brackets with the condition of the indicator function, found 'x'",
            "x",
        ),
        ("sum x", CHAIN, "expected '(' and the arguments of sum, found 'x'", "x"),
        (r"\sum x", CHAIN, "expected '_' and the index that the sum runs over, found 'x'", "x"),
        ("sum(x, k, 1", CHAIN, "expected ')' to close the brackets of sum, found the end", ""),
        ("sum(x, k, 1)", CHAIN, "sum takes a term, its index, the first and the last number", "sum(x, k, 1)"),
        (
            "sum(x, 2, 1, 3)",
            CHAIN,
            "sum takes a term, its index, the first and the last number",
            "sum(x, 2, 1, 3)",
        ),
        ("sum(x, k, 1, 2.5)", CHAIN, "an index runs over whole numbers", "sum(x, k, 1, 2.5)"),
        ("sum_k x", CHAIN, "it is not clear how far k runs; write where it begins and ends", "k"),
        (r"\sum_{k=1}^{1002} x", CHAIN, "1002 terms, where at most 1000 are worked", r"\sum_{k=1}^{1002} x"),
        (
            r"\sum_{k=1}^{1000} \sum_{i=1}^{1000} x k",
            CHAIN,
            "the sums have too many terms to be worked",
            None,
        ),
        (
            "otherwise x, y if x>1",
            CHAIN,
            "it is not clear what holds otherwise; end with 'otherwise'",
            "x>1",
        ),
        (
            r"\frac{x = 2}{y}",
            CHAIN,
            "only one '=' can stand in an answer, after the name of what is given",
            "=",
        ),
        ("+".join(["(x+y+a+b+c+x+y)"] * 40), CHAIN, f"too large: more than {MAX_NODES} parts", None),
        (r"\begin{align} x", CHAIN, r"expected \end{align}, found the end", ""),
        (
            "+".join(f"q_{i}" for i in range(11)) + "".join(f", q_{i} = {i}" for i in range(11)),
            CHAIN,
            "more than 10 definitions",
            "0",
        ),
        ("x + a, f(a) = 2", CHAIN, "expected an operator or the end, found ','", ","),
        ("o_{j,y}", CLASSES, "one index is expected here, found 2", "j,y"),
        ("W_j", CLASSES, "2 indices are expected here, found 1", "j"),
        (
            "outer(W, p)",
            CLASSES,
            "outer takes two vectors, found a matrix of 2×4 and a vector of 4",
            "outer(W, p)",
        ),
        ("x + p", CLASSES, "a vector of 2 and a vector of 4 do not go together", "x + p"),
        ("X A + 1", LINEAR, "a matrix of 3×3 and a matrix of 2×3 do not go together", "X A"),
        ("1 + (X y)_{1,2}", LINEAR, "2 indices for a vector of 3", "X y)_{1,2"),
        ("[1, 2] @ [1e300, 1e300] + y^(1e9)", LINEAR, "the exponent is larger than 1000", "1e9"),
        ("x @ 2", CHAIN, "'@' multiplies vectors and matrices, not a number", "x @ 2"),
        ("s_\u200b + x", CHAIN, "expected a subscript, found '+'", "+"),  # nothing stands below
        ("1relu_\u200b", CHAIN, "expected a subscript, found the end", ""),
        ("x + {}", CHAIN, "an empty bracket", "{}"),
        ("5% 3", CHAIN, "'%' is a percent sign; nothing can follow it without an operator", "%"),
    ],
)
def test_faults_word_for_word(text, vocabulary, reason, place):
    found = fault(text, vocabulary)
    assert found.reason == reason
    assert place is None or text[slice(*found.span)] == place


@pytest.mark.parametrize(
    ("text", "vocabulary", "notes"),
    [
        (
            "1,5 + 1 000 + 1,000.5",
            CHAIN,
            ("1,5 is read as 1.5", "1 000 is read as 1000", "1,000.5 is read as 1000.5"),
        ),
        ("1½ x", CHAIN, ("1½ is read as 1.5",)),
        (
            "(a)/(b)(c)",
            CHAIN,
            ("(a)/(b)(c) is read from left to right: first the division, then the product",),
        ),
        (
            "x - (a/b(c + x))",
            CHAIN,
            ("a/b(c + x) is read from left to right: first the division, then the product",),
        ),
        (r"\sin x/2", CHAIN, (r"the argument of sin is read to end with '\sin x'",)),
        ("sin x y", CHAIN, ("the argument of sin is read to end with 'sin x y'",)),
        (r"\cos^{-1} x", CHAIN, ("cos^-1 is read as the inverse function arccos, not as 1/cos",)),
        ("s\u200dout", CHAIN, ("an invisible character inside sout was skipped",)),
        ("x + \u200b2", CHAIN, ("an invisible character was skipped",)),
        ("xy", CHAIN, ("xy is read as x·y",)),
        ("x[2]", CHAIN, ("x[2] is read as x times 2, not as a component",)),
        ("2 x[2]^2", CHAIN, ("x[2] is read as x times 2, not as a component",)),
        ("exp[x]", CHAIN, ()),
        (r"\sum_{k=1}^{2} x_k + 1", CLASSES, (r"the sum is read to end with '\sum_{k=1}^{2} x_k'",)),
        ("y y", LINEAR, ("y y is read as the dot product",)),
        (r"X \cdot X^T", LINEAR, ()),
        (r"A \cdot A", LINEAR, (r"A \cdot A is read component by component",)),
        ("m + j sum_j y_j", LINEAR, ("j under the sum runs over all its values, whatever j is outside",)),
        ("f'(x) f_2(y)", CHAIN, ()),
    ],
)
def test_notes_word_for_word(text, vocabulary, notes):
    assert read_formula(text, vocabulary).notes == notes


@pytest.mark.parametrize(
    ("text", "vocabulary", "meant"),
    [
        (r"\log^2_3 x", CHAIN, "(log(x)/log(3))^2"),
        (r"\log^{2}_{3}(x)", CHAIN, "(log(x)/log(3))^2"),
        ("𝝏L/𝝏z_2", CHAIN, "derivative(L, z_2)"),
        (r"\mathrm{\theta} x", CHAIN, "theta*x"),
        (r"\mathbf{\delta}_{out}", CHAIN, "delta_out"),
        ("L = x ⇒ y", CHAIN, "y"),
        ("x ∴ y", CHAIN, "y"),
        (r"L = x \implies L = 2y", CHAIN, "2*y"),
        ("L = x, therefore L = 2y", CHAIN, "2*y"),
        ("dL/dW_2: x", CHAIN, "x"),
        ("1(x=y)", CHAIN, "(x == y)"),
        (r"x \, 1_{x = y}", CHAIN, "x*(x == y)"),
        (r"\sin'(x)", CHAIN, "sin'(x)"),
        (r"\mathbb{I}_{x = y} + \mathbb{l}(x > y)", CHAIN, "(x == y) + (x > y)"),
        (r"\sum_{k=1}^{2} xk", CHAIN, "sum(x*k, k, 1, 2)"),
        ("2pix", CHAIN, "2*(pi*x)"),
        ("sin x (y)", CHAIN, "sin(x)*y"),
        ("L = x, hence, L = 2y", CHAIN, "2*y"),
        (
            r"\begin{cases} x \text{ if } y > 1 \\ a \text{ otherwise} \end{cases}",
            CHAIN,
            "where(y > 1, x, a)",
        ),
        ("x W", CLASSES, "x@W"),
        (r"\begin{pmatrix} x & m & x \\ m & x & m \end{pmatrix} p", ROWS, "[[x, m, x], [m, x, m]]@p"),
        ("W q^T", CLASSES, "W@q"),
        ("x^T W", CLASSES, "x@W"),
        ("2 + 1(x = y) z_2", CHAIN, "2 + (x == y)*z_2"),
        ("a(x > y)", CHAIN, "a*(x > y)"),
        (r"\frac1234", CHAIN, "1/2*34"),
        ("W_{j1}", CLASSES, "W_{j, 1}"),
        ("W_{2,3}", CLASSES, "W_{2, 3}"),
        ("W_{1.2}", CLASSES, "W_{1, 2}"),
        ("outer(x, p)", CLASSES, "outer(x, p)"),
        ("1[1 < j < 4]", CONDITIONS, "(1 < j)*(j < 4)"),
        (r"\mathbb{1}\{1 < j < 4\}", CONDITIONS, "(1 < j)*(j < 4)"),
        ("1 < j < 4: x; otherwise: m", CONDITIONS, "where((1 < j)*(j < 4), x, m)"),
        ("2 @ y + m @ y + y @ m", LINEAR, "2*y + m*y + y*m"),
        ("X^Ty", LINEAR, "transpose(X)@y"),
        ("X^TX y", LINEAR, "transpose(X)@X@y"),
        ("X^{T}y", LINEAR, "transpose(X)@y"),
        (r"X^{\top}y", LINEAR, "transpose(X)@y"),
        (r"\delta_{jk} + 1", KRONECKER, "(j == k) + 1"),
    ],
)
def test_meanings(text, vocabulary, meant):
    assert plain(text, vocabulary) == meant


def test_a_word_behind_a_power_is_a_transposition_only_with_factors_of_the_question():
    assert "unknown name T" in fault("X^{T y}", LINEAR).reason
    assert "unknown name Tq" in fault("X^Tq", LINEAR).reason
    assert "unknown name T2" in fault("X^T2", LINEAR).reason
    own = Vocabulary({"X": (3, 3), "T": (), "Ty": (), "y": (3,)})
    assert plain("X^Ty", own) == "X^Ty"
    assert plain("X^T", own) == "X^T"


def test_the_answer_of_several_statements_is_what_has_no_name_or_that_of_the_derivative():
    def answer(text):
        return str(read_answer(text, CHAIN))

    assert answer("x + a, where a = 2 y") == "x + 2*y"
    assert answer("a = 2 y, x + a") == "x + 2*y"
    assert answer("a = 2 y, dL/dx = a + 1") == "2*y + 1"
    assert answer("dL/dx = a + 1, a = 2 y") == "2*y + 1"
    assert answer("b = a + 1, a = 2 y") == "2*y + 1"


def test_definitions_that_grow_too_large_are_refused():
    doubling = ", ".join(f"q_{i + 1} = q_{i} q_{i}" for i in range(9))
    found = fault(f"q_9, q_0 = x + y, {doubling}", Vocabulary({"x": (), "y": ()}))
    assert found.reason == f"too large: more than {MAX_NODES} parts"


def test_other_readings_say_what_they_changed():
    layers = Vocabulary({"delta": (5,), "z": (5,)}, indices={"k": 5})
    ((text, note), *_) = other_readings("delta_k*z_k-1 + z_k-2", layers)
    assert text == "delta_k*z_{k-1} + z_{k-2}"
    assert note == "z_k-1 is read as z_{k-1}; z_k-2 is read as z_{k-2}"
    assert not list(other_readings("delta_k*z_k-1", CHAIN))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("z[1] + A[1, 2]", "z_{1} + A_{1,2}"),
        ("z[1] + A[1, 0]", "z_{2} + A_{2,1}"),  # with a 0 among them they count from 0
        ("z[4] - y[4]", "z_{4} - y[4]"),  # y is a number
        ("z [x]", None),
    ],
)
def test_components_as_programs_pick_them_are_another_reading(text, read):
    vocabulary = Vocabulary({"z": (5,), "A": (2, 3), "x": (), "y": ()})
    assert [other for other, _ in other_readings(text, vocabulary)] == ([read] if read else [])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("(x, y)", "[x, y]"),
        ("x(y, 2x)", "x*[y, 2*x]"),
        (r"2 \left(x, y + 1\right)", "2*[x, y + 1]"),
        ("(p, x)", None),
        ("g(x, y)", None),  # would be a function
    ],
)
def test_round_brackets_hold_vectors(text, meant):
    vocabulary = Vocabulary({"x": (), "y": (), "z": (2,)})
    if meant is None:
        assert fault(text, vocabulary)
    else:
        assert plain(text, vocabulary) == plain(meant, vocabulary)


@pytest.mark.parametrize(
    ("text", "vocabulary", "shown"),
    [
        ("p_j - 1[j = y]", CLASSES, "p_j - 1[j == y]"),
        ("m*(p_j > m)", CLASSES, "m*1[p_j > m]"),
        ("2(x>y) + 1(x=y)", CHAIN, "2*1[x > y] + 1[x == y]"),
        (r"m \sum_{k \ne y} p_k m", CLASSES, "m*(sum_{k != y} p_k*m)"),
        (r"\sum_k p_k^2 + 1", CLASSES, "sum_{k} p_k^2 + 1"),
        (r"\prod_{k=1}^{2} p_k", CLASSES, "product_{k=1}^{2} p_k"),
        ("W_{1j}", CLASSES, "W_{1, j}"),
        ("x/(y a) b^(a c)^2", CHAIN, "x/(y*a)*b^(a*c)^2"),
        ("(-x)^2 - (a - b)", CHAIN, "(-x)^2 - (a - b)"),
    ],
)
def test_formulas_in_brief(text, vocabulary, shown):
    assert in_brief(read_formula(text, vocabulary).tree) == shown


def test_derivatives_have_the_shapes_of_both_sides():
    assert plain("derivative(X y, y) + X", LINEAR) == "derivative(X@y, y) + X"
    assert "matrix of 3×3 and a matrix of 2×3" in fault("derivative(X y, y) + A", LINEAR).reason
    assert "vector of 3 and a matrix of 3×3" in fault("derivative(m, y) + X", LINEAR).reason
    assert plain("derivative(X y, y) y", LINEAR) == "derivative(X@y, y)@y"
    assert plain("derivative(X y, y)_{1, 2}", LINEAR) == "derivative(X@y, y)_{1, 2}"
    assert "1 index for a matrix of 3×3" in fault("derivative(X y, y)_1", LINEAR).reason
    assert "1 index for a number" in fault("derivative(m, L)_1", LINEAR).reason
    assert "number" in fault("2 @ 3", CHAIN).reason


def test_every_part_under_a_sum_counts_as_often_as_it_is_worked():
    """A thousand times five parts may be worked, but not six; a product of two names is three."""
    assert MAX_WORK == 5 * MAX_RANGE
    few = rf"\sum_{{k=1}}^{{{MAX_RANGE - 1}}} x k"
    assert read_formula(few, CHAIN)
    assert "too many terms" in fault(few + " y a", CHAIN).reason
    assert read_formula(few.replace("\\sum", "x + \\sum"), CHAIN)


@pytest.mark.parametrize(
    ("letter", "like"), list(zip("еаосрхуКіјɑ\u212a", [*"eaocpxyKij", "a or alpha", "K"], strict=True))
)
def test_letters_of_other_alphabets_are_told_by_what_they_look_like(letter, like):
    assert fault(f"1 + {letter}").reason.endswith(f"; it looks like {like} but is another letter")


POWERS = ["2", "10", "-2", "a", "-a", "0.5", "-0.5"]


@pytest.mark.parametrize("function", ["sin", "log", "tanh", r"\cos"])
@pytest.mark.parametrize("power", POWERS)
def test_a_power_of_a_function_needs_no_braces(function, power):
    """And is that of its value: sin^-a(x) is sin(x)^(-a)."""
    behind = plain(f"({function}(x))^{{{power}}}")
    for argument in ("(x)", " x", r"\left(x\right)"):
        assert plain(f"{function}^{{{power}}}{argument}") == behind
        assert plain(f"{function}^{power}{argument}") == behind


def test_the_power_of_a_function_ends_where_its_argument_begins():
    assert plain("sin^2 100") == "sin(100)^2"
    assert plain("sin^-1 000") == plain("arcsin(000)")
    minus = read_formula("2 + sin^-a(x)", CHAIN).tree.right.right
    assert minus.span == (8, 10)


TENS = "*".join(["(" + "+".join(["x"] * 10) + ")"] * 24 + ["(" + "+".join(["x"] * 9) + ")"])
# 249 names and 248 signs between them; *-x makes 500 of the 497.


@pytest.mark.parametrize(
    ("text", "longer", "words"),
    [
        ("x".ljust(MAX_LENGTH), "x".ljust(MAX_LENGTH + 1), "too long: 2001 characters"),
        (TENS + "*-x", TENS + "*--x", f"more than {MAX_NODES} parts"),
        (f"x^{MAX_EXPONENT}", f"x^{MAX_EXPONENT + 1}", f"the exponent is larger than {MAX_EXPONENT}"),
        (f"x^-{MAX_EXPONENT}", f"x^-{MAX_EXPONENT + 1}", f"the exponent is larger than {MAX_EXPONENT}"),
        ("exp(709) x", "exp(710) x", "not a finite real number"),
    ],
    ids=["length", "parts", "exponent", "negative exponent", "the largest double is exp(709.78)"],
)
def test_limits_of_formulas_are_exact(text, longer, words):
    read_formula(text, CHAIN)
    assert words in fault(longer).reason


def chain(depth):
    """Return a tree so deep, and with one node more."""
    tree = Name("x")
    for _ in range(depth):
        tree = Minus(tree)
    return tree


def wide(count):
    """Return a flat tree of so many nodes."""
    return Call("max", 0, (Name("x"),) * (count - 1))


def test_a_tree_that_no_function_may_walk_through_is_refused_at_a_bound():
    for fits, too_large in (
        (chain(MAX_TREE_DEPTH), chain(MAX_TREE_DEPTH + 1)),
        (wide(2 * MAX_NODES), wide(2 * MAX_NODES + 1)),
    ):
        check_depth(fits, "")
        with pytest.raises(ExpressionFault, match=f"more than {MAX_NODES} parts"):
            check_depth(too_large, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 000 a", "1000*a"),
        ("12 345 678", "12345678"),
        ("1 000", "1000"),
        ("x + 1 000", "x + 1000"),
        ("1 234.5 x", "1234.5*x"),
        ("12 345.", "12345"),
        ("1,5", "1.5"),
        ("1,234.5", "1234.5"),
        ("1{,}5", "1.5"),
    ],
)
def test_digits_in_groups_are_one_number(text, meant):
    assert plain(text) == meant


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("1 2", "2"),
        ("1 00", "00"),
        ("1 000 5", "5"),
        ("x + 1 000 000 5000", "5000"),
        ("1234 567", "567"),
        ("1 0000", "0000"),
        ("0.5 000", "000"),
        ("1 000.5 000", "000.5"),
    ],
)
def test_numbers_that_are_no_groups_of_three_stay_two_numbers(text, second):
    found = fault(text)
    assert "two numbers side by side" in found.reason
    assert text[slice(*found.span)] == second


@pytest.mark.parametrize(
    ("together", "apart"), [("12", "1,2"), ("1 2", "1,2"), ("j1", "j,1"), ("1j", "1,j"), ("j 2", "j,2")]
)
def test_indices_may_stand_together(together, apart):
    assert plain(f"W_{{{together}}}", CLASSES) == plain(f"W_{{{apart}}}", CLASSES)


@pytest.mark.parametrize("word", ["log^", "sin^-", r"\sin^", "f_3'^", "sqrt√", "∂L/∂", "-", "x^", "log_"])
def test_what_is_repeated_without_an_end_is_a_fault_and_not_ours(word):
    with pytest.raises(ExpressionFault):
        read_formula(word * (MAX_LENGTH // len(word)), CHAIN)
