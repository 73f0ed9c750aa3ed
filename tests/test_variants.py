"""Own values for each student: none that spoil the exercise, each marked by the own reference."""

import json
import tomllib
from collections import Counter
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import practical_key, practical_plan
from simulate import Rounding, Student
from varied import (
    QUESTION,
    RANGES,
    SECRET,
    answer,
    crowd_of,
    marks,
    practical_table,
    variants_of,
    varied,
    varied_practical,
)

from grader.expressions import parse
from grader.marking.mark import mark, prepare
from grader.marking.other_variants import _remark
from grader.schemas.faults import KeyFault, SubmissionFault
from grader.schemas.key import Key
from grader.schemas.submission import Submission
from grader.solver.audit import audit, few_are_sound, try_draws
from grader.solver.solve import count_steps, solve_many
from grader.solver.variants import assign, draw, recall, rejected

RELU = """
tolerance = { rel = 1e-3, abs = 1e-4 }
[question.vary]
W = { least = -1, most = 1, step = 0.1 }
[question.start]
W = [[0.5, -0.2], [0.3, 0.8]]
[question.method.m]
loop.i = [{ x = [1.0, 0.5] }, { x = [-0.5, 1.0] }]
[question.method.m.equations]
s = "x @ W"
z = "relu(s)"
W = "W - 0.1 * outer(x, z)"
"""


def status_counts(mark_):
    return Counter(field.status.value for field in mark_.result(reveal=True).fields)


# --- which draws are rejected -------------------------------------------------------------------------


def test_a_dead_unit_is_rejected_and_nothing_else():
    """By hand: unit k is dead where x_0 @ W[:, k] and x_1 @ W'[:, k] are both below 0."""
    variation = varied(RELU).variations["q"]
    students = [str(i) for i in range(400)]
    drawn = draw(variation, SECRET, students, [0] * len(students))
    reasons = Counter()
    bad = rejected(variation, drawn, reasons)
    first = np.array([1.0, 0.5]) @ drawn["W"]
    updated = drawn["W"] - 0.1 * np.einsum("i,nj->nij", [1.0, 0.5], np.maximum(first, 0.0))
    second = np.array([-0.5, 1.0]) @ updated
    # Less than half of the last decimal that is asked for is 0 on paper.
    nothing = 0.0005
    dead_z = (np.maximum(np.maximum(first, second), 0) < nothing).any(axis=1)
    dead_s = (np.maximum(np.abs(first), np.abs(second)) < nothing).any(axis=1)
    same = np.all(np.maximum(first, 0) == np.maximum(second, 0), axis=1) | np.all(first == second, axis=1)
    still = np.all(second <= 0, axis=1)  # the second update changes nothing
    assert 40 < bad.sum() < 360
    assert np.array_equal(bad, dead_z | dead_s | same | still)
    assert "z is 0 in every step" in reasons


def test_what_is_assigned_has_no_dead_unit_and_is_hardly_anybody_elses():
    prepared = varied(RELU)
    own = variants_of(prepared, [str(i) for i in range(200)], "q")
    plan = prepared.layouts["q"]["m"].plan
    for variant in own:
        z = np.array([step["z"] for step in Student(plan.with_own(variant)).trace()])
        assert np.all(z.max(axis=0) > 0)
    # Of some hundred thousand variants two may be the same by chance.
    assert len({variant["W"].tobytes() for variant in own}) >= 197


MISTAKEN = """
[question.vary]
a = { least = 0, most = 4, step = 1 }
[question.constants]
a = 3
[question.method.m.equations]
y = "a^2"
[question.mistake.doubled]
says = "a² is not 2a."
y = "2*a"
"""


def test_values_at_which_a_mistake_is_none_are_rejected():
    """2² = 2·2, and 0² = 2·0, where y is 0 as well."""
    own = variants_of(varied(MISTAKEN), [str(i) for i in range(100)], "q")
    assert {float(variant["a"]) for variant in own} == {1.0, 3.0, 4.0}


