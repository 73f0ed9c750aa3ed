"""Honest hand-ins with two digits, and lines written in another form."""

from collections import Counter
from itertools import product

import pytest
from shared import practical_key, practical_plan, ready_key
from simulate import Rounding, Student

from grader.marking.mark import mark
from grader.schemas.submission import Submission
from grader.trials.students import Practice


def trace(prepared, answer, question):
    marked = mark(prepared, [Submission(student="s", answers={question: answer})])[0].result("s.json")
    return next(q for q in marked.questions if q.question == question)


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("practice", [Practice.CARRY, Practice.FULL, Practice.MIXED])
@pytest.mark.parametrize("significant", [False, True])
def test_who_writes_two_digits_has_too_few_of_them_and_nothing_worse(method, practice, significant):
    plan = practical_plan(method)
    options = list(product(*plan.choices.values()))[:: 5 if method == "batch" else 2]
    ways = [dict(zip(plan.choices, chosen, strict=True)) for chosen in options]
    rounding = Rounding(2, significant=significant, practice=practice)
    hand_ins = [
        Submission(student="s", answers={"exercise2": Student(plan, way, {"alpha": 0.1}, rounding).answer()})
        for way in ways
    ]
    causes = Counter()
    for marked in mark(practical_key(), hand_ins):
        result = next(q for q in marked.result("f").questions if q.question == "exercise2")
        causes.update((field.status.value, field.cause) for field in result.fields)
    assert set(causes) == {("correct", None), ("mistake", "too_few_digits")}


@pytest.mark.parametrize(
    ("written", "status"),
    [(0.04, "correct"), (0.05, "wrong"), (0.03, "wrong"), (-0.04, "slip"), (0.4, "wrong")],
)
def test_two_digits_hide_no_error_that_is_larger_than_they_are(written, status):
    # With two digits 0.21 and 0.19 may stand for more, but for no product that is 0.05 or 0.03.
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    start = { u = 0.3 }
    [question.method.m]
    loop.step = 1
    equations.a = "0.7 * u"
    equations.b = "a - 0.02"
    equations.c = "a * b"
    """
    steps = [{"step": 0, "a": 0.21, "b": 0.19, "c": written}]
    found = trace(ready_key(key), {"steps": steps}, "q").fields[2]
    assert found.status == status, found


def test_a_line_says_all_that_its_verdict_rests_on():
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    start = { u = [0.1234, 0.5678, 0.2468] }
    [question.method.m]
    loop.step = 1
    equations.a = "2 * u"
    """
    steps = [{"step": 0, "a": [0.25, -1.1356, 0.4936]}]
    found = trace(ready_key(key), {"steps": steps}, "q").fields[0]
    assert (found.status, found.cause) == ("mistake", "too_few_digits")
    assert "first component: you wrote 0.25, right as far as it goes, but at least 3 digits" in found.message
    assert "second component: you wrote -1.1356, where your own lines give 1.1356" in found.message
    steps = [{"step": 0, "a": [0.2468, None, 0.9]}]
    found = trace(ready_key(key), {"steps": steps}, "q").fields[0]
    assert "third component: you wrote 0.9" in found.message
    assert found.message.endswith("second component not handed in")


FORMS = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 1
start = { p = [2.0, 4.0, 7.0] }
[question.constants]
y = [1.0, 2.0, 3.0]
[question.method.m]
loop.step = 1
equations.L = "(p - y)^2 / 2"
forms.L = { sum = "sum(L)", mean = "mean(L)" }
[question.mistake.no_half]
credit = 0.25
says = "There is a factor ½."
L = "(p - y)^2"
"""


@pytest.mark.parametrize(
    ("written", "status", "cause"),
    [
        ([0.5, 2, 8], "correct", None),
        (10.5, "correct", None),
        (3.5, "correct", None),
        (21, "mistake", "no_half"),
        (7, "mistake", "no_half"),
        ([1, 4, 16], "mistake", "no_half"),
        ("-10.500", "slip", "sign"),
        ("3.050", "slip", "digits_exchanged"),
        ("35.00", "slip", "decimal_point"),
        (12.25, "wrong", None),
    ],
)
def test_mistakes_and_slips_are_told_in_every_form(written, status, cause):
    prepared = ready_key(FORMS)
    found = trace(prepared, {"steps": [{"step": 0, "L": written}]}, "q").fields[0]
    assert (found.status, found.cause) == (status, cause), found


def test_who_goes_wrong_beside_one_with_few_digits_is_not_excused_by_these():
    """Two who write two digits: one has too few at a, the other is wrong there, and 9.9 · 0.55 is 5.4."""
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    start = { u = 0.41 }
    [question.method.m]
    loop.step = 1
    equations.a = "u / 3"
    equations.b = "2 * u"
    equations.c = "9.9 * a"
    """
    prepared = ready_key(key)
    pages = [{"a": 0.14, "b": 0.82, "c": 1.4}, {"a": 0.55, "b": 0.82, "c": 5.5}]
    answers = [{"q": {"steps": [{"step": 0, **page}]}} for page in pages]
    marked = mark(prepared, [Submission(student="s", answers=answer) for answer in answers])
    few, wrong = ([f.status for f in each.result("s.json").questions[0].fields] for each in marked)
    assert few == ["mistake", "correct", "correct"]
    assert wrong == ["wrong", "correct", "wrong"]


