"""What a wrong line was worked from, or is a multiple of, in all steps alike: it is named."""

import math

import handworked as hw
import numpy as np
import pytest
from shared import ROOT, TANH
from written import student_page

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.schemas.results import SubmissionResult
from grader.schemas.submission import Submission

W = np.array(hw.START["W"])


def faults(marked, status="wrong"):
    return {(f.field, f.cause, f.message) for f in marked.fields if f.status == status}


@pytest.mark.parametrize(("factor", "says"), [(3, "3 times"), (0.5, "half of"), (-2, "−2 times")])
def test_a_multiple_in_all_steps(practical, factor, says):
    wrong = {"s_out": lambda now: factor * (now.z_i @ now.w)}
    ((field, cause, message),) = faults(hw.result(practical, hw.practical("online", 0.2, 7, wrong, **TANH)))
    assert (field, cause) == ("s_out", "constant_factor")
    assert message.startswith(f"this is {says} what your own lines give; the line should be s_out = ")


def test_a_multiple_once_may_be_chance(practical):
    wrong = {(4, "s_out"): lambda now: 3 * (now.z_i @ now.w)}
    marked = hw.result(practical, hw.practical("online", 0.2, 7, wrong, **TANH))
    assert "constant_factor" not in {cause for _, cause, _ in faults(marked)}


def test_a_value_of_the_row_before_as_in_a_spreadsheet(practical):
    before = []

    def delta_i(now):
        before.append(now.delta_out)
        return before[max(0, len(before) - 2)] * now.w * hw.slope_of_relu(now.s_i)

    marked = hw.result(practical, hw.practical("online", 0.2, 7, {"delta_i": delta_i}, **TANH))
    says = "this is what the line gives with delta_out as it was one step earlier"
    assert faults(marked) == {("delta_i", "symbol_exchanged", says)}


def test_components_that_stand_one_place_too_far_are_a_slip(practical):
    answer = hw.practical("online", 0.2, 5, {}, **TANH)
    own = answer["steps"][5]["s_i"]
    answer["steps"][5]["s_i"] = [own[2], own[0], own[1]]
    ((field, cause, _),) = faults(hw.result(practical, answer), "slip")
    assert (field, cause) == ("s_i", "exchanged")


def test_other_start_values_are_told_with_what_they_were(practical):
    misread = W.copy()
    misread[0, 0] = 0.06
    wrong = {
        (0, "s_i"): lambda now: now.x @ misread,
        (0, "W"): lambda now: misread - 0.2 * now.Delta_W,
    }
    marked = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH))
    says = "this begins with other start values of W than the exercise gives"
    assert faults(marked) == {("s_i", "other_start_values", says)}
    assert hw.at(marked, "W", 0, 0).status == "follows"
    assert marked.score == pytest.approx(15 - 15 / 132 / 3)  # one number of s_i
    note = "W: your numbers begin with 0.06 where the exercise has 0.6 (row 1, column 1)"
    assert note in marked.notes


def test_another_start_value_is_charged_once():
    """Newton's method from 1: f, slope and x of the first step are all worked from it."""
    x, page = 1.0, []
    for step in range(6):
        f, slope = math.cos(x) - x**3, -math.sin(x) - 3 * x**2
        x -= f / slope
        page.append({"step": step, "f": f"{f:.6f}", "slope": f"{slope:.6f}", "x": f"{x:.6f}"})
    marked = hw.result(load_key(ROOT / "answer_keys" / "newton.toml"), {"steps": page}, "newton_root")
    assert hw.faulty(marked) == {((0,), "f"): "wrong"}
    ((_, _, said),) = faults(marked)
    assert said == "this begins with another start value of x than the exercise gives"
    assert marked.score == pytest.approx(9 - 9 / 18)


def test_of_many_other_start_values_the_first_are_told(practical):
    turned = W.T.reshape(W.shape)  # filled in column by column
    wrong = {
        (0, "s_i"): lambda now: now.x @ turned,
        (0, "W"): lambda now: turned - 0.2 * now.Delta_W,
    }
    (note,) = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH)).notes
    others = np.flatnonzero(turned.ravel() != W.ravel()).size
    assert others > 3
    assert note.count(" where the exercise has ") == 3
    assert note.endswith(f" and {others - 3} more")
    assert note.count(" and ") == 1


