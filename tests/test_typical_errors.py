"""The usual wrong ways of some fields, worked here by themselves, and what is said of them.

Each hand-in goes on with its own rounded numbers, as on paper. Nothing of it is made from a key.
"""

import math

import handworked as hw
import numpy as np
import pytest
from shared import ROOT, practical_key

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.marking.sheets.values import ValueFault, read_value
from grader.reports.wording import plural
from grader.schemas.submission import Submission


def graded(name, steps):
    key = load_key(ROOT / "answer_keys" / f"{name}.toml")
    question = key.key.question[0].id
    submission = Submission(student="s", answers={question: {"steps": steps}})
    (one,) = mark(key, [submission])
    (result,) = one.result("s.json").questions
    return result


def of(result, *fields):
    """Return status and cause of some fields in every step."""
    return [(line.status, line.cause) for line in result.fields if line.field in fields]


def others_are_right(result, *fields):
    return all(line.status in {"correct", "follows"} for line in result.fields if line.field not in fields)


def text(value, digits=4):
    if np.ndim(value):
        return [text(each, digits) for each in value]
    return f"{value:.{digits}f}"


def rounded(value, digits=4):
    return float(text(value, digits))


def test_jacobi_where_gauss_seidel_is_asked_for():
    x, steps = [1.0, 0.0, 1.0], []
    for number in range(3):
        x_1 = (1 - 3 * x[1] + 5 * x[2]) / 12
        x_2 = (28 - x[0] - 3 * x[2]) / 5
        x_3 = (76 - 3 * x[0] - 7 * x[1]) / 13
        x = [rounded(x_1), rounded(x_2), rounded(x_3)]
        steps.append({"iteration": number, **{f"x_{i + 1}": text(value) for i, value in enumerate(x)}})
    result = graded("gauss_seidel", steps)
    assert set(of(result, "x_2", "x_3")) == {("mistake", "old_values")}
    assert others_are_right(result, "x_2", "x_3")
    assert result.score == pytest.approx(6)


def test_the_third_slope_of_runge_kutta_from_the_first():
    t, w, h, steps = 0.0, 0.5, 0.2, []
    for number in range(4):
        k_1 = rounded(h * (w - t**2 + 1), 6)
        k_2 = rounded(h * (w + k_1 / 2 - (t + h / 2) ** 2 + 1), 6)
        k_3 = rounded(h * (w + k_1 / 2 - (t + h / 2) ** 2 + 1), 6)
        k_4 = rounded(h * (w + k_3 - (t + h) ** 2 + 1), 6)
        w, t = rounded(w + (k_1 + 2 * k_2 + 2 * k_3 + k_4) / 6, 6), t + h
        named = {"k_1": k_1, "k_2": k_2, "k_3": k_3, "k_4": k_4, "w": w}
        steps.append(
            {"step": number, **{name: text(value, 6) for name, value in named.items()}, "t": text(t, 1)}
        )
    result = graded("runge_kutta", steps)
    assert set(of(result, "k_3")) == {("mistake", "slope_of_two_before")}
    assert others_are_right(result, "k_3")


def test_the_forward_algorithm_without_what_is_seen():
    f, steps = np.array([0.5, 0.5]), []
    for day in range(3):
        prediction = np.round(f @ [[0.7, 0.3], [0.3, 0.7]], 4)
        f = np.round(prediction / prediction.sum(), 4)
        steps.append({"day": day, "prediction": text(prediction), "joint": text(prediction), "f": text(f)})
    result = graded("hidden_markov", steps)
    assert set(of(result, "joint")) == {("mistake", "observation_forgotten")}
    assert others_are_right(result, "joint")


def test_the_weights_of_kalman_exchanged():
    x, p, steps = 60.0, 225.0, []
    measured = [48.54, 47.11, 55.01, 55.15, 49.89, 40.85, 46.72, 50.05, 51.27, 49.95]
    for number, z in enumerate(measured):
        gain = rounded(p / (p + 25), 3)
        x, p = rounded((1 - gain) * z + gain * x, 3), rounded((1 - gain) * p, 3)
        steps.append({"measurement": number, "K": text(gain, 3), "x": text(x, 3), "p": text(p, 3)})
    result = graded("kalman", steps)
    assert set(of(result, "x")) == {("mistake", "weights_exchanged")}
    assert others_are_right(result, "x")


def test_a_die_with_as_many_sides_as_it_shows_left_out():
    p, sides, steps = np.full(5, 0.2), np.array([4, 6, 8, 12, 20]), []
    for roll, shown in enumerate((6, 4, 8)):
        likelihood = np.round(np.where(shown >= sides, 0, 1 / sides), 4)
        joint = np.round(p * likelihood, 5)
        evidence = rounded(joint.sum(), 5)
        p = np.round(joint / evidence, 4)
        row = {"likelihood": text(likelihood), "joint": text(joint, 5), "evidence": text(evidence, 5)}
        steps.append({"roll": roll, **row, "p": text(p)})
    result = graded("bayes", steps)
    assert set(of(result, "likelihood")) == {("mistake", "equal_left_out")}
    assert others_are_right(result, "likelihood")


