"""Marking of traces: honest work loses nothing, a wrong number costs its own field, an error once."""

import tomllib
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shared import practical_key, practical_plan, ready_key
from simulate import Rounding, Student

from grader.marking.mark import mark, prepare
from grader.schemas.key import Key
from grader.schemas.submission import Submission


def question(prepared, answer, name="exercise2"):
    """Mark one answer to one question and return the result of that question."""
    submission = Submission(student="s", assignment=prepared.key.id, answers={name: answer})
    result = mark(prepared, [submission])[0].result("s.json")
    return next(q for q in result.questions if q.question == name)


def field(result, name, **step):
    return next(f for f in result.fields if f.field == name and f.step == step)


def statuses(result):
    return {f.status for f in result.fields}


@pytest.mark.parametrize(
    ("answer", "unread"),
    [
        ({"steps": {"s_out": 0.4}}, True),
        ({"steps": [{"iteration": 0, "sample": 0, "S_OUTPUT": 0.4}]}, True),
        ({"steps": [{"iteration": 7, "sample": 0, "s_out": 0.4}]}, True),
        ({"rows": [1]}, True),
        ("0.4", True),
        ({}, None),
        ({"steps": [{"iteration": 0, "sample": 0, "s_out": None}]}, None),
        ({"steps": [{"iteration": 0, "sample": 0, "s_out": "x"}]}, None),
        ({"steps": [{"iteration": 0, "sample": 0, "s_out": 0.4}, {"iteration": 7, "sample": 0}]}, None),
        ({"given": {"alpha": -1}}, None),
    ],
)
def test_what_is_there_but_of_which_no_line_could_be_read_is_told(answer, unread):
    assert question(practical_key(), answer).unread is unread


def every_way(plan):
    for options in product(*plan.choices.values()):
        yield dict(zip(plan.choices, options, strict=True))


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("digits", [None, 3, 4, 6, 8])
def test_perfect_hand_ins_get_full_marks_by_every_way(practical, plans, method, digits):
    plan = plans[method]
    ways = list(every_way(plan))
    students = [Student(plan, way, {"alpha": 0.1}, Rounding(digits)) for way in ways]
    submissions = [Submission(student="s", answers={"exercise2": s.answer()}) for s in students]
    for way, marked in zip(ways, mark(practical, submissions), strict=True):
        result = next(q for q in marked.result("f").questions if q.question == "exercise2")
        assert result.score == 15, way
        assert statuses(result) == {"correct"}, way
        assert result.choices == way
        assert result.method == method


roundings = st.builds(
    Rounding,
    digits=st.integers(3, 9),
    significant=st.booleans(),
    practice=st.sampled_from(["carry", "full", "mixed"]),
)


@settings(max_examples=1000, deadline=None)
@given(
    data=st.data(),
    method=st.sampled_from(["online", "batch"]),
    rounding=roundings,
    seed=st.integers(0, 2**32),
)
def test_an_honest_student_loses_nothing(data, method, rounding, seed):
    plan = practical_plan(method)
    way = {group: data.draw(st.sampled_from(options), label=group) for group, options in plan.choices.items()}
    alpha = data.draw(st.floats(0.001, 1.0), label="alpha")
    answer = Student(plan, way, {"alpha": alpha}, rounding, seed=seed).answer()
    result = question(practical_key(), answer)
    assert result.score == 15
    assert statuses(result) == {"correct"}


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["online", "batch"]),
    digits=st.sampled_from([3, 4, 6, 8]),
    seed=st.integers(0, 2**32),
    off=st.sampled_from([-3.0, -0.7, 0.4, 2.0]),
)
@example(method="online", digits=4, seed=1072, off=-3.0)  # a program's digits: -2.6249000000000002
def test_a_single_wrong_number_costs_only_its_own_field(method, digits, seed, off):
    plan, random = practical_plan(method), np.random.default_rng(seed)
    way = {group: options[random.integers(len(options))] for group, options in plan.choices.items()}
    answer = Student(plan, way, {"alpha": 0.2}, Rounding(digits)).answer()
    t, line = random.integers(len(plan.steps)), plan.lines[random.integers(len(plan.lines))]
    value = np.array(answer["steps"][t][line.field])
    place = tuple(random.integers(size) for size in line.shape)
    value[place] += off
    answer["steps"][t][line.field] = value.tolist()
    result = question(practical_key(), answer)
    faulty = [f for f in result.fields if f.status != "correct"]
    assert [(f.field, f.step) for f in faulty] == [(line.field, plan.steps[t])]
    # One component of many: the others keep their credit.
    assert result.score >= 15 - line.points / line.usual.size - 1e-9


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
def test_of_two_decimals_throughout_nothing_is_said_but_that(practical, plans, method, practice):
    student = Student(plans[method], {}, {"alpha": 0.2}, Rounding(2, practice=practice))
    result = question(practical, student.answer())
    assert {(f.status, f.cause) for f in result.fields} == {("correct", None), ("mistake", "too_few_digits")}


