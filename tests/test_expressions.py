"""The language of keys: grammar, faults, shapes and real arithmetic, each against an oracle of its own.

The oracles: Python's own parser and NumPy's own broadcasting (`python_value`), mpmath with 40 digits for the
functions and their derivatives, einsum for products, and plain loops for what moves components around.
"""

import builtins
import dataclasses
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.expressions import (
    CONSTANTS,
    ExpressionFault,
    Real,
    evaluate,
    functions_in,
    in_words,
    infer,
    known_functions,
    names_in,
    parse,
    point_at,
    substitute,
    walk,
)
from grader.expressions import tokens as tokens_module
from grader.expressions.grammar import MAX_DEPTH, MAX_OPERATIONS
from grader.expressions.tokens import MAX_LENGTH, MAX_TOKENS
from grader.expressions.tree import Bracket, Call, Infix, Minus, Name, Number, Repeat

quick = settings(max_examples=150, deadline=None, derandomize=True)


def arrays(values):
    return {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}


def real(text, leading=0, **values):
    """Work a text with real numbers."""
    return evaluate(parse(text), arrays(values), Real(leading))


def shape_of(text, **shapes):
    return infer(parse(text), shapes, text)


def fault_of(text, **shapes):
    """Return the fault that a text must have, read or checked with the shapes of its names."""
    with pytest.raises(ExpressionFault) as raised:
        shape_of(text, **shapes)
    return raised.value


# --- grammar -------------------------------------------------------------------------------------------


def extreme(choose):
    return lambda *a: choose.reduce(a[0].ravel()) if len(a) == 1 else reduce(choose, a)


def python_softmax(a):
    return 1.0 / np.exp(a[..., None, :] - a[..., :, None]).sum(axis=-1)


# What Python calls with these names when it works the same text. NumPy's own functions wherever there is one.
PYTHON = {
    "F": np.float64,
    "array": np.array,
    "relu": lambda x: np.clip(x, 0.0, None),
    "tanh": np.tanh,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "abs": np.abs,
    "floor": np.floor,
    "norm": lambda a: np.linalg.norm(a.ravel()) if np.ndim(a) else np.abs(a),
    "dot": np.dot,
    "sum": np.sum,
    "mean": np.mean,
    "max": extreme(np.maximum),
    "min": extreme(np.minimum),
    "row_sums": lambda a: np.einsum("ij->i", a),
    "column_sums": lambda a: np.einsum("ij->j", a),
    "outer": np.outer,
    "transpose": np.transpose,
    "column": lambda a: a.reshape(-1, 1),
    "row": lambda a: a.reshape(1, -1),
    "diag": np.diag,
    "inv": np.linalg.inv,
    "softmax": python_softmax,
    "log_softmax": lambda a: np.log(python_softmax(a)),
    "where": np.where,
}


def python_value(text, names):
    """Let Python's parser and NumPy's broadcasting work a text: the oracle for grammar and shapes."""
    source = re.sub(r"(?<![\w.])(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", r"F(\g<0>)", text)
    source = source.replace("^", "**").replace("[", "array([").replace("]", "])")
    with np.errstate(all="ignore"):
        return eval(source, {"__builtins__": {}}, PYTHON | arrays(names))


VALUES = {"a": 1.5, "b": 2.25, "c": 0.75, "x": 3.0}
MATRICES = {"u": [1.0, -2.0], "K": [[1.0, 2.0], [3.0, 5.0]], "J": [[0.5, -1.0], [2.0, 4.0]]}


@pytest.mark.parametrize(
    "text",
    [
        *("2^3^2", "(2^3)^2", "2**3**2", "-x^2", "(-x)^2", "2^-2", "2^-x^2", "-2^-2", "x^-1*a", "2*x^2"),
        *("a-b-c", "a-(b-c)", "a-b+c", "a/b/c", "a/(b/c)", "a/b*c", "a*b/c", "a/(b*c)", "a*b^2/c"),
        *("+a", "-+-a", "a--b", "a*-b", "a/-b", "-a*b", "-a-b", "-a^b", "a^+b", "- - a", "+a+b", "(-a)^-2*c"),
        *("a+b*c", "(a+b)*c", "((a))", "a*(b+c)*x", "a^b^c*x", "a^(b+c)^2", "a+b-c*x/2^2"),
        *("a<b", "a>=b", "a+b<c*x", "a==b", "a!=b", "a*2 <= x", "1.5 == a", "-a < b", "a^2 > b", "(a<b)*c"),
        *(".5 + 5. + 1e-1 + 2E+1 + 1e2", "1.25e0 - 10", "0 - .5e1"),
    ],
)
def test_precedence_is_pythons(text):
    assert real(text, **VALUES) == pytest.approx(float(python_value(text, VALUES)), rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        *("u @ K @ J", "K @ J @ u", "K @ (J @ u)", "2*u @ K", "u @ K*2", "u - u @ K", "-u @ K", "u @ -K"),
        *("K @ J^2", "u^2 @ K", "K*J @ K", "K @ J * K", "K / J @ K", "u @ K == K @ u", "[a, b] @ K - [c, x]"),
    ],
)
def test_precedence_of_products_is_pythons(text):
    names = VALUES | MATRICES
    np.testing.assert_allclose(real(text, **names), python_value(text, names), rtol=1e-14)


operands = st.sampled_from(["a", "b", "c", "x", "2", "0.5", "1e-1"])
scalar_texts = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds("{}{}{}".format, inner, st.sampled_from(["+", " - ", "-", "*", " / ", "^"]), inner),
        st.builds("{}{}".format, st.sampled_from("+-"), inner),
        st.builds("( {})".format, inner),
    ),
    max_leaves=12,
)


@quick
@given(scalar_texts)
def test_any_text_means_what_it_means_in_python(text):
    expected = python_value(text, VALUES)
    assume(np.isfinite(expected) and abs(expected) < 1e9)
    assert float(real(text, **VALUES)) == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


