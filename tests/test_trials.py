"""A key tests itself: what is made of it is found, and what cannot be found is told to its author."""

import json
from decimal import ROUND_HALF_EVEN, Decimal

import handworked as hw
import numpy as np
import pytest
import typer
from crowd import Crowd
from shared import ROOT, SHIPPED_KEYS, practical_plan

from grader.cli.jobs import audit
from grader.cli.jobs import try_key as command
from grader.cli.keyring import load_key
from grader.cli.option_values import ShownAs
from grader.marking.lines import batch
from grader.marking.lines.slips import Slip
from grader.trials.slips import slipped
from grader.trials.students import Practice, Rounding, Student, round_each, write_pages
from grader.trials.trial import Made
from grader.trials.try_key import try_key

TWO_LINES = """
id = "two"
[[question]]
id = "sum"
kind = "trace"
points = 6
digits = 3
[question.start]
a = 1.37
[question.method.only]
loop.step = 3
[question.method.only.equations]
b = "a^2 + 0.31"
a = "a - 0.21 * b"
[question.mistake.no_square]
credit = 0.5
says = "The square is missing."
b = "a + 0.31"
"""


def tried(text=TWO_LINES, **question):
    return try_key(hw.tiny_key(text, **question))


def mistake(**lines):
    return {"says": "Wrong.", "credit": 0.5, **lines}


# What ships.


@pytest.mark.parametrize("name", SHIPPED_KEYS)
def test_everything_made_of_a_key_that_ships_is_found(name):
    key = load_key(ROOT / "answer_keys" / f"{name}.toml")
    result = try_key(key)
    assert result.findings == ()
    made = {trial.made for trial in result.trials}
    if key.layouts:
        assert {Made.PERFECT, Made.ROUNDED, Made.EMPTY, Made.SLIP} <= made
    known = {
        (layout.plan.question, layout.plan.method, way.name, field)
        for methods in key.layouts.values()
        for layout in methods.values()
        for way in layout.plan.mistakes
        for field in way.lines
    }
    mistakes = [trial for trial in result.trials if trial.made is Made.MISTAKE and trial.method]
    assert {(t.question, t.method, t.name, t.field) for t in mistakes} == known
    assert all(trial.found.startswith(f"mistake {trial.name}") and trial.steps for trial in mistakes)


# What is wrong with a key.


def test_a_key_in_which_all_is_found_says_nothing():
    result = tried()
    assert result.findings == ()
    (trial,) = [t for t in result.trials if t.made is Made.MISTAKE]
    assert (trial.name, trial.field, trial.found) == ("no_square", "b", "mistake no_square × 3")
    assert [dict(labels) for labels in trial.steps] == [{"step": 0}, {"step": 1}, {"step": 2}]
    assert trial.score == pytest.approx(6 - 3 / 2)


def test_two_mistakes_that_give_the_same_numbers_are_named():
    alike = {"no_square": mistake(b="a + 0.31"), "other": mistake(b="0.31 + a")}
    found = tried(mistake=alike).findings
    assert [flaw.place for flaw in found] == [
        "sum, method only, mistake no_square in b",
        "sum, method only, mistake other in b",
    ]
    assert all("no_square and other" in f.says or "other and no_square" in f.says for f in found)
    assert all("same numbers in b" in flaw.says for flaw in found)


def test_what_the_key_acknowledges_may_stand():
    alike = {"no_square": mistake(b="a + 0.31"), "other": mistake(b="0.31 + a")}
    known = [{"mistake": "no_square"}, {"mistake": "other", "field": "b"}]
    found = tried(mistake=alike, acknowledged=known).findings
    assert len(found) == 2
    assert all(flaw.acknowledged for flaw in found)


def test_what_is_acknowledged_and_found_all_the_same_is_told():
    (flaw,) = tried(acknowledged=[{"mistake": "no_square"}]).findings
    assert "it is found" in flaw.says
    assert not flaw.acknowledged