HIDDEN = """
digits = 3
[question.vary]
a = { among = [0.05, 5, 123.4] }
[question.constants]
a = 5
[question.method.m.equations]
y = "a"
[question.mistake.added]
says = "Nothing is added."
y = "where(a < 1, a + 0.00005, a + 0.05)"
"""


def test_values_at_which_rounding_hides_a_mistake_are_rejected():
    """Of 0.0500 and 123.4, which have a digit more than is asked for, so little more cannot be told."""
    own = variants_of(varied(HIDDEN), [str(i) for i in range(30)], "q")
    assert {float(variant["a"]) for variant in own} == {5.0}


NOT_FINITE = """
[question.vary]
a = { least = -1, most = 1, step = 0.5 }
b = { among = [1, 10000] }
[question.constants]
a = 1
b = 1
[question.method.m.equations]
y = "b / a"
"""


def test_values_that_lead_nowhere_or_too_far_are_rejected():
    variation = varied(NOT_FINITE).variations["q"]
    reasons = Counter()
    drawn = draw(variation, SECRET, [str(i) for i in range(200)], [0] * 200)
    bad = rejected(variation, drawn, reasons)
    assert np.array_equal(bad, (drawn["a"] == 0) | (drawn["b"] == 10000))
    assert reasons.keys() == {"y is no finite number", "y grows too large"}


def test_a_dead_unit_of_the_key_itself_may_be_dead():
    text = RELU.replace("[[0.5, -0.2], [0.3, 0.8]]", "[[-0.5, 0.2], [-0.3, 0.8]]").replace(
        "[-0.5, 1.0]", "[0.5, 1.0]"
    )
    drawn = assign(varied(text).variations["q"], SECRET, [str(i) for i in range(200)])
    first = np.array([1.0, 0.5]) @ drawn.values["W"]
    assert drawn.sound.all()
    assert np.any(first[:, 0] < -0.5)


def test_ranges_that_allow_nothing_end_in_words():
    text = MISTAKEN.replace("least = 0, most = 4, step = 1", "among = [0, 2]")
    prepared = varied(text)
    drawn = assign(prepared.variations["q"], SECRET, ["somebody"])
    assert not drawn.sound.any()
    assert drawn.attempts.tolist() == [100]
    (oddity,) = few_are_sound(try_draws(prepared.variations["q"]))
    assert "300 of 300 draws would spoil the exercise, most often because" in oddity.says


def test_of_many_reasons_the_four_most_common_are_told():
    """Six units, each of which half of the draws leave dead: the first dead one counts."""
    table = {
        "vary": {f"a_{i}": {"among": [-1, 1]} for i in range(6)},
        "constants": {f"a_{i}": 1.0 for i in range(6)},
        "method": {"m": {"loop": {"k": 2}, "equations": {f"z_{i}": f"relu(a_{i})" for i in range(6)}}},
    }
    question = {"id": "q", "kind": "trace", "points": 1, **table}
    prepared = prepare(Key.model_validate({"id": "k", "question": [question]}), secret=SECRET)
    about = try_draws(prepared.variations["q"])
    assert [says for says, _ in about.reasons] == [f"z_{i} is 0 in every step" for i in range(4)]
    assert sorted((number for _, number in about.reasons), reverse=True) == [n for _, n in about.reasons]
    assert sum(number for _, number in about.reasons) < about.rejected


def test_a_range_of_one_value_is_told():
    about = try_draws(
        varied(RELU.replace("least = -1, most = 1, step = 0.1", "among = [0.5]")).variations["q"]
    )
    assert about.variants == 1
    assert [(odd.place, odd.says) for odd in few_are_sound(about)] == [
        ("q, vary", "there is one variant only, so nothing varies")
    ]


def test_the_audit_tells_of_ranges_and_of_mistakes_that_are_none():
    text = RELU.replace("least = -1, most = 1, step = 0.1", "among = [0.5]")
    table = tomllib.loads('id = "k"\n[[question]]\nid = "q"\nkind = "trace"\npoints = 1\n' + text)
    table["question"][0]["mistake"] = {"none": {"says": "Nothing.", "z": "max(s, 0)"}}
    assert [(odd.place, odd.says) for odd in audit(Key.model_validate(table)).findings] == [
        ("q, method m, mistake none", "it gives the values of the right lines, under every choice"),
        ("q, vary", "there is one variant only, so nothing varies"),
    ]


