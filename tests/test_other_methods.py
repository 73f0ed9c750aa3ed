"""Methods with the same loops and fields: the numbers of a hand-in tell which of them it is."""

from itertools import permutations

import numpy as np
import pytest
from shared import ready_key

from grader.marking.mark import mark
from grader.marking.readings.other_methods import by_method
from grader.marking.sheets.sheet import Sheet
from grader.schemas.submission import Submission

KEY = """
id = "spring"
title = "A mass on a spring"
[[question]]
id = "euler"
kind = "trace"
points = 12
digits = 6
[question.start]
x = [1, 0.5]
v = [0.2, -0.4]
[question.given]
h = { default = 0.1, above = 0 }
[question.method.explicit]
loop.step = 5
[question.method.explicit.equations]
a = "-4 * x"
x = "x + h * v"
v = "v + h * a"
[question.method.symplectic]
loop.step = 5
[question.method.symplectic.equations]
a = "-4 * x"
v = "v + h * a"
x = "x + h * v"
[question.method.midway]
loop.step = 5
[question.method.midway.equations]
a = "-4 * x"
v = "v + h * a"
x = "x + h * (v + previous(v)) / 2"
"""
METHODS = ("explicit", "symplectic", "midway")


@pytest.fixture(scope="module")
def key():
    return ready_key(KEY)


def worked(by, digits=6, **stated):
    """A hand-in worked here, as text with so many significant digits."""
    x, v, steps = [1.0, 0.5], [0.2, -0.4], []
    for t in range(5):
        a = [-4 * each for each in x]
        new = [one + 0.1 * two for one, two in zip(v, a, strict=True)]
        with_ = {"explicit": v, "symplectic": new, "midway": [sum(p) / 2 for p in zip(v, new, strict=True)]}
        x = [one + 0.1 * two for one, two in zip(x, with_[by], strict=True)]
        v = new
        step = {"a": a, "v": v, "x": x}
        steps.append({"step": t} | {name: [f"{n:.{digits}g}" for n in step[name]] for name in step})
    return {"steps": steps} | stated


def marked(key, *answers):
    papers = [Submission(student=str(i), answers={"euler": each}) for i, each in enumerate(answers)]
    return [each.result("f").questions[0] for each in mark(key, papers)]


@pytest.mark.parametrize("stated", [None, *METHODS])
@pytest.mark.parametrize("method", METHODS)
def test_what_was_done_counts_whatever_is_stated(key, method, stated):
    (result,) = marked(key, worked(method, **({"method": stated} if stated else {})))
    assert (result.score, result.method) == (12, method)
    said = f"your numbers are those of the method {method}; read as that"
    assert (said in result.notes) == (method != (stated or "explicit"))


def test_a_slip_stays_a_slip_of_the_method(key):
    answer = worked("symplectic", method="explicit")
    answer["steps"][2]["v"][0] = answer["steps"][2]["v"][0].removeprefix("-")
    (result,) = marked(key, answer)
    assert result.method == "symplectic"
    assert [str(each.status) for each in result.fields if each.field == "v"].count("slip") == 1
    assert 11 < result.score < 12


def test_one_fault_does_not_make_another_method(key):
    answers = [worked("explicit", method="explicit") for _ in range(3)]
    answers[0]["steps"][1]["x"] = ["9.1", "7.3"]
    answers[1]["steps"][4]["x"] = worked("symplectic")["steps"][4]["x"]
    for step in answers[2]["steps"]:
        step["a"] = ["3.3", "1.7"]
    assert [each.method for each in marked(key, *answers)] == ["explicit"] * 3


def test_each_of_a_class_is_read_by_the_own_method(key):
    alone = [marked(key, worked(each))[0] for each in METHODS]
    assert marked(key, *(worked(each) for each in METHODS)) == alone


def test_a_hand_in_read_by_the_other_method_and_back_is_what_it_was(key):
    euler = key.layouts["euler"]
    random = np.random.default_rng(1)
    for one, other in permutations(METHODS, 2):
        layout = euler[one]
        row = random.uniform(-1, 1, (layout.steps, layout.width))
        of_places = {place: float(place) for place in (0, 7, layout.width * 3 + 1)}
        sheet = Sheet(layout, row, {"h": 0.2}, {1: 4, 8: 2}, invalid={3, 11}, half=of_places)
        there = by_method(sheet, euler[other])
        for field in ("a", "v", "x"):
            before, after = (
                next(s for s in each.slots() if s.field == field) for each in (layout, euler[other])
            )
            assert np.array_equal(after.of(there.row[None]), before.of(row[None]))
        back = by_method(there, layout)
        assert np.array_equal(back.row, row)
        assert (back.layout, back.given, back.decimals) == (layout, sheet.given, sheet.decimals)
        assert (back.invalid, back.half) == (sheet.invalid, sheet.half)


def test_what_cannot_be_read_stays_at_its_place(key):
    answer = worked("symplectic")
    answer["steps"][3]["v"][1] = "0,0,1"
    (result,) = marked(key, answer)
    assert result.method == "symplectic"
    wrong = [(each.step, each.field) for each in result.fields if str(each.status) == "invalid"]
    assert wrong == [({"step": 3}, "v")]
