"""Components by their index, the index of an extreme: in all arithmetics, read, printed, refused in words.

The oracle is NumPy's own indexing on random arrays; for balls, every whole number within the index's radius
and exact fractions; for duals, differences.
"""

import re
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jacobian import jacobian
from test_balls import check_sound

from grader.expressions import (
    Ball,
    Balls,
    ExpressionFault,
    Real,
    evaluate,
    exact,
    infer,
    parse,
)
from grader.expressions.dual import Dual
from grader.expressions.notation.reading import read_formula
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.open_duals import BallDuals
from grader.expressions.open_functions import open_functions_in
from grader.expressions.printing import in_plain, in_short
from grader.expressions.tree import Infix, Item, Minus, Name, Number

RNG = np.random.default_rng(11)
V, M = RNG.normal(size=5), RNG.normal(size=(3, 4))
NAMES = {
    "v": V,
    "M": M,
    "i": np.array(2.0),
    "j": np.array([0.0, 2.0, 1.0]),
    "k": np.array([3.0, 0.0, 3.0]),
    "g": np.array([[0.0, 4.0], [1.0, 1.0]]),
}
PICKS = {
    "v[0]": V[0],
    "v[4]": V[4],
    "v[i]": V[2],
    "v[i + 1]": V[3],
    "v[j]": V[[0, 2, 1]],
    "v[g]": V[[[0, 4], [1, 1]]],
    "M[1]": M[1],
    "M[i]": M[2],
    "M[i, 3]": M[2, 3],
    "M[i][3]": M[2, 3],
    "M[j]": M[[0, 2, 1]],
    "M[j, k]": M[[0, 2, 1], [3, 0, 3]],
    "M[j, 1]": M[[0, 2, 1], 1],
    "transpose(M)[3]": M[:, 3],
    "v[1:4]": V[1:4],
    "M[0:2]": M[0:2],
    "M[i, 1:3]": M[2, 1:3],
    "M[1:3, 3]": M[1:3, 3],
    "M[0:2, 1:3]": M[0:2, 1:3],
    "M[1:2, 0:4]": M[1:2, 0:4],
    "M[1:3, [3, 0]]": M[1:3, [3, 0]],
    "M[[2, 0], 1:4]": M[[2, 0], 1:4],
    "(2*v)[1]^2": (2 * V[1]) ** 2,
    "[7, 8, 9][i]": 9.0,
    "-v[1]": -V[1],
    "v[argmax(v)]": V.max(),
    "M[argmin(transpose(M)[2])]": M[M[:, 2].argmin()],
    "v[3*(1/3)]": V[1],
    "[v[n + 1] - v[n] for n in range(4)]": np.diff(V),
    "[sum(v[0:n + 1]) for n in range(5)]": np.cumsum(V),
    "sum(v[n] * v[4 - n] for n in range(1, 4))": V[1:4] @ V[3:0:-1],
    "[[sum(M[n:n + 2, m:m + 3] * M[0:2, 1:4]) for m in range(2)] for n in range(2)]": (
        np.lib.stride_tricks.sliding_window_view(M, (2, 3)) * M[:2, 1:]
    ).sum((2, 3)),
    "[max(v[2*n:2*n + 2]) for n in range(2)]": V[:4].reshape(2, 2).max(1),
    "prod(v[n] for n in range(5))": np.prod(V),
    "prod([v[0] - v[n] for n in range(1, 4)]) / prod(n for n in range(1, 5))": np.prod(V[0] - V[1:4]) / 24,
    "[j for j in range(3)] + j": np.array([0.0, 3.0, 3.0]),
    "v[6]": None,
}


@pytest.mark.parametrize(("text", "wanted"), [(t, w) for t, w in PICKS.items() if w is not None])
def test_picks_are_those_of_numpy(text, wanted):
    tree = parse(text)
    shapes = {name: value.shape for name, value in NAMES.items()}
    assert infer(tree, shapes, text) == np.shape(wanted)
    np.testing.assert_array_equal(evaluate(tree, NAMES, Real()), wanted)
    many = {name: np.stack([value] * 3) for name, value in NAMES.items()}
    np.testing.assert_array_equal(evaluate(tree, many, Real(1)), np.stack([wanted] * 3))
    # An index that is the same for all, beside values that are not.
    many |= {name: many[name][:1] for name in "ijkg"}
    np.testing.assert_array_equal(
        np.broadcast_to(evaluate(tree, many, Real(1)), (3, *np.shape(wanted))), np.stack([wanted] * 3)
    )