def test_a_mistake_that_shows_nowhere_is_told():
    (flaw,) = tried(mistake={"same": mistake(b="a * a + 0.31")}).findings
    assert "changes no digit of b" in flaw.says


def test_mistakes_told_apart_by_one_choice_only_are_told_apart():
    text = TWO_LINES.replace('"a^2 + 0.31"', '"f(a) + 0.31"')
    choice = {"way": {"square": {"f": "abs"}, "wave": {"f": "sin"}}}
    apart = {"bare": mistake(b="a + 0.31"), "other": mistake(b="abs(a) / 2 + f(a) / 2 + 0.41")}
    result = tried(text, choice=choice, mistake=apart)
    # Where f is abs, `bare` gives the right numbers; it shows under the other option.
    assert result.findings == ()


def test_points_that_do_not_add_up_are_told():
    key = hw.tiny_key(TWO_LINES)
    prepared = hw.tiny_key("points = 9\n" + TWO_LINES)
    assert try_key(key).flaws == ()
    (flaw,) = try_key(prepared).flaws
    assert flaw.place == "points"
    assert "6 of 9" in flaw.says


def test_a_division_by_zero_in_the_exercise_itself_is_told():
    text = TWO_LINES.replace('"a - 0.21 * b"', '"a / (b - 2.1869)"')
    tried_out = tried(text)
    found, points = tried_out.findings  # and not the same of each way to round, of mistakes and of slips
    assert found.place == "sum, method only, perfect"
    assert found.says == "a in step 0 is no finite number; a division by zero?"
    assert points.place == "points"


def test_honest_rounding_that_loses_marks_is_told(monkeypatch):
    """Marking that allows for half of what rounding does would fail every key."""
    usual = batch.half_units
    monkeypatch.setattr(batch, "half_units", lambda *numbers: usual(*numbers) / 2)
    found = tried(mistake={}).findings
    found = [flaw for flaw in found if flaw.place.startswith("sum, method only, rounded")]
    assert found
    assert all("ask for more digits, or tolerate more" in flaw.says for flaw in found)


def test_no_slip_is_made_in_what_only_rounding_has_left_over():
    """The second residual of conjugate gradients in two unknowns is zero, but for rounding."""
    result = try_key(
        hw.tiny_key(
            """
            id = "gradients"
            [[question]]
            id = "q"
            kind = "trace"
            points = 10
            digits = 3
            start = { x = [2.0, 1.0], r = [-8.0, -3.0], p = [-8.0, -3.0] }
            constants = { A = [[4.0, 1.0], [1.0, 3.0]] }
            [question.method.m]
            loop.k = 2
            equations.Ap = "A @ p"
            equations.alpha = "dot(r, r) / dot(p, Ap)"
            equations.x = "x + alpha * p"
            equations.rest = "r - alpha * Ap"
            equations.beta = "dot(rest, rest) / dot(r, r)"
            equations.p = "rest + beta * p"
            equations.r = "rest"
            """
        )
    )
    slips = [trial for trial in result.trials if trial.made is Made.SLIP and trial.field == "rest"]
    assert {trial.steps for trial in slips} == {((("k", 0),),)}
    assert result.findings == ()


def test_numbers_beyond_all_range_are_left_out_as_a_person_would():
    wild = {"wild": mistake(a="1 / (a - a)")}
    (flaw,) = tried(mistake=wild).findings
    assert "wild" in flaw.place


# Formulas.

FORMULA = """
id = "normal"
[[question]]
id = "density"
kind = "formula"
points = 3
numbers = ["mu", "sigma", "x"]
positive = ["sigma"]
[question.definitions]
l = "-log(sigma) - (x - mu)^2 / (2 sigma^2)"
[[question.part]]
id = "by_mean"
points = 3
answer = "(x - mu) / sigma^2"
[question.part.mistake.no_square]
says = "The square is missing."
credit = 0.5
answer = "(x - mu) / sigma"
"""


