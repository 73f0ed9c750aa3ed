"""Lines worked from the start values, or from the inputs of another round, are named as that."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH, ready_key

W, w = (np.array(hw.START[name]) for name in ("W", "w"))


def begun_anew(steps, digits=5):
    """Return a hand-in in which some steps are worked from the start values."""
    anew = {
        "s_i": lambda now: now.x @ W,
        "s_out": lambda now: now.z_i @ w,
        "delta_i": lambda now: now.delta_out * w * hw.slope_of_relu(now.s_i),
        "w": lambda now: w - 0.2 * now.Delta_w,
        "W": lambda now: W - 0.2 * now.Delta_W,
    }
    wrong = {(t, name): rule for t in steps for name, rule in anew.items()}
    return hw.practical("online", 0.2, digits, wrong, **TANH)


def faults(marked):
    return {(f.field, f.cause, f.message) for f in marked.fields if f.status not in {"correct", "follows"}}


SAYS = "this is what the start values of {} give, which you have updated since"


@pytest.mark.parametrize("digits", [5, 8])
def test_who_begins_each_iteration_anew_has_done_one(practical, digits):
    """All numbers are those of the first iteration again: there is no more work in them than in a copy."""
    answer, right = begun_anew((4, 8), digits), hw.practical("online", 0.2, digits, **TANH)
    pairs = list(zip(answer["steps"], right["steps"], strict=True))
    assert all(now[f] == answer["steps"][t % 4][f] for t, (now, _) in enumerate(pairs) for f in hw.FIELDS)
    same = [np.mean(hw.read(now[f]) == hw.read(due[f])) for now, due in pairs for f in hw.FIELDS]
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(15 * np.sum(same) / 132, abs=0.2)  # some are right by rounding
    names = {"s_i": "W", "s_out": "w"}  # the first lines with them say so
    told = {(f, cause, says) for f, cause, says in faults(marked) if cause == "start_values"}
    assert told == {(f, "start_values", SAYS.format(name)) for f, name in names.items()}
    assert {cause for _, cause, _ in faults(marked)} == {"start_values", "step_copied"}


@pytest.mark.parametrize("digits", [5, 8])
def test_who_begins_with_one_of_two_start_values_anew_goes_on_with_the_other(practical, digits):
    anew = {"s_i": lambda now: now.x @ W, "W": lambda now: W - 0.2 * now.Delta_W}
    wrong = {(t, name): rule for t in (4, 8) for name, rule in anew.items()}
    marked = hw.result(practical, hw.practical("online", 0.2, digits, wrong, **TANH))
    assert faults(marked) == {("s_i", "start_values", SAYS.format("W"))}
    assert marked.score == pytest.approx(15 - 2 * 15 / 132)


def test_what_follows_from_them_is_no_other_mistake(practical):
    """The new weights are the same again: not what was not updated, nor a step up the gradient."""
    answer = hw.practical("batch", 0.2, 5, **TANH)
    answer["steps"] = [{**answer["steps"][0], "iteration": n} for n in range(3)]
    causes = {f: cause for f, cause, _ in faults(hw.result(practical, answer))}
    assert causes == {f: "start_values" if f in {"s_i", "s_out"} else "step_copied" for f in hw.FIELDS}


def test_a_mistake_in_a_copy_is_charged_as_copied(practical):
    wrong = {"L": lambda now: (now.z_out - now.y) ** 2}
    answer = hw.practical("batch", 0.2, 5, wrong, **TANH)
    answer["steps"] = [{**answer["steps"][0], "iteration": n} for n in range(3)]
    lines = [f for f in hw.result(practical, answer).fields if f.field == "L"]
    assert [f.cause for f in lines] == ["no_half", "step_copied", "step_copied"]
    assert [f.score for f in lines[1:]] == [0, 0]


def test_the_first_step_is_worked_from_them_by_right(practical):
    wrong = {(0, "s_i"): lambda now: now.x @ now.W + [0.31234, -0.24321, 0.17171]}
    marked = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH))
    assert {cause for _, cause, _ in faults(marked)} == {None}


def test_the_input_of_another_sample(practical):
    x = np.array(hw.X)
    wrong = {(t, "s_i"): lambda now: x[1] @ now.W for t in (3, 7, 11)}
    marked = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH))
    assert faults(marked) == {
        ("s_i", "other_inputs", "this is what x = (0.2, 0.05) gives, the one of sample 1")
    }


def test_the_label_of_another_sample(practical):
    wrong = {(6, "L"): lambda now: (now.z_out - 1) ** 2 / 2}
    wrong[6, "delta_out"] = lambda now: (now.z_out - 1) * hw.slope_of_tanh(now.s_out)
    marked = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH))
    says = "this is what y = 1 gives, the one of sample 0"
    assert faults(marked) == {("L", "other_inputs", says)}
    assert hw.at(marked, "delta_out", 1, 2).status == "follows"


ROUNDS = """
id = "rounds"
[[question]]
id = "q"
kind = "trace"
points = 4
[question.method.m]
loop.round = [{ x = [1.25, 2.5, 5.75] }, { x = [2.5, 1.25, 7.35] }]
equations.s = "2 * x"
equations.t = "x[0] + x[2]"
"""


def test_numbers_of_another_round_are_not_exchanged_where_they_only_look_so():
    """2x of round 1 in round 0: 5.0 and 2.5 are 2.5 and 5.0 in each other's place, by chance."""
    steps = [
        {"round": 0, "s": ["5.0", "2.5", "14.70"], "t": "7.00"},
        {"round": 1, "s": ["5.0", "2.5", "14.70"], "t": "9.85"},
    ]
    marked = hw.result(hw.tiny_key(ROUNDS), {"steps": steps}, "q")
    says = "this is what x = (2.5, 1.25, 7.35) gives, the one of round 1"
    assert faults(marked) == {("s", "other_inputs", says)}
    assert marked.score == 3


