"""Counters of loops, values before the step, and conditions to stop: solved, audited and marked.

Exercises are worked again here with NumPy, by loops of their own.
"""

import json

import numpy as np
import pytest
from simulate import Rounding, Student

from grader.marking.mark import mark, prepare
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key
from grader.schemas.submission import Submission
from grader.solver import make_plans, show, solve, solve_many, steps_of, usual_steps
from grader.solver.audit import audit
from grader.solver.handout import template_json


def key_of(equations, start, *, loop=None, constants=None, stop=None, points=10.0, **question):
    method = {"loop": loop or {"t": 4}, "equations": equations} | ({"stop": stop} if stop else {})
    method |= {name: question.pop(name) for name in ("claims", "forms") if name in question}
    table = {"id": "q", "kind": "trace", "points": points, "start": start, "constants": constants or {}}
    return Key.model_validate({"id": "k", "question": [table | {"method": {"m": method}} | question]})


def plan_of(*args, **kwargs):
    (question,) = key_of(*args, **kwargs).question
    return make_plans(question)["m"]


def solved(plan):
    return solve(plan, plan.default_choice, plan.default_given)


def marked(key, *answers):
    submissions = [Submission(student="s", answers={"q": answer}) for answer in answers]
    results = [each.result("s.json") for each in mark(prepare(key), submissions)]
    return [result.questions[0] for result in results]


# --- counters ------------------------------------------------------------------------------------------


def test_the_name_of_a_loop_is_its_counter():
    plan = plan_of({"x": "x/(t + 1)", "y": "0.9^(t + 1)"}, {"x": 1.0}, loop={"t": 5})
    x = np.cumprod(1 / np.arange(1, 6))
    np.testing.assert_allclose(solved(plan)["x"], x)
    np.testing.assert_allclose(solved(plan)["y"], 0.9 ** np.arange(1, 6))


def test_rows_of_a_table_are_taken_by_a_counter():
    table = np.arange(12.0).reshape(4, 3) ** 2
    plan = plan_of(
        {"row": "T[sample]", "x": "x + T[sample, epoch]*u[epoch]"},
        {"x": 0.0},
        loop={"epoch": 3, "sample": 4},
        constants={"T": table.tolist(), "u": [1.0, -2.0, 0.5]},
    )
    trace, x = solved(plan), 0.0
    for step, (epoch, sample) in enumerate(np.ndindex(3, 4)):
        x += table[sample, epoch] * [1.0, -2.0, 0.5][epoch]
        np.testing.assert_array_equal(trace["row"][step], table[sample])
        assert trace["x"][step] == x


@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
def test_lines_with_counters_are_marked(practice):
    equations = {"g": "2*x", "m": "0.9*m + 0.1*g", "x": "x - 0.3*m/(1 - 0.9^(t + 1))/sqrt(t + 1)"}
    key = key_of(
        equations, {"x": 5.0, "m": 0.0}, mistake={"fixed": {"says": "It fades.", "x": "x - 0.3*m/(1 - 0.9)"}}
    )
    plan = prepare(key).layouts["q"]["m"].plan
    students = [Student(plan, rounding=Rounding(d, practice=practice)) for d in (3, 5)]
    faulty = Student(plan, rounding=Rounding(6), faults={"x": "x - 0.3*m/(1 - 0.9)"})
    *honest, wrong = marked(key, *(student.answer() for student in (*students, faulty)))
    assert [result.score for result in honest] == [10.0, 10.0]
    assert {(f.field, f.step["t"]) for f in wrong.fields if f.status == "mistake"} == {
        ("x", t) for t in (1, 2, 3)
    }


def test_a_counter_is_not_among_what_the_printout_gives_as_inputs():
    plan = plan_of({"x": "x + t + u"}, {"x": 0.0}, loop={"t": [{"u": 1.0}, {"u": 2.0}]})
    log = show.as_log(plan, solved(plan))
    assert "_u: 2" in log
    assert "_t" not in log


