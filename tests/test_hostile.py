"""Hostile and odd hand-ins, the shared list and our own: what is said of each, and nothing of others."""

import contextlib
import json
import os
import re
import shutil
import socket
import time
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
from hostile_inputs import FUNCTIONS, NAMES, SHARED, Input, meaning, own, shared
from in_process import grader
from shared import ROOT

from grader.expressions import ExpressionFault
from grader.expressions.notation import Vocabulary, read_formula
from grader.reports import visible

KEY = ROOT / "answer_keys" / "practical1.toml"
NEIGHBOURS = ("amira", "fatima", "ivo")
VOCABULARY = Vocabulary(symbols=dict.fromkeys(NAMES, ()), functions=frozenset(FUNCTIONS))
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|index|results|grades", re.IGNORECASE)
MEGABYTES = 1 << 20

FORMULAS = [*own("formula"), *shared("expression")]
FILES = [*own("json"), *shared("json")]
TABLES = own("file")
STUDENTS = [*own("name"), *shared("path")]
needs_the_list = pytest.mark.skipif(not SHARED.exists(), reason="the shared list is not here")


def by_name(inputs: Iterable[Input]):
    return [pytest.param(each, id=each.name) for each in inputs]


def test_there_are_enough_of_our_own():
    inputs = [*own("formula"), *own("json"), *own("name")]
    assert len(inputs) >= 150
    assert len({each.name for each in inputs}) == len(inputs)
    assert len({(each.kind, each.data) for each in inputs}) == len(inputs)


@needs_the_list
def test_the_shared_list_is_all_run():
    """The folders of the list are built and read in test_exchange."""
    counts = {kind: len(shared(kind)) for kind in ("expression", "json", "path", "filesystem")}
    assert counts == {"expression": 166, "json": 58, "path": 22, "filesystem": 28}


# --- formulas -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def formula_key(tmp_path_factory):
    """A key that asks for the meaning of every input that means something, each in a part of its own."""
    text = json.dumps
    lines = ['id = "formulas"', "[[question]]", 'id = "q"', 'kind = "formula"', f"points = {len(MEANT)}"]
    lines += [f"numbers = {text(NAMES)}", 'whole = ["n"]', f"functions = {text(FUNCTIONS)}"]
    for number, formula in enumerate(MEANT):
        lines += [
            "[[question.part]]",
            f'id = "p{number}"',
            "points = 1",
            f"answer = {text(meaning(formula))}",
        ]
    path = tmp_path_factory.mktemp("key") / "formulas.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


MEANT = [each for each in FORMULAS if "equiv" in each.row]
REFUSED = [each for each in FORMULAS if each.verdict == "reject"]
FLAGGED = [each for each in FORMULAS if each.verdict == "flag"]

# Of the shared list: read without a note, each with the reason why none is needed.
SILENT = {
    "expr-num-zero-pow-zero": "0^0 is 1, as everywhere in the program",
    "expr-num-sci-vs-e": "2e+3 is a number wherever e is no name of the question",
}


def test_what_is_accepted_has_its_meaning(formula_key, tmp_path):
    answers = {f"p{number}": formula.text for number, formula in enumerate(MEANT)}
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"student": "s", "answers": {"q": answers}}), encoding="utf-8")
    done = grader("score", path, "--key", formula_key, "--no-feedback", "--format", "jsonl")
    (question,) = json.loads(done.out)["questions"]
    status = {MEANT[int(each["field"][1:])].name: each["status"] for each in question["fields"]}
    assert {name: found for name, found in status.items() if found != "correct"} == {}
    assert done.code == 0, done.err


def hand_in_formulas(folder, formulas):
    """Write a hand-in for each formula."""
    for number, formula in enumerate(formulas):
        hand_in = {"student": f"{number}", "answers": {"q": {"p0": formula.text}}}
        (folder / f"{number}.json").write_text(json.dumps(hand_in), encoding="utf-8")


def test_what_is_refused_is_told_with_its_place_and_earns_nothing(formula_key, tmp_path):
    hand_in_formulas(tmp_path, REFUSED)
    done = grader("score", tmp_path, "--key", formula_key, "--no-feedback", "--format", "jsonl")
    assert done.code == 1
    for formula, line in zip(REFUSED, done.out.splitlines(), strict=True):
        result = json.loads(line)
        found = result["questions"][0]["fields"][0]
        blank = not formula.text.strip()  # not answered, which is no fault
        assert found["status"] == ("missing" if blank else "invalid"), formula
        assert found["score"] == 0
        assert [text[:14] for text in result["problems"]] == ["answers.q.p0: "] * (not blank)


