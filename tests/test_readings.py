"""What was stated against what was done: hand-ins worked in plain NumPy, then told or written another way."""

from itertools import product

import handworked as hw
import numpy as np
import pytest
from shared import ROOT, TANH

POINTS = 15
METHODS = ("online", "batch")


def cut(value, digits):
    """Return a value as text with the digits after the last left away."""
    if np.ndim(value):
        return [cut(v, digits) for v in value]
    text = f"{float(value):.15f}"
    return text[: text.index(".") + 1 + digits]


def told(answer, **given):
    return answer | {"given": given}


def notes_about(marked, *words):
    return [note for note in marked.notes if all(word in note for word in words)]


def key_with(practical_text, **alpha):
    """Return the practical's key with other entries for alpha."""
    key = hw.tomllib.loads(practical_text)
    question = next(q for q in key["question"] if q["id"] == "exercise2")
    question["given"]["alpha"] |= alpha
    return hw.prepare(hw.Key.model_validate(key))


@pytest.fixture(scope="module")
def practical_text():
    return (ROOT / "answer_keys" / "practical1.toml").read_text(encoding="utf-8")


# Numbers cut off.


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("digits", [3, 4, 6])
def test_numbers_cut_off_pass_with_a_note(practical, monkeypatch, method, digits):
    monkeypatch.setattr(hw, "written", cut)
    answers = [hw.practical(method, 0.3, digits, **ways) for ways in hw.every_way(method)]
    marked = hw.results(practical, answers)
    assert {m.score for m in marked} == {POINTS}
    if digits > 3:  # with fewer, rounding alone may explain them
        assert all(notes_about(m, "cut off") for m in marked)


def test_rounded_numbers_are_not_said_to_be_cut(practical):
    assert not notes_about(hw.result(practical, hw.practical(**TANH, digits=4)), "cut off")


# Constants.


@pytest.mark.parametrize("method", METHODS)
def test_another_alpha_than_the_stated_one(practical, method):
    ways = (TANH, {"delta_sign": "step"}, {"delta_sign": "scaled", "hidden_delta": "exact"})
    alphas = [(0.1, 0.05), (0.05, 0.5), (0.35, 0.2), (0.5, 0.1)]
    cases = list(product(alphas, (4, 6, 8), ways))
    answers = [told(hw.practical(method, a[0], digits, **way), alpha=a[1]) for a, digits, way in cases]
    for ((used, stated), *case), marked in zip(cases, hw.results(practical, answers), strict=True):
        assert marked.score == POINTS, (used, stated, case)
        assert marked.given["alpha"] == pytest.approx(used), (used, stated, case)
        assert notes_about(marked, f"alpha = {stated:g}", f"alpha = {used:g}")


def test_another_alpha_after_an_error_and_with_a_slip(practical):
    """All updates but slips agree on it."""
    rules = hw.practical_rules("online", 0.1, **TANH)
    wrong = {(0, "s_out"): lambda now: rules["s_out"](now) - 0.2345}
    answer = hw.practical("online", 0.1, 6, wrong, {(5, "w"): lambda text: ["0.777777", *text[1:]]}, **TANH)
    marked = hw.result(practical, told(answer, alpha=0.5))
    assert marked.given["alpha"] == pytest.approx(0.1)
    assert set(hw.faulty(marked)) == {((0, 0), "s_out"), ((1, 1), "w")}


@pytest.mark.parametrize(("cost", "score"), [(0.0, 15.0), (1.5, 13.5), (99.0, 0.0)])
def test_it_costs_what_the_key_says(practical_text, cost, score):
    key = key_with(practical_text, cost=cost)
    marked = hw.result(key, told(hw.practical(alpha=0.1, digits=6), alpha=0.05))
    assert marked.score == pytest.approx(score)
    assert notes_about(marked, "alpha = 0.1")


def test_without_a_statement_it_costs_nothing(practical_text):
    key = key_with(practical_text, cost=1.5)
    marked = hw.result(key, told(hw.practical(alpha=0.1, digits=6)))
    assert marked.score == POINTS
    assert notes_about(marked, "no value of alpha was read", "alpha = 0.1")


