"""Worked in one accepted order, written in the table of the other: read as what it is, with a note."""

import re
from itertools import product
from types import SimpleNamespace

import handworked as hw
import pytest
from order_of_work import ROWS, updated_after_each, updated_once
from shared import ROOT, TANH, ready_key
from varied import answer, marks, variants_of, varied_practical

from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code
from grader.marking.readings.late_updates import share_off

WAYS = [{"tanh": tanh, "exact": exact} for tanh in (True, False) for exact in (True, False)]


def said(marked):
    return " ".join(marked.notes)


# Rows that are updated one after the other, in a table with a step for all of them.


def test_rows_updated_one_after_the_other_are_right(practical):
    signs, sums = ("gradient", "step", "scaled"), ("sum", "mean", "last")
    cases = list(product((0.1, 0.5), (4, 9), signs, sums, WAYS))
    answers = [updated_after_each(a, d, sign=s, sums=n, **way) for a, d, s, n, way in cases]
    for case, marked in zip(cases, hw.results(practical, answers), strict=True):
        assert marked.score == pytest.approx(15), case
        assert "updated after each sample" in said(marked)
        assert marked.choices["delta_sign"] == case[2]


def with_a_dead_last_sample(monkeypatch):
    """Return the practical with a last sample that no hidden unit answers to, whose gradients are zero."""
    last = [-0.2, -0.05]
    monkeypatch.setattr(hw, "X", [*hw.X[:3], last])
    text = (ROOT / "answer_keys" / "practical1.toml").read_text(encoding="utf-8")
    assert text.count("[0.20, -0.05]") == 2
    return ready_key(text.replace("[0.20, -0.05]", str(last)))


@pytest.mark.parametrize("digits", [3, 5])
def test_a_last_entry_without_gradients_is_one_as_any_other(monkeypatch, digits):
    """Also by three digits, of which the sums of four hold as much as four of them leave open."""
    prepared = with_a_dead_last_sample(monkeypatch)
    cases = list(product((0.1, 0.5), ("gradient", "step"), ("sum", "mean", "last"), WAYS))
    answers = [updated_after_each(a, digits, sign=s, sums=n, **way) for a, s, n, way in cases]
    for case, marked in zip(cases, hw.results(prepared, answers), strict=True):
        assert marked.score == pytest.approx(15), case


def test_two_decimals_in_such_rows_are_too_few_and_hardly_anything_else(practical):
    ways = [
        dict(zip(("alpha", "sign"), way, strict=True)) for way in product((0.2, 0.5), hw.WAYS["delta_sign"])
    ]
    answers = [updated_after_each(digits=2, exact=False, tanh=False, **way) for way in ways]
    for way, marked in zip(ways, hw.results(practical, answers), strict=True):
        assert "updated after each sample" in said(marked), way
        off = [f for f in marked.fields if f.status not in {"correct", "follows"}]
        # A sum of four numbers of which two digits are known may be off by more than these leave open.
        assert sum(f.cause != "too_few_digits" for f in off) <= 3, way
        assert marked.score > 13.5, way


def test_what_is_not_handed_in_is_still_missing(practical):
    marked = hw.result(practical, updated_after_each(sums=None))
    assert set(hw.faulty(marked)) == {((i,), name) for i in range(3) for name in ("Delta_w", "Delta_W")}


def test_an_error_in_such_rows_is_found_in_its_row(practical):
    def change(iteration, k, lines):
        wrong = (iteration, k) == (1, 2)
        return lines | {"z_out": lines["z_out"] + 0.37} if wrong else lines

    answer = updated_after_each(digits=6, change=change)
    marked = hw.result(practical, answer)
    assert set(hw.faulty(marked)) == {((1,), "z_out")}
    assert hw.at(marked, "z_out", 1).message.startswith("third component: you wrote")


def test_a_mistake_in_all_such_rows_is_named(practical):
    def change(*place_and_lines):
        lines = place_and_lines[-1]
        return lines | {"L": 2 * lines["L"]}

    marked = hw.result(practical, updated_after_each(digits=6, change=change))
    assert {(f.field, f.cause) for f in marked.fields if f.status == "mistake"} == {("L", "no_half")}
    assert not [f for f in marked.fields if f.status == "wrong"]