@pytest.mark.parametrize(("t", "name"), [(1, "s_out"), (3, "delta_out"), (5, "z_out"), (6, "s_i")])
def test_a_slip_of_one_who_always_writes_two_decimals_costs_its_own_field(practical, plans, t, name):
    plan = plans["online"]
    usual, slipped = (
        question(practical, Student(plan, {}, {"alpha": 0.2}, Rounding(2), slips=slips).answer())
        for slips in ({}, {(t, name): lambda value: value + 0.37})
    )
    changed = [f for f, as_usual in zip(slipped.fields, usual.fields, strict=True) if f != as_usual]
    assert [(f.field, f.step, f.status) for f in changed] == [(name, plan.steps[t], "slip")]


@pytest.mark.parametrize("t", [4, 6])
def test_one_number_with_too_few_digits_is_no_habit(practical, plans, t):
    """What follows was worked with all digits, and is not held to the few."""
    answer = Student(plans["online"], {}, {"alpha": 0.2}, Rounding(5)).answer()
    answer["steps"][t]["z_out"] = round(answer["steps"][t]["z_out"], 1)
    faulty = [f for f in question(practical, answer).fields if f.status != "correct"]
    assert [(f.field, f.step, f.cause) for f in faulty] == [
        ("z_out", plans["online"].steps[t], "too_few_digits")
    ]


def test_nobody_is_marked_by_what_others_write(practical, plans):
    plan, random = plans["online"], np.random.default_rng(0)

    def somewhere(change):
        places = zip(random.integers(12, size=3), random.integers(len(plan.lines), size=3), strict=True)
        return {(int(t), plan.lines[line].field): change for t, line in places}

    submissions = []
    for seed in range(8):
        slips = somewhere(np.negative) | somewhere(lambda value: value + 0.37)
        errors = somewhere(np.negative) | somewhere(lambda value: 1.1 * value)
        rounding = Rounding(int(random.integers(1, 6)))
        student = Student(plan, {}, {"alpha": 0.2}, rounding, slips=slips, errors=errors, seed=seed)
        submissions.append(Submission(student="s", answers={"exercise2": student.answer()}))
    together = [marked.result("f") for marked in mark(practical, submissions)]
    assert together == [mark(practical, [one])[0].result("f") for one in submissions]


@pytest.mark.parametrize("digits", [3, 5, 8])
def test_an_early_error_is_charged_once(practical, plans, digits):
    plan = plans["online"]
    student = Student(
        plan,
        {"output": "tanh", "hidden_delta": "exact"},
        {"alpha": 0.2},
        Rounding(digits),
        errors={(0, "s_out"): lambda value: value - 0.0537},
    )
    result = question(practical, student.answer())
    wrong = [f for f in result.fields if f.status not in {"correct", "follows"}]
    assert [(f.field, f.step) for f in wrong] == [("s_out", {"iteration": 0, "sample": 0})]
    assert field(result, "z_out", iteration=0, sample=0).status == "follows"
    assert result.score == pytest.approx(15 * 131 / 132)


