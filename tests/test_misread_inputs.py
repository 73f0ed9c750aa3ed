"""Another number than the exercise's, worked with throughout: named, and charged once.

The hand-ins are worked in plain Python and NumPy from the exercises, with one number misread.
"""

import numpy as np
import pytest
from handworked import START as PRACTICAL_START
from handworked import X, Y, faulty, practical_rules, practical_steps, result, results, work
from shared import ROOT, TANH

from grader.cli.keyring import load_key

WAYS = {"hidden_delta": "published", "delta_sign": "step", **TANH}


def key(name):
    return load_key(ROOT / "answer_keys" / f"{name}.toml")


@pytest.fixture(scope="module")
def practical1():
    return key("practical1")


def runge_kutta(h):
    """Work w' = w - t^2 + 1 from w(0) = 0.5 in four steps."""

    def slope(t, w):
        return w - t**2 + 1

    t, w, page = 0.0, 0.5, []
    for step in range(4):
        k_1 = slope(t, w)
        k_2 = slope(t + h / 2, w + h * k_1 / 2)
        k_3 = slope(t + h / 2, w + h * k_2 / 2)
        k_4 = slope(t + h, w + h * k_3)
        w, t = w + h * (k_1 + 2 * k_2 + 2 * k_3 + k_4) / 6, t + h
        numbers = {"k_1": k_1, "k_2": k_2, "k_3": k_3, "k_4": k_4, "w": w, "t": t}
        page.append({"step": step} | {name: f"{value:.6f}" for name, value in numbers.items()})
    return {"steps": page}


def powers(matrix):
    x, page = np.ones(2), []
    for iteration in range(6):
        y = matrix @ x
        x = y / np.abs(y).max()
        page.append({"iteration": iteration, "lambda": f"{np.abs(y).max():.5f}"})
        page[-1] |= {name: [f"{v:.5f}" for v in vector] for name, vector in (("y", y), ("x", x))}
    return {"steps": page}


def practical(x, y, wrong=None):
    """Work the practical with inputs and labels of one's own."""
    steps = [
        (labels, {"x": x[labels["sample"]], "y": y[labels["sample"]]})
        for labels, _ in practical_steps("online")
    ]
    rules = practical_rules("online", 0.2, **WAYS)
    page = work(rules, steps, PRACTICAL_START, 5, wrong)
    return {"method": "online", "given": {"alpha": 0.2}, "steps": page}


def misread(numbers, place, value):
    changed = np.array(numbers, dtype=float)
    changed[place] = value
    return changed


@pytest.mark.parametrize("step_size", [0.1, 0.4, 0.05, 0.25])
def test_another_step_size_is_charged_once(step_size):
    assert result(key("runge_kutta"), runge_kutta(0.2), "initial_value_problem").score == 12
    marked = result(key("runge_kutta"), runge_kutta(step_size), "initial_value_problem")
    assert faulty(marked) == {((0,), "k_2"): "wrong"}
    assert marked.notes == (f"h: your numbers use {step_size:g} where the exercise has 0.2",)
    (first,) = (line for line in marked.fields if line.status == "wrong")
    assert (first.cause, marked.score) == ("number_misread", pytest.approx(12 - 12 / 24))
    assert "another value of h than the exercise gives" in first.message


@pytest.mark.parametrize(("place", "value"), [((0, 1), 5), ((1, 0), 0.5), ((1, 1), 6)])
def test_an_entry_of_a_matrix_misread_is_charged_once(place, value):
    matrix = misread([[2, 3], [5, 4]], place, value)
    marked = result(key("power_iteration"), powers(matrix), "eigenvalue")
    assert faulty(marked) == {((0,), "y"): "wrong"}
    (note,) = marked.notes
    assert note.startswith(f"A: your numbers use {value:g} where the exercise has ")
    assert note.endswith(f"(row {place[0] + 1}, column {place[1] + 1})")


@pytest.mark.parametrize(("place", "value"), [((0, 0), 0.57), ((2, 1), 0.3), ((3, 1), 0.05)])
def test_an_input_of_one_sample_misread_is_charged_once(practical1, place, value):
    marked = result(practical1, practical(misread(X, place, value), Y))
    assert faulty(marked) == {((0, place[0]), "s_i"): "wrong"}
    (note,) = marked.notes
    stated = X[place[0]][place[1]]
    assert note.startswith(f"x: your numbers use {value:g} where the exercise has {stated:g} (")
    assert f"sample {place[0]}" in note


@pytest.mark.parametrize("value", [0.57, 0.85, 7.5, 0.31])
def test_in_one_equation_only_a_number_like_it_shows_one_misread(practical1, value):
    """Without Delta_W only s_i has it: two digits exchanged, one digit, the point; and another number."""
    answer = practical(misread(X, (0, 0), value), Y)
    for step in answer["steps"]:
        del step["Delta_W"]
    marked = result(practical1, answer)
    assert len([note for note in marked.notes if f"use {value:g} where the exercise has 0.75" in note]) == (
        value != 0.31
    )


