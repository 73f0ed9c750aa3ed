"""Known mistakes in lines that are not handed in: named where they show, and charged once a step."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH

UNSEEN = "it is in delta_out, which is not handed in, and shows in this line"
BETWEEN = ("delta_out", "delta_i", "Delta_w", "Delta_W")


def made(wrong, left_out, method="online", digits=6, **ways):
    answer = hw.practical(method, 0.2, digits, wrong, **(TANH | ways))
    for step in answer["steps"]:
        for field in left_out:
            del step[field]
    return answer


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def causes(marked):
    """Return which fields are at fault, in how many steps, and why."""
    found = {}
    for field in marked.fields:
        if field.status not in {"correct", "follows", "missing"}:
            found.setdefault((field.field, field.status, field.cause), []).append(field)
    return {each: len(fields) for each, fields in found.items()}


@pytest.mark.parametrize(
    ("method", "name", "wrong"),
    [
        ("online", "derivative_of_sigmoid", lambda now: (now.z_out - now.y) * now.z_out * (1 - now.z_out)),
        ("online", "no_output_derivative", lambda now: now.z_out - now.y),
        ("batch", "no_output_derivative", lambda now: now.z_out - now.y),
    ],
)
def test_new_weights_show_what_is_wrong_with_the_output_delta(practical, method, name, wrong):
    """Once a step: by w, or by W where w shows nothing, for near zero the derivative of tanh is 1."""
    marked = hw.result(practical, made({"delta_out": wrong}, BETWEEN, method))
    faults = [f for f in marked.fields if f.status not in {"correct", "follows", "missing"}]
    assert {(f.status, f.cause, f.field in {"w", "W"}) for f in faults} == {("mistake", name, True)}
    assert len({tuple(f.step.items()) for f in faults}) == len(faults) >= (11 if method == "online" else 3)
    assert all(f.message.endswith(UNSEEN) for f in faults)


def test_it_costs_no_more_than_in_a_line_of_the_same_weight_that_is_handed_in(practical):
    """Less where w has a component of an inactive unit, which is right."""
    wrong = {"delta_out": lambda now: (now.z_out - now.y) * now.z_out * (1 - now.z_out)}
    whole, sparse = (hw.result(practical, made(wrong, left)) for left in ((), BETWEEN))
    assert causes(whole) == {("delta_out", "mistake", "derivative_of_sigmoid"): 12}
    assert causes(sparse) == {("w", "mistake", "derivative_of_sigmoid"): 12}
    assert 0.7 * (15 - whole.score) < 15 * 7 / 11 - sparse.score < 15 - whole.score


def test_outputs_of_hidden_units_that_are_left_out(practical):
    wrong = {
        "z_i": lambda now: sigmoid(now.s_i),
        "delta_i": lambda now: now.delta_out * now.w * sigmoid(now.s_i) * (1 - sigmoid(now.s_i)),
    }
    marked = hw.result(practical, made(wrong, ("z_i", "Delta_w"), hidden_delta="exact"))
    assert causes(marked) == {
        ("s_out", "mistake", "sigmoid_in_hidden_layer"): 12,
        ("delta_i", "mistake", "sigmoid_in_hidden_layer"): 12,
    }


def test_of_mistakes_that_fit_equally_the_one_that_is_seen_elsewhere_is_named(practical):
    """With labels of 0 for -1 the derivative of a sigmoid would give the same output delta."""
    y = [1, 1, 0, 0]
    steps = [(labels, inputs | {"y": y[labels["sample"]]}) for labels, inputs in hw.practical_steps("online")]
    ways = {"hidden_delta": "published", "delta_sign": "gradient"}
    rules = hw.practical_rules("online", 0.2, **(ways | TANH))
    page = hw.work(rules, steps, hw.START, 6)
    for step in page:
        for field in BETWEEN:
            del step[field]
    marked = hw.result(practical, {"method": "online", "given": {"alpha": 0.2}, "steps": page})
    assert causes(marked) == {("L", "mistake", "label_zero"): 6, ("w", "mistake", "label_zero"): 6}


@pytest.mark.parametrize("left_out", [BETWEEN, ("delta_out", "Delta_w"), ("z_i", "delta_i")])
def test_who_is_right_is_suspected_of_nothing(practical, left_out):
    assert causes(hw.result(practical, made({}, left_out, digits=4))) == {}


def test_what_no_known_mistake_gives_stays_wrong(practical):
    wrong = {"delta_out": lambda now: (now.z_out - now.y) * np.cos(now.s_out + 1)}
    marked = hw.result(practical, made(wrong, BETWEEN))
    assert {(status, cause) for _, status, cause in causes(marked)} == {("wrong", None)}


def test_a_slip_in_new_weights_is_no_mistake_before_them(practical):
    answer = made({}, BETWEEN, digits=5)
    answer["steps"][4]["w"][0] = "-" + answer["steps"][4]["w"][0]
    assert causes(hw.result(practical, answer)) == {("w", "slip", "sign"): 1}


UPDATED = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 5
start = { u = 1.0 }
[question.method.only]
loop.t = 5
equations.f = "3 - u / 2"
equations.u = "u + 0.5 * f"
[question.mistake.backwards]
credit = 0.5
says = "The step is added."
u = "u - 0.5 * f"
"""