def test_formulas_are_tried():
    trials = tried(FORMULA).trials
    assert [(t.made, t.found) for t in trials] == [
        (Made.ANSWER, "correct"),
        (Made.OTHER_NOTATION, "correct"),
        (Made.OTHER_NOTATION, "correct"),
        (Made.MISTAKE, "mistake no_square"),
        (Made.SLIP, "slip symbol_exchanged"),
    ]


def test_formula_mistakes_that_are_one_are_told():
    text = FORMULA + '[question.part.mistake.again]\nsays = "Again."\nanswer = "x / sigma - mu / sigma"\n'
    (flaw,) = tried(text).findings
    assert flaw.place == "density, mistake again in by_mean"
    assert "as mistake no_square" in flaw.says


# Students and their pens.


def test_the_students_of_a_class_write_what_each_would_write_alone():
    plan = practical_plan("batch")
    random = np.random.default_rng(3)
    choices = [{group: random.choice(options) for group, options in plan.choices.items()} for _ in range(6)]
    digits = np.array([3, 4, 5, 6, 8, 3])
    significant = np.array([True, False] * 3)
    students = [
        Student(choice, {"alpha": 0.1 * (i + 1)}, Rounding(int(digits[i]), bool(significant[i])))
        for i, choice in enumerate(choices)
    ]
    pages = write_pages(plan, students)
    for i, choice in enumerate(choices):
        here = slice(i, i + 1)
        alone = Crowd(
            plan,
            choice,
            {"alpha": np.array([0.1 * (i + 1)])},
            digits[here],
            significant[here],
            "carry",
            random,
        )
        for t, fields in enumerate(alone.written):
            for name, values in fields.items():
                assert np.array_equal(pages.written[name][i, t], values[0])


@pytest.mark.parametrize("significant", [False, True])
@pytest.mark.parametrize("digits", [1, 3, 8])
def test_rounding_is_that_of_decimal_arithmetic(digits, significant):
    random = np.random.default_rng(1)
    values = random.normal(size=300) * 10.0 ** random.integers(-4, 4, 300)
    if significant:
        values = np.concatenate([values, values * 1e-40, values * 1e30])
    rounded = round_each(values[None], [Rounding(digits, significant)])[0]
    for value, written in zip(values, rounded, strict=True):
        number = Decimal(float(value))
        places = digits - 1 - number.adjusted() if significant else digits
        exact = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
        assert written == float(exact)


def test_cutting_off_leaves_the_digits_that_stand_there():
    values = np.array([[0.3, 0.1987, -0.9999, 12.0]])
    assert round_each(values, [Rounding(2, practice=Practice.CUT)]).tolist() == [[0.3, 0.19, -0.99, 12.0]]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Slip.SIGN, -0.12345),
        (Slip.DIGIT, 0.17345),
        (Slip.DIGITS_EXCHANGED, 0.13245),
        (Slip.DIGIT_LOST, 0.1345),
        (Slip.DECIMAL_POINT, 1.2345),
    ],
)
def test_slips_are_made_as_a_pen_makes_them(kind, written):
    assert slipped(kind, np.array(0.12345), {}) == written


def test_rows_are_exchanged_and_copied():
    row, other = np.array([0.25, -1.5, 0.0]), np.array([0.4, 0.5, 0.6])
    assert slipped(Slip.EXCHANGED, row, {}).tolist() == [0.25, 0.0, -1.5]
    assert slipped(Slip.COPIED, row, {"z": other}).tolist() == other.tolist()
    assert slipped(Slip.COPIED, row, {}) is None
    assert slipped(Slip.DIGIT, np.array(0.1), {}) is None


# The command.


@pytest.fixture
def run(capsys):
    """Run a command's job; return its exit code and what it said."""

    def run_(job, *words):
        code = 0
        try:
            job(*words)
        except typer.Exit as stop:
            code = stop.exit_code
        return code, capsys.readouterr().out

    return run_


