"""Formulas marked from a key alone: of other fields than the practical's, by derivatives."""

import tomllib

import pytest
from shared import practical_key

from grader.marking.formula_audit import audit_formulas
from grader.marking.mark import mark, prepare
from grader.marking.part_mark import PartMark
from grader.marking.part_marks import mark_parts
from grader.marking.pending import text_of, waiting
from grader.schemas.key import Key
from grader.schemas.results import Status
from grader.schemas.submission import Submission

QUADRATIC = """
id = "quadratic"
[[question]]
id = "form"
kind = "formula"
points = 4
vectors = { x = 3, b = 3 }
matrices = { A = [3, 3] }
definitions = { f = "x^T A x / 2 - b^T x" }
[[question.part]]
id = "gradient"
points = 4
answer = "df/dx"
mistake.symmetric = { credit = 0.5, says = "A need not be symmetric", answer = "A x - b" }
"""

SOFTMAX = """
id = "softmax"
[[question]]
id = "loss"
kind = "formula"
points = 2
vectors = { a = 5 }
indices = { i = 5, c = 5 }
kronecker = "delta"
[question.definitions]
q = "softmax(a)"
H = "-log(q_c)"
[[question.part]]
id = "gradient"
points = 2
answer = "dH/da_i"
"""

LIKELIHOOD = """
id = "likelihood"
[[question]]
id = "normal"
kind = "formula"
points = 6
numbers = ["mu", "sigma", "x"]
positive = ["sigma"]
[question.definitions]
l = "-log(sigma) - (x - mu)^2 / (2 sigma^2)"
[[question.part]]
id = "by_mean"
points = 3
answer = "dl/dmu"
[[question.part]]
id = "by_deviation"
points = 3
answer = "dl/dsigma"
"""


def results(key, **answers):
    prepared = key if not isinstance(key, str) else prepare(Key.model_validate(tomllib.loads(key)))
    marked = mark(prepared, [Submission(student="s", answers=answers)])[0].result("s.json")
    return {f"{q.question}.{f.field}": f for q in marked.questions for f in q.fields}, marked


def one(key, question, part, text):
    found, _ = results(key, **{question: {part: text}})
    return found[f"{question}.{part}"]


@pytest.mark.parametrize(
    ("key", "question", "part", "text"),
    [
        (QUADRATIC, "form", "gradient", r"\frac12 (A + A^T) x - b"),
        (QUADRATIC, "form", "gradient", "A x / 2 + A^T x / 2 - b"),
        (SOFTMAX, "loss", "gradient", "q_i - delta_{ic}"),
        (SOFTMAX, "loss", "gradient", r"\frac{e^{a_i}}{\sum_k e^{a_k}} - 1[i = c]"),
        (SOFTMAX, "loss", "gradient", "i = c: q_i - 1; i != c: q_i"),
        (LIKELIHOOD, "normal", "by_mean", r"\frac{x - \mu}{\sigma^2}"),
        (LIKELIHOOD, "normal", "by_deviation", "((x - mu)^2 - sigma^2) / sigma^3"),
    ],
)
def test_right_forms_of_gradients_that_nobody_wrote_down(key, question, part, text):
    field = one(key, question, part, text)
    assert (field.status, field.score) == ("correct", field.max_score), field.message


@pytest.mark.parametrize(
    ("text", "says"),
    [("(x - sigma) / sigma^2", "mu belongs"), ("(x - mu) / sigma", "the factor sigma is one too many")],
)
def test_a_reason_without_values_is_the_reason_all_the_same(text, says):
    prepared = prepare(Key.model_validate(tomllib.loads(LIKELIHOOD)))
    (marked,) = mark(prepared, [Submission(student="s", answers={"normal": {"by_mean": text}})])
    told, hidden = (
        marked.result("f", reveal=reveal).questions[0].fields[0].message for reveal in (True, False)
    )
    assert says in hidden
    assert told.startswith(hidden)


