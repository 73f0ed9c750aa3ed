"""Results for other programs: each format read by an independent reader, gradebooks equal byte for byte."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import junitparser
import pytest
import xmlschema
from shared import ROOT
from test_cli import FAULTS, KEY, USAGE

from grader.exchange.gradebook.sheet import cut
from grader.reports import GradeRow
from grader.reports.github import MOST_ANNOTATIONS, Annotation, annotations, summary
from grader.reports.junit import junit
from grader.schemas.results import SubmissionResult

SHIPPED = ROOT / "submissions"
SCHEMA = xmlschema.XMLSchema(ROOT / "tests" / "junit.xsd")
# Gradescope's documentation: what `results.json` and a test in it may have.
GRADESCOPE = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format",
    "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
GRADESCOPE_TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
    "visibility", "extra_data",
}  # fmt: skip


def hand_in(student, **answers):
    return {"assignment": "practical1", "student": student, "answers": answers}


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def points_of(results):
    """Return the results of `--format json` by student."""
    return {each["student"]: each for each in json.loads(results)["results"]}


# Gradescope.


def gradescope(run, file, *more):
    done = run("score", file, "--key", KEY, "--no-feedback", "--format", "gradescope", *more)
    document = json.loads(done.out)
    assert document.keys() <= GRADESCOPE
    assert all(test.keys() <= GRADESCOPE_TEST for test in document["tests"])
    return done, document


@pytest.mark.parametrize("student", ["amira", "ben", "deniz", "hanna", "published_solution"])
def test_gradescope_gets_every_question_and_no_point_twice(run_here, student):
    file = SHIPPED / f"{student}.json"
    _, document = gradescope(run_here, file)
    ours = points_of(run_here("score", file, "--key", KEY, "--no-feedback", "--format", "json").out)[student]
    assert document["score"] == pytest.approx(ours["score"])
    tests = document["tests"]
    scores = [test["score"] for test in tests if "score" in test]
    assert min(sum(scores), ours["max_score"]) == pytest.approx(ours["score"])
    waiting = sum(test["extra_data"]["pending"] for test in tests if "score" not in test)
    assert waiting == pytest.approx(ours["pending"])
    asked = sum(q["max_score"] for q in ours["questions"])
    assert sum(test.get("max_score", 0) for test in tests) + waiting == pytest.approx(asked)
    assert all(
        (test["status"] == "passed") == (test["score"] == test["max_score"])
        for test in tests
        if "score" in test
    )
    assert [test["number"] for test in tests] == [str(i) for i in range(1, len(tests) + 1)]


def test_what_waits_for_a_person_is_no_zero(run_here):
    _, document = gradescope(run_here, SHIPPED / "amira.json")
    waiting = [test for test in document["tests"] if "waits for a person" in test["name"]]
    assert len(waiting) == 2
    assert all("score" not in test and "not lost" in test["output"] for test in waiting)


def test_at_once_no_value_is_named_that_the_student_did_not_write(run_here):
    def output(*more):
        _, document = gradescope(run_here, SHIPPED / "deniz.json", *more)
        assert {test["visibility"] for test in document["tests"]} == {more[-1] if more else "visible"}
        return json.dumps(document)

    assert "0.08859" in output()
    assert "0.09859" not in output()  # what it should be
    assert "0.09859" in output("--visibility", "after_published")


def test_what_cannot_be_read_is_said_where_the_student_sees_it(run_here, tmp_path):
    done, document = gradescope(run_here, write(tmp_path / "s.json", '{"student": "s1", "answers": {'))
    assert done.code == FAULTS
    assert document["score"] == 0
    assert "Nothing could be marked" in document["output"]
    assert "s.json" in document["output"]
    assert document["visibility"] == "visible"


def test_two_hand_ins_are_one_too_many(run_here):
    done = run_here("score", SHIPPED, "--key", KEY, "--no-feedback", "--format", "gradescope")
    assert done.code == USAGE
    assert "is for one hand-in, found 9: " in done.words


def test_the_autograder_marks_a_hand_in_as_gradescope_runs_it(run_here, tmp_path):
    assert run_here("gradescope", "build", KEY, "-o", "autograder.zip").code == 0
    first = Path("autograder.zip").read_bytes()
    run_here("gradescope", "build", KEY, "-o", "autograder.zip")
    assert Path("autograder.zip").read_bytes() == first
    root = tmp_path / "autograder"
    with zipfile.ZipFile("autograder.zip") as archive:
        assert {"setup.sh", "run_autograder"} <= {*archive.namelist()}
        assert all(
            archive.getinfo(name).external_attr >> 16 & 0o111 for name in ("setup.sh", "run_autograder")
        )
        archive.extractall(root / "source")
    setup = (root / "source" / "setup.sh").read_text()
    assert all(re.search(rf"'{name}\b", setup) for name in ("numpy", "pydantic", "typer", "jinja2"))
    for script in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", root / "source" / script], check=True)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    python = root / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    write(python, f'#!/bin/sh\nexec "{sys.executable}" "$@"\n').chmod(0o755)
    submission = root / "submission"
    submission.mkdir()

    def marked():
        subprocess.run(["bash", root / "run_autograder"], check=False, capture_output=True, cwd="/")
        document = json.loads((root / "results" / "results.json").read_text())
        (root / "results" / "results.json").unlink()
        return document

    assert "Nothing was found" in marked()["output"]
    write(submission / "mine.json", (SHIPPED / "amira.json").read_text())
    assert marked()["score"] == 35


# JUnit.


def test_junit_is_read_by_others_and_has_the_scores_as_properties(run_here):
    done = run_here("score", SHIPPED, "--key", KEY, "--no-feedback", "--format", "junit")
    SCHEMA.validate(done.out)
    ours = points_of(run_here("score", SHIPPED, "--key", KEY, "--no-feedback", "--format", "json").out)
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromstring(done.out.encode())}
    assert suites.keys() == ours.keys()
    for student, suite in suites.items():
        told = {each.name: each.value for each in suite.properties()}
        cases = [*suite]
        if ours[student]["score"] is None:
            assert isinstance(cases[0].result[0], junitparser.Error)
            continue
        assert float(told["score"]) == ours[student]["score"]
        assert {q["question"]: q["score"] for q in ours[student]["questions"]} == {
            case.name: float(told[f"{case.name}.score"]) for case in cases
        }
        for case, question in zip(cases, ours[student]["questions"], strict=True):
            kinds = [type(result) for result in case.result]
            lost = question["max_score"] - question["pending"] - question["score"] > 1e-9
            waits = question["pending"] == question["max_score"]
            assert kinds == [junitparser.Failure] * lost + [junitparser.Skipped] * waits
        assert suite.tests == len(cases)
        assert suite.failures == sum(
            isinstance(r, junitparser.Failure) for case in cases for r in case.result
        )


@pytest.mark.parametrize("text", ["\x00\x1b[2J", "]]><x/>&amp;", "\"'<>", "\ufffe\ud800", "a\nb"])
def test_junit_stays_xml_whatever_is_in_it(text):
    result = SubmissionResult(student=text, file=f"{text}.json", problems=(text,))
    document = "".join(junit([result]))
    SCHEMA.validate(document)
    (suite,) = junitparser.JUnitXml.fromstring(document.encode("utf-8"))
    assert suite.errors == 1


def test_who_handed_in_nothing_is_in_each_format_and_fails_nothing(run_here, tmp_path):
    write(tmp_path / "list.csv", "id\namira\nzoe\n")
    only = ("score", SHIPPED / "amira.json", "--key", KEY, "--no-feedback", "--roster", "list.csv")
    suites = [*junitparser.JUnitXml.fromstring(run_here(*only, "--format", "junit").out.encode())]
    (absent,) = [suite for suite in suites if suite.name == "zoe"]
    assert (absent.tests, absent.errors, absent.skipped) == (1, 0, 1)
    done = run_here(*only, "--format", "github")
    assert (done.code, done.out) == (0, "")
    write(tmp_path / "book.csv", CANVAS.format(amira="", ben=""))
    where = ("--gradebook", "book.csv", "--column", "Practical 1 (4711)")
    done = run_here(*only, "--format", "canvas", *where)
    assert "could not be marked" not in done.words


# GitHub.

COMMAND = re.compile(r"::(error|warning) ([^\n]*?)::([^\n]*)\n")


def unescaped(text):
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_annotations_are_commands_and_nothing_else():
    nasty = "a,b::error::c%0A%\nd\r"
    text = annotations([Annotation(f"{nasty}.json", nasty, nasty)], [Annotation("class.jsonl:17", "t", "m")])
    (error, warning) = COMMAND.findall(text)
    assert "".join(f"::{kind} {place}::{said}\n" for kind, place, said in (error, warning)) == text
    assert "::error::" not in unescaped(error[1]).replace(unescaped(error[1]), "")
    assert unescaped(error[2]).startswith("a,b::error::c%0A%\n")
    assert warning[1] == "file=class.jsonl,line=17,title=t"


@pytest.mark.parametrize("count", [1, 10, 11, 500])
def test_github_shows_ten_of_a_kind_and_the_last_says_how_many_more(count):
    text = annotations([Annotation(f"{i}.json", "t", "x" * 9000) for i in range(count)], [])
    commands = COMMAND.findall(text)
    assert len(commands) == min(count, MOST_ANNOTATIONS)
    assert all(len(command[2].encode()) <= 4096 for command in commands)
    if count > MOST_ANNOTATIONS:
        assert f"{count - MOST_ANNOTATIONS + 1} more files" in commands[-1][1]


def test_github_names_the_file_and_adds_a_summary(run_here, tmp_path, monkeypatch):
    told = write(tmp_path / "summary.md", "before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(told))
    folder = tmp_path / "class"
    folder.mkdir()
    write(folder / "a.json", hand_in("a", prelude={"Delta_W_k": "delta_k z_{k-1}"}))
    write(folder / "b.json", "{")
    done = run_here(
        "score", folder, "--key", KEY, "--no-feedback", "--format", "github", "--fail-under", "50"
    )
    assert done.code == FAULTS
    found = {unescaped(place.split(",")[0]): said for _, place, said in COMMAND.findall(done.out)}
    assert found.keys() == {f"file={folder}/a.json", f"file={folder}/b.json"}
    assert "below 50 %" in unescaped(found[f"file={folder}/a.json"])
    summary_ = told.read_text()
    assert summary_.startswith("before\n")
    assert "| a | 0.00 | 3.00 |" in summary_
    assert "b.json" in summary_


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full here")
def test_a_summary_that_cannot_be_written_is_told_with_its_file(run_here, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/dev/full")
    write(tmp_path / "a.json", hand_in("a"))
    done = run_here("score", tmp_path, "--key", KEY, "--no-feedback", "--format", "github")
    assert "grader: /dev/full: No space left on device" in done.err


def test_a_summary_keeps_githubs_limit():
    rows = [GradeRow(f"s{i}", "f", "x", {}, 1.0, 2.0, 0.0, ()) for i in range(50_000)]
    text = summary(rows, [], 10_000)
    assert len(text.encode()) <= 10_000
    assert re.search(r"\d+ more lines: too much", text)


# Gradebooks.

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Practical 1 (4711),Essay (4712),Final Score\r\n"
    "    Points Possible,,,,,40.00,10.00,(read only)\r\n"
    '"Haddad, Amira",101,amira,ah1,"M, 1",{amira},7.5,=1+1\r\n'
    '"Weiß, ""Ben""",102,ben,bw2,M 2,{ben},,"-3"\r\n'
    "Other,103,0042,oo3,M 2,EX,1,\r\n"
    '"Student, Test",1,,f00,M 1,,,\r\n'
)
MOODLE = (
    "Identifier;Full name;ID number;Email address;Status;Grade;Maximum grade;Grade can be changed;Feedback\n"
    'Participant 11;Amira Haddad;amira;a@x.org;Submitted;{amira};40,00;Yes;"<p>;</p>"\n'
    "Participant 12;Ben Weiss;ben;b@x.org;;{ben};40,00;Yes;\n"
    "Participant 13;Locked Carla;carla;c@x.org;;;40,00;No;\n"
)


