"""Weights as they were before each step: what most tables of a program's run have."""

import re
from itertools import product

import handworked as hw
import pytest
from shared import TANH


def as_before(answer, names=("w", "W")):
    """Return the hand-in with the weights of each step one step later."""
    start = {name: hw.START[name] for name in names}
    for step in answer["steps"]:
        for name in names:
            step[name], start[name] = start[name], step[name]
    return answer


@pytest.mark.parametrize("method", ["online", "batch"])
def test_only_what_the_last_step_makes_of_them_is_missing(practical, method):
    cases = list(product((4, 8), hw.every_way(method)))
    answers = [as_before(hw.practical(method, 0.2, digits, **way)) for digits, way in cases]
    steps = len(answers[0]["steps"])
    for case, marked in zip(cases, hw.results(practical, answers), strict=True):
        assert marked.score == pytest.approx(15 - 2 * 15 / 11 / steps), case
        assert "w and W: written as before each step; read as after it" in marked.notes


def test_an_error_is_found_all_the_same(practical):
    answer = as_before(
        hw.practical("online", 0.2, 6, {(5, "s_out"): lambda now: 0.654321 + 0 * now.y}, **TANH)
    )
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {
        ((1, 1), "s_out"): "wrong",
        ((2, 3), "w"): "missing",
        ((2, 3), "W"): "missing",
    }


def test_who_never_updates_is_not_read_so(practical):
    answer = hw.practical("online", 0.2, 6, **TANH)
    for step in answer["steps"]:
        step.update({name: hw.START[name] for name in ("w", "W")})
    assert not any("written as before" in note for note in hw.result(practical, answer).notes)


def test_one_of_two_is_an_error(practical):
    answer = as_before(hw.practical("online", 0.2, 6, **TANH), ["w"])
    marked = hw.result(practical, answer)
    assert marked.score < 15
    assert not any("written as before" in note for note in marked.notes)


def test_one_digit_is_said_to_differ_only_where_it_is_seen_to(practical):
    answer = as_before(hw.practical("online", 0.1, 6, **TANH), ["w"])
    said = [
        field.message for field in hw.result(practical, answer).fields if "own lines give" in field.message
    ]
    assert said
    for message in said:
        for own, due in re.findall(r"you wrote ([0-9.]+), where your own lines give ([0-9.]+)", message):
            differ = len(own) != len(due) or sum(a != b for a, b in zip(own, due, strict=True)) != 1
            assert differ == (": one digit differs" not in message), message


@pytest.mark.parametrize("changing", [2, 3, 4])
def test_steps_that_change_nothing_do_not_hide_it(changing):
    """Where x is 0 the weight stays, so that it is right whether it is written before or after the step."""
    inputs = [0.9, 0.0, -0.7, 0.0] if changing == 2 else [0.9, -0.7, 0.8, 0.0 if changing == 3 else 0.6]
    samples = ", ".join(f"{{ x = {x} }}" for x in inputs)
    key = f"""
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 8
    start = {{ w = 0.6 }}
    [question.method.m]
    loop.step = [{samples}]
    equations.y = "w * x + 0.3"
    equations.w = "w - 0.5 * x * y"
    """
    w, steps = 0.6, []
    for step, x in enumerate(inputs):
        y = w * x + 0.3
        steps.append({"step": step, "y": f"{y:.6f}", "w": f"{w:.6f}"})
        w -= 0.5 * x * y
    marked = hw.result(hw.tiny_key(key), {"steps": steps}, "q")
    assert any("written as before each step" in note for note in marked.notes), marked
    assert marked.score == pytest.approx(7)
