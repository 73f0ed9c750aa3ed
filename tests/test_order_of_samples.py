"""Samples taken in another order than the key's, or only some of them: marked in the hand-in's own order."""

import random
from functools import partial
from itertools import product

import handworked as hw
import numpy as np
import pytest
from benchmarks import faulty_class
from shared import ROOT, TANH, practical_plan

from grader.marking.mark import prepare
from grader.marking.readings import other_order
from grader.schemas.key import Key

ORDERS = {
    "same": [[2, 1, 3, 0]] * 3,
    "shuffled": [[2, 1, 3, 0], [1, 0, 2, 3], [3, 0, 1, 2]],
    "one iteration": [[3, 1, 0, 2]],
    "backwards once": [[0, 1, 2, 3], [3, 2, 1, 0], [0, 1, 2, 3]],
}
END = "; each step is marked by the one that you worked before it"


def labels_of(numbers, t, iteration, sample, place):
    """Return the labels of step t: its own numbers, its place in the iteration, running on, one or none."""
    return {
        "own": {"iteration": iteration, "sample": sample},
        "worked": {"iteration": iteration, "sample": place},
        "on": {"sample": t},
        "iteration": {"iteration": iteration},
        "sample": {"sample": sample},
        "none": {},
    }[numbers]


def worked(orders, numbers="own", digits=5, wrong=None, alpha=0.2, **ways):
    """Return the practical worked in these orders; `wrong` has rules by iteration, sample and field."""
    rules = hw.practical_rules(
        "online", alpha, **{group: options[0] for group, options in hw.WAYS.items()} | ways
    )
    taken = [(i, k, place) for i, order in enumerate(orders) for place, k in enumerate(order)]
    steps = [
        (labels_of(numbers, t, *each), {"x": hw.X[each[1]], "y": hw.Y[each[1]]})
        for t, each in enumerate(taken)
    ]
    places = {each[:2]: t for t, each in enumerate(taken)}
    errors = {
        (places[i, k], name): partial(rule, rules[name]) for (i, k, name), rule in (wrong or {}).items()
    }
    page = hw.work(rules, steps, hw.START, digits, errors)
    return {"method": "online", "given": {"alpha": alpha}, "steps": page}


def off_by(much):
    return lambda rule, now: rule(now) + much


@pytest.mark.parametrize("numbers", ["own", "worked"])
@pytest.mark.parametrize("orders", ORDERS.values(), ids=ORDERS)
def test_any_order_is_as_good_as_the_key_s(practical, orders, numbers):
    cases = list(product((0.1, 0.5), (4, 9), hw.every_way("online")))
    answers = [worked(orders, numbers, digits, alpha=alpha, **way) for alpha, digits, way in cases]
    for case, marked in zip(cases, hw.results(practical, answers), strict=True):
        assert marked.score == pytest.approx(15 * len(orders) / 3), case
        assert any(note.endswith(END) for note in marked.notes), case


FOLLOW = "your steps follow from each other in the order"
NUMBERED = "your steps are numbered as you worked, and read as what is in them:"
NOTES = {
    ("same", "own"): f"{FOLLOW} 2, 1, 3, 0 in each iteration, not 0, 1, 2, 3",
    ("same", "worked"): f"{NUMBERED} 2, 1, 3, 0 in each iteration",
    ("shuffled", "own"): f"{FOLLOW} 2, 1, 3, 0 (iteration 0), then 1, 0, 2, 3 (iteration 1), "
    "then 3, 0, 1, 2 (iteration 2), not 0, 1, 2, 3",
}


@pytest.mark.parametrize(("orders", "numbers"), NOTES)
def test_the_note_says_in_which_order(practical, orders, numbers):
    marked = hw.result(practical, worked(ORDERS[orders], numbers, **TANH))
    assert marked.notes == (f"sample: {NOTES[orders, numbers]}{END}",)


