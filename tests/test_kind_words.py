"""What is said to who wrote words where a formula is asked, or something beside a number."""

import handworked as hw
import pytest

from grader.marking.mark import mark
from grader.marking.sheets.values import ValueFault, read_value
from grader.schemas.submission import Submission
from grader.schemas.wording import quoted

WORDS = [
    "don't know",
    "I don’t know",
    "no idea",
    "see above",
    "ran out of time!",
    "keine Ahnung",
    "not done, sorry",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_are_no_formula_and_no_unknown_names(practical, text):
    question = next(q for q in practical.key.question if q.id == "exercise1")
    mark = practical.marker(question).mark("dL_dW_out", text)
    assert mark.status == "invalid"
    assert mark.message.startswith("cannot be read: this is no formula")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1/2", "write the fraction as a decimal number"),
        ("-3 / 4", "write the fraction as a decimal number"),
        ("L: 0.40656", "write the number alone, without a name before it"),
        ("0.0986 V", "write the number alone"),
        ("< 1.05", "write the number alone"),
        ("~0.5", "write the number alone"),
        ("50%", "write the number alone"),
        ("ca. 0.0983", "write the number alone, without words beside it"),
        ("-0.8930 (gerundet)", "write the number alone, without words beside it"),
        ("(0.8930)", "write the number alone: brackets may stand for a minus"),
        ("0.5 (wrong) 0.6", "write only the number that is to count"),
        ("0.5 or 0.6", "write only the number that is to count"),
        ("[0.458, 0.869, 0.704]", "write a list of numbers, without quotes around it"),
        ("[[0.6027 0.704]\n [-1e-3 0.4343]]", "write a list of numbers, without quotes around it"),
        ("(0,458; 0,869)", "write a list of numbers, without quotes around it"),
        ("O.4O66", "write digits: a letter that looks like one stands in it"),
        ("-0.l2", "write digits: a letter that looks like one stands in it"),
    ],
)
def test_what_is_nearly_a_number_gets_a_hint(text, hint):
    with pytest.raises(ValueFault, match=f"expected a number, found the text .*; {hint}"):
        read_value(text)


@pytest.mark.parametrize(
    ("text", "number", "decimals"),
    [
        ("≈ 1.050", 1.05, 3),
        ("δ ≃ −0.893", -0.893, 3),
        ("→ 0,0983", 0.0983, 4),
        ("L = 0.40656", 0.40656, 5),
        ("0.5*(0.0983-1)^2 = 0.4066", 0.4066, 4),
        ("1/3 ≈ 0.333", 0.333, 3),
        ("$0.4580$", 0.458, 4),
        ("“0.4580”", 0.458, 4),
        ("'-0.4580", -0.458, 4),
        ("(−0.50)", -0.5, 2),
        ("0.4580.", 0.458, 4),
        ("0.45803…", 0.45803, 5),
        ("0.45803 ...", 0.45803, 5),
        ("~~0.5~~ 0.60", 0.6, 2),
        ("0. 4580", 0.458, 4),
        ("0 .4580", 0.458, 4),
        ("- 0.5", -0.5, 1),
        ("12 345.678 90", 12345.6789, 5),
        ("4.58*10^-1", 0.458, 3),
        ("−4,58 × 10⁻¹", -0.458, 3),
        (r"4.58 \cdot 10^{-1}", 0.458, 3),
        ("1·10^5", 1e5, -5),
    ],
)
def test_one_number_beside_which_nothing_else_is_meant_is_read(text, number, decimals):
    written = read_value(text)
    assert written.numbers == [number]
    assert written.decimals == {0: decimals}
    assert written.beside == [quoted(text)]


@pytest.mark.parametrize(
    "text",
    [
        *("<= 0.5", "≥ 0.5", "!= 0.5", "0.5 =", "=0.5", "1/0", "3/4/5", "0.5 ± 0.1", "x = 1e999", "x = nan"),
        *(
            "x = 1,458",
            "O.458",
            "x = O.5",
            "0.4 580",
            "~~0.5~~",
            "5l",
            "the same as in step = 2",
            "x = 0." + 100 * "1",
        ),
    ],
)
def test_where_something_else_may_be_meant_nothing_is_read(text):
    with pytest.raises(ValueFault, match="expected a number, found the text"):
        read_value(text)


@pytest.mark.parametrize(
    "text", ["abc", "see above", "1 2", "-", "ran out of time", "Oo", "l", "\x1b[31m", "[a, b]"]
)
def test_what_is_no_number_gets_none(text):
    with pytest.raises(ValueFault) as fault:
        read_value(text)
    assert ";" not in fault.value.reason


def test_answers_to_each_others_questions_are_told_where_they_belong(practical):
    steps = hw.practical("online", 0.2, 5, output="tanh", hidden_delta="exact", delta_sign="step")["steps"]
    formulas = {"dL_dW_2": "delta_2 z_1", "steps": None}
    answers = {"exercise1": {"steps": steps}, "exercise2": formulas, "exercise4": {"answer": "steps"}}
    result = mark(practical, [Submission(student="s", answers=answers)])[0].result("s.json")
    assert result.score == 0
    told = [problem for problem in result.problems if "asks for what stands here" in problem]
    assert told == [
        "answers.exercise1: exercise2 asks for what stands here; write it there",
        "answers.exercise2: exercise1 asks for what stands here; write it there",
    ]


def test_steps_that_stand_for_the_whole_answer_are_read_and_told(practical):
    steps = hw.practical("online", 0.2, 5, output="tanh", hidden_delta="exact", delta_sign="step")["steps"]
    result = mark(practical, [Submission(student="s", answers={"exercise2": steps})])[0].result("s.json")
    assert result.score == 15
    said = 'answers.exercise2: expected an object, found a list; write {"steps": …}; read as these steps'
    assert result.problems == (said,)


@pytest.mark.parametrize(
    ("question", "answer", "write"),
    [
        ("exercise1", "delta_2 z_1", '{"dL_dW_out": …, "dL_dW_2": …, "dL_dW_1": …}'),
        ("exercise2", "s_i = [0.458, 0.869, 0.704]", '{"steps": …}'),
        ("exercise2", [1], '{"steps": …}'),
        ("exercise3", 7, '{"purpose": …, "dL_do_j": …}'),
    ],
)
def test_how_an_answer_is_written_is_told(practical, question, answer, write):
    result = mark(practical, [Submission(student="s", answers={question: answer})])[0].result("s.json")
    (problem,) = result.problems
    assert problem.startswith(f"answers.{question}: expected an object, found ")
    assert problem.endswith(f"; write {write}")
