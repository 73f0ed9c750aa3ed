"""Two fields in each other's place: a slip in both lines, by the contract "one position away"."""

from itertools import product

import handworked as hw
import pytest
from shared import TANH, ready_key

PAIRS = [
    ("s_out", "L"),
    ("delta_out", "L"),
    ("s_i", "delta_i"),
    ("z_i", "delta_i"),
    ("delta_i", "w"),
    ("Delta_w", "w"),
    ("Delta_W", "W"),
]
SLIP = 15 / 12 / 11 / 2  # half of a line


def exchanged(answer, first, second, steps):
    for t in steps:
        step = answer["steps"][t]
        step[first], step[second] = step[second], step[first]
    return answer


def worked(digits=5, method="online", **ways):
    return hw.practical(method, 0.2, digits, **(ways or TANH))


@pytest.mark.parametrize("digits", [4, 7])
def test_what_stands_in_each_others_place_is_named(practical, digits):
    cases = list(product(PAIRS, (0, 5, 11)))
    answers = [exchanged(worked(digits), *pair, [t]) for pair, t in cases]
    for (pair, t), marked in zip(cases, hw.results(practical, answers), strict=True):
        labels = (t // 4, t % 4)
        assert hw.faulty(marked) == {(labels, name): "slip" for name in pair}, (pair, t)
        assert {hw.at(marked, name, *labels).cause for name in pair} == {"fields_exchanged"}
        assert marked.score == pytest.approx(15 - 2 * SLIP)
        first, second = sorted(pair, key=hw.FIELDS.index)
        says = f"{first} and {second} stand in each other's place"
        assert hw.at(marked, pair[0], *labels).message == says


def test_two_columns_exchanged_throughout(practical):
    pairs = (*PAIRS, ("s_out", "z_out"))
    answers = [exchanged(worked(6), *pair, range(12)) for pair in pairs]
    for pair, marked in zip(pairs, hw.results(practical, answers), strict=True):
        first, second = sorted(pair, key=hw.FIELDS.index)
        assert hw.faulty(marked) == {((0, 0), name): "slip" for name in pair}
        assert {f.field for f in marked.fields if f.status == "follows"} == {*pair}
        assert marked.score == pytest.approx(15 - 2 * SLIP)  # their heads are one slip
        says = f"{first} and {second} stand in each other's place in all steps; that is charged once"
        assert says in marked.notes


def test_two_columns_exchanged_in_all_steps_but_one_are_no_exchange_of_their_heads(practical):
    marked = hw.result(practical, exchanged(worked(6), "Delta_w", "w", range(11)))
    assert {f.status for f in marked.fields if f.field == "w" and f.step["iteration"] < 2} == {"slip"}
    assert marked.score == pytest.approx(15 - 22 * SLIP)


def test_rows_of_a_batch(practical):
    answer = exchanged(worked(6, "batch"), "z_i", "delta_i", [1])
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {((1,), "z_i"): "slip", ((1,), "delta_i"): "slip"}


def test_two_wrong_numbers_are_not_an_exchange(practical):
    answer = worked(6)
    answer["steps"][3] |= {"s_out": "0.811223", "L": "0.477312"}
    marked = hw.result(practical, answer)
    assert {f.cause for f in marked.fields if f.status == "slip"} <= {"unused"}


def test_an_exchange_and_an_error_each_cost_their_own(practical):
    wrong = {(6, "z_out"): lambda now: now.s_out * 0 + 0.654321}
    answer = hw.practical("online", 0.2, 6, wrong, {}, **TANH)
    exchanged(answer, "Delta_w", "w", [2])
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {
        ((0, 2), "Delta_w"): "slip",
        ((0, 2), "w"): "slip",
        ((1, 2), "z_out"): "wrong",
    }


def test_two_deltas_of_a_network():
    text = """
    id = "net"
    title = "A network of two layers"
    [[question]]
    id = "q"
    kind = "trace"
    points = 12
    [question.start]
    w_1 = 0.7
    w_2 = -0.4
    [question.method.m.loop]
    step = [{ x = 1.5, y = 0.3 }, { x = -0.8, y = 0.9 }, { x = 0.4, y = -0.2 }]
    [question.method.m.equations]
    z = "tanh(w_1*x)"
    o = "w_2*z"
    delta_2 = "o - y"
    delta_1 = "delta_2*w_2*(1 - z^2)"
    w_1 = "w_1 - 0.5*delta_1*x"
    w_2 = "w_2 - 0.5*delta_2*z"
    """
    key = ready_key(text)
    steps, w_1, w_2 = [], 0.7, -0.4
    for t, (x, y) in enumerate(((1.5, 0.3), (-0.8, 0.9), (0.4, -0.2))):
        z = hw.np.tanh(w_1 * x)
        o = w_2 * z
        delta_2 = o - y
        delta_1 = delta_2 * w_2 * (1 - z**2)
        w_1, w_2 = w_1 - 0.5 * delta_1 * x, w_2 - 0.5 * delta_2 * z
        numbers = {"z": z, "o": o, "delta_2": delta_2, "delta_1": delta_1, "w_1": w_1, "w_2": w_2}
        steps.append({"step": t} | {name: f"{value:.5f}" for name, value in numbers.items()})
    for pair in (("delta_1", "delta_2"), ("w_1", "w_2")):
        for t in range(3):
            answer = exchanged({"steps": [dict(step) for step in steps]}, *pair, [t])
            submission = {"assignment": "net", "student": "1", "answers": {"q": answer}}
            (marked,) = hw.mark(key, [hw.Submission.model_validate(submission)])
            assert hw.faulty(marked.result("f").questions[0]) == {((t,), name): "slip" for name in pair}


def test_an_exchange_that_is_none_is_left_out_and_the_others_stand(practical):
    """At L stands s_out of that step, at s_out no L but anything: looked at as an exchange, and then left."""
    none = {"s_out": "0.754321", "L": worked(6)["steps"][9]["s_out"]}
    one, both = worked(6), exchanged(worked(6), "Delta_w", "w", [2])
    for answer in (one, both):
        answer["steps"][9] |= none
    alone, beside = hw.results(practical, [one, both])
    assert {f.cause for f in alone.fields} & {"fields_exchanged"} == set()
    assert hw.faulty(alone).keys() == {((2, 1), "s_out"), ((2, 1), "L")}
    assert hw.faulty(beside) == hw.faulty(alone) | {((0, 2), "Delta_w"): "slip", ((0, 2), "w"): "slip"}
    assert {hw.at(beside, name, 0, 2).cause for name in ("Delta_w", "w")} == {"fields_exchanged"}