@pytest.mark.parametrize("numbers", ["on", "iteration", "none", "sample"])
def test_steps_without_numbers_are_read_by_what_is_in_them(practical, numbers):
    marked = hw.result(practical, worked(ORDERS["shuffled"], numbers, **TANH))
    assert marked.score == pytest.approx(15)
    assert ("numbered as you worked" in marked.notes[-1]) == (numbers != "sample")


@pytest.mark.parametrize("numbers", ["own", "worked"])
def test_faults_are_found_in_their_lines_and_the_rest_follows(practical, numbers):
    draw = np.random.default_rng(4)
    cases = []
    for _ in range(60):
        places = {
            (int(draw.integers(3)), int(draw.integers(4)), str(draw.choice(hw.FIELDS))) for _ in range(3)
        }
        orders = [draw.permutation(4).tolist() for _ in range(3)]
        cases.append((places, orders, int(draw.integers(4, 9)), draw.choice((0.37, -0.21))))
    answers = [
        worked(orders, numbers, digits, dict.fromkeys(places, off_by(much)), **TANH)
        for places, orders, digits, much in cases
    ]
    exactly = 0
    for (places, *_), marked in zip(cases, hw.results(practical, answers), strict=True):
        found = {(*labels, name) for labels, name in hw.faulty(marked)}
        assert places <= found | {place for place in places if place[2] == "z_i"}
        exactly += found == places
    assert exactly >= 58


def test_words_name_samples_by_their_own_numbers(practical):
    wrong = {(1, 3, "s_i"): lambda _, now: np.array(hw.X[1]) @ now.W, (0, 2, "s_out"): off_by(0.2345)}
    marked = hw.result(practical, worked(ORDERS["same"], wrong=wrong, **TANH))
    assert hw.at(marked, "s_i", 1, 3).message == "this is what x = (0.2, 0.05) gives, the one of sample 1"
    # The first one that was worked is worked from start values, and no other is.
    assert hw.at(marked, "s_out", 0, 2).message.endswith("with your own z_i")
    wrong = {(0, 0, "s_out"): off_by(0.2345)}
    marked = hw.result(practical, worked(ORDERS["same"], wrong=wrong, **TANH))
    assert hw.at(marked, "s_out", 0, 0).message.endswith("with your own z_i and w")


def test_a_step_that_is_not_handed_in_is_worked_out_in_its_place(practical):
    answer = worked(ORDERS["same"], **TANH)
    del answer["steps"][6]
    marked = hw.result(practical, answer)
    assert set(hw.faulty(marked).values()) == {"missing"}
    assert marked.score == pytest.approx(15 * 11 / 12)


# Only some of the samples.


PARTS = list(product(["own", "on", "iteration", "sample", "none"], [[0], [1], [0, 1], [3, 1]]))


@pytest.mark.parametrize(("numbers", "samples"), PARTS)
def test_who_works_with_some_of_the_samples_lacks_the_others(practical, numbers, samples):
    marked = hw.result(practical, worked([samples] * 3, numbers, **TANH))
    assert marked.score == pytest.approx(15 * len(samples) / 4)
    there = {tuple(f.step.values()) for f in marked.fields if f.status == "correct"}
    assert there == set(product(range(3), samples))
    assert {f.status for f in marked.fields} == {"correct", "missing"}
    names = " and ".join(map(str, sorted(samples)))
    assert f"you work with {names} only; the steps of the others are missing" in marked.notes[-1]


def test_a_fault_in_a_single_sample_is_charged_once(practical):
    marked = hw.result(practical, worked([[2]] * 3, wrong={(1, 2, "s_out"): off_by(0.3)}, **TANH))
    faults = {place: status for place, status in hw.faulty(marked).items() if status != "missing"}
    assert faults == {((1, 2), "s_out"): "wrong"}


# What is no other order.


def test_faults_in_the_key_s_order_show_no_other(monkeypatch, practical):
    seen = []
    monkeypatch.setattr(other_order, "_read_so", lambda *_: seen.append(True))
    draw = random.Random(8)
    for share in (0.05, 0.3):
        monkeypatch.setattr(faulty_class, "SHARE", share)
        hw.results(practical, [faulty_class.trace(practical_plan("online"), draw) for _ in range(150)])
    assert not seen


