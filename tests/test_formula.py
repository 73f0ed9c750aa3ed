"""Formulas marked from a key alone: of other fields than the practical's, by derivatives."""

import re
import tomllib
from itertools import permutations

import pytest
from one_formula import marker
from shared import as_key, practical_key, ready_key

from grader.expressions.notation.vocabulary import FUNCTIONS
from grader.marking.formulas import formula
from grader.marking.formulas.counterexample import counterexample
from grader.marking.formulas.equivalence import Different
from grader.marking.formulas.formula_audit import audit_formulas
from grader.marking.formulas.part_marks import PartMark, mark_parts
from grader.marking.mark import mark, prepare
from grader.marking.person import text_of, waiting
from grader.reports.feedback import feedback_on
from grader.schemas.faults import KeyFault
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
    prepared = key if not isinstance(key, str) else ready_key(key)
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
    [
        ("(x - sigma) / sigma^2", "mu belongs"),
        ("(x - mu) / sigma", "it is to be divided by sigma once more"),
        ("-((mu - x) / sigma)", "it is to be divided by sigma once more"),
        ("(x - mu) sigma^-1", "it is to be divided by sigma once more"),
        ("(x - mu) sigma^-3", "it is divided by sigma once too often"),
        ("(x - mu) / sigma^3", "it is divided by sigma once too often"),
        ("x - mu", "it is to be divided by sigma^2"),
        ("sigma (x - mu) / sigma^2", "the factor sigma is one too many"),
        ("(x - mu)^2 / sigma^2", "the factor (x - mu) is one too many"),
        ("(x + mu) / sigma^2", "the sign in x + mu is wrong"),
        ("(x - mu) / sigma^2 + 2", "it is too large by 2"),
        ("(x - mu) / sigma^2 - x", "it is too small by x"),
        ("x / sigma^2", "it is not equal to what is asked, which depends on mu as well"),
        ("7", "it is not equal to what is asked, which depends on mu, sigma and x"),
        ("pi (x - mu) / sigma^2", "it is 3.142 times what it should be"),
        ("x^2 + sigma", "it is not equal to what is asked"),
    ],
)
def test_a_reason_without_values_is_the_reason_all_the_same(text, says):
    prepared = ready_key(LIKELIHOOD)
    (marked,) = mark(prepared, [Submission(student="s", answers={"normal": {"by_mean": text}})])
    told, hidden = (
        marked.result("f", reveal=reveal).questions[0].fields[0].message for reveal in (True, False)
    )
    assert says in hidden
    assert told.startswith(hidden)


FORCE = """
id = "force"
[[question]]
id = "q"
kind = "formula"
points = 3
numbers = ["G", "m", "M", "r", "p", "q"]
functions = ["f"]
part = [
  { id = "force", points = 1, answer = "G m M / r^2" },
  { id = "slope", points = 1, answer = "G f'(m) f(r)" },
  { id = "entropy", points = 1, answer = "-p log(q) - (1 - p) log(1 - q)" },
]
"""