def test_the_audit_tells_how_many_draws_are_rejected():
    about = try_draws(varied(RELU).variations["q"])
    assert (about.question, about.quantities, about.tried, about.variants) == ("q", ("W",), 300, 21**4)
    assert about.rejected == sum(number for _, number in about.reasons)
    assert list(few_are_sound(about)) == []


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ({"ww": {"among": [1]}}, r"vary\.ww: expected the name of a start value.*; did you mean"),
        ({"alpha": {"among": [0.1, 0.2]}}, r"vary\.alpha: alpha is left to the student, under given"),
        (
            {"W": {"least": [1, 2], "most": 3, "step": 1}},
            r"vary\.W\.least: expected a number, or a matrix of 2×3",
        ),
        ({"w": {"least": 1, "most": 0, "step": 1}}, r"vary\.w\.most: is below least"),
    ],
)
def test_faults_of_ranges_name_their_place(vary, words):
    with pytest.raises(KeyFault, match=rf"question\[exercise2\]\.{words}"):
        prepare(Key.model_validate(practical_table(vary)))


def test_a_quantity_of_another_size_in_another_method_is_a_fault():
    text = RELU + '[question.method.n]\nconstants.x = [1.0, 2.0]\nequations.s = "x @ W"\n'
    with pytest.raises(KeyFault, match=r"vary\.x: x is of another size in each method"):
        varied(text.replace("W = { least", "x = { among = [1] }\nW = { least"))


# --- marking --------------------------------------------------------------------------------------------

WAYS = ({}, {"output": "tanh", "hidden_delta": "exact"}, {"delta_sign": "gradient"}, {"delta_sign": "scaled"})
STUDENTS = [f"{i:04}" for i in range(96)]


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("practice", ["carry", "full", "mixed"])
def test_an_honest_class_has_full_marks(method, practice):
    """With 3 to 8 decimals or significant digits, by choices that each group draws."""
    prepared = varied_practical()
    variants = variants_of(prepared, STUDENTS)
    answers = {}
    for group in range(4):
        own = variants[group::4]
        crowd = crowd_of(prepared, own, method, practice=practice, seed=group)
        answers |= dict(zip(STUDENTS[group::4], crowd.answers(), strict=True))
    own, marked = marks(prepared, answers)
    assert [m.score for m in own.values()] == [15.0] * len(STUDENTS)
    assert not any(m.for_markers for m in marked)
    assert not any(m.problems for m in marked)


def test_a_variant_is_marked_as_a_key_with_these_values_would():
    """The same hand-ins, each by a key of its own in which the values simply stand."""
    prepared = varied_practical()
    students = STUDENTS[:6]
    own = dict(zip(students, variants_of(prepared, students), strict=True))
    table = practical_table({})
    answers = {}
    for i, student in enumerate(students):
        faults = {"delta_out": "z_out - y"} if i % 3 == 1 else {}
        slips = {(i % 12, "z_i"): lambda z: -z + 0.5} if i % 3 == 2 else {}
        answers[student] = answer(
            prepared,
            own[student],
            choice={"output": "tanh"},
            rounding=Rounding(5),
            faults=faults,
            slips=slips,
        )
    marked, _ = marks(prepared, answers)
    for student, variant in own.items():
        trace = next(q for q in table["question"] if q["id"] == QUESTION)
        trace["start"] = {name: variant[name].tolist() for name in ("W", "w")}
        rounds = trace["method"]["online"]["loop"]["sample"]
        for number, round_ in enumerate(rounds):
            round_["x"] = variant["x"][number].tolist()
        alone, _ = marks(prepare(Key.model_validate(table)), {student: answers[student]})
        assert alone[student].result(reveal=True) == marked[student].result(reveal=True)