@pytest.mark.parametrize(
    ("a", "b", "status"), [(0.2, 2.5, "wrong"), (0.2, 1.7, "wrong"), (0.21, 2.2, "mistake")]
)
def test_with_far_too_few_digits_not_everything_follows(a, b, status):
    """Two decimals of three stand for all that rounds to them; but 0.2 is not 0.25."""
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    start = { u = 0.3 }
    [question.method.m]
    loop.step = 1
    equations.a = "0.7124 * u"
    equations.b = "10 * a"
    equations.c = "100 * a"
    """
    prepared = ready_key(key)
    steps = [{"step": 0, "a": a, "b": b, "c": 21.4}]
    found = {f.field: (f.status.value, f.cause) for f in trace(prepared, {"steps": steps}, "q").fields}
    assert found["a"] == ("mistake", "too_few_digits")
    assert found["b"][0] == status


def test_who_divides_by_what_may_be_nothing_changes_nobody_beside_them():
    """0.12 is anything from 0.1166 to 0.1234, and 1 by it, alone and beside one who divides by 0.00."""
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    digits = 2
    start = { u = 0.6234 }
    [question.method.m]
    loop.step = 1
    equations.a = "u - 0.5"
    equations.b = "1 / a"
    """
    prepared = ready_key(key)
    pages = [
        Submission(student=f"s{i}", answers={"q": {"steps": [{"step": 0, "a": a, "b": b}]}})
        for i, (a, b) in enumerate([("0.12", "8.45"), ("0.12", "7.77"), ("0.00", "8.45"), ("0.12", "8.10")])
    ]
    together = [marked.result("f") for marked in mark(prepared, pages)]
    assert together == [mark(prepared, [page])[0].result("f") for page in pages]
    statuses = [result.questions[0].fields[1].status for result in together]
    assert statuses[0] == "correct"
    assert statuses[1] != "correct"


@pytest.mark.parametrize(("others", "status"), [(1, "correct"), (2, "wrong"), (5, "wrong")])
def test_one_short_number_is_no_habit_of_one_who_writes_the_others_in_full(others, status):
    """Is 9.9 · 0.14 perhaps 1.4021, with digits of 0.14 that are not written down? 9.9 · 0.1416 is.

    From one who often writes too few it may be: more than one in four of all numbers. Who writes the others
    in full has written what there was; from 0.14 follows 1.386, and from what was due (0.1367) 1.353.
    """
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 3
    start = { u = 0.41 }
    [question.method.m]
    loop.step = 1
    equations.a = "u / 3"
    equations.c = "9.9 * a"
    """
    full = {f"b{number}": number * 0.4101 for number in range(1, others + 1)}
    key += "".join(f'equations.b{number} = "{number} * (u + 0.0001)"\n' for number in range(1, others + 1))
    steps = [{"step": 0, "a": "0.14", "c": "1.4021", **full}]
    fields = trace(ready_key(key), {"steps": steps}, "q").fields
    assert [field.status for field in fields] == ["mistake", status, *["correct"] * others]


def test_a_zero_of_one_who_writes_few_digits_has_as_few():
    """Where all else has two decimals 0 is 0.00, and may be 0.0041; of one who writes four it is not."""
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 4
    start = { u = 0.1234 }
    [question.method.m]
    loop.step = 1
    equations.a = "2 * u"
    equations.b = "3 * u"
    equations.c = "5 * u"
    equations.d = "u / 30"
    """
    prepared = ready_key(key)
    few = {"a": 0.25, "b": 0.37, "c": 0.62, "d": 0}
    many = {"a": 0.2468, "b": 0.3702, "c": 0.6170, "d": 0}
    found = [trace(prepared, {"steps": [{"step": 0} | page]}, "q").fields[3] for page in (few, many)]
    assert [(field.status, field.cause) for field in found] == [
        ("mistake", "too_few_digits"),
        ("wrong", None),
    ]


def test_whole_numbers_in_place_of_probabilities_do_not_make_right_what_is_worked_from_them():
    # C. B. Do and S. Batzoglou, "What is the expectation maximization algorithm?" (2008): two coins, five
    # rows of ten tosses. By whole assignments A has 9 + 8 + 7 heads in 30 tosses, and B 5 + 4 in 20.
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 4
    start = { h = [5, 9, 8, 4, 7], a = 0.6, b = 0.5 }
    [question.method.m.equations]
    w = "1 / (1 + (b/a)^h * ((1 - b)/(1 - a))^(10 - h))"
    a = "sum(w*h) / sum(10*w)"
    b = "sum((1 - w)*h) / sum(10*(1 - w))"
    """
    rows = {"right": ("0.800", "0.450"), "invented": ("0.370", "0.050")}
    found = {}
    for name, (a, b) in rows.items():
        steps = [{"w": [0, 1, 1, 0, 1], "a": a, "b": b}]
        found[name] = [field.status for field in trace(ready_key(key), {"steps": steps}, "q").fields]
    assert found == {"right": ["wrong", "follows", "follows"], "invented": ["wrong", "wrong", "wrong"]}