def test_one_iteration_is_enough_to_see_it(practical):
    answer = updated_after_each()
    answer["steps"] = answer["steps"][:1]
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(5)


def test_rows_that_are_worked_at_once_are_not_said_to_be_updated(practical):
    answers = [hw.practical("batch", 0.2, d, **way) for d in (3, 5) for way in hw.every_way("batch")]
    for marked in hw.results(practical, answers):
        assert marked.score == 15
        assert not marked.notes


# Steps for every sample, worked by the same weights.


def test_samples_of_an_iteration_worked_by_the_same_weights_are_right(practical):
    shown, sums = ("as before", "new", "grown", "nothing"), ("each", "total")
    cases = list(product((0.1, 0.5), (5, 9), WAYS, ("gradient", "step"), shown, sums))
    answers = [updated_once(a, d, sign=s, shown=h, sums=n, **way) for a, d, way, s, h, n in cases]
    for case, marked in zip(cases, hw.results(practical, answers), strict=True):
        assert marked.score == pytest.approx(15), case
        assert "read as method batch" in said(marked)
        assert marked.method == "batch"


def test_where_such_an_iteration_is_averaged_is_told(practical):
    shares = {"mean": (0.25, 1), "mean_late": (1, 0.25), "sum": (1, 1)}
    cases = list(product(shares, ("as before", "new", "nothing")))
    answers = [updated_once(0.2, 6, share=shares[named], shown=shown) for named, shown in cases]
    for (named, _), marked in zip(cases, hw.results(practical, answers), strict=True):
        assert (marked.score, marked.choices["reduction"]) == (pytest.approx(15), named)


def test_an_error_in_such_a_step_costs_its_line(practical):
    answer = updated_once(digits=6)
    answer["steps"][6]["s_out"] = "0.777777"
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {((1,), "s_out"): "slip"}  # what comes after uses another value
    assert marked.score == pytest.approx(15 - 15 / 33 / 4 / 2)  # half of one of four numbers of a line


def test_it_is_not_said_that_the_method_is_another_and_another_again(practical):
    answer = updated_once() | {"method": "batch"}
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(15)
    assert len(marked.notes) == 1


def test_weights_of_no_meaning_in_between_are_not_passed_over(practical):
    answer = updated_once(digits=6)
    for t, step in enumerate(answer["steps"]):
        if t % 4 < 3:
            step["w"] = ["0.512345", "-0.623451", f"0.73{t:02d}51"]
    marked = hw.result(practical, answer)
    assert marked.method == "online"
    assert marked.score < 14


def test_of_start_values_alone_nothing_is_made(practical):
    step = {"iteration": 0, "sample": 0} | hw.START
    marked = hw.result(practical, {"steps": [step]})
    assert marked.method == "online"
    assert {hw.at(marked, name, 0, 0).status for name in ("w", "W")} <= {"wrong", "slip", "mistake"}


def test_weights_that_never_change_are_not_such_a_hand_in(practical):
    answer = updated_once(digits=6)
    for step in answer["steps"]:
        step |= {"W": hw.START["W"], "w": hw.START["w"]}
    assert hw.result(practical, answer).score < 14


def test_a_step_for_each_sample_and_update_stays_what_it_is(practical):
    answers = [hw.practical("online", 0.2, d, **way) for d in (3, 5) for way in hw.every_way("online")]
    for marked in hw.results(practical, answers):
        assert (marked.score, marked.method) == (15, "online")


# Another exercise: a network of ten lines, worked here with a loop over its samples.

NETWORK = """
id = "net"
title = "A network"
[[question]]
id = "q"
kind = "trace"
points = 12
[question.network]
sizes = [2, 3, 1]
activation = ["tanh", "sigmoid"]
loss = "binary_cross_entropy"
rate = { default = 0.5, above = 0.0 }
epochs = 2
batch = { online = 1, batch = "all" }
batch_loss = ["mean", "sum"]
samples = [{ x = [1.0, 0.5], y = 1 }, { x = [-0.5, 1.0], y = 0 }, { x = [0.3, -0.7], y = 1 }]
[question.start]
W_1 = [[0.2, -0.4], [0.5, 0.1], [-0.3, 0.6]]
b_1 = [0.1, 0.0, -0.2]
W_2 = [0.7, -0.2, 0.4]
b_2 = 0.3
"""
CHANGES = ("Delta_W_1", "Delta_b_1", "Delta_W_2", "Delta_b_2")