def test_every_mistake_is_found_by_the_students_own_reference():
    prepared = varied_practical()
    plan = prepared.layouts[QUESTION]["online"].plan
    # Made throughout, some mistakes are another accepted way.
    ways = [
        way for way in plan.mistakes if way.name not in {"mean_for_sum", "sum_for_mean", "identity_output"}
    ]
    students = [f"{way.name} {i}" for way in ways for i in range(8)]
    variants = variants_of(prepared, students)
    answers, wrong = {}, {}
    for number, way in enumerate(ways):
        here = slice(8 * number, 8 * number + 8)
        # By some choices a mistake is none: who leaves w out of the hidden delta cannot take the wrong one.
        for seed in count(number, len(ways)):
            crowd = crowd_of(prepared, variants[here], seed=seed)
            crowd.faults = {field: line.tree(crowd.choice) for field, line in way.lines.items()}
            crowd.written = []
            crowd._work()
            shows = {i for i, _, _ in crowd.changed}
            if shows:
                break
        answers |= dict(zip(students[here], crowd.answers(), strict=True))
        wrong |= {students[here][i]: way.name for i in shows}
    own, marked = marks(prepared, answers)
    assert len(wrong) > 0.9 * len(students)
    named = sum(_names(own[student], name) for student, name in wrong.items())
    assert named >= 0.97 * len(wrong)
    assert not any(m.for_markers for m in marked)


def _names(mark_, name):
    """Tell whether a mistake is named, or that the numbers do not tell it from another known one."""
    fields = mark_.result(reveal=True).fields
    return any(field.cause == name or "more than one known mistake" in field.message for field in fields)


STOPS = """
[question.vary]
a = { least = 2, most = 99, step = 1 }
x = { least = 1, most = 9, decimals = 1 }
[question.start]
x = 3.0
[question.constants]
a = 5
[question.method.newton]
loop.round = 12
stop = "abs(x - previous(x)) < 0.001"
[question.method.newton.equations]
f = "x^2 - a"
x = "x - f / (2*x)"
"""


def test_where_the_condition_to_stop_has_a_value_that_varies_each_stops_by_the_own():
    """Newton's method by hand from 3.0 for several a, until x² is within 0.001 of the own a."""
    prepared = varied(STOPS.replace("abs(x - previous(x))", "abs(x^2 - a)"))
    plan = prepared.plans["q"]["newton"]
    numbers = [2.0, 9.1, 60.0, 99.0]
    wanted = []
    for a in numbers:
        x, rounds = 3.0, 0
        while abs(x * x - a) >= 0.001:
            x, rounds = x - (x * x - a) / (2 * x), rounds + 1
        wanted.append(rounds)
    own = {"a": np.array(numbers)[:, None]}
    trace = solve_many(plan, {}, {}, len(numbers), own)
    assert len(set(wanted)) > 2
    assert count_steps(plan, {}, {}, trace, own).tolist() == wanted


def test_each_works_as_long_as_the_own_values_ask_for():
    """By hand: Newton's method to eight decimals, until a step is below 0.001."""
    prepared = varied(STOPS)
    students = STUDENTS[:40]
    answers, lengths = {}, set()
    for student, variant in zip(students, variants_of(prepared, students, "q"), strict=True):
        x, before, steps = float(variant["x"]), np.inf, []
        while abs(x - before) >= 0.001:
            f = round(x**2 - float(variant["a"]), 8)
            before, x = x, round(x - f / (2 * x), 8)
            steps.append({"round": len(steps), "f": f, "x": x})
        answers[student] = {"method": "newton", "steps": steps}
        lengths.add(len(steps))
    own, marked = marks(prepared, answers, "q")
    assert len(lengths) > 2
    assert [m.score for m in own.values()] == [10.0] * len(students)
    assert not any(m.for_markers or m.problems for m in marked)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), digits=st.integers(3, 8), way=st.sampled_from(WAYS))