@pytest.mark.parametrize(
    ("part", "text", "status", "says"),
    [
        ("force", "G m m / r^2", "slip", "m stands where M belongs"),
        ("force", "G m^2 / r^2", "slip", "m stands where M belongs"),
        ("force", "G m M / (r^2 m)", "wrong", "it is divided by m once too often"),
        ("force", "m M", "wrong", "it is not equal to what is asked, which depends on G and r as well"),
        ("force", "G M", "wrong", "it is not equal to what is asked, which depends on m and r as well"),
        ("force", "1/2 m M p", "wrong", "left to right: first the division, then the product; it is"),
        ("slope", "G f(m) f(r)", "wrong", "the factor f(m) stands where f'(m) belongs"),
        ("slope", "G f(r)", "wrong", "it is not equal to what is asked, which depends on m as well"),
        ("slope", "G + f(r)", "wrong", "(with every open function f(x) = x) yours"),
        ("entropy", "-p log(q)", "wrong", "at p = 0.3, q = 0.5 yours gives 0.2079, it should be 0.6931"),
        ("entropy", "1 * 1[p > q]", "wrong", "read as 1[p > q]; it"),
        ("entropy", "p*1[p > q]", "wrong", "read as p*1[p > q]; it"),
    ],
)
def test_reasons_in_words(part, text, status, says):
    field = one(FORCE, "q", part, text)
    assert (field.status, says in (field.message or "")) == (status, True), field.message
    assert ("open function" in field.message) <= (part == "slope")  # where there is one


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("delta_2 x_in", "delta_2 stands where delta_1 belongs"),
        ("dL/ds_2 x_in", "s_2 stands where s_1 belongs"),
        ("delta_1 z_1", "z_1 stands where x_in belongs"),
    ],
)
def test_one_delta_for_another_is_named_as_it_is_written(text, says):
    submission = Submission(student="s", answers={"exercise1": {"dL_dW_1": text}})
    (marked,) = mark(practical_key(), [submission])
    field = next(f for f in marked.result("f").questions[0].fields if f.field == "dL_dW_1")
    assert (field.status, field.cause) == ("slip", "symbol_exchanged")
    assert field.message.endswith(says)


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
    told = [(each.question, each.part.id, each.answer) for each in waiting(prepared, submission)]
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
    (question,) = as_key(LIKELIHOOD).question
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
        "dL/dL",
        "dL/dW_1",
        "dL/dW_1 * dW_1/dW_1",
        r"\frac{dL}{dW_2} \frac{dW_2}{dL}",
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


@pytest.mark.parametrize(
    ("factor", "cause"), [("-", "error_sign"), ("2", "half_of_square"), ("1/2", "half_of_square")]
)
@pytest.mark.parametrize("part", ["dL_dW_out", "dL_dW_2", "dL_dW_1"])
def test_the_same_error_costs_the_same_in_each_part_of_the_chain(part, factor, cause):
    chain = {
        "dL_dW_out": "f_3'(s_out) z_2",
        "dL_dW_2": "f_3'(s_out) W_out f_2'(s_2) z_1",
        "dL_dW_1": "f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in",
    }[part]
    field = one(practical_key(), "exercise1", part, f"{factor} (y_out - y_gt) {chain}")
    assert (field.status, field.cause, field.score) == ("mistake", cause, 2)
    without = one(practical_key(), "exercise1", part, f"(y_out - y_gt) {chain.rsplit(' ', 1)[0]}")
    assert (without.status, without.cause, without.score) == ("mistake", "no_input_factor", 2)


@pytest.mark.parametrize("text", ["-alpha * delta_k z_{k-1}", "α δ_j z_i", r"-\delta_k z_{k-1}"])
def test_an_update_where_its_derivative_is_asked_keeps_half(text):
    field = one(practical_key(), "prelude", "Delta_W_k", text)
    assert (field.status, field.score) == ("mistake", 1.5)
    assert "asked is the derivative" in field.message


@pytest.mark.parametrize(
    ("text", "cause", "score"),
    [
        ("p_j(1-p_j) if p_j - p_y + m > 0 else 0", "p_y_forgotten", 2),
        ("0 if p_j - p_y + m <= 0 else p_j(1-p_j) + p_y p_j", "only_own_term", 2),
        ("sum_{k != y} (p_k (1[k = j] - p_j) - p_y (1[y = j] - p_j))", "all_terms_active", 2),
        ("sum_{k != y} (dp_k/do_j - dp_y/do_j)", "all_terms_active", 2),
        ("p_j (1 - p_j + p_y)", "own_term_as_active", 1.5),
        ("max(0, p_j (1 - p_j) + p_y p_j)", "own_term_as_active", 1.5),
        (r"\frac{e^{o_j} \sum_{k \neq j} e^{o_k}}{(\sum_k e^{o_k})^2}", "p_j_alone", 1),
        ("p_j - 1[j = y]", "independent", 0),
    ],
)
def test_what_of_the_hinge_loss_is_there_earns_something(text, cause, score):
    field = one(practical_key(), "exercise3", "dL_do_j", text)
    assert (field.cause, field.score) == (cause, score), field.message