def fill(run, tmp_path, template, format_, *more):
    file = tmp_path / "gradebook.csv"
    file.write_bytes(template.format(amira="", ben="").encode())
    folder = tmp_path / "class"
    folder.mkdir(exist_ok=True)
    for name in ("amira", "ben", "carla"):
        write(folder / f"{name}.json", (SHIPPED / f"{name}.json").read_text())
    where = ("--gradebook", file, "-o", tmp_path / "filled.csv")
    done = run("score", folder, "--key", KEY, "--no-feedback", "--format", format_, *where, *more)
    assert file.read_bytes() == template.format(amira="", ben="").encode()
    return done, tmp_path / "filled.csv"


def test_canvas_gets_two_cells_and_every_other_byte_stays(run_here, tmp_path):
    done, filled = fill(run_here, tmp_path, CANVAS, "canvas", "--column", "Practical 1 (4711)")
    assert done.code == 0
    assert filled.read_bytes() == CANVAS.format(amira="35.00", ben="30.00").encode()
    assert "handed in, but not in the gradebook (1): carla" in done.words
    assert "in the gradebook, but without a hand-in (1): 0042 (Other)" in done.words
    assert "points of it still wait for a person (2): amira, ben" in done.words


def test_a_row_that_ends_early_gets_every_mark_in_its_own_column():
    sheet = cut('Student;ID;A (1);"B (2)";Total\nX;1\nY;2;;;9\n')
    filled = sheet.filled({(1, 2): "3.00", (1, 3): "4.00", (2, 3): "5.00"})
    assert filled == 'Student;ID;A (1);"B (2)";Total\nX;1;3.00;4.00\nY;2;;5.00;9\n'
    assert sheet.filled({(1, 2): "3.00", (1, 4): "7;0"}).splitlines()[1] == 'X;1;3.00;;"7;0"'