def test_whoever_it_is_an_honest_hand_in_has_full_marks(seed, digits, way):
    prepared = varied_practical()
    student = f"student {seed}"
    (variant,) = variants_of(prepared, [student])
    own, marked = marks(
        prepared, {student: answer(prepared, variant, choice=way, rounding=Rounding(digits), seed=seed)}
    )
    assert own[student].score == 15.0
    assert not marked[0].for_markers


# --- what a hand-in states, and the secret --------------------------------------------------------------


def with_variant(handed_in, variant):
    return {**handed_in, "variant": json.loads(json.dumps({n: v.tolist() for n, v in variant.items()}))}


def test_a_variant_that_was_changed_is_reported_and_not_believed():
    prepared = varied_practical()
    (variant,) = variants_of(prepared, ["a"])
    changed = {**variant, "w": variant["w"] + 0.01}
    handed_in = with_variant(answer(prepared, changed), changed)
    own, (marked,) = marks(prepared, {"a": handed_in})
    assert own["a"].score < 15
    (problem,) = marked.problems
    assert problem.text == (
        "answers.exercise2.variant: w: not as given to you; your lines are marked by what was given"
    )
    assert not problem.grave
    own, (marked,) = marks(prepared, {"a": with_variant(answer(prepared, variant), variant)})
    assert (own["a"].score, marked.problems) == (15.0, ())


def test_a_variant_stays_what_it_was_when_the_key_is_mended():
    """A mistake that is added later makes some first draws degenerate: those who have them keep them."""
    text = MISTAKEN.replace("least = 0, most = 4, step = 1", "among = [3, 4]").replace("a = 3", "a = 5")
    before = varied(text)
    variation = varied(text + '[question.mistake.tripled]\nsays = "a² is not 3a."\ny = "3*a"\n').variations[
        "q"
    ]
    students = [str(i) for i in range(30)]
    own = variants_of(before, students, "q")
    assert {float(variant["a"]) for variant in own} == {3.0, 4.0}
    again = recall(variation, SECRET, students, own)
    assert again.as_stated.all()
    assert again.values["a"].tolist() == [float(variant["a"]) for variant in own]
    assert set(recall(variation, SECRET, students, [{}] * 30).values["a"].tolist()) == {4.0}


def test_without_the_secret_what_stands_in_the_file_counts():
    prepared = varied_practical()
    key = prepare(prepared.key)
    (variant,) = variants_of(prepared, ["a"])
    handed_in = answer(prepared, variant, rounding=Rounding(4))
    own, (marked,) = marks(key, {"a": with_variant(handed_in, variant)})
    assert (own["a"].score, marked.for_markers) == (15.0, ())
    with pytest.raises(SubmissionFault, match=r"exercise2\.variant: the values of W, w, x are missing"):
        marks(key, {"a": handed_in})
    assert mark(key, [Submission(student="a", answers={})])[0].score == 0.0


@pytest.mark.parametrize(
    ("stated", "place"),
    [
        ({"W": "x"}, ".W: expected a list of 2, found the text 'x'"),
        ({"W": [[1, 2, 3]]}, ".W: expected a list of 2, found one of 1"),
        ({"W": [[1, 2, 3], [1, 2, True]]}, ".W[1][2]: expected a number, found true"),
        ({"w": [1, 2, float("nan")]}, ".w[2]: expected a finite number, found NaN"),
        ({"w": [1, 2, [3]]}, ".w[2]: expected a number, found a list"),
        ({"v": 1}, ": unknown key 'v'"),
        ([1], ": expected an object, found a list"),
        ({"w": [1, None, 3]}, ".w[1]: expected a number, found nothing"),
    ],
)
def test_what_is_wrong_with_a_stated_variant_is_named(stated, place):
    prepared = varied_practical()
    (variant,) = variants_of(prepared, ["a"])
    handed_in = {**answer(prepared, variant), "variant": stated}
    own, (marked,) = marks(prepared, {"a": handed_in})
    assert any(p.text.startswith(f"answers.exercise2.variant{place}") for p in marked.problems)
    assert own["a"].score == 15.0