def test_a_derivation_with_a_wrong_step_is_marked_by_its_end_where_that_is_a_known_mistake():
    key, right = practical_key(), "(y_out - y_gt) f_3'(s_out) z_2"
    end = one(key, "exercise1", "dL_dW_out", f"dL/dW_out = {right} = (y_out - y_gt) z_2")
    assert (end.status, end.cause, end.score) == ("mistake", "no_activation_derivative", 2)
    assert "not all equal; the last one is marked" in end.message
    printed = r"\exp(2o_j) + \exp(o_j) \sum_{k \neq j} \exp(o_k) = \exp(o_j) \sum_{k \neq j} \exp(o_k)"
    assert one(key, "exercise3", "dL_do_j", printed).cause == "published"
    # Which of a wrong and a right form is meant cannot be told.
    hedged = one(key, "exercise1", "dL_dW_out", f"(y_out - y_gt) z_2 = {right}")
    assert (hedged.status, hedged.score) == ("invalid", 0)


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


def test_a_mistake_that_is_the_right_answer_is_found():
    key = tomllib.loads(QUADRATIC)
    key["question"][0]["part"][0]["mistake"]["symmetric"]["answer"] = "(A + A^T) x / 2 - b"
    audited = audit_formulas(Key.model_validate(key))
    assert (audited.answers, audited.mistakes) == (1, 1)
    assert [(finding.place, finding.says, finding.acknowledged) for finding in audited.findings] == [
        ("form, gradient, mistake symmetric", "it cannot be told from the right answer", False)
    ]


def test_a_formula_that_was_marked_is_not_compared_again_in_another_spelling(monkeypatch):
    prepared = ready_key(LIKELIHOOD)
    marker = prepared.marker(prepared.key.question[0])
    first = marker.mark("by_mean", "(x - mu) / sigma")
    monkeypatch.setattr(formula, "compare", None)  # nothing can be compared any more
    assert marker.mark("by_mean", r"\frac{x - \mu}{\sigma}").status == first.status == Status.WRONG
    with pytest.raises(TypeError):
        marker.mark("by_deviation", "(x - mu) / sigma")


@pytest.mark.parametrize(
    ("at", "first", "second", "identity", "said"),
    [
        ({"x": 2.0, "y": 3.0}, 5.0, 6.5, False, "; at x = 2, y = 3 yours gives 5, it should be 6.5"),
        ({"x": 2.0}, 1.23456, 1.24456, False, "; at x = 2 yours gives 1.235, it should be 1.245"),
        ({"x": 2.0}, 1.23456, 1.23457, False, "; at x = 2 yours gives 1.23456, it should be 1.23457"),
        ({"x": 2.0}, 12345.4, 1e10, False, "; at x = 2 yours gives 12345, it should be 1e+10"),
        (
            {"x": 2.0},
            4.0,
            5.0,
            True,
            "; at x = 2 (with every open function f(x) = x) yours gives 4, it should be 5",
        ),
        (
            dict.fromkeys("abcdef", 1.0),
            4.0,
            5.0,
            False,
            "; at a = 1, b = 1, c = 1, d = 1, e = 1, f = 1 yours gives 4, it should be 5",
        ),
        ({"x": 2.0}, 1024.0, 1000.5, False, "; at x = 2 yours gives 1024, it should be 1000"),
        ({"x": 2.0}, 1024.4, 1024.5, False, "; at x = 2 yours gives 1024.4, it should be 1024.5"),
        (dict.fromkeys("abcdefg", 1.0), 4.0, 5.0, False, ""),
        ({"x": 2.5}, 4.0, 5.0, False, ""),
        ({"x": [1.0, 2.0]}, 4.0, 5.0, False, ""),
        ({"x": 2.0}, 4.0, float("nan"), False, ""),
        ({}, 4.0, 5.0, False, ""),
    ],
)
def test_counterexamples_in_words(at, first, second, identity, said):
    assert counterexample(Different(at, first, second, identity)) == said


def test_a_finding_moves_with_the_key():
    changed = tomllib.loads(LIKELIHOOD)
    part = changed["question"][0]["part"][0]
    part["published"] = {"formula": "(x - mu) / sigma^2"}
    assert not audit_formulas(Key.model_validate(changed)).findings
    changed["question"][0]["definitions"]["l"] = "-log(sigma) - (x - mu)^2 / sigma^2"
    (finding,) = audit_formulas(Key.model_validate(changed)).findings
    assert "1/2 times" in finding.says