def network_epochs(*, each):
    """Yield the lines of each example of both epochs, the weights updated after each or once."""
    np = hw.np
    weights = [np.array([[0.2, -0.4], [0.5, 0.1], [-0.3, 0.6]]), np.array([0.1, 0, -0.2])]
    weights += [np.array([0.7, -0.2, 0.4]), 0.3]
    for _ in range(2):
        epoch, together = [], None
        for x, y in (([1, 0.5], 1), ([-0.5, 1], 0), ([0.3, -0.7], 1)):
            W_1, b_1, W_2, b_2 = weights
            s_1 = W_1 @ x + b_1
            z_1 = np.tanh(s_1)
            s_2 = W_2 @ z_1 + b_2
            z_2 = 1 / (1 + np.exp(-s_2))
            delta_2 = z_2 - y
            delta_1 = delta_2 * W_2 * (1 - z_1**2)
            loss = -np.log(z_2 if y else 1 - z_2)
            lines = {"s_1": s_1, "z_1": z_1, "s_2": s_2, "z_2": z_2, "L": loss}
            lines |= {"delta_2": delta_2, "delta_1": delta_1}
            changes = [np.outer(delta_1, x), delta_1, delta_2 * z_1, delta_2]
            together = (
                changes if together is None else [a + b for a, b in zip(together, changes, strict=True)]
            )
            if each:
                weights = [w - 0.5 * change for w, change in zip(weights, changes, strict=True)]
            epoch.append(lines | dict(zip(CHANGES, changes, strict=True)))
        if not each:
            weights = [w - 0.5 * change for w, change in zip(weights, together, strict=True)]
        yield epoch, dict(zip(("W_1", "b_1", "W_2", "b_2"), weights, strict=True))


def network_result(steps):
    key = ready_key(NETWORK)
    submission = {"assignment": "net", "student": "1", "answers": {"q": {"steps": steps}}}
    (marked,) = hw.mark(key, [hw.Submission.model_validate(submission)])
    return marked.result("f").questions[0]


def test_rows_of_a_network_updated_one_after_the_other():
    steps = []
    for number, (epoch, weights) in enumerate(network_epochs(each=True)):
        step = {"epoch": number}
        for name in epoch[0]:
            rows = hw.np.array([lines[name] for lines in epoch])
            step[name] = hw.written(rows.sum(axis=0) if name in CHANGES else rows, 6)
        steps.append(step | {name: hw.written(value, 6) for name, value in weights.items()})
    marked = network_result(steps)
    assert marked.score == pytest.approx(12)
    assert "updated after each example" in said(marked)


def test_examples_of_a_network_worked_by_the_same_weights():
    steps = []
    for number, (epoch, weights) in enumerate(network_epochs(each=False)):
        for k, lines in enumerate(epoch):
            there = lines | (weights if k == len(epoch) - 1 else {})
            written = {name: hw.written(value, 6) for name, value in there.items()}
            steps.append({"epoch": number, "example": k} | written)
    marked = network_result(steps)
    assert (marked.score, marked.choices["batch_loss"]) == (pytest.approx(12), "sum")
    assert "read as method batch" in said(marked)


# A table is only a table: whatever is written in it, it is marked as in the table of its own method.


def by_sample(answer):
    """Return a hand-in of all samples at once with a step for each sample, and the updates in the last."""
    steps = []
    for step in answer["steps"]:
        for k in range(4):
            row = {"iteration": step["iteration"], "sample": k}
            row |= {name: step[name][k] for name in ROWS if name in step}
            others = ("Delta_w", "Delta_W", "w", "W")
            steps.append(row | ({name: step[name] for name in others if name in step} if k == 3 else {}))
    return answer | {"method": "online", "steps": steps}


def by_iteration(answer):
    """Return a hand-in of a step for each sample with rows of samples, what changes the weights added up."""
    steps = []
    for i in range(3):
        rows = answer["steps"][4 * i : 4 * i + 4]
        step = {"iteration": i} | {name: [row[name] for row in rows] for name in ROWS}
        step |= {
            name: sum(hw.np.array(row[name]) for row in rows).tolist() for name in ("Delta_w", "Delta_W")
        }
        steps.append(step | {name: rows[-1][name] for name in ("w", "W")})
    return answer | {"method": "batch", "steps": steps}


