"""A person's marks: from the hand-ins into a file, through a spreadsheet, and into the results."""

import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from dataclasses import replace

import pytest
from shared import practical_key
from test_cli import KEY, ROOT, SHIPPED, entries, write
from written import student_page

from grader.exchange.answer_keys.keys import read_key
from grader.exchange.marks_file import contradicting, read_marks, read_table
from grader.marking.mark import mark, prepare
from grader.marking.person import with_marks
from grader.reports import check_report, submission_json
from grader.reports.answers import alike, answer_cell, same_answer
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Key
from grader.schemas.marks import PersonMark
from grader.schemas.results import Status, SubmissionResult
from grader.schemas.submission import Submission

pytestmark = pytest.mark.usefixtures("one_reading_of_the_key")

TEXTS = {
    "amira": "The right class shall be ahead by the margin.",
    "ben": "the right class shall be ahead, by the margin",
    "0012": "No idea",
    "=cmd()": "Something else altogether: \x1b[31m it is about softmax.",
}


def texts(student, purpose, **more):
    answers = {"exercise3": {"purpose": purpose}, **more}
    return {"assignment": "practical1", "student": student, "answers": answers}


@pytest.fixture
def folder(tmp_path):
    """Hand-ins with a text each."""
    for i, (student, text) in enumerate(TEXTS.items()):
        write(tmp_path / "class", f"{i}.json", texts(student, text))
    return tmp_path / "class"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def as_csv(rows, separator=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def field_of(entry, question, part, step=None):
    (asked,) = (q for q in entry.questions if q.question == question)
    return next(f for f in asked.fields if f.field == part and f.step == step)


# --- The file.


def test_all_that_waits_is_in_the_template_and_the_likes_stand_together(run, folder):
    done = run("marks", "template", folder, "--key", KEY)
    assert done.code == 0
    rows = rows_of(done.out)
    assert list(rows[0])[:5] == ["student", "question", "part", "points", "comment"]
    assert {(r["question"], r["part"], r["points"], r["of"]) for r in rows} == {
        ("exercise3", "purpose", "", "5")
    }
    assert [r["student"] for r in rows][:2] == [
        "amira",
        "ben",
    ]  # nearly the same, so a group before the others
    assert rows[0]["alike"] == rows[1]["alike"] == "1"
    assert [r["alike"] for r in rows[2:]] == ["", ""]
    assert rows[0]["answer"] == TEXTS["amira"]


def test_nothing_in_the_template_is_a_formula_or_steers_a_terminal(run, folder):
    out = run("marks", "template", folder, "--key", KEY).out
    assert "\x1b" not in out
    for row in rows_of(out):
        assert not any((cell or "").lstrip().startswith(("=", "+", "@")) for cell in row.values())
    assert "'=cmd()" in {row["student"] for row in rows_of(out)}


def test_the_template_filled_in_is_what_score_gives(run, folder, tmp_path):
    rows = rows_of(run("marks", "template", folder, "--key", KEY).out)
    for i, row in enumerate(rows):
        row |= {"points": str(i + 0.5), "comment": f"-well {i}"}
    marks = write(tmp_path, "marks.csv", as_csv(rows))
    done = run("score", folder, "--key", KEY, "--out", tmp_path / "out", "--marks", marks, "--format", "json")
    assert done.code == 0, done.err
    given = {row["student"].removeprefix("'"): float(row["points"]) for row in rows}
    for entry in entries(done.out):
        assert entry.score == given[entry.student]
        assert entry.pending == 0
        marked = field_of(entry, "exercise3", "purpose")
        assert marked.status == Status.MARKED
        assert marked.automatic.status == Status.PENDING
        assert marked.comment.startswith("-well")


@pytest.mark.parametrize(
    ("bom", "separator", "point", "end"),
    [("\ufeff", ";", ",", "\r\n"), ("", ",", ".", "\n"), ("\ufeff", ",", ",", "\r\n"), ("", "\t", ",", "\r")],
)
def test_a_file_comes_back_from_any_spreadsheet(run, folder, tmp_path, bom, separator, point, end):
    rows = rows_of(run("marks", "template", folder, "--key", KEY).out)
    kept = {"own column": "mine"}
    rows = [{**kept, **dict(reversed(row.items()))} | {"points": f"2{point}5"} for row in rows]
    rows[2]["student"] = "12"  # which lost its zeros
    text = bom + as_csv(rows, separator).replace("\r\n", end)
    marks = write(tmp_path, "marks.csv", text.encode())
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", marks, "--format", "json")
    assert done.code == 0, done.err
    assert {entry.score for entry in entries(done.out)} == {2.5}
    # A file that is written again keeps what it is like, and every cell.
    run("marks", "template", folder, "--key", KEY, "--out", marks)
    table = read_table(marks)
    assert (table.separator, table.mark) == (separator, bom)
    assert [table.cell(row, "own column") for row in table.rows] == ["mine"] * 4
    assert {table.cell(row, "points") for row in table.rows} == {f"2{point}5"}


def test_excels_unicode_text_is_read(tmp_path):
    text = "student\tquestion\tpart\tpoints\tcomment\namira\texercise3\tpurpose\t2,5\tprima\n"
    marks, faults = read_marks(write(tmp_path, "m.csv", text.encode("utf-16")))
    assert not faults
    assert marks[0].points == 2.5


FAULTS = [
    ("amira,exercise3,purpose,-1,", "expected 0 to 5 for exercise3 purpose, found -1"),
    ("0012,exercise3,purpose,5.5,", "expected 0 to 5 for exercise3 purpose, found 5.5"),
    ("amira,exercise3,purpose,lots,", "points: expected a number such as 2.5, found 'lots'"),
    ("amira,exercise3,purpose,nan,", "points: expected a number"),
    ("amira,exercise3,purpose,1e999,", "points: expected a number"),
    ("amira,exercise3,purpos,1,", "exercise3 has no part or field 'purpos'; did you mean purpose?"),
    ("amira,exercise33,purpose,1,", "practical1 has no question 'exercise33'; did you mean exercise3?"),
    (
        "amir,exercise3,purpose,1,",
        "there is no hand-in of 'amir' that could be marked; did you mean 'amira'?",
    ),
    ("amira,exercise2,delta_out,0.01,", "expected a step, at most iteration=2 sample=3, found none"),
    ("amira,exercise2,delta_out iteration=9 sample=0,0.01,", "found iteration=9 sample=0"),
    ("amira,exercise2,delta_out iteration 0 and so on,0.01,", "step: expected labels such as"),
    ("amira,exercise3,purpose iteration=0,1,", "purpose of exercise3 has no steps"),
    (",exercise3,purpose,1,", "student: expected a name, found nothing"),
]


def test_faulty_rows_are_told_by_their_lines_and_the_rest_counts(run, folder, tmp_path):
    good = 'ben,exercise3,purpose,3,"two\nlines"'
    rows = "\n".join(row for row, _ in FAULTS)
    marks = write(tmp_path, "m.csv", f"student,question,part,points,comment\n{good}\n\n{rows}\n")
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", marks, "--format", "json")
    assert done.code == 1
    told = [line for line in done.err.split("\n") if line.startswith(f"{marks}, line ")]
    assert len(told) == len(FAULTS)
    for number, (line, (_, said)) in enumerate(zip(told, FAULTS, strict=True), start=5):
        assert line.startswith(f"{marks}, line {number}: ")
        assert said in line
    scores = {entry.student: entry.score for entry in entries(done.out)}
    assert scores == {"amira": 0, "ben": 3, "0012": 0, "=cmd()": 0}


def test_marks_that_contradict_each_other_count_neither(run, folder, tmp_path):
    rows = "amira,exercise3,purpose,1,\nben,exercise3,purpose,2,\namira,exercise3,purpose,3,\n"
    marks = write(tmp_path, "m.csv", "student,question,part,points,comment\n" + rows)
    again = write(tmp_path, "n.csv", "student,question,part,points\nben,exercise3,purpose,2\n")
    done = run(
        "score", folder, "--key", KEY, "--no-feedback", "--format", "json", "--marks", marks, "--marks", again
    )
    assert done.code == 1
    assert "line 4: exercise3 purpose of 'amira': 3 points here, 1 in" in done.err
    scores = {entry.student: entry.score for entry in entries(done.out)}
    assert (scores["amira"], scores["ben"]) == (0, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "found nothing"),
        (b"a,b\n1,2\n", "student and question and points are missing, found a, b"),
        (b"student,question,part,points\n\xff", "line 2: not saved as UTF-8"),
        (b"student,question,points,points\n", "two columns are called points"),
    ],
)
def test_a_file_that_is_no_marks_file_stops_at_once(run, folder, tmp_path, content, said):
    done = run(
        "score", folder, "--key", KEY, "--marks", write(tmp_path, "m.csv", content), "--out", tmp_path / "o"
    )
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "o").exists()