STILL = """
id = "still"
[[question]]
id = "q"
kind = "trace"
points = 6
start.x = 1.0
"""


def test_a_step_that_is_a_copy_of_another_has_one_cause(practical):
    answer = hw.practical("online", 0.2, 5, {}, **TANH)
    steps = answer["steps"]
    labels = {name: steps[7][name] for name in ("iteration", "sample")}
    steps[7] = {**steps[3], **labels}
    marked = hw.result(practical, answer)
    copied = {(f.status, f.cause) for f in marked.fields if f.step == labels and f.status != "correct"}
    # Nothing follows in it; with one line the next step goes on as if it were right.
    assert copied == {("wrong", "step_copied"), ("slip", "unused")}
    said = {f.message for f in marked.fields if f.cause == "step_copied"}
    assert said == {"this step is a copy of iteration 0, sample 3"}
    assert not any(f.cause == "step_copied" for f in marked.fields if f.step != labels)


@pytest.mark.parametrize(("method", "count"), [("online", 4), ("batch", 1)])
def test_a_pass_that_is_a_copy_of_another_earns_what_is_right_by_the_solution(practical, method, count):
    """Its first step does not follow from what stands before it; the others do, from their like."""
    answer = hw.practical(method, 0.2, 5, {}, **TANH)
    right = 0.0
    for step, copied in zip(answer["steps"][-count:], answer["steps"][-2 * count :], strict=False):
        for field in hw.FIELDS:
            right += np.mean(hw.read(step[field]) == hw.read(copied[field])) / len(hw.FIELDS)
        step.update({**copied, "iteration": 2})
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(10 + 5 * right / count, abs=0.2)  # some are right by rounding
    lost = [f for f in marked.fields if f.score < f.max_score]
    assert {f.step["iteration"] for f in lost} == {2}
    assert {(f.status, f.cause) for f in lost} == {("wrong", "step_copied")}


def test_of_a_copied_pass_all_lines_count_that_are_off():
    """The perceptron's first epoch twice: in the second a line is off in two steps, three in the next."""
    w, epoch = np.array([1.2, 0.6]), []
    for sample, (x, target) in enumerate([((0, 0), 0), ((0, 1), 0), ((1, 0), 0), ((1, 1), 1)]):
        net = float(w @ x)
        out = int(net > 1)
        w = w + 0.5 * (target - out) * np.array(x)
        epoch.append({"sample": sample, "net": net, "out": out, "error": target - out, "w": w.tolist()})
    steps = [{"epoch": number, **step} for number in range(2) for step in epoch]
    key = load_key(ROOT / "answer_keys" / "perceptron_and.toml")
    marked = hw.result(key, {"steps": steps}, "and_gate")
    off = [(f.field, f.step["sample"], f.cause) for f in marked.fields if f.status != "correct"]
    copied = [("w", 1), ("net", 2), ("out", 2), ("error", 2)]
    assert off == [("w", 0, "start_values"), *((field, t, "step_copied") for field, t in copied)]


def test_where_a_method_stands_still_a_step_like_the_one_before_is_no_copy():
    """Half of x is taken for its sine in three lines: of numbers that do not change any more."""
    equations = {"a": "sin(x)", "b": "sin(x) + 1", "c": "sin(x) + 2", "x": "x / 10"}
    key = hw.tiny_key(STILL, method={"m": {"loop": {"step": 6}, "equations": equations}})
    x, page = 1.0, []
    for step in range(6):
        a = round(x / 2, 3)
        x = round(x / 10, 3)
        numbers = {"a": a, "b": a + 1.25, "c": a + 2.25, "x": x}
        page.append({"step": step} | {name: f"{value:.3f}" for name, value in numbers.items()})
    marked = hw.result(key, {"steps": page}, "q")
    assert "step_copied" not in {f.cause for f in marked.fields}
    assert all(f.score == f.max_score for f in marked.fields if f.field == "x")