def test_try_shows_what_was_made_and_found(run):
    code, out = run(command.try_key, ROOT / "answer_keys" / "newton.toml", ShownAs.TABLE)
    assert code == 0
    assert all(len(line) <= 80 for line in out.splitlines()[1:])
    assert "  mistake wrong_direction  x" in out
    assert "as made, in 6 lines" in out
    assert out.endswith("49 hand-ins, each found as what it was made for.\n")


AGAIN = TWO_LINES + '[question.mistake.other]\nsays = "Again."\ncredit = 0.5\nb = "0.31 + a"\n'


def test_try_says_what_is_not_found_and_fails(run, tmp_path):
    key = tmp_path / "two.toml"
    key.write_text(AGAIN, encoding="utf-8")
    code, out = run(command.try_key, key, ShownAs.TABLE)
    assert code == 1
    assert "✗ mistake other" in out
    assert "2 findings, 2 not acknowledged by the key." in out
    code, out = run(command.try_key, key, ShownAs.JSON)
    assert code == 1
    assert [trial["name"] for trial in json.loads(out)["trials"] if trial["miss"]] == ["no_square", "other"]


def test_audit_tries_the_key_out(run, tmp_path):
    key = tmp_path / "two.toml"
    key.write_text(AGAIN, encoding="utf-8")
    code, out = run(audit.audit, key)
    assert code == 1
    assert "give the same numbers in b" in " ".join(out.split())
    key.write_text(TWO_LINES, encoding="utf-8")
    code, out = run(audit.audit, key)
    assert code == 0
    assert "hand-ins made from it and marked" in out


# Hand-ins with expected marks.

HAND_IN = {
    "assignment": "two",
    "student": "ada",
    "answers": {"sum": {"steps": [{"step": 0, "b": 1.68, "a": 1.0172}]}},
}


@pytest.fixture
def expecting(run, tmp_path):
    """Audit a key beside an `expect.toml` of this text."""
    (tmp_path / "two.toml").write_text(TWO_LINES, encoding="utf-8")
    (tmp_path / "hand_ins").mkdir()
    (tmp_path / "hand_ins" / "ada.json").write_text(json.dumps(HAND_IN), encoding="utf-8")

    def audited(text):
        (tmp_path / "expect.toml").write_text(text, encoding="utf-8")
        code, out = run(audit.audit, tmp_path)
        return code, " ".join(out.split())

    return audited


def test_expected_marks_that_are_met_say_so(expecting):
    code, out = expecting(
        """
[[hand_in]]
file = "hand_ins/ada.json"
total = 1.5
score = { sum = 1.5 }
field = [
  { question = "sum", field = "b", step = { step = 0 }, status = "mistake", cause = "no_square" },
  { question = "sum", field = "b", step = { step = 0 }, score = 0.5 },
  { question = "sum", field = "a", step = { step = 0 }, status = "follows" },
  { question = "sum", field = "a", step = { step = 2 }, status = "missing", score = 0 },
]
"""
    )
    assert code == 0, out
    assert "expect.toml: 1 hand-in with expected marks." in out
    assert out.endswith("Nothing found.")