def test_a_mark_does_not_go_to_another_text(run, folder, tmp_path):
    """A hand-in is replaced after it was marked: the mark was for what stood there before."""
    out = tmp_path / "marks.csv"
    run("marks", "template", folder, "--key", KEY, "--out", out)
    filled = [row | {"points": "4"} for row in rows_of(out.read_text(encoding="utf-8"))]
    out.write_text(as_csv(filled), encoding="utf-8")
    write(folder, "0.json", texts("amira", "Now I know better."))
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", out, "--format", "json")
    assert done.code == 1
    assert "exercise3 purpose of 'amira' has changed since it was marked; mark it again" in done.err
    assert {e.student: e.score for e in entries(done.out)} == {"amira": 0, "ben": 4, "0012": 4, "=cmd()": 4}
    done = run("marks", "template", folder, "--key", KEY, "--out", out)
    assert "amira: exercise3 purpose: the answer has changed" in done.err
    rows = {row["student"]: row for row in rows_of(out.read_text(encoding="utf-8"))}
    assert (rows["amira"]["points"], rows["amira"]["answer"]) == ("", "Now I know better.")
    assert rows["ben"]["points"] == "4"


def test_an_id_without_its_zeros_is_nobodys_where_two_could_be_meant(run, folder, tmp_path):
    write(folder, "8.json", texts("12", "Another text."))
    marks = write(tmp_path, "m.csv", "student,question,part,points\n12,exercise3,purpose,3\n")
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", marks)
    assert done.code == 1
    assert "line 2: given to '0012' in practical1 and '12' in practical1; say which is meant" in done.err