def test_nothing_is_claimed_of_any_wrong_number(practical):
    random = np.random.default_rng(3)
    answers = []
    for t in range(12):
        numbers = random.uniform(-1, 1, 3)
        wrong = {(t, "s_i"): lambda _, own=numbers: own, (t, "L"): lambda _, own=numbers: own[0]}
        answers.append(hw.practical("online", 0.2, 5, wrong, **TANH))
    for marked in hw.results(practical, answers):
        causes = {cause for _, cause, _ in faults(marked)}
        assert None in causes
        assert causes <= {None, "unused", "sign", "digit", "no_half"}


@pytest.mark.parametrize("hidden_delta", ["published", "exact"])
def test_nothing_is_claimed_where_what_is_not_handed_in_leaves_it_open(practical, hidden_delta):
    """Without s_i the slope of relu may be 0 or 1; so any small delta_i would be what other values give."""
    wrong = {(4, "delta_i"): lambda _: np.array([0.04658, 0.0466, 0.04671])}
    ways = {"output": "relu", "hidden_delta": hidden_delta, "delta_sign": "step"}
    answer = hw.practical("online", 0.2, 5, wrong, **ways)
    del answer["steps"][4]["s_i"]
    faulty = {(field, cause) for field, cause, _ in faults(hw.result(practical, answer))}
    assert "start_values" not in {cause for _, cause in faulty}
    assert "delta_i" in {field for field, _ in faulty}


def test_an_index_is_like_another_by_chance():
    # Elimination without looking for the largest: rows 0 and 1 in place of 1 and 2. By the start values of A
    # the largest of column 1 below row 0 happens to stand in row 1.
    key = """
    id = "gauss"
    [[question]]
    id = "q"
    kind = "trace"
    points = 4
    start = { A = [[2, 1, -1, 8], [-3, -1, 2, -11], [-2, 1, 2, -3]], rows = [0, 1, 2] }
    [question.method.m]
    loop.k = 2
    [question.method.m.equations]
    pivot = "argmax(where(rows >= k, abs(transpose(A)[k]), -1))"
    B = "A[where(rows == k, pivot, where(rows == pivot, k, rows))]"
    A = "B - outer(where(rows > k, transpose(B)[k] / B[k, k], 0), B[k])"
    """
    first = [[2, 1, -1, 8], [0, "0.5", "0.5", 1], [0, 2, 1, 5]]
    last = [*first[:2], [0, 0, -1, 1]]
    steps = [
        {"k": 0, "pivot": 0, "B": [[2, 1, -1, 8], [-3, -1, 2, -11], [-2, 1, 2, -3]], "A": first},
        {"k": 1, "pivot": 1, "B": first, "A": last},
    ]
    marked = hw.result(ready_key(key), {"steps": steps}, "q")
    told = {f.field: (f.status, f.cause) for f in marked.fields}
    assert told == {"pivot": ("wrong", None), "B": ("follows", None), "A": ("follows", None)}
