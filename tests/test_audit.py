"""The audit: what it finds in the practical's key and in others, and that it moves with the equations."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from itertools import product
from pathlib import Path

import autograd.numpy as anp
import handworked as hw
import numpy as np
import pytest
from autograd import grad
from published import MISREAD, PUBLISHED
from shared import as_key
from typer.testing import CliRunner

from grader.cli.app import app
from grader.expressions import Real, parse
from grader.expressions.arithmetic import derivative_of
from grader.expressions.functions import ELEMENTWISE, Elementwise
from grader.schemas.faults import KeyFault
from grader.schemas.key import TraceQuestion
from grader.solver import make_plans, solve
from grader.solver.audit import audit
from grader.solver.differentiate import Place, derivative, differences, points
from grader.solver.findings import ClaimFinding, Misprint, Oddity, Ratio, Verdict
from grader.solver.judge import Evidence, explain
from grader.solver.names import choices_of

PRACTICAL = Path(__file__).parent.parent / "answer_keys" / "practical1.toml"
ACKNOWLEDGED = 'acknowledged = [{ claim = "delta_i", choice = { hidden_delta = "published" } }]'
PUBLISHED_DELTA = (("hidden_delta", "published"),)


def practical(*changes):
    """Return the practical's key as text, with pieces of it exchanged."""
    text = PRACTICAL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@cache
def audited(text):
    return audit(as_key(text))


def claims(found, verdict=Verdict.FAILS):
    return [f for f in found.findings if isinstance(f, ClaimFinding) and f.verdict == verdict]


def broken(found, method="online"):
    """Return what fails by itself in a method: (field, condition) -> ratio."""
    return {(f.field, f.condition): f.ratio for f in claims(found) if f.method == method}


def oddities(found):
    return [(odd.place, odd.says) for odd in found.findings if isinstance(odd, Oddity)]


# Ratios.


def ratio(field, claim):
    """Return what is between a field and its claim that are single numbers at a few points."""
    return explain([Evidence(np.array(field), np.array(claim), {})])


def test_a_ratio_is_told_from_one_number_and_from_tiny_ones():
    assert ratio([0.3], [0.6]) == Ratio(0.5)
    assert ratio([2e-30, -4e-30], [1e-30, -2e-30]) == Ratio(2.0)


def test_zeros_say_nothing_where_both_are_zero_and_much_where_only_one_is():
    assert ratio([0.0, 0.9], [0.0, 0.3]) == Ratio(3.0)
    assert ratio([0.0, 0.9], [0.1, 0.3]) is None
    assert ratio([1e-17, 0.9], [0.0, 0.3]) == Ratio(3.0)  # nothing, beside the largest
    assert ratio([0.0, 0.0], [0.0, 0.0]) is None


# The practical's key.


def test_the_published_hidden_delta_is_found_in_both_methods_and_nothing_else():
    found = audited(practical((ACKNOWLEDGED, "")))
    for method in ("online", "batch"):
        assert broken(found, method) == {("delta_i", PUBLISHED_DELTA): Ratio(1.0, "w", -1)}
        follows = [f for f in claims(found, Verdict.FOLLOWS) if f.method == method]
        assert {(f.field, f.condition, f.because) for f in follows} == {
            ("Delta_W", PUBLISHED_DELTA, ("delta_i",)),
            ("W", PUBLISHED_DELTA, ("delta_i",)),
        }
    assert len(found.findings) == 6
    assert [f.field for f in found.open] == ["delta_i", "delta_i"]


def test_what_the_key_acknowledges_is_found_all_the_same_but_not_open():
    found = audited(practical())
    assert [f.acknowledged for f in claims(found)] == [True, True]
    assert found.open == ()


def test_every_step_and_every_combination_of_choices_was_tried():
    online, batch = audited(practical()).checked
    assert (online.steps, online.choices) == (12, 2 * 2 * 3)
    assert (batch.steps, batch.choices) == (3, 2 * 2 * 3 * 3)
    assert online.claims == batch.claims == ("delta_out", "delta_i", "Delta_w", "Delta_W", "w", "W")