@pytest.mark.parametrize("formula", by_name(REFUSED[::10]))
def test_what_is_refused_by_itself_gives_a_message_and_exit_code_1(formula, formula_key, tmp_path):
    hand_in_formulas(tmp_path, [formula])
    done = grader("score", tmp_path, "--key", formula_key, "--no-feedback")
    assert done.code == 1
    assert f"{tmp_path / '0.json'}: answers.q.p0: cannot be read: " in done.err
    assert all(line.isprintable() for line in done.err.splitlines())


@pytest.mark.parametrize("formula", by_name(each for each in REFUSED if each.text.strip()))
def test_the_place_is_in_the_text_that_was_written(formula):
    with pytest.raises(ExpressionFault) as caught:
        read_formula(formula.text, VOCABULARY)
    fault = caught.value
    start, end = fault.span
    assert 0 <= start <= end <= len(fault.text)
    assert formula.text.startswith(fault.text)
    assert fault.reason
    at = formula.row.get("at")
    assert at is None or fault.text[start:end] == at


@pytest.mark.parametrize("formula", by_name(FLAGGED))
def test_what_can_be_read_in_two_ways_is_read_with_a_note_or_not_at_all(formula):
    reading = None
    with contextlib.suppress(ExpressionFault):
        reading = read_formula(formula.text, VOCABULARY)
    if reading is None:
        assert "equiv" not in formula.row
        return
    assert bool(reading.notes) != (formula.name in SILENT)


# --- files --------------------------------------------------------------------------------------------------

# The shared list has loose fields that are in no question here; test_cli puts them in their place.
LOOSE = {
    *("json-nan", "json-nan-string", "json-int-310", "json-scalar-for-vector", "json-ragged"),
    *("json-vector-with-nan-string", "json-object-for-number"),
}