def test_what_waits_is_the_text_of_its_own_part():
    asked = [
        {
            "id": name,
            "kind": "text",
            "points": 2,
            "part": [{"id": f"{name}_{i}", "points": 1} for i in (1, 2)],
        }
        for name in ("a", "b")
    ]
    prepared = prepare(Key.model_validate({"id": "k", "question": asked}))
    answers = {"a": {"a_1": "one", "a_2": ""}, "b": {"b_2": "four"}}
    submission = Submission(student="s", answers=answers)
    told = [(each.question, each.part.id, each.text) for each in waiting(prepared, submission)]
    assert told == [("a", "a_1", "one"), ("b", "b_2", "four")]
    assert text_of(prepared.key, submission, "b", "b_1") == ""
    assert text_of(prepared.key, submission, "b", None) is None  # which of two?
    assert text_of(prepared.key, submission, "c", "b_1") is None


def test_a_formula_is_shown_as_it_was_read():
    assert one(LIKELIHOOD, "normal", "by_mean", r"\frac{x - \mu}{\sigma^2}").read == "(x - mu)/sigma^2"
    assert one(LIKELIHOOD, "normal", "by_mean", "2 x sigma").read == "2*x*sigma"


@pytest.mark.parametrize(
    ("key", "question", "part", "text", "status", "cause", "says"),
    [
        (QUADRATIC, "form", "gradient", "A x - b", "mistake", "symmetric", "need not be symmetric"),
        (QUADRATIC, "form", "gradient", "b - (A + A^T) x / 2", "wrong", "sign", "wrong sign"),
        (QUADRATIC, "form", "gradient", "(A + A^T) x - 2 b", "wrong", "constant_factor", "2 times"),
        (SOFTMAX, "loss", "gradient", "q_i", "wrong", None, "not equal"),
        (LIKELIHOOD, "normal", "by_mean", "(x - mu) / sigma", "wrong", "factor_too_many", "sigma"),
        (LIKELIHOOD, "normal", "by_mean", "(x - sigma) / sigma^2", "slip", "symbol_exchanged", "mu belongs"),
    ],
)
def test_reasons_for_wrong_ones(key, question, part, text, status, cause, says):
    field = one(key, question, part, text)
    assert field.status == status, field.message
    assert field.cause == cause, field.message
    assert says in field.message


UNREADABLE = ["x +", "(x", "x $$ y", "import os", "foo(x)", "__class__", "9^9^9^9", "x" * 5000]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_invalid_with_its_place(text):
    found, marked = results(LIKELIHOOD, normal={"by_mean": text})
    assert found["normal.by_mean"].status == "invalid"
    assert any(p.startswith("answers.normal.by_mean: ") for p in marked.problems)


def test_an_exchanged_symbol_is_charged_once():
    answers = {
        "dL_dW_out": "(y_out - s_out) f_3'(s_out) z_2",
        "dL_dW_2": "(y_out - s_out) f_3'(s_out) W_out f_2'(s_2) z_1",
        "dL_dW_1": "(y_out - s_out) f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in",
    }
    found, _ = results(practical_key(), exercise1=answers)
    fields = [found[f"exercise1.{part}"] for part in answers]
    assert [f.status for f in fields] == ["slip"] * 3
    assert [f.score for f in fields] == [2, 4, 4]
    assert all("s_out" in f.message and "y_gt" in f.message for f in fields)


@pytest.mark.parametrize(
    ("exchanges", "scores", "more"),
    [
        ((None, None), [1.5, 1.5], ""),
        ((("s", "t"), None), [1.5, 1.5], ""),
        ((("s", "t"), ("t", "s")), [1.5, 1.5], ""),
        ((("s", "t"), ("s", "t")), [1.5, 3], "; charged above, once"),
    ],
)
def test_the_same_exchange_costs_the_first_part_only(exchanges, scores, more):
    (question,) = Key.model_validate(tomllib.loads(LIKELIHOOD)).question
    slips = [PartMark(Status.SLIP, 0.5, None, "with values", "without", each) for each in exchanges]
    (marked,) = mark_parts(question, [tuple(slips)])
    assert marked.score == sum(scores)
    for reveal, said in ((True, "with values"), (False, "without"), (True, "with values")):
        result = marked.result(reveal=reveal)
        assert (result.score, [f.score for f in result.fields]) == (sum(scores), scores)
        assert [f.message for f in result.fields] == [said, said + more]