@pytest.mark.parametrize("method", METHODS)
def test_alpha_that_is_not_stated_is_read_from_the_numbers(practical, method):
    alphas = (0.05, 0.1, 0.5)
    for given in ({"given": {}}, {"given": None}):
        answers = [hw.practical(method, alpha, 5, **TANH) | given for alpha in alphas]
        for alpha, marked in zip(alphas, hw.results(practical, answers), strict=True):
            assert (marked.score, marked.given["alpha"]) == (POINTS, pytest.approx(alpha))
    del answers[0]["given"]
    assert hw.result(practical, answers[0]).score == POINTS


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "alpha", [0.07, 0.1, 0.5]
)  # 0.05 times a sum of four is the default times their mean
def test_so_it_is_where_fields_have_different_numbers_of_digits(practical, method, alpha):
    """A delta of four decimals leaves the last of six digits of Delta_W open; a loss may be one number."""
    digits = dict.fromkeys(hw.FIELDS, 4) | {"Delta_W": 7, "Delta_w": 6, "W": 6, "delta_out": 5}
    cases = list(product(digits["w"] + np.arange(3), hw.WAYS["delta_sign"], (True, False)))
    answers = []
    for decimals, sign, one_loss in cases:
        answer = hw.practical(method, alpha, 12, **TANH | {"delta_sign": sign})
        for step in answer["steps"]:
            for name in hw.FIELDS:
                step[name] = hw.written(hw.read(step[name]), (digits | {"w": decimals})[name])
            if one_loss and method == "batch":
                step["L"] = f"{hw.read(step['L']).sum():.3f}"
        answers.append(told(answer))
    for case, marked in zip(cases, hw.results(practical, answers), strict=True):
        assert (marked.score, marked.given["alpha"]) == (POINTS, pytest.approx(alpha)), case


def test_the_keys_range_is_respected(practical_text):
    key = key_with(practical_text, most=0.3)
    marked = hw.result(key, told(hw.practical(alpha=0.5, digits=6, **TANH), alpha=0.2))
    assert marked.given["alpha"] == 0.2
    assert marked.score < POINTS
    assert not notes_about(marked, "alpha")


@pytest.mark.parametrize("stated", [0.2, 0.5, 0.1])
@pytest.mark.parametrize("method", METHODS)
def test_a_named_mistake_is_no_other_alpha(practical, method, stated):
    """alpha forgotten is alpha = 1 and alpha applied twice its square, but that is not what was done."""
    for factor, name in ((1.0, "alpha_forgotten"), (stated**2, "alpha_twice")):
        wrong = {
            "w": lambda now, factor=factor: now.w - factor * now.Delta_w,
            "W": lambda now, factor=factor: now.W - factor * now.Delta_W,
        }
        marked = hw.result(practical, hw.practical(method, stated, 6, wrong, **TANH))
        assert {f.cause for f in marked.fields if f.status == "mistake"} == {name}
        assert {field for _, field in hw.faulty(marked)} == {"w", "W"}
        assert marked.given["alpha"] == stated
        assert not notes_about(marked, "alpha")


TWO_LINES = """
id = "two"
[[question]]
id = "q"
kind = "trace"
points = 12
[question.given]
alpha = { default = 0.2, above = 0.0, most = 1.0 }
[question.method.m]
loop.row = [{ x = 1.21 }, { x = 2.33 }, { x = -1.42 }, { x = 3.17 }, { x = 1.91 }, { x = -2.83 }]
equations.a = "alpha * x"
equations.b = "alpha * x^2"
[question.mistake.fixed]
says = "It is alpha that counts."
b = "0.7 * x^2"
"""


@pytest.mark.parametrize(("rows", "used"), [(1, 0.7), (2, 0.7), (5, 0.7), (6, 0.2)])
def test_a_mistake_in_some_lines_does_not_explain_another_alpha_in_all(rows, used):
    """Where a known mistake explains half of what is off, the rest is no reason to think of another alpha."""
    x = [1.21, 2.33, -1.42, 3.17, 1.91, -2.83]
    steps = [{"row": t, "a": round(0.7 * x[t], 5), "b": round(0.7 * x[t] ** 2, 5)} for t in range(6)]
    for step in steps[rows:]:
        del step["b"]
    marked = hw.result(hw.tiny_key(TWO_LINES), {"given": {"alpha": 0.2}, "steps": steps}, "q")
    assert marked.given["alpha"] == pytest.approx(used)
    assert set(hw.faulty(marked).values()) <= ({"missing"} if used == 0.7 else {"mistake", "wrong"})