ANYTHING = (
    "0",
    "2",
    "4.9e-324",
    "1e308",
    "pi",
    "[1, 2]",
    "1^1",
    "max(1, 2)",
    "\\sum_{i=1}^{3} 2",
    "1'",
    "x>1",
)
OF_NAMES = (
    "{0}",
    "{0}^T",
    "{0}/0",
    "outer({0}, {1})",
    "{0} @ {1}",
    "{0}^{1}",
    "d{0}/d{1}",
    "{0}({1})",
    "|{0}|'",
)


@pytest.mark.parametrize("key", [None, QUADRATIC, SOFTMAX, LIKELIHOOD])
def test_whatever_is_written_as_a_formula_gets_a_mark(key):
    prepared = ready_key(key) if key else practical_key()
    for question in prepared.key.question:
        marker = prepared.marker(question) if question.kind == "formula" else None
        for part in marker.parts if marker else ():
            pairs = [*permutations([*marker.vocabulary.symbols][:2], 2)]
            texts = {*ANYTHING, *(text.format(*pair) for text in OF_NAMES for pair in pairs)}
            for text in sorted(texts):
                assert isinstance(marker.mark(part, text), PartMark)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_derivative_of_any_function_gets_a_mark(function):
    for question, part, name in (("exercise1", "dL_dW_1", "x_in"), ("exercise3", "dL_do_j", "o")):
        marker = practical_key().marker(next(q for q in practical_key().key.question if q.id == question))
        count = {"outer": 2, "dot": 2, "binomial": 2, "root": 2, "where": 3}.get(function, 1)
        call = f"({', '.join([name] * count)})"
        for text in (f"d/d{name} {function}{call}", f"d/d{name} {function}'{call}", f"d/d{name} {name}!"):
            assert isinstance(marker.mark(part, text), PartMark)


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_{k=1}^3 f(k x)",
        r"\sum_{k=1}^3 \frac{d f(k x)}{dx}",
        r"\prod_{k=1}^3 f(k x)",
        r"\sum_{k=1}^x f'(k)",
    ],
)
def test_a_function_of_the_index_of_a_sum_is_no_factor_to_try(text):
    mark = marker("derivative(f(x), x)", 'numbers = ["x"]\nfunctions = ["f"]').mark("a", text)
    assert (mark.status, mark.cause) == ("wrong", None), mark.message


def test_a_function_of_nothing_summed_is_a_factor_to_try_beside_sums():
    mark = marker("3 f'(x) f(x)", 'numbers = ["x"]\nfunctions = ["f"]').mark("a", r"\sum_{k=1}^3 f(x)")
    assert (mark.status, mark.cause) == ("wrong", "factor_missing"), mark.message


CHAIN_RULES = [
    r"\sum_{k\neq y} 1[p_k - p_y + m > 0] \frac{\partial (p_k - p_y)}{\partial o_j}",
    r"\sum_{k\neq y} \frac{\partial}{\partial o_j} \max(0, p_k - p_y + m)",
    r"\sum_{k\neq y} (\frac{\partial p_k}{\partial o_j} - \frac{\partial p_y}{\partial o_j}) 1[p_k-p_y+m>0]",
    r"\sum_k \frac{\partial L}{\partial p_k} \frac{\partial p_k}{\partial o_j}",
]