@pytest.mark.parametrize("sign", [1, -1])
def test_values_that_are_updated_and_never_written_down(sign):
    """By hand, with u - f/2 from 1: f = 2.5, 3.125, 3.90625, 4.882812..., each 5/4 of the one before."""
    u, page = 1.0, []
    for t in range(5):
        f = 3 - u / 2
        u += sign * f / 2
        page.append({"t": t, "f": f"{f:.5f}"})
    marked = hw.result(hw.tiny_key(UPDATED), {"steps": page}, "q")
    shown = {("f", "mistake", "backwards"): 4} if sign < 0 else {}
    assert causes(marked) == shown
    assert [page[2]["f"], page[3]["f"]] == (["3.90625", "4.88281"] if sign < 0 else ["1.40625", "1.05469"])


def test_mistakes_that_others_look_like_where_a_line_is_left_out(practical):
    """By the published way delta_i is delta_out, so that Delta_w looks as if it took the wrong one."""
    wrong = {"delta_out": lambda now: (now.z_out - now.y) * (1 - now.s_out**2)}
    marked = hw.result(practical, made(wrong, ("delta_out",)))
    assert {(status, cause) for _, status, cause in causes(marked)} == {("mistake", "derivative_of_square")}


ENTROPY = """
id = "tree"
[[question]]
id = "q"
kind = "trace"
points = 10
digits = 3
constants = { p = [0.4, 0.6], q = [0.25, 0.75] }
[question.method.m]
equations.H_p = "-sum(p * log(p)) / log(2)"
equations.H_q = "-sum(q * log(q)) / log(2)"
equations.left = "(5 * H_p + 4 * H_q) / 9"
equations.gain = "0.991 - left"
[question.mistake.natural]
credit = 0.5
says = "The logarithm is that to base 2."
H_p = "-sum(p * log(p))"
H_q = "-sum(q * log(q))"
[question.mistake.unweighted]
credit = 0.5
says = "The entropies are weighted by how many there are."
left = "(H_p + H_q) / 2"
"""


@pytest.mark.parametrize(
    ("left", "cause"),
    # By hand: H is 0.970951 and 0.811278 bits, 0.673012 and 0.562335 nats.
    [("0.9000", None), ("0.900", None), ("0.6238", "natural"), ("0.624", "natural"), ("0.6038", "")],
)
def test_a_single_line_of_four_digits_shows_a_mistake_before_it(left, cause):
    answer = {"left": left, "gain": f"{0.991 - float(left):.4f}"}
    marked = hw.result(hw.tiny_key(ENTROPY), answer, "q")
    by_field = {f.field: f for f in marked.fields}
    assert by_field["gain"].status in {"correct", "follows"}
    assert by_field["left"].cause == (cause or None)
    assert by_field["left"].status == ("correct" if cause is None else "mistake" if cause else "wrong")
    if cause:
        assert by_field["left"].score == pytest.approx(1.25)
        assert by_field["left"].message.endswith(
            "in H_p or H_q, which is not handed in, and shows in this line"
        )
