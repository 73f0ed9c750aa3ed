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