def test_the_column_is_found_by_the_assignments_name(run_here, tmp_path):
    done, filled = fill(run_here, tmp_path, CANVAS.replace("Practical 1 (", "practical1 ("), "canvas")
    assert done.code == 0
    assert b",35.00,7.5,=1+1" in filled.read_bytes()


def test_moodle_gets_a_decimal_comma_and_a_locked_row_stays(run_here, tmp_path):
    done, filled = fill(run_here, tmp_path, MOODLE, "moodle")
    assert done.code == 0
    assert filled.read_bytes() == MOODLE.format(amira="35,00", ben="30,00").encode()
    assert "left as it is, for the gradebook says that the grade cannot be changed (1): carla" in done.words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--format", "canvas"), "name the downloaded file with --gradebook"),
        (("--format", "csv", "--column", "x"), "--column is for --format canvas and --format moodle"),
        (("--format", "canvas", "--gradebook", "nowhere.csv"), "nowhere.csv: no such file"),
        (
            ("--format", "csv", "-o", "."),
            ".: a folder; expected the name of a file to write; the folder for pages is --out",
        ),
        (("--format", "csv", "-o", "no/where.csv"), "there is no folder no; expected"),
    ],
)
def test_what_does_not_fit_is_said_before_any_work(run_here, more, said):
    done = run_here("score", SHIPPED, "--key", KEY, "--no-feedback", *more)
    assert done.code == USAGE
    assert said in done.words
    assert not done.out