@pytest.mark.parametrize("samples", [(1,), (2,), (0, 1, 2, 3)])
def test_the_two_inputs_of_a_sample_exchanged_are_charged_once_for_each_sample(practical1, samples):
    own = [row[::-1] if number in samples else row for number, row in enumerate(X)]
    marked = result(practical1, practical(own, Y))
    assert faulty(marked) == {((0, number), "s_i"): "wrong" for number in samples}
    assert marked.score == pytest.approx(15 - len(samples) * 15 / 132)
    first = samples[0]
    used, stated = ("{:.6g} and {:.6g}".format(*x[first]) for x in (own, X))
    others = "; likewise in sample 1, 2 and 3" if len(samples) > 1 else ""
    says = f"x: your numbers use {used} where the exercise has {stated} (sample {first}){others}"
    assert marked.notes == (says,)


@pytest.mark.parametrize(
    ("numbers", "samples"),
    [
        ({(1, 1): 0.5, (3, 1): -0.5}, (1, 3)),  # 0.05 and -0.05
        ({(0, 0): 0.57, (2, 0): -0.57}, (0, 2)),
        ({(1, 0): 0.3, (3, 0): 0.3}, (1, 3)),
    ],
)
def test_a_number_read_alike_wherever_it_stands_is_charged_once_for_each_sample(practical1, numbers, samples):
    own = np.array(X, dtype=float)
    for place, value in numbers.items():
        own[place] = value
    marked = result(practical1, practical(own, Y))
    assert faulty(marked) == {((0, number), "s_i"): "wrong" for number in samples}
    (note,) = marked.notes
    assert note.endswith(f"sample {samples[0]}); likewise in sample {samples[1]}")


def test_a_sign_that_two_labels_lost_is_charged_once_for_each_sample(practical1):
    marked = result(practical1, practical(X, [1, 1, 1, 1]))
    assert faulty(marked) == {((0, number), "L"): "wrong" for number in (2, 3)}
    (note,) = marked.notes
    assert note == "y: your numbers use 1 where the exercise has -1 (sample 2); likewise in sample 3"


def test_two_entries_of_a_row_exchanged_are_charged_once():
    marked = result(key("power_iteration"), powers([[3, 2], [5, 4]]), "eigenvalue")
    assert faulty(marked) == {((1,), "y"): "wrong"}  # from x = (1, 1) both give the same
    assert marked.notes == ("A: your numbers use 3 and 2 where the exercise has 2 and 3 (row 1)",)


def test_only_the_gradient_by_the_inputs_exchanged_is_that_mistake(practical1):
    wrong = {"Delta_W": lambda now: np.outer(now.x[::-1], now.delta_i)}
    marked = result(practical1, practical(np.array(X), Y, wrong))
    assert {f.cause for f in marked.fields if f.status == "mistake"} == {"inputs_swapped"}
    assert not marked.notes


def test_the_label_of_another_sample_taken_throughout_is_charged_once(practical1):
    """(z - y)^2 is what it is with two labels, of which one is no plain number."""
    marked = result(practical1, practical(X, misread(Y, 3, 1)))
    assert faulty(marked) == {((0, 3), "L"): "wrong"}
    assert marked.notes == ("y: your numbers use 1 where the exercise has -1 (sample 3)",)


def test_a_number_of_two_inputs_misread_is_charged_twice(practical1):
    marked = result(practical1, practical(misread(X, (0, 0), 0.57), misread(Y, 2, -2)))
    assert faulty(marked) == {((0, 0), "s_i"): "wrong", ((0, 2), "L"): "wrong"}
    assert {note[:2] for note in marked.notes} == {"x:", "y:"}


def test_a_known_mistake_beside_it_is_charged_as_ever(practical1):
    wrong = {"delta_out": lambda now: now.z_out - now.y}
    marked = result(practical1, practical(misread(X, (0, 0), 0.57), Y, wrong))
    found = faulty(marked)
    assert found.pop(((0, 0), "s_i")) == "wrong"
    assert set(found.values()) == {"mistake"}
    assert {field for _, field in found} == {"delta_out"}


def test_a_factor_left_out_is_no_number_misread():
    """Without h every step is 1."""
    w, page = 1.0, []
    for n in range(5):
        f = 2 - np.exp(-4 * 0.1 * n) - 2 * w
        w += f
        page.append({"n": n, "f": f"{f:.6f}", "y": f"{w:.6f}"})
    marked = result(key("euler"), {"steps": page}, "euler_steps")
    assert not marked.notes
    assert {line.cause for line in marked.fields if line.status == "mistake"} == {"step_forgotten"}