def test_an_id_that_is_not_all_visible_is_found_again(run, folder, tmp_path):
    write(folder, "8.json", texts("a\u200bb", "Another text."))
    rows = rows_of(run("marks", "template", folder, "--key", KEY).out)
    marks = write(tmp_path, "m.csv", as_csv([row | {"points": "1"} for row in rows]))
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", marks, "--format", "json")
    assert done.code == 0, done.err
    assert {entry.score for entry in entries(done.out)} == {1}


def test_of_two_attempts_the_later_is_marked(run, folder, tmp_path):
    write(folder, "9.json", texts("amira", "A later attempt."))
    rows = {row["student"]: row for row in rows_of(run("marks", "template", folder, "--key", KEY).out)}
    assert len(rows) == 4
    assert rows["amira"]["answer"] == "A later attempt."
    marks = write(tmp_path, "m.csv", as_csv([rows["amira"] | {"points": "2"}]))
    done = run("score", folder, "--key", KEY, "--no-feedback", "--marks", marks, "--format", "json")
    assert done.code == 0, done.err
    assert {e.file[-6:]: e.score for e in entries(done.out) if e.student == "amira"} == {
        "0.json": None,
        "9.json": 2,
    }


# --- In the place of the automatic marks.


def amira():
    return Submission.model_validate_json((SHIPPED / "amira.json").read_bytes())