def test_the_example_is_the_printed_solution_against_the_derivative():
    example = next(f.example for f in claims(audited(practical())) if f.method == "online")
    assert example.step == (("iteration", 0), ("sample", 0))
    assert example.component == (0,)
    assert example.field == pytest.approx(-0.90141)
    assert example.claim == pytest.approx(-0.90141 * 0.02)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        # The option itself repaired: nothing is left.
        ([('published = { back = "1"', 'published = { back = "w*1"')], {}),
        ([('published = { back = "1"', 'published = { back = "w/4"')], {"delta_i": Ratio(0.25)}),
        ([('published = { back = "1"', 'published = { back = "w^2"')], {"delta_i": Ratio(1.0, "w", 1)}),
        # Something that is no factor: found, but not explained.
        ([('published = { back = "1"', 'published = { back = "w + 1"')], {"delta_i": None}),
    ],
)
def test_the_finding_moves_with_the_option(changes, wanted):
    found = audited(practical((ACKNOWLEDGED, ""), *changes))
    conditions = {(field, PUBLISHED_DELTA): ratio for field, ratio in wanted.items()}
    assert broken(found) == broken(found, "batch") == conditions


@pytest.mark.parametrize(
    ("old", "new", "field", "condition", "ratio"),
    [
        (
            'delta_out = "(z_out - y) * f_out\'(s_out)"',
            'delta_out = "z_out - y"',
            "delta_out",
            (("output", "tanh"),),
            Ratio(1.0, "tanh'(s_out)", -1),
        ),
        (
            '"in_step * delta_out * z_i"',
            '"in_step * delta_out + 0 * z_i"',
            "Delta_w",
            (),
            Ratio(1.0, "z_i", -1),
        ),
        ('"in_step * delta_out * z_i"', '"-in_step * delta_out * z_i"', "Delta_w", (), Ratio(-1.0)),
        ('"in_step * delta_out * z_i"', '"2 * in_step * delta_out * z_i"', "Delta_w", (), Ratio(2.0)),
        ('"w + at_update * Delta_w"', '"w - at_update * Delta_w"', "w", (), None),
        ('"w + at_update * Delta_w"', '"w + Delta_w"', "w", (("delta_sign", "gradient"),), None),
        ('"(z_out - y)^2 / 2"', '"(z_out - y)^2"', "delta_out", (), Ratio(0.5)),
    ],
)
def test_the_finding_moves_with_the_equation(old, new, field, condition, ratio):
    """The changes are in the method online; the last changes both methods' loss."""
    found = broken(audited(practical((ACKNOWLEDGED, ""), (old, new))))
    del found["delta_i", PUBLISHED_DELTA]
    if field == "w" and condition:
        assert set(found) == {(field, condition), ("w", (("delta_sign", "scaled"),))}
    else:
        assert found == {(field, condition): ratio}


def test_a_mean_that_is_taken_twice_is_found_under_its_option():
    late = 'mean_late = { in_delta = "1", in_sum = "1/4"'
    text = practical((late, late.replace('"1",', '"1/4",')))
    assert audited(text).open == ()  # the claims take the same factors: they say which loss is meant
    delta = 'Delta_w   = "in_step * in_sum * (delta_out @ z_i)"'
    found = audited(practical((delta, delta.replace(" * in_sum", ""))))
    assert broken(found, "batch")["Delta_w", (("reduction", "mean_late"),)] == Ratio(4.0)


# Other keys: nothing is made for one exercise.

SOFTMAX = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { V = [[0.1, -0.2], [0.3, 0.5], [-0.4, 0.2]], b = [0, 0, 0] }
[question.method.m]
loop.round = [{ u = [1.5, -0.5], t = [0, 1, 0] }, { u = [0.25, 2.0], t = [1, 0, 0] }]
[question.method.m.equations]
o = "V @ u + b"
p = "softmax(o)"
d = "p - t"
H = "-sum(t * log(p))"
b = "b - 0.5 * d"
V = "V - 0.5 * outer(d, u)"
[question.method.m.claims]
d = "derivative(H, o)"
b = "b - derivative(H, b) / 2"
V = "V - 0.5 * derivative(H, V)"
"""


def test_softmax_and_cross_entropy_with_the_loss_below_the_delta():
    assert audited(SOFTMAX).findings == ()
    found = audited(SOFTMAX.replace('d = "p - t"', 'd = "t - p"'))
    assert broken(found, "m") == {("d", ()): Ratio(-1.0)}
    assert {f.field for f in claims(found, Verdict.FOLLOWS)} == {"b", "V"}


SATURATED = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
[question.method.m]
loop.round = [{ u = 17.5 }, { u = 12.25 }, { u = 0.75 }]
[question.method.m.equations]
s = "2 * u"
z = "tanh(s)"
d = "1 - z^2"
[question.method.m.claims]
d = "derivative(z, s)"
"""