@pytest.mark.parametrize("index", [-1.0, 5.0, 0.5, np.nan, np.inf, 1e300])
def test_what_is_no_index_picks_nothing(index):
    names = {"v": V, "M": M, "n": np.array(index)}
    for text in ("v[n]", "M[n]", "M[n, 0]", "M[0, n]"):
        assert np.isnan(evaluate(parse(text), names, Real())).all()
        ball = evaluate(parse(text), {name: exact(value) for name, value in names.items()}, Balls())
        assert np.isnan(ball.mid).all()
        assert np.isinf(ball.rad).all()


# --- reading, printing, and words ----------------------------------------------------------------------


def test_brackets_bind_closer_than_any_operator():
    x, zero = Name("x"), Number(0.0)
    assert parse("-x[0]^2") == Minus(Infix("^", Item(x, (zero,)), Number(2.0)))
    assert parse("A[i, j][0]") == Item(Item(Name("A"), (Name("i"), Name("j"))), (zero,))
    assert parse("(a + b)[0]") == Item(Infix("+", Name("a"), Name("b")), (zero,))
    assert parse("x[0]").span == (0, 4)


@pytest.mark.parametrize("text", PICKS)
def test_printed_and_read_again(text):
    tree = parse(text)
    assert parse(in_plain(tree)) == tree


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("v[5]", "there is no component 5: a vector of 5 has 0 to 4", "v[5]"),
        ("v[-1]", "there is no component -1: a vector of 5 has 0 to 4", "v[-1]"),
        ("v[0.5]", "there is no component 0.5", "v[0.5]"),
        ("1 + M[0, 4]", "there is no component 4: a matrix of 3×4 has 0 to 3 along that axis", "M[0, 4]"),
        ("v[[0, 5]]", "there is no component 5: a vector of 5 has 0 to 4", "v[[0, 5]]"),
        ("v[3:6]", "there is no component 5: a vector of 5 has 0 to 4", "v[3:6]"),
        ("M[0:2, 3:5]", "there is no component 4: a matrix of 3×4 has 0 to 3", "M[0:2, 3:5]"),
        ("s[0]", "1 index for a number", "s[0]"),
        ("v[0, 1]", "2 indices for a vector of 5", "v[0, 1]"),
        ("M[g]", "would have more than two axes", "M[g]"),
        ("M[v, j]", "a vector of 5 and a vector of 3 do not go together", "M[v, j]"),
        ("argmin(s)", "argmin takes a vector, or a matrix row by row, found a number", "argmin(s)"),
        ("row_max(v)", "row_max takes a matrix, found a vector of 5", "row_max(v)"),
        ("v[w]", "unknown name w", "w"),
        ("s + inf", "unknown name inf; write a number larger than all others, such as 1e9", "inf"),
        ("atan(s)", "unknown function atan; write arctan", "atan(s)"),
        ("round(s)", "round takes 2 arguments, round(x, places), found 1", "round(s)"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(text, said, place):
    shapes = {name: value.shape for name, value in NAMES.items()} | {"s": ()}
    with pytest.raises(ExpressionFault, match=r".") as raised:
        infer(parse(text), shapes, text)
    assert said in raised.value.reason
    assert text[slice(*raised.value.span)] == place


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x[]", "an empty bracket"),
        ("x[:2]", "expected an index, found ':'; a range begins and ends, as in x[0:2]"),
        ("x[1:]", "expected a number, a name or a bracket, found ']'"),
        ("A[:, 0]", "a column is transpose(A)[j]"),
        ("x[i:3]", "expected whole numbers that rise, at most 100 of them, as in x[0:2]"),
        ("x[2:2]", "expected whole numbers that rise"),
        ("x[0.5:2]", "expected whole numbers that rise"),
        ("x[0:1000000000]", "expected whole numbers that rise, at most 100"),
        ("x : 2", "expected an operator or the end, found ':'; a quotient is written with /"),
        ("[x[i] for i in x]", "expected for i in range(3), found 'for'"),
        ("[x[i] for 2 in range(3)]", "expected for i in range(3)"),
        ("[x[i] for", "expected for i in range(3)"),
        ("[x[i] for i in range(n)]", "expected whole numbers that rise, at most 100 of them, as in range(3)"),
        ("[x[i] for i in range(0, 1, 3)]", "as in range(3) or range(1, 4)"),  # no range(1, 3)
        ("[x[i] for i in range(0, 3, 2)]", "expected whole numbers that rise"),
        ("[2 i for i in range(3)]", "expected 'for', found 'i'; a product is written with *"),
        ("[x[i] for i in range(3) for j in range(3)]", "expected ']' to close what began at character 1"),
        ("[" * 5 + "1" + " for i in range(100)]" * 5, "more than 150 operations"),
        ("prod(v)", "prod takes items, as in prod([a, b]) or prod(v[k] for k in range(3))"),
        ("4!", "unexpected character '!'; write prod(k for k in range(1, 5)) for 4!"),
        ("x > 0 and x < 1", "expected an operator or the end, found 'and'; write a * b of two conditions"),
        ("A.T", "unexpected character '.'; write transpose(A)"),
        ("x[1", "expected ']' to close what began at character 2, found the end"),
        ("x" + "[0]" * 200, "more than 150 operations"),
        ("prod([" + "x," * 200 + "x])", "more than 150 operations"),
    ],
)
def test_what_cannot_be_read_is_told(text, said):
    with pytest.raises(ExpressionFault, match=r".") as raised:
        parse(text)
    assert said in raised.value.reason