HALVES = """
id = "halves"
[[question]]
id = "q"
kind = "trace"
points = 4
start = { x = 8.31 }
[question.method.m]
loop.step = 4
equations.x = "x / 2 + 1"
"""


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (0, "counted from 1 and read so; here the first is 0"),
        (1, "those of steps that are counted from 0; the first is missing"),
    ],
)
def test_three_of_four_steps_without_a_0_begin_where_their_numbers_say(first, says):
    x, values = 8.31, []
    for _ in range(4):
        x = round(x / 2 + 1, 5)
        values.append(x)
    steps = [{"step": i + 1, "x": value} for i, value in enumerate(values[first : first + 3])]
    marked = hw.result(hw.tiny_key(HALVES), {"steps": steps}, "q")
    assert [note.removeprefix("step: ") for note in marked.notes] == [
        says if first == 0 else f"your numbers are {says}"
    ]
    assert hw.faulty(marked) == {((3 if first == 0 else 0,), "x"): "missing"}


# Method and choices.


@pytest.mark.parametrize(("stated", "done"), [("batch", "online"), ("online", "batch")])
def test_the_steps_tell_the_method(practical, stated, done):
    marked = hw.result(practical, hw.practical(done, digits=6, **TANH) | {"method": stated})
    assert (marked.method, marked.score) == (done, POINTS)
    assert notes_about(marked, f"method {stated}")


@pytest.mark.parametrize("method", METHODS)
def test_the_numbers_tell_the_choices_after_an_early_error(practical, method):
    answers = []
    for ways in hw.every_way(method):
        rules = hw.practical_rules(method, 0.3, **ways)
        wrong = {(0, "s_i"): lambda now, rules=rules: rules["s_i"](now) + 0.2345}
        answers.append(hw.practical(method, 0.3, 6, wrong, **ways))
    for ways, marked in zip(hw.every_way(method), hw.results(practical, answers), strict=True):
        assert marked.choices == ways
        assert {field for _, field in hw.faulty(marked)} == {"s_i"}


DECIDING = {"output": ["z_out"], "hidden_delta": ["delta_i"], "delta_sign": ["Delta_w", "Delta_W"]}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("group", DECIDING)
def test_choices_are_told_though_the_deciding_line_is_missing(practical, method, group):
    ways_made = list(hw.every_way(method))
    answers = [hw.practical(method, 0.5, 6, **ways) for ways in ways_made]
    for answer in answers:
        for step in answer["steps"]:
            for field in DECIDING[group]:
                del step[field]
    for ways, marked in zip(ways_made, hw.results(practical, answers), strict=True):
        assert set(hw.faulty(marked).values()) == {"missing"}, ways
        assert {field for _, field in hw.faulty(marked)} == set(DECIDING[group]), ways
        if group == "delta_sign":  # without any Delta only the weights are seen, and these are the same
            del ways["delta_sign"], marked.choices["delta_sign"]
        assert marked.choices == ways


# Missing steps and fields.


EARLY = "s_out"


def early_error(method, field=EARLY, t=0):
    rules = hw.practical_rules(method, 0.3, **TANH)
    return {(t, field): lambda now: rules[field](now) - 0.2345}


@pytest.mark.parametrize(
    ("method", "gaps"),
    [
        ("online", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}]),
        ("batch", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}]),
    ],
)
def test_whole_iterations_missing(practical, method, gaps):
    """What is there is judged by what follows, through the missing steps, from the student's own lines."""
    cases = list(product(gaps, (False, True)))
    answers = []
    for gap, error in cases:
        first = min({0, 1, 2} - gap)
        t = next(
            i for i, (labels, _) in enumerate(hw.practical_steps(method)) if labels["iteration"] == first
        )
        answer = hw.practical(method, 0.3, 8, early_error(method, t=t) if error else {}, **TANH)
        answer["steps"] = [step for step in answer["steps"] if step["iteration"] not in gap]
        answers.append(answer)
    for (gap, error), marked in zip(cases, hw.results(practical, answers), strict=True):
        faulty = hw.faulty(marked)
        missing = {place for place, status in faulty.items() if status == "missing"}
        assert {labels[0] for labels, _ in missing} == gap
        assert len(set(faulty) - missing) == error, (gap, error)
        lost = sum(hw.at(marked, field, *labels).max_score for labels, field in faulty)
        assert marked.score == pytest.approx(POINTS - lost)


