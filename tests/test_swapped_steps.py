"""Two steps under each other's labels: read the other way round, with a note; else an error stays one."""

from itertools import combinations

import handworked as hw
import numpy as np
import pytest

WAYS = [
    {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"},
    {"output": "relu", "hidden_delta": "published", "delta_sign": "step"},
]


def labels_exchanged(one, other, digits=5, **ways):
    answer = hw.practical("online", 0.2, digits, **ways)
    first, second = (answer["steps"][t] for t in (one, other))
    for loop in ("iteration", "sample"):
        first[loop], second[loop] = second[loop], first[loop]
    return answer


@pytest.mark.parametrize("digits", [4, 7])
def test_two_samples_in_each_others_place(practical, digits):
    pairs = [(a, b) for a, b in combinations(range(12), 2) if a % 4 != b % 4 and b - a < 4]
    answers = [labels_exchanged(*pair, digits, **way) for pair in pairs for way in WAYS]
    marked = hw.results(practical, answers)
    told = [each for each in marked if any("stand in each other's place" in note for note in each.notes)]
    assert len(told) > 0.9 * len(marked)
    assert {each.score for each in told} == {15}


def test_the_note_says_which(practical):
    marked = hw.result(practical, labels_exchanged(2, 3, **WAYS[0]))
    steps = "iteration 0, sample 2 and iteration 0, sample 3"
    assert marked.notes == (f"{steps} stand in each other's place; read the other way round",)


def test_who_takes_the_input_of_another_sample_has_erred(practical):
    x = np.array(hw.X)
    wrong = {(2, "s_i"): lambda now: x[3] @ now.W, (3, "s_i"): lambda now: x[2] @ now.W}
    marked = hw.result(practical, hw.practical("online", 0.2, 6, wrong, **WAYS[0]))
    assert not marked.notes
    assert {hw.at(marked, "s_i", 0, sample).status for sample in (2, 3)} == {"wrong"}


def test_two_other_errors_are_no_exchange(practical):
    wrong = {(t, "s_i"): lambda now: now.x @ now.W + [0.3, 0.2, 0.1] for t in (2, 3)}
    marked = hw.result(practical, hw.practical("online", 0.2, 6, wrong, **WAYS[0]))
    assert not marked.notes
    assert [hw.at(marked, "s_i", 0, sample).status for sample in (2, 3)] == ["wrong", "wrong"]