@pytest.mark.parametrize("off", [1.03, 0.9, 1.2, 1.07])
def test_in_a_field_that_is_wrong_throughout_no_number_is_a_slip_by_chance(practical, off):
    wrong = {"W": lambda now: off * now.W - 0.17 * now.Delta_W + 0.002}
    marked = hw.result(practical, hw.practical("online", 0.2, 3, wrong, **TANH))
    causes = {f.cause for f in marked.fields if f.field == "W"}
    assert not causes & {"digit", "digits_exchanged", "digit_lost"}


def test_one_slip_in_a_field_that_is_right_otherwise_stays_one(practical):
    answer = hw.practical("online", 0.2, 5, {}, **TANH)
    answer["steps"][3]["L"] = f"{float(answer['steps'][3]['L']) + 0.004:.5f}"
    ((field, cause, _),) = faults(hw.result(practical, answer), "slip")
    assert (field, cause) == ("L", "digit")


def test_who_goes_on_from_the_right_values_again_is_right_from_there(practical):
    """Two steps are worked with another w; from the third on everything is as if they had not been."""
    right = hw.practical("online", 0.2, 5, **TANH)
    wrong = hw.practical("online", 0.2, 5, {(3, "w"): lambda _: np.array([0.2, 0.3, 0.4])}, **TANH)
    right["steps"][4:6] = wrong["steps"][4:6]
    marked = hw.result(practical, right)
    assert hw.faulty(marked).keys() == {((1, 0), "s_out"), ((1, 0), "delta_i"), ((1, 0), "w")}


def test_a_change_of_mind_between_accepted_ways_is_told(practical):
    def without_w(now):
        return now.delta_out * hw.slope_of_relu(now.s_i)

    wrong = {(t, "delta_i"): without_w for t in range(4, 8)}
    answer = hw.practical("online", 0.2, 5, wrong, **TANH)
    marked = hw.result(practical, answer)
    says = "this is what delta_i = delta_out · relu'(s_i) gives; keep to one way throughout"
    assert faults(marked) == {("delta_i", "other_way", says)}
    assert {labels for labels, _ in hw.faulty(marked)} == {(1, sample) for sample in range(4)}
    (mine,) = mark(practical, [Submission(student="s", answers={"exercise2": answer})])
    (question,) = (q.result(reveal=False) for q in mine.questions if q.question == "exercise2")
    says = "this is worked by another accepted way than your other lines; keep to one way throughout"
    assert faults(question) == {("delta_i", "other_way", says)}


def test_a_change_of_mind_in_several_lines_of_a_step_is_charged_once_in_it():
    """From the third step on the four slopes are written without h, and each is gone on with rightly."""
    t, w, h, page = 0.0, 0.5, 0.2, []
    for step in range(4):
        slopes = [w - t**2 + 1]
        for part in (0.5, 0.5, 1.0):
            slopes.append(w + part * h * slopes[-1] - (t + part * h) ** 2 + 1)
        w, t = w + h * (slopes[0] + 2 * slopes[1] + 2 * slopes[2] + slopes[3]) / 6, t + h
        written = slopes if step > 1 else [h * slope for slope in slopes]
        lines = {f"k_{i}": round(slope, 6) for i, slope in enumerate(written, 1)}
        page.append({"step": step, **lines, "w": round(w, 6), "t": round(t, 6)})
    key = load_key(ROOT / "answer_keys" / "runge_kutta.toml")
    marked = hw.result(key, {"steps": page}, "initial_value_problem")
    assert marked.score == 11  # of 12, for 24 lines
    says = "this is what k_1 = w - t^2 + 1 gives; keep to one way throughout"
    assert faults(marked) == {("k_1", "other_way", says)}


@pytest.mark.parametrize("sign", ["gradient", "scaled"])
def test_a_field_by_another_way_that_is_gone_on_with_rightly_is_no_slip_of_the_pen(practical, sign):
    """The credit is that of a slip: the way was not kept to, but everything after it is right."""
    answer, other = (
        hw.practical("online", 0.2, 6, {}, **TANH | {"delta_sign": way}) for way in ("step", sign)
    )
    for step, by_other in zip(answer["steps"], other["steps"], strict=True):
        step["Delta_W"] = by_other["Delta_W"]
    marked = hw.result(practical, answer)
    ((field, cause, message),) = faults(marked, "slip")
    assert (field, cause) == ("Delta_W", "other_way")
    equation = {"gradient": "outer(x, delta_i)", "scaled": "alpha · outer(x, delta_i)"}[sign]
    assert message == f"this is what Delta_W = {equation} gives; keep to one way throughout"
    assert len(hw.faulty(marked)) == 12
    head = "- **Delta_W** (all 12 steps) – another way than your other lines, cost 0.51 points: "
    said = SubmissionResult(student="s", file="s.json", questions=(marked,))
    assert f"{head}{message}." in student_page(said)