@quick
@given(scalar_texts)
def test_every_span_holds_its_own_node(text):
    for node in walk(parse(text)):
        start, end = node.span
        assert parse(text[start:end]) == node


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1.50", Number(1.5)),
        ("s_out", Name("s_out")),
        ("Delta_w_1x", Name("Delta_w_1x")),
        ("-a", Minus(Name("a"))),
        ("+a", Name("a")),
        ("a @ b", Infix("@", Name("a"), Name("b"))),
        ("a**b", Infix("^", Name("a"), Name("b"))),
        ("f()", Call("f", 0, ())),
        ("f''(a, 1)", Call("f", 2, (Name("a"), Number(1.0)))),
        ("f '(a)", Call("f", 1, (Name("a"),))),
        ("[1, a]", Bracket((Number(1.0), Name("a")))),
        ("[[1], [a]]", Bracket((Bracket((Number(1.0),)), Bracket((Name("a"),))))),
        ("\n a\t+\N{NO-BREAK SPACE}b ", Infix("+", Name("a"), Name("b"))),
    ],
)
def test_text_to_tree(text, tree):
    assert parse(text) == tree


A_NUMBER = "expected a number, a name or a bracket, found "
AN_OPERATOR = "expected an operator or the end, found "


@pytest.mark.parametrize(
    ("text", "span", "reason"),
    [
        ("", (0, 0), A_NUMBER + "the end"),
        ("  ", (2, 2), A_NUMBER + "the end"),
        ("1 +", (3, 3), A_NUMBER + "the end"),
        ("* 2", (0, 1), A_NUMBER + "'*'"),
        ("a + * b", (4, 5), A_NUMBER + "'*'"),
        ("2 ^ )", (4, 5), A_NUMBER + "')'"),
        ("[1, ]", (4, 5), A_NUMBER + "']'"),
        ("f(,1)", (2, 3), A_NUMBER + "','"),
        ("()", (1, 2), A_NUMBER + "')'"),
        ("'x'", (0, 1), A_NUMBER),
        ("2x", (1, 2), AN_OPERATOR + "'x'"),
        ("a b", (2, 3), AN_OPERATOR + "'b'"),
        ("1 2", (2, 3), AN_OPERATOR + "'2'"),
        ("0x10", (1, 4), AN_OPERATOR + "'x10'"),
        ("1.2.3", (3, 5), AN_OPERATOR + "'.3'"),
        ("2e", (1, 2), AN_OPERATOR + "'e'"),
        ("a)", (1, 2), AN_OPERATOR + "')'"),
        ("a, b", (1, 2), AN_OPERATOR + "','"),
        ("(a)(b)", (3, 4), AN_OPERATOR + "'('"),
        ("2'", (1, 2), AN_OPERATOR),
        ("(1 + 2", (6, 6), "expected ')' to close what began at character 1, found the end"),
        ("a * (b]", (6, 7), "expected ')' to close what began at character 5, found ']'"),
        ("a + [1, 2)", (9, 10), "expected ']' to close what began at character 5, found ')'"),
        ("2 * f(1, 2", (10, 10), "expected ')' to close what began at character 5, found the end"),
        ("(a, b)", (2, 3), "expected ')'"),
        ("f'", (2, 2), "expected '(' after a function with a prime, found the end"),
        ("f' + 1", (3, 4), "expected '(' after a function with a prime, found '+'"),
        ("a + []", (4, 6), "an empty bracket"),
        ("a + 1e999", (4, 9), "1e999 is too large a number"),
        ("a ? b", (2, 3), "unexpected character '?'"),
        ("a = b", (2, 3), "unexpected character '='"),
        ("a.b", (1, 2), "unexpected character '.'"),
        (
            "np.sqrt(x)",
            (2, 3),
            "unexpected character '.'; functions and constants stand alone, as in sqrt(x)",
        ),
        ("(x + 1).T", (7, 8), "unexpected character '.'"),
        ("x_", (1, 2), "unexpected character '_'"),
        ("a__b", (1, 2), "unexpected character '_'"),
        ("1_000", (1, 2), "unexpected character '_'"),
        ("a − b", (2, 3), "unexpected character '−'; write -"),
        ("a \0", (2, 3), r"unexpected character '\x00'"),
        ("٣", (0, 1), "unexpected character '٣'"),
        ("2*é", (2, 3), "unexpected character 'é'; a name has only the letters a to z, digits and '_'"),
    ],
)
def test_faults_say_where_and_why(text, span, reason):
    with pytest.raises(ExpressionFault) as raised:
        parse(text)
    fault = raised.value
    assert (fault.text, fault.span) == (text, span)
    assert fault.reason.startswith(reason)


# --- limits --------------------------------------------------------------------------------------------


def repeated(text, between, count):
    return between.join([text] * count)


@pytest.mark.parametrize(
    ("text", "longer", "reason"),
    [
        ("1".rjust(MAX_LENGTH), "1".rjust(MAX_LENGTH + 1), "too long: 2001 characters, where at most 2000"),
        (
            f"f({repeated('1', ',', MAX_TOKENS // 2 - 1)})",  # f ( 1 , ... 1 ): two for each number, and one
            f"f({repeated('1', ',', MAX_TOKENS // 2)})",
            "too long: more than 1000 symbols",
        ),
        ("(" * 49 + "1" + ")" * 49, "(" * 50 + "1" + ")" * 50, "nested deeper than 50"),
        ("-" * 49 + "1", "-" * 50 + "1", "nested deeper than 50"),
        (repeated("1", "^", 50), repeated("1", "^", 51), "nested deeper than 50"),
        (repeated("1", "+", 151), repeated("1", "+", 152), "too long: more than 150 operations"),
        (
            f"[{repeated('1*1', ',', 150)}]",
            f"[{repeated('1*1', ',', 151)}]",
            "too long: more than 150 operations",
        ),
    ],
    ids=["length", "symbols", "brackets", "signs", "powers", "chain", "operations in all"],
)
def test_limits_are_exact(text, longer, reason):
    parse(text)
    with pytest.raises(ExpressionFault, match=reason):
        parse(longer)


def test_limits_are_those_that_are_written_down():
    assert (MAX_LENGTH, MAX_TOKENS, MAX_DEPTH, MAX_OPERATIONS) == (2000, 1000, 50, 150)


def test_length_is_counted_before_a_text_is_looked_at(monkeypatch):
    monkeypatch.setattr(tokens_module, "_TOKEN", None)
    with pytest.raises(ExpressionFault, match="too long") as raised:
        parse("?" * 10_000_000)
    assert len(raised.value.text) == MAX_LENGTH