def test_formulas_of_students_are_read_as_before():
    # There `argmin` and `norm_1` are no functions, and a bracket is no index.
    vocabulary = Vocabulary({"x": (3,), "norm_1": (), "s": ()}, functions=frozenset({"argmin"}))
    assert open_functions_in(read_formula("argmin(s)", vocabulary).tree) == {"argmin": 1}
    assert "norm_1" in in_plain(read_formula("norm_1*(s)", vocabulary).tree)
    for text in ("row_max(x)", "argmax(x)"):
        with pytest.raises(ExpressionFault):
            read_formula(text, vocabulary)


# --- balls ---------------------------------------------------------------------------------------------


def test_an_index_that_rounding_leaves_open_reaches_every_component():
    v = exact(np.array([1.0, 5.0, 2.0, 40.0]))
    for mid, rad, reached in [
        (1.0, 0.3, [5]),
        (1.0, 1.2, [1, 5, 2]),
        (1.4, 0.7, [5, 2]),
        (1.0, 50.0, [1, 5, 2, 40]),
    ]:
        ball = evaluate(parse("v[n]"), {"v": v, "n": Ball(np.array(mid), np.array(rad))}, Balls())
        assert ball.mid == 5
        assert ball.rad == pytest.approx(max(abs(value - 5) for value in reached), abs=1e-9)


def test_an_argmin_that_rounding_leaves_open_reaches_every_candidate():
    def argmin(mids, rads):
        return evaluate(parse("argmin(v)"), {"v": Ball(np.array(mids), np.array(rads))}, Balls())

    assert argmin([3.0, 1.0, 2.0], [0.1, 0.1, 0.1]).rad == 0
    assert argmin([3.0, 1.0, 1.1], [0.1, 0.1, 0.1]).rad == 1
    unsure = argmin([1.05, 1.0, 7.0, 1.1], [0.1, 0.1, 0.1, 0.1])
    assert (unsure.mid, unsure.rad) == (1, 2)
    assert argmin([1.0, 1.0], [0.0, 0.0]).rad == 1  # equal ones: either is the smallest


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 4)), min_size=1, max_size=5), st.booleans())
def test_every_exact_choice_within_the_balls_is_within_the_result(parts, largest):
    """All corners in fractions: the index of the extreme, and the component that it picks."""
    name = "argmax" if largest else "argmin"
    mids, rads = (np.array(column, dtype=float) / 8 for column in zip(*parts, strict=True))
    names = {"v": Ball(mids, rads), "w": exact(np.arange(len(parts)) ** 2.0)}
    index = evaluate(parse(f"{name}(v)"), names, Balls())
    picked = evaluate(parse(f"w[{name}(v)]"), names, Balls())
    corners = product(*({Fraction(m - r, 8), Fraction(m, 8), Fraction(m + r, 8)} for m, r in parts))
    for corner in corners:
        best = max(corner) if largest else min(corner)
        for i in (i for i, value in enumerate(corner) if value == best):
            assert abs(i - index.mid) <= index.rad
            assert abs(i * i - picked.mid) <= picked.rad + 1e-12