def test_the_other_half_in_every_step_is_one_mistake_and_no_exchange():
    a, b, steps = 1.0, 2.0, []
    for number in range(10):
        x = rounded((a + b) / 2)
        f_a, f_b, f_x = (rounded(end**3 - 2) for end in (a, b, x))
        a, b = (a, x) if f_a * f_x > 0 else (x, b)
        row = {"f_a": f_a, "f_b": f_b, "x": x, "f_x": f_x, "a": a, "b": b}
        steps.append({"step": number, **{name: text(value) for name, value in row.items()}})
    result = graded("bisection", steps)
    assert of(result, "a", "b") == [("mistake", "wrong_half")] * 20
    assert others_are_right(result, "a", "b")


def test_a_wrong_way_that_converges_is_not_called_a_copy():
    x, steps = 0.5, []
    for number in range(6):
        f, slope = rounded(math.cos(x) - x**3), rounded(-math.sin(x) - 3.02 * x**2)  # should be 3 x²
        x = rounded(x - f / slope)
        steps.append({"step": number, "f": text(f), "slope": text(slope), "x": text(x)})
    slopes = [step["slope"] for step in steps]
    assert slopes[-1] == slopes[-2]
    result = graded("newton", steps)
    assert set(of(result, "slope")) == {("wrong", None)}


def test_a_right_line_copied_from_the_step_before_is_a_slip():
    x, steps = 0.5, []
    for number in range(6):
        f, slope = rounded(math.cos(x) - x**3), rounded(-math.sin(x) - 3 * x**2)
        if number == 2:
            slope = float(steps[1]["slope"])
        x = rounded(x - f / slope)
        steps.append({"step": number, "f": text(f), "slope": text(slope), "x": text(x)})
    result = graded("newton", steps)
    assert of(result, "slope")[2] == ("slip", "copied")
    assert others_are_right(result, "slope")


def test_epochs_and_batches():
    assert [plural(noun) for noun in ("epoch", "batch", "branch", "search")] == [
        "epochs",
        "batches",
        "branches",
        "searches",
    ]


def test_a_percentage_is_told_what_it_is_as_a_number():
    with pytest.raises(ValueFault, match=r"50 % is 0\.5"):
        read_value("8.5 %")


DICE = {4: 0.25, 6: 1 / 6, 8: 0.125, 12: 1 / 12, 20: 0.05}


def dice_table():
    """Bayes' rule worked with all digits: rolls of 6, 4 and 8."""
    p, steps = [0.2] * 5, []
    for roll, shown in enumerate((6, 4, 8)):
        likelihood = [one if sides >= shown else 0.0 for sides, one in DICE.items()]
        joint = [a * b for a, b in zip(p, likelihood, strict=True)]
        p = [each / sum(joint) for each in joint]
        lines = {"likelihood": likelihood, "joint": joint, "evidence": sum(joint), "p": p}
        steps.append({"roll": roll, **{name: text(value, 6) for name, value in lines.items()}})
    return steps


def test_what_stands_beside_a_zero_tells_not_what_was_gone_on_with():
    """joint is p times likelihood: neither die that cannot show an 8 tells what p was written down for."""
    steps = dice_table()
    steps[1]["p"] = ["0.01", "0.01", "0.2957", "0.01", "0.0473"]
    result = graded("bayes", steps)
    (p,) = [line for line in result.fields if line.status not in {"correct", "follows"}]
    assert (p.status, p.cause) == ("slip", "unused")
    assert p.message == (
        "first and second components: you wrote 0.01, 0.01, but p = joint/evidence gives 0, 0.526 with your "
        "own joint and evidence; fourth component: you wrote 0.01, but went on with 0.131"
    )


def test_a_slip_beside_it_tells_nothing_of_a_line_that_is_multiplied_by_zero():
    """Of the two that joint is worked from, only the likelihood of the third die shows what was used."""
    steps = dice_table()
    steps[1]["p"][1] = "0.01"
    steps[2]["likelihood"][2] = "0.9"
    result = graded("bayes", steps)
    p, likelihood = (line for line in result.fields if line.status not in {"correct", "follows"})
    assert (likelihood.field, likelihood.cause) == ("likelihood", "unused")
    assert (p.field, p.status) == ("p", "wrong")
    assert "went on" in likelihood.message
    assert "went on" not in p.message


