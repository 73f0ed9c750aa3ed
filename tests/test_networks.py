"""Networks in ten lines: what the shorthand becomes, held against autograd, the practical and print."""

import copy
import json
import re
import tomllib
from functools import cache
from itertools import product
from pathlib import Path

import json_schema
import numpy as np
import pytest
from pydantic import ValidationError
from random_networks import draw, trained
from shared import practical_key
from simulate import Rounding, Student
from typer.testing import CliRunner

from grader.cli.app import app
from grader.cli.keyring import load_key
from grader.exchange.answer_keys.keys import read_key
from grader.marking.mark import mark, prepare
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key
from grader.schemas.network.expand import USUAL
from grader.schemas.submission import Submission
from grader.solver import make_plans, solve
from grader.solver.audit import audit
from grader.solver.telling import written_out

KEYS = Path(__file__).parent / "keys"
NAMES = sorted(path.stem for path in KEYS.glob("*network.toml"))


def key_of(question):
    return Key.model_validate({"id": "k", "question": [question]})


def plans_of(question):
    return make_plans(key_of(question).question[0])


@cache
def prepared(name):
    return load_key(KEYS / f"{name}.toml")


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


# --- against others ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(200))
def test_gradients_and_updates_are_those_of_autograd(seed):
    question = draw(seed)
    (plan,) = plans_of(question).values()
    trace = solve(plan, plan.default_choice, plan.default_given)
    steps = trained(question)
    assert len(steps) == len(plan.steps)
    network = question["network"]
    kind = network.get("change", "derivative")
    kind = kind[0] if isinstance(kind, list) else kind
    factor = {"derivative": 1.0, "step": -network["rate"], "scaled": network["rate"]}[kind]
    for t, step in enumerate(steps):
        np.testing.assert_allclose(np.ravel(trace["L"][t]), step["loss"], rtol=1e-9, atol=1e-12)
        for name, slope in step["slopes"].items():
            wanted = slope * (factor if network["update"] == "plain" else 1.0)
            np.testing.assert_allclose(trace[f"Delta_{name}"][t], wanted, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(trace[name][t], step["values"][name], rtol=1e-8, atol=1e-11)


def test_the_random_networks_have_everything_in_them():
    networks = [draw(seed)["network"] for seed in range(200)]
    for name, count in {"loss": 6, "update": 3, "batch": 3, "batch_loss": 3, "rows": 2}.items():
        assert len({each[name] for each in networks}) == count
    assert {len(each["sizes"]) for each in networks} == {2, 3, 4, 5}
    assert len({activation for each in networks for activation in each["activation"]}) == 7


@pytest.mark.parametrize("method", ["online", "batch"])
def test_the_practical_in_the_shorthand_gives_the_trace_of_its_key(method):
    plan = prepared("practical_network").layouts["exercise2"][method].plan
    written = practical_key().layouts["exercise2"][method].plan
    assert [line.field for line in plan.lines] == [line.field for line in written.lines]
    assert plan.steps == written.steps
    groups = written.choices
    assert {group: set(options) for group, options in plan.choices.items()} == {
        group: set(options) for group, options in groups.items()
    }
    for options in product(*groups.values()):
        choice = dict(zip(groups, options, strict=True))
        for alpha in (0.2, 0.05):
            one, other = (solve(each, choice, {"alpha": alpha}) for each in (plan, written))
            for name in other:
                np.testing.assert_allclose(one[name], other[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", ["online", "batch"])
def test_a_hand_in_for_the_practical_has_full_marks_by_either_key(method):
    plan = practical_key().layouts["exercise2"][method].plan
    choice = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"}
    answers = {"exercise2": Student(plan, choice, rounding=Rounding(4)).answer()}
    for by in (prepared("practical_network"), practical_key()):
        (result,) = mark(by, [Submission(student="s", answers=answers)])
        question = next(q for q in result.result("s.json").questions if q.question == "exercise2")
        assert question.score == pytest.approx(15)
        assert question.choices.items() >= choice.items()


# --- the audit and the marking of what it makes --------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_audit_proves_what_a_network_becomes(name):
    found = audit(prepared(name).key)
    assert found.open == ()
    assert all(len(each.claims) >= 4 for each in found.checked)


# Among them four whose activations are saturated at some of the points.
@pytest.mark.parametrize("seed", [17, 161, 171, 194, *range(0, 200, 29)])
def test_the_audit_proves_random_networks(seed):
    found = audit(key_of(draw(seed)))
    assert found.findings == ()
    assert found.checked[0].claims


def test_the_published_numbers_are_those_of_the_shorthand():
    assert audit(prepared("backpropagation_network").key).checked[0].printed == 16


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "rounding", [Rounding(4), Rounding(3, significant=True), Rounding(5, practice="full")]
)
def test_honest_hand_ins_lose_nothing(name, rounding):
    if name == "deep_network" and not rounding.significant:
        rounding = Rounding(9)  # Adam's mean of squares is 0.0000 in four decimals
    for question, methods in prepared(name).layouts.items():
        answers = [{question: Student(each.plan, rounding=rounding).answer()} for each in methods.values()]
        submissions = [Submission(student="s", answers=answer) for answer in answers]
        for result in mark(prepared(name), submissions):
            marked = result.result("s.json").questions[0]
            assert {each.status for each in marked.fields} <= {"correct", "follows"}


@pytest.mark.parametrize("name", ["backpropagation_network", "deep_network", "momentum_network"])
def test_each_usual_mistake_is_found_at_its_line(name):
    (question,) = prepared(name).layouts
    plan = next(iter(prepared(name).layouts[question].values())).plan
    lines = [(mistake, field) for mistake in plan.mistakes for field in mistake.lines]
    assert len(lines) >= 15
    students = [
        Student(plan, rounding=Rounding(8), faults={field: mistake.lines[field].tree(plan.default_choice)})
        for mistake, field in lines
    ]
    answers = [{question: student.answer()} for student in students]
    results = mark(prepared(name), [Submission(student="s", answers=each) for each in answers])
    for student, (mistake, field), result in zip(students, lines, results, strict=True):
        fields = result.result("s.json").questions[0].fields
        assert student.own_changes()
        blamed = {(each.field, each.cause) for each in fields if each.status == "mistake"}
        assert blamed == {(field, mistake.name)}


# --- what it became ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_equations_stand_in_for_the_shorthand(name, tmp_path):
    shown = run("solve", KEYS / f"{name}.toml", "--equations")
    assert shown.exit_code == 0
    pasted = tmp_path / "pasted.toml"
    pasted.write_text(f'id = "pasted"\n{shown.stdout}', encoding="utf-8")
    assert "network" not in tomllib.loads(shown.stdout)["question"][0]
    same_question(prepared(name).key.question[0], read_key(pasted).question[0])
    assert audit(read_key(pasted)).open == ()
    assert run("solve", pasted, "--equations").stdout == shown.stdout


def same_question(one, other):
    plans, others = make_plans(one), make_plans(other)
    assert plans.keys() == others.keys()
    for plan, twin in zip(plans.values(), others.values(), strict=True):
        assert [line.field for line in plan.lines] == [line.field for line in twin.lines]
        trace, same = (solve(p, p.default_choice, p.default_given) for p in (plan, twin))
        assert all(np.array_equal(trace[name], same[name]) for name in trace)
        lines = [
            {
                (m.name, m.says, m.credit, field, str(line.usual.trees))
                for m in p.mistakes
                for field, line in m.lines.items()
            }
            for p in (plan, twin)
        ]
        assert lines[0] == lines[1]
        forms = [{(line.field, form.name) for line in p.lines for form in line.forms} for p in (plan, twin)]
        assert forms[0] == forms[1]
        assert plan.choices == twin.choices
    assert all(one.method[name].claims == other.method[name].claims for name in plans)


def test_what_the_author_says_of_a_usual_mistake_is_written_out_and_what_cannot_be_told_is_not():
    own = {"no_half": {"credit": 0.9, "at_most": 1.5}, "ascent": {"says": "Downhill."}}
    table = small(network={"activation": ["relu", "identity"]}, mistake=own)
    for sample in table["network"]["samples"]:
        sample["x"] = [1.0, 0.5]  # relu changes nothing
    table["start"] |= {"W_1": [[0.2, 0.4], [0.5, 0.1]], "b_1": [0.1, 0.2]}
    question = key_of(table).question[0]
    plans = make_plans(question)
    written = written_out(question, plans)
    assert "network" not in written
    assert {name: table["credit"] for name, table in written["mistake"].items()}["no_half"] == 0.9
    assert written["mistake"]["no_half"]["at_most"] == 1.5
    assert written["mistake"]["ascent"]["says"] == "Downhill."
    assert list(written["mistake"]) == [mistake.name for mistake in plans["online"].mistakes]
    assert 0 < len(written["mistake"]) < len(question.mistake)
    assert key_of(written).question[0].mistake["no_half"].at_most == 1.5


def test_a_key_without_a_shorthand_is_shown_as_it_is(tmp_path):
    path = Path(__file__).parent.parent / "answer_keys" / "practical1.toml"
    shown = run("solve", path, "--equations").stdout
    pasted = tmp_path / "pasted.toml"
    pasted.write_text(f'id = "pasted"\n{shown}', encoding="utf-8")
    same_question(practical_key().key.question[2], read_key(pasted).question[0])
    (table,) = tomllib.loads(shown)["question"]
    assert table == tomllib.loads(path.read_text(encoding="utf-8"))["question"][2]


def test_an_expanded_question_is_a_question_again():
    # A dumped key has both the network and what it made; nothing changes when it is read once more.
    question = prepared("practical_network").key.question[0]
    assert key_of(question.model_dump(exclude_unset=True)).question[0] == question


# --- what its author says beside it --------------------------------------------------------------------

SMALL = """
id = "small"
[[question]]
id = "q"
kind = "trace"
points = 10
[question.network]
sizes = [2, 2, 1]
activation = ["tanh", "identity"]
loss = "half_squared"
rate = 0.1
samples = [{ x = [1.0, 0.5], y = 1 }, { x = [-0.5, 1.0], y = 0 }]
[question.start]
W_1 = [[0.2, -0.4], [0.5, 0.1]]
b_1 = [0.1, 0.0]
W_2 = [0.7, 0.2]
b_2 = 0.3
"""


def small(**tables):
    question = tomllib.loads(SMALL)["question"][0]
    question["network"] |= tables.pop("network", {})
    return question | tables


def test_an_equation_of_the_authors_takes_the_place_of_the_networks():
    question = key_of(small(method={"online": {"equations": {"delta_1": "0 * s_1"}}})).question[0]
    assert question.method["online"].equations["delta_1"] == "0 * s_1"
    assert list(question.method["online"].equations) == list(
        key_of(small()).question[0].method["online"].equations
    )


def test_a_new_line_stands_behind_the_one_it_follows():
    own = {"method": {"online": {"equations": {"z_1": "tanh(s_1)", "double": "2 * z_1", "W_1": "W_1"}}}}
    names = list(key_of(small(**own)).question[0].method["online"].equations)
    assert names[names.index("double") - 1] == "z_1"
    at_end = {"method": {"online": {"equations": {"last": "L"}}}}
    assert list(key_of(small(**at_end)).question[0].method["online"].equations)[-1] == "last"


def test_mistakes_can_be_changed_added_and_left_out():
    mistake = {
        "no_half": {"credit": 0.9},
        "no_derivative": {"delta_1": "delta_2 * W_2 + 0"},
        "zero": {"says": "This is not 0.", "L": "0 * z_1 @ z_1"},
    }
    question = key_of(small(mistake=mistake, network={"credit": 0.25, "without": ["rate_twice"]})).question[0]
    assert question.mistake["no_half"].credit == 0.9
    assert question.mistake["no_half"].says.startswith("The loss has a factor")
    assert question.mistake["ascent"].credit == 0.25
    assert question.mistake["no_derivative"].equations("online")["delta_1"] == "delta_2 * W_2 + 0"
    assert question.mistake["zero"].equations("online") == {"L": "0 * z_1 @ z_1"}
    assert "rate_twice" not in question.mistake


def test_an_equation_of_a_mistake_is_for_all_methods_where_the_author_says_so():
    ways = {"batch": {"online": 1, "both": 2}}
    changed = {"bias_forgotten": {"s_1": "s_1 * 0 + b_1"}}
    question = key_of(small(network=ways, mistake=changed)).question[0]
    assert question.mistake["bias_forgotten"].equations("online")["s_1"] == "s_1 * 0 + b_1"
    assert question.mistake["bias_forgotten"].equations("both")["s_1"] == "s_1 * 0 + b_1"
    assert question.mistake["bias_forgotten"].equations("both")["s_2"] == "z_1 @ W_2"


def test_weights_choices_and_constants_are_the_questions_own():
    own = {
        "weights": {"L": 0},
        "choice": {"sign": {"a": {"sgn": "1"}, "b": {"sgn": "-1"}}},
        "method": {"online": {"equations": {"L": "sgn * (s_2 - y)^2 / 2"}}},
        "given": {"eta": {"default": 0.3}},
    }
    question = small(**own)
    del question["network"]["rate"]
    (plan,) = plans_of(question).values()
    assert plan.choices == {"sign": ("a", "b")}
    assert plan.default_given == {"eta": 0.3}
    assert next(line.points for line in plan.lines if line.field == "L") == 0


def test_what_stands_among_the_constants_is_not_trained():
    question = small(constants={"b_1": 0.5})
    del question["start"]["b_1"]
    (plan,) = plans_of(question).values()
    fields = {line.field for line in plan.lines}
    assert "b_1" not in fields
    assert "Delta_b_1" not in fields
    assert {"b_2", "Delta_b_2", "W_1"} <= fields


def test_usual_mistakes_that_cannot_be_told_are_left_out_and_the_authors_own_are_not():
    # All inputs to the relu units are positive, in the key's own numbers and in those near them.
    question = small(
        network={"activation": ["relu", "identity"]}, mistake={"mine": {"says": "No.", "z_1": "s_1"}}
    )
    for sample in question["network"]["samples"]:
        sample["x"] = [1.0, 0.5]
    question["start"] |= {"W_1": [[0.2, 0.4], [0.5, 0.1]], "b_1": [0.1, 0.2]}
    (plan,) = plans_of(question).values()
    names = {mistake.name for mistake in plan.mistakes}
    assert {"no_derivative", "activation_left_out", "s_for_z"} & names == set()
    assert "activation_left_out" in key_of(question).question[0].mistake
    assert "mine" in names
    assert [finding.place for finding in audit(key_of(question)).open] == ["q, method online, mistake mine"]


def test_a_probability_rounded_to_one_has_a_loss():
    # 0 · log 0 is nothing a person would write; the equation must not stumble over it.
    question = small(network={"loss": "binary_cross_entropy", "activation": ["tanh", "sigmoid"]})
    question["network"]["samples"][1]["y"] = 1
    question["start"]["b_2"] = 20.0
    plan = plans_of(question)["online"]
    trace = Student(plan, rounding=Rounding(4)).trace()
    assert trace[0]["z_2"] == 1
    assert trace[0]["L"] == 0
    answers = {"q": Student(plan, rounding=Rounding(4)).answer()}
    (result,) = mark(prepare(key_of(question)), [Submission(student="s", answers=answers)])
    assert {f.status for f in result.result("s.json").questions[0].fields} <= {"correct", "follows"}


# --- faults --------------------------------------------------------------------------------------------

FAULTS = tomllib.loads((KEYS / "network_faults.toml").read_text(encoding="utf-8"))["fault"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["new"] or "nothing" for fault in FAULTS])
def test_faults_are_told_in_the_words_of_the_shorthand(fault, tmp_path):
    assert SMALL.count(fault["old"]) == 1
    path = tmp_path / "key.toml"
    path.write_text(SMALL.replace(fault["old"], fault["new"]), encoding="utf-8")
    with pytest.raises(KeyFault) as raised:
        load_key(path)
    sentences = [line for line in str(raised.value).split("\n") if not line.startswith("    ")]
    assert [re.sub(r"^.*?(?=question\[)", "", sentence) for sentence in sentences] == [fault["says"]]


def test_one_bias_for_all_units_of_a_softmax_layer_trains_nothing():
    question = draw(
        next(seed for seed in range(200) if draw(seed)["network"]["loss"] == "softmax_cross_entropy")
    )
    last = len(question["network"]["sizes"]) - 1
    question["network"]["biases"][-1] = True
    question["start"][f"b_{last}"] = 0.5
    with pytest.raises(ValidationError, match=f"softmax is the same for every b_{last} that all units share"):
        key_of(question)
    question["constants"] = {f"b_{last}": question["start"].pop(f"b_{last}")}
    assert audit(key_of(question)).open == ()


def test_a_choice_of_the_reduction_needs_batches_of_one_size():
    network = {"batch": {"two": 2, "all": "all"}, "batch_loss": ["sum", "mean"]}
    question = small(network=network)
    question["network"]["samples"] *= 2
    with pytest.raises(ValidationError, match="a choice of it needs batches of one size, found 2, 4"):
        key_of(question)


# --- the schema of a key -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_keys_with_a_network_follow_the_schema(name):
    schema = json.loads(run("schema", "key").stdout)
    document = tomllib.loads((KEYS / f"{name}.toml").read_text(encoding="utf-8"))
    assert list(json_schema.faults(document, schema)) == []
    broken = copy.deepcopy(document)
    broken["question"][0]["network"]["loss"] = "half_square"
    assert list(json_schema.faults(broken, schema)) != []
    # An author may write only what differs of a table that the network makes.
    document["question"][0] |= {"mistake": {"no_half": {"credit": 0.8}}, "method": {"online": {"claims": {}}}}
    assert list(json_schema.faults(document, schema)) == []


def test_every_usual_mistake_is_made_by_some_network():
    made = {name for seed in range(60) for name in key_of(draw(seed)).question[0].mistake}
    assert made == USUAL.keys()