def test_what_cancels_in_the_machines_numbers_is_no_fault_of_the_key():
    assert audited(SATURATED).findings == ()  # at s = 35 the machine has 0 for 1 - z^2, and 1.6e-30 for tanh'
    for wrong in ("2 * (1 - z^2)", "1.0000001 * (1 - z^2)", "-(1 - z^2)", "1 - z^2 + 1e-9"):
        found = broken(audited(SATURATED.replace('"1 - z^2"', f'"{wrong}"')), "m")
        assert [field for field, _ in found] == ["d"]


NEWTON = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { r = 2 }
[question.method.m]
loop.k = 3
[question.method.m.equations]
g  = "r^3 - 2*r - 5"
dg = "3*r^2 - 2"
r  = "r - g/dg"
[question.method.m.claims]
dg = "derivative(g, r)"
r  = "r - g / derivative(g, r)"
"""


def test_newtons_method_whose_quantity_is_replaced_within_the_step():
    assert audited(NEWTON).findings == ()
    found = audited(NEWTON.replace("3*r^2 - 2", "3*r^2"))
    assert set(broken(found, "m")) == {("dg", ())}
    assert [f.because for f in claims(found, Verdict.FOLLOWS)] == [("dg",)]


LABELS = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { v = [0.5, -0.5] }
[question.method.m]
loop.row = [{ a = [1.0, 0.5], c = 1 }, { a = [0.5, -1.5], c = -1 }]
[question.method.m.equations]
m = "a @ v"
H = "softplus(-c * m)"
d = "sigmoid(m) - (c + 1)/2"
v = "v - d * a"
[question.method.m.claims]
d = "derivative(H, m)"
"""


def test_labels_stay_whole_numbers_at_random_points():
    """The derivative of the logistic loss has this form for labels of 1 and -1 only."""
    assert audited(LABELS).findings == ()
    assert set(broken(audited(LABELS.replace("(c + 1)/2", "c/2")), "m")) == {("d", ())}


KINK = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { v = 0.0 }
[question.method.m]
loop.k = 1
[question.method.m.equations]
h = "{h}"
d = "{d}"
v = "v - d"
[question.method.m.claims]
d = "derivative(h, v)"
"""


def kinked(h, d):
    return KINK.replace("{h}", h).replace("{d}", d)


def test_at_a_kink_there_is_nothing_to_prove_and_beside_it_there_is():
    """The key's own value is the kink; any convention is right there."""
    assert audited(kinked(h="abs(v)", d="where(v >= 0, 1, -1)")).findings == ()
    found = audited(kinked(h="abs(v)", d="where(v > 0, 1, 0)"))
    (finding,) = claims(found)
    assert finding.example.step is None


def test_what_is_defined_nowhere_is_unproven():
    found = audited(kinked(h="log(v - 100)", d="1/(v - 100)"))
    assert [f.verdict for f in found.open] == [Verdict.UNPROVEN]


def test_dual_numbers_that_differences_do_not_bear_out_are_our_own_fault(monkeypatch):
    monkeypatch.setitem(ELEMENTWISE, "tanh", Elementwise(np.tanh, "1 - x^2"))
    derivative_of.cache_clear()
    found = audited(kinked(h="tanh(v)", d="tanh'(v)"))
    derivative_of.cache_clear()
    assert [f.verdict for f in found.open] == [Verdict.DOUBTFUL]


