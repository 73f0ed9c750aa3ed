"""Marking again: whose marks change, where, and why."""

import json
import re
import shutil
import tomllib

import pytest
from test_cli import KEY, SHIPPED, contents, write
from written import results_json

from grader.exchange.results_file import open_results
from grader.reports.changes import change_of
from grader.reports.diff import diff_table
from grader.schemas.faults import UsageFault
from grader.schemas.results import FieldResult, QuestionResult, Status, SubmissionResult

STUDENTS = ("amira", "carla", "fatima")


def result(student="a", status=Status.WRONG, score=0.0, **more):
    fields = (FieldResult(field="f", step={"i": 0}, status=status, score=score, max_score=2.0),)
    question = QuestionResult(question="q", score=score, max_score=2.0, fields=fields)
    whole = {"file": f"{student}.json", "score": score, "max_score": 2.0, "questions": (question,)}
    return SubmissionResult(student=student, **(whole | more))


@pytest.fixture
def class_(tmp_path):
    for name in STUDENTS:
        (tmp_path / "class").mkdir(exist_ok=True)
        shutil.copy(SHIPPED / f"{name}.json", tmp_path / "class")
    return tmp_path / "class"


def score(run, class_, *more, key=KEY):
    return run("score", class_, "--key", key, "--out", class_.parent / "out", *more)


def test_nothing_changes_where_nothing_changed(run, class_):
    score(run, class_)
    before = contents(class_.parent / "out")
    done = score(run, class_)
    assert "marks changed" not in done.err
    assert contents(class_.parent / "out") == before
    done = run("diff", class_.parent / "out", class_.parent / "out")
    assert (done.code, done.out) == (0, "")
    assert "No marks change; 3 hand-ins compared." in done.err


def test_a_mended_key_says_whose_marks_where_and_why(run, class_, tmp_path):
    score(run, class_)
    text = KEY.read_text(encoding="utf-8")
    mended = text.replace('answer = "dL/dW_2"', 'answer = "2 * dL/dW_2"')
    assert mended != text
    done = score(run, class_, key=write(tmp_path, "mended.toml", mended))
    out = class_.parent / "out"
    assert f"2 of 3 marks changed; see: grader diff {out}/results.previous.json {out}" in done.err
    done = run("diff", out / "results.previous.json", out)
    assert "2 of 3 marks changed: 2 down." in done.err
    words = " ".join(done.out.split())
    assert "dL_dW_2: correct → wrong (constant factor), -4.00; " in words
    assert "it is 1/2 times what it should be" in words
    assert "fatima" not in done.out
    assert max(map(len, done.out.split("\n"))) <= 80
    # The other way round, from JSON
    done = run("diff", out, out / "results.previous.json", "--format", "json")
    document = json.loads(done.out)
    assert [change["student"] for change in document["changes"]] == ["amira", "carla"]
    for change in document["changes"]:
        (question,) = change["questions"]
        (field,) = question["fields"]
        assert (field["field"], field["step"]) == ("dL_dW_2", None)
        assert field["old"]["cause"] == "constant_factor"
        assert field["new"]["status"] == "correct"
        assert question["new"]["score"] - question["old"]["score"] == 4


def test_a_replaced_hand_in_and_one_that_came_or_went(run, class_):
    score(run, class_)
    (class_ / "carla.json").unlink()
    answers = json.loads((class_ / "fatima.json").read_text(encoding="utf-8"))
    answers["answers"]["exercise2"]["steps"] = []
    write(class_, "fatima.json", answers)
    write(class_, "new.json", {"assignment": "practical1", "student": "zoe", "answers": {}})
    assert "3 of 4 marks changed" in score(run, class_).err
    out = class_.parent / "out"
    words = " ".join(run("diff", out / "results.previous.json", out).out.split())
    assert "it is not there any more" in words
    assert "it was not there before" in words
    assert "→ missing" in words


def test_a_second_change_is_compared_with_the_first(run, class_):
    out = class_.parent / "out"
    score(run, class_)
    first = (out / "results.json").read_bytes()
    (class_ / "carla.json").unlink()
    score(run, class_)
    assert (out / "results.previous.json").read_bytes() == first
    score(run, class_)  # nothing changes: what it was before stays to be looked at
    assert (out / "results.previous.json").read_bytes() == first


@pytest.mark.parametrize("layout", ["ours", "pretty", "jsonl"])
def test_results_in_any_layout(tmp_path, layout):
    old = [result("a"), result("b"), result('"score":é,', Status.WRONG)]
    new = [result("a"), result("b", Status.CORRECT, 2.0), result('"score":é,', Status.SLIP, 1.0)]
    for name, results in (("old", old), ("new", new)):
        text = results_json(results)
        if layout == "pretty":
            text = json.dumps(json.loads(text), indent=2)
        elif layout == "jsonl":
            text = "".join(
                json.dumps(entry, separators=(",", ":")) + "\n" for entry in json.loads(text)["results"]
            )
        write(tmp_path / name, "results.json", text)
    with open_results(tmp_path / "old") as before, open_results(tmp_path / "new") as after:
        assert before.entries() == after.entries()
        changes = [change_of(before.result(e), after.result(e)) for e in sorted(before.entries())]
        assert [c and (c.student, c.difference) for c in changes] == [('"score":é,', 1.0), None, ("b", 2.0)]
        for entry in before.entries():
            assert before.points(entry) == (0.0, 0.0, 0.0, 0.0)