def test_symbols_are_counted_before_the_rest_is_read():
    with pytest.raises(ExpressionFault, match="more than 1000 symbols") as raised:
        parse("+" * (MAX_TOKENS + 1) + "?")
    assert raised.value.span == (MAX_TOKENS, MAX_TOKENS + 1)


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 2000, "[" * 999, "-" * 2000, "+" * 999, "f(" * 499, "2^" * 499 + "2", "x" + "'" * 999),
        *("a+" * 499 + "a", "1<" * 400 + "1", "9" * 400, "1e" + "9" * 1000, "[" * 400 + "]" * 400),
        *("__import__('os').system('true')", "x.__class__", "(lambda: 0)()", "exec('1')", "x if x else x"),
        *(
            "{}",
            "f'{x}'",
            "a; b",
            "a := 1",
            "`x`",
            "x[]",
            "x[:2]",
            "x[0",
            "not x",
            "*x",
            "f(*x)",
            "f(x=1)",
            "\\x",
            "#",
            "\x1b[31m",
        ),
    ],
)
def test_hostile_texts_are_faults(text):
    with pytest.raises(ExpressionFault) as raised:
        parse(text)
    start, end = raised.value.span
    assert 0 <= start <= end <= len(raised.value.text) <= MAX_LENGTH


@pytest.mark.parametrize(
    "text", ["exec", "eval(1)", "open", "quit()", "import + 1", "os", "print(x)", "None"]
)
def test_words_of_python_are_only_unknown_names(text, monkeypatch):
    def called(*_):
        raise AssertionError

    for name in ("eval", "exec", "compile", "open"):
        monkeypatch.setattr(builtins, name, called)
    assert fault_of(text, x=()).reason.startswith("unknown ")


def test_the_largest_tree_can_be_worked_also_inside_another():
    chain = repeated("x", "+", MAX_OPERATIONS + 1)
    for _ in range(MAX_DEPTH - 2):
        chain = f"abs({chain})"
    once = parse(chain)
    twice = substitute(once, {"x": parse(chain.replace("x", "y"))})
    assert infer(twice, {"y": ()}, chain) == ()
    assert evaluate(twice, {"y": np.array(1.0)}, Real()) == (MAX_OPERATIONS + 1) ** 2
    assert names_in(twice) == {"y"}
    parse.cache_clear()
    assert parse(chain) == once
    assert hash(parse(chain)) == hash(once)
    assert repr(once).count("Infix") == MAX_OPERATIONS


soup = st.lists(
    st.sampled_from(
        [*"+-*/^@<>()[],'", "<=", "==", "**", "1", ".5", "u", "K", "s", "sum", "exp", "max", " "]
    ),
    max_size=25,
).map("".join)


@quick
@given(soup)
def test_any_soup_is_a_fault_or_can_be_worked(text):
    shapes = {"s": (), "u": (2,), "K": (2, 2)}
    try:
        shape = shape_of(text, **shapes)
    except ExpressionFault:
        start, end = fault_of(text, **shapes).span
        assert 0 <= start <= end <= len(text)
    else:
        assert real(text, **{name: np.ones(own) for name, own in shapes.items()}).shape == shape


# --- the tree ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1", "a", "-a", "a + b", "f(a)", "[a]"])
def test_trees_are_frozen(text):
    tree = parse(text)
    for name in (field.name for field in dataclasses.fields(tree)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(tree, name, None)
    assert not hasattr(tree, "__dict__")


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("a + b*c", "  (a) + (b * c)", "(a + b)*c"),
        ("2.0", "(2)", "2.1"),
        ("f'(x)", " f ' ( x ) ", "f(x)"),
        ("[a, b]", "[ a,(b) ]", "[b, a]"),
        ("a^b", "a ** b", "a*b"),
        ("-a", "-(a)", "a"),
        ("a - b - c", "(a - b) - c", "a - (b - c)"),
    ],
)
def test_trees_are_equal_by_structure(text, same, other):
    assert parse(text) == parse(same)
    assert hash(parse(text)) == hash(parse(same))
    assert parse(text) != parse(other)


@pytest.mark.parametrize(
    ("text", "names", "functions"),
    [
        ("1 + 2", "", ""),
        ("a + b*a", "a b", ""),
        ("f(a, g'(b))", "a b", "f g"),
        ("f(f)", "f", "f"),
        ("[x, -[y]]^z @ pi", "x y z pi", ""),
    ],
)
def test_names_and_functions_in_a_tree(text, names, functions):
    assert names_in(parse(text)) == set(names.split())
    assert functions_in(parse(text)) == set(functions.split())


@pytest.mark.parametrize(
    ("text", "meanings", "result"),
    [
        ("a + b", {"a": "x*y"}, "(x*y) + b"),
        ("a*b", {"a": "x + y", "b": "-z"}, "(x + y)*(-z)"),
        ("a - b", {"a": "b", "b": "a"}, "b - a"),  # at once, not one after the other
        ("a", {"a": "a + 1"}, "a + 1"),
        ("f(s)", {"f": "tanh"}, "tanh(s)"),
        ("f'(s) * f(s)", {"f": "relu", "s": "2*f"}, "relu'(2*f) * relu(2*f)"),
        ("f(f)", {"f": "g"}, "g(g)"),
        ("g(f, [f])", {"f": "h(x)"}, "g(h(x), [h(x)])"),
        ("f(a)", {"f": "2*x"}, "f(a)"),  # only another name can stand for a function
        ("-a^a", {"a": "b"}, "-b^b"),
        ("a + b", {}, "a + b"),
        ("a_1 + a", {"a": "b"}, "a_1 + b"),
    ],
)
def test_substitute(text, meanings, result):
    meanings = {name: parse(meaning) for name, meaning in meanings.items()}
    assert substitute(parse(text), meanings) == parse(result)


def test_the_index_of_a_sum_is_its_own():
    """Of a sum of k·x from m to n, all but k can be put in; what is put in beside it may have a k."""
    k, m, n, x, two = *map(Name, "kmnx"), Number(2.0)
    tree = Infix("+", k, Repeat("+", "k", m, n, Infix("*", k, x)))
    assert names_in(tree) == {"k", "m", "n", "x"}
    assert names_in(tree.right) == {"m", "n", "x"}
    assert substitute(tree, {"k": two, "m": two, "x": n}) == Infix(
        "+", two, Repeat("+", "k", two, n, Infix("*", k, n))
    )
    assert substitute(tree.right, {"n": two}) == Repeat("+", "k", m, two, Infix("*", k, x))