@pytest.mark.parametrize(
    ("loops", "found"),
    [
        ([101, 100], "found 10100"),
        ([8192] * 4 + [4096], "found very many more"),  # 2^64, which is 0 in 64 bits
        ([10_000] * 81, "found very many more"),  # beyond the largest float
    ],
)
def test_too_many_steps_are_refused_however_many(loops, found):
    with pytest.raises(KeyFault, match=f"loop: expected 1 to 10000 steps, {found}"):
        plan_of({"x": "x + 1"}, {"x": 0.0}, loop={f"l_{i}": count for i, count in enumerate(loops)})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"loop": {"x": 3}}, "loop.x: has the name of a field"),
        ({"loop": {"c": 3}}, "c has a value already, as an input or constant"),
        ({"loop": {"t": [{"t": 1.0}]}}, "t is the counter of a loop and also an input"),
        ({"loop": {"a": 3}}, "a is the counter of a loop and also a given constant"),
        ({"loop": {"k": 2, "t": [{"k": 1.0}]}}, "loop.t: k is the counter of a loop and also an input"),
    ],
)
def test_a_counter_needs_a_name_of_its_own(change, said):
    with pytest.raises(KeyFault, match=r".") as raised:
        plan_of({"x": "x + c"}, {"x": 1.0}, constants={"c": 1.0}, given={"a": {"default": 1.0}}, **change)
    assert said in str(raised.value)


# --- values before the step ----------------------------------------------------------------------------

A = np.array([[10.0, 2.0, 1.0], [1.0, 5.0, 1.0], [2.0, 3.0, 10.0]])
B = np.array([7.0, -8.0, 6.0])
JACOBI = {
    "a": "(7 - 2*b - c)/10",
    "b": "(-8 - previous(a) - c)/5",
    "c": "(6 - 2*previous(a) - 3*previous(b))/10",
}
ZEROS = dict.fromkeys("abc", 0.0)


def test_previous_values_give_jacobi_instead_of_gauss_seidel():
    trace, x = solved(plan_of(JACOBI, ZEROS)), np.zeros(3)
    for t in range(4):
        x = (B - (A - np.diag(np.diag(A))) @ x) / np.diag(A)
        np.testing.assert_allclose([trace[name][t] for name in "abc"], x, rtol=1e-14)


def test_where_a_field_is_not_worked_yet_its_value_is_the_previous_one():
    one, other = plan_of({"x": "previous(x)/2 + 1"}, {"x": 9.0}), plan_of({"x": "x/2 + 1"}, {"x": 9.0})
    np.testing.assert_array_equal(solved(one)["x"], solved(other)["x"])
    assert not one.lines[0].earlier
    assert one.lines[0].parents == ("x",)


@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
@pytest.mark.parametrize("digits", [3, 5])
def test_honest_students_of_jacobi_lose_nothing(practice, digits):
    key = key_of(JACOBI, ZEROS)
    plan = prepare(key).layouts["q"]["m"].plan
    students = [Student(plan, rounding=Rounding(digits, practice=practice), seed=seed) for seed in range(10)]
    assert {result.score for result in marked(key, *(s.answer() for s in students))} == {10.0}


def test_an_error_is_carried_forward_through_previous_values():
    key = key_of(JACOBI, ZEROS)
    plan = prepare(key).layouts["q"]["m"].plan
    student = Student(plan, rounding=Rounding(6), errors={(1, "a"): lambda a: a + 0.3333})
    slipped = Student(plan, rounding=Rounding(6), slips={(1, "a"): lambda a: a + 0.3333})
    carried, slip = marked(key, student.answer(), slipped.answer())
    wrong = [
        (f.field, f.step["t"], f.status) for f in carried.fields if f.status not in ("correct", "follows")
    ]
    assert wrong == [("a", 1, "wrong")]
    assert {f.field for f in carried.fields if f.status == "follows" and f.step["t"] == 2} == {"b", "c"}
    assert [(f.field, f.step["t"], f.status) for f in slip.fields if f.status != "correct"] == [
        ("a", 1, "slip")
    ]


def test_a_choice_is_told_by_a_line_with_previous_values():
    choice = {"order": {"at_once": {"old": "previous(a)"}, "in_turn": {"old": "a"}}}
    key = key_of({"a": "(7 - 2*b)/10", "b": "(-8 - old)/5"}, {"a": 0.0, "b": 0.0}, choice=choice)
    plan = prepare(key).layouts["q"]["m"].plan
    students = [Student(plan, {"order": option}, rounding=Rounding(5)) for option in choice["order"]]
    results = marked(key, *(student.answer() for student in students))
    assert [(r.choices["order"], r.score) for r in results] == [("at_once", 10.0), ("in_turn", 10.0)]