def test_inputs_of_one_other_sample_are_an_error(practical):
    wrong = {(t, 1, "s_i"): lambda _, now: np.array(hw.X[2]) @ now.W for t in range(3)}
    marked = hw.result(practical, worked([[0, 1, 2, 3]] * 3, wrong=wrong, **TANH))
    assert not marked.notes
    assert {place for place, _ in hw.faulty(marked)} == {(t, 1) for t in range(3)}


SERIES = """
id = "series"
[[question]]
id = "q"
kind = "trace"
points = 6
start.m = 2.0
constants.X = [1.3, 4.1, -2.2]
[question.method.one]
loop = { LOOP }
equations = { e = "x - m", g = "0.3 * e * x", m = "m + g" }
"""
TABLE = "sample = [{ x = 1.3 }, { x = 4.1 }, { x = -2.2 }]"
KEYS = {
    "in passes": (SERIES.replace("LOOP", f"round = 1, {TABLE}"), True),
    "gone through once": (SERIES.replace("LOOP", TABLE), False),
    "rows of a constant": (
        SERIES.replace("LOOP", "round = 1, sample = 3")
        .replace("x ", "X[sample] ")
        .replace("* x", "* X[sample]"),
        False,
    ),
}


@pytest.mark.parametrize(("text", "any_order"), KEYS.values(), ids=KEYS)
def test_only_a_table_that_passes_go_through_may_be_taken_in_any_order(text, any_order):
    key = hw.tiny_key(text)
    m, steps = 2.0, []
    for k in (2, 0, 1):
        x = (1.3, 4.1, -2.2)[k]
        e = x - m
        m += 0.3 * e * x
        labels = {"round": 0, "sample": k} if "round" in text else {"sample": k}
        steps.append(labels | {"e": f"{e:.6f}", "g": f"{0.3 * e * x:.6f}", "m": f"{m:.6f}"})
    marked = hw.result(key, {"steps": steps}, "q")
    assert any(note.endswith(END) for note in marked.notes) == any_order
    assert (marked.score == pytest.approx(6)) == any_order


# Another key with a table of inputs.


def perceptron(orders, error=None):
    """Return the perceptron for the AND of two inputs, worked in these orders; `error` alters one net."""
    samples = [([0, 0], 0), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]
    w, steps = np.array([1.2, 0.6]), []
    for epoch, order in enumerate(orders):
        for k in order:
            x, target = np.array(samples[k][0]), samples[k][1]
            net = float(w @ x) + (0.05 if (epoch, k) == error else 0.0)
            out = int(net > 1)
            w = w + 0.5 * (target - out) * x
            step = {"net": f"{net:.1f}" if error != (epoch, k) else f"{net:.2f}", "out": str(out)}
            step |= {"error": str(target - out), "w": [f"{each:.1f}" for each in w]}
            steps.append({"epoch": epoch, "sample": k} | step)
    return {"given": {"n": 0.5}, "steps": steps}


@pytest.fixture(scope="module")
def and_gate():
    text = (ROOT / "answer_keys" / "perceptron_and.toml").read_text(encoding="utf-8")
    return prepare(Key.model_validate(hw.tomllib.loads(text)))


def test_a_perceptron_may_see_its_samples_in_another_order(and_gate):
    answers = [perceptron([order] * 2) for order in ([3, 2, 1, 0], [0, 3, 2, 1], [1, 3, 2, 0])]
    for marked in hw.results(and_gate, answers, "and_gate"):
        assert marked.score == pytest.approx(8)


def test_a_fault_of_a_perceptron_is_found_in_its_line(and_gate):
    marked = hw.result(and_gate, perceptron([[3, 2, 1, 0]] * 2, error=(0, 1)), "and_gate")
    assert set(hw.faulty(marked)) == {((0, 1), "net")}
