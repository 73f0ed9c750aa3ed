"""The statistics of a class, against NumPy and the standard library on the same points."""

import itertools
import random
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_reports import hand_in, line, question, unreadable

from grader.reports.statistics import MOST_NAMED, ClassStatistics, Moments, histogram, statistics_of
from grader.reports.tally import from_json, is_replaced, tally_of, to_json
from grader.schemas.results import REPLACED, Status

STEPS = [{"round": number} for number in range(3)]


def gather(results):
    return statistics_of(tally_of(result, result.student) for result in results)


def random_class(count, seed):
    """Students with some of each status; each hand-in has a trace of two fields and two parts."""
    draw = random.Random(seed)
    for number in range(count):
        skill = draw.random()
        lines = []
        for step, field in itertools.product(STEPS, ("a", "b")):
            if draw.random() < skill:
                lines.append(line(field, step))
            else:
                lines.append(line(field, step, "mistake", 0.5, "no inner derivative", "chain"))
        formula = line("f", status="correct" if draw.random() < skill else "wrong", max_score=4.0)
        text = line("t", status=draw.choice(["pending", "missing"]), max_score=2.0)
        yield hand_in(question("trace", *lines), question("words", formula, text), student=f"s{number:03}")


def points_of(result, name, field):
    """Return the points of an item, and of all that was judged besides."""
    judged = [
        (each.question, entry.field, entry.score)
        for each in result.questions
        for entry in each.fields
        if entry.status != Status.PENDING
    ]
    own = [score for q, f, score in judged if q == name and field in ("", f)]
    return sum(own), sum([score for *_, score in judged]) - sum(own)


@pytest.mark.parametrize(
    ("name", "field", "most"), [("trace", "", 6.0), ("trace", "a", 3.0), ("words", "f", 4.0)]
)
@pytest.mark.parametrize("seed", range(5))
def test_facility_and_discrimination_are_those_of_numpy(name, field, most, seed):
    results = list(random_class(40, seed))
    item = gather(results).assignments["week3"].items[name, field]
    pairs = np.array([points_of(result, name, field) for result in results])
    assert item.facility == pytest.approx(pairs[:, 0].mean() / most, abs=1e-12)
    assert item.discrimination == pytest.approx(np.corrcoef(pairs.T)[0, 1], abs=1e-9)
    assert item.moments.count == 40
    assert item.max_score == most


def test_what_waits_is_in_no_facility_and_is_named():
    results = list(random_class(30, 7))
    found = gather(results).assignments["week3"]
    waits = [r.student for r in results if r.questions[1].fields[1].status is Status.PENDING]
    (item,) = found.waiting()
    assert (item.question, item.part) == ("words", "t")
    assert [student.name for student in item.waiting.students] == waits
    assert item.waiting_points == 2.0 * len(waits)
    assert item.moments.count == 30 - len(waits)
    assert item.facility == 0.0
    assert item.discrimination is None  # nobody earned anything: no such number


def test_totals_are_those_of_the_standard_library():
    results = list(random_class(31, 3))
    found = gather(results).assignments["week3"]
    totals = [result.score for result in results]
    assert found.count == 31
    assert found.spread.mean == pytest.approx(statistics.fmean(totals))
    assert found.spread.deviation == pytest.approx(statistics.stdev(totals))
    assert found.median == pytest.approx(statistics.median(totals))


def test_causes_are_counted_by_student_and_cost_what_was_lost():
    results = list(random_class(50, 11))
    found = gather(results).assignments["week3"]
    causes = {(cause.loss.question, cause.loss.cause, cause.loss.field): cause for cause in found.by_weight()}
    chain = causes["trace", "chain", ""]
    lost = {r.student: 6.0 - r.questions[0].score for r in results if r.questions[0].score < 6.0}
    assert {student.name for student in chain.students.students} == lost.keys()
    assert chain.cost == pytest.approx(sum(lost.values()))
    assert chain.loss.text == "no inner derivative"
    counts = [cause.students.count for cause in found.by_weight()]
    assert counts == sorted(counts, reverse=True)
    missing = causes["words", "", "t"]
    assert missing.loss.status == "missing"
    # All that was lost is in the causes, each point once.
    everything = sum([6.0 + 4.0 + 2.0 - r.score - r.pending for r in results])
    assert sum([cause.cost for cause in found.causes.values()]) == pytest.approx(everything)


def test_too_few_digits_are_no_words_of_the_key_and_follows_costs_nothing():
    few = line("a", STEPS[0], "mistake", 0.5, "you wrote 0.1, right as far as it goes", "too_few_digits")
    follows = line("b", STEPS[0], "follows")
    hollow = line("b", STEPS[1], "follows", 0.0, "zero only because of an earlier error of yours")
    found = gather([hand_in(question("q", few, follows, hollow))]).assignments["week3"]
    assert {(c.loss.status, c.loss.text, c.cost) for c in found.causes.values()} == {
        ("mistake", "", 0.5),
        ("follows", "", 1.0),
    }