def test_a_missing_line_is_worked_out_from_the_students_own_values(practical, plans):
    plan = plans["online"]
    error = {(0, "s_out"): lambda value: value + 0.2137}
    answer = Student(plan, {"output": "tanh"}, {"alpha": 0.5}, Rounding(6), errors=error).answer()
    for step in answer["steps"]:
        del step["z_out"], step["Delta_w"]
    result = question(practical, answer)
    assert result.choices["output"] == "tanh"
    assert [f.field for f in result.fields if f.status == "wrong"] == ["s_out"]
    assert {f.field for f in result.fields if f.status == "missing"} == {"z_out", "Delta_w"}
    assert field(result, "delta_out", iteration=0, sample=0).status == "follows"


def test_half_a_vector_gives_half_the_marks(practical, plans):
    answer = Student(plans["online"], {}, {"alpha": 0.2}, Rounding(8)).answer()
    answer["steps"][0]["z_i"][1] = 5.0
    answer["steps"][11]["w"] = [None, *answer["steps"][11]["w"][1:]]
    result = question(practical, answer)
    z_i = field(result, "z_i", iteration=0, sample=0)
    assert z_i.score == pytest.approx(z_i.max_score * 5 / 6)  # two right, one slip at half its credit
    assert "second component" in z_i.message
    w = field(result, "w", iteration=2, sample=3)
    assert (w.status, w.score) == ("missing", pytest.approx(w.max_score * 2 / 3))


def test_the_loss_of_a_batch_may_be_written_in_three_ways(practical, plans):
    plan = plans["batch"]
    for form in (np.sum, np.mean, list):
        answer = Student(plan, {}, {"alpha": 0.2}, Rounding(8)).answer()
        for step in answer["steps"]:
            step["L"] = form(step["L"]) if form is list else float(form(step["L"]))
        assert question(practical, answer).score == 15
        answer["steps"][1]["L"] = 99.0
        wrong = [f for f in question(practical, answer).fields if f.status != "correct"]
        assert [(f.field, f.step, f.status) for f in wrong] == [("L", {"iteration": 1}, "wrong")]


def test_what_a_loss_should_be_is_said_in_the_form_it_is_written_in(practical, plans):
    """The four of the second iteration are 0.2069, 0.4394, 0.534 and 0.5436, in all 1.7239."""
    answer = Student(plans["batch"], {}, {"alpha": 0.2}, Rounding(4)).answer()
    answer["steps"][1]["L"][3] = 99.0
    line = field(question(practical, answer), "L", iteration=1)
    assert line.message.startswith("fourth component: you wrote 99, ")
    assert "gives 0.544 " in line.message
    assert line.score == pytest.approx(line.max_score * 3 / 4)
    answer["steps"][1]["L"] = 99.0
    line = field(question(practical, answer), "L", iteration=1)
    assert line.message.startswith("you wrote 99, ")
    assert "gives 1.72 " in line.message
    assert line.score == 0


def test_zeros_everywhere_earn_next_to_nothing(practical, plans):
    answer = Student(plans["online"]).answer()
    for step in answer["steps"]:
        for line in plans["online"].lines:
            step[line.field] = np.zeros(line.shape).tolist()
    assert question(practical, answer).score < 1.0


def test_steps_may_count_from_one_and_stand_in_any_order(practical, plans):
    answer = Student(plans["online"], {}, {"alpha": 0.2}, Rounding(6)).answer()
    for step in answer["steps"]:
        step["iteration"] += 1
        step["sample"] += 1
    answer["steps"].reverse()
    result = question(practical, answer)
    assert result.score == 15
    assert any("counted from 1" in note for note in result.notes)


def test_a_transposed_matrix_and_a_column_are_turned(practical, plans):
    answer = Student(plans["online"], {}, {"alpha": 0.2}, Rounding(6)).answer()
    for step in answer["steps"]:
        step["W"] = np.transpose(step["W"]).tolist()
        step["w"] = [[number] for number in step["w"]]
    result = question(practical, answer)
    assert result.score == 15
    assert any(note.startswith("W:") for note in result.notes)


NEWTON = """
id = "newton"
[[question]]
id = "root"
kind = "trace"
points = 8
[question.start]
x = 1.0
[question.method.newton]
loop.step = 4
equations.f = "x^2 - 2"
equations.slope = "2*x"
equations.x = "x - f / slope"
"""


