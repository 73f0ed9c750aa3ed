"""Ball arithmetic against sampling: no number inside the operands may lead outside the result.

The oracle is real arithmetic (itself held against mpmath and NumPy in test_expressions) at many points inside
the operands, their corners too. Ball arithmetic leaves the machine's rounding to the radii of its inputs, so
inputs that have a radius are given a millionth more than the samples use; those without one are sampled
at their midpoints, which gives the very same numbers.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_expressions import FUNCTIONS, LOOPS, OTHER, SHAPES, expressions

from grader.expressions import (
    ULPS,
    Ball,
    Balls,
    Real,
    evaluate,
    exact,
    infer,
    known_functions,
    names_in,
    parse,
    walk,
)
from grader.expressions.functions import Elementwise
from grader.expressions.tree import children

quick = settings(max_examples=300, deadline=None, derandomize=True)

ALL_SHAPES = SHAPES | OTHER
INFINITE = np.inf
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MIDPOINTS = [0.0, 0.0, 0.1, -0.1, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 1e-3, -20.0, 750.0]
RADII = [0.0, 0.0, 1e-3, 0.1, 0.5, 1.0, 3.0, INFINITE]
WHOLE = {"v": (3,), "w": (3,), "M": (2, 3)}
ELEMENTWISE = (*FUNCTIONS, *(f"{name}'" for name in FUNCTIONS))


def around(mid, rad=0.0):
    """Return a ball that holds mid ± rad with room for the machine's rounding; without a radius just mid."""
    mid = np.asarray(mid, dtype=np.float64)
    rad = np.broadcast_to(np.asarray(rad, dtype=np.float64), mid.shape)
    return Ball(mid, np.where(rad > 0, rad * (1 + 1e-6) + ULPS * np.abs(mid), 0.0))


def wide(mid, rad):
    """Return just mid ± rad."""
    mid = np.asarray(mid, dtype=np.float64)
    return Ball(mid, np.broadcast_to(np.asarray(rad, dtype=np.float64), mid.shape))


def balls(text, leading=0, **operands):
    return evaluate(parse(text), operands, Balls(leading))


