"""What marking says of a line: exact, without a value or an equation in a student's own check."""

import re
from itertools import product

import numpy as np
import pytest
from shared import ROOT, TANH, practical_key, practical_plan
from simulate import Rounding, Student
from written import student_page

from grader.cli.keyring import load_key
from grader.expressions import Real, evaluate, parse
from grader.marking.mark import mark
from grader.marking.wording.equations import equation, tidy
from grader.schemas.submission import Submission
from grader.trials.students import Student as Made
from grader.trials.students import write_pages


def answer(choice=None, method="online", digits=6, **more):
    plan = practical_plan(method)
    return Student(plan, choice or TANH, {"alpha": 0.2}, Rounding(digits), **more).answer()


def marked(given, *, reveal=True):
    submission = Submission(student="s", assignment="practical1", answers={"exercise2": given})
    return mark(practical_key(), [submission])[0].result("s.json", reveal=reveal)


def lines(given, *, reveal=True):
    """Return the lines with something to say, by step number and field."""
    (trace,) = [q for q in marked(given, reveal=reveal).questions if q.question == "exercise2"]
    width = len(practical_plan("online").lines)
    return {(i // width, line.field): line for i, line in enumerate(trace.fields) if line.message}


def messages(given, *, reveal=True):
    return {place: line.message for place, line in lines(given, reveal=reveal).items()}


# --- equations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("1 * d * z", "d * z"),
        ("d * 1 * r", "d * r"),
        ("w + 1 * D", "w + D"),
        ("w + -1 * D", "w - D"),
        ("w + -a * D", "w - a * D"),
        ("w - -a * D", "w + a * D"),
        ("-1 * d * z", "-d * z"),
        ("1/4 * (z - y)", "1/4 * (z - y)"),
        ("-1 * (a + b)", "-(a + b)"),
    ],
)
def test_an_equation_has_no_factors_of_one(text, tidied):
    assert tidy(parse(text)) == parse(tidied)


@pytest.mark.parametrize("method", ["online", "batch"])
def test_a_tidy_equation_is_equal_to_the_keys(method):
    plan, random = practical_plan(method), np.random.default_rng(5)
    names = {line.field: random.normal(size=line.shape) for line in plan.lines}
    names |= {name: array[0] for name, array in plan.inputs.items()} | {"alpha": np.float64(0.3)}
    for options in product(*plan.choices.values()):
        choice = dict(zip(plan.choices, options, strict=True))
        for line in plan.lines:
            tree = line.tree(choice)
            right, tidied = (evaluate(each, names, Real()) for each in (tree, tidy(tree)))
            assert np.allclose(right, tidied, rtol=1e-14)


def test_the_equation_is_that_of_the_students_own_choices():
    plan = practical_plan("online")
    (line,) = [line for line in plan.lines if line.field == "delta_i"]
    said = {options: equation("delta_i", line.usual, options) for options in line.usual.trees}
    assert said == {
        ("published",): "delta_i = delta_out · relu'(s_i)",
        ("exact",): "delta_i = delta_out · w · relu'(s_i)",
    }


# --- messages -----------------------------------------------------------------------------------------------


def test_a_known_mistake_is_one_of_the_whole_line_and_names_the_equation():
    given = answer(faults={"delta_i": "delta_out * w + 0*s_i"})
    said = {
        message for (_, field), message in messages(given).items() if field == "delta_i" and "relu" in message
    }
    says = "The derivative of relu is missing: the delta of a hidden unit is 0 where its s_i is not positive"
    assert said == {f"{says}; the line should be delta_i = delta_out · w · relu'(s_i)"}
    assert says in messages(given, reveal=False).values()


def test_one_cause_over_two_fields_is_one_remark():
    faults = {"Delta_w": "-delta_out*z_i", "Delta_W": "-outer(x,delta_i)"}
    page = student_page(marked(answer(TANH | {"delta_sign": "step"}, faults=faults)))
    assert page.count("The learning rate alpha is forgotten") == 1
    assert "the lines should be Delta_w = -alpha · delta_out · z_i and Delta_W = -alpha · outer(" in page


def test_a_wrong_line_names_the_equation_and_what_it_gives():
    given = answer(errors={(0, "s_out"): lambda value: value + 0.2137})
    assert (
        messages(given)[0, "s_out"]
        == "you wrote 0.31229, but s_out = z_i @ w gives 0.09859 with your own z_i"
    )
    checked = messages(given, reveal=False)[0, "s_out"]
    assert checked == "you wrote 0.31229, which does not follow from the given w and your own z_i"