@pytest.mark.parametrize("method", METHODS)
def test_a_field_missing_throughout(practical, method):
    answers = []
    for field in hw.FIELDS:
        early = "z_out" if field == EARLY else EARLY
        answer = hw.practical(method, 0.3, 8, early_error(method, early), **TANH)
        steps = [{k: v for k, v in step.items() if k != field} for step in answer["steps"]]
        answers.append(answer | {"steps": steps})
    for field, marked in zip(hw.FIELDS, hw.results(practical, answers), strict=True):
        faulty = hw.faulty(marked)
        assert {f for (_, f), status in faulty.items() if status == "missing"} == {field}
        early = "z_out" if field == EARLY else EARLY
        assert [f for (_, f), status in faulty.items() if status != "missing"] == [early], field


# Matrices the other way round, other forms, other counting.


@pytest.mark.parametrize("digits", [4, 8])
def test_matrices_the_other_way_round(practical, digits):
    answer = hw.practical("batch", 0.3, digits, **TANH)
    for step in answer["steps"]:
        for field in ("s_i", "z_i", "delta_i", "W", "Delta_W"):
            step[field] = [list(row) for row in zip(*step[field], strict=True)]
    marked = hw.result(practical, answer)
    assert marked.score == POINTS
    turned = (
        "s_i, z_i, delta_i, Delta_W and W: written with rows and columns exchanged; turned around (3 times)"
    )
    assert marked.notes == (turned,)


@pytest.mark.parametrize("form", ["each", "sum", "mean"])
@pytest.mark.parametrize("digits", [3, 6])
def test_the_loss_of_each_sample_or_their_sum_or_mean(practical, form, digits):
    answer = hw.practical("batch", 0.3, digits, **TANH)
    for step in answer["steps"]:
        losses = hw.read(step["L"])
        step["L"] = step["L"] if form == "each" else hw.written(getattr(losses, form)(), digits)
    assert hw.result(practical, answer).score == POINTS


@pytest.mark.parametrize("method", METHODS)
def test_counting_from_one(practical, method):
    answer = hw.practical(method, 0.3, 6, **TANH)
    for step in answer["steps"]:
        for loop in {"iteration", "sample"} & set(step):
            step[loop] += 1
    marked = hw.result(practical, answer)
    assert marked.score == POINTS
    assert notes_about(marked, "counted from 1")


# Square matrices: only the hand-in as a whole tells. Gauss-Seidel on two right-hand sides at once.

GAUSS_SEIDEL = """
id = "gs"
[[question]]
id = "q"
kind = "trace"
points = 12
[question.constants]
A = [[4.0, 1.0], [2.0, 5.0]]
B = [[1.0, 2.0], [3.0, -1.0]]
[question.start]
X = [[0.3, 0.1], [0.2, 0.7]]
[question.method.jacobi]
loop.sweep = 4
equations.R = "B - A @ X"
equations.X = "X + [[0.25, 0], [0, 0.2]] @ R"
"""
A, B = np.array([[4.0, 1.0], [2.0, 5.0]]), np.array([[1.0, 2.0], [3.0, -1.0]])


def sweeps(digits=5, wrong=None, rewrite=None):
    rules = {"R": lambda now: B - A @ now.X, "X": lambda now: now.X + np.diag([0.25, 0.2]) @ now.R}
    start = {"X": [[0.3, 0.1], [0.2, 0.7]]}
    return hw.work(rules, [({"sweep": i}, {}) for i in range(4)], start, digits, wrong, rewrite)


def turned(page, fields=("R", "X")):
    return [s | {f: [list(row) for row in zip(*s[f], strict=True)] for f in fields} for s in page]


def test_square_matrices_as_they_are():
    marked = hw.result(hw.tiny_key(GAUSS_SEIDEL), {"steps": sweeps()}, "q")
    assert (marked.score, marked.notes) == (12, ())


@pytest.mark.parametrize("error", [False, True])
def test_square_matrices_are_turned_by_the_evidence_of_all(error):
    wrong = {(0, "R"): lambda now: B - A @ now.X + [[0.0, 0.1234], [0, 0]]} if error else {}
    marked = hw.result(hw.tiny_key(GAUSS_SEIDEL), {"steps": turned(sweeps(wrong=wrong))}, "q")
    assert notes_about(marked, "R", "X", "rows and columns")
    assert marked.score > 12 - 0.4 if error else marked.score == 12
    assert len(hw.faulty(marked)) == error