TWO_GROUPS = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { v = 0.7 }
[question.method.m]
loop.k = 2
[question.method.m.equations]
h = "v^3"
d = "A * B * 3 * v^2"
v = "v - d / 10"
[question.method.m.claims]
d = "derivative(h, v)"
[question.choice.one]
yes = { A = "1" }
no  = { A = "2" }
[question.choice.two]
yes = { B = "1" }
no  = { B = "1/2" }
"""


def test_options_that_are_wrong_each_but_right_together():
    found = broken(audited(TWO_GROUPS), "m")
    assert found == {
        (("d"), (("one", "yes"), ("two", "no"))): Ratio(0.5),
        (("d"), (("one", "no"), ("two", "yes"))): Ratio(2.0),
    }


# Derivatives of a step.


@pytest.mark.parametrize("by", ["s_i", "z_i", "s_out", "w", "W", "x"])
@pytest.mark.parametrize("output", ["relu", "tanh"])
def test_gradients_of_a_step_against_autograd(plans, by, output):
    plan = plans["batch"]
    choice = plan.default_choice | {"output": output}
    start = points(plan, choice)
    found = derivative(Place(plan, choice, "delta_out"), start, parse("L"), by)
    f = anp.tanh if output == "tanh" else lambda s: anp.where(s > 0, s, 0)  # 0.5 at 0 with maximum

    def loss(value, i):
        """Work on from one quantity, which is not worked from those before it."""
        names = {name: array[i] for name, array in start.items()} | {by: value}
        s_i = value if by == "s_i" else anp.dot(names["x"], names["W"])
        z_i = value if by == "z_i" else anp.where(s_i > 0, s_i, 0)
        s_out = value if by == "s_out" else anp.dot(z_i, names["w"])
        return anp.sum((f(s_out) - names["y"]) ** 2) / 2

    scope = Place(plan, choice, "delta_out").scope
    values = scope(start, Real(1))[by]
    for i in range(len(found)):
        np.testing.assert_allclose(found[i], grad(loss)(values[i], i), rtol=1e-9, atol=1e-15)


def test_constants_keep_to_their_range_at_random_points():
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { v = 0.3 }
    given = { a = { default = 0.95, below = 1 }, b = { default = 0.95 } }
    [question.method.m]
    loop.k = 1
    equations.v = "v * log(1 - a) * b"
    """
    (question,) = as_key(text).question
    start = points(make_plans(question)["m"], {})
    assert start["b"].max() > 1 > start["a"].max()
    assert start["a"].min() < 0.8


def test_a_name_is_seen_as_in_the_equation_of_its_line():
    """Above the update w is the earlier value, and below it the new one."""
    text = NEWTON.replace("[question.method.m.claims]", 'after = "r^2"\n[question.method.m.claims]')
    plan = make_plans(as_key(text).question[0])["m"]
    start = points(plan, {})
    above = derivative(Place(plan, {}, "r"), start, parse("r^2"), "r")
    np.testing.assert_allclose(above, 2 * start["r"])
    below = derivative(Place(plan, {}, "after"), start, parse("r^2"), "r")
    np.testing.assert_allclose(below[:3], 2 * solve(plan, {}, {})["r"])


def test_large_derivatives_come_in_blocks(monkeypatch, plans):
    plan, choice = plans["batch"], plans["batch"].default_choice
    start = points(plan, choice)
    place = Place(plan, choice, "delta_i")
    whole = derivative(place, start, parse("L"), "W")
    by_differences = differences(place, start, parse("L"), "W")
    monkeypatch.setattr("grader.solver.differentiate._ROOM", 1)
    np.testing.assert_array_equal(derivative(place, start, parse("L"), "W"), whole)
    np.testing.assert_array_equal(differences(place, start, parse("L"), "W").slope, by_differences.slope)
    np.testing.assert_allclose(by_differences.slope, whole, rtol=1e-5, atol=1e-9)


CUBE = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { v = 0.7, c = 1.0 }
[question.method.m]
loop.k = 2
[question.method.m.equations]
h = "c + v^3"
v = "v - h / 10"
"""


@pytest.mark.parametrize("of", ["c + v^3", "c + abs(v - 1)"])
@pytest.mark.parametrize("beside", [0.0, 1.0, 1e6, 1e12, 1e15])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e5])
def test_differences_know_how_far_they_may_be_off(of, beside, size):
    """Beside a number so large that the machine rounds off most of the rest; the slope is known exactly."""
    plan = make_plans(as_key(CUBE).question[0])["m"]
    v = size * np.array([0.3, 0.8, 1.7, -2.2])
    start = {"v": v, "c": np.full(4, beside)}
    found = differences(Place(plan, {}, "h"), start, parse(of.replace("1", str(size))), "v")
    wanted = 3 * v**2 if "^" in of else np.sign(v - size)
    assert np.all(found.smooth)
    assert np.all(np.abs(found.slope - wanted) <= found.room)
    if beside <= size:
        assert np.all(found.room <= 1e-5 * np.maximum(np.abs(wanted), size**2))


@pytest.mark.parametrize("of", ["abs(v - 2)", "relu(2 - v)", "where(v > 2, 1, 0)", "log(v - 2)"])
def test_differences_mean_nothing_at_a_kink_a_step_and_the_end_of_a_domain(of):
    plan = make_plans(as_key(CUBE).question[0])["m"]
    start = {"v": np.array([2.0, 2.0001, 3.0]), "c": np.zeros(3)}
    assert differences(Place(plan, {}, "h"), start, parse(of), "v").smooth.tolist() == [False, False, True]


# Claims that cannot be read.


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        ("derivative(g, q)", "expected the name of a quantity to differentiate by"),
        ("derivative(g, r + 1)", "expected the name of a quantity to differentiate by"),
        ("derivative(g)", "expected derivative(of, by)"),
        ("derivative(derivative(g, r), r)", "unknown function derivative"),
        ("derivative(q, r)", "unknown name q"),
        ("[derivative(g, r), 1]", "expected a number, as the equation gives, found a vector of 2"),
    ],
)
def test_claims_that_cannot_be_worked(claim, wanted):
    with pytest.raises(KeyFault) as fault:
        audited(NEWTON.replace('dg = "derivative(g, r)"', f'dg = "{claim}"'))
    assert "question[q].method.m.claims.dg" in str(fault.value)
    assert wanted in str(fault.value)


def test_a_claim_may_use_a_vector_that_is_given_to_each_step():
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { w = [0.3, -0.2] }
    [question.constants]
    c = [2.0, 3.0]
    [question.method.m]
    loop.k = [{ x = [1.0, 0.5] }, { x = [-0.5, 2.0] }]
    equations.h = "(c * x) @ w"
    equations.d = "c * x"
    equations.w = "w - d / 10"
    claims.d = "c * x * derivative(h, h)"
    """
    assert audited(key).findings == ()