def test_clusters_are_numbered_1_and_2_as_well():
    """The partition that is given has 0 for cluster 2. Who puts the third there wrongly is charged once."""
    individuals = np.array([[1, 1], [1.5, 2], [3, 4], [5, 7], [3.5, 5], [4.5, 5], [3.5, 4.5]])

    def handed_in(wrongly):
        first, steps = np.array([True] * 3 + [False] * 4), []
        for number in range(2):
            means = [individuals[first].mean(axis=0), individuals[~first].mean(axis=0)]
            away = [np.sqrt(((individuals - mean) ** 2).sum(axis=1)) for mean in means]
            first = away[0] < away[1]
            if number == 0:
                first[2] ^= wrongly
            lines = {"m_1": means[0], "m_2": means[1], "d_1": away[0], "d_2": away[1]}
            labels = np.where(first, 1, 2).tolist()
            steps.append({"round": number, "r": labels, **{name: text(each) for name, each in lines.items()}})
        return graded("k_means", steps)

    assert handed_in(wrongly=False).score == pytest.approx(10)
    result = handed_in(wrongly=True)
    assert [line.field for line in result.fields if line.status not in {"correct", "follows"}] == ["r"]
    assert result.choices == {"second_cluster": "two"}


def test_the_binary_cross_entropy_for_that_of_classes():
    x = np.array([[0.1, 0.5], [1.1, 2.3], [-1.1, -2.3], [-1.5, -2.5]])
    w, b = np.array([[0.1, 0.2, 0.3]] * 2), np.array([0.01, 0.1, 0.1])
    one, steps = np.eye(3)[[0, 1, 2, 2]], []
    for number in range(2):
        z = x @ w + b
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -(one * np.log(p) + (1 - one) * np.log(1 - p)).sum(axis=1)
        g = (p - one) / 4
        w, b = w - 0.5 * x.T @ g, b - 0.5 * g.sum(axis=0)
        lines = {"Z": z, "P": p, "loss": loss, "J": loss.mean(), "G": g, "W": w, "b": b}
        written = {name: text(each, 7) for name, each in lines.items()}
        steps.append({"step": number, "prediction": p.argmax(axis=1).tolist(), **written})
    result = graded("softmax_regression", steps)
    assert set(of(result, "loss")) == {("mistake", "binary_cross_entropy")}
    assert others_are_right(result, "loss")


def test_the_probabilities_of_rain_and_no_rain_exchanged():
    f, steps = np.array([0.5, 0.5]), []
    for day, seen in enumerate(([0.2, 0.9], [0.2, 0.9], [0.8, 0.1])):
        prediction = np.round(f @ [[0.7, 0.3], [0.3, 0.7]], 4)
        joint = np.round(seen * prediction, 5)
        f = np.round(joint / joint.sum(), 4)
        lines = {"prediction": text(prediction), "joint": text(joint, 5), "f": text(f)}
        steps.append({"day": day, **lines})
    result = graded("hidden_markov", steps)
    assert set(of(result, "joint")) == {("mistake", "states_exchanged")}
    assert others_are_right(result, "joint")


def test_two_known_wrong_ways_are_work_and_what_follows_keeps_its_marks():
    """The largest component of y is always a number of y: no sign of a page that was only filled in."""
    x, steps = np.ones(2), []
    for number in range(6):
        y = x @ [[2, 3], [5, 4]]
        steps.append({"iteration": number, "y": text(y, 2), "lambda": text(max(abs(y)), 2), "x": text(y, 2)})
        x = y
    result = graded("power_iteration", steps)
    assert set(of(result, "y")) == {("mistake", "columns")}
    assert set(of(result, "x")) == {("mistake", "not_scaled")}
    assert others_are_right(result, "x", "y")
    assert result.score == pytest.approx(6 * (0.25 + 0.5 + 0.25))


@pytest.mark.parametrize("method", ["batch", "online"])
def test_who_is_wrong_in_every_delta_is_told_by_the_way_whose_numbers_are_nearer(method):
    """The values of the layer stand for its slopes: no delta fits any way; w is there all the same."""

    def values_for_slopes(now):
        back = np.outer(now.delta_out, now.w) if method == "batch" else now.delta_out * now.w
        return back * now.z_i

    ways = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient", "reduction": "mean"}
    answer = hw.practical(method, 0.2, 4, {"delta_i": values_for_slopes}, {}, **ways)
    (marked,) = mark(practical_key(), [Submission(student="s", answers={"exercise2": answer})])
    (result,) = (each for each in marked.result("f").questions if each.question == "exercise2")
    assert result.choices["hidden_delta"] == "exact"
    deltas = [line for line in result.fields if line.field == "delta_i"]
    wrong = [line.message for line in deltas if line.status == "wrong"]
    assert wrong
    assert all("· w ·" in message for message in wrong)