def marked_with(*marks):
    (marked,) = mark(practical_key(), [amira()])
    given, faults = with_marks(marked, [replace(m, student="amira") for m in marks])
    assert not faults
    return marked.result("f"), given


def test_an_override_keeps_the_automatic_mark_and_the_reason():
    step = (("iteration", 0), ("sample", 1))
    before, given = marked_with(
        PersonMark("", "exercise1", "dL_dW_2", 1.0, "W_out?"), PersonMark("", "exercise2", "W", 0.0, "", step)
    )
    after = given.result("f")
    formula = field_of(after, "exercise1", "dL_dW_2")
    assert (formula.status, formula.score, formula.comment) == (Status.MARKED, 1.0, "W_out?")
    assert (formula.automatic.status, formula.automatic.score) == (Status.CORRECT, 4.0)
    assert formula.read == field_of(before, "exercise1", "dL_dW_2").read != ""
    line = field_of(after, "exercise2", "W", dict(step))
    worth = line.max_score
    assert (line.score, line.automatic.score, line.comment) == (0.0, worth, None)
    assert after.score == pytest.approx(before.score - 3.0 - worth, abs=1e-12)
    page = student_page(after)
    assert "W\\_out? (automatically right, 4 of 4 points)" in page.replace("W_out", "W\\_out")
    assert "(iteration 0, sample 1), 0 of 0.11 points: automatically right" in page
    assert "Marked by a person: dL_dW_2, 1 of 4 points" in " ".join(check_report(after).split())


def test_a_question_marked_as_a_whole():
    before, given = marked_with(PersonMark("", "exercise3", None, 7.0, "late"))
    after = given.result("f")
    (asked,) = (q for q in after.questions if q.question == "exercise3")
    assert (asked.score, asked.pending, asked.automatic, asked.comment) == (7.0, 0.0, 5.0, "late")
    assert field_of(after, "exercise3", "dL_do_j").status == Status.CORRECT
    assert field_of(after, "exercise3", "purpose").status == Status.MARKED
    assert after.score == before.score + 2
    assert (
        "Marked as a whole by a person: 7 of 10 points: late (automatically 5 of 10 points)."
        in student_page(after)
    )


TALK = prepare(
    Key.model_validate(
        {
            "id": "talk",
            "question": [
                {
                    "id": "q",
                    "kind": "text",
                    "points": 5,
                    "part": [{"id": "why", "points": 3}, {"id": "how", "points": 2}],
                },
                {"id": "r", "kind": "text", "points": 4, "part": [{"id": "all", "points": 4}]},
            ],
        }
    )
)
SAID = {"q": {"why": "So.", "how": "Thus."}, "r": {"all": "Well."}}


def talked(*marks, answers=SAID):
    """A talk of three texts, which all wait, after a person's marks: results, and what did not fit."""
    (marked,) = mark(TALK, [Submission(student="s", answers=answers)])
    marked, faults = with_marks(marked, [PersonMark("s", *m) for m in marks])
    return marked.result("f"), list(faults.values())


@pytest.mark.parametrize(
    ("marks", "score", "pending"),
    [
        ([], 0, 9),
        ([("q", "why", 2.5)], 2.5, 6),
        ([("q", "why", 0.0)], 0, 6),
        ([("q", "why", 3.0), ("q", "how", 1.0)], 4, 4),
        ([("q", None, 4.0)], 4, 4),
        ([("q", "why", 1.0), ("q", None, 4.0)], 4, 4),  # the whole is what counts
        ([("r", None, 4.0)], 4, 5),  # a question of one part is that part
        ([("q", "why", 1.0), ("q", "how", 1.0), ("r", "all", 1.0)], 3, 0),
    ],
)
def test_points_that_a_person_gives_wait_no_longer(marks, score, pending):
    result, faults = talked(*marks)
    assert (result.score, result.pending, faults) == (score, pending, [])