def test_claims_know_previous_values():
    equations = {"g": "2*(w - 3)", "w": "w - 0.1*g", "step": "w - previous(w)", "L": "(w - 3)^2"}
    good = key_of(
        equations, {"w": 1.0}, claims={"step": "-0.1*derivative((w - 3)^2, w)*(w - w)/1 + w - previous(w)"}
    )
    assert audit(good).open == ()
    bad = key_of(equations, {"w": 1.0}, claims={"step": "previous(w) - w"})
    (finding,) = audit(bad).open
    assert (finding.field, finding.ratio.constant) == ("step", -1)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("previous(c)", "c has no value before the first step"),
        ("previous(z)", "z has no value before the first step"),
        ("previous(nothing)", "nothing has no value before the first step"),
        ("previous(x + 1)", "expected previous(x), with the name of a field"),
        ("previous(x, z)", "expected previous(x), with the name of a field"),
        ("previous'(x)", "expected previous(x), with the name of a field"),
    ],
)
def test_what_has_no_previous_value_is_told(equation, said):
    with pytest.raises(KeyFault, match=r".") as raised:
        plan_of({"z": "x + c", "x": equation}, {"x": 1.0}, constants={"c": 1.0})
    assert "question[q].method.m.equations.x: " in str(raised.value)
    assert said in str(raised.value)
    assert "^" in str(raised.value)


def test_what_has_no_previous_value_is_told_in_a_claim_at_its_place_too():
    key = key_of({"x": "x + 1"}, {"x": 1.0}, claims={"x": "1 + previous(3)"})
    with pytest.raises(KeyFault, match=r".") as raised:
        audit(key)
    fault = raised.value
    assert fault.place == "question[q].method.m.claims.x"
    assert fault.inside.text[slice(*fault.inside.span)] == "previous(3)"
    assert "\n" not in fault.reason


# --- conditions to stop --------------------------------------------------------------------------------

NEWTON = {"f": "x^2 - 2", "slope": "2*x", "x": "x - f/slope"}
HALVING = {"m": "(a + b)/2", "f": "m^3 - 2", "a": "where(f < 0, m, a)", "b": "where(f < 0, b, m)"}


def newton(**more):
    return key_of(NEWTON, {"x": 1.0}, loop={"step": 12}, **{"stop": "abs(f) < 1e-6"} | more)


def answer(key, cut=None, **student):
    plan = prepare(key).layouts["q"]["m"].plan
    whole = Student(plan, **student).answer()
    return whole | {"steps": whole["steps"][:cut]}


def test_the_reference_ends_at_the_first_step_where_the_condition_holds():
    x, values = 1.0, []
    while not values or abs(values[-1]) >= 1e-6:
        values.append(x * x - 2)
        x -= values[-1] / (2 * x)
    plan = plan_of(NEWTON, {"x": 1.0}, loop={"step": 12}, stop="abs(f) < 1e-6")
    trace = solved(plan)
    np.testing.assert_allclose(trace["f"], values, atol=1e-15)
    assert len(steps_of(plan, trace)) == len(values) == 5


def test_every_view_shows_only_these_steps():
    key = newton()
    plan = prepare(key).layouts["q"]["m"].plan
    trace = solved(plan)
    assert json.loads(show.as_json(plan, trace, {}, {}))["steps"][-1]["step"] == 4
    assert "step 4" in show.as_table(plan, trace, {}, {})
    assert "step 5" not in show.as_table(plan, trace, {}, {})
    assert show.as_log(plan, trace).count("-Step:") == 5
    assert [step["step"] for step in json.loads(template_json(key))["answers"]["q"]["steps"]] == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert len(usual_steps(plan)) == 5
    (result,) = marked(key, {})
    assert {field.step["step"] for field in result.fields} == {0, 1, 2, 3, 4}
    assert sum(field.max_score for field in result.fields) == pytest.approx(10)