def test_a_claim_about_no_field():
    with pytest.raises(KeyFault, match=r"claims\.nn: expected the name of an equation"):
        audited(NEWTON.replace('dg = "derivative', 'nn = "derivative'))


# Points, options, mistakes, acknowledgements.


def test_points_that_cannot_be_reached_or_do_not_count():
    assert oddities(audited("points = 2\n" + NEWTON)) == [
        ("points", "the key has 2 points, its questions add up to 1")
    ]
    assert oddities(audited("points = 0.5\n" + NEWTON)) == [
        ("points", "the questions that are no bonus add up to 1, of which 0.5 count")
    ]
    assert audited("points = 1\n" + NEWTON).findings == ()


def test_options_that_cannot_be_told_apart_and_groups_of_no_use():
    same = TWO_GROUPS.replace('no  = { A = "2" }', 'no  = { A = "2/2" }').replace("1/2", "2/2")
    assert oddities(audited(same)) == [
        ("q, choice one", "yes and no give the same values throughout"),
        ("q, choice two", "yes and no give the same values throughout"),
    ]
    unused = NEWTON + '[question.choice.c]\na = { Q = "1" }\n'
    assert oddities(audited(unused)) == [("q, choice c", "no equation uses what its options define")]


def test_options_that_have_no_value_alike_cannot_be_told_apart():
    nowhere = (
        TWO_GROUPS.replace('h = "v^3"', 'h = "v^3 + 0 * u"')
        .replace('d = "A * B * 3 * v^2"', 'u = "A * B * log(-v)"\nd = "3 * v^2"')
        .replace('h = "v^3 + 0 * u"\n', 'h = "v^3"\n')
    )
    assert oddities(audited(nowhere)) == [
        ("q, choice one", "yes and no give the same values throughout"),
        ("q, choice two", "yes and no give the same values throughout"),
    ]


def test_very_many_choices_go_through_their_options_one_group_at_a_time():
    groups = {f"g{i}": {"a": {f"A{i}": "1"}, "b": {f"A{i}": "2"}} for i in range(9)}
    table = tomllib.loads(NEWTON)["question"][0]
    few, many = (
        choices_of(
            TraceQuestion.model_validate(table | {"choice": dict(list(groups.items())[:count])}),
            tuple(groups)[:count],
        )
        for count in (8, 9)
    )
    assert len(few) == 2**8
    assert len({tuple(choice.items()) for choice in few}) == 2**8
    assert len(many) == 2 * 9
    assert all(choice.keys() == groups.keys() for choice in many)
    assert {item for choice in many for item in choice.items()} == {(g, o) for g in groups for o in "ab"}


def test_options_that_differ_only_beside_another_option_are_told_apart():
    text = TWO_GROUPS.replace('"A * B * 3 * v^2"', '"3 * v^2 + (A - 1) * (B - 1)"')
    assert oddities(audited(text)) == []


def test_a_mistake_that_is_none():
    text = NEWTON + '[question.mistake.none]\nsays = "Nothing."\ndg = "r*r*3 - 2"\n'
    says = "it gives the values of the right lines, under every choice"
    assert oddities(audited(text)) == [("q, method m, mistake none", says)]
    assert oddities(audited(text.replace("r*r*3 - 2", "r*r*3"))) == []


def said(text):
    return [(odd.place, odd.says) for odd in audited(text).remarks]


