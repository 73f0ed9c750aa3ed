"""The command line as it is typed: exit codes, what goes to stdout and stderr, what is written."""

import contextlib
import csv
import errno
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import json_schema
import numpy as np
import pytest
from in_process import Run
from shared import HOSTILE, ROOT
from simulate import Rounding, Student
from test_exchange import payload

import grader
from grader.cli import app, main
from grader.exchange.write import write_text
from grader.reports import visible
from grader.schemas.results import Results

KEYS = ROOT / "answer_keys"
KEY = KEYS / "practical1.toml"
SHIPPED = ROOT / "submissions"
COMMANDS = (
    *(
        "score",
        "check",
        "solve",
        "template",
        "worksheet",
        "assign",
        "audit",
        "schema",
        "try",
        "report",
        "new",
    ),
    *("mark", "marks template", "diff", "similar", "gradescope build"),
)

FAULTS, USAGE = 1, 2  # exit codes


def process(*words, env=None, **how):
    """Run a command in a process of its own, for what has to do with the process."""
    clean = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    path = {"PYTHONPATH": str(Path(grader.__file__).parents[1])}
    command = [sys.executable, "-m", "grader", *map(str, words)]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT} | how
    return subprocess.run(command, env=clean | path | (env or {}), check=False, timeout=60, **how)