def test_a_part_that_was_left_out_can_be_given_points_and_did_not_wait():
    result, _ = talked(("q", "why", 1.0), answers={"q": {"how": "Thus."}})
    assert (result.score, result.pending) == (1, 2)


@pytest.mark.parametrize(
    ("mark_", "said"),
    [
        (("q", "why", 3.01), "points: expected 0 to 3 for q why, found 3.01"),
        (("q", "why", -0.01), "points: expected 0 to 3 for q why, found -0.01"),
        (("q", None, 5.5), "points: expected 0 to 5 for q, found 5.5"),
        (("q", "wy", 1.0), "q has no part or field 'wy'; did you mean why?"),
        (("q", "zzz", 1.0), "q has no part or field 'zzz'; it has why, how"),
        (("zzz", None, 1.0), "talk has no question 'zzz'; it has q, r"),
        (("q", "why", 1.0, "", (("t", 0),)), "why of q has no steps, found q why (t 0)"),
    ],
)
def test_a_mark_that_does_not_fit_counts_nothing(mark_, said):
    result, faults = talked(mark_, ("r", "all", 1.0))
    assert faults == [said]
    assert (result.score, result.pending) == (1, 5)


def test_the_last_bits_of_a_number_cost_no_mark():
    """A third of 9 points, written out: 3.0000000000000004 of 3."""
    result, faults = talked(("q", "why", 3.0000000000000004), ("q", "how", -1e-16))
    assert (faults, result.score) == ([], 3)
    assert [f.score for f in result.questions[0].fields] == [3, 0]


def test_a_whole_mark_is_shared_out_among_what_waited():
    result, _ = talked(("q", None, 2.5, "half"))
    asked = result.questions[0]
    assert [(f.status, f.score, f.comment) for f in asked.fields] == [
        (Status.MARKED, 1.5, None),
        (Status.MARKED, 1.0, None),
    ]
    assert (asked.score, asked.pending, asked.comment, asked.automatic) == (2.5, 0, "half", 0)


def test_a_mark_of_a_line_goes_to_the_step_with_its_labels():
    step = (("iteration", 0), ("sample", 0))
    _, given = marked_with(PersonMark("", "exercise2", "L", 0.0, "", step))
    other = [f for q in given.result("f").questions for f in q.fields if f.status is Status.MARKED]
    assert [(f.field, f.step) for f in other] == [("L", dict(step))]
    (marked,) = mark(practical_key(), [amira()])
    off = PersonMark("amira", "exercise2", "L", 0.0, "", (("iteration", 7), ("sample", 0)))
    _, faults = with_marks(marked, [off])
    assert faults == {
        off: "L of exercise2: expected a step, at most iteration=2 sample=3, found iteration=7 sample=0"
    }


def test_a_total_stays_capped_and_is_the_sum():
    _, given = marked_with(
        PersonMark("", "exercise3", "purpose", 5.0), PersonMark("", "exercise4", "answer", 5.0)
    )
    after = given.result("f")
    assert sum(q.score for q in after.questions) == 45
    assert (after.score, after.pending) == (40, 0)


def test_the_json_has_the_new_keys_only_where_something_is_in_them():
    before, given = marked_with(PersonMark("", "exercise4", "answer", 2.0, "Good."))
    assert '"automatic"' not in submission_json(before)
    assert '"comment"' not in submission_json(before)
    text = submission_json(given.result("f"))
    assert json.loads(text)
    assert text.count('"automatic"') == text.count('"comment"') == 1
    assert SubmissionResult.model_validate_json(text) == given.result("f")


def test_contradictions_are_per_step():
    mark_ = PersonMark("a", "q", "f", 1.0, step=(("i", 0),))
    kept, faults = contradicting([mark_, replace(mark_, step=(("i", 1),), points=2.0), mark_])
    assert (len(kept), faults) == (2, [])


