"""A weight that keeps its value where the step should change it is named, and nothing else claimed."""

import handworked as hw
import numpy as np
import pytest
from shared import ROOT, TANH

from grader.cli.keyring import load_key

SAYS = "not updated, the value from before the step still stands there"


def never_updated(name, place, digits=5, method="online"):
    """Return a hand-in worked with some numbers of a field that keep their start value."""
    usual = hw.practical_rules(method, 0.2, **TANH)[name]

    def keep(now):
        values = np.array(usual(now), dtype=float)
        values[place] = np.array(hw.START[name])[place]
        return values

    return hw.practical(method, 0.2, digits, {name: keep}, **TANH)


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize(
    ("name", "place", "says"),
    [
        ("w", 0, f"first component {SAYS}"),
        ("W", (0, 1), f"row 1, column 2 {SAYS}"),
        ("W", (1, 2), f"row 2, column 3 {SAYS}"),
    ],
)
def test_one_weight_is_never_updated(practical, method, name, place, says):
    marked = hw.result(practical, never_updated(name, place, method=method))
    faulty = [f for f in marked.fields if f.status not in {"correct", "follows"}]
    assert {(f.field, f.status, f.cause, f.message) for f in faulty} == {(name, "wrong", "not_updated", says)}
    share = 15 / 11 / (12 if method == "online" else 3) / (3 if name == "w" else 6)
    assert marked.score == pytest.approx(15 - len(faulty) * share)


def test_the_start_value_with_its_own_digits_is_no_number_of_too_few(practical):
    answer = never_updated("W", (0, 1))
    for step in answer["steps"]:
        step["W"][0][1] = "0.7"
    marked = hw.result(practical, answer)
    assert {f.cause for f in marked.fields if f.status not in {"correct", "follows"}} == {"not_updated"}


def test_no_weight_at_all_is_updated(practical):
    marked = hw.result(practical, never_updated("w", slice(None), method="batch"))
    faulty = [f for f in marked.fields if f.status not in {"correct", "follows"}]
    assert {(f.field, f.cause, f.message) for f in faulty} == {("w", "not_updated", SAYS)}


def test_a_weight_whose_change_is_zero_is_right(practical):
    marked = hw.result(practical, hw.practical("online", 0.2, 3, **TANH))
    assert marked.score == 15


def test_one_copy_of_the_row_before_is_a_slip_as_ever(practical):
    answer = hw.practical("online", 0.2, 6, **TANH)
    answer["steps"][5]["w"] = answer["steps"][4]["w"]
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {((1, 1), "w"): "slip"}


def test_ten_times_the_weights_throughout_is_a_point_that_slipped(practical):
    """In the samples of which a hidden unit is dead two columns stay as they were: there, too."""
    answer = hw.practical("online", 0.2, 4, **TANH)
    for step in answer["steps"]:
        step["W"] = [[f"{10 * float(number):.3f}" for number in row] for row in step["W"]]
    marked = hw.result(practical, answer)
    faulty = {(f.field, f.status, f.cause) for f in marked.fields if f.status != "correct"}
    assert faulty == {("W", "slip", "decimal_point")}
    assert marked.score == pytest.approx(15 - 12 * 15 / 132 / 2)


def test_a_tenth_of_what_was_never_updated_is_no_decimal_point():
    """The variance of the filter stays 225; at each step a tenth of it is due."""
    key = load_key(ROOT / "answer_keys" / "kalman.toml")
    page = [{"measurement": m, "K": "0.9", "p": "225"} for m in range(10)]
    marked = hw.result(key, {"steps": page}, "building")
    assert {(f.status, f.cause) for f in marked.fields if f.field == "p"} == {("wrong", "not_updated")}
    assert {f.status for f in marked.fields if f.field == "K"} == {"correct", "follows"}


@pytest.mark.parametrize("sign", ["step", "gradient", "scaled"])
@pytest.mark.parametrize("method", ["online", "batch"])
def test_who_updates_nothing_has_not_chosen_a_rate_next_to_nothing(practical, method, sign):
    stay = {name: lambda _, value=hw.START[name]: np.array(value) for name in ("w", "W")}
    way = {"output": "tanh", "hidden_delta": "exact", "delta_sign": sign}
    marked = hw.result(practical, hw.practical(method, 0.2, 6, stay, **way))
    assert {(f.field, f.cause) for f in marked.fields if f.status == "wrong"} == {
        ("w", "not_updated"),
        ("W", "not_updated"),
    }
    # Where nothing is left of an update, as of hidden units that are off, it cannot be missed.
    assert marked.score == pytest.approx(15 * (1 - 2 / 11), abs=0.7)
    assert marked.given == {"alpha": 0.2}
    assert not marked.notes