@pytest.mark.parametrize("text", CHAIN_RULES)
def test_a_derivative_inside_a_sum_may_have_the_index_of_the_sum(text):
    assert one(practical_key(), "exercise3", "dL_do_j", text).status == "correct"


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        (r"\sum_k \sum_i \frac{\partial (p_k p_i)}{\partial o_j}", "wrong", "not equal"),
        (r"\prod_{k=1}^{3} \frac{\partial (p_k - p_y)}{\partial o_j}", "wrong", "not equal"),
        (r"\frac{\partial}{\partial o_j} (o_j)!", "wrong", "not equal"),
        (r"\sum_{k=k}^{3} o_k", "invalid", "unknown name k"),
        (r"\sum_{k=2}^{1} \frac{\partial (p_k - p_y)}{\partial o_j}", "wrong", "not equal"),
        (r"\frac{\partial}{\partial o_j} \frac{\partial L}{\partial o_j}", "invalid", "of a derivative"),
        (r"\frac{\partial L}{\partial p} \frac{\partial p}{\partial o_j}", "invalid", "several components"),
        (r"\frac{\partial p_j}{\partial o}", "wrong", "an index or a sum missing"),
        (r"\sum_{k=1}^{17} \frac{\partial (k p_1)}{\partial o_j}", "invalid", "more than 16 derivatives"),
        (r"\sum_{k=1}^{3} \prod_{i=1}^{5} \frac{\partial (k i p_1)}{\partial o_j}", "wrong", "not equal"),
        (r"\sum_{k=1}^{3} \sum_{i=1}^{6} \frac{\partial (k i p_1)}{\partial o_j}", "invalid", "more than 16"),
        (r"\sum_{k=j}^{j} \frac{\partial L}{\partial o_k}", "wrong", "work it out"),
        (r"\frac{\partial m}{\partial o_j}", "wrong", "m stands where L belongs, and this only names"),
        (r"\frac{\partial margin}{\partial o_j}", "wrong", "m stands where L belongs, and this only names"),
    ],
)
def test_no_derivative_stops_the_marking(text, status, says):
    field = one(practical_key(), "exercise3", "dL_do_j", text)
    assert field.status == status, field.message
    assert says in field.message


def test_a_sum_of_derivatives_is_the_derivative_of_the_sum():
    key = SOFTMAX.replace('answer = "dH/da_i"', 'answer = "q_i"')
    written = r"\sum_k \frac{\partial (a_k q_k - \log q_k)}{\partial a_i}"
    whole = r"\frac{\partial}{\partial a_i} \sum_k (a_k q_k - \log q_k)"
    assert one(key.replace('"q_i"', f"'{whole}'"), "loss", "gradient", written).status == "correct"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"dH/da_i"', '"d/da_i (dH/da_i)"', "part[gradient].answer"),
        ('H = "', 'r = "d/da_1 (da_1/da_1)"\nH = "', "definitions.r"),
    ],
)
def test_a_key_with_a_derivative_of_a_derivative_of_vectors_is_told_so(old, new, place):
    assert old in SOFTMAX
    with pytest.raises(KeyFault, match="derivative") as fault:
        ready_key(SOFTMAX.replace(old, new))
    assert place in str(fault.value)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("d/dmu (dl/dsigma)", "-2 (x - mu) / sigma^3"),
        ("d/dmu (dl/dmu)", "-1/sigma^2"),
        ("d/dsigma (dl/dsigma)", "1/sigma^2 - 3 (x - mu)^2 / sigma^4"),
        ("r", "-1/sigma^2"),
    ],
)
def test_a_key_asks_for_second_derivatives(asked, answer):
    key = LIKELIHOOD.replace("[[question.part]]", 'r = "d/dmu (dl/dmu)"\n[[question.part]]', 1)
    prepared = ready_key(key.replace('"dl/dmu"', f'"{asked}"', 1))
    assert one(prepared, "normal", "by_mean", answer).status == "correct"
    assert one(prepared, "normal", "by_mean", f"-({answer})").cause == "sign"


ENERGY = """
id = "energy"
[[question]]
id = "energy"
kind = "formula"
points = 3
numbers = ["m", "g", "y"]
vectors = { v = 2 }
[question.definitions]
E = "m (v_1^2 + v_2^2) / 2 + m g y"
[[question.part]]
id = "by_v"
points = 3
answer = "dE/dv"
"""


@pytest.mark.parametrize("old", ["v_1", "v_2"])
def test_a_component_in_a_key_as_programs_pick_it_is_told(old):
    """By the rules it is a product: the key would ask for something else than its author."""
    with pytest.raises(KeyFault, match=r"definitions\.E: v\[0\] is a product in a formula") as fault:
        ready_key(ENERGY.replace(old, "v[0]"))
    assert fault.value.inside.span[0] == ENERGY.index(f"{old}^2") - ENERGY.index("m (v_1")


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("m v", 1),
        ("(m v_1, m v_2)", 1),
        ("m (v_1, v_2)", 1),
        (r"\left( m v_1, m v_2 \right)^T", 1),
        ("[m*v[0], m*v[1]]", 1),
        ("m*[v[1], v[2]]", 1),
        ("[m*v[1], m*v[0]]", 0),
        ("(m v_2, m v_1)", 0),
        ("[m*v[1], m*v[1]]", 0),
    ],
)
def test_a_gradient_by_its_components(text, credit):
    key = ready_key(ENERGY)
    assert key.marker(key.key.question[0]).mark("by_v", text).credit == credit