def of_process(done):
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def write(folder, name, content):
    """Write a file of bytes, text or JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path.write_bytes(content)
    return path


def submission(student, exercise2=None, **more):
    answers = {"exercise2": exercise2} if exercise2 else {}
    return {"assignment": "practical1", "student": student, "answers": answers, **more}


@pytest.fixture(scope="module")
def good(plans):
    """An answer to exercise 2 with everything right."""
    student = Student(
        plans["online"], {"output": "tanh", "hidden_delta": "exact"}, {"alpha": 0.1}, Rounding(5)
    )
    return student.answer()


@pytest.fixture
def class_(tmp_path, good):
    """A folder with one good student in it."""
    write(tmp_path / "class", "good.json", submission("good", good))
    return tmp_path / "class"


def ids(folder):
    return {json.loads(path.read_text(encoding="utf-8"))["student"] for path in folder.glob("*.json")}


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def entries(text):
    """Return the entries of results, which are what their model says."""
    return Results.model_validate_json(text).results


def entry(text, student):
    (found,) = [each for each in entries(text) if each.student == student]
    return found


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def exercise2(result):
    return next(question for question in result.questions if question.question == "exercise2")


def field(result, name, iteration=0, sample=0):
    step = {"iteration": iteration, "sample": sample}
    return next(each for each in exercise2(result).fields if each.field == name and each.step == step)


# --- score: the main job ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newcomer:
    """The first command that a newcomer types, and the same with a cut-off file among the hand-ins."""

    first: Run
    pages: dict[str, bytes]
    cut: Run
    cut_pages: dict[str, bytes]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(SHIPPED, folder / "submissions")
    shutil.copytree(KEYS, folder / "answer_keys")
    first = of_process(process("score", "submissions/", cwd=folder))
    data = (SHIPPED / "amira.json").read_bytes()
    write(folder / "submissions", "cut.json", data[: len(data) // 2])
    cut = of_process(process("score", "submissions/", "--out", "other", cwd=folder))
    return Newcomer(first, contents(folder / "feedback"), cut, contents(folder / "other"))


def test_the_first_command_a_newcomer_types(newcomer):
    first = newcomer.first
    assert first.code == 0
    last = "Feedback, results.json and grades.csv are in feedback/; begin with index.html"
    assert first.err.splitlines()[-1] == last
    for student in ids(SHIPPED):
        assert re.search(rf"^{student} .*(\d|–)$", first.out, re.MULTILINE), student
        assert newcomer.pages[f"{student}.md"].startswith(f"# Feedback for {student}\n".encode())
    pages = {f"{student}.{kind}" for student in ids(SHIPPED) for kind in ("md", "html")}
    assert newcomer.pages.keys() == pages | {"index.html", "results.json", "grades.csv"}


def test_a_cut_off_file_is_named_with_its_place_and_the_table_stays(newcomer):
    cut = newcomer.cut
    assert cut.code == FAULTS
    assert set(newcomer.first.out.splitlines()) <= set(cut.out.splitlines())
    assert re.search(r"^submissions/cut\.json: Line \d+, column \d+: .*cut off", cut.err, re.MULTILINE)
    assert re.search(r"cut\.json +not marked: Line \d+, column \d+: ", cut.out)
    for name, page in newcomer.pages.items():
        if name.endswith(".md"):
            assert newcomer.cut_pages[name] == page, name
    first, more = (entries(pages["results.json"]) for pages in (newcomer.pages, newcomer.cut_pages))
    assert [each for each in more if each.score is not None] == list(first)


@pytest.mark.parametrize("student", ["fatima", "ivo", "published_solution"])
def test_the_rest_of_the_class_changes_no_digit(run, monkeypatch, newcomer, student):
    monkeypatch.chdir(ROOT)
    done = run("score", f"submissions/{student}.json", "--no-feedback", "--format", "jsonl")
    (alone,) = [json.loads(line) for line in done.out.splitlines()]
    in_class = json.loads(newcomer.pages["results.json"])["results"]
    assert [each for each in in_class if each["student"] == student] == [alone]


@pytest.fixture
def small(class_, good):
    """A class of a few: one who has everything right, one half done, one with a wrong line and a text."""
    write(class_, "half.json", submission("0012", {**good, "steps": good["steps"][:5]}))
    steps = [dict(step) for step in good["steps"]]
    steps[2]["delta_out"] = 7.0
    answers = {"exercise2": {**good, "steps": steps}, "exercise4": {"answer": "Compute it again."}}
    write(class_, "odd.json", submission("odd") | {"answers": answers})
    return class_


def test_a_second_run_gives_the_same_bytes(run, small):
    # Its own output lies in the input folder and is not read again.
    words = ("score", small, "--key", KEYS, "--out", small / "feedback")
    first = run(*words)
    before = contents(small)
    assert first.code == 0
    assert "not a submission" not in first.err
    assert run(*words) == first
    assert contents(small) == before


def test_the_formats_say_the_same(run, small, tmp_path):
    out = tmp_path / "out"
    results = run("score", small, "--key", KEYS, "--out", out, "--format", "json")
    assert results.code == 0
    assert (out / "results.json").read_text(encoding="utf-8") == results.out
    marked = entries(results.out)
    assert [each.student for each in marked] == ["0012", "good", "odd"]

    quick = ["score", small, "--key", KEYS, "--no-feedback", "--format"]
    lines = [json.loads(line) for line in run(*quick, "jsonl").out.splitlines()]
    assert [line["student"] for line in lines] == ["good", "0012", "odd"]  # as they come
    assert sorted(lines, key=lambda each: each["student"]) == json.loads(results.out)["results"]

    table = run(*quick, "csv")
    assert table.out == (out / "grades.csv").read_text(encoding="utf-8")
    shown = run(*quick, "table").out
    for each, row in zip(marked, rows(table.out), strict=True):
        assert row["student"] == each.student
        assert row["total"] == f"{each.score:.2f}"
        assert row["pending"] == f"{each.pending:.2f}"
        assert all(row[question.question] == f"{question.score:.2f}" for question in each.questions)
        line = next(line for line in shown.splitlines() if line.split()[:1] == [each.student])
        assert f"{each.score:.2f}" in line.split()


def test_without_feedback_nothing_is_written(run, monkeypatch, tmp_path, class_):
    monkeypatch.chdir(tmp_path)
    before = contents(tmp_path)
    for words in (["--no-feedback"], ["--no-feedback", "--out", "elsewhere", "--format", "json"]):
        assert run("score", class_, "--key", KEYS, *words).code == 0
    assert contents(tmp_path) == before
    assert not (tmp_path / "feedback").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_wrong_usage_leaves_no_folder_behind(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("score", "nowhere", "--key", KEYS).code == USAGE
    assert run("score", ".", "--key", "nowhere").code == USAGE
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_what_could_not_be_read_is_not_called_missing_whatever_the_file(run, tmp_path, suffix):
    table = "question,iteration,sample,field,value\n,,,student,x\n,,,assignment,practical1\n"
    table += "exercise2,7,0,s_out,0.4\n"
    steps = [{"iteration": 7, "sample": 0, "s_out": 0.4}]
    submission = {"assignment": "practical1", "student": "x", "answers": {"exercise2": {"steps": steps}}}
    file = write(tmp_path, f"x.{suffix}", json.dumps(submission) if suffix == "json" else table)
    done = run("check", file, "--key", KEY)
    assert "15 points: exercise2, of which nothing could be read." in done.out
    assert "exercise2: 0 of 15 points, could not be read" in done.out


# Exercise 2 brings 15 points; 5 more, if there is a text for them, wait for a person and leave 35 of 40.
@pytest.mark.parametrize(("least", "code"), [(0, 0), (37.5, 0), (37.6, FAULTS), (100, FAULTS)])
@pytest.mark.parametrize("waiting", [False, True])
def test_fail_under_looks_at_what_is_marked(run, tmp_path, good, least, code, waiting):
    answers = {"exercise2": good, "exercise4": {"answer": "Compute it again." if waiting else ""}}
    path = write(tmp_path, "one.json", submission("one") | {"answers": answers})
    if waiting:
        least *= 40 / 35
    done = run("score", path, "--key", KEYS, "--no-feedback", "--fail-under", min(least, 100))
    assert done.code == code


# --- several hand-ins of one student ------------------------------------------------------------------------


def test_a_later_hand_in_replaces_an_earlier_one(run, class_, good, tmp_path):
    write(class_, "good2.json", submission("good", {**good, "steps": good["steps"][:6]}))
    done = run("score", class_, "--key", KEYS, "--out", tmp_path / "out", "--format", "json")
    assert done.code == 0
    earlier, later = entries(done.out)
    assert (earlier.student, later.student) == ("good", "good")
    assert earlier.score is None
    assert earlier.problems == (f"replaced by a later hand-in of the same student: {class_ / 'good2.json'}",)
    assert later.score == pytest.approx(7.5)
    (row,) = rows((tmp_path / "out" / "grades.csv").read_text(encoding="utf-8"))
    assert (row["student"], row["total"]) == ("good", "7.50")
    assert "**7.5 of 40 points**" in (tmp_path / "out" / "good.md").read_text(encoding="utf-8")


BROKEN = {"student": "ann", "answers": 7}


@pytest.mark.parametrize(("first", "second", "in_csv"), [("good", "broken", 2), ("broken", "good", 1)])
def test_what_could_not_be_marked_never_hides_what_could(run, tmp_path, good, first, second, in_csv):
    files = {"good": submission("ann", good), "broken": BROKEN}
    write(tmp_path / "class", "1.json", files[first])
    write(tmp_path / "class", "2.json", files[second])
    done = run("score", tmp_path / "class", "--key", KEYS, "--out", tmp_path / "out", "--format", "csv")
    assert done.code == FAULTS
    assert len(rows(done.out)) == in_csv
    assert "15.00" in {row["total"] for row in rows(done.out)}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("ann.html", "ann.md", "grades.csv", "index.html", "results.json")
    }
    assert "**15 of 40 points**" in (tmp_path / "out" / "ann.md").read_text(encoding="utf-8")


def test_pages_of_several_assignments_get_names_that_nobody_else_has(run, tmp_path, good):
    other = json.loads((SHIPPED / "goran.json").read_text(encoding="utf-8"))
    folder, out = tmp_path / "class", tmp_path / "out"
    write(folder, "1.json", submission("ann", good))
    write(folder, "2.json", {**other, "student": "ann"})
    write(folder, "3.json", submission(f"ann-{other['assignment']}", good))
    assert run("score", folder, "--key", KEYS, "--out", out).code == 0
    pages = sorted(out.glob("*.md"))
    assert len(pages) == 3
    heads = sorted(page.read_text(encoding="utf-8").split("\n")[0] for page in pages)
    assert heads == [
        "# Feedback for ann",
        "# Feedback for ann",
        f"# Feedback for ann-{other['assignment']}",
    ]


# --- bad input: a clear message, the right exit code, everyone else marked ----------------------------------


def step0(**fields):
    return submission("bad", {"steps": [{"iteration": 0, "sample": 0, **fields}]})


def raw(value):
    """Return a hand-in with a value written into it as it stands, JSON or not."""
    return json.dumps(step0(s_out="HERE")).replace('"HERE"', value)


PLACE = r"answers\.exercise2\.steps\[0\]"

# What is handed in, what is said of it (a pattern), and whether the file itself is at fault.
BAD = {
    "empty": ("", "Empty", True),
    "cut off": ('{"student": "bad", "answers": {"exer', "Line 1, column 3[0-9]: .*cut off", True),
    "not JSON": ("s_out = 3", "Line 1, column 1", True),
    "not UTF-8": (b'{"student": "J\xf6rg"}', "byte 0xf6 at offset 14", True),
    "a list": ([], "found a list", True),
    "no student": ({"answers": {}}, '"student": a text .* was expected, found nothing', True),
    "a number for a student": ({"student": 12}, "put it in quotes", True),
    "wrong answers": ({"student": "bad", "answers": []}, '"answers": .*found a list', True),
    "a key twice": ('{"student": "bad", "answers": {"a": 1, "a": 2}}', "answers.a: a key .*more than", True),
    "too deep": ('{"student": "bad", "answers": ' + "[" * 500 + "]" * 500 + "}", "Nested too deeply", True),
    "too large": (json.dumps(step0(s_out=" " * 2**20)), "Too large", True),
    "no such assignment": (
        {"assignment": "practical2", "student": "bad"},
        "no answer key for 'practical2'; there is practical1",
        True,
    ),
    "NaN": (raw("NaN"), f"{PLACE}.s_out: expected a finite number, found NaN", False),
    "Infinity": (raw("-Infinity"), f"{PLACE}.s_out: expected a finite number", False),
    "1e999": (raw("1e999"), f"{PLACE}.s_out: expected a finite number, found a number beyond", False),
    "400 digits": (raw("9" * 400), f"{PLACE}.s_out: expected a finite number", False),
    "5000 digits": (raw("9" * 5000), f"{PLACE}.s_out: expected a finite number", False),
    "a boolean": (step0(s_out=True), f"{PLACE}.s_out: expected a number, found true", False),
    "text": (step0(s_out="about 0.1"), f"{PLACE}.s_out: expected a number, found the text 'about", False),
    "an object": (step0(s_out={"value": 0.1}), f"{PLACE}.s_out: expected a number, found an object", False),
    "1x1 for 2x2": (step0(W=[[0.5]]), f"{PLACE}.W: expected a matrix of 2×3, found .*1×1", False),
    "a number for a vector": (step0(s_i=0.5), f"{PLACE}.s_i: expected a vector of 3, found a number", False),
    "ragged": (step0(W=[[1, 2, 3], [4, 5]]), f"{PLACE}.W: expected rows of one length", False),
    "a bad component": (
        step0(s_i=[0.458, "nan", 0.704]),
        rf"{PLACE}.s_i\[1\]: expected a number, found the text 'nan'",
        False,
    ),
    "steps are no list": (submission("bad", {"steps": {"0": 1}}), "steps: expected a list", False),
    "a step is no object": (submission("bad", {"steps": [7]}), r"steps\[0\]: expected an object", False),
    "a list for a label": (
        submission("bad", {"steps": [{"iteration": [0], "sample": 0, "L": 1}]}),
        r"steps\[0\]\.iteration: expected a whole number, found a list",
        False,
    ),
    "a label without end": (
        submission("bad", {"steps": [{"iteration": "9" * 5000, "sample": 0, "L": 1}]}),
        r"steps\[0\]\.iteration: expected a whole number",
        False,
    ),
    "no such step": (
        submission("bad", {"steps": [{"iteration": 3, "sample": 0, "L": 1}, {"iteration": 0, "sample": 0}]}),
        r"steps\[0\]: there is no such step; expected iteration from 0 to 2, sample from 0 to 3",
        False,
    ),
    "no such method": (submission("bad", {"method": "onlin"}), "method: expected online or batch", False),
    "alpha out of range": (
        submission("bad", {"given": {"alpha": 7}}),
        r"given\.alpha: must be at most 1, found 7; 0\.2 is taken",
        False,
    ),
    "a question is no object": (
        {**submission("bad"), "answers": {"exercise2": [1]}},
        "answers.exercise2: expected an object, found a list",
        False,
    ),
    "a formula is no text": (
        {**submission("bad"), "answers": {"prelude": {"Delta_W_k": 3}}},
        "Delta_W_k: expected text, found the number 3",
        False,
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("one_reading_of_the_key")
def test_bad_input_is_told_and_everyone_else_is_marked(run, class_, name):
    content, said, of_the_file = BAD[name]
    path = write(class_, "bad.json", content)
    done = run("score", class_, "--key", KEY, "--no-feedback", "--format", "json")
    assert done.code == FAULTS
    assert re.search(rf"^{re.escape(str(path))}: .*{said}", done.err, re.MULTILINE), done.err
    assert entry(done.out, "good").score == 15
    bad = next(each for each in entries(done.out) if each.file == str(path))
    assert any(re.search(said, problem) for problem in bad.problems)
    assert (bad.score is None) == of_the_file
    # The student is told the same before handing in.
    checked = run("check", path, "--key", KEY)
    assert checked.code == FAULTS
    assert re.search(said, checked.words) or "cannot be read" in checked.words


def test_unknown_keys_are_named_and_change_nothing(run, class_, good):
    odd = submission("odd", {**good, "stesp": []}, note="hello")
    odd["answers"]["exercise_2"] = {}
    odd["answers"]["exercise2"]["steps"][0]["zout"] = 1
    path = write(class_, "odd.json", odd)
    done = run("score", class_, "--key", KEY, "--no-feedback", "--format", "json")
    assert done.code == 0
    assert entry(done.out, "odd").score == entry(done.out, "good").score == 15
    for said in (
        "'note'",
        "answers: unknown key 'exercise_2'; did you mean exercise2?",
        "answers.exercise2: unknown key 'stesp'; did you mean steps?",
        "answers.exercise2.steps[0]: unknown key 'zout'; did you mean z_out?",
    ):
        assert f"{path}: " in done.err
        assert said in done.err
    del odd["answers"]["exercise2"]["steps"][0]["zout"]


def test_a_step_given_twice_counts_for_neither_and_is_told_once(run, class_, good):
    twice = {**good, "steps": [*good["steps"], good["steps"][3]]}
    write(class_, "twice.json", submission("twice", twice))
    done = run("score", class_, "--key", KEY, "--no-feedback", "--format", "json")
    assert done.code == FAULTS
    result = entry(done.out, "twice")
    (problem,) = result.problems
    assert problem.startswith("answers.exercise2.steps[12]: the same step as steps[3]; given twice")
    assert {
        each.status for each in exercise2(result).fields if each.step == {"iteration": 0, "sample": 3}
    } == {"invalid"}
    assert result.score == pytest.approx(15 * 11 / 12)


def test_very_many_faults_fill_neither_the_screen_nor_the_page(run, class_, tmp_path):
    steps = [{"iteration": 0, "sample": 0, **{f"x{i}": 1 for i in range(20_000)}}]
    write(class_, "many.json", submission("many", {"steps": steps}))
    done = run("score", class_, "--key", KEY, "--out", tmp_path / "out")
    assert done.code == 0
    assert len(done.err.splitlines()) < 60
    assert len((tmp_path / "out" / "many.md").read_text(encoding="utf-8")) < 5000


# --- usage --------------------------------------------------------------------------------------------------

WRONG_USAGE = [
    (["score"], "Missing argument 'PATH'"),
    (["score", "nowhere", "--key", KEYS], "'nowhere': no such file or folder"),
    (["score", SHIPPED, "--key", "nowhere"], "nowhere: there is no such file or folder; an answer key"),
    (["score", SHIPPED, "--key", SHIPPED], "no answer key here; expected files that end in .toml"),
    (["score", SHIPPED], "there is no folder answer_keys/ here; name a key"),
    (
        ["score", "{empty}", "--key", KEYS],
        "no submissions in {empty}; expected .json, .jsonl, .csv, .xlsx, a printout in .txt or .log, or",
    ),
    (["score", SHIPPED, "--key", KEYS, "--out", SHIPPED / "amira.json"], "amira.json: cannot be written to"),
    (["score", SHIPPED, "--key", KEYS, "--format", "xml"], "'xml' is not one of"),
    (["score", SHIPPED, "--key", KEYS, "--fail-under", "101"], "Invalid value for '--fail-under'"),
    (["score", SHIPPED, "--bogus"], "No such option: --bogus"),
    (["frobnicate"], "No such command 'frobnicate'"),
    (["check"], "Missing argument 'FILE'"),
    (["check", "nowhere.json", "--key", KEYS], "nowhere.json: there is no such file"),
    (["check", SHIPPED, "--key", KEYS], "a folder; name one file"),
    (["solve"], "Missing argument 'KEY'"),
    (["solve", KEYS], "which key? There is adam.toml, "),
    (["solve", KEY, "--choose", "tanh"], "expected GROUP=OPTION, found 'tanh'"),
    (["solve", KEY, "--choose", "output=tan"], "output has no option 'tan'; it has relu, tanh"),
    (["solve", KEY, "--choose", "outputs=tanh"], "no choice 'outputs'; this method has output, "),
    (
        ["solve", KEY, "--choose", "output=tanh", "--choose", "output=relu"],
        "output is stated twice: tanh and",
    ),
    (["solve", KEY, "--method", "offline"], "no method 'offline'; there is online, batch"),
    (["solve", KEY, "--given", "alpha"], "expected NAME=VALUE, found 'alpha'"),
    (["solve", KEY, "--given", "alpha=much"], "expected a number such as 0.5, found 'much'"),
    (["solve", KEY, "--given", "alpha=nan"], "expected a number such as 0.5, found 'nan'"),
    (["solve", KEY, "--given", "alpha=2"], "alpha = 2: alpha must be at most 1"),
    (["solve", KEY, "--given", "beta=1"], "no constant 'beta' is to be given; there is alpha"),
    (["solve", KEY, "--question", "exercise1"], "no question 'exercise1' is worked line by line"),
    (["template", KEYS], "which key? There is"),
    (["template", "nowhere.toml"], "nowhere.toml: there is no such file"),
    (["template", KEY, "--method", "offline"], "no method 'offline'; there is online, batch"),
    (["audit", "nowhere.toml"], "nowhere.toml: there is no such file"),
    (["schema", "grades"], "'grades' is not one of"),
]


@pytest.mark.parametrize(
    ("words", "said"), WRONG_USAGE, ids=[" ".join(Path(w).name for w in words) for words, _ in WRONG_USAGE]
)
def test_wrong_usage_says_what_was_expected(run, monkeypatch, tmp_path, words, said):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    done = run(*[str(word).replace("{empty}", str(empty)) for word in words])
    assert done.code == USAGE
    assert said.replace("{empty}", str(empty)) in done.words
    assert not done.out


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself_with_an_example(run, command, flag):
    done = run(*command.split(), flag)
    assert done.code == 0
    assert f"Example: grader {command}" in done.words
    assert f"Usage: grader {command}" in done.words


@pytest.mark.parametrize("width", ["0", "1", "100000000", "9" * 5000])
def test_a_width_that_no_terminal_has_is_forgotten(run, monkeypatch, width):
    monkeypatch.delenv("COLUMNS", raising=False)
    usual = run("score", "--help").out
    monkeypatch.setenv("COLUMNS", width)
    assert run("score", "--help").out == usual


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_wrapped_by_the_terminal_and_not_by_us(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "100")
    words = run(*command.split(), "--help").out.split("╭")[0].split("\n")
    for line, following in pairwise(line.strip() for line in words):
        # A line ends early only where a paragraph does: the next word would not have fitted.
        assert not (line and following) or len(line) + len(following.split()[0]) > 96


def test_the_whole_explains_itself(run):
    done = run("--help")
    assert done.code == 0
    assert "Example: grader score submissions/" in done.words
    assert all(command.split()[0] in done.words for command in COMMANDS)
    assert run("--version") == Run(0, f"grader {grader.__version__}\n", "")
    assert run().code == USAGE


# --- keys that cannot be used -------------------------------------------------------------------------------


@pytest.fixture
def two_keys(tmp_path):
    """A folder with a sound key and one that is broken; and a hand-in for each."""
    text = KEY.read_text(encoding="utf-8")
    write(tmp_path / "keys", "sound.toml", text)
    write(
        tmp_path / "keys", "broken.toml", text.replace('"practical1"', '"other"').replace("x @ W", "x @@ W")
    )
    return tmp_path / "keys"


def test_a_broken_key_stops_only_its_own_submissions(run, class_, two_keys):
    write(class_, "other.json", {"assignment": "other", "student": "other", "answers": {}})
    done = run("score", class_, "--key", two_keys, "--no-feedback", "--format", "json")
    assert done.code == FAULTS
    assert entry(done.out, "good").score == 15
    assert entry(done.out, "other").score is None
    assert entry(done.out, "other").problems == ("the answer key of other cannot be used; tell who wrote it",)
    # The author is told where, with a caret under the place.
    path = two_keys / "broken.toml"
    line = path.read_text().split("\n").index('s_i       = "x @@ W"') + 1
    place = f"line {line}, column 17: question[exercise2].method.online.equations.s_i"
    assert f"{path}: {place}: expected a number, a name" in done.err
    assert '    s_i       = "x @@ W"\n                    ^\n' in done.err
    # Nobody is stopped by a key that nobody needs.
    (class_ / "other.json").unlink()
    assert run("score", class_, "--key", two_keys, "--no-feedback").code == 0


def test_a_key_that_is_no_toml_still_stops_its_own_submissions_by_name(run, class_, two_keys):
    write(two_keys, "broken.toml", 'id = "other"\npoints = \n')
    write(class_, "other.json", {"assignment": "other", "student": "other", "answers": {}})
    done = run("score", class_, "--key", two_keys, "--no-feedback", "--format", "json")
    assert done.code == FAULTS
    assert entry(done.out, "other").problems == ("the answer key of other cannot be used; tell who wrote it",)
    assert entry(done.out, "good").score == 15
    assert f"{two_keys / 'broken.toml'}: line 2, column 10: not TOML" in done.err


@pytest.mark.parametrize("command", ["score", "check"])
def test_without_any_sound_key_nothing_can_be_done(run, class_, two_keys, command):
    write(two_keys, "sound.toml", "points = ")
    done = run(command, class_ / "good.json", "--key", two_keys)
    assert done.code == USAGE
    assert "sound.toml: line 1, column 10: not TOML" in done.err
    assert re.search(r"broken\.toml: line \d+, column 17: question\[exercise2\]", done.err)
    assert not done.out


def test_two_keys_of_one_name_are_refused(run, class_, two_keys):
    shutil.copy(two_keys / "sound.toml", two_keys / "twin.toml")
    done = run("score", class_, "--key", two_keys, "--no-feedback")
    assert done.code == USAGE
    assert "two answer keys with the id practical1" in done.err


def test_the_assignment_may_be_absent_where_one_key_applies(run, class_, good):
    one = submission("one", good)
    del one["assignment"]
    write(class_, "one.json", one)
    by_file = run("score", class_, "--key", KEY, "--no-feedback", "--format", "json")
    by_question = run("score", class_, "--key", KEYS, "--no-feedback", "--format", "json")
    assert by_file.out == by_question.out
    assert entry(by_file.out, "one").assignment == "practical1"
    write(class_, "none.json", {"student": "none"})
    done = run("score", class_, "--key", KEYS, "--no-feedback", "--format", "json")
    assert done.code == FAULTS
    assert re.search(r"more than one key could be meant: .*practical1, practical1-strict", done.err)


# --- check --------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.\[])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\])")

# Numbers that speak of the work and not of its values: points, places, counts.
ABOUT = re.compile(
    r"(?:less than )?[\d.]+ (?:of [\d.]+ )?points?"
    r"|(?:iteration|sample|row|column)s? \d+(?:(?:–|, | and )\d+)*"
    r"|Right: \d+ of \d+|\d+ (?:more )?(?:lines?|times)|all \d+ numbers|steps\[\d+\]"
)


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, int | float):
        yield float(value)


def is_rounded(text, value):
    """Tell whether a printed number can be this value, written with fewer digits."""
    mantissa, _, exponent = text.partition("e")
    half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return abs(float(text) - value) <= half * (1 + 1e-9)


def strangers(report, answer):
    """Return the numbers of a report that its student has not written."""
    text = ABOUT.sub("", " ".join(report.split("\n\n", 1)[1].split()))
    own = [*numbers_in(answer), 0.2]  # the key's own default for what is to be given
    return [number for number in NUMBER.findall(text) if not any(is_rounded(number, value) for value in own)]


def faulty_students(plan):
    """Yield students of all sorts, each with a few faults: by turns written down and worked out wrong."""
    random = np.random.default_rng(7)
    for i in range(8):
        way = {group: str(random.choice(options)) for group, options in plan.choices.items()}
        places = [(int(random.integers(12)), str(random.choice([line.field for line in plan.lines])))]
        places += [(int(random.integers(12)), "w"), (int(random.integers(12)), "delta_i")]
        off = round(float(random.normal()), 3)
        changed = {place: lambda value, off=off: value + off for place in places}
        kind = {"errors": changed} if i % 2 else {"slips": changed}
        yield Student(plan, way, {"alpha": 0.3}, Rounding(int(random.integers(3, 9))), **kind)


def test_check_never_shows_a_value_that_the_student_did_not_write(run, tmp_path, plans):
    shipped = json.loads((SHIPPED / "published_solution.json").read_text(encoding="utf-8"))
    traces = [shipped["answers"]["exercise2"]]
    traces += [student.answer() for student in faulty_students(plans["online"])]
    lines = [json.dumps(submission(f"s{i}", trace)) for i, trace in enumerate(traces)]
    done = run("check", write(tmp_path, "all.jsonl", "\n".join(lines)), "--key", KEY)
    assert done.code == 0
    reports = re.split(r"^Check of\b", done.out, flags=re.MULTILINE)[1:]
    assert len(reports) == len(traces)
    wrote = 0
    for report, trace in zip(reports, traces, strict=True):
        assert strangers(report, trace) == [], report
        wrote += report.count("you wrote")
    assert wrote > 5  # the students' own values are shown


def test_the_search_for_strangers_finds_them(run, tmp_path, plans):
    """The test above would notice: on a page after marking, which may name values, it does."""
    _, student, *_ = faulty_students(plans["online"])
    path = write(tmp_path, "one.json", submission("s", student.answer()))
    revealing = run("score", path, "--key", KEY, "--out", tmp_path / "out")
    assert revealing.code == 0
    page = (tmp_path / "out" / "s.md").read_text(encoding="utf-8")
    assert strangers(page, student.answer())


def test_check_ends_well_for_whatever_can_be_read(run, small):
    for path in small.glob("*.json"):
        done = run("check", path, "--key", KEYS)
        assert done.code == 0
        assert done.out.startswith("Check of")
        assert not done.err
        assert max(len(line) for line in done.out.splitlines() if str(path) not in line) <= 80


# --- solve --------------------------------------------------------------------------------------------------


def test_solve_shows_the_trace_in_three_ways(run):
    sheet = ["solve", KEY, "--choose", "output=tanh", "--choose", "hidden_delta=exact"]
    done = run(*sheet, "--format", "json")
    assert done.code == 0
    trace = json.loads(done.out)
    assert trace["choices"] == {"output": "tanh", "hidden_delta": "exact", "delta_sign": "step"}
    assert trace["given"] == {"alpha": 0.2}
    first, *_, last = trace["steps"]
    assert len(trace["steps"]) == 12
    assert first["z_out"] == pytest.approx(0.0982718058711, abs=5e-14)
    assert last["w"] == pytest.approx([0.20802537, 0.41836359, 0.00265945], abs=5e-9)
    table = run(*sheet)
    assert "output = tanh, hidden_delta = exact, delta_sign = step, alpha = 0.2" in table.out
    assert "[0.20802537 0.41836359 0.00265945]" in table.out
    assert "z_out: 0.0982718058711" in run(*sheet, "--format", "log").out


def test_solve_takes_another_method_and_constant(run):
    trace = json.loads(run("solve", KEY, "--method", "batch", "--given", "alpha=0,1", "--format", "json").out)
    assert trace["method"] == "batch"
    assert trace["given"] == {"alpha": 0.1}
    assert len(trace["steps"]) == 3
    assert np.shape(trace["steps"][0]["s_i"]) == (4, 3)
    assert trace["choices"]["reduction"] == "sum"


NEWTON = """
id = "newton"
[[question]]
id = "{0}"
kind = "trace"
points = 8
start.x = {1}
[question.method.newton]
loop.step = 4
equations.x = "x - (x^2 - 2) / (2*x)"
"""


def test_solve_of_several_questions_is_one_document(run, tmp_path):
    text = NEWTON.format("a", 1.0) + NEWTON.format("b", 2.0).replace('id = "newton"', "")
    path = write(tmp_path, "two.toml", text)
    traces = json.loads(run("solve", path, "--format", "json").out)
    assert [trace["question"] for trace in traces] == ["a", "b"]
    assert all(trace["steps"][-1]["x"] == pytest.approx(2**0.5) for trace in traces)
    assert json.loads(run("solve", path, "--question", "b", "--format", "json").out)["question"] == "b"


def test_solve_names_the_place_where_the_numbers_end(run, tmp_path):
    path = write(tmp_path, "zero.toml", NEWTON.format("a", 0.0))
    done = run("solve", path, "--format", "json")
    assert done.code == USAGE
    assert "a: x in step 0 is no finite number; a division by zero?" in done.err


# --- template -----------------------------------------------------------------------------------------------


def test_an_empty_template_is_a_hand_in_with_everything_missing(run, tmp_path):
    template = json.loads(run("template", KEY).out)
    path = write(tmp_path / "class", "mine.json", template)
    unnamed = run("score", path, "--key", KEY, "--no-feedback")
    assert unnamed.code == FAULTS
    assert '"student": a text such as "0012345" was expected, found an empty text' in unnamed.err
    write(tmp_path / "class", "mine.json", template | {"student": "me"})
    done = run("score", path, "--key", KEY, "--no-feedback", "--format", "json")
    assert done.code == 0
    assert not done.err
    result = entry(done.out, "me")
    assert (result.score, result.pending) == (0, 0)
    assert {field.status for question in result.questions for field in question.fields} == {"missing"}


@pytest.mark.parametrize(
    ("format_", "start"), [("csv", b"question,part,"), ("xlsx", b"PK"), ("html", b"<!DOCTYPE")]
)
def test_a_template_of_any_format_goes_to_a_file_or_to_stdout(run, tmp_path, format_, start):
    file = tmp_path / f"mine.{format_}"
    done = run("template", KEY, "--format", format_, "-o", file)
    assert (done.code, done.out, done.err) == (0, "", f"Written to {file}\n")
    assert file.read_bytes().startswith(start)
    command = [sys.executable, "-m", "grader", "template", str(KEY), "--format", format_]
    piped = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    assert piped.stdout == file.read_bytes() if format_ != "xlsx" else piped.stdout.startswith(start)
    assert piped.stderr == b""


def test_a_workbook_is_not_shown_in_a_terminal(run, monkeypatch):
    monkeypatch.setattr("grader.cli.terminal.streams.is_terminal", lambda: True)
    done = run("template", KEY, "--format", "xlsx")
    assert done.code == USAGE
    assert "a workbook cannot be shown in a terminal; name a file: --out answers.xlsx" in done.words


def test_a_worksheet_is_a_page_by_the_method_asked_for(run, tmp_path):
    file = tmp_path / "sheet.html"
    assert run("worksheet", KEY, "--method", "batch", "-o", file).code == 0
    assert file.read_text(encoding="utf-8").count("<table>") == 3
    assert run("worksheet", KEY, "--method", "offline").code == USAGE
    assert run("worksheet", KEY).out.count("<table>") == 12


def test_hand_ins_of_every_kind_are_marked_side_by_side(run, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    answers = {"exercise2": {"steps": [{"iteration": 0, "sample": 0, "s_out": "0.0986"}]}}
    write(folder, "a.json", {"student": "a", "assignment": "practical1", "answers": answers})
    head = "question,iteration,sample,field,value\n,,,student,{}\n,,,assignment,practical1\n"
    (folder / "b.csv").write_text(head.format("b") + "exercise2,0,0,s_out,0.0986\n", encoding="utf-8")
    (folder / "c.log").write_text(run("solve", KEY, "--format", "log").out, encoding="utf-8")
    (folder / "d.csv").write_text(head.format("d") + "exercise2,0,0,s_out,much\n", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing of a printout\n", encoding="utf-8")
    (folder / "gradebook.csv").write_text("student,total\na,3\n", encoding="utf-8")
    done = run("score", folder, "--key", KEY, "--no-feedback", "--format", "csv")
    totals = {row["student"]: row["total"] for row in csv.DictReader(io.StringIO(done.out))}
    assert totals == {"a": totals["b"], "b": totals["b"], "c": "15.00", "d": "0.00"}
    assert done.code == FAULTS
    assert f"{folder / 'd.csv'}: line 4: expected a number, found the text 'much'" in done.err
    assert f"{folder / 'notes.txt'}: not a submission: no printout of steps" in done.err
    assert f"{folder / 'gradebook.csv'}: not a submission: no table of answers" in done.err
    assert run("check", folder / "b.csv", "--key", KEY).code == 0


@pytest.mark.parametrize(
    ("chosen", "offered"), [((), ["online", "batch"]), (("--method", "batch"), ["batch"])]
)
def test_a_page_by_one_method_offers_no_other(run, chosen, offered):
    page = run("template", KEY, "--format", "html", *chosen).out
    assert re.findall(r'data-method="(\w+)"', page) == offered


@pytest.mark.parametrize("method", ["online", "batch"])
def test_a_template_filled_with_the_reference_gets_full_marks(run, tmp_path, method):
    template = json.loads(run("template", KEY, "--method", method).out)
    trace = json.loads(run("solve", KEY, "--method", method, "--format", "json").out)
    answer = template["answers"]["exercise2"]
    assert [step.keys() for step in answer["steps"]] == [step.keys() for step in trace["steps"]]
    answer["steps"] = trace["steps"]
    path = write(tmp_path, "full.json", template | {"student": "me"})
    done = run("score", path, "--key", KEY, "--no-feedback", "--format", "json")
    assert done.code == 0
    assert entry(done.out, "me").score == 15
    assert exercise2(entry(done.out, "me")).method == method


# --- schema -------------------------------------------------------------------------------------------------


def test_what_is_shipped_and_written_conforms_to_the_schemas(run, newcomer):
    schemas = {kind: json.loads(run("schema", kind).out) for kind in ("key", "submission", "results")}
    for schema in schemas.values():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    files = {
        "key": [tomllib.loads(path.read_text(encoding="utf-8")) for path in KEYS.glob("*.toml")],
        "submission": [json.loads(path.read_text(encoding="utf-8")) for path in SHIPPED.glob("*.json")],
        "results": [json.loads(pages["results.json"]) for pages in (newcomer.pages, newcomer.cut_pages)],
    }
    files["submission"].append(json.loads(run("template", KEY).out) | {"student": "me"})
    for kind, documents in files.items():
        assert documents
        for document in documents:
            assert list(json_schema.faults(document, schemas[kind])) == []


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("submission", {"answers": {}}),
        ("submission", {"student": 7}),
        ("submission", {"student": "a\tb"}),
        ("results", {"schema": "grader/results/v1", "results": [{"student": "a"}]}),
        ("results", {"schema": "grader/results/v0", "results": []}),
        ("key", {"id": "a b", "question": []}),
        ("key", {"id": "a", "question": [{"id": "q", "kind": "text", "points": 1, "parts": []}]}),
    ],
)
def test_the_schemas_refuse_what_is_wrong(run, kind, document):
    assert list(json_schema.faults(document, json.loads(run("schema", kind).out)))


# --- when something goes wrong inside -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ZeroDivisionError("boom"),
            "grader: internal error (ZeroDivisionError: boom); --debug shows where\n",
        ),
        (MemoryError(), "grader: out of memory; mark fewer hand-ins at a time\n"),
        (OSError(28, "No space left on device", "x.md"), "grader: x.md: No space left on device\n"),
        (OSError("odd"), "grader: odd\n"),
    ],
)
def test_a_crash_shows_no_traceback_unless_asked(run, monkeypatch, capsys, error, said):
    def crash(*_, **__):
        raise error

    monkeypatch.setattr(type(app.app), "__call__", crash)
    assert run("score") == Run(USAGE, "", said)
    monkeypatch.setattr(sys, "argv", ["grader", "score", "--debug"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == USAGE
    assert "Traceback (most recent call last)" in capsys.readouterr().err
    assert "--debug" not in sys.argv


def test_what_is_wrong_reaches_the_terminal_without_its_powers(run, tmp_path):
    name = "a\x1b]0;pwned\x07.json"
    try:
        write(tmp_path / "class", name, "{")
    except OSError:
        pytest.skip("no file can be called that here")
    done = run("score", tmp_path / "class", "--key", KEY, "--no-feedback")
    assert done.code == FAULTS
    assert "\x1b" not in done.out + done.err
    assert visible(name) in done.err


# --- the process: streams, terminals, locales ---------------------------------------------------------------


def test_a_reader_who_goes_away_is_no_error(class_, tmp_path):
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as gone:
        done = process("score", class_, "--out", tmp_path / "out", "--format", "json", stdout=gone)
    assert done.returncode not in {0, USAGE, 120}
    assert done.stderr == b""
    assert entries((tmp_path / "out" / "results.json").read_bytes())


@pytest.mark.skipif(os.name != "posix", reason="shells close streams in their own ways")
def test_closed_streams_stop_nothing(class_, tmp_path):
    command = '"$0" -m grader score "$1" --out "$2" >&- 2>&-'
    env = os.environ | {"PYTHONPATH": str(Path(grader.__file__).parents[1])}
    words = ["sh", "-c", command, sys.executable, str(class_), str(tmp_path / "out")]
    done = subprocess.run(words, env=env, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 0
    assert entry((tmp_path / "out" / "results.json").read_bytes(), "good").score == 15


def test_a_full_disk_is_told_with_the_file_that_could_not_be_written(tmp_path):
    def pieces():
        yield "x"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as from a write, which names no file

    with pytest.raises(OSError, match="No space left") as caught:
        write_text(tmp_path / "a.txt", pieces())
    assert caught.value.filename == str(tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())


NAMED = [
    ("template", KEY, "-o"),
    ("worksheet", KEY, "-o"),
    ("schema", "key", "-o"),
    ("score", ROOT / "submissions" / "amira.json", "--key", KEY, "--no-feedback", "-o"),
    ("gradescope", "build", KEY, "--out"),
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("words", NAMED, ids=lambda words: words[0])
def test_what_is_no_file_is_written_to_and_stays_what_it_is(run, words, tmp_path):
    """As /dev/null and /dev/stdout must, which a rename would take away where root may do that."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        there = pool.submit(pipe.read_bytes)
        code = run(*words, pipe).code
        with contextlib.suppress(OSError):  # where nobody has opened it, nothing would ever come
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        data = there.result()
    assert code == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
    run(*words, tmp_path / "file")
    assert len(data) == (tmp_path / "file").stat().st_size