def test_a_term_of_one_equation_that_is_off_is_no_number_misread():
    """1.7 times a term is what 5.1 in place of 3 gives, which nobody reads there."""
    marked = result(key("power_iteration"), powers(misread([[2, 3], [5, 4]], (0, 1), 5.1)), "eigenvalue")
    assert not [note for note in marked.notes if "your numbers use" in note]
    assert {field for _, field in faulty(marked)} == {"y"}


def test_invented_numbers_show_no_number_misread():
    random = np.random.default_rng(11)
    for name, question, fields, labels in (
        ("euler", "euler_steps", ("f", "y"), ("n", 5)),
        ("runge_kutta", "initial_value_problem", ("k_1", "k_2", "k_3", "k_4", "w", "t"), ("step", 4)),
    ):
        prepared = key(name)
        for digits in (1, 2, 4):
            pages = [
                [
                    {labels[0]: t} | {field: f"{random.uniform(-3, 3):.{digits}f}" for field in fields}
                    for t in range(labels[1])
                ]
                for _ in range(100)
            ]
            marked = results(prepared, [{"steps": page} for page in pages], question)
            assert not [note for each in marked for note in each.notes if "your numbers use" in note]


def test_a_variance_taken_for_another_is_charged_once_though_a_gain_is_far_off():
    """With r = 5 for 25 a straight line through the gain leads beyond its pole."""
    measured = [48.54, 47.11, 55.01, 55.15, 49.89, 40.85, 46.72, 50.05, 51.27, 49.95]
    x, p, page = 60.0, 225.0, []
    for number, z in enumerate(measured):
        gain = p / (p + 5)
        x, p = x + gain * (z - x), (1 - gain) * p
        page.append({"measurement": number, "K": f"{gain:.4f}", "x": f"{x:.4f}", "p": f"{p:.4f}"})
    marked = result(key("kalman"), {"steps": page}, "building")
    assert faulty(marked) == {((0,), "K"): "wrong"}
    assert marked.notes == ("r: your numbers use 5 where the exercise has 25",)


def test_a_line_that_looks_unused_follows_from_the_number_misread():
    """With beta_2 = 0.99 for 0.999 a second v of 0.196 would nearly give the v_hat that 1.95 gives."""
    theta, m, v, page = 5.0, 0.0, 0.0, []
    for t in range(3):
        g = 2 * theta
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        m_hat, v_hat = m / (1 - 0.9 ** (t + 1)), v / (1 - 0.99 ** (t + 1))
        theta -= 0.1 * m_hat / (v_hat**0.5 + 1e-8)
        numbers = {"g": g, "m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "theta": theta}
        page.append({"t": t} | {name: f"{value:.5f}" for name, value in numbers.items()})
    marked = result(key("adam"), {"steps": page}, "adam_steps")
    assert faulty(marked) == {((0,), "v"): "wrong"}
    assert marked.notes == ("beta_2: your numbers use 0.99 where the exercise has 0.999",)


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ([5, 1], "1 where the exercise has 7 (row 4, column 2)"),
        ([7, 5], "7 and 5 where the exercise has 5 and 7 (row 4)"),
    ],
)
def test_of_two_numbers_with_one_distance_the_mean_tells_which(point, says):
    """The distance of (5, y) from a mean is the same above and below it."""
    X = np.array([[1, 1], [1.5, 2], [3, 4], point, [3.5, 5], [4.5, 5], [3.5, 4.5]])
    r, page = np.array([1, 1, 1, 0, 0, 0, 0]), []
    for number in range(2):
        means = [X[r == one].mean(axis=0) for one in (1, 0)]
        d_1, d_2 = (np.linalg.norm(X - mean, axis=1) for mean in means)
        r = (d_1 < d_2).astype(int)
        lines = {"m_1": means[0], "m_2": means[1], "d_1": d_1, "d_2": d_2}
        page.append(
            {"round": number, "r": r.tolist()} | {f: [f"{v:.4f}" for v in line] for f, line in lines.items()}
        )
    marked = result(key("k_means"), {"steps": page}, "clusters")
    assert faulty(marked) == {((0,), "m_2"): "wrong"}
    assert marked.notes == (f"X: your numbers use {says}",)


def test_what_is_not_handed_in_is_no_line_without_the_number(practical1):
    """Two lines have the misread input; four that would have it are missing."""
    answer = practical(misread(X, (0, 0), 0.57), Y)
    for step in answer["steps"]:
        del step["Delta_W"]
        if step["iteration"] == 2:
            del step["s_i"]
    notes = result(practical1, answer).notes
    assert any("use 0.57 where the exercise has 0.75" in note for note in notes), notes