def test_what_no_line_uses_is_said_and_what_anything_uses_is_not():
    """A value that a known mistake alone is worked from stands on the sheet, and students take it."""
    idle = (
        NEWTON.replace("start = { r = 2 }", "start = { r = 2, v = [1, 2], q = 0.3 }")
        + "[question.constants]\nc = 2.0\n"
        + "[question.given]\nh = { default = 1 }\n"
    )
    assert said(NEWTON) == []
    assert said(idle) == [
        ("q, start", "no line uses v and q"),
        ("q, constants", "no line uses c"),
        ("q, given", "no line uses h"),
    ]
    assert audited(idle).open == ()
    mistake = '[question.mistake.m]\nsays = "No."\ng = "r^3 - c * h * q + sum(v)"\n'
    assert said(idle + mistake) == []


def test_a_start_value_that_the_first_step_replaces_is_idle():
    text = NEWTON.replace('dg = "3*r^2 - 2"', 'dg = "3*r^2 - 2"\nu = "2 * r"')
    assert said(text.replace("r = 2 }", "r = 2, u = 5 }")) == [("q, start", "no line uses u")]
    before = text.replace('u = "2 * r"', 'u = "2 * r + u"')
    assert said(before.replace("r = 2 }", "r = 2, u = 5 }")) == []


def test_inputs_of_a_loop_and_names_of_a_choice_that_no_line_uses():
    text = NEWTON.replace("loop.k = 3", "loop.k = [{ a = 1, b = 2 }, { a = 0, b = 3 }]")
    assert text != NEWTON
    text = text.replace('"r - g/dg"', '"r - s * g/dg + 0 * a"')
    text += '[question.choice.c]\none = { s = "1", t = "1" }\ntwo = { s = "2", t = "1" }\n'
    assert said(text) == [("q, method m, loop k", "no line uses b"), ("q, choice c", "no line uses t")]


def test_lines_that_are_zero_and_those_whose_zero_passes():
    zero = NEWTON.replace('dg = "3*r^2 - 2"', 'dg = "3*r^2 - 2"\nz = "0 * g"')
    assert said(zero) == [("q, method m", "z is 0 in every step")]
    loose = NEWTON.replace("points = 1", "points = 1\ntolerance = { abs = 100 }")
    assert said(loose) == [("q, method m", "the tolerance lets 0 pass for every g, dg and r")]


def test_methods_that_no_hand_in_can_tell_apart():
    again = NEWTON[NEWTON.index("[question.method.m]") :].replace("method.m", "method.again")
    assert oddities(audited(NEWTON + again)) == [
        ("q, methods", "m and again give the same values throughout")
    ]
    other = again.replace('"r - g/dg"', '"r - g/dg/2"')
    assert again != other
    assert oddities(audited(NEWTON + other)) == []


def test_what_costs_more_than_the_question_has():
    mistake = '[question.mistake.m]\nsays = "No."\nat_most = {}\ng = "r^3"\n'
    mistake += "[question.given]\nh = {{ default = 1, cost = {} }}\n"
    assert oddities(audited(NEWTON + mistake.format(2, 3))) == [
        ("q, mistake m, at_most", "expected points of the question, which has 1, found 2"),
        ("q, given h, cost", "expected points of the question, which has 1, found 3"),
    ]
    assert oddities(audited(NEWTON + mistake.format(1, 1))) == []


@pytest.mark.parametrize("claim", ["3*r^2 - 2", "(3 * r^2) - 2", "dg"])
def test_a_claim_that_says_the_equation_again_proves_nothing(claim):
    text = NEWTON.replace("derivative(g, r)", claim, 1)
    assert text != NEWTON
    says = "it says what the equation says, and proves nothing"
    assert oddities(audited(text)) == [("q, method m, claim of dg", says)]


def test_an_acknowledgement_of_what_is_not_there():
    found = audited(practical(('published = { back = "1"', 'published = { back = "1*w"')))
    assert ("exercise2, acknowledged", "the claim of delta_i: no such fault was found") in oddities(found)
    assert found.open