def test_what_is_put_in_stands_where_the_name_stood():
    host = "1 + long_name * f(x)"
    tree = substitute(parse(host), {"long_name": parse("sum([p, q^2])"), "f": parse("tanh")})
    inserted = {"sum", "p", "q", "tanh"}
    for node in walk(tree):
        start, end = node.span
        if inserted & {node.name if isinstance(node, Name) else getattr(node, "function", "")}:
            assert host[start:end] in ("long_name", "f(x)")
    assert {host[slice(*node.span)] for node in walk(tree)} == {
        host,
        "1",
        "long_name * f(x)",
        "long_name",
        "f(x)",
        "x",
    }


def test_a_misfit_in_what_is_put_in_points_into_the_host():
    host = "2 * back * u"
    tree = substitute(parse(host), {"back": parse("u @ v")})
    with pytest.raises(ExpressionFault) as raised:
        infer(tree, {"u": (2,), "v": (3,)}, host)
    assert str(raised.value).splitlines()[1:] == ["    2 * back * u", "        ^^^^"]


# --- shapes --------------------------------------------------------------------------------------------

SHAPES = {"s": (), "u": (2,), "v": (3,), "K": (2, 2), "M": (2, 3), "N": (3, 2), "L": (3, 3)}
OTHER = {"t": (), "a": (2,), "b": (3,)}


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        ("1; pi; e; s; -s; s + 1; s^s; s < 1; tanh(s); relu'(s); sum(s); max(s); norm(s); max(s, 2)", ()),
        ("u @ u; v @ v; sum(u); sum(M); mean(M); max(M); min(v); norm(v); norm(M); dot(u, u); u @ M @ v", ()),
        (
            "u; -u; u + 1; 1 + u; u*s; u^2; 2^u; u/u; u < s; exp(u); tanh'(u); u @ K; K @ u; M @ v; v @ N",
            (2,),
        ),
        ("row_sums(M); column_sums(N); softmax(u); [1, s]; [s, s]; [sum(u), u @ u]; transpose(u)", (2,)),
        (
            "where(u > 0, 1, s); where(s, u, 1); max(u, 0); min(1, s, u); leaky_relu'(u); square(u); tan(u)",
            (2,),
        ),
        ("M; M*2; M + v; v + M; M + column(u); row(v) + column(u); M == 1; M @ L; K @ M; softmax(M)", (2, 3)),
        ("log_softmax(M); log_softmax(v + M)", (2, 3)),
        (
            "outer(u, v); transpose(N); [v, v]; [v, 2*v]; where(M > 0, v, s); column(u) @ row(v); M + row(v)",
            (2, 3),
        ),
        ("[[1, 2, 3], v]; max(M, v); M^2; sqrt(M); relu'(M); K @ outer(u, v)", (2, 3)),
        ("diag(u); K @ K; outer(u, u); M @ N; transpose(K); [u, u]; K + u; column(u) + u", (2, 2)),
        ("column(u); M @ column(v); transpose(row(u)); [[1], [s]]", (2, 1)),
        ("row(u); [u]; [[1, 2]]; transpose(column(u)); row(v) @ N", (1, 2)),
        ("row(u) @ column(u)", (1, 1)),
    ],
)
@pytest.mark.parametrize("leading", [0, 1, 2])
def test_shapes(texts, shape, leading):
    lead = (4, 5)[:leading]
    names = {name: np.ones(lead + own) for name, own in SHAPES.items()}
    for text in texts.split("; "):
        assert shape_of(text, **SHAPES) == shape, text
        worked = real(text, leading, **names)
        assert worked.shape[leading:] == shape, text
        np.broadcast_to(worked, lead + shape)


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("1 + q * 2", "q", "unknown name q"),
        ("alpa * 2", "alpa", "unknown name alpa; did you mean alpha?"),
        ("1 + tanh * 2", "tanh", "the function tanh lacks its arguments"),
        ("2 * sigmiod(s)", "sigmiod(s)", "unknown function sigmiod; did you mean sigmoid?"),
        ("s(2)", "s(2)", "unknown function s"),
        ("1 + u*v", "u*v", "a vector of 2 and a vector of 3 do not go together"),
        ("M + u", "M + u", "a matrix of 2×3 and a vector of 2 do not go together"),
        ("s * (M - N)", "(M - N)", "a matrix of 2×3 and a matrix of 3×2 do not go together"),
        ("u ^ v", "u ^ v", "do not go together"),
        ("u < v", "u < v", "do not go together"),
        ("s + M @ u", "M @ u", "a matrix of 2×3 @ a vector of 2: 3 columns meet 2 rows"),
        ("u @ v", "u @ v", "a vector of 2 @ a vector of 3: 2 columns meet 3 rows"),
        ("s @ u", "s @ u", "'@' multiplies vectors and matrices, not a number"),
        ("u @ 2 + 1", "u @ 2", "'@' multiplies vectors and matrices, not a number"),
        ("[1, u]", "[1, u]", "the items of a bracket differ in shape: a number, a vector of 2"),
        ("[u, v]", "[u, v]", "a vector of 2, a vector of 3"),
        ("[M]", "[M]", "a bracket holds numbers or rows, not matrices"),
        ("[[u]]", "[[u]]", "a bracket holds numbers or rows, not matrices"),
        ("tanh(s, 1)", "tanh(s, 1)", "tanh takes 1 argument, found 2"),
        ("relu()", "relu()", "relu takes 1 argument, found 0"),
        ("1 + relu'(s, s)", "relu'(s, s)", "relu takes 1 argument, found 2"),
        ("dot(u)", "dot(u)", "dot takes 2 arguments, dot(a, b), found 1"),
        ("dot(u, v)", "dot(u, v)", "dot: a vector of 2 @ a vector of 3"),
        ("outer(u)", "outer(u)", "outer takes 2 arguments, found 1"),
        ("outer(u, M)", "outer(u, M)", "outer takes two vectors, found a matrix of 2×3"),
        ("where(s, 1)", "where(s, 1)", "where takes 3 arguments, found 2"),
        ("where(s, u, v)", "where(s, u, v)", "do not go together"),
        ("max()", "max()", "max and min take at least one argument, found 0"),
        ("max(u, v)", "max(u, v)", "do not go together"),
        ("sum(u, 1)", "sum(u, 1)", "sum takes 1 argument, found 2"),
        ("row_sums(u)", "row_sums(u)", "row_sums takes a matrix, found a vector of 2"),
        ("column_sums(s)", "column_sums(s)", "column_sums takes a matrix, found a number"),
        ("column(M)", "column(M)", "column takes a vector, found a matrix of 2×3"),
        ("row(s)", "row(s)", "row takes a vector, found a number"),
        ("diag(M)", "diag(M)", "diag takes a vector, found a matrix of 2×3"),
        (
            "log_softmax(s)",
            "log_softmax(s)",
            "log_softmax takes a vector, or a matrix row by row, found a number",
        ),
        ("softmax(s)", "softmax(s)", "softmax takes a vector, or a matrix row by row, found a number"),
        ("transpose()", "transpose()", "transpose takes 1 argument, found 0"),
        ("2 * sum'(u)", "sum'(u)", "sum' has no meaning: sum is not a function of one number"),
        ("norm'(u)", "norm'(u)", "norm' has no meaning"),
        ("tanh''(s)", "tanh''(s)", "only the first derivative tanh' is known"),
        ("relu(1 + (2 - q))", "q", "unknown name q"),
    ],
)
def test_misfits_say_where_and_why(text, place, reason):
    fault = fault_of(text, **SHAPES, alpha=())
    start, end = fault.span
    assert (fault.text, text[start:end]) == (text, place)
    assert reason in fault.reason