def test_one_square_matrix_turned_is_its_own_slip():
    page = sweeps()
    page[2]["R"] = turned(page, ("R",))[2]["R"]
    marked = hw.result(hw.tiny_key(GAUSS_SEIDEL), {"steps": page}, "q")
    assert not marked.notes
    assert hw.faulty(marked) == {((2,), "R"): "slip"}


# A small Kalman filter: other names, shapes and constants through the same code.

KALMAN = """
id = "kalman"
[[question]]
id = "q"
kind = "trace"
points = 18
digits = 3
[question.given]
r = { default = 0.5, above = 0.0, most = 10.0, cost = 1.0 }
[question.constants]
F = [[1.0, 1.0], [0.0, 1.0]]
h = [1.0, 0.0]
Q = 0.1
[question.start]
x = [0.0, 1.0]
P = [[1.0, 0.0], [0.0, 1.0]]
[question.method.filter]
loop.k = [{ z = 1.2 }, { z = 1.9 }, { z = 3.3 }, { z = 4.1 }]
[question.method.filter.equations]
x_pred = "F @ x"
P_pred = "F @ P @ transpose(F) + Q * [[1, 0], [0, 1]]"
S = "h @ P_pred @ h + r"
K = "P_pred @ h / S"
x = "x_pred + K * (z - h @ x_pred)"
P = "P_pred - outer(K, h) @ P_pred"
[question.mistake.no_noise]
credit = 0.5
says = "The measurement's variance r is missing."
S = "h @ P_pred @ h"
"""
F, H, Z = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([1.0, 0.0]), (1.2, 1.9, 3.3, 4.1)


def kalman(r=0.5, digits=6, wrong=None, rewrite=None):
    rules = {
        "x_pred": lambda now: F @ now.x,
        "P_pred": lambda now: F @ now.P @ F.T + 0.1 * np.eye(2),
        "S": lambda now: H @ now.P_pred @ H + r,
        "K": lambda now: now.P_pred @ H / now.S,
        "x": lambda now: now.x_pred + now.K * (now.z - H @ now.x_pred),
        "P": lambda now: now.P_pred - np.outer(now.K, H) @ now.P_pred,
    }
    steps = [({"k": k}, {"z": z}) for k, z in enumerate(Z)]
    page = hw.work(rules, steps, {"x": [0.0, 1.0], "P": np.eye(2)}, digits, wrong, rewrite)
    return {"given": {"r": r}, "steps": page}


@pytest.fixture(scope="module")
def filter_key():
    return hw.tiny_key(KALMAN)


def test_a_filter_by_the_same_code(filter_key):
    for digits in (3, 5, 8):
        for r in (0.5, 0.1, 2.0):
            marked = hw.result(filter_key, kalman(r, digits), "q")
            assert (marked.score, marked.notes) == (18, ())


def test_the_mistake_of_a_filter_is_named(filter_key):
    marked = hw.result(filter_key, kalman(wrong={"S": lambda now: H @ now.P_pred @ H}), "q")
    assert {place: f.cause for f in marked.fields if (place := f.field) and f.cause} == {"S": "no_noise"}


def test_a_slip_in_a_filter_after_an_error(filter_key):
    wrong = {(0, "K"): lambda now: now.P_pred @ H / now.S + [0.1, -0.07]}
    marked = hw.result(filter_key, kalman(0.7, wrong=wrong, rewrite={(2, "x"): lambda t: [t[1], t[0]]}), "q")
    assert hw.faulty(marked) == {((0,), "K"): "wrong", ((2,), "x"): "slip"}
    assert hw.at(marked, "x", 2).cause == "exchanged"


@pytest.mark.parametrize(("used", "stated"), [(0.3, 0.5), (2.0, 0.5), (0.5, 4.0)])
def test_another_constant_in_a_filter(filter_key, used, stated):
    marked = hw.result(filter_key, told(kalman(used), r=stated), "q")
    assert marked.given["r"] == pytest.approx(used)
    assert marked.score == 17  # the key's cost


def test_one_number_everywhere_in_a_filter(filter_key):
    page = kalman()["steps"]
    for step in page:
        for name, value in step.items():
            if name != "k":
                step[name] = np.full(np.shape(value), 0.618).tolist()
    assert hw.result(filter_key, {"steps": page}, "q").score < 1.5