CHAINS = [
    "= (y_out - y_gt) f_3'(s_out) z_2",
    "dL/dW_out = dL/dy_out * dy_out/ds_out * ds_out/dW_out = (y_out - y_gt) f_3'(s_out) z_2",
    "(y_out - y_gt) f_3'(s_out) z_2 = δ_out z_2",
    "(y_out - y_gt) f_3'(s_out) z_2 = dL/dW_out",
    "dL/dW_out = dL/da * da/dW_out = δ_out z_2",
    r"\begin{align*} \frac{\partial L}{\partial W_{out}} &= \delta_{out} z_2 \\ &= \delta_3 z_2 \end{align*}",
    r"\frac{\partial L}{\partial W_{out}} &= \delta_{out} z_2 \\ &= (y_{out}-y_{gt}) f_3'(s_{out}) z_2",
    r"L = \frac12 (y_{out}-y_{gt})^2 \Rightarrow \frac{\partial L}{\partial W_{out}} = \delta_{out} z_2",
    "L = 1/2 (y_out - y_gt)^2, therefore dL/dW_out = (y_out - y_gt) f_3'(s_out) z_2",
    "δ_out z_2, where δ_out = (y_out - y_gt) f_3'(s_out)",
    r"\delta_{out} z_2 \text{ with } \delta_{out} = (y_{out}-y_{gt}) f_3'(s_{out})",
    "g z_2, g = e f_3'(s_out), e = y_out - y_gt",
    "e = y_out - y_gt, g = e f_3'(s_out), dL/dW_out = g z_2",
    "δ3*z2",
    "(y_out - y_gt) f_3'(s_out) z_(2)",
]


@pytest.mark.parametrize("text", CHAINS)
def test_a_derivation_is_read_to_its_end(text):
    field = one(practical_key(), "exercise1", "dL_dW_out", text)
    assert (field.status, field.score) == ("correct", 4), field.message


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("δ_out = δ_out z_2", "correct", ""),  # a left side, whatever it is called
        ("dL/dW_out = (y_out - y_gt) z_2 = (y_out - y_gt) f_3'(s_out) z_2", "invalid", "not equal"),
        (
            "dL/dW_out = δ_out z_2 = δ_out",
            "mistake",
            "z_2, which W_out is multiplied with, is missing; the forms",
        ),
        ("dL/dW_out = dL/dW_out = dL/dW_out", "wrong", "work it out"),
        ("δ_out z_2, where δ_out = y_out - y_gt", "mistake", "f_3 is missing"),
        ("g z_2, g = y_out - y_gt", "mistake", "f_3 is missing"),
        ("δ_out z_2, z_2 = 2, and more", "invalid", "','"),
        ("g z_2, g = h, h = g", "invalid", "unknown name"),
        ("(y_out - y_gt) z_2, q = 3", "invalid", "','"),
    ],
)
def test_what_an_answer_defines_is_what_it_is_marked_by(text, status, says):
    field = one(practical_key(), "exercise1", "dL_dW_out", text)
    assert field.status == status, field.message
    assert says in (field.message or "")


@pytest.mark.parametrize(
    "text",
    [
        "δₖ·zₖ₋₁",
        "δ_k z_(k-1)",
        "delta_k*z_k-1",
        "delta[k] * z[k-1]",
        r"\delta^{(k)} z^{(k-1)}",
        r"\delta^l z^{l-1}",
        r"\Delta W_k = \frac{\partial L}{\partial W_k} = \delta_k z_{k-1}",
        "delta_{i+1} z_i",
    ],
)
def test_layers_are_counted_in_any_notation(text):
    field = one(practical_key(), "prelude", "Delta_W_k", text)
    assert (field.status, field.score) == ("correct", 3), field.message


@pytest.mark.parametrize(
    "text", ["delta_k*z_k+1", "delta[k-1] * z[k]", r"\delta^{(k)} z^{(k)}", "delta_k - z_k-1", "0", "2", "pi"]
)
def test_another_notation_makes_nothing_right(text):
    assert one(practical_key(), "prelude", "Delta_W_k", text).score < 3