def test_conditions_know_previous_values_counters_and_choices():
    choice = {"how": {"change": {"off": "abs(x - previous(x))"}, "rest": {"off": "abs(f)"}}}
    key = newton(stop="(off < 1e-3) * (step > 1)", choice=choice)
    plan = prepare(key).layouts["q"]["m"].plan
    counts = {o: len(solve(plan, {"how": o}, {})["x"]) for o in choice["how"]}
    assert counts == {"change": 4, "rest": 4}
    assert plan.choices == {"how": ("change", "rest")}
    free = newton(stop="off < 1e-3 ", choice=choice)
    assert {len(solve(prepare(free).layouts["q"]["m"].plan, {"how": o}, {})["x"]) for o in choice["how"]} == {
        4
    }
    assert len(solved(plan_of(NEWTON, {"x": 1.0}, loop={"step": 12}, stop="step == 6"))["x"]) == 7


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ("[f, x]", "stop: expected a condition, which is one number, found a vector of 2"),
        ("abs(g) < 1", "stop: unknown name g"),
        ("abs(f < 1", "expected ')'"),
    ],
)
def test_a_faulty_condition_is_told(stop, said):
    with pytest.raises((KeyFault, ValueError), match=r".") as raised:
        prepare(newton(stop=stop))
    assert said in str(raised.value)


def test_the_audit_tells_a_condition_that_never_holds():
    (finding,) = audit(newton(stop="abs(f) < 0")).open
    assert (finding.place, finding.says) == (
        "q, method m, stop",
        "the condition to stop does not hold after any of the 12 steps",
    )
    assert audit(newton()).open == ()


def test_the_audit_counts_and_compares_only_these_steps():
    (about,) = audit(newton(claims={"slope": "derivative(f, x)"})).checked
    assert about.steps == 5
    with pytest.raises(KeyFault, match="step 7: the reference stops after step 4"):
        audit(newton(published={"steps": [{"step": 7, "x": "1.4142"}]}))
    late = {"steps": [{"round": 1, "step": 2, "x": "1.4142"}]}
    rounds = key_of(NEWTON, {"x": 1.0}, loop={"round": 2, "step": 6}, stop="abs(f) < 1e-6", published=late)
    with pytest.raises(KeyFault, match="round 1, step 2: the reference stops after round 0, step 4"):
        audit(rounds)


def test_after_the_last_trace_has_stopped_nothing_is_worked():
    """Newton's method for the root of 2, from 1, 30 and 1.5: counted in plain Python."""
    plan = prepare(newton()).layouts["q"]["m"].plan
    starts = (1.0, 30.0, 1.5)
    last = 0
    for start in starts:
        steps, x, f = 0, start, start
        while abs(f) >= 1e-6:
            f, slope = x**2 - 2, 2 * x
            x, steps = x - f / slope, steps + 1
        last = max(last, steps)
    trace = solve_many(plan, plan.default_choice, {}, 3, {"x": np.array(starts)})
    assert np.isfinite(trace["x"]).sum(axis=1).tolist() == [last] * 3
    assert last < trace["x"].shape[1]


@pytest.mark.parametrize("equations", ["newton", "halving"])
@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
def test_honest_students_lose_nothing_wherever_rounding_lets_them_stop(equations, practice):
    lines, start = {"newton": (NEWTON, {"x": 1.0}), "halving": (HALVING, {"a": 1.0, "b": 2.0})}[equations]
    apart = 0
    for tolerance in (3e-2, 1.1e-2, 4e-3, 9e-4, 2.5e-4, 6e-5):
        key = key_of(lines, start, loop={"step": 30}, stop=f"abs(f) < {tolerance}")
        plan = prepare(key).layouts["q"]["m"].plan
        students = [
            Student(plan, rounding=Rounding(digits, practice=practice), seed=seed)
            for digits in (3, 4, 6)
            for seed in range(3)
        ]
        apart += sum(len(s.trace()) != len(solved(plan)["f"]) for s in students)
        assert [result.score for result in marked(key, *(s.answer() for s in students))] == [10.0] * 9
    assert apart > 0 or practice == "full"


def test_who_stops_too_early_misses_steps():
    key = newton()
    (result,) = marked(key, answer(key, cut=3, rounding=Rounding(6)))
    assert result.score == pytest.approx(6)
    assert {field.step["step"] for field in result.fields if field.status == "missing"} == {3, 4}
    assert result.notes == ()


def test_what_is_worked_after_the_stop_is_not_counted():
    key = newton()
    right = answer(newton(stop="step == 8"), rounding=Rounding(6))
    noise = json.loads(json.dumps(right))
    noise["steps"][7] |= {"f": 99.0, "x": 12345.678}
    alone, beside = marked(key, right, noise)
    assert (alone.score, beside.score) == (10, 10)
    assert {field.step["step"] for field in beside.fields} == {0, 1, 2, 3, 4}
    assert beside.notes == (
        "the condition to stop holds after step 4; what you worked after it is not counted",
    )