def test_a_whole_vector_stands_in_brackets():
    given = answer(digits=5, slips={(1, "z_i"): lambda value: -value})
    assert messages(given)[1, "z_i"].startswith("you wrote (-0.1")
    assert messages(given)[1, "z_i"].endswith("): the sign is wrong")


def test_a_slip_says_once_what_happened():
    given = answer(slips={(2, "s_out"): lambda value: -value, (5, "w"): lambda value: value / 10})
    said = messages(given)
    assert re.fullmatch(
        r"you wrote (-[\d.]+), where your own lines give [\d.]+: the sign is wrong", said[2, "s_out"]
    )
    assert said[5, "w"].count("decimal point") == 1
    assert re.fullmatch(r"you wrote -[\d.]+: the sign is wrong", messages(given, reveal=False)[2, "s_out"])
    page = student_page(marked(given))
    assert "(sign)" not in page
    assert page.count("the sign is wrong") == 1


def test_what_was_not_gone_on_with_is_said_so():
    given = answer(slips={(5, "delta_out"): lambda value: value + 0.0213})
    assert ", but went on with -0." in messages(given)[5, "delta_out"]
    assert messages(given, reveal=False)[5, "delta_out"].endswith(", but that is not what you went on with")


def test_beside_a_wrong_number_no_chance_slip_is_claimed():
    """Numbers that are wrong all over look like slips here and there."""
    random = np.random.default_rng(3)
    given = answer()
    for step in given["steps"]:
        for line in practical_plan("online").lines:
            step[line.field] = np.round(random.normal(size=line.shape), 3).tolist()
    wrong = [line.message for line in lines(given).values() if line.status == "wrong"]
    assert len(wrong) > 100
    assert not [m for m in wrong if re.search("digit|decimal point", m)]


def test_a_wrong_line_of_zeros_is_not_said_to_be_rightly_zero():
    given = answer()
    for step in given["steps"]:
        for line in practical_plan("online").lines:
            step[line.field] = np.zeros(line.shape).tolist()
    zero = [line for line in lines(given).values() if line.message.startswith("zero only because")]
    follows = [line for line in lines(given).values() if line.status == "follows" and not line.score]
    assert zero == follows != []


def test_a_check_names_no_equation():
    for fault in ({"delta_out": "z_out - y"}, {"L": "(z_out - y)^2"}, {"w": "w + Delta_w"}):
        revealed, told = (messages(answer(faults=fault), reveal=reveal).values() for reveal in (True, False))
        assert any(map(names_an_equation, revealed))
        assert any(told)
        assert not any(map(names_an_equation, told))


def names_an_equation(message):
    return "should be" in message or " gives " in message


def test_a_value_of_the_step_before_is_called_so():
    """What a key calls previous(x) is the student's x of one step earlier; in the first step it is given."""
    layout = load_key(ROOT / "answer_keys" / "jacobi.toml").layouts["jacobi_system"]["jacobi"]
    astray = dict.fromkeys([(0, "y"), (6, "z")], lambda values: np.full_like(values, 4.21))
    given = write_pages(layout.plan, [Made(errors=astray)]).answer(0)
    hand_in = Submission(student="s", assignment="jacobi", answers={"jacobi_system": given})
    (result,) = mark(load_key(ROOT / "answer_keys" / "jacobi.toml"), [hand_in])
    told = result.result("s.json", reveal=False).questions[0].fields
    said = [line.message for line in told if line.status == "wrong"]
    assert said == [
        "you wrote 4.21, which does not follow from the given z, w and x",
        "you wrote 4.21, which does not follow from your own w and the x and y of the step before",
    ]


@pytest.mark.parametrize("nothing", [None, "see the other sheet"])
def test_what_was_worked_out_is_not_called_the_students_own(nothing):
    errors = {(5, "s_i"): lambda s: s + 0.2137, (9, "delta_out"): lambda delta: delta + 0.2137}
    given = answer(errors=errors)
    for step in given["steps"]:
        step["W"] = step["s_out"] = step["z_out"] = nothing
    said, checked = messages(given), messages(given, reveal=False)
    assert re.search(r"gives \(.*\) with W worked out, as it is missing or cannot be read$", said[5, "s_i"])
    assert said[9, "delta_out"].endswith(
        " with s_out and z_out worked out, as they are missing or cannot be read"
    )
    assert checked[5, "s_i"].endswith("from the given x and W worked out, as it is missing or cannot be read")
    given["steps"][4]["W"] = answer(errors=errors)["steps"][4]["W"]
    assert messages(given)[5, "s_i"].endswith(" with your own W")