LEAST_SQUARES = """
id = "regression"
[[question]]
id = "least_squares"
kind = "formula"
points = 3
vectors = { w = 3, y = 5 }
matrices = { X = [5, 3] }
definitions = { L = "norm(X @ w - y)^2 / 2" }
[[question.part]]
id = "gradient"
points = 3
answer = "dL/dw"
"""


LEAST_SQUARES_AND_A_MISTAKE = (
    LEAST_SQUARES
    + """
[question.part.mistake.two]
credit = 0.5
says = "the half cancels the 2"
answer = "2 transpose(X) @ (X @ w - y)"
"""
)


@pytest.mark.parametrize("text", ["X^TXw - X^Ty", "X.T @ (X @ w - y)", "X^T r, r = Xw - y", "X^T(Xw-y)"])
def test_transposed_matrices_in_the_notation_of_programs(text):
    field = one(LEAST_SQUARES, "least_squares", "gradient", text)
    assert field.status == "correct", field.message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.41421 x", r"x = \d yours gives [\d.]+, it should be [\d.]+"),  # nearly √2
        ("12345 x", r"x = \d yours gives \d{5}, it should be \d\.\d+"),
    ],
)
def test_a_counterexample_shows_two_numbers_that_differ(text, shown):
    key = (
        'id = "k"\n[[question]]\nid = "q"\nkind = "formula"\npoints = 1\nnumbers = ["x"]\n[[question.part]]\n'
    )
    message = one(key + 'id = "p"\npoints = 1\nanswer = "sqrt(2) x"\n', "q", "p", text).message
    found = re.search(shown, message)
    assert found, message
    assert len(set(re.findall(r"\d[\d.]*", found[0])[1:])) == 2


def test_what_would_gain_most_is_the_reason_and_not_how_the_formula_was_read():
    _, marked = results(LEAST_SQUARES_AND_A_MISTAKE, least_squares={"gradient": "2 X^T(Xw-y)"})
    (gain,) = feedback_on(marked).gains
    assert gain == "1.5 points: least_squares, gradient – the half cancels the 2."


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("(y_out - y_gt) f_3' z_2", "correct"),
        (r"(y_{out} - y_{gt}) \cdot f_3^{\prime} \cdot z_2", "correct"),
        ("(y_out - y_gt) f_2' z_2", "wrong"),
        ("(y_out - y_gt) f_3 z_2", "invalid"),
        ("∂L/∂W_out: (y_out - y_gt) f_3'(s_out) z_2", "correct"),
        (r"\frac{\partial L}{\partial W_{out}}: \delta_{out} z_2", "correct"),
    ],
)
def test_a_derivative_without_its_argument_is_taken_where_the_question_has_it(text, status):
    field = one(practical_key(), "exercise1", "dL_dW_out", text)
    assert field.status == status, field.message
    if "' z" in text:
        assert "_out)" in field.message or "s_2)" in field.message


def test_a_function_of_several_arguments_needs_its_own():
    key = practical_key().key.model_dump(mode="json", exclude_unset=True)
    key["question"][0]["definitions"]["again"] = "f_3(s_2)"
    field = one(prepare(Key.model_validate(key)), "exercise1", "dL_dW_out", "(y_out - y_gt) f_3' z_2")
    assert field.status == "invalid"


def test_a_derivative_through_a_function_of_a_vector_and_a_number():
    """By the vector, where the slopes of both arguments have different shapes."""
    key = """
    id = "k"
    [[question]]
    id = "q"
    kind = "formula"
    points = 2
    numbers = ["m"]
    vectors = { x = 3 }
    functions = ["g"]
    definitions = { L = "sum(g(x, m)) / 2 + x @ x" }
    [[question.part]]
    id = "p"
    points = 2
    answer = "dL/dx"
    """
    assert (
        one(key, "q", "p", r"\frac{1}{2} \frac{\partial}{\partial x} sum(g(x, m)) + 2x").status == "correct"
    )
    assert one(key, "q", "p", "2 (").status == "invalid"