def test_an_error_of_ones_own_may_end_the_work_when_most_of_it_is_there():
    key = newton(stop="abs(f) < 1e-2")
    # Stops by the own wrong f of step 1, one step before the reference, or at once.
    late = answer(key, rounding=Rounding(6), errors={(1, "f"): lambda f: 0 * f + 0.0012})
    soon = answer(key, rounding=Rounding(6), errors={(0, "f"): lambda f: 0 * f + 0.0012})
    assert [len(each["steps"]) for each in (late, soon)] == [2, 1]
    one, other = marked(key, late, soon)
    assert one.score == pytest.approx(10 * 5 / 6)
    assert [f.status for f in one.fields if f.status not in ("correct", "follows")] == ["wrong"]
    assert other.score == pytest.approx(10 * 2 / 9)
    assert sum(field.status == "missing" for field in other.fields) == 6


def test_points_are_shared_and_add_up_whatever_is_stated_or_missing():
    key = key_of(
        {"x": "x - alpha*2*x"},
        {"x": 1.0},
        loop={"t": 60},
        stop="abs(x) < 0.01",
        given={"alpha": {"default": 0.2, "above": 0.0, "below": 1.0}},
        mistake={"half": {"says": "2 is missing.", "credit": 0.5, "at_most": 1.0, "x": "x - alpha*x"}},
    )
    plan = prepare(key).layouts["q"]["m"].plan
    answers = [Student(plan, given={"alpha": a}, rounding=Rounding(6)).answer() for a in (0.1, 0.2, 0.4)]
    gaps = json.loads(json.dumps(answers[0]))
    del gaps["steps"][4]
    wrong = Student(plan, rounding=Rounding(6), faults={"x": "x - alpha*x"}).answer()
    results = marked(key, *answers, gaps, wrong)
    assert [len(result.fields) for result in results] == [21, 10, 3, 21, 10]
    assert [result.score for result in results[:3]] == [10, 10, 10]
    assert results[3].score == pytest.approx(10 * 20 / 21)
    assert results[4].score == pytest.approx(9)
    for result in results:
        assert sum(field.score for field in result.fields) == pytest.approx(result.score)
        assert sum(field.max_score for field in result.fields) == pytest.approx(10)


def test_a_line_without_parents_may_be_a_known_mistake():
    key = key_of(
        {"a": "2*c", "x": "x + a"}, {"x": 0.0}, constants={"c": 3.0}, mistake={"no": {"says": "2.", "a": "c"}}
    )
    plan = prepare(key).layouts["q"]["m"].plan
    (result,) = marked(key, Student(plan, faults={"a": "c"}).answer())
    assert {field.status for field in result.fields if field.field == "a"} == {"mistake"}


# --- divisors that rounding may have made zero ----------------------------------------------------------


def test_what_is_divided_by_nothing_within_rounding_is_still_judged():
    key = key_of(
        {"d": "(x - 1)^2", "q": "x/d", "r": "q + 1"},
        {"x": 1.02},
        loop={"t": 1},
        tolerance={"rel": 1e-2, "abs": 1e-3},
    )
    plan = prepare(key).layouts["q"]["m"].plan
    full = Student(plan, rounding=Rounding(3, practice="full")).answer()  # d = 0.0004, written 0.000
    carried = {"steps": [{"t": 0, "d": 0.0004, "q": 2550.0, "r": 2551.0}]}
    near = {"steps": [{"t": 0, "d": "0.0005", "q": 2040.0, "r": 2041.0}]}
    garbage = {"steps": [{"t": 0, "d": "0.000", "q": 3.0, "r": 4.0}]}
    wild = {"steps": [{"t": 0, "d": "0.0005", "q": -777.0, "r": -776.0}]}
    results = marked(key, full, carried, near, garbage, wild)
    statuses = [[field.status for field in result.fields] for result in results]
    assert statuses[:3] == [["correct"] * 3] * 3
    assert statuses[3:] == [["correct", "wrong", "follows"]] * 2


# --- an index that is worked in a field ------------------------------------------------------------------

NEAREST = {"d": "abs(u - x)", "i": "argmin(d)", "near": "u[i]", "x": "x + 0.4*(near - x)"}