def samples_of(ball, rng, count):
    """Return points of a ball along a first axis: the midpoint, corners, middles of sides, anything."""
    size = (count // 4, *ball.mid.shape)
    signs = rng.choice([-1.0, 1.0], size)
    parts = [0 * signs[:1], signs, rng.choice([-1.0, 0.0, 1.0], size), rng.uniform(-1, 1, size)]
    offsets = np.concatenate([*parts, 1e-3 * signs])
    reach = np.where(np.isinf(ball.rad), rng.choice([1e-2, 1.0, 1e3], offsets.shape), ball.rad / (1 + 1e-6))
    return ball.mid + offsets * np.where(ball.rad > 0, reach - ULPS * np.abs(ball.mid), 0.0)


def worked_at(tree, samples, shape):
    """Return the results at samples, along the first axis."""
    worked = evaluate(tree, samples, Real(1))
    count = max((len(sample) for sample in samples.values()), default=1)
    return np.broadcast_to(worked, (count, *shape))


def largest(tree, samples):
    """Return the largest finite number on the way, which measures the machine's rounding."""
    numbers = np.concatenate([np.abs(np.ravel(evaluate(node, samples, Real(1)))) for node in walk(tree)])
    return np.max(numbers, initial=0.0, where=np.isfinite(numbers))


def decided_by_nothing(tree, samples, count):
    """Tell at which samples something undefined was compared, so that a 0 came of what has no result."""
    found = np.zeros(count, dtype=bool)
    for node in walk(tree):
        if getattr(node, "operator", "") in COMPARISONS or getattr(node, "primes", 0):
            for operand in children(node):
                undefined = np.isnan(evaluate(operand, samples, Real(1)))
                found |= np.any(undefined, axis=tuple(range(1, undefined.ndim)))
    return found


def check_sound(text, operands, seed=0, count=64):
    """Check everything that a ball promises."""
    tree = parse(text)
    operands = {name: operands[name] for name in sorted(names_in(tree) & operands.keys())}
    shape = infer(tree, {name: ball.mid.shape for name, ball in operands.items()}, text)
    ball = evaluate(tree, operands, Balls())
    at_midpoints = evaluate(tree, {name: operand.mid for name, operand in operands.items()}, Real())
    np.testing.assert_array_equal(ball.mid, at_midpoints)
    assert ball.mid.shape == ball.rad.shape == shape
    assert np.all(ball.rad >= 0), "a radius is never NaN"
    assert np.all(np.isinf(ball.rad[~np.isfinite(ball.mid)])), "nothing can be said about what is undefined"

    rng = np.random.default_rng(seed)
    samples = {name: samples_of(operand, rng, count) for name, operand in operands.items()}
    results = worked_at(tree, samples, shape)
    room = ball.rad + 1e-13 * (1 + largest(tree, samples))
    with np.errstate(invalid="ignore"):
        inside = ~np.isfinite(results) | np.isinf(room) | (np.abs(results - ball.mid) <= room)
    inside[decided_by_nothing(tree, samples, len(inside))] = True
    assert np.all(inside), f"{results[~inside]} outside {ball}"


@st.composite
def cases(draw):
    """Return a random expression with a ball for each of its names, component by component."""

    def some(values, shape):
        size = int(np.prod(shape, dtype=int))
        return np.reshape(draw(st.lists(st.sampled_from(values), min_size=size, max_size=size)), shape)

    text = draw(expressions(functions=ELEMENTWISE))
    names = sorted(names_in(parse(text)))
    return text, {
        name: around(
            some(MIDPOINTS, ALL_SHAPES[name]), some(draw(st.sampled_from([RADII, [0.0]])), ALL_SHAPES[name])
        )
        for name in names
    }


seeds = st.integers(0, 2**32 - 1)


@quick
@given(cases(), seeds)
def test_random_expressions_are_sound(case, seed):
    check_sound(*case, seed)


ALL_BALLS = [(mid, rad) for mid in sorted(set(MIDPOINTS)) for rad in sorted(set(RADII))]
EACH = around(*np.transpose(ALL_BALLS))
PAIRS = [around(*np.transpose(side)) for side in zip(*product(ALL_BALLS, ALL_BALLS), strict=True)]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_function_is_sound(name):
    check_sound(f"{name}(x)", {"x": EACH})


@pytest.mark.parametrize(
    "exponent", ["0", "1", "2", "3", "4", "0.5", "1.5", "-1", "-2", "-3", "-0.5", "-1.5"]
)
def test_every_kind_of_power_is_sound(exponent):
    check_sound(f"x^{exponent}", {"x": EACH})
    check_sound("x^y", {"x": EACH, "y": around(np.full(len(ALL_BALLS), float(exponent)))})


@pytest.mark.parametrize("operator", [*"+-*/^", *COMPARISONS])
def test_every_operator_is_sound(operator):
    check_sound(f"x {operator} y", dict(zip("xy", PAIRS, strict=True)), count=32)


@pytest.mark.parametrize("text", [text for rows in LOOPS.values() for text, _ in rows])
def test_every_function_of_whole_values_is_sound(text):
    rng = np.random.default_rng(0)
    for _ in range(20):
        check_sound(
            text,
            {name: around(rng.choice(MIDPOINTS, own), rng.choice(RADII, own)) for name, own in WHOLE.items()},
        )


def test_every_known_function_is_tested():
    assert {name for name in ELEMENTWISE if "'" not in name} | LOOPS.keys() == known_functions()


# What went wrong once, and what lies in wait: no bound at all, undefined midpoints, overflow, kinks inside.
AT_ZERO = around(0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "operands"),
    [
        *(
            (text, {"s": AT_ZERO})
            for text in ["0*(1/s)", "(1/s)*0", "step'(1/s)", "identity'(1/s)", "(1/s)^2"]
        ),
        *(
            (text, {"s": AT_ZERO})
            for text in ["0.5^(1/s)", "(-0.5)^(1/s)", "tanh(1/s)", "s^-2", "s^-1", "s^-0.5"]
        ),
        *(
            (text, {"s": AT_ZERO})
            for text in ["relu(s)", "abs(s)", "cosh(s)", "sign(s)", "floor(s)", "s^2", "s^3"]
        ),
        *(
            (text, {"s": AT_ZERO})
            for text in ["s > 0", "s == s", "where(s > 0, 1, 7)", "where(s, 1, 7)", "max(s, 0)"]
        ),
        *(
            (text, {"s": AT_ZERO, "t": AT_ZERO})
            for text in ["1/s > 1/t", "1/s == 1/t", "s^t", "s/t", "1/s - 1/t"]
        ),
        *(
            (text, {"s": around(-0.1, 0.3)})
            for text in ["step(log(100*s))", "log(s) > 0", "relu(log(s))", "2*log(s)"]
        ),
        *(
            (text, {"s": around(-0.1, 0.3)})
            for text in ["where(log(s), s, 7)", "max(sqrt(s), 0)", "sqrt(s)^0"]
        ),
        *(
            (text, {"s": around(-2.0, 0.5)})
            for text in ["s^-2", "s^-3", "s^3", "s^4", "s^0", "s^0.5", "1/s", "2^s"]
        ),
        *(
            (text, {"s": around(0.9, 0.3)})
            for text in ["arcsin(s)", "arccos(s)", "arcsin'(s)", "tan(2*s)", "s^1.5"]
        ),
        *(
            (text, {"s": around(740.0, 20.0)})
            for text in ["exp(s)", "exp(-s)*exp(s)", "tanh'(s)", "1/exp(s)"]
        ),
        ("where(t > 0, 1/s, 1/s)", {"s": AT_ZERO, "t": AT_ZERO}),
        ("u @ (1/a)", {"u": around([0.0, 1.0]), "a": around([0.0, 1.0], [1.0, 0.0])}),
        ("diag(1/u)", {"u": around([0.0, 1.0], [1.0, 0.0])}),
        ("outer(u, 1/a)", {"u": around([0.0, 1.0]), "a": around([0.0, 1.0], [1.0, 0.0])}),
        *(
            ("inv(K)", {"K": around([[4.0, 1.0], [2.0, 3.0]], [[rad, 0.0], [2 * rad, rad]])})
            for rad in (1e-9, 0.01, 0.3, 1.0, INFINITE)
        ),
        ("inv(K)", {"K": around([[1.0, 2.0], [2.0, 4.0]], [[0.1, 0.0], [0.0, 0.0]])}),
        ("softmax(u)", {"u": around([3.0, 0.0], [40.0, 0.0])}),
        ("log_softmax(u)", {"u": around([3.0, 0.0], [40.0, 0.0])}),
        ("log_softmax(u)", {"u": around([3.0, 0.0], [INFINITE, 0.0])}),
        ("log_softmax(u)", {"u": around([0.0, 0.0], [800.0, 800.0])}),
        ("softmax(u)", {"u": around([3.0, 0.0], [INFINITE, 0.0])}),
        ("softmax(u)", {"u": around([0.0, 0.0], [800.0, 800.0])}),
        ("max(u)", {"u": around([1.0, 0.5], [0.0, 2.0])}),
        ("sum(1/u)", {"u": around([0.0, 1.0], [1.0, 0.5])}),
        *(
            (text, {"s": around(1e200)})
            for text in ["s*s", "-s*s", "s/(1/s)", "s*s - s*s", "s^2", "s^3", "norm([s, s])"]
        ),
        ("s*t", {"s": around(1e200, 1.0), "t": around(1e200, 1.0)}),
        ("sum(u)", {"u": around([1.5e308, 1.5e308])}),
        ("tan(s)", {"s": around(1.5, 0.2)}),
        ("exp(exp(s))", {"s": around(6.5, 0.2)}),
        ("s - s", {"s": around(1.0, INFINITE)}),
        ("sin(s)", {"s": around(1.0, INFINITE)}),
        ("u @ K", {"u": around([1.0, 2.0], INFINITE), "K": around(np.zeros((2, 2)))}),
    ],
)
def test_hard_places_are_sound(text, operands):
    check_sound(text, operands, count=400)


