"""The solver against numbers that others printed, and against automatic differentiation."""

import json
import re
from dataclasses import replace
from itertools import product

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from published import BULLETS, MISREAD, PUBLISHED
from shared import as_key

from grader.schemas.faults import UsageFault
from grader.solver import make_plans, settle, settle_given, solve
from grader.solver.show import as_json, as_log, as_table


def half_unit(text):
    mantissa, _, exponent = text.lower().partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def printed(value, index=()):
    """Yield (component, text) of a published value."""
    if isinstance(value, str):
        yield index, value
    else:
        for i, item in enumerate(value):
            yield from printed(item, (*index, i))


def published_numbers():
    for (iteration, sample), fields in PUBLISHED.items():
        for name, value in fields.items():
            for component, text in printed(value):
                yield iteration, sample, name, component, text


@pytest.fixture(scope="module")
def published_trace(plans):
    plan = plans["online"]
    return solve(plan, plan.default_choice, plan.default_given)


def test_the_default_choices_reproduce_the_published_solution(plans, published_trace):
    compared = 0
    for iteration, sample, name, component, text in published_numbers():
        right = MISREAD.get((iteration, sample, name, component), text)
        t = plans["online"].steps.index({"iteration": iteration, "sample": sample})
        ours = published_trace[name][(t, *component)]
        assert abs(ours - float(right)) <= half_unit(right) * (1 + 1e-9), (iteration, sample, name, component)
        compared += 1
    assert compared > 200


def test_a_number_is_called_misread_only_where_it_is():
    texts = {(i, s, name, component): text for i, s, name, component, text in published_numbers()}
    for place, right in MISREAD.items():
        assert abs(float(texts[place]) - float(right)) > half_unit(texts[place]), place


def test_the_bullets_before_the_printout(published_trace):
    for name, value in BULLETS[0, 0].items():
        for component, text in printed(value):
            # One number is printed with all digits of the machine: there its last place decides.
            allowed = max(half_unit(text) * (1 + 1e-9), np.spacing(abs(float(text))))
            assert abs(published_trace[name][(0, *component)] - float(text)) <= allowed


# PRACTICAL.md: what the question sheet itself asks for, and four updates that the scan lost in part.
def test_the_sheets_own_reading(plans):
    plan = plans["online"]
    trace = solve(plan, settle(plan, {"output": "tanh", "hidden_delta": "exact"}), {"alpha": 0.2})
    assert trace["z_out"][0] == pytest.approx(0.0982718058711, abs=5e-14)
    assert trace["L"][0] == pytest.approx(0.406556868043, abs=5e-13)
    assert trace["delta_out"][0] == pytest.approx(-0.893019891311, abs=5e-13)
    np.testing.assert_allclose(trace["delta_i"][0], [-0.0178604, -0.0267906, -0.08037179], atol=5e-9)
    np.testing.assert_allclose(trace["w"][-1], [0.20802537, 0.41836359, 0.00265945], atol=5e-9)


def test_what_the_scan_lost(published_trace):
    np.testing.assert_allclose(
        published_trace["s_out"][[2, 3, 7, 9, 11]],
        [0.161459210144, 0.053511510936, 0.103219346565, 0.169035682078, 0.135318828438],
        atol=5e-13,
    )
    np.testing.assert_allclose(published_trace["w"][-1], [0.2356321, 0.42182473, 0.11176453], atol=5e-9)


ACTIVATIONS = {"relu": lambda s: anp.maximum(s, 0.0), "tanh": anp.tanh}


