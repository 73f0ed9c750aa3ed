"""Two faults that undo each other in a step: the first is charged, what is right in the end is not."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH

SAID = "were not there; only that fault is charged"
ERROR_FIRST = {
    "delta_out": lambda now: (now.y - now.z_out) * hw.slope_of_tanh(now.s_out),
    "w": lambda now: now.w + now.Delta_w,
    "W": lambda now: now.W + now.Delta_W,
}


@pytest.mark.parametrize("digits", [4, 6, 8])
@pytest.mark.parametrize("method", ["online", "batch"])
def test_the_error_the_other_way_round_and_added_is_charged_once(practical, method, digits):
    """As many books have it: delta = (target - output) f', and the weights grow by alpha delta z."""
    wrong = ERROR_FIRST
    if method == "batch":
        wrong = wrong | {"delta_out": lambda now: (np.array(now.y) - now.z_out) * hw.slope_of_tanh(now.s_out)}
    answer = hw.practical(method, 0.2, digits, wrong, **TANH | {"delta_sign": "scaled"})
    marked = hw.result(practical, answer)
    assert {f.field for f in marked.fields if f.status not in {"correct", "follows"}} == {"delta_out"}
    assert {f.cause for f in marked.fields} == {None, "error_sign"}
    (note,) = marked.notes  # of w alone where W is, to the digit, what the exercise asks for
    on = ("w and W go on as if the fault before them", "w goes on as if the fault before it")
    assert note in {f"{goes} {SAID}" for goes in on}
    right = hw.practical(method, 0.2, digits, **TANH | {"delta_sign": "step"})
    assert answer["steps"][-1]["W"] == right["steps"][-1]["W"]  # the same descent, to the last digit


def test_alpha_left_out_and_made_up_for_is_charged_once(practical):
    wrong = {
        "Delta_w": lambda now: -now.delta_out * now.z_i,
        "w": lambda now: now.w + 0.2 * now.Delta_w,
    }
    marked = hw.result(practical, hw.practical("online", 0.2, 6, wrong, **TANH | {"delta_sign": "step"}))
    assert {f.field for f in marked.fields if f.status not in {"correct", "follows"}} == {"Delta_w"}


def test_what_undoes_nothing_is_charged_as_well(practical):
    wrong = {"delta_out": ERROR_FIRST["delta_out"], "w": lambda now: now.w - 0.04 * now.Delta_w}
    marked = hw.result(practical, hw.practical("online", 0.2, 6, wrong, **TANH))
    assert {f.field for f in marked.fields if f.status not in {"correct", "follows"}} == {"delta_out", "w"}
    assert not any(SAID in note for note in marked.notes)


def test_of_numbers_at_random_none_undoes_another(practical):
    random = np.random.default_rng(3)
    answers = []
    for _ in range(40):
        answer = hw.practical("online", 0.2, 2, **TANH)
        for step in answer["steps"]:
            for name in hw.FIELDS:
                step[name] = hw.written(random.uniform(-1, 1, np.shape(hw.read(step[name]))), 2)
        answers.append(answer)
    notes = [note for marked in hw.results(practical, answers) for note in marked.notes]
    assert not any(SAID in note for note in notes)
