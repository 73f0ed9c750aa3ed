"""Formulas in print: MathML that a browser draws, and that says neither more nor less than the tree.

The oracle reads the MathML as a person reads print, two dimensions to one line, and has the line read by the
grammar of keys: a bracket left out, a numerator that ends too early or a wrong sign give another tree.
"""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_conformance_formulas import FORMULAS, vocabulary_of
from test_notation import LEAVES, grown

from grader.expressions import ExpressionFault, parse
from grader.expressions.mathml import in_pieces, mathml
from grader.expressions.notation import read_formula
from grader.expressions.notation.reread import reread
from grader.expressions.printing import in_plain
from grader.expressions.tree import Bracket, Call, Infix, Minus, Name, Number

# How many operands an element takes, by MathML Core; the others take any number.
ARITY = {"mroot": 2, "msup": 2, "msub": 2, "msubsup": 3, "mfrac": 2, "munder": 2, "munderover": 3}
KNOWN = {"math", "mrow", "mi", "mn", "mo", "mtext", "msqrt", "mtable", "mtr", "mtd", *ARITY}
PLAIN = {"−": "-", "·": "*", "≤": "<=", "≥": ">=", "≠": "!=", "=": "==", "⊗": "⊗"}


def element(markup):
    """Return the <math> element of markup, parsed by HTML's own rules, none of them broken."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(f"<!doctype html><title>t</title><p>{markup}</p>")
    (found,) = [each for each in document.iter() if name_of(each) == "math"]
    return found


def name_of(node):
    return node.tag.split("}")[-1] if isinstance(node.tag, str) else ""


def line(node):
    """Return what is printed, on one line: a fraction bar, a root and a raised exponent become brackets."""
    name = name_of(node)
    parts = [line(child) for child in node]
    if name in {"mi", "mn", "mtext"}:
        return node.text
    if name == "mo":
        return PLAIN.get(node.text, node.text)
    if name == "mfrac":
        return f"(({parts[0]})/({parts[1]}))"
    if name == "msup":
        return f"({parts[0]}){parts[1]}" if set(parts[1]) == {"′"} else f"{parts[0]}^({parts[1]})"
    if name == "msub":
        return f"{parts[0]}_{parts[1]}"
    if name == "msqrt":
        return f"sqrt({''.join(parts)})"
    return "".join(parts)


names = st.sampled_from(["x", "y", "W_out", "s_2", "z_1"]).map(Name)
numbers = st.integers(0, 9).map(lambda n: Number(float(n)))


def operations(below):
    pairs = st.tuples(below, below)
    return st.one_of(
        st.builds(lambda sign, two: Infix(sign, *two), st.sampled_from("+-*/^@"), pairs),
        below.map(Minus),
        below.map(lambda a: Call("sqrt", 0, (a,))),
        pairs.map(lambda two: Call("max", 0, two)),
    )


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.one_of(names, numbers), operations, max_leaves=9))
def test_what_is_printed_is_read_as_the_same_tree(tree):
    assert parse(line(element(mathml(tree)))) == tree


def check(node):
    name = name_of(node)
    assert name in KNOWN, name
    assert len(node) == ARITY.get(name, len(node)), name
    if name == "math":
        assert len(node) == 1
    for child in node:
        check(child)


@settings(max_examples=120, deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=8))
def test_every_tree_is_sound_mathml(tree):
    check(element(mathml(tree)))


@settings(max_examples=120, deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=8))
def test_what_was_printed_is_read_again_without_its_vocabulary(tree):
    assert reread(in_plain(tree)) == tree


@pytest.mark.skipif(not FORMULAS, reason="the tables are not here")
def test_formulas_of_other_graders_are_read_again_and_set():
    seen = 0
    for row in FORMULAS:
        for side in ("reference", "answer"):
            try:
                tree = read_formula(row[side], vocabulary_of(row)).tree
            except ExpressionFault:
                continue
            assert reread(in_plain(tree)) == tree, row[side]
            check(element(mathml(tree)))
            seen += 1
    assert seen > 800


def printed(text):
    return "".join(element(mathml(reread(text))).itertext())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("delta_k*z_1", "δk·z1"),
        ("Delta_W_out", "ΔWout"),
        ("X'", "X′"),
        ("W_X", "WX"),
        ("f_3'(s_out)", "f3′(sout)"),
        ("sum(o_{j}, j, 1, 4)", "∑j=14oj"),
        ("sum(where(j != y, exp(o_{j}), 0), j, 1, 4)", "∑j≠yexp(oj)"),
        ("W_{j, k - 1}", "Wj,k−1"),
        ("1e-07*x", "1·10−7·x"),
        ("(x > 0)*y", "1[x>0]·y"),
        ("1*(j == y)*x", "1[j=y]·x"),
        ("derivative(f(x*s), s)", "∂f(x·s)∂s"),
        ("abs(x) + norm(y)", "|x|+‖y‖"),
        ("log2(x)", "log2(x)"),
        ("transpose(A)", "AT"),
        ("binomial(n, k)", "(nk)"),
        ("factorial(n + 1)", "(n+1)!"),
        ("d*outer(a + b, c)", "d·((a+b)⊗c)"),
        ("floor(x) - ceil(y)", "⌊x⌋−⌈y⌉"),
        ("y_1'' + a'*b", "y1′′+a′·b"),
        ("where(x > 0, x, -x)", "{xif\xa0x>0−xotherwise"),
    ],
)
def test_what_a_reader_sees(text, seen):
    assert printed(text) == seen


def test_primes_stand_above_a_subscript():
    (both,) = [each for each in element(mathml(reread("f_3''(s)"))).iter() if name_of(each) == "msubsup"]
    assert [each.text for each in both] == ["f", "3", "′′"]


def test_what_programs_pick_is_seen_as_they_write_it():
    assert "".join(element(mathml(parse("(A + B)[0, i]"))).itertext()) == "(A+B)[0,i]"


def test_a_fraction_needs_no_brackets_but_a_power_of_it_does():
    assert "(" not in printed("(x + 1)/(y*(z + 1)^2)").replace("(z+1)", "")
    assert printed("(x/y)^2") == "(xy)2"
    assert printed("-(x + y)") == "−(x+y)"
    assert printed("(-x)^2") == "(−x)2"


@settings(max_examples=120, deadline=None)
@given(st.recursive(st.one_of(names, numbers), operations, max_leaves=20))
def test_a_long_formula_in_pieces_is_the_same_formula(tree):
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        f"<!doctype html><title>t</title><p>{in_pieces(tree)}</p>"
    )
    pieces = [each for each in document.iter() if name_of(each) == "math"]
    assert parse("".join(map(line, pieces))) == tree


def test_a_sum_is_cut_between_its_terms_and_a_product_between_its_factors():
    long = "a_long_name_of_a_quantity"
    assert in_pieces(parse(f"{long}*b - {long}/(d + e) + f")).count("<math") == 4
    assert in_pieces(parse(f"{long}*b*({long} - d)")).count("<math") == 4
    assert in_pieces(parse(f"-(a + {long})")).count("<math") == 2
    assert in_pieces(parse("a*b*(c - d)")).count("<math") == 1


def test_a_matrix_is_a_table():
    matrix = Bracket((Bracket((Number(1.0), Number(2.0))), Bracket((Number(3.0), Number(4.0)))))
    assert mathml(matrix).count("<mtr>") == 2
    assert mathml(Bracket((Name("a"), Name("b")))).count("<mtable>") == 0


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a&b", '"x"', "a_<b>"])
def test_a_name_is_only_text(name):
    markup = mathml(Name(name))
    assert "<script" not in markup
    assert "<b>" not in markup
    check(element(markup))


@pytest.mark.parametrize("text", ["", "x +", "o_{j", "\\frac{a}{b", "x" * 5000, "((((((" * 20, "a b ; c"])
def test_what_was_never_printed_is_a_fault(text):
    with pytest.raises(ExpressionFault):
        reread(text)