def test_turns_inside_the_ball_are_reached():
    hills = Elementwise(
        lambda x: x**3 - 3 * x, "", turns=(-1.0, 1.0)
    )  # ±2 at the turns, which 1.5 falls below
    assert Balls().apply(hills, wide(0.0, 1.5)).rad == 2.0
    assert Balls().apply(hills, wide(0.0, 0.5)).rad == 1.375
    np.testing.assert_array_equal(Balls().apply(hills, wide([-0.5, 0.5], 1.0)).rad, [2.75, 2.75])


@pytest.mark.parametrize("name", ["relu", "abs", "sign", "step", "floor", "ceil", "leaky_relu"])
def test_kinks_of_every_function_inside_the_ball(name):
    for mid in (-1.0, -0.2, 0.0, 0.3, 1.0):
        for rad in (0.0, 0.1, 0.5, 1.0, 2.0):
            check_sound(f"{name}(s)", {"s": around(mid, rad)})
            check_sound(f"{name}'(s)", {"s": around(mid, rad)})


# --- bounds that are not wider than they must be -------------------------------------------------------


def grid_of(operands, count):
    """Return all combinations of `count` points of each component, ends included, along a first axis."""
    sides = [
        np.linspace(mid - rad, mid + rad, count)
        for ball in operands.values()
        for mid, rad in zip(ball.mid.ravel(), ball.rad.ravel(), strict=True)
    ]
    points = np.array(list(product(*sides)))
    sizes = np.cumsum([ball.mid.size for ball in operands.values()])[:-1]
    parts = np.split(points, sizes, axis=1)
    return {
        name: part.reshape(-1, *ball.mid.shape)
        for (name, ball), part in zip(operands.items(), parts, strict=True)
    }