@pytest.mark.parametrize(
    "picture",
    [
        """\
a vector of 2 and a vector of 3 do not go together
    1 + sum(u*v) - 2
            ^^^""",
        """\
a matrix of 2×3 @ a vector of 2: 3 columns meet 2 rows
    M @ (u + u)
    ^^^^^^^^^^^""",
        """\
a vector of 2 @ a vector of 3: 2 columns meet 3 rows
    1 - (u + u) @ v
        ^^^^^^^^^^^""",
        """\
expected ')' to close what began at character 5, found the end
    s * (s + 1
              ^""",
        """\
unexpected character '?'; write where(condition, a, b)
    s ? s
      ^""",
    ],
)
def test_pictures(picture):
    text = picture.splitlines()[1].removeprefix("    ")
    assert str(fault_of(text, **SHAPES)) == picture


def test_a_picture_of_a_long_text_is_cut_around_the_place():
    text = repeated("s", " + ", 60) + " + wrong + " + repeated("s", " + ", 60)
    _, line, carets = str(fault_of(text, **SHAPES)).splitlines()
    assert len(line) == 76
    assert line[carets.index("^") : carets.index("^") + carets.count("^")] == "wrong"
    _, line, carets = str(fault_of(text.replace("wrong", "s") + " +", **SHAPES)).splitlines()
    assert line.endswith("s +")
    assert carets.index("^") == len(line)


@pytest.mark.parametrize(
    ("text", "span", "picture"),
    [
        ("a\n+ b\t+ c", (2, 3), "    a + b + c\n      ^"),
        ("", (0, 0), "    \n    ^"),
        ("ab", (2, 2), "    ab\n      ^"),
        ("ab", (0, 2), "    ab\n    ^^"),
        ("x" * 200, (0, 200), f"    {'x' * 72}\n    {'^' * 72}"),
        ("x" * 200, (198, 200), f"    {'x' * 72}\n    {' ' * 70}^^"),
    ],
)
def test_point_at(text, span, picture):
    assert point_at(text, span) == picture


def test_shapes_in_words():
    assert [in_words(shape) for shape in [(), (3,), (2, 3)]] == [
        "a number",
        "a vector of 3",
        "a matrix of 2×3",
    ]


# --- random expressions, with their shapes -------------------------------------------------------------

NUMBERS = ["0", "1", "2", "0.5", "3"]
EXPONENTS = ["2", "3", "1", "0", "0.5", "1.5", "-1", "-2", "-3", "-0.5"]
PLAIN_FUNCTIONS = ["relu", "tanh", "exp", "sqrt", "sin", "abs", "floor"]
EVERYWHERE = [
    "leaf",
    "leaf",
    "negative",
    "infix",
    "infix",
    "power",
    "function",
    "function",
    "where",
    "extreme",
]
BY_RANK = {
    0: [*EVERYWHERE, "reduced", "reduced", "inner"],
    1: [*EVERYWHERE, "product", "product", "stack", "softmax", "along"],
    2: [*EVERYWHERE, "product", "product", "stack", "softmax", "outer", "transpose", "diag"],
}


@st.composite
def expressions(draw, shape=None, depth=3, functions=tuple(PLAIN_FUNCTIONS)):
    """Return the text of a random expression of a shape, over the names in SHAPES and OTHER."""

    def pick(*options):
        return draw(st.sampled_from(options))

    def part(*wanted):
        return draw(expressions(wanted, depth - 1, functions))

    def partner():
        """Return an operand that stretches to the shape."""
        options = [shape, ()] if len(shape) < 2 else [shape, (), shape[1:], (1, shape[1]), (shape[0], 1)]
        return part(*pick(*options))

    if shape is None:
        shape = pick((), (2,), (3,), (2, 2), (2, 3), (3, 2), (3, 3))
    if 1 in shape:
        return f"column({part(shape[0])})" if shape[1] == 1 else f"row({part(shape[1])})"
    kind = pick(*BY_RANK[len(shape)]) if depth > 0 else "leaf"
    own, n = part, shape[-1] if shape else 0
    k = pick(2, 3)
    match kind:
        case "negative":
            return f"(-{own(*shape)})"
        case "infix":
            operator = pick(*"+-*/^", "<", "<=", ">", ">=", "==", "!=")
            sides = [own(*shape), partner()]
            compared = "0.0 + " * (operator[0] in "<>=!")  # Python's truth values are no numbers
            return f"({compared}({f' {operator} '.join(draw(st.permutations(sides)))}))"
        case "power":
            return f"({own(*shape)})^{pick(*EXPONENTS)}"
        case "function":
            return f"{pick(*functions)}({own(*shape)})"
        case "where":
            return f"where({partner()} {pick('<', '>=')} {partner()}, {own(*shape)}, {partner()})"
        case "extreme":
            return f"{pick('max', 'min')}({own(*shape)}, {partner()})"
        case "reduced":
            return f"{pick('sum', 'mean', 'max', 'min', 'norm')}({part(*pick((k,), (2, k), (k, 3)))})"
        case "inner":
            return f"{pick('dot({}, {})', '({} @ {})')}".format(part(k), part(k))
        case "product":
            left, right = pick(((k,), (k, n)), ((n, k), (k,))) if len(shape) == 1 else ((shape[0], k), (k, n))
            return f"({part(*left)} @ {part(*right)})"
        case "stack":
            return f"[{', '.join(part(*shape[1:]) for _ in range(shape[0]))}]"
        case "softmax":
            return f"softmax({own(*shape)})"
        case "along":
            return pick(f"row_sums({part(n, k)})", f"column_sums({part(k, n)})", f"transpose({part(n)})")
        case "outer":
            return f"outer({part(shape[0])}, {part(n)})"
        case "transpose":
            return f"transpose({part(*shape[::-1])})"
        case "diag" if shape[0] == n:
            return f"diag({part(n)})"
        case _:
            names = [name for name, of in (SHAPES | OTHER).items() if of == shape]
            return pick(*names, *(NUMBERS if not shape else ()))