@pytest.mark.parametrize(
    ("known", "place", "words"),
    [
        (
            'claim = "delta_j"',
            ".claim",
            "expected one of delta_out, delta_i, Delta_w, Delta_W, w, W; found delta_j",
        ),
        ('misprint = "delta_j"', ".misprint", "expected one of s_i, z_i"),
        (
            'claim = "delta_i", choice = { hidden = "exact" }',
            ".choice",
            "expected one of output, hidden_delta, ",
        ),
        (
            'claim = "delta_i", choice = { hidden_delta = "exakt" }',
            ".choice.hidden_delta",
            "expected one of published, exact; found exakt; did you mean exact?",
        ),
    ],
)
def test_an_acknowledgement_of_what_there_cannot_be_is_told_with_its_place(known, place, words):
    text = practical((ACKNOWLEDGED, ACKNOWLEDGED.replace("]", f", {{ {known} }}]")))
    with pytest.raises(KeyFault) as raised:
        audited(text)
    assert raised.value.place == f"question[exercise2].acknowledged[1]{place}"
    assert words in raised.value.reason


def test_an_acknowledgement_covers_its_choice_only():
    other = ACKNOWLEDGED.replace("published", "exact")
    assert len(audited(practical((ACKNOWLEDGED, other))).open) == 3  # both methods, and itself of no use


# Numbers in print.


def with_published(table, extra=""):
    """Return the practical's key with a table of printed numbers, and nothing else to prove."""
    lines = ["[question.published]", extra]
    for (iteration, sample), fields in table.items():
        lines += ["[[question.published.steps]]", f"iteration = {iteration}", f"sample = {sample}"]
        lines += [f"{name} = {value!r}".replace("'", '"') for name, value in fields.items()]
    text = practical(
        (ACKNOWLEDGED, ""), ("[question.choice.output]", "\n".join(lines) + "\n[question.choice.output]")
    )
    return re.sub(r"\[question\.method\.\w+\.claims\][^\[]*", "", text)


def test_exactly_the_misread_numbers_of_the_scan_are_found():
    found = [f for f in audited(with_published(PUBLISHED)).findings if isinstance(f, Misprint)]
    assert {(*dict(f.step).values(), f.field, f.component) for f in found} == set(MISREAD)
    for misprint in found:
        right = float(MISREAD[(*dict(misprint.step).values(), misprint.field, misprint.component)])
        assert misprint.solved == pytest.approx(right, abs=0.6e-8)


def test_printed_numbers_are_counted_and_compared_by_their_own_way():
    table = {(0, 0): {"z_out": "0.0982718058711", "delta_i": ["-0.0178604", "-0.0267906", "-0.08037179"]}}
    by_the_sheet = 'choose = { output = "tanh", hidden_delta = "exact" }'
    found = audited(with_published(table, by_the_sheet))
    assert [checked.printed for checked in found.checked] == [4, 0]
    assert found.open == ()
    assert len(audited(with_published(table)).open) == 4


def test_printed_numbers_may_be_worked_with_another_constant():
    table = {(0, 0): {"w": hw.practical(alpha=0.6, digits=6)["steps"][0]["w"]}}
    other, usual = (with_published(table, extra) for extra in ("given = { alpha = 0.6 }", ""))
    assert (len(audited(other).findings), len(audited(usual).findings)) == (0, 3)


def test_half_a_unit_of_the_last_printed_digit():
    for printed, right in (("0.0986", True), ("0.0985", False), ("9.859e-2", True), ("0.098591", False)):
        assert (not audited(with_published({(0, 0): {"s_out": printed}})).open) == right


def test_a_misprint_can_be_acknowledged():
    text = with_published({(0, 0): {"s_out": "0.0959"}, (0, 1): {"s_out": "0.0649"}})
    known = 'acknowledged = [{ misprint = "s_out", step = { sample = 1 } }]\n'
    text = text.replace("[question.given]", known + "[question.given]")
    assert [dict(f.step)["sample"] for f in audited(text).open] == [0]


@pytest.mark.parametrize(
    ("table", "extra", "wanted"),
    [
        ({(0, 9): {}}, "", "iteration (0 to 2), sample (0 to 3)"),
        ({(0, 0): {"s": "1"}}, "", "published.steps[0].s: expected the name of an equation"),
        ({(0, 0): {"w": ["1", "2"]}}, "", "published.steps[0].w: expected a vector of 3"),
        ({(0, 0): {"W": [["1"], ["2"]]}}, "", "published.steps[0].W: expected a matrix of 2×3"),
        ({(0, 0): {}}, "", "expected the printed numbers of a field beside the labels, found none"),
        ({(0, 0): {"L": "0.4"}}, 'choose = { output = "sin" }', "output has no option 'sin'"),
        ({(0, 0): {"L": "0.4"}}, 'method = "of"', "there is no method of"),
    ],
)
def test_printed_tables_that_do_not_fit(table, extra, wanted):
    with pytest.raises(KeyFault) as fault:
        audited(with_published(table, extra))
    assert wanted in str(fault.value)