def check_tight(text, factor, count, **operands):
    """Check that the radius is what the farthest of many results needs, or at most `factor` as wide."""
    ball = balls(text, **operands)
    results = worked_at(parse(text), grid_of(operands, count), ball.mid.shape)
    reach = np.nanmax(np.abs(results - ball.mid), axis=0)
    room = 1e-13 * (1 + np.abs(ball.mid))
    assert np.all(reach <= ball.rad + room)
    assert np.all(ball.rad <= factor * reach + room)


# Bounded by their steepest slope, which is 1, or with more than one `x` in them; all others are exact.
LOOSE = {
    "sin": 4,
    "cos": 4,
    "tan": 2,
    "sin'": 4,
    "cos'": 4,
    "tan'": 4,
    "tanh'": 1.2,
    "sigmoid'": 1.1,
    "arctan'": 1.2,
    **dict.fromkeys(("erf'", "normal_cdf'"), 1.1),
}
DOMAIN = {name: limits for name, (_, limits) in FUNCTIONS.items()}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_functions_are_bounded_tightly(name):
    low, high = DOMAIN[name.removesuffix("'")]
    for mid in (-0.7, 0.3, 0.45, 1.3, 2.6):
        for rad in (0.0, 1e-3, 0.05):
            if low <= mid <= high:
                check_tight(f"{name}(s)", LOOSE.get(name, 1 + 1e-9), 101, s=wide(mid, rad))


