"""Another of the student's own quantities in place of one, throughout: the line is wrong, and it is named."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH

SAYS = "this is what the line gives with {} in place of {}"
# What is written, as a rule worked by hand, and what stands there in place of what.
WAYS = [
    ("L", lambda now: (now.s_out - now.y) ** 2 / 2, "s_out", "z_out"),
    ("L", lambda now: (now.z_out - now.s_out) ** 2 / 2, "s_out", "y"),
    ("delta_out", lambda now: (now.s_out - now.y) * hw.slope_of_tanh(now.s_out), "s_out", "z_out"),
    ("Delta_W", lambda now: np.outer(now.x, now.z_i), "z_i", "delta_i"),
    ("w", lambda now: now.w - 0.2 * now.z_i, "z_i", "Delta_w"),
]


def faults(marked):
    return [(f.field, f.cause, f.message) for f in marked.fields if f.status == "wrong"]


@pytest.mark.parametrize(("field", "rule", "written", "meant"), WAYS)
def test_it_is_named_and_earns_nothing(practical, field, rule, written, meant):
    marked = hw.result(practical, hw.practical("online", 0.2, 7, {field: rule}, **TANH))
    assert set(faults(marked)) == {(field, "symbol_exchanged", SAYS.format(written, meant))}
    wrong = [f for f in marked.fields if f.status == "wrong"]
    # What is right all the same, such as the zeros behind a relu, keeps its marks.
    assert all(f.score == 0 or (f.score < f.max_score and field in {"Delta_W", "w"}) for f in wrong)


def test_once_alone_may_be_chance(practical):
    wrong = {(4, "L"): WAYS[0][1]}
    marked = hw.result(practical, hw.practical("online", 0.2, 7, wrong, **TANH))
    assert {cause for _, cause, _ in faults(marked)} == {None}


def test_where_it_does_not_explain_all_of_the_field_it_is_not_claimed(practical):
    wrong = {"L": WAYS[1][1], (7, "L"): lambda now: now.z_out + 5.31}
    marked = hw.result(practical, hw.practical("online", 0.2, 7, wrong, **TANH))
    assert {cause for field, cause, _ in faults(marked) if field == "L"} == {None}


def test_nothing_is_claimed_of_random_numbers(practical):
    random = np.random.default_rng(8)
    shapes = {"s_i": 3, "z_i": 3, "s_out": (), "z_out": (), "L": (), "delta_out": (), "delta_i": 3, "w": 3}
    answers = []
    for digits in (2, 3, 5) * 8:
        off = [name for name in shapes if random.random() < 0.4]
        wrong = {name: lambda _, size=shapes[name]: random.normal(0, 0.5, size) for name in off}
        answers.append(hw.practical("online", 0.2, digits, wrong, **TANH))
    marked = hw.results(practical, answers)
    assert any(f.status == "wrong" for each in marked for f in each.fields)
    assert "symbol_exchanged" not in {f.cause for each in marked for f in each.fields}


TOTALS = [
    ("sum of L from sample 0 on", [0, 4, 8], np.sum),
    ("mean of L from sample 0 on", [0, 4, 8], np.mean),
    ("sum of L over all steps so far", [0, 0, 0], np.sum),
]


@pytest.mark.parametrize(("says", "since", "total"), TOTALS)
@pytest.mark.parametrize("every", [1, 4])
def test_a_total_where_each_step_has_its_own_is_named(practical, says, since, total, every):
    answer = hw.practical("online", 0.2, 7, {}, **TANH)
    steps = answer["steps"]
    own = [float(step["L"]) for step in steps]
    for t, step in enumerate(steps):
        step["L"] = f"{total(own[since[t // 4] : t + 1]):.7f}"
        if (t + 1) % every:
            del step["L"]
    marked = hw.result(practical, answer)
    message = f"this is the {says}; each step asks for its own"
    assert set(faults(marked)) == {("L", "summed_over_steps", message)}
    assert all(f.score == 0 for f in marked.fields if f.status == "wrong")


def test_gradients_that_are_never_set_back_to_zero_are_named(practical):
    total = np.zeros(3)

    def added(now):
        total[...] += now.delta_out * now.z_i
        return total.copy()

    marked = hw.result(practical, hw.practical("online", 0.2, 7, {"Delta_w": added}, **TANH))
    message = "this is the sum of Delta_w over all steps so far; each step asks for its own"
    assert set(faults(marked)) == {("Delta_w", "summed_over_steps", message)}