# --- Alike.


def test_answers_that_are_alike_are_together():
    long = "Keep only some of the layers and work the others out again when they are needed on the way back"
    given = [
        long,
        "Use less",
        long.upper() + "!",
        "Buy memory",
        long.replace("needed", "wanted"),
        "use  LESS.",
    ]
    assert alike(given) == [[0, 2, 4], [1, 5], [3]]
    assert alike([]) == []
    assert alike(["", "  ", "äöü", "ÄÖÜ"]) == [[0, 1], [2, 3]]


def test_a_cell_is_the_text_whatever_happened_to_it():
    text = "=Straße\n\n  two  lines\u202e" + "x" * 40_000
    cell = answer_cell(text)
    assert cell.startswith("'=Stra")
    assert len(cell) < 32_767
    assert "\u202e" not in cell
    assert same_answer(cell, text)
    assert not same_answer(cell, text[1:].replace("two", "three"))
    assert same_answer("Stra?e f?r zwei", "Straße für zwei")
    assert not same_answer("f: λ", "f: μ")


# --- Rubrics.


def test_a_rubric_must_allow_full_marks(tmp_path):
    part = '[[question]]\nid = "q"\nkind = "text"\npoints = 3\n[[question.part]]\nid = "p"\npoints = 3\n'

    def rubric(*points):
        return "".join(f'[[question.part.rubric]]\ntext = "t"\npoints = {p}\n' for p in points)

    for points, said in [
        ((1, 1), "add up to 2, the part has 3"),
        ((4,), "an item of the rubric has 4 points"),
    ]:
        with pytest.raises(KeyFault, match=said):
            read_key(write(tmp_path, "k.toml", f'id = "k"\n{part}{rubric(*points)}'))
    for points in [(1, 2), (2, 2), (3, 3)]:
        assert read_key(write(tmp_path, "k.toml", f'id = "k"\n{part}{rubric(*points)}'))
    with pytest.raises(KeyFault, match="at most 9 entries"):
        read_key(write(tmp_path, "k.toml", f'id = "k"\n{part}{rubric(*[1] * 10)}'))


def test_a_rubric_awards_nothing_by_itself(run, folder):
    for entry in entries(run("score", folder, "--key", KEY, "--no-feedback", "--format", "json").out):
        assert (entry.score, entry.pending) == (0, 5)


# --- Key by key.

GRADER = [sys.executable, "-m", "grader", "mark"]


def typed(keys, folder, marks, *more):
    """Mark with these keys on stdin, which is no terminal."""
    command = [*GRADER, str(folder), "--key", str(KEY), "--marks", str(marks), *more]
    return subprocess.run(
        command, input=keys.encode(), capture_output=True, cwd=ROOT, timeout=60, check=False
    )


def points_in(path):
    return {
        row["student"]: row["points"] for row in rows_of(path.read_text(encoding="utf-8")) if row["points"]
    }