def test_a_key_that_does_not_vary_knows_no_variant():
    handed_in = {**Student(practical_plan("online")).answer(), "variant": {}}
    _, (marked,) = marks(practical_key(), {"a": handed_in})
    assert [p.text for p in marked.problems] == ["answers.exercise2: unknown key 'variant'"]


# --- somebody else's values -----------------------------------------------------------------------------


def copied_class(method="online"):
    """Return hand-ins of which every fourth is the work that belongs to the next student's values."""
    prepared = varied_practical()
    variants = variants_of(prepared, STUDENTS)
    worked = [variants[(i + 1) % len(STUDENTS) if i % 4 == 1 else i] for i in range(len(STUDENTS))]
    answers = {}
    for group in range(4):
        crowd = crowd_of(prepared, worked[group::4], method, seed=group + 5)
        answers |= dict(zip(STUDENTS[group::4], crowd.answers(), strict=True))
    return prepared, {student: answers[student] for student in STUDENTS}


@pytest.mark.parametrize("method", ["online", "batch"])
def test_a_copied_hand_in_is_named_and_marked_by_its_own_students_values(method):
    prepared, answers = copied_class(method)
    own, marked = marks(prepared, answers)
    for i, m in enumerate(marked):
        if i % 4 == 1:
            (remark,) = m.for_markers
            assert f"but those of {STUDENTS[i + 1]};" in remark
            assert "there may be a good reason" in remark
            assert own[m.student].score < 14.5
            # What follows from the lines that were copied keeps its marks.
            assert status_counts(own[m.student])["follows"] > 0
        else:
            assert (m.for_markers, own[m.student].score) == ((), 15.0)


def test_who_hands_in_twice_is_named_once():
    prepared = varied_practical()
    variants = variants_of(prepared, ["a", "b"])
    theirs = answer(prepared, variants[1], rounding=Rounding(4))
    hand_ins = [
        Submission(student=student, answers={QUESTION: given})
        for student, given in (("a", theirs), ("b", theirs), ("b", {}), ("b", {}))
    ]
    (remark,) = mark(prepared, hand_ins)[0].for_markers
    assert "but those of b; there" in remark


def test_who_went_wrong_alone_is_not_named():
    prepared = varied_practical()
    random = np.random.default_rng(3)
    variants = variants_of(prepared, STUDENTS)
    answers = crowd_of(prepared, variants, faults={"s_i": parse("x @ W + 0.3")}).answers()
    for i, handed_in in enumerate(answers):
        if i % 2:  # numbers out of thin air
            for step in handed_in["steps"]:
                step["s_i"] = random.uniform(-1, 1, 3).round(3).tolist()
                step["Delta_W"] = random.uniform(-1, 1, (2, 3)).round(3).tolist()
    own, marked = marks(prepared, dict(zip(STUDENTS, answers, strict=True)))
    assert max(m.score for m in own.values()) < 14.5
    assert not any(m.for_markers for m in marked)


def test_who_used_the_values_of_the_key_is_told_apart_from_a_copy():
    prepared = varied_practical()
    plan = practical_plan("online")
    variants_of(prepared, ["a", "b"])
    _, marked = marks(prepared, {"a": Student(plan, rounding=Rounding(4)).answer(), "b": {}})
    (remark,) = marked[0].for_markers
    assert "but those of the key itself, which nobody was given" in remark


CHANGE = """
[question.vary]
W = { least = 0.1, most = 2, step = 0.1 }
[question.start]
W = [[0.5, 0.2], [0.3, 0.8]]
[question.method.m]
loop.i = [{ x = [1.0, 0.5] }, { x = [-0.5, 1.0] }]
[question.method.m.equations]
W = "W - 0.1 * outer(x, x)"
d = "sum(W + 2 * previous(W))"
"""


def test_a_copy_is_named_where_only_the_start_varies_and_lines_look_back_at_it():
    """The inputs are the same for all; W and d are both worked from what W was before."""
    prepared = varied(CHANGE)
    mine, theirs = variants_of(prepared, ["a", "b"], "q")
    assert not np.array_equal(mine["W"], theirs["W"])
    copied = answer(prepared, theirs, "m", "q")
    _, (first, second) = marks(prepared, {"a": copied, "b": copied}, "q")
    assert "but those of b;" in first.for_markers[0]
    assert not second.for_markers


