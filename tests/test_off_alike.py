"""What stands wrong alike in several steps: off by one amount, or kept from an earlier step."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH

ALIKE = "it is off by the same amount in all these steps"


A_STEP_SIZE = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 5
start = { u = 1.0 }
[question.method.only]
loop.t = 5
equations.h = "2 * 0.25"
equations.u = "u + h"
"""


def made(wrong, method="online", digits=5):
    return hw.practical(method, 0.2, digits, wrong, **TANH)


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize(("bias", "digits"), [(1.0, 5), (0.1, 4), (-0.2137, 4)])
def test_a_bias_is_named_and_no_wrong_digit(practical, method, bias, digits):
    """With 0.1 more just one digit differs in most steps: in all of them no pen slips so."""
    marked = hw.result(practical, made({"s_out": lambda now: now.z_i @ now.w + bias}, method, digits))
    faulty = [f for f in marked.fields if f.status not in {"correct", "follows"}]
    assert {(f.field, f.status, f.cause) for f in faulty} == {("s_out", "wrong", "constant_added")}
    assert len(faulty) == (12 if method == "online" else 3)
    assert all(f.message.endswith(ALIKE) for f in faulty)


def test_each_unit_may_have_a_bias_of_its_own(practical):
    marked = hw.result(practical, made({"s_i": lambda now: now.x @ now.W + np.array([0.1, 0.0, 0.3])}))
    faulty = [f for f in marked.fields if f.status not in {"correct", "follows"}]
    assert {(f.field, f.cause) for f in faulty} == {("s_i", "constant_added")}
    assert all(f.message.startswith("first and third components: ") for f in faulty)


def test_the_same_digit_wrong_twice_is_a_slip_twice(practical):
    answer = made({})
    for t in (2, 5):
        answer["steps"][t]["L"] = f"{float(answer['steps'][t]['L']) + 0.1:.5f}"
    marked = hw.result(practical, answer)
    assert {f.status for f in marked.fields if f.status != "correct"} == {"slip"}


def test_a_line_that_nothing_of_the_students_is_in_may_be_off_alike_as_well():
    """It is worked once for all steps, and ended the marking."""
    places = [({"t": t}, {}) for t in range(5)]
    answers = [
        {"steps": hw.work({"h": lambda _, h=h: h, "u": lambda now: now.u + now.h}, places, {"u": 1.0}, 4)}
        for h in (0.6, 0.4321)
    ]
    for marked in hw.results(hw.tiny_key(A_STEP_SIZE), answers, "q"):
        assert {f.status for f in marked.fields if f.field == "u"} == {"follows"}
        assert {f.cause for f in marked.fields if f.field == "h"} == {"constant_added"}


def test_other_amounts_are_no_constant(practical):
    amounts = iter(0.2 + 0.01 * np.arange(12))
    marked = hw.result(practical, made({"s_out": lambda now: now.z_i @ now.w + next(amounts)}))
    assert {f.cause for f in marked.fields if f.status == "wrong"} == {None}


def test_what_was_not_worked_anew_is_named_with_where_it_comes_from(practical):
    first = {}

    def kept(now):
        return first.setdefault(tuple(now.x), np.tanh(now.s_out))

    marked = hw.result(practical, made({"z_out": kept}))
    faulty = [f for f in marked.fields if f.status not in {"correct", "follows"}]
    assert {(f.field, f.status, f.cause) for f in faulty} == {("z_out", "wrong", "not_worked_anew")}
    assert len(faulty) == 8
    for f in faulty:
        sample = f.step["sample"]
        assert f.message == f"this still is z_out of iteration 0, sample {sample}, not worked anew"


def test_a_field_that_lags_a_step_has_one_cause(practical):
    """The first of them are the z_out of the step before, too, which alone would be a slip."""
    before = []

    def late(now):
        before.append(np.tanh(now.s_out))
        return before[-2] if len(before) % 4 != 1 else before[-1]

    marked = hw.result(practical, made({"z_out": late}))
    said = {f.message for f in marked.fields if f.status not in {"correct", "follows"}}
    assert said == {"this is what the line gives with s_out as it was one step earlier"}


def test_a_label_of_the_other_sign_is_told_with_its_value(practical):
    def other(now):
        return now.y if now.x[0] > 0 else 1.0

    wrong = {
        "L": lambda now: (now.z_out - other(now)) ** 2 / 2,
        "delta_out": lambda now: (now.z_out - other(now)) * hw.slope_of_tanh(now.s_out),
    }
    marked = hw.result(practical, made(wrong))
    said = {(f.field, f.cause) for f in marked.fields if f.status not in {"correct", "follows"}}
    assert said == {("L", "number_misread")}  # charged once: delta_out follows from it
    assert any("y: your numbers use 1 where the exercise has -1" in note for note in marked.notes)