def put(value, place, text):
    """Change one number of a written value."""
    if not place:
        return text
    return [put(item, place[1:], text) if i == place[0] else item for i, item in enumerate(value)]


PLACES = [
    (1, "s_i", (2, 1)),
    (0, "z_i", (0, 2)),
    (2, "delta_i", (3, 0)),
    (1, "s_out", (1,)),
    (2, "w", (1,)),
    (1, "W", (1, 2)),
    (0, "Delta_W", (0, 1)),
]


@pytest.mark.parametrize("text", ["abc", "0.500000", "-12.5"])
def test_every_number_is_read_in_its_own_place(practical, text):
    answers = []
    for t, name, place in PLACES:
        answers.append(hw.practical("batch", 0.2, 6, **TANH))
        step = answers[-1]["steps"][t]
        step[name] = put(step[name], place, text)
    marked = hw.results(practical, [*answers, *map(by_sample, answers)])
    for own, other in zip(marked[: len(answers)], marked[len(answers) :], strict=True):
        assert other.method == "batch"
        assert [(f.field, f.step, f.status, f.cause) for f in other.fields] == [
            (f.field, f.step, f.status, f.cause) for f in own.fields
        ]
        assert other.score == pytest.approx(own.score)


@pytest.mark.parametrize("digits", [2, 3, 5])
def test_digits_count_as_in_the_table_of_the_method(practical, digits):
    """Trailing zeros as well: 0.50 is not 0.5. Two are too few, in either table."""
    ways = list(hw.every_way("batch"))[::5]
    answers = [hw.practical("batch", 0.2, digits, **way) for way in ways]
    own = hw.results(practical, answers)
    other = hw.results(practical, [by_sample(answer) for answer in answers])
    for way, first, second in zip(ways, own, other, strict=True):
        assert (second.method, second.score) == ("batch", pytest.approx(first.score)), way
        assert hw.faulty(second) == hw.faulty(first), way


def test_rows_of_students_with_own_values_are_marked_by_them():
    """Updated one after the other by each student's own weights and inputs, in the table of all at once."""
    prepared = varied_practical()
    students = [f"s{i}" for i in range(6)]
    own = variants_of(prepared, students)
    given = {
        student: by_iteration(answer(prepared, variant, choice=TANH, given={"alpha": alpha}))
        for student, variant, alpha in zip(students, own, (0.2, 0.1, 0.5) * 2, strict=True)
    }
    marked, _ = marks(prepared, given)
    for student in students:
        found = marked[student].result(reveal=True)
        assert found.score == pytest.approx(15), student
        assert "updated after each sample" in said(found)


def test_a_wrong_sum_of_such_rows_is_told_what_they_sum_up_to(practical):
    for sums in ("sum", "mean", "last"):
        answer = updated_after_each(digits=6, sums=sums)
        due = answer["steps"][1]["Delta_w"][2]
        answer["steps"][1]["Delta_w"][2] = f"{float(due) + 0.271828:.6f}"
        marked = hw.result(practical, answer)
        assert hw.faulty(marked).keys() == {((1,), "Delta_w")}
        message = hw.at(marked, "Delta_w", 1).message
        own = re.search(r"(?:your own lines give|but went on with) (-?[\d.]+)", message)
        assert float(own[1]) == pytest.approx(float(due), abs=2e-5), message


def test_what_is_off_is_a_share_of_what_is_written():
    right, follows, wrong, missing = Code.CORRECT, Code.FOLLOWS, Code.WRONG, Code.MISSING
    rows = [right, follows, wrong, missing], [wrong, wrong, missing, missing], [missing] * 4
    codes = hw.np.array(rows, dtype=hw.np.uint8)[:, None, :]
    values = hw.np.where(codes == Code.MISSING, hw.np.nan, 1.0)
    kinds = hw.np.zeros_like(codes)
    verdicts = SimpleNamespace(codes=codes, kinds=kinds, batch=SimpleNamespace(values=values))
    assert share_off(verdicts) == pytest.approx([1 / 3, 1, 0])
    kinds[1, 0, 0] = Slip.FEW_DIGITS  # which is the same by any order of work
    assert share_off(verdicts) == pytest.approx([1 / 3, 1 / 2, 0])