@pytest.mark.parametrize(
    ("text", "mid", "rad"),
    [
        *(("relu(s)", 0.1, 0.5), ("relu(s)", -0.1, 0.5), ("abs(s)", 0.1, 0.5), ("cosh(s)", -0.1, 0.5)),
        *(("floor(s)", 0.9, 0.5), ("ceil(s)", 0.9, 0.5), ("step(s)", 0.2, 0.5), ("sign(s)", -0.2, 0.5)),
        *(
            ("leaky_relu(s)", 0.1, 0.5),
            ("relu'(s)", 0.1, 0.5),
            ("leaky_relu'(s)", 0.1, 0.5),
            ("abs'(s)", 0.1, 0.5),
        ),
        *(("sqrt(s)", 0.1, 0.5), ("arcsin(s)", 0.9, 0.5), ("arccos(s)", -0.9, 0.5), ("s^1.5", 0.1, 0.5)),
        *(
            ("s^2", 0.1, 0.5),
            ("s^2", -3, 0.5),
            ("s^3", 3, 0.5),
            ("s^3", -3, 0.5),
            ("s^4", -3, 0.5),
            ("s^0", 0, 0.5),
        ),
        *(("s^-1", 3, 0.5), ("s^-1", -3, 0.5), ("s^-2", 3, 0.5), ("s^-2", -3, 0.5), ("s^-3", -3, 0.5)),
        *(("s^0.5", 3, 0.5), ("s^-0.5", 3, 0.5), ("2^s", -3, 0.5), ("0.5^s", -3, 0.5), ("1/s", -3, 0.5)),
        *(
            ("square(s)", -3, 0.5),
            ("exp(s)", 5, 3),
            ("sigmoid(s)", 0, 30),
            ("softplus(s)", 0, 30),
            ("tanh(s)", 5, 9),
        ),
        *(
            ("s > 0", 0.1, 0.5),
            ("s <= 0", 0.1, 0.5),
            ("s > 0", 0.6, 0.5),
            ("s != 0", 0.6, 0.5),
            ("s == 2", 0.6, 0.5),
        ),
        *(("where(s > 0, 3, 4)", 0.1, 0.5), ("where(s > 0, 3, 4)", 0.6, 0.5), ("where(s, 3, 4)", 0.6, 0.5)),
    ],
)
def test_kinks_powers_and_comparisons_are_bounded_tightly(text, mid, rad):
    check_tight(text, 1 + 1e-9, 1001, s=wide(mid, rad))


@pytest.mark.parametrize(
    "text",
    [
        *("s + t", "s - t", "s * t", "s / t", "t / s", "max(s, t)", "min(s, t)", "[s, t]", "[s, 1] @ [t, 3]"),
        *("s < t", "s == t", "where(s < t, s, t)", "t^s", "s^3 / t", "-s - t", "mean([s, t])"),
    ],
)
@pytest.mark.parametrize(("mid_s", "mid_t"), [(0.3, 2.0), (-4.0, 2.1), (1.9, 2.0)])
def test_operations_are_bounded_tightly(text, mid_s, mid_t):
    check_tight(text, 1 + 1e-9, 21, s=wide(mid_s, 0.2), t=wide(mid_t, 0.1))


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        *(("u @ a", 1), ("u @ K", 1.1), ("K @ u", 1.1), ("outer(u, a)", 1), ("softmax(u)", 1), ("sum(u)", 1)),
        *(
            ("max(u)", 1),
            ("min(u)", 1),
            ("mean(u)", 1),
            ("row_sums(K)", 1),
            ("column_sums(K)", 1),
            ("diag(u)", 1),
        ),
        *(
            ("transpose(K)", 1),
            ("inv(0.01*K + [[1, 0], [0, 2]])", 1.1),
            ("column(u)", 1),
            ("row(u)", 1),
            ("dot(u, a)", 1),
            ("softmax(K)", 1),
            ("log_softmax(u)", 1),
            ("log_softmax(K)", 1),
            ("max(u, a)", 1),
        ),
        *(("where(u > 0, u, a)", 1), ("norm(u)", 1.2), ("row(u) @ K", 1.1)),
    ],
)
def test_whole_values_are_bounded_tightly(text, factor):
    every = {"u": wide([0.7, -1.2], 0.1), "a": wide([2.0, 0.5], [0.2, 0.0])}
    every["K"] = wide([[1.0, -2.0], [0.5, 3.0]], [[0.1, 0.0], [0.2, 0.3]])
    used = {name: every[name] for name in sorted(names_in(parse(text)))}
    check_tight(text, factor + 1e-9, 3, **used)