@pytest.mark.parametrize("file", by_name(FILES))
def test_a_file_is_told_with_its_place_or_read(file, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(file.data)
    done = grader("score", path, "--key", KEY, "--no-feedback", "--format", "jsonl")
    result = json.loads(done.out)
    notes = [note for question in result.get("questions", ()) for note in question["notes"]]
    said = " ".join([*result["problems"], *notes])
    refused = file.verdict == "reject" and file.name not in LOOSE
    assert (result["score"] is None) == refused
    assert done.code == (refused or file.verdict == "field")
    assert file.row.get("says", "") in said
    if done.code or (file.verdict == "flag" and file.name != "json-id-mismatch"):
        assert said
        assert f"{path}: {result['problems'][0]}" in done.err
    assert all(line.isprintable() for line in done.err.splitlines())


@pytest.mark.parametrize("file", by_name(TABLES))
def test_a_table_or_printout_is_told_with_its_place_or_read_or_passed_over(file, tmp_path):
    path = tmp_path / f"x{file.row['suffix']}"
    path.write_bytes(file.data)
    done = grader("score", path, "--key", KEY, "--no-feedback", "--format", "jsonl")
    assert all(line.isprintable() for line in done.err.splitlines())
    if file.verdict == "skip":
        assert (done.code, done.out) == (2, "")
        assert f"{path}: not a submission: " in done.err
        return
    result = json.loads(done.out)
    assert (result["score"] is None) == (file.verdict == "reject")
    assert done.code == (file.verdict in ("reject", "field"))
    assert file.row.get("says", "") in " ".join(result["problems"])
    assert bool(result["problems"]) == (file.verdict != "accept")
    assert len(result["problems"]) < 100


FLOODS = [each for each in FILES if "recipe" in each.row and len(each.row["recipe"]) < 1000]


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Load what is loaded once, so that it does not count as the first input's."""
    out = tmp_path_factory.mktemp("warm")
    grader("score", ROOT / "submissions", "--key", KEY, "--out", out)


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("flood", by_name(each for each in FLOODS if len(each.data) > 100_000))
def test_a_flood_takes_little_memory_and_leaves_little_text(flood, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(flood.data)
    tracemalloc.start()
    try:
        done = grader("score", path, "--key", KEY, "--out", tmp_path / "out")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 50 * MEGABYTES
    assert len(done.out) + len(done.err) < 20_000
    written = sum(page.stat().st_size for page in (tmp_path / "out").iterdir())
    assert written < 200_000  # a page of a hand-in with nothing in it has some 20 kB


def page_of(value):
    """Return the practical's exercise 2 with one number in every place."""
    shapes = {
        "s_i": 3,
        "z_i": 3,
        "s_out": 0,
        "z_out": 0,
        "L": 0,
        "delta_out": 0,
        "delta_i": 3,
        "Delta_w": 3,
        "w": 3,
    }
    lines = {name: [value] * size if size else value for name, size in shapes.items()}
    lines |= dict.fromkeys(("Delta_W", "W"), [[value] * 3] * 2)
    steps = [{"iteration": i, "sample": j, **lines} for i in range(3) for j in range(4)]
    return {"exercise2": {"steps": steps}}


def test_numbers_of_any_size_are_marked_without_a_warning(tmp_path):
    """What NumPy warns of is an error here, and would be a line on stderr for whoever marks."""
    values = (0, 5e-324, "1e-323", 1e154, -1e308, "9" * 99, 1.000001)
    for number, value in enumerate(values):
        hand_in = {"assignment": "practical1", "student": str(number), "answers": page_of(value)}
        (tmp_path / f"{number}.json").write_text(json.dumps(hand_in), encoding="utf-8")
    done = grader("score", tmp_path, "--key", KEY, "--out", tmp_path / "out", "--format", "jsonl")
    assert (done.code, len(done.out.splitlines())) == (0, len(values))
    assert "Warning" not in done.err
    assert all(json.loads(line)["score"] < 2 for line in done.out.splitlines())


def test_of_very_many_steps_that_there_are_not_some_are_named(tmp_path):
    steps = [{"iteration": 3 + i, "sample": 0, "s_out": 1} for i in range(140)]
    hand_in = {"assignment": "practical1", "student": "s", "answers": {"exercise2": {"steps": steps}}}
    (tmp_path / "x.json").write_text(json.dumps(hand_in), encoding="utf-8")
    done = grader("score", tmp_path, "--key", KEY, "--no-feedback", "--format", "jsonl")
    problems = json.loads(done.out)["problems"]
    assert len(problems) == 11
    assert problems[0].startswith(
        "answers.exercise2.steps[0]: there is no such step; expected iteration from 0"
    )
    assert problems[-1].startswith("answers.exercise2.steps: 130 more steps that the exercise does not have")


def test_of_a_line_without_an_end_little_is_read_and_what_stands_before_it_is_marked(tmp_path):
    """A file of terabytes with nothing in it takes no place on a disk."""
    path = tmp_path / "class.jsonl"
    first = json.dumps({"assignment": "practical1", "student": "s", "answers": {}})
    path.write_text(f"{first}\n", encoding="utf-8")
    os.truncate(path, 1 << 40)
    start = time.process_time()
    done = grader("score", path, "--key", KEY, "--no-feedback", "--format", "jsonl")
    assert time.process_time() - start < 5  # to read all of it takes an hour
    marked, unread = [json.loads(line) for line in done.out.splitlines()]
    assert (marked["student"], marked["score"]) == ("s", 0)
    assert unread["problems"][0].startswith("Line 2: at most 1,048,576 bytes were expected, ")
    assert done.code == 1


# --- names --------------------------------------------------------------------------------------------------


def test_pages_have_names_from_a_safe_alphabet_each_its_own(tmp_path):
    students = [
        name for each in STUDENTS for name in each.text.split("\n" if each.kind == "path" else "\0\n")
    ]
    lines = [
        json.dumps(
            {"assignment": "practical1", "student": student, "answers": {"exercise4": {"answer": str(n)}}}
        )
        for n, student in enumerate(students)
    ]
    sandbox = tmp_path / "deep" / "er"
    sandbox.mkdir(parents=True)
    (sandbox / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out = sandbox / "out"
    done = grader("score", sandbox / "all.jsonl", "--key", KEY, "--out", out, "--format", "jsonl")
    results = [json.loads(line) for line in done.out.splitlines()]
    assert len(results) == len(students)
    counted = [each for each in results if each["score"] is not None]
    refused = [each for each in results if each["score"] is None and each["student"] is None]
    assert done.code == 1
    assert len(counted) > 100
    assert all('"student": a text' in each["problems"][0] for each in refused)
    assert len({each["student"] for each in counted}) == len(counted)
    pages = {path.name for path in out.iterdir()} - {"results.json", "grades.csv", "index.html"}
    for kind in (".md", ".html"):
        stems = [name.removesuffix(kind) for name in pages if name.endswith(kind)]
        assert len(stems) == len({stem.casefold() for stem in stems}) == len(counted)
        assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,110}", stem) for stem in stems)
        assert [stem for stem in stems if RESERVED.fullmatch(stem) or stem.endswith(".")] == []
    for each in counted:
        page = (out / f"{each.get('page') or each['student']}.md").read_text(encoding="utf-8")
        assert page.startswith("# Feedback for ")
    assert {path.name for path in sandbox.iterdir()} == {"all.jsonl", "out"}
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_a_link_that_lies_in_the_output_folder_is_replaced_and_not_followed(tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.write_text("precious", encoding="utf-8")
    names = ("amira.md", "amira.html", "index.html", "results.json", "grades.csv")
    for name in names:
        (out / name).symlink_to(elsewhere)
    assert grader("score", ROOT / "submissions" / "amira.json", "--key", KEY, "--out", out).code == 0
    assert elsewhere.read_text(encoding="utf-8") == "precious"
    assert not any((out / name).is_symlink() for name in names)


# --- neighbours ---------------------------------------------------------------------------------------------


def oddities(folder: Path) -> None:
    """Put into a folder what a file system can hold beside files."""
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "again").symlink_to(".")
    (folder / "null.json").symlink_to("/dev/null")
    (folder / "passwd.json").symlink_to("/etc/passwd")
    (folder / "gone.json").symlink_to("nowhere")
    (folder / "large.json").touch()
    os.truncate(folder / "large.json", 10 << 30)
    (folder / "empty.jsonl").touch()
    (folder / "new\nline.json").write_text("{", encoding="utf-8")
    (folder / "[red]x.json").write_text("[", encoding="utf-8")
    (folder / "\x1b[2J.json").write_text("", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        try:
            made.bind("sock.json")
        finally:
            os.chdir(here)


def all_hostile(folder: Path) -> int:
    """Put all hostile inputs into a folder; return how many files that makes."""
    folder.mkdir()
    for number, formula in enumerate(FORMULAS):
        answer = {"exercise1": {"dL_dW_out": formula.text}}
        hand_in = {"assignment": "practical1", "student": f"formula{number}", "answers": answer}
        (folder / f"{formula.name}.json").write_text(json.dumps(hand_in), encoding="utf-8")
    for file in (*FILES, *TABLES):
        (folder / f"{file.name}{file.row.get('suffix', '.json')}").write_bytes(file.data)
    for number, student in enumerate(STUDENTS):
        hand_in = {"assignment": "practical1", "student": student.text, "answers": {}}
        (folder / f"student{number}.json").write_text(json.dumps(hand_in), encoding="utf-8")
    oddities(folder)
    return len(FORMULAS) + len(FILES) + len(STUDENTS)


def of_neighbours(out: Path) -> dict[str, object]:
    """Return all that a folder of feedback says of the students who did nothing odd."""
    said: dict[str, object] = {}
    for name in NEIGHBOURS:
        for kind in ("md", "html"):
            said[f"{name}.{kind}"] = (out / f"{name}.{kind}").read_bytes()
    results = json.loads((out / "results.json").read_bytes())["results"]
    said |= {each["student"]: each for each in results if each["file"] == f"class/{each['student']}.json"}
    grades = (out / "grades.csv").read_bytes().splitlines(keepends=True)
    said["grades"] = [line for line in grades if line.split(b",")[0].decode() in NEIGHBOURS]
    return said


def test_whatever_lies_beside_it_a_hand_in_is_marked_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    for name in NEIGHBOURS:
        shutil.copy(ROOT / "submissions" / f"{name}.json", "class")
    words = ("--key", KEY, "--out")
    alone = grader("score", "class", *words, "alone")
    count = all_hostile(tmp_path / "class" / "z")
    beside = grader("score", "class", *words, "beside")
    assert (alone.code, beside.code) == (0, 1)
    said = of_neighbours(Path("alone"))
    assert len(said["grades"]) == len(NEIGHBOURS)
    assert said == of_neighbours(Path("beside"))
    results = json.loads(Path("beside", "results.json").read_bytes())["results"]
    assert len(results) >= count + len(NEIGHBOURS)
    for line in beside.err.splitlines():
        assert visible(line) == line