def test_what_is_said_of_a_formula_is_the_keys_and_not_how_it_was_read():
    wrong = line("f", None, "mistake", 1.0, "read as x^2; the factor 2 is lost", "half", 2.0)
    found = gather([hand_in(question("q", wrong.model_copy(update={"read": "x^2"})))])
    (cause,) = found.assignments["week3"].causes.values()
    assert cause.loss.text == "the factor 2 is lost"


def test_many_students_are_counted_and_the_first_named():
    results = [
        hand_in(question("q", line("a", STEPS[0], "wrong")), student=f"{n:05}") for n in range(MOST_NAMED + 7)
    ]
    (cause,) = gather(results).assignments["week3"].causes.values()
    assert cause.students.count == MOST_NAMED + 7
    assert len(cause.students.students) == MOST_NAMED
    assert cause.students.more == 7


def test_what_could_not_be_marked_counts_nowhere_else():
    found = gather([unreadable(student="x"), hand_in(question("q", line("a")))])
    assert (found.unmarked_count, found.unmarked[0].problems) == (1, ["not JSON: line 3, column 5"])
    assert found.assignments["week3"].count == 1


def test_each_assignment_is_by_itself():
    other = hand_in(question("q", line("a"))).model_copy(update={"assignment": "week4"})
    found = gather([hand_in(question("q", line("a"))), other, other])
    assert {name: each.count for name, each in found.assignments.items()} == {"week3": 1, "week4": 2}
    assert gather([]) == ClassStatistics()


def test_a_tally_goes_through_json_unchanged():
    for result in [*random_class(5, 0), unreadable(problem="at \ud800 \u2028 \x1b")]:
        tally = tally_of(result, "page")
        text = to_json(tally)
        assert from_json(text) == tally
        assert text.isascii()
        assert "\n" not in text


def test_a_replaced_attempt_is_known_by_its_problem():
    assert is_replaced(unreadable(problem=f"{REPLACED} b.json"))
    assert not is_replaced(unreadable())
    marked = hand_in(question("q", line("a")), problems=(f"{REPLACED} b.json",))
    assert not is_replaced(marked)


# --- moments ------------------------------------------------------------------------------------------------

shares = st.floats(0, 1, allow_subnormal=False)


@given(st.lists(st.tuples(shares, shares), min_size=3, max_size=40))
def test_moments_are_those_of_numpy(pairs):
    moments = Moments()
    for pair in pairs:
        moments.add(*pair)
    x, y = np.array(pairs).T
    assert moments.mean == pytest.approx(x.mean(), abs=1e-12)
    assert moments.deviation == pytest.approx(x.std(ddof=1), abs=1e-12)
    if min(x.std(), y.std()) > 1e-6:
        assert moments.correlation == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-6)
    elif min(x.std(), y.std()) == 0:
        assert moments.correlation is None


def test_a_large_mean_does_not_eat_the_deviation():
    moments = Moments()
    for value in (1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16):
        moments.add(value, 0.0)
    assert moments.deviation**2 == pytest.approx(30.0)


@pytest.mark.parametrize("pairs", [[], [(1, 1)], [(0, 0), (1, 1)], [(1, 0), (1, 1), (1, 2)]])
def test_no_correlation_where_there_is_none(pairs):
    moments = Moments()
    for pair in pairs:
        moments.add(*pair)
    assert moments.correlation is None


# --- histogram ----------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0.5, 300))
def test_every_total_is_in_the_bar_that_holds_it(totals, most):
    totals = [total * most for total in totals]
    bars = histogram(totals, most)
    assert 1 <= len(bars) <= 20
    assert sum([bar.students for bar in bars]) == len(totals)
    assert bars[0].start == 0
    assert bars[-1].end >= most - 1e-9
    for bar in bars:
        inside = [t for t in totals if bar.start + 1e-6 < t < bar.end - 1e-6]
        around = [t for t in totals if bar.start - 1e-6 <= t <= bar.end + 1e-6]
        assert len(inside) <= bar.students <= len(around)


def test_full_marks_are_in_the_last_bar_and_a_sum_just_below_a_border_is_at_it():
    bars = histogram([40.0, 39.99999999999999, 19.999999999999996, 18.0], 40.0)
    assert [(bar.start, bar.students) for bar in bars if bar.students] == [(18.0, 1), (20.0, 1), (38.0, 2)]
    assert [bar.students for bar in histogram([0.0], 0.0)] == [1]