# --- the rest of the contract --------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, 1e-300, 1e300])
def test_exact_is_a_few_units_in_the_last_place(value):
    ball = exact(np.array(value))
    assert ball.mid == value
    assert ball.low <= np.nextafter(value, -np.inf) or value == 0
    assert ball.high >= np.nextafter(value, np.inf) or value == 0
    assert ball.rad <= 8 * np.spacing(abs(value)) * (value != 0)


@pytest.mark.parametrize(
    "text", ["0.1 + 0.2", "1/3 + 1/3 + 1/3", "exp(1) - e", "(0.1 + 0.7)*10", "pi/4 - arctan(1)"]
)
def test_the_rounding_of_literals_is_within_the_ball(text):
    true = {"0.1 + 0.2": 0.3, "1/3 + 1/3 + 1/3": 1.0, "(0.1 + 0.7)*10": 8.0}.get(text, 0.0)
    ball = balls(text)
    assert abs(ball.mid - true) <= ball.rad <= 1e-13


@pytest.mark.parametrize(
    ("text", "operands", "sure"),
    [
        ("s > 0", {"s": wide(0.0, 0.0)}, True),  # a 0 that is exact is not above 0
        ("s > t", {"s": exact(np.array(0.3)), "t": exact(np.array(0.3))}, True),
        ("s == 0.3", {"s": exact(np.array(0.3))}, True),
        # What was written in a line and followed is a little wider than `exact`, and was not rounded.
        ("s == 1", {"s": wide(1.0, 2 * ULPS)}, True),
        ("s != 0.3", {"s": wide(0.3, 2 * ULPS)}, True),
        ("s >= 1", {"s": wide(1.0, 2 * ULPS)}, True),
        ("s >= 0.3", {"s": wide(0.3, 2 * ULPS)}, False),  # 0.1 + 0.2 may be on either side of it
        ("s < t", {"s": wide(3.0, 6 * ULPS), "t": wide(3.0, 6 * ULPS)}, False),  # a tie of two lines
        ("s == 1", {"s": wide(1.0, 0.5)}, False),
        ("s > t", {"s": wide(0.3, 0.1), "t": wide(0.5, 0.05)}, True),
        ("s > t", {"s": wide(0.3, 0.1), "t": wide(0.5, 0.2)}, False),
        ("s > t", {"s": wide(0.3, 0.1), "t": wide(0.3, 0.0)}, False),
        ("s > t", {"s": wide(0.3, INFINITE), "t": wide(0.3, 0.0)}, False),
        ("s > t", {"s": wide(np.nan, 0.0), "t": wide(0.3, 0.0)}, False),
        ("s > t", {"s": exact(np.array(np.inf)), "t": exact(np.array(np.inf))}, False),
    ],
)
def test_a_comparison_says_when_rounding_could_turn_it_over(text, operands, sure):
    assert balls(text, **operands).rad == (0.0 if sure else 1.0)


def test_a_condition_that_may_turn_over_reaches_both_sides_to_their_ends():
    for condition, farthest in ((wide(1.0, 2.0), 3.5), (wide(0.0, 1.0), 3.1)):
        ball = balls("where(s, t, v)", s=condition, t=wide(0.0, 0.1), v=wide(3.0, 0.5))
        assert ball.rad == pytest.approx(farthest)
    assert balls("where(s, t, v)", s=wide(2.0, 1.0), t=wide(0.0, 0.1), v=wide(3.0, 0.5)).rad <= 0.1 + 1e-9