def random_values(seed, lead=()):
    """Return values of all names, quarters so that sums are exact; some are shared along an axis."""
    rng = np.random.default_rng(seed)
    leads = [tuple(rng.choice([1, size]) for size in lead) for _ in SHAPES | OTHER]
    named = zip((SHAPES | OTHER).items(), leads, strict=True)
    return {name: rng.integers(-12, 13, own_lead + own) / 4 for (name, own), own_lead in named}


seeds = st.integers(0, 2**32 - 1)


@quick
@given(expressions(), seeds)
def test_shapes_and_values_are_numpys(text, seed):
    names = random_values(seed)
    expected = python_value(text, names)
    worked = real(text, **names)
    assert shape_of(text, **SHAPES, **OTHER) == np.shape(expected) == worked.shape
    if np.all(np.abs(expected) < 1e6):
        np.testing.assert_allclose(worked, expected, rtol=1e-9, atol=1e-9)


@quick
@given(expressions(), seeds, st.sampled_from([(3,), (2, 3)]))
def test_leading_axes_are_as_one_by_one(text, seed, lead):
    names = random_values(seed, lead)
    shape = shape_of(text, **SHAPES, **OTHER)
    together = real(text, len(lead), **names)
    assert together.shape[len(lead) :] == shape
    together = np.broadcast_to(together, lead + shape)
    for place in np.ndindex(lead):
        each = {
            name: np.broadcast_to(value, lead + value.shape[len(lead) :])[place]
            for name, value in names.items()
        }
        alone = real(text, **each)
        assert alone.shape == shape
        np.testing.assert_allclose(together[place], alone, rtol=1e-9, atol=1e-9)


# --- functions of one number, against mpmath ----------------------------------------------------------

mp = mpmath.MPContext()
mp.dps = 40

EVERY = (-30.0, 30.0)
# name: what it is by the textbook, where it is tried
FUNCTIONS = {
    "identity": (lambda x: x, EVERY),
    "relu": (lambda x: x if x > 0 else mp.zero, EVERY),
    "leaky_relu": (lambda x: x if x > 0 else x * mp.mpf(0.01), EVERY),
    "step": (lambda x: mp.mpf(x > 0), EVERY),
    "tanh": (mp.tanh, EVERY),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), EVERY),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), EVERY),
    "exp": (mp.exp, EVERY),
    "log": (mp.log, (1e-6, 1e3)),
    "ln": (mp.log, (1e-6, 1e3)),
    "log2": (lambda x: mp.log(x, 2), (1e-6, 1e3)),
    "log10": (mp.log10, (1e-6, 1e3)),
    "sqrt": (mp.sqrt, (1e-6, 1e3)),
    "square": (lambda x: x * x, EVERY),
    "abs": (abs, EVERY),
    "sign": (mp.sign, EVERY),
    "floor": (mp.floor, EVERY),
    "ceil": (mp.ceil, EVERY),
    "sin": (mp.sin, EVERY),
    "cos": (mp.cos, EVERY),
    "tan": (mp.tan, EVERY),
    "arcsin": (mp.asin, (-0.99, 0.99)),
    "arccos": (mp.acos, (-0.99, 0.99)),
    "arctan": (mp.atan, EVERY),
    "sinh": (mp.sinh, EVERY),
    "cosh": (mp.cosh, EVERY),
    "erf": (mp.erf, EVERY),
    "normal_cdf": (mp.ncdf, (-6.0, 6.0)),
}


def points_of(name):
    """Return points all over where a function is tried, more of them near 0, none at a whole number."""
    low, high = FUNCTIONS[name][1]
    rng = np.random.default_rng(len(name))
    points = np.concatenate([rng.uniform(low, high, 60), rng.uniform(max(low, -1), min(high, 1), 60)])
    return points[np.abs(points - np.round(points)) > 1e-3]


def by_mpmath(function, points):
    return np.array([float(function(mp.mpf(float(x)))) for x in points])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    points = points_of(name)
    worked = real(f"{name}(x)", 1, x=points)
    np.testing.assert_allclose(worked, by_mpmath(FUNCTIONS[name][0], points), rtol=1e-14, atol=0)