# The command.


def run(text, tmp_path):
    file = tmp_path / "key.toml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["audit", str(file)])


def test_exit_codes(tmp_path):
    assert run(practical(), tmp_path).exit_code == 0
    assert run(practical((ACKNOWLEDGED, "")), tmp_path).exit_code == 1
    assert run(NEWTON, tmp_path).exit_code == 0
    assert run(NEWTON.replace('"3*r^2 - 2"', '"3*r^2"'), tmp_path).exit_code == 1


def test_a_key_that_cannot_be_used_is_wrong_usage(tmp_path):
    file = tmp_path / "key.toml"
    file.write_text(NEWTON.replace("r - g/dg", "r - g/gd"), encoding="utf-8")
    main = [sys.executable, "-c", "from grader.cli import main; main()", "audit", str(file)]
    done = subprocess.run(main, capture_output=True, text=True, cwd=PRACTICAL.parent.parent, check=False)
    assert done.returncode == 2
    assert "unknown name gd" in done.stderr
    assert str(file) in done.stderr
    assert done.stdout == ""


def test_two_keys_of_one_id_are_told_by_the_second(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(NEWTON, encoding="utf-8")
    told = str(CliRunner().invoke(app, ["audit", str(tmp_path)]).exception)
    assert f"{tmp_path / 'b.toml'}: line 2, column 6: id: {tmp_path / 'a.toml'} has the id k as well" in told


def test_the_report_names_the_place_and_what_is_missing(tmp_path):
    text = run(practical((ACKNOWLEDGED, "")), tmp_path).stdout
    for method, loss in product(["online"], ["L"]):
        assert f"exercise2, method {method}, hidden_delta = published:" in text
        assert f"delta_i is not derivative({loss}, s_i); it is larger by 1/w" in text
    assert "exercise2, method batch, hidden_delta = published:" in text
    assert "exact" not in text
    assert "5 findings, 2 not acknowledged by the key." in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_report_of_a_clean_key_and_of_an_acknowledged_fault(tmp_path):
    assert run(NEWTON, tmp_path).stdout.endswith("Nothing found.\n")
    text = run(practical(), tmp_path).stdout
    assert "hidden_delta = published (acknowledged by the key):" in text
    assert text.endswith("5 findings, all acknowledged by the key.\n")  # three of them are formulas


def test_the_report_says_what_is_worth_a_look_and_is_content(tmp_path):
    done = run(NEWTON.replace("r = 2 }", "r = 2, v = 2.0 }"), tmp_path)
    assert "Worth a look:\n  - q, start: no line uses v.\n\nNothing found.\n" in done.stdout
    assert done.exit_code == 0


def test_the_report_of_misprints_and_oddities(tmp_path):
    text = run(
        "points = 9\n"
        + NEWTON.replace("points = 1", "points = 1\npublished.steps = [{ k = 0, g = '-1.5' }]"),
        tmp_path,
    ).stdout
    assert "points: the key has 9 points, its questions add up to 1." in text
    assert "q, method m, k 0: g is printed as -1.5, and is -1." in text
    assert "1 printed number." in text


@pytest.mark.parametrize(
    ("d", "words"),
    [
        ("a*v/4", "it is 0.25 times as large"),
        ("-a*v", "its sign is the opposite"),
        ("v", "it is larger by 1/a: the factor a is missing"),
        ("-v", "it is larger by -1/a: the factor a is missing, and its sign is the opposite"),
        ("3*v", "it is larger by 3*1/a: the factor a is missing, and it is 3 times as large"),
        ("a^2*v", "it is larger by a: the factor a is one too many"),
        ("a*v + 1", "by no simple factor"),
    ],
)
def test_reasons_in_words(d, words, tmp_path):
    text = run(
        kinked("a*v^2/2", d).replace("loop.k = 1", "loop.k = 1\nconstants = { a = 0.3 }"), tmp_path
    ).stdout
    assert words in " ".join(text.split())


def test_unproven_and_doubtful_in_words(tmp_path, monkeypatch):
    text = run(kinked(h="log(v - 100)", d="1/(v - 100)"), tmp_path).stdout
    assert "so it is not proven" in " ".join(text.split())
    monkeypatch.setitem(ELEMENTWISE, "sinh", Elementwise(np.sinh, "x"))
    text = run(kinked(h="sinh(v)", d="cosh(v)"), tmp_path).stdout
    assert "please report it" in " ".join(text.split())