@quick
@given(expressions(functions=ELEMENTWISE), seeds, st.sampled_from([(3,), (2, 2)]))
def test_leading_axes_are_as_one_by_one(text, seed, lead):
    rng = np.random.default_rng(seed)
    names = sorted(names_in(parse(text)))
    operands = {
        name: around(rng.integers(-12, 13, own) / 4, rng.choice([0.0, 1e-2, 0.3], own))
        for name in names
        for own in [tuple(rng.choice([1, size]) for size in lead) + ALL_SHAPES[name]]
    }
    together = balls(text, len(lead), **operands)
    shape = infer(parse(text), ALL_SHAPES, text)
    for place in np.ndindex(lead):

        def at(array, own, place=place):
            return np.broadcast_to(array, lead + own)[place]

        each = {
            name: Ball(at(operands[name].mid, ALL_SHAPES[name]), at(operands[name].rad, ALL_SHAPES[name]))
            for name in names
        }
        alone = balls(text, **each)
        np.testing.assert_allclose(at(together.mid, shape), alone.mid, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(at(together.rad, shape), alone.rad, rtol=1e-6, atol=1e-9)


def test_a_midpoint_without_radius_stays_within_the_machines_rounding():
    ball = balls("tanh(u @ K)^2 / (1 + sum(u))", u=exact(np.array([0.5, 0.25])), K=exact(np.eye(2)))
    assert np.all(ball.rad < 1e-14)


SUMS_OF_MANY = (
    "u @ W",
    "W @ v",
    "transpose(W) @ W",
    "v @ v",
    "sum(W)",
    "mean(W)",
    "row_sums(W)",
    "column_sums(column(v))",
    "softmax(v)",
    "log_softmax(v)",
    "inv(transpose(W) @ W + diag(v))",
)


@pytest.mark.parametrize("arithmetic", [Real(1), Balls(1)], ids=["real", "balls"])
@pytest.mark.parametrize("text", SUMS_OF_MANY)
def test_a_hand_in_is_worked_alone_as_in_a_class_to_the_last_bit(text, arithmetic):
    """However a class lies in memory: by hand-in, or with the same number of all hand-ins together."""
    rng = np.random.default_rng(7)
    shapes = {"u": (5,), "v": (12,), "W": (5, 12)}
    of_class = {name: rng.normal(size=(*shape, 50)) for name, shape in shapes.items()}
    by_number = {name: np.moveaxis(value, -1, 0) for name, value in of_class.items()}
    tree = parse(text)

    def worked(values):
        if arithmetic == Real(1):
            return evaluate(tree, values, arithmetic)[None]
        ball = evaluate(
            tree, {name: Ball(value, abs(value) / 1e6) for name, value in values.items()}, arithmetic
        )
        return np.stack([ball.mid, ball.rad])

    together = worked(by_number)
    assert np.isfinite(together).all()
    for i in range(50):
        alone = worked({name: value[i : i + 1].copy() for name, value in by_number.items()})
        np.testing.assert_array_equal(alone[:, 0], together[:, i])


PICKED = ("v[k]", "M[1, k]", "M[k]", "v[[k, k + 1]]")


@pytest.mark.parametrize("arithmetic", [Real(1), Balls(1)], ids=["real", "balls"])
@pytest.mark.parametrize(
    "text", [*SUMS_OF_MANY, *PICKED, *(text for rows in LOOPS.values() for text, _ in rows)]
)
def test_no_hand_in_at_all_is_worked_to_none(text, arithmetic):
    """What is left of a class may be nobody: none of the lines, but of their shape."""
    tree = parse(text)
    shapes = {"u": (5,), "W": (5, 12), "v": (12,)} if text in SUMS_OF_MANY else WHOLE | {"k": ()}
    none = {name: np.empty((0, *shape)) for name, shape in shapes.items()}
    if arithmetic != Real(1):
        none = {name: Ball(value, value) for name, value in none.items()}
    worked = evaluate(tree, none, arithmetic)
    parts = [worked] if arithmetic == Real(1) else [worked.mid, worked.rad]
    of_one = infer(tree, shapes, text)
    # What is the same for all is worked once.
    assert all(part.shape in {(0, *of_one), (1, *of_one)} for part in parts)