def test_the_normal_distribution_far_out():
    points = np.concatenate([np.linspace(-37.3, 8.0, 200), [-38.0, 40.0, 60.0, -60.0]])
    expected = by_mpmath(mp.ncdf, points)
    np.testing.assert_allclose(real("normal_cdf(x)", 1, x=points), expected, rtol=1e-15, atol=5e-324)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives(name):
    points = points_of(name)[::2]
    expected = by_mpmath(lambda x: mp.diff(FUNCTIONS[name][0], x), points)
    np.testing.assert_allclose(real(f"{name}'(x)", 1, x=points), expected, rtol=1e-14, atol=1e-20)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("relu(0)", 0.0),
        ("relu'(0)", 0.0),  # the convention of the field
        ("relu'(-0.0)", 0.0),
        ("step(0)", 0.0),
        ("sign(0)", 0.0),
        ("abs'(0)", 0.0),
        ("leaky_relu'(0)", 0.01),
        ("sigmoid(0)", 0.5),
        ("floor(-0.5)", -1.0),
        ("ceil(-0.5)", 0.0),
        ("0^0", 1.0),
        ("sqrt(0)", 0.0),
        ("cosh'(0)", 0.0),
        # far out, where a careless formula overflows
        ("sigmoid(1000)", 1.0),
        ("sigmoid(-1000)", 0.0),
        ("sigmoid'(1000)", 0.0),
        ("sigmoid'(-1500)", 0.0),
        ("softplus(1000)", 1000.0),
        ("softplus(-1000)", 0.0),
        ("softplus'(-1000)", 0.0),
        ("tanh(1000)", 1.0),
        ("tanh'(1000)", 0.0),
        ("tanh'(-1000)", 0.0),
        # undefined and infinite, without a warning
        ("log(-1)", np.nan),
        ("sqrt(-1)", np.nan),
        ("arcsin(2)", np.nan),
        ("arccos'(2)", np.nan),
        ("(-8)^(1/3)", np.nan),
        ("0/0", np.nan),
        ("1/0", np.inf),
        ("-1/0", -np.inf),
        ("log(0)", -np.inf),
        ("0^-1", np.inf),
        ("exp(1000)", np.inf),
        ("sqrt'(0)", np.inf),
        # what is undefined stays so
        ("relu(0/0)", np.nan),
        ("step(0/0)", np.nan),
        ("sign(0/0)", np.nan),
        ("floor(0/0)", np.nan),
        ("max(1, 0/0)", np.nan),
        ("min([1, 0/0])", np.nan),
        ("[1/0, 1] @ [0, 1]", np.nan),
        ("sum([1/0, 1] @ [[0, 1], [1, 1]])", np.nan),
        ("sum(softmax([0/0, 1]))", np.nan),
        ("sum(softmax([1/0, 1]))", np.nan),
    ],
)
def test_values_at_kinks_and_ends(text, value):
    assert shape_of(text) == ()
    np.testing.assert_array_equal(real(text), value)


def test_constants():
    assert set(CONSTANTS) == {"pi", "e"}
    assert real("pi") == float(mp.pi)
    assert real("e") == float(mp.e)
    assert real("log(e) + e*0 + pi", pi=2.0) == 3.0  # a quantity of that name comes first
    assert shape_of("e", e=(3,)) == (3,)


# --- functions that look at a value as a whole ---------------------------------------------------------

VECTORS = [[0.5, -1.0, 2.0], [1e-3, 0.0, -5.0], [3.0, 3.0, 3.0]]
MATRIX = [[0.5, -1.0, 2.0], [4.0, 0.25, -3.0]]


def softmax_by_mpmath(values):
    powers = [mp.exp(mp.mpf(value)) for value in values]
    return [float(power / mp.fsum(powers)) for power in powers]


def log_softmax_by_mpmath(values):
    total = mp.log(mp.fsum(mp.exp(mp.mpf(value)) for value in values))
    return [float(mp.mpf(value) - total) for value in values]


def inverse_by_mpmath(matrix):
    found = matrix**-1
    return [[float(found[i, j]) for j in range(found.cols)] for i in range(found.rows)]


def listed(value):
    return np.asarray(value).tolist()


def on_paper(number, unit):
    return float(Decimal(repr(number)).quantize(Decimal(unit), ROUND_HALF_UP))


# text in terms of v, w (vectors of 3) and M (2×3): what plain loops make of it
LOOPS = {
    "sum": [("sum(v)", lambda v, _, __: math.fsum(v)), ("sum(M)", lambda _, __, m: math.fsum(m[0] + m[1]))],
    "mean": [
        ("mean(v)", lambda v, _, __: math.fsum(v) / 3),
        ("mean(M)", lambda _, __, m: math.fsum(m[0] + m[1]) / 6),
    ],
    "max": [
        ("max(v)", lambda v, _, __: max(v)),
        ("max(M)", lambda _, __, m: max(m[0] + m[1])),
        ("max(v, w, 0)", lambda v, w, _: [max(a, b, 0) for a, b in zip(v, w, strict=True)]),
    ],
    "min": [
        ("min(v)", lambda v, _, __: min(v)),
        ("min(v, M)", lambda v, _, m: [[min(p) for p in zip(v, row, strict=True)] for row in m]),
    ],
    "row_sums": [("row_sums(M)", lambda _, __, m: [math.fsum(row) for row in m])],
    "column_sums": [("column_sums(M)", lambda _, __, m: [math.fsum(c) for c in zip(*m, strict=True)])],
    "outer": [("outer(v, w)", lambda v, w, _: [[a * b for b in w] for a in v])],
    "transpose": [
        ("transpose(M)", lambda _, __, m: [list(c) for c in zip(*m, strict=True)]),
        ("transpose(v)", lambda v, _, __: v),
    ],
    "column": [("column(v)", lambda v, _, __: [[a] for a in v])],
    "row": [("row(v)", lambda v, _, __: [v])],
    "diag": [
        ("diag(v)", lambda v, _, __: [[a if i == j else 0.0 for j in range(3)] for i, a in enumerate(v)]),
        ("diag(1/[0, 2])", lambda *_: [[math.inf, 0.0], [0.0, 0.5]]),
    ],
    "inv": [
        ("inv([[4, 7], [2, 6]])", lambda *_: [[0.6, -0.7], [-0.2, 0.4]]),
        ("inv(M @ transpose(M))", lambda _, __, m: inverse_by_mpmath(mp.matrix(m) * mp.matrix(m).T)),
        ("inv(diag([1, 0]))", lambda *_: [[math.nan] * 2] * 2),
        # Whose determinant is too small a number for the machine.
        ("inv(diag([10^-200, 10^-180]))", lambda *_: [[1e200, 0.0], [0.0, 1e180]]),
        ("inv([[1, 2], [2, 4]])", lambda *_: [[math.nan] * 2] * 2),
        ("inv([[0/0, 2], [2, 4]])", lambda *_: [[math.nan] * 2] * 2),
    ],
    "softmax": [
        ("softmax(v)", lambda v, _, __: softmax_by_mpmath(v)),
        ("softmax(M)", lambda _, __, m: [softmax_by_mpmath(row) for row in m]),
        ("softmax(v + 1000)", lambda v, _, __: softmax_by_mpmath([a + 1000 for a in v])),
        ("softmax(800*v)", lambda v, _, __: softmax_by_mpmath([800 * a for a in v])),
    ],
    "log_softmax": [
        ("log_softmax(v)", lambda v, _, __: log_softmax_by_mpmath(v)),
        ("log_softmax(M)", lambda _, __, m: [log_softmax_by_mpmath(row) for row in m]),
        # Where softmax itself is 0 in the machine's numbers.
        ("log_softmax(800*v)", lambda v, _, __: log_softmax_by_mpmath([800 * a for a in v])),
    ],
    "where": [
        ("where(v > w, v, 0)", lambda v, w, _: [a if a > b else 0.0 for a, b in zip(v, w, strict=True)]),
        (
            "where(M, v, -1)",
            lambda v, _, m: [[b if a else -1.0 for a, b in zip(r, v, strict=True)] for r in m],
        ),
        ("where(v > 0, 1/v, 0)", lambda v, _, __: [1 / a if a > 0 else 0.0 for a in v]),
    ],
    "dot": [("dot(v, w)", lambda v, w, _: math.fsum(a * b for a, b in zip(v, w, strict=True)))],
    "norm": [
        ("norm(v)", lambda v, _, __: math.hypot(*v)),
        ("norm(M)", lambda _, __, m: math.hypot(*m[0], *m[1])),
    ],
    "norm_1": [("norm_1(v - w)", lambda v, w, _: math.fsum(abs(a - b) for a, b in zip(v, w, strict=True)))],
    "norm_inf": [
        ("norm_inf(v)", lambda v, _, __: max(map(abs, v))),
        ("norm_inf(M)", lambda _, __, m: max(map(abs, m[0] + m[1]))),
    ],
    "round": [
        ("round(v, 1)", lambda v, _, __: [on_paper(a, "0.1") for a in v]),
        ("round(100*M, 0)", lambda _, __, m: [[on_paper(100 * a, "1") for a in row] for row in m]),
        # Halves as they are written, of which most are a little less or more in the machine.
        ("round([1.005, -2.675, 24.445, 0.125], 2)", lambda *_: [1.01, -2.68, 24.45, 0.13]),
    ],
    "mod": [
        ("mod([17, -17, 6, 0], [5, 5, 3, 7])", lambda *_: [17 % 5, -17 % 5, 6 % 3, 0 % 7]),
        ("mod(M, 0.5)", lambda _, __, m: [[a % 0.5 for a in row] for row in m]),
    ],
    "row_max": [("row_max(M)", lambda _, __, m: [max(row) for row in m])],
    "row_min": [("row_min(M)", lambda _, __, m: [min(row) for row in m])],
    "column_max": [("column_max(M)", lambda _, __, m: [max(c) for c in zip(*m, strict=True)])],
    "column_min": [("column_min(M)", lambda _, __, m: [min(c) for c in zip(*m, strict=True)])],
    "argmax": [
        ("argmax(v)", lambda v, _, __: v.index(max(v))),
        ("argmax(M)", lambda _, __, m: [row.index(max(row)) for row in m]),
    ],
    "argmin": [
        ("argmin(v)", lambda v, _, __: v.index(min(v))),
        ("argmin([v, w])", lambda v, w, _: [v.index(min(v)), w.index(min(w))]),
        ("argmin([2, 1, 1])", lambda *_: 1),
    ],
}