def test_newtons_method_is_marked_by_the_same_code():
    prepared = ready_key(NEWTON)
    x, steps = 1.0, []
    for i in range(4):
        f, slope = round(x * x - 2, 5), round(2 * x, 5)
        x = round(x - f / slope, 5)
        steps.append({"step": i, "f": f, "slope": slope, "x": x})
    assert abs(x - 2**0.5) < 1e-5
    assert question(prepared, {"steps": steps}, "root").score == 8
    steps[1]["slope"] = 2.5  # worked out wrong, and carried on
    x = steps[1]["x"] = round(1.5 - steps[1]["f"] / 2.5, 5)
    for step in steps[2:]:
        step["f"], step["slope"] = round(x * x - 2, 5), round(2 * x, 5)
        x = step["x"] = round(x - step["f"] / step["slope"], 5)
    result = question(prepared, {"steps": steps}, "root")
    assert [(f.field, f.step) for f in result.fields if f.score < f.max_score] == [("slope", {"step": 1})]
    assert "follows" in statuses(result)


@pytest.mark.parametrize("condition", ["label == 2", "label >= 2", "1 - (label != 2)"])
@pytest.mark.parametrize(("written", "status"), [(5, "correct"), (47, "wrong")])
def test_what_hangs_on_an_own_label_is_known_as_well_as_the_label(condition, written, status):
    """A label that stands in a line of its own is no rounded number: it picks one case, not either."""
    key = f"""
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 2
    start = {{ x = 3.0, label = 2 }}
    [question.method.m]
    loop.step = 2
    equations.label = "where(x > 5, 1, 2)"
    equations.y = "where({condition}, 5, 47)"
    """
    steps = [{"step": 0, "label": 2, "y": 5}, {"step": 1, "label": 2, "y": written}]
    result = question(ready_key(key), {"steps": steps}, name="q")
    assert field(result, "y", step=1).status == status


def test_of_ways_that_are_all_wrong_the_nearest_is_taken_wherever_it_stands():
    """Nothing tells the ways apart but how far off they are; the second one is the furthest."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = 1.0 }
    [question.choice.times]
    A = { f = "2 * x" }
    B = { f = "x" }
    C = { f = "3 * x" }
    [question.method.m]
    loop.step = [{ x = 1.2345 }, { x = 0.8642 }]
    equations.y = "f"
    """
    prepared = ready_key(text)
    for nearest, factor in {"A": 2.08, "B": 0.91, "C": 3.17}.items():
        steps = [{"step": t, "y": f"{factor * x + t / 100:.4f}"} for t, x in enumerate((1.2345, 0.8642))]
        (marked,) = mark(prepared, [Submission(student="s", answers={"q": {"steps": steps}})])
        found = marked.result("s.json").questions[0]
        assert {field.status for field in found.fields} == {"wrong"}
        assert found.choices == {"times": nearest}


EUCLID = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 10
start = { a = 0, b = 0 }
[question.method.m]
loop.step = 30
stop = "b == 0"
equations.quotient = "floor(a/b)"
equations.rest = "mod(a, b)"
equations.a = "b"
equations.b = "rest"
"""


@pytest.mark.parametrize(("a", "b"), [(240, 46), (987, 610), (4096, 64), (15015, 3528), (7, 1)])
@pytest.mark.parametrize("off", [-1, 1])
def test_whole_numbers_stay_whole_in_every_line(a, b, off):
    """A quotient that comes out even is one number: each line's own last bits leave no other room."""
    key = tomllib.loads(EUCLID)
    key["question"][0]["start"] = {"a": a, "b": b}
    prepared = prepare(Key.model_validate(key))
    steps = []
    while b:
        quotient, rest = divmod(a, b)
        a, b = b, rest
        steps.append({"step": len(steps), "quotient": quotient, "rest": rest, "a": a, "b": b})
    right = question(prepared, {"steps": steps}, name="q")
    assert {line.status for line in right.fields if line.step["step"] < len(steps)} == {"correct"}
    steps[-1]["quotient"] += off
    wrong = question(prepared, {"steps": steps}, name="q")
    assert field(wrong, "quotient", step=len(steps) - 1).status not in {"correct", "follows"}