@pytest.mark.parametrize(
    "text", ["M[argmin(v), 0]", "M[argmax(transpose(M)[0])]", "v[argmin(M)]", "row_max(M)"]
)
def test_picking_from_random_balls_is_sound(text):
    for _ in range(20):
        rads = RNG.choice([0.0, 0.1, 1.0], (3, 3)), RNG.choice([0.0, 0.1, 1.0], 3)
        check_sound(
            text, {"M": Ball(RNG.normal(size=(3, 3)), rads[0]), "v": Ball(RNG.normal(size=3), rads[1])}
        )


# --- derivatives ---------------------------------------------------------------------------------------

SMOOTH = [
    "M[i, 1]^2",
    "sum(M[1] * v[[0, 1, 2, 3]])",
    "norm(M[j])",
    "sum(row_max(M) * column_min(M)[0])",
    "norm([sum(M[1, n:n + 3] * v[n:n + 3]) for n in range(2)])",
    "prod(v[n] - M[0, n] for n in range(4))",
]


@pytest.mark.parametrize("text", [*SMOOTH, "norm_1(v)*norm_inf(M)", "v[argmax(v)] * sum(v)"])
def test_derivatives_agree_with_differences(text):
    tree, h = parse(text), 1e-6
    for name in ("v", "M"):
        found = jacobian(tree, NAMES, name)
        for place in np.ndindex(NAMES[name].shape):
            up, down = (NAMES[name].copy() for _ in range(2))
            up[place] += h
            down[place] -= h
            values = [evaluate(tree, NAMES | {name: moved}, Real()) for moved in (up, down)]
            assert found[place] == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("text", [*SMOOTH, "max(v)*min(M)", "max(M, 0)[0, 1]", "v[argmin(v)]^3"])
def test_derivatives_with_bounds_hold_those_without(text):
    tree = parse(text)
    size = V.size
    seeded = Dual(exact(V), exact(np.eye(size)))
    names = {name: BallDuals().constant(exact(value)) for name, value in NAMES.items()} | {"v": seeded}
    bounded = evaluate(tree, names, BallDuals())
    wanted = jacobian(tree, NAMES, "v").reshape(-1)
    mid, rad = (np.broadcast_to(part, (size,)) for part in (bounded.slope.mid, bounded.slope.rad))
    assert np.all(np.abs(mid - wanted) <= rad + 1e-12)
    assert np.all(rad < 1e-9)


# --- Printed for people.

LONG_LISTS = {
    "[x[i + 1] - x[i] * y[i] for i in range(3)]": "[x[i] - x[i - 1]*y[i - 1] for i = 1 to 3]",
    "[sum(A[i, k] * (x[i] - y[k])^2 for i in range(4)) / y[k] for k in range(2)]": (
        "[sum(A[j, i]*(x[j] - y[i])^2 for j = 0 to 3)/y[i] for i = 0 to 1]"
    ),
    "[[x[i] * y[j] + x[j] / y[i] for j in range(3)] for i in range(4)]": (
        "[[x[i]*y[j] + x[j]/y[i] for j = 0 to 2] for i = 0 to 3]"
    ),
    "sum((i + 1) * x[i] - 0.25 * y[3] for i in range(4))": "sum((i + 1)*x[i] - 0.25*y[3] for i = 0 to 3)",
    "[x[0] * y[1] * y[2], x[1] * y[2] * y[3], x[3] * y[2] * y[3]]": (
        "[x[0]*y[1]*y[2], x[1]*y[2]*y[3], x[3]*y[2]*y[3]]"
    ),
    "[x[0] * y[1] * y[2] + 1, x[1] * y[2] * y[3] - 2]": "[x[0]*y[1]*y[2] + 1, x[1]*y[2]*y[3] - 2]",
    "[x[0], x[1], x[2]]": "[x[0], x[1], x[2]]",
}


@pytest.mark.parametrize(("text", "short"), LONG_LISTS.items())
def test_a_long_list_is_printed_once_for_all_items(text, short):
    printed = in_short(parse(text))
    random = np.random.default_rng(7)
    known = {"x": random.normal(size=4), "y": random.normal(size=4), "A": random.normal(size=(4, 2))}
    # Python reads both, but for the power and the counter's ends.
    in_python = re.sub(r"for (\w) = (\d+) to (\d+)", r"for \1 in range(\2, \3 + 1)", printed)
    meant, read = (np.array(eval(each.replace("^", "**"), known)) for each in (text, in_python))
    np.testing.assert_allclose(read, meant, rtol=1e-12)
    assert printed == short