@pytest.mark.parametrize(("text", "loop"), [row for rows in LOOPS.values() for row in rows])
def test_whole_values_against_loops(text, loop):
    for v, w in zip(VECTORS, VECTORS[1:] + VECTORS[:1], strict=True):
        expected = loop(v, w, MATRIX)
        np.testing.assert_allclose(real(text, v=v, w=w, M=MATRIX), expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize(
    ("text", "subscripts"),
    [
        ("u @ v", "...i,...i->..."),
        ("u @ B", "...i,...ij->...j"),
        ("A @ v", "...ij,...j->...i"),
        ("A @ B", "...ij,...jk->...ik"),
        ("outer(u, v)", "...i,...j->...ij"),
    ],
)
@pytest.mark.parametrize("lead", [(), (5,), (4, 5)])
@pytest.mark.parametrize("right_lead", ["same", "stretched"])
def test_products_against_einsum(text, subscripts, lead, right_lead):
    rng = np.random.default_rng(0)
    right = lead if right_lead == "same" else (1,) * len(lead)
    left_own, right_own = {"u": (3,), "A": (2, 3)}, {"v": (3,), "B": (3, 4)}
    names = {name: rng.normal(size=lead + own) for name, own in left_own.items()}
    names |= {name: rng.normal(size=right + own) for name, own in right_own.items()}
    left, other = re.findall("[uvAB]", text.replace("outer", ""))[:2]
    expected = np.einsum(subscripts, names[left], names[other])
    np.testing.assert_allclose(real(text, len(lead), **names), expected, rtol=1e-13, atol=1e-14)


def test_rows_and_columns_make_matrix_products():
    rng = np.random.default_rng(1)
    u, v = rng.normal(size=(2, 4, 3))
    np.testing.assert_allclose(
        real("column(u) @ row(v)", 1, u=u, v=v), np.einsum("ni,nj->nij", u, v), rtol=1e-15
    )
    np.testing.assert_allclose(
        real("row(u) @ column(v)", 1, u=u, v=v)[:, 0, 0], np.einsum("ni,ni->n", u, v), rtol=1e-14
    )


def test_ranks_broadcast_from_the_right_behind_the_leading_axis():
    # As many submissions as components: aligning the wrong axes would go unnoticed by the shapes.
    rng = np.random.default_rng(2)
    s, v, m = rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=(3, 3, 3))
    np.testing.assert_array_equal(real("s * v", 1, s=s, v=v), np.einsum("n,ni->ni", s, v))
    np.testing.assert_array_equal(real("m * v", 1, m=m, v=v), np.einsum("nij,nj->nij", m, v))
    np.testing.assert_array_equal(real("s * m", 1, m=m, s=s), np.einsum("nij,n->nij", m, s))


# --- nothing is left out -------------------------------------------------------------------------------


def test_every_known_function_is_tested():
    assert known_functions() - FUNCTIONS.keys() - LOOPS.keys() == set()
    assert (FUNCTIONS.keys() | LOOPS.keys()) - known_functions() == set()


def test_every_derivative_is_tested():
    def has_derivative(name):
        try:
            return shape_of(f"{name}'(x)", x=()) == ()
        except ExpressionFault:
            return False

    assert {name for name in known_functions() if has_derivative(name)} == FUNCTIONS.keys()