def test_no_student_of_the_gradebook_is_no_guess(run_here, tmp_path):
    other = CANVAS.replace("amira,ah1", "x1,y1").replace("ben,bw2", "x2,y2")
    done, filled = fill(run_here, tmp_path, other, "canvas", "--column", "Practical 1 (4711)")
    assert done.code == USAGE
    assert "nobody who handed in (3) is in it" in done.words
    assert not filled.exists()


def test_who_is_in_two_rows_is_told_which_though_nobody_else_is_in_the_gradebook(run_here, tmp_path):
    twice = CANVAS.replace("ben,bw2", "amira,ah1")
    done, filled = fill(run_here, tmp_path, twice, "canvas", "--column", "Practical 1 (4711)")
    assert done.code == 0
    assert re.search(r"in rows \d and \d, so no mark \(1\): amira", done.words)
    assert filled.read_bytes() == twice.format(amira="", ben="").encode()


# Around the command line.


def test_output_goes_to_a_file_whole(run_here):
    shown = run_here("score", SHIPPED, "--key", KEY, "--no-feedback", "--format", "csv").out
    done = run_here("score", SHIPPED, "--key", KEY, "--no-feedback", "--format", "csv", "-o", "grades.csv")
    assert (done.out, Path("grades.csv").read_text()) == ("", shown)


def test_quiet_says_what_went_wrong_and_nothing_else(run_here, tmp_path):
    write(tmp_path / "notes.md", "no hand-in")
    write(tmp_path / "amira.json", (SHIPPED / "amira.json").read_text())
    usual = run_here("score", ".", "--key", KEY)
    quiet = run_here("score", ".", "--key", KEY, "-q")
    assert "not a submission" in usual.err
    assert quiet.err == ""
    assert quiet.out == usual.out
    broken = run_here("score", write(tmp_path / "b.json", "{"), "--key", KEY, "-q")
    assert "b.json: " in broken.err


def test_verbose_names_each_file_with_its_key(run_here):
    done = run_here("score", SHIPPED / "amira.json", "--key", KEY, "--no-feedback", "-v")
    assert f"amira.json: marked by {KEY}" in done.words
    assert "1 hand-in in " in done.words


@pytest.mark.parametrize(("when", "coloured"), [("always", True), ("never", False), ("auto", False)])
def test_colour_when_it_is_asked_for(run_here, monkeypatch, when, coloured):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    done = run_here("score", SHIPPED / "amira.json", "--key", KEY, "--no-feedback", "--color", when)
    assert ("\x1b[" in done.out) == coloured