@pytest.mark.parametrize(
    "text",
    [
        "(y_out - y_gt) * f_3'(s_out) * z_2",
        r"(y_{out}-y_{gt}) f'_3(s_{out}) z_2",
        r"(z_{\text{out}} - y_{gt})\, f_3^\prime(s_{out}) \cdot f_2(s_2)",
        r"\frac{\partial L}{\partial W_{out}} = \delta_{out} z_2",
        r"$\left(f_3(W_{out} z_2) - y_{gt}\right) \frac{\partial f_3(s_{out})}{\partial s_{out}} z_2$",
        "(yout - ygt) f3'(sout) z2",
    ],
)
def test_any_mixture_of_names_is_right(text):
    field = one(practical_key(), "exercise1", "dL_dW_out", text)
    assert field.status == "correct", field.message


@pytest.mark.parametrize(
    "text",
    [
        "dL/dW_2",
        r"\frac{\partial L}{\partial W_2}",
        r"\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial W_2}",
        "2 dL/dW_2 / 2",
        "-(-dL/dW_2) + z_1 - z_1",
    ],
)
def test_what_only_names_the_question_earns_nothing(text):
    field = one(practical_key(), "exercise1", "dL_dW_2", text)
    assert (field.status, field.cause, field.score) == ("wrong", "not_worked_out", 0)
    assert "work it out" in field.message


@pytest.mark.parametrize(
    "text", ["delta_2 z_1", "dL/ds_2 z_1", "dL/dz_2 f_2'(s_2) z_1", "delta_out W_out f_2'(s_2) z_1"]
)
def test_a_delta_that_the_sheet_allows_need_not_be_worked_out(text):
    assert one(practical_key(), "exercise1", "dL_dW_2", text).status == "correct"


def test_a_missing_factor_is_named():
    field = one(practical_key(), "exercise1", "dL_dW_2", "(y_out - y_gt) f_3'(s_out) f_2'(s_2) z_1")
    assert (field.status, field.cause, field.score) == ("mistake", "no_outer_weight", 2)


def test_check_shows_no_value_of_the_right_formula():
    prepared = practical_key()
    submission = Submission(student="s", answers={"exercise1": {"dL_dW_2": "z_1 + 1"}})
    plain = mark(prepared, [submission])[0].result("s.json", reveal=False)
    message = next(f.message for q in plain.questions for f in q.fields if f.field == "dL_dW_2")
    assert "should be" not in message


def test_the_audit_finds_the_published_faults_without_being_told():
    key = practical_key().key
    findings = {finding.place: finding.says for finding in audit_formulas(key).findings}
    assert "the factor W_out is missing" in findings["exercise1, dL_dW_2, published formula"]
    assert "the factors W_2 and W_out are missing" in findings["exercise1, dL_dW_1, published formula"]
    assert "it is not dL/do_j" in findings["exercise3, dL_do_j, published formula"]
    assert len(findings) == 3


def test_a_finding_moves_with_the_key():
    changed = tomllib.loads(LIKELIHOOD)
    part = changed["question"][0]["part"][0]
    part["published"] = {"formula": "(x - mu) / sigma^2"}
    assert not audit_formulas(Key.model_validate(changed)).findings
    changed["question"][0]["definitions"]["l"] = "-log(sigma) - (x - mu)^2 / sigma^2"
    (finding,) = audit_formulas(Key.model_validate(changed)).findings
    assert "1/2 times" in finding.says