def test_a_printed_formula_that_cannot_be_read_or_told_is_a_finding():
    key = tomllib.loads(QUADRATIC)
    part = key["question"][0]["part"][0]
    for printed, says in (
        ("A x +", "cannot be read: expected"),
        ("A x / (b - b)", "too few points were found"),
    ):
        part["published"] = {"formula": printed}
        (finding,) = audit_formulas(Key.model_validate(key)).findings
        assert finding.place == "form, gradient, published formula"
        assert finding.says.startswith(f"{printed}: ")
        assert says in finding.says


def test_a_definition_without_a_value_is_the_keys_fault():
    key = LIKELIHOOD.replace("-log(sigma) - (x - mu)^2 / (2 sigma^2)", "log(-sigma)")
    with pytest.raises(
        KeyFault, match=r"question\[normal\]\.definitions\.l: has no value anywhere it was tried"
    ):
        ready_key(key)


TURNED = """
id = "turned"
[[question]]
id = "q"
kind = "formula"
points = 2
vectors = { x = 3, b = 2 }
matrices = { A = [2, 3], B = [3, 3], C = [3, 3] }
definitions = { f = "b^T A x" }
[[question.part]]
id = "by_A"
points = 1
answer = "df/dA"
[[question.part]]
id = "product"
points = 1
answer = "B @ C @ x"
"""


@pytest.mark.parametrize(
    ("part", "text", "status", "says"),
    [
        ("by_A", "b x^T", "correct", ""),
        ("by_A", "x b^T", "wrong", "rows and columns are exchanged"),
        ("product", "B C x", "correct", ""),
        ("product", "C B x", "wrong", "the factors of C@B are in the wrong order"),
        ("product", "2 B C x", "wrong", "it is 2 times what it should be"),
        ("product", "-B C x", "wrong", "it has the wrong sign"),
        ("product", "B C x / 3", "wrong", "it is 1/3 times what it should be"),
        ("product", "B x", "wrong", "it is not equal to what is asked"),
    ],
)
def test_reasons_about_matrices(part, text, status, says):
    field = one(TURNED, "q", part, text)
    assert field.status == status
    assert says in (field.message or "")


ALONE = """
id = "alone"
[[question]]
id = "q"
kind = "formula"
points = 2
numbers = ["x"]
[[question.part]]
id = "only"
points = 2
answer = "2 x"
[[question]]
id = "words"
kind = "text"
points = 1
[[question.part]]
id = "why"
points = 1
"""


def test_a_question_of_one_part_may_be_answered_without_naming_it():
    prepared = ready_key(ALONE)
    found, marked = results(prepared, q="x + x", words="Because.")
    assert found["q.only"].status == "correct"
    assert not marked.problems
    submission = Submission(student="s", answers={"q": "x + x", "words": "Because."})
    assert text_of(prepared.key, submission, "words", None) == "Because."
    assert text_of(prepared.key, submission, "q", "only") == "x + x"
    assert [(w.question, w.part.id, w.answer) for w in waiting(prepared, submission)] == [
        ("words", "why", "Because.")
    ]


def test_a_printed_formula_with_an_open_function_is_told_apart_by_the_function_that_tells_it():
    key = tomllib.loads("""
    id = "k"
    [[question]]
    id = "q"
    kind = "formula"
    points = 1
    numbers = ["x"]
    functions = ["g"]
    [[question.part]]
    id = "p"
    points = 1
    answer = "2 g(x)"
    published = { formula = "g(x) + 1" }
    """)
    (finding,) = audit_formulas(Key.model_validate(key)).findings
    assert "(with every open function f(x) = x)" in finding.says


def test_an_answer_to_another_part_is_named():
    marker = prepare(practical_key().key).marker(practical_key().key.question[0])
    answers = {
        "dL_dW_2": "(y_out - y_gt) f_3'(s_out) W_out f_2'(s_2) z_1",
        "dL_dW_1": "(y_out - y_gt) f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in",
    }
    for part, answer in answers.items():
        assert marker.mark(part, answer).status == Status.CORRECT
    for part, other in zip(answers, reversed(answers), strict=True):
        mark = marker.mark(part, answers[other])
        assert (mark.status, mark.cause) == (Status.WRONG, "other_part")
        assert mark.message.endswith(f"this is the answer to {other}")