@pytest.mark.parametrize(("output", "alpha"), list(product(ACTIVATIONS, [0.05, 0.5])))
def test_online_updates_follow_the_gradient(plans, output, alpha):
    plan = plans["online"]
    trace = solve(plan, settle(plan, {"output": output, "hidden_delta": "exact"}), {"alpha": alpha})

    def loss(parameters, x, y):
        W, w = parameters
        return 0.5 * (ACTIVATIONS[output](anp.dot(ACTIVATIONS["relu"](anp.dot(x, W)), w)) - y) ** 2

    W, w = plan.start["W"], plan.start["w"]
    for t in range(len(plan.steps)):
        x, y = plan.inputs["x"][t], plan.inputs["y"][t]
        assert trace["L"][t] == pytest.approx(loss((W, w), x, y), rel=1e-12)
        dW, dw = autograd.grad(loss)((W, w), x, y)
        np.testing.assert_allclose(trace["Delta_W"][t], -alpha * dW, rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(trace["Delta_w"][t], -alpha * dw, rtol=1e-9, atol=1e-14)
        W, w = W - alpha * dW, w - alpha * dw
        np.testing.assert_allclose(trace["W"][t], W, rtol=1e-9)
        np.testing.assert_allclose(trace["w"][t], w, rtol=1e-9)


@pytest.mark.parametrize(("output", "reduction"), list(product(ACTIVATIONS, ["sum", "mean", "mean_late"])))
def test_batch_updates_follow_the_gradient(plans, output, reduction):
    plan = plans["batch"]
    choice = {"output": output, "hidden_delta": "exact", "reduction": reduction, "delta_sign": "gradient"}
    trace = solve(plan, settle(plan, choice), {"alpha": 0.2})
    x, y = plan.inputs["x"][0], plan.inputs["y"][0]

    def loss(parameters):
        W, w = parameters
        each = 0.5 * (ACTIVATIONS[output](anp.dot(ACTIVATIONS["relu"](anp.dot(x, W)), w)) - y) ** 2
        return anp.sum(each) if reduction == "sum" else anp.mean(each)

    W, w = plan.start["W"], plan.start["w"]
    for t in range(len(plan.steps)):
        dW, dw = autograd.grad(loss)((W, w))
        np.testing.assert_allclose(trace["Delta_W"][t], dW, rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(trace["Delta_w"][t], dw, rtol=1e-9, atol=1e-14)
        W, w = W - 0.2 * dW, w - 0.2 * dw
        np.testing.assert_allclose(trace["w"][t], w, rtol=1e-9)


def test_the_three_ways_to_write_an_update_are_one(plans):
    plan = plans["online"]
    traces = [
        solve(plan, settle(plan, {"delta_sign": way}), {"alpha": 0.3}) for way in plan.choices["delta_sign"]
    ]
    for trace in traces[1:]:
        np.testing.assert_allclose(trace["w"], traces[0]["w"], rtol=1e-12)
        np.testing.assert_allclose(trace["W"], traces[0]["W"], rtol=1e-12)


def test_what_is_not_there_is_refused_by_name(plans):
    plan = plans["online"]
    with pytest.raises(UsageFault, match=r"no choice 'outputs'; this method has output, hidden_delta"):
        settle(plan, {"outputs": "tanh"})
    with pytest.raises(UsageFault, match=r"output has no option 'tan'; it has relu, tanh"):
        settle(plan, {"output": "tan"})
    with pytest.raises(UsageFault, match="no constant 'beta' is to be given; there is alpha"):
        settle_given(plan, {"beta": 1.0})
    with pytest.raises(UsageFault, match="alpha must be above 0"):
        settle_given(plan, {"alpha": 0.0})
    with pytest.raises(UsageFault, match=r"no constant 'alpha' is to be given; there is none$"):
        settle_given(replace(plan, given={}), {"alpha": 1.0})


def test_a_trace_as_json_is_the_answer_that_a_student_would_hand_in(plans):
    plan = plans["online"]
    trace = solve(plan, plan.default_choice, {"alpha": 0.5})
    shown = json.loads(as_json(plan, trace, dict(plan.default_choice), {"alpha": 0.5}))
    assert {name: shown[name] for name in shown if name != "steps"} == {
        "question": "exercise2",
        "method": "online",
        "choices": {"output": "relu", "hidden_delta": "published", "delta_sign": "step"},
        "given": {"alpha": 0.5},
    }
    assert [step["L"] for step in shown["steps"]] == trace["L"].tolist()


def test_a_trace_as_a_table_has_eight_decimals():
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = 2.0 }
    [question.method.m]
    loop.k = 1
    equations.third = "[u, 1] / 3"
    equations.u = "u / 3"
    """
    (question,) = as_key(text).question
    plan = make_plans(question)["m"]
    shown = as_table(plan, solve(plan, {}, {}), {}, {})
    assert shown == "q, method m\n\nk 0\n  third  [0.66666667 0.33333333]\n  u      0.66666667"


def test_zeros_of_a_table_and_of_json_have_no_sign():
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    constants = { u = -2.0 }
    [question.method.m]
    equations.none = "0 * u"
    equations.some = "[u, 0 * u]"
    """
    (question,) = as_key(text).question
    plan = make_plans(question)["m"]
    trace = solve(plan, {}, {})
    assert as_table(plan, trace, {}, {}) == "q, method m\n\n  none  0.\n  some  [-2.  0.]"
    assert "-0.0" not in as_json(plan, trace, {}, {})


def test_a_printout_has_the_rows_of_a_matrix_below_each_other():
    """As NumPy prints them, behind the name; and vectors that are too long for a line go on below."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { A = [[1.0, 22.5, 0.1], [3.0, 4.0, 5.0]] }
    [question.method.m]
    loop = { k = 2, row = [{ own = [[0.5, 1.0], [2.0, 3.0]] }, { own = [[0.5, 1.5], [2.0, 3.0]] }] }
    equations.long_name = "own @ A"
    equations.v = "[A[0], A[1], A[0], A[1]]"
    equations.A = "A / 3"
    """
    (question,) = as_key(text).question
    plan = make_plans(question)["m"]
    shown = as_log(plan, solve(plan, {}, {}))
    blocks = re.findall(r"^(\w+: \[\[.*(?:\n .*)+)", shown, re.MULTILINE)
    assert {block.partition(":")[0] for block in blocks} == {"_own", "long_name", "v", "A"}
    for block in blocks:
        first, *others = block.split("\n")
        assert {row.index("[") for row in others} == {first.index("[[") + 1}


def test_a_table_has_the_rows_of_a_matrix_below_each_other(plans):
    plan = plans["online"]
    shown = as_table(plan, solve(plan, {**plan.default_choice}, plan.default_given), {}, {}).split("\n")
    places = [i for i, line in enumerate(shown) if line.split()[0:1] == ["Delta_W"]]
    assert len(places) == len(plan.steps)
    for i in places:
        first, *others = shown[i : i + 2]
        assert [line.index("[") for line in others] == [first.index("[[") + 1]
        assert not others[0][: others[0].index("[")].strip()