@pytest.mark.parametrize("words", NAMED, ids=lambda words: words[0])
def test_a_file_is_written_where_a_link_leads(run, words, tmp_path):
    """So that `-o /dev/stdout > FILE` writes the file, and does not put another in the place of the link."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    assert run(*words, link).code == 0
    assert link.is_symlink()
    assert (tmp_path / "file").stat().st_size > 0


@pytest.mark.parametrize("words", NAMED, ids=lambda words: words[0])
@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_folder_is_no_file_to_write(run, words, name):
    done = run(*words, name)
    assert done.code == USAGE
    assert f"{Path(name)}: a folder; expected the name of a file to write" in done.words


def test_a_folder_that_was_deleted_is_told(tmp_path):
    script = "import os, sys; os.rmdir(os.getcwd()); from grader.cli import main; main()"
    gone = tmp_path / "gone"
    gone.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    # -P: what is installed is not looked for in the current folder, nor does the command `grader` do so.
    command = [sys.executable, "-P", "-c", script, "--help"]
    done = subprocess.run(command, cwd=gone, env=env, capture_output=True, text=True, check=False)
    expected = "grader: the current folder is no longer there; change to another one\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_the_locale_changes_no_byte(tmp_path, good):
    name = "J\u00fcrgen \u4e2d\u6587.json"
    write(tmp_path / "class", name, submission("J\u00fcrgen \u4e2d\u6587 \U0001f600", good))
    words = ("score", "class", "--key", KEY, "--out")
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    runs = [
        process(*words, "one", cwd=tmp_path, env={"PYTHONUTF8": "1"}),
        process(*words, "two", cwd=tmp_path, env=plain),
    ]
    assert [done.returncode for done in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout
    assert "Jürgen 中文" in runs[0].stdout.decode()
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals")
@pytest.mark.parametrize(("no_color", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_whose_user_has_not_declined(class_, no_color, coloured):
    ours, theirs = os.openpty()
    env = {"TERM": "xterm", "COLUMNS": "80", **no_color}
    done = process("score", class_, "--no-feedback", env=env, stdout=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # what Linux says at the end
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert done.returncode == 0
    assert b"good" in shown
    assert (b"\x1b[" in shown) == coloured


def test_elsewhere_there_is_no_colour(run, class_):
    done = run("score", class_, "--key", KEYS, "--no-feedback")
    assert "\x1b" not in done.out + done.err


# --- the shared list of hostile inputs ----------------------------------------------------------------------


def hostile(kind):
    if not HOSTILE.exists():
        return []
    with HOSTILE.open(encoding="utf-8") as file:
        listed = [json.loads(line) for line in file if line.strip()]
    return [each for each in listed if each["kind"] == kind]


# Where the loose fields of the list stand in a hand-in of the practical.
FIELDS = {"s_out": "s_out", "s": "s_i", "W": "W"}

# entry -> the field's status, and what is said: a problem (then the exit code is 1) or a note.
IN_PLACE = {
    "json-empty-string": ("s_out", "missing", ""),
    "json-number-string-space": ("s_out", "read", ""),
    "json-number-string-comma": ("s_out", "read", "note: the comma in '0,1' is read as a decimal"),
    "json-transposed": ("W", "read", "note: written with rows and columns exchanged"),
    "json-1e-400": ("s_out", "read", ""),  # a parser has no way to tell it from 0
    "json-nan": ("s_out", "invalid", "expected a finite number, found NaN"),
    "json-nan-string": ("s_out", "invalid", "expected a number, found the text 'nan'"),
    "json-int-310": ("s_out", "invalid", "expected a finite number, found a number beyond all range"),
    "json-scalar-for-vector": ("s_i", "invalid", "expected a vector of 3, found a number"),
    "json-ragged": ("W", "invalid", "expected rows of one length, found rows of lengths 2, 1"),
    "json-vector-with-nan-string": ("s_i", "invalid", "s_i[1]: expected a number, found the text 'nan'"),
    "json-object-for-number": ("s_out", "invalid", "expected a number, found an object"),
}


@pytest.mark.parametrize("each", [pytest.param(each, id=each["name"]) for each in hostile("json")])
@pytest.mark.usefixtures("one_reading_of_the_key")
def test_hostile_json(run, class_, tmp_path, each):
    data = payload(each)
    path = write(class_, "hostile.json", data if isinstance(data, bytes) else data.encode())
    out = tmp_path / "out"
    done = run("score", class_, "--key", KEY, "--out", out, "--format", "json")
    assert done.code in {0, FAULTS}
    assert entry(done.out, "good").score == 15
    (found,) = [result for result in entries(done.out) if result.file == str(path)]
    whole = found.score is not None
    assert done.code == 0 if whole else FAULTS
    if each["verdict"] in {"accept", "flag", "neutral", "survive"}:
        assert whole
    elif each["name"] not in IN_PLACE:
        assert not whole
        assert f"{path}: " in done.err
    if each["verdict"] == "flag" and each["name"] not in {*IN_PLACE, "json-id-mismatch"}:
        assert any("nknown key" in problem for problem in found.problems)
    assert all(text.isprintable() for text in done.err.splitlines())
    assert len(list(out.glob("*.md"))) == 1 + (found.student is not None)


@pytest.mark.parametrize(
    "each", [pytest.param(e, id=e["name"]) for e in hostile("json") if e["name"] in IN_PLACE]
)
@pytest.mark.usefixtures("one_reading_of_the_key")
def test_hostile_fields_in_their_place(run, class_, each):
    name, status, said = IN_PLACE[each["name"]]
    loose = json.loads(payload(each))["answers"]
    step = {FIELDS[key]: value for key, value in loose.items()}
    write(class_, "hostile.json", json.dumps(step0(**step)))
    done = run("score", class_, "--key", KEY, "--no-feedback", "--format", "json")
    assert entry(done.out, "good").score == 15
    found = entry(done.out, "bad")
    if status == "read":
        assert field(found, name).status not in {"missing", "invalid"}
    else:
        assert field(found, name).status == status
        assert field(found, name).score == 0 or name == "s_i"  # the other components are still marked
    if said.startswith("note: "):
        assert any(said.removeprefix("note: ") in note for note in exercise2(found).notes)
    assert done.code == (FAULTS if status == "invalid" else 0)
    if status == "invalid":
        (problem,) = found.problems
        assert problem.startswith("answers.exercise2.steps[0].")
        assert said in problem


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared list is not here")
def test_every_field_of_the_list_is_considered():
    assert {each["name"] for each in hostile("json")} >= IN_PLACE.keys()


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared list is not here")
def test_hostile_ids_stay_in_the_output_folder(run, tmp_path, good):
    students = [student for each in hostile("path") for student in payload(each).split("\n")]
    lines = [json.dumps(submission(student, good)) for student in students]
    sandbox = tmp_path / "deep" / "er"
    hand_ins = write(sandbox, "all.jsonl", "\n".join(lines))
    out = sandbox / "out"
    done = run("score", hand_ins, "--key", KEY, "--out", out, "--format", "json")
    assert done.code == FAULTS
    marked = [each for each in entries(done.out) if each.score is not None]
    refused = [each for each in entries(done.out) if each.score is None]
    assert {each.student for each in marked} == {s for s in students if not re.search(r"[\0\t]", s)}
    assert len(marked) + len(refused) == len(students)
    pages = {path.name for path in out.iterdir()} - {"results.json", "grades.csv", "index.html"}
    assert len({name.casefold() for name in pages if name.endswith(".md")}) == len(marked)
    assert {f"{name[:-3]}.html" for name in pages if name.endswith(".md")} == {
        name for name in pages if not name.endswith(".md")
    }
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(md|html)", name) for name in pages)
    assert {path.name for path in sandbox.iterdir()} == {"all.jsonl", "out"}
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    for row in rows((out / "grades.csv").read_text(encoding="utf-8")):
        assert not re.match(r"[=+\-@\t\r]", row["student"])