def test_marking_key_by_key_can_be_undone_left_and_gone_on_with(folder, tmp_path):
    marks = tmp_path / "marks.csv"
    done = typed("12\n", folder, marks)  # and then nothing more: the first is decided
    assert done.returncode == 0, done.stderr
    assert points_in(marks) == {"amira": "4"}
    assert b"1 marked now, 3 left" in done.stderr
    done = typed("x\n3cgut ge\u00e4ndert\x7ft\x1bsu p2,5\np9\nq", folder, marks)
    assert b"Nothing to undo" in done.stdout
    assert b"No such key" in done.stdout
    assert b"Expected a number from 0 to 5, found 9" in done.stdout
    assert points_in(marks) == {"amira": "4", "0012": "2.5"}
    done = typed("fuu0", folder, marks)
    assert b"Taken back" in done.stdout
    assert points_in(marks)["ben"] == "0"
    done = typed("c=SUM(1)\nf", folder, marks)
    assert b"nothing waits any more" in done.stderr
    assert marks.read_text(encoding="utf-8").count("'=SUM(1)") == 1
    assert len(points_in(marks)) == 4
    done = subprocess.run(
        [sys.executable, "-m", "grader", "score", folder, "--key", KEY, "--no-feedback", "--marks", marks],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_ticks_are_kept_before_the_mark_is_given(folder, tmp_path):
    marks = tmp_path / "marks.csv"
    typed("13chalf way\n", folder, marks)
    (row,) = rows_of(marks.read_text(encoding="utf-8"))
    assert (row["points"], row["rubric"], row["comment"]) == ("", "1 3", "half way")
    shown = typed("", folder, marks).stdout.decode()
    for kept in ("[x] 1", "[ ] 2", "[x] 3", "Comment: half way"):
        assert kept in shown
    # Of a cell that somebody has changed only what numbers an item counts.
    marks.write_text(
        marks.read_text(encoding="utf-8").replace("1 3", f"0 3 x {'9' * 5000}"), encoding="utf-8"
    )
    shown = typed("", folder, marks).stdout.decode()
    for kept in ("[ ] 1", "[ ] 2", "[x] 3"):
        assert kept in shown


def test_those_who_wrote_the_same_have_the_same_mark_and_names_can_be_hidden(folder, tmp_path):
    write(folder, "7.json", texts("carla", TEXTS["ben"]))
    shown = typed("sf", folder, tmp_path / "m.csv", "--anonymous")
    assert points_in(tmp_path / "m.csv") == {"ben": "5", "carla": "5"}
    assert b"written by 2 students" in shown.stdout
    assert b"carla" not in shown.stdout
    assert b"\x1b" not in shown.stdout


def until(descriptor, text):
    """Read from a terminal until a text has been shown."""
    seen = b""
    end = time.monotonic() + 40
    while text not in seen:
        assert time.monotonic() < end, seen[-500:]
        if select.select([descriptor], [], [], 0.2)[0]:
            seen += os.read(descriptor, 65536)
    return seen


def test_on_a_terminal_a_key_is_one_keypress_and_ctrl_c_loses_nothing(folder, tmp_path):
    marks = tmp_path / "marks.csv"
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    # Whoever runs the tests in the background has Ctrl-C ignored, and so would we.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{listen}; from grader.cli import main; main()"
    command = [sys.executable, "-c", program, "mark", str(folder), "--key", str(KEY), "--marks", str(marks)]
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        seen = until(ours, b"Keys:")
        assert b"\x1b[2J" in seen  # the screen is made anew for each text
        os.write(ours, b"2")
        until(ours, b"[x]\x1b".split(b"\x1b")[0])
        assert "2" in rows_of(marks.read_text(encoding="utf-8"))[0]["rubric"]
        os.write(ours, b"\x1b[A\r")  # an arrow means nothing
        until(ours, b"2 of 4")
        assert points_in(marks) == {"amira": "2"}
        os.write(ours, b"1")
        until(ours, b"2 points so far")
        process.send_signal(signal.SIGINT)
        until(ours, b"marked now")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert termios.tcgetattr(theirs) == before
    assert points_in(marks) == {"amira": "2"}
    assert [row["rubric"] for row in rows_of(marks.read_text(encoding="utf-8"))] == ["2", "1"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--question", "nope"], b"nothing of 'nope' waits; there is exercise3"),
        (["--marks", "."], b"a folder"),
    ],
)
def test_what_cannot_be_done_is_said(folder, tmp_path, more, said):
    done = typed("f", folder, tmp_path / "m.csv", *more)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_table_that_cannot_be_read_is_not_written_over(folder, tmp_path):
    marks = write(tmp_path, "m.csv", "a,b\n")
    assert typed("f", folder, marks).returncode == 2
    assert marks.read_text(encoding="utf-8") == "a,b\n"
    with pytest.raises(UsageFault, match="folder"):
        read_table(tmp_path)
