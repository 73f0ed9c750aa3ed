"""Steps with other numbers than those asked for, or none, in the order in which they stand."""

import copy
import math

import handworked as hw
import pytest
from order_of_work import updated_after_each
from shared import ROOT, TANH

from grader.cli.keyring import load_key


@pytest.fixture
def online():
    return hw.practical("online", 0.2, 5, **TANH)


def renamed(answer, number):
    """Return the hand-in with other numbers: those that `number` gives for a step's place."""
    answer = copy.deepcopy(answer)
    for t, step in enumerate(answer["steps"]):
        for loop in ("iteration", "sample"):
            step.pop(loop, None)
        step.update(number(t))
    return answer


ODD = {
    "none": lambda _: {},
    "no sample": lambda t: {"iteration": t // 4},
    "no sample, from 1": lambda t: {"iteration": t // 4 + 1},
    "no iteration": lambda t: {"sample": t % 4},
    "iterations run on": lambda t: {"iteration": t},
    "samples run on": lambda t: {"sample": str(t + 1)},
    "samples run on in iterations": lambda t: {"iteration": t // 4, "sample": t},
    "null": lambda t: {"iteration": t // 4, "sample": None},
}


NOTES = {
    "none": "your steps do not say their iteration and sample; they",
    "no sample": "your steps do not say their sample; they",
    "no iteration": "your steps do not say their iteration; they",
    "samples run on in iterations": "the numbers of your steps run on; they",
    "null": "your steps do not say their sample; they",
}


@pytest.mark.parametrize(("numbers", "note"), NOTES.items(), ids=NOTES)
def test_it_is_said_which_numbers_are_not_there(practical, online, numbers, note):
    marked = hw.result(practical, renamed(online, ODD[numbers]))
    assert marked.notes == (f"{note} are read in the order in which they stand",)


@pytest.mark.parametrize("numbers", ODD.values(), ids=ODD)
@pytest.mark.parametrize("method", ["online", "batch"])
def test_steps_are_read_in_the_order_in_which_they_stand(practical, online, numbers, method):
    marked = hw.result(practical, renamed(online | {"method": method}, numbers))
    assert (marked.score, marked.method) == (15, "online")
    assert len(marked.notes) == 1
    assert "in the order in which they stand" in marked.notes[0]


def test_of_half_of_the_steps_the_others_are_missing(practical, online):
    online["steps"] = online["steps"][:7]
    marked = hw.result(practical, renamed(online, lambda _: {}))
    assert marked.score == pytest.approx(15 * 7 / 12)


def test_steps_of_all_samples_need_no_number(practical):
    marked = hw.result(practical, renamed(updated_after_each(), lambda _: {}))
    assert (marked.score, marked.method) == (15, "batch")


MERGED = {
    "absent": lambda t: {"sample": t % 4} | ({} if t % 4 else {"iteration": t // 4}),
    "null": lambda t: {"sample": t % 4, "iteration": None if t % 4 else t // 4},
    "empty, from 1": lambda t: {"sample": t % 4 + 1, "iteration": "" if t % 4 else t // 4 + 1},
    "names": lambda t: {"sample": "ABCD"[t % 4], "iteration": None if t % 4 else f"pass {t // 4}"},
    "without samples": lambda t: {"iteration": None if t % 4 else t // 4},
}


@pytest.mark.parametrize("numbers", MERGED.values(), ids=MERGED)
@pytest.mark.parametrize("count", [12, 8, 6])
def test_the_number_of_a_pass_may_stand_in_its_first_step_only(practical, online, numbers, count):
    online["steps"] = online["steps"][:count]
    marked = hw.result(practical, renamed(online, numbers))
    assert marked.score == pytest.approx(15 * count / 12)
    assert "iteration: where it is empty, it is read as in the step above" in marked.notes[0]


def test_a_step_without_the_number_of_its_pass_is_not_put_in_place_of_another(practical, online):
    del online["steps"][4]["iteration"]  # sample 0 of iteration 0 stands there already
    assert hw.result(practical, online).score == pytest.approx(15 * 11 / 12)


UNTOLD = {
    "out of order": lambda t: {"iteration": (2, 0, 1)[t // 4]},
    "no pattern": lambda t: {"iteration": t * t},
    "a text": lambda t: {"iteration": "first" if t < 4 else "later"},
    "too many": lambda t: {"iteration": t + 5},
}


@pytest.mark.parametrize("numbers", UNTOLD.values(), ids=UNTOLD)
def test_where_numbers_and_order_do_not_agree_nothing_is_guessed(practical, online, numbers):
    marked = hw.result(practical, renamed(online, numbers))
    assert marked.score < 5
    assert not any("order" in note for note in marked.notes)


@pytest.mark.parametrize(
    ("iteration", "sample", "first"),
    [("Iteration {}", "x{}", 1), ("{}. Durchgang", "Nr. {}", 1), ("it {}", "s_{}", 0), ("{}st", "#{}", 0)],
)
def test_the_numbers_in_labels_of_words_are_read(practical, online, iteration, sample, first):
    def words(t):
        return {"iteration": iteration.format(t // 4 + first), "sample": sample.format(t % 4 + first)}

    answer = renamed(online, words)
    answer["steps"].reverse()
    marked = hw.result(practical, answer)
    assert marked.score == 15
    assert (
        f"iteration: {iteration.format(first + 2)!r} is read as {first + 2}, and its like as well"
        in marked.notes
    )


NAMED = {
    "letters": lambda t: {"iteration": t // 4, "sample": "ABCD"[t % 4]},
    "ordinals and letters": lambda t: {
        "iteration": ("first", "second", "third")[t // 4],
        "sample": "abcd"[t % 4],
    },
    "inputs": lambda t: {"iteration": t // 4 + 1, "sample": str(hw.X[t % 4])},
    "parts of all": lambda t: {"iteration": f"{t // 4 + 1} of 3", "sample": f"{t % 4 + 1}/4"},
    "fractions": lambda t: {"iteration": float(t // 4), "sample": 0.25 * t % 1 + 0.1},
    "names alone": lambda t: {"sample": "ABCD"[t % 4]},
    "lists": lambda t: {"iteration": t // 4, "sample": hw.X[t % 4]},
}


@pytest.mark.parametrize("names", NAMED.values(), ids=NAMED)
def test_names_of_steps_are_numbered_as_they_come(practical, online, names):
    marked = hw.result(practical, renamed(online, names))
    assert marked.score == 15
    assert " is read as 0, " in marked.notes[0]


def test_half_of_the_named_rounds_is_half_of_the_marks(practical, online):
    answer = renamed(online, NAMED["ordinals and letters"])
    answer["steps"] = answer["steps"][:8]
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(10)
    assert marked.notes == (
        "iteration: 'first' is read as 0, 'second' as 1; sample: 'a' is read as 0, 'b' as 1, and so on",
    )


def test_of_names_that_are_not_all_there_nothing_is_guessed(practical, online):
    answer = renamed(online, NAMED["letters"])
    answer["steps"] = [step for step in answer["steps"] if step["sample"] != "B"]
    marked = hw.result(practical, answer)
    assert marked.score == 0
    assert not marked.notes


@pytest.mark.parametrize(
    "times", [[0, 0.1, 0.2, 0.3, 0.4], ["0", "0.1", "0.2", "0.3", "0.4"], [0.1, 0.2, 0.3, 0.4, 0.5]]
)
def test_steps_may_be_named_by_their_time(times):
    y, page = 1.0, []
    for n, time in enumerate(times):
        f = 2 - math.exp(-0.4 * n) - 2 * y
        y += 0.1 * f
        page.append({"n": time, "f": f, "y": y})
    marked = hw.result(load_key(ROOT / "answer_keys" / "euler.toml"), {"steps": page}, "euler_steps")
    assert (marked.score, len(marked.notes)) == (10, 1)


@pytest.mark.parametrize("label", ["-1", "1.5", "1/2", "1 of 3", "1e1", "one", "x"])
def test_what_is_no_single_whole_number_is_no_label(practical, label):
    answer = {"steps": [{"iteration": label, "sample": 0, "s_out": 0.09859}, {"iteration": 0, "sample": 1}]}
    assert hw.result(practical, answer).score == 0


def test_a_step_given_twice_still_counts_as_neither(practical, online):
    online["steps"][5] |= {"iteration": 1, "sample": 0}
    assert hw.result(practical, online).score == pytest.approx(15 * 10 / 12)


def test_usual_numbers_are_not_touched(practical, online):
    online["steps"].reverse()
    marked = hw.result(practical, online)
    assert (marked.score, marked.notes) == (15, ())


def stacked(answer):
    steps = []
    for iteration in range(3):
        rows = answer["steps"][4 * iteration : 4 * iteration + 4]
        steps.append({"iteration": iteration} | {name: [row[name] for row in rows] for name in hw.FIELDS})
    return {"method": "batch", "given": answer["given"], "steps": steps}


def test_a_row_for_each_sample_in_every_field_is_a_table_of_steps(practical, online):
    marked = hw.result(practical, stacked(online))
    assert (marked.score, marked.method) == (15, "online")
    assert marked.notes == ("every field has a row for each sample: read as method online",)


def test_a_fault_in_such_a_table_is_named_where_it_stands(practical, online):
    answer = stacked(online)
    answer["steps"][2]["s_out"][1] = "NaN"
    submission = {"assignment": "practical1", "student": "1", "answers": {"exercise2": answer}}
    (marked,) = hw.mark(practical, [hw.Submission.model_validate(submission)])
    assert [problem.text.split(":")[0] for problem in marked.problems] == ["answers.exercise2.steps[2].s_out"]
    assert marked.score == pytest.approx(15 - 15 / 11 / 12)


# Rows of what is asked for as one sum.


@pytest.mark.parametrize("share", [1.0, 0.25])
def test_changes_of_the_weights_for_each_sample_are_added_up(practical, share):
    way = TANH | {"reduction": "mean_late" if share < 1 else "sum"}
    answer = hw.practical("batch", 0.2, 6, **way)
    for step in answer["steps"]:
        delta_out, z, delta_i = (hw.read(step[name]) for name in ("delta_out", "z_i", "delta_i"))
        step["Delta_w"] = hw.written(share * delta_out[:, None] * z, 6)
        rows = [share * hw.np.outer(x, delta) for x, delta in zip(hw.X, delta_i, strict=True)]
        step["Delta_W"] = hw.written(hw.np.array(rows), 6)
    marked = hw.result(practical, answer)
    assert (marked.score, marked.method) == (15, "batch")
    assert marked.notes == ("Delta_w and Delta_W: a row for each sample; their sum is taken",)


@pytest.mark.parametrize("kind", [str, float])
def test_such_rows_may_be_numbers_or_text(practical, kind):
    answer = hw.practical("batch", 0.2, 5, **TANH)
    for step in answer["steps"]:
        delta_out, z = (hw.read(step[name]) for name in ("delta_out", "z_i"))
        step["Delta_w"] = [[kind(text) for text in row] for row in hw.written(delta_out[:, None] * z, 5)]
    marked = hw.result(practical, answer)
    assert marked.score == pytest.approx(15)
    assert marked.notes == ("Delta_w: a row for each sample; their sum is taken",)


def test_an_error_in_such_a_row_stays_one(practical):
    answer = hw.practical("batch", 0.2, 6, **TANH)
    step = answer["steps"][1]
    delta_out, z = (hw.read(step[name]) for name in ("delta_out", "z_i"))
    rows = delta_out[:, None] * z
    rows[2] += 0.31234
    step["Delta_w"] = hw.written(rows, 6)
    marked = hw.result(practical, answer)
    assert set(hw.faulty(marked)) == {((1,), "Delta_w")}


@pytest.mark.parametrize("odd", ["NaN", "many", True, None, [1], "1e400", "1e99"])
def test_rows_that_cannot_be_added_up_are_left_as_they_are(practical, odd):
    answer = hw.practical("batch", 0.2, 6, **TANH)
    answer["steps"][1]["Delta_w"] = [["0.1", "0.2", "0.3"]] * 3 + [["0.1", odd, "0.3"]]
    marked = hw.result(practical, answer)
    assert hw.at(marked, "Delta_w", 1).status == "invalid"
    assert marked.score < 15


@pytest.mark.parametrize(
    "rows",
    [
        [["0.1", "0.2", "0.3"], ["0.1", "0.2", "0.3"], ["0.1", "0.2"], ["0.1", "0.2", "0.3"]],
        [["0.1", "0.2", "0.3"], ["0.1", "0.2", "0.3", "0.4"], ["0.1", "0.2", "0.3"], ["0.1", "0.2", "0.3"]],
        [["0.1", "0.2", "0.3"], "0.2", ["0.1", "0.2", "0.3"], ["0.1", "0.2", "0.3"]],
        [["0.1", "0.2", "0.3"], [], ["0.1", "0.2", "0.3"], ["0.1", "0.2", "0.3"]],
    ],
)
def test_rows_of_different_lengths_are_not_added_up(practical, rows):
    answer = hw.practical("batch", 0.2, 6, **TANH)
    answer["steps"][1]["Delta_w"] = rows
    marked = hw.result(practical, answer)
    assert hw.at(marked, "Delta_w", 1).status == "invalid"
    assert not any("sum" in note for note in marked.notes)


@pytest.mark.parametrize("start", [{"x_1": 1, "x_2": "0", "x_3": "1.0"}, {"x_2": 0, "x_3": 1}])
def test_the_start_values_as_a_step_of_their_own(start):
    """Many a table begins with what is given; then it has one step more than the exercise asks for."""
    x = [1.0, 0.0, 1.0]
    page = []
    for iteration in range(4):
        page.append({"iteration": iteration} | {f"x_{i}": f"{x[i - 1]:.4f}" for i in (1, 2, 3)})
        x[0] = (1 - 3 * x[1] + 5 * x[2]) / 12
        x[1] = (28 - x[0] - 3 * x[2]) / 5
        x[2] = (76 - 3 * x[0] - 7 * x[1]) / 13
    page[0] = {"iteration": 0} | start
    key = load_key(ROOT / "answer_keys" / "gauss_seidel.toml")
    marked = hw.result(key, {"steps": page}, "linear_system")
    assert marked.score == 9
    assert [note for note in marked.notes if "only the start values" in note]
    page[0]["x_2"] = "0.5"  # no start value: then it is the first step, and the last is one too many
    assert hw.result(key, {"steps": page}, "linear_system").score < 9


def _euler(rows: int) -> list[dict[str, object]]:
    """Work y' = 2 − exp(−4 t) − 2 y from y(0) = 1 in steps of 0.1, below a row with the start value."""
    page: list[dict[str, object]] = [{"n": 0, "y": "1"}]
    y = 1.0
    for n in range(rows):
        f = 2 - math.exp(-0.4 * n) - 2 * y
        y += 0.1 * f
        page.append({"n": n + 1, "f": f"{f:.7f}", "y": f"{y:.7f}"})
    return page


def test_a_row_of_start_values_in_a_table_that_is_not_full():
    """Whoever counts the start values as the first of the five steps has left out the last one, no more."""
    key = load_key(ROOT / "answer_keys" / "euler.toml")
    page = _euler(4)
    marked = hw.result(key, {"steps": page}, "euler_steps")
    assert marked.score == 8
    assert {field.status for field in marked.fields if field.step != {"n": 4}} == {"correct"}
    assert "n 0: only the start values; the one after it is read as the first" in marked.notes
    # Another start value is none of the exercise's, and a row with a slope in it holds work.
    for first in ({"n": 0, "y": "1.5"}, {"n": 0, "f": "-1", "y": "1"}):
        other = hw.result(key, {"steps": [first, *page[1:]]}, "euler_steps")
        assert not [note for note in other.notes if "only the start values" in note]


def test_a_row_of_start_values_before_the_condition_to_stop_holds():
    """A table without a fixed end has room for one row more: Jacobi's method stops after thirteen."""
    page: list[dict[str, object]] = []
    x = y = z = w = 0.0
    for iteration in range(14):
        page.append(
            {"iteration": iteration, **{k: f"{v:.6f}" for k, v in zip("xyzw", (x, y, z, w), strict=True)}}
        )
        x, y, z, w = (
            (18 - 5 * y + 3 * z - w) / 13,
            (13 - 2 * x - z + 4 * w) / 12,
            (29 - 3 * x + 4 * y - w) / 10,
            (31 - 2 * x - y + 3 * z) / 9,
        )
    key = load_key(ROOT / "answer_keys" / "jacobi.toml")
    assert hw.result(key, {"steps": page}, "jacobi_system").score == 13