FEW = """
[question.vary]
u = { among = [1.0, 2.0, 3.0] }
[question.start]
a = 0.3
[question.method.m]
loop.i = [{ u = 1.0 }, { u = 2.0 }, { u = 3.0 }, { u = 1.5 }]
[question.method.m.equations]
b = "2*u + 0.7"
c = "u^2 - 0.4"
a = "a + b * c"
"""


def test_all_whose_values_they_may_be_are_named():
    """Four rounds of three values each: in a class of 50 some have all values in common."""
    prepared = varied(FEW)
    students = [f"s{i:03}" for i in range(50)]
    values = [tuple(variant["u"].tolist()) for variant in variants_of(prepared, students, "q")]
    alike = Counter(values)
    copied_from = next(i for i, own in enumerate(values) if alike[own] == 2)
    copier = next(
        i
        for i, own in enumerate(values)
        if all(a != b for a, b in zip(own, values[copied_from], strict=True))
    )
    (theirs,) = variants_of(prepared, [students[copied_from]], "q")
    answers = {student: {} for student in students} | {students[copier]: answer(prepared, theirs, "m", "q")}
    _, marked = marks(prepared, answers, "q")
    same = [s for s, own in zip(students, values, strict=True) if own == values[copied_from]]
    (remark,) = marked[copier].for_markers
    assert f"but those of {', '.join(same)};" in remark


def test_whose_values_differ_in_the_first_round_only_has_three_rounds_that_fit():
    """Three of four rounds fit the own values: that is most of it, and nobody's copy."""
    prepared = varied(FEW)
    students = [f"s{i:03}" for i in range(200)]
    values = [tuple(variant["u"].tolist()) for variant in variants_of(prepared, students, "q")]
    first, second = next(
        (i, j)
        for i, one in enumerate(values)
        for j, other in enumerate(values)
        if one[0] != other[0] and one[1:] == other[1:]
    )
    (theirs,) = variants_of(prepared, [students[second]], "q")
    answers = {student: {} for student in students} | {students[first]: answer(prepared, theirs, "m", "q")}
    own, marked = marks(prepared, answers, "q")
    assert marked[first].for_markers == ()
    assert {
        f.step["i"] for f in own[students[first]].result(reveal=True).fields if f.score < f.max_score
    } == {0}


def test_the_remark_is_for_those_who_mark_only():
    prepared, answers = copied_class()
    own, _ = marks(prepared, answers)
    copied = own[STUDENTS[1]]
    assert copied.result(reveal=True).for_markers == copied.for_markers != ()
    assert copied.result(reveal=False).for_markers is None
    assert not copied.result(reveal=True).notes


def test_the_values_of_a_class_lie_in_the_ranges_of_its_key():
    own = variants_of(varied_practical(), STUDENTS)
    for name, vary in RANGES.items():
        values = np.array([variant[name] for variant in own])
        assert values.min() >= vary["least"]
        assert values.max() <= vary["most"]


def test_a_number_that_is_0_once_is_not_dead():
    """u - 2 is 0 after the first of three steps for those who start with 2, and after none for the others."""
    text = """
    [question.vary]
    u = { among = [2, 5] }
    [question.start]
    u = 4.0
    [question.method.m]
    loop.k = 3
    equations.y = "u - 2"
    equations.u = "u + 1"
    """
    variation = varied(text).variations["q"]
    drawn = draw(variation, SECRET, [str(i) for i in range(50)], [0] * 50)
    assert {2.0, 5.0} == set(drawn["u"].tolist())
    assert not rejected(variation, drawn, Counter()).any()


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "those of s0;"), (3, "those of s0, s1, s2;"), (4, "s0, s1, s2 and 1 more;"), (6, "s2 and 3 more;")],
)
def test_whose_values_they_are_is_said_of_three_and_the_others_are_counted(count, said):
    assert said in _remark([f"s{i}" for i in range(count)])