def test_what_no_accepted_way_gives_is_not_called_one(practical):
    wrong = {(t, "delta_i"): lambda now: 0.7 * now.delta_out * hw.slope_of_relu(now.s_i) for t in (4, 5)}
    marked = hw.result(practical, hw.practical("online", 0.2, 5, wrong, **TANH))
    assert "other_way" not in {cause for _, cause, _ in faults(marked)}


@pytest.mark.parametrize(
    ("ways", "lines"),
    [
        (
            TANH | {"delta_sign": "step"},
            ("z_out = tanh(s_out)", "delta_i = delta_out · w · relu'(s_i)", "w = w + Delta_w"),
        ),
        (
            {"output": "relu", "hidden_delta": "published", "delta_sign": "gradient"},
            ("z_out = relu(s_out)", "delta_i = delta_out · relu'(s_i)", "w = w - alpha · Delta_w"),
        ),
    ],
)
def test_how_the_work_was_read_is_told_by_its_lines(practical, ways, lines):
    assert hw.result(practical, hw.practical("online", 0.2, 6, {}, **ways)).ways == lines


@pytest.mark.parametrize(
    ("reduction", "lines"),
    [
        ("mean", {"delta_out = 1/4 · (z_out - y) · tanh'(s_out)"}),
        ("mean_late", {"Delta_w = 1/4 · (delta_out @ z_i)"}),
        ("sum", {"delta_out = (z_out - y) · tanh'(s_out)", "Delta_w = delta_out @ z_i"}),
    ],
)
def test_an_option_that_no_single_line_tells_from_all_others_takes_two(practical, reduction, lines):
    told = hw.result(practical, hw.practical("batch", 0.2, 6, {}, **TANH, reduction=reduction)).ways
    assert lines <= set(told)
    assert len(told) == 3 + len(lines)


def test_a_check_tells_no_line_that_the_student_has_wrong(practical):
    def rule(now):
        return 0.7 * now.delta_out * hw.slope_of_relu(now.s_i)

    for wrong, known in (({(3, "delta_i"): rule}, True), ({"delta_i": rule}, False)):
        answer = hw.practical("online", 0.2, 6, wrong, **TANH)
        (marked,) = mark(practical, [Submission(student="s", answers={"exercise2": answer})])
        told = [
            any(line.startswith("delta_i") for line in question.ways)
            for reveal in (True, False)
            for question in marked.result("s.json", reveal=reveal).questions
            if question.question == "exercise2"
        ]
        assert told == [known, False]


@pytest.mark.parametrize(
    ("method", "wrong", "says"),
    [
        ("online", {"s_out": lambda now: now.z_i[:2] @ now.w[:2]}, "the third component of z_i"),
        ("online", {"s_i": lambda now: now.x[1] * now.W[1]}, "row 1 of W"),
        ("batch", {"Delta_w": lambda now: now.delta_out[1:] @ now.z_i[1:]}, "row 1 of z_i"),
        ("batch", {"Delta_W": lambda now: now.x[:3].T @ now.delta_i[:3]}, "row 4 of delta_i"),
    ],
)
def test_a_term_left_out_of_a_sum_in_all_steps_is_named(practical, method, wrong, says):
    marked = hw.result(practical, hw.practical(method, 0.2, 7, wrong, **TANH))
    assert {(cause, message) for _, cause, message in faults(marked)} == {
        ("term_left_out", f"this is what the line gives without {says}")
    }


def test_what_is_0_in_a_product_is_no_term_left_out(practical):
    wrong = {"delta_i": lambda now: now.delta_out * now.w * hw.slope_of_relu(now.s_i) * np.array([1, 1, 0])}
    marked = hw.result(practical, hw.practical("online", 0.2, 7, wrong, **TANH))
    assert {cause for _, cause, _ in faults(marked)} == {None}