def test_of_several_attempts_the_one_that_counts_is_compared(tmp_path):
    replaced = result("a", score=0.0)
    replaced = replaced.model_copy(update={"score": None, "questions": ()})
    text = results_json([replaced, result("a", Status.CORRECT, 2.0), replaced])
    with open_results(write(tmp_path, "r.json", text)) as file:
        (entry,) = file.entries()
        assert file.result(entry).score == 2.0


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"schema": "other/v1", "results": []}', "\x00\xff", '{"results":']
)
def test_what_is_no_results_file_is_said(run, tmp_path, text):
    file = write(tmp_path, "r.json", text)
    done = run("diff", file, file)
    assert done.code == 2
    assert "not results of grader score" in done.err
    with pytest.raises(UsageFault), open_results(tmp_path / "nothing"):
        pass


OTHERWISE = {
    "blanks": lambda entries: [json.dumps(entry) for entry in entries],
    "a blank first line": lambda entries: [
        "",
        *(json.dumps(entry, separators=(",", ":")) for entry in entries),
    ],
    "in another order": lambda entries: [json.dumps(dict(reversed(entry.items()))) for entry in entries],
    "a byte order mark": lambda entries: ["\ufeff" + json.dumps(entries[0]), *map(json.dumps, entries[1:])],
    "a document with blanks": lambda entries: [
        '{ "schema" : "grader/results/v1" , "results" : [',
        "",
        *(f"  {json.dumps(entry)} ," for entry in entries[:-1]),
        json.dumps(entries[-1]),
        "]}",
    ],
}


@pytest.mark.parametrize("layout", OTHERWISE)
def test_lines_that_another_program_wrote_are_read_by_both_commands(run, class_, tmp_path, layout):
    score(run, class_)
    out = class_.parent / "out"
    lines = OTHERWISE[layout](json.loads((out / "results.json").read_bytes())["results"])
    again = write(tmp_path, "again.jsonl", "\n".join(lines))
    assert run("diff", out, again).err.strip() == "No marks change; 3 hand-ins compared."
    assert run("report", again, "--out", tmp_path / "again").code == 0
    assert (tmp_path / "again" / "amira.html").read_bytes() == (out / "amira.html").read_bytes()
    # Of the last entry the score is no number: both name its line.
    place = max(number for number, line in enumerate(lines) if "fatima" in line)
    lines[place] = re.sub(r'("score": ?)[0-9.]+', r'\1"much"', lines[place])
    bad = write(tmp_path, "bad.jsonl", "\n".join(lines))
    for command in (("diff", out, bad), ("report", bad, "--out", tmp_path / "bad")):
        done = run(*command)
        assert done.code == 2
        assert f"bad.jsonl, line {place + 1}: " in done.err
        assert "score: Input should be a valid number" in done.err


def test_old_results_that_are_torn_stop_nothing(run, class_):
    score(run, class_)
    out = class_.parent / "out"
    text = (out / "results.json").read_text(encoding="utf-8")
    (out / "results.json").write_text(text[: len(text) // 2], encoding="utf-8")
    assert score(run, class_).code == 0
    assert (out / "results.json").read_text(encoding="utf-8") == text


def test_old_results_without_a_readable_score_stop_nothing(run, class_):
    score(run, class_)
    file = class_.parent / "out" / "results.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'"score":[0-9.]+', '"score":many', text, count=1), encoding="utf-8")
    done = score(run, class_)
    assert (done.code, file.read_text(encoding="utf-8")) == (0, text)
    assert "error" not in done.err
    assert "marks changed" not in done.err


def test_reasons_that_are_not_of_one_field():
    old = result(problems=("late",))
    question = old.questions[0].model_copy(
        update={"max_score": 3.0, "choices": {"way": "b"}, "given": {"c": 0.5}}
    )
    new = old.model_copy(update={"file": "b.json", "problems": ("a problem",), "questions": (question,)})
    (change,) = [change_of(old, new)]
    words = " ".join("".join(diff_table([change], 80)).split())
    for said in (
        "another file: a.json, now b.json",
        "new problem: a problem",
        "no longer: late",
        "it was worth 2 points, now 3 points",
        "way was read as nothing, now as b",
        "c was read as nothing, now as 0.5",
    ):
        assert said in words


def test_what_a_student_wrote_is_inert_in_the_table():
    old, new = result("\x1b[31mred"), result("\x1b[31mred", Status.CORRECT, 2.0)
    text = "".join(diff_table([change_of(old, new)], 80))
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


def test_the_shipped_key_has_rubrics_that_add_up():
    key = tomllib.loads(KEY.read_text(encoding="utf-8"))
    parts = [
        part for question in key["question"] for part in question.get("part", []) if "answer" not in part
    ]
    assert len(parts) == 2
    for part in parts:
        assert sum(item["points"] for item in part["rubric"]) == part["points"]


@pytest.mark.parametrize("command", ["marks", "mark", "diff", "similar"])
def test_help_has_an_example(run, command):
    done = run(command, "--help")
    assert done.code == 0
    assert f"Example: grader {command}" in done.words