def nearest(start):
    return key_of(NEAREST, {"x": start}, constants={"u": [3.0, 1.0, 2.0]})


@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
@pytest.mark.parametrize("start", [1.4999, 1.5, 2.7])
def test_honest_students_lose_nothing_by_an_index(practice, start):
    key = nearest(start)
    plan = prepare(key).layouts["q"]["m"].plan
    students = [Student(plan, rounding=Rounding(d, practice=practice), seed=d) for d in (3, 4, 6)]
    assert [result.score for result in marked(key, *(s.answer() for s in students))] == [10.0] * 3


def test_either_of_two_that_are_as_near_may_be_taken():
    key = nearest(1.5)
    plan = prepare(key).layouts["q"]["m"].plan
    other = Student(plan, errors={(0, "i"): lambda i: i + 1}, rounding=Rounding(6))
    assert other.trace()[0]["i"] == 2
    (result,) = marked(key, other.answer())
    assert {field.status for field in result.fields} == {"correct"}
    assert result.score == 10


def test_a_wrong_index_is_carried_forward():
    key = nearest(2.7)
    plan = prepare(key).layouts["q"]["m"].plan
    (result,) = marked(key, Student(plan, errors={(0, "i"): lambda i: i + 2}, rounding=Rounding(6)).answer())
    off = {(f.field, f.step["t"]): f.status for f in result.fields if f.status != "correct"}
    assert off.pop(("i", 0)) == "wrong"
    assert off[("near", 0)] == "follows"
    assert set(off.values()) == {"follows"}


@pytest.mark.parametrize(("written", "missing"), [(0.33343, 1), (0.333, 0)])
def test_who_stops_after_the_first_step_may_where_the_own_numbers_let_it(written, missing):
    """A third of 1.0003 is above 0.3334, and its three digits are not."""
    key = key_of({"x": "x / 3"}, {"x": 1.0003}, loop={"step": 5}, stop="x < 0.3334")
    (result,) = marked(key, {"steps": [{"step": 0, "x": written}]})
    assert [f.status for f in result.fields] == ["correct"] + ["missing"] * missing


def test_each_way_stops_where_it_stops():
    """With full steps Newton's method is there sooner than with shorter ones; both in one class."""
    equations = {"f": "x^2 - 2", "slope": "2*x", "x": "x - damp * f / slope"}
    ways = {"full": {"damp": "1"}, "short": {"damp": "0.7"}}
    key = key_of(equations, {"x": 1.0}, loop={"step": 12}, stop="abs(f) < 1e-3", choice={"how": ways})
    plan = prepare(key).layouts["q"]["m"].plan
    answers = [
        Student(plan, {"how": how}, rounding=Rounding(6)).answer() for how in ("full", "short", "full")
    ]
    assert len(answers[0]["steps"]) < len(answers[1]["steps"]) < 12
    for result, how in zip(marked(key, *answers), ("full", "short", "full"), strict=True):
        assert (result.choices, {f.status for f in result.fields}) == ({"how": how}, {"correct"})


def test_a_condition_that_choices_define_ends_each_way_where_it_holds():
    """Halves and thirds of 1, until they are below 0.2 or below 0.01: counted by hand."""
    choice = {
        "part": {"half": {"rate": "0.5"}, "third": {"rate": "1/3"}},
        "care": {"loose": {"unit": "1", "limit": "0.2"}, "close": {"unit": "60", "limit": "0.01"}},
    }
    equations = {"x": "rate * x", "y": "unit * x"}
    key = key_of(equations, {"x": 1.0}, loop={"step": 9}, stop="x < limit", choice=choice)
    steps = {("half", "loose"): 3, ("half", "close"): 7, ("third", "loose"): 2, ("third", "close"): 5}
    rates, units = {"half": 1 / 2, "third": 1 / 3}, {"loose": 1, "close": 60}
    answers = [
        {
            "steps": [
                {"step": t, "x": rates[part] ** (t + 1), "y": units[care] * rates[part] ** (t + 1)}
                for t in range(count)
            ]
        }
        for (part, care), count in steps.items()
    ]
    class_ = marked(key, *answers)
    for answer, beside, ((part, care), count) in zip(answers, class_, steps.items(), strict=True):
        assert marked(key, answer) == [beside]
        assert beside.choices == {"part": part, "care": care}
        assert [field.status for field in beside.fields] == ["correct"] * 2 * count
