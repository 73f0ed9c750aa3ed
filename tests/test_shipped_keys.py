"""The keys that ship: the audit is green, an honest hand-in has full marks, each mistake is found."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from shared import ROOT, SHIPPED_KEYS
from simulate import Rounding, Student

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.schemas.key import TraceQuestion
from grader.schemas.submission import Submission
from grader.solver import make_plans, solve
from grader.solver.audit import audit
from grader.solver.printed import numbers_in_print

# Of these test_marking.py and test_formula.py know every mistake; here one is enough.
PRACTICALS = {"practical1", "practical1_strict"}


@cache
def key(name):
    return load_key(ROOT / "answer_keys" / f"{name}.toml")


def traces(name):
    return [question for question in key(name).key.question if isinstance(question, TraceQuestion)]


def default_plan(name, question):
    return key(name).layouts[question.id][next(iter(question.method))].plan


def marked(name, question, *students):
    submissions = [Submission(student="s", answers={question.id: each.answer()}) for each in students]
    results = [each.result("s.json") for each in mark(key(name), submissions)]
    return [next(q for q in result.questions if q.question == question.id) for result in results]


def mistakes():
    for name in SHIPPED_KEYS:
        for question in traces(name):
            plan = default_plan(name, question)
            known = plan.mistakes[:1] if name == "practical1" else plan.mistakes
            usual = {line.field: line.tree(plan.default_choice) for line in plan.lines}
            for mistake in known:
                shown = [f for f, line in mistake.lines.items() if line.tree(plan.default_choice) != usual[f]]
                for field in shown:
                    yield pytest.param(name, question, mistake, field, id=f"{name}-{mistake.name}-{field}")


def test_no_two_keys_share_a_question_or_an_id():
    # A hand-in that names no assignment is matched by the ids of its questions.
    ids = Counter(question.id for name in SHIPPED_KEYS for question in key(name).key.question)
    assert [twice for twice, count in ids.items() if count > 1] == []
    assert len({key(name).key.id for name in SHIPPED_KEYS}) == len(SHIPPED_KEYS)


# The error after Mazur's first step is not that of the weights he prints.
def test_mazurs_second_error_is_the_one_with_updated_weights_in_the_hidden_delta():
    (question,) = traces("backpropagation")
    plan = default_plan("backpropagation", question)
    faulty = next(each for each in plan.mistakes if each.name == "new_weights").lines["delta_h"]
    written = Student(plan, faults={"delta_h": faulty.tree(plan.default_choice)}).trace()
    assert f"{written[1]['E_total']:.9f}" == "0.291027924"
    assert f"{Student(plan).trace()[1]['E_total']:.9f}" == "0.291027774"


# The source prints every 200th iteration, of which only the first stands in the key.
def test_logistic_regression_goes_on_as_it_is_printed():
    (question,) = traces("logistic_regression")
    longer = question.method["batch"].model_copy(update={"loop": {"iteration": 401}})
    plan = make_plans(question.model_copy(update={"method": {"batch": longer}}))["batch"]
    trace = solve(plan, {}, {})
    printed = {0: "0.647499 0.0750 0.0000", 200: "0.324548 0.7819 -2.2807", 400: "0.236686 1.1202 -3.5519"}
    for t, line in printed.items():
        assert f"{trace['J'][t]:.6f} {trace['w'][t]:.4f} {trace['b'][t]:.4f}" == line


@pytest.mark.parametrize("name", SHIPPED_KEYS)
def test_the_audit_finds_nothing_that_the_key_does_not_know(name):
    assert audit(key(name).key).open == ()


@pytest.mark.parametrize("name", [name for name in SHIPPED_KEYS if name not in PRACTICALS])
def test_numbers_in_print_are_compared(name):
    (question,) = traces(name)
    plan = key(name).layouts[question.id][question.published.method or next(iter(question.method))].plan
    assert sum(1 for _ in numbers_in_print(plan, question.published)) >= 3
    assert sum(each.printed for each in audit(key(name).key).checked) >= 3


@pytest.mark.parametrize("name", SHIPPED_KEYS)
@pytest.mark.parametrize("decimals", [None, 4, 6])
def test_a_perfect_hand_in_gets_full_marks(name, decimals):
    for question in traces(name):
        for layout in key(name).layouts[question.id].values():
            (result,) = marked(name, question, Student(layout.plan, rounding=Rounding(decimals)))
            assert {field.status for field in result.fields} == {"correct"}
            assert result.score == pytest.approx(question.points)


@pytest.mark.parametrize("name", [name for name in SHIPPED_KEYS if name not in PRACTICALS])
def test_every_option_gets_full_marks(name):
    for question in traces(name):
        plan = default_plan(name, question)
        for group, options in plan.choices.items():
            students = [Student(plan, {group: option}, rounding=Rounding(6)) for option in options]
            for option, result in zip(options, marked(name, question, *students), strict=True):
                assert result.score == pytest.approx(question.points)
                assert result.choices[group] == option


@pytest.mark.parametrize(("name", "question", "mistake", "field"), [*mistakes()])
def test_a_mistake_of_the_key_is_found_at_its_line(name, question, mistake, field):
    line = mistake.lines[field]
    plan = default_plan(name, question)
    student = Student(plan, rounding=Rounding(8), faults={field: line.tree(plan.default_choice)})
    (result,) = marked(name, question, student)
    assert student.own_changes()
    blamed = [each for each in result.fields if each.status == "mistake"]
    assert {(each.field, each.cause) for each in blamed} == {(field, mistake.name)}
    assert all(each.message.startswith(mistake.says.rstrip(".")) for each in blamed)
    assert result.score < question.points
    assert {each.field for each in result.fields if each.status not in {"correct", "follows"}} == {field}


@pytest.mark.parametrize("name", [name for name in SHIPPED_KEYS if name not in PRACTICALS])
def test_zeros_earn_little(name):
    # A filler must not pass for work; where zeros are right values, as in the perceptron's, they count.
    for question in traces(name):
        plan = default_plan(name, question)
        answer = {
            "method": plan.method,
            "steps": [
                {**labels, **{line.field: np.zeros(line.shape).tolist() for line in plan.lines}}
                for labels in plan.steps
            ],
        }
        (result,) = mark(key(name), [Submission(student="s", answers={question.id: answer})])
        assert result.result("s.json").score < question.points / 2