@pytest.mark.parametrize(
    ("wanted", "place", "says"),
    [
        ("total = 2", "total", "expected 2 points, found 1.5"),
        ("score = { sum = 2 }", "score.sum", "expected 2 points, found 1.5"),
        ("total = 9", "total", "expected 9 points, of 6 that there are; found 1.5"),
        ("score = { summ = 2 }", "score.summ", "there is no such question; there is sum"),
        (
            'field = [{ question = "sum", field = "b", step = { step = 0 }, status = "slip" }]',
            "sum, b, step 0",
            "expected slip, found mistake (no_square)",
        ),
        (
            'field = [{ question = "sum", field = "b", step = { step = 0 }, cause = "sign" }]',
            "sum, b, step 0",
            "expected the cause sign, found no_square",
        ),
        (
            'field = [{ question = "sum", field = "a", status = "correct" }]',
            "sum, a, step 0",
            "(and 2 more of 3 steps)",
        ),
        (
            'field = [{ question = "sum", field = "c", score = 1 }]',
            "sum, c",
            "there is no such field; there is b, a",
        ),
        (
            'field = [{ question = "sum", field = "a", step = { step = 3 }, score = 1 }]',
            "sum, a, step 3",
            "there is no such step; a has step 0 to step 2",
        ),
        ('student = "bob"\ntotal = 2', "bob", "expected one hand-in of bob, found 0"),
    ],
)
def test_expected_marks_that_are_not_met_are_told_with_place_expected_and_found(
    expecting, wanted, place, says
):
    code, out = expecting(f'[[hand_in]]\nfile = "hand_ins/ada.json"\n{wanted}\n')
    assert code == 1
    assert f"expect.toml, hand_ins/ada.json, {place}" in out
    assert says in out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[hand_in]]\nfile = "nobody.json"\ntotal = 1\n', "No such file"),
        ('[[hand_in]]\nfile = "hand_ins/ada.json"\nassignment = "one"\ntotal = 1\n', "(two), found one"),
    ],
)
def test_hand_ins_that_cannot_be_marked_are_told(expecting, text, says):
    code, out = expecting(text)
    assert code == 1
    assert says in out


ONE = "[[hand_in]]\nfile = 'hand_ins/ada.json'\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column 1: hand_in: is missing"),
        (ONE, "hand_in[0]: expected a total, a score or a field"),
        (f"{ONE}totall = 3\n", "line 3, column 1: hand_in[0].totall: unknown key; did you mean total?"),
        (f'{ONE}total = "3"\n', "hand_in[0].total: expected a number, found '3'; write 3, without quotes"),
        (f"{ONE}total = nan\n", "line 3, column 9: hand_in[0].total: expected a finite number, found nan"),
        (f"{ONE}total = -1\n", "hand_in[0].total: expected a number of at least 0, found -1"),
        (f"{ONE}total = {'9' * 5000}\n", "not TOML that can be read: a number has thousands of digits"),
        (f"{ONE}score = 3\n", "hand_in[0].score: expected a table, found 3"),
        (
            f"{ONE}field = [{{question = 'sum', field = 'a', status = 'right'}}]\n",
            "hand_in[0].field[0].status: expected 'marked', 'correct', ",
        ),
        (f"{ONE}[hand_in.field]\n", "expected a list, found an empty table; write [[hand_in.field]] with"),
        (f"[hand_in]\n{ONE[12:]}total = 3\n", "expected a list, found a table; write [[hand_in]] with two"),
        (f"{ONE}total = 3\n{ONE}total = 4\n", "line 5, column 8: two tables are of the hand-in hand_ins/ada"),
        (
            '[[hand_in]]\nfile = "a\\u0000b"\ntotal = 3\n',
            "line 2, column 8: hand_in[0].file: expected a file's",
        ),
        ("[[hand_in]\n", "line 1, column 10: not TOML: expected ]] to close the header"),
        (f"{ONE}total = 3\ntotal = 4\n", "line 4, column 1: not TOML: total stands twice"),
    ],
)
def test_faults_of_expectations_name_their_place_and_are_a_finding(expecting, monkeypatch, text, says):
    notes = []
    monkeypatch.setattr(audit.streams, "note", notes.append)
    code, out = expecting(text)
    (told,) = notes
    assert code == 1
    assert "expect.toml: cannot be used; its faults stand before this report." in out
    assert "hand-ins made from it and marked" in out  # the key itself is examined all the same
    assert says in told
    assert all("expect.toml: " in line for line in told.splitlines() if line[0] != " ")
    assert "after validation" not in told
