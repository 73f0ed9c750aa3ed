"""Variants at the command line: assign, fill in, check, score, solve, audit."""

import json
import re
import zipfile

import handworked as hw
import pytest
from shared import ROOT, practical_key

from grader.exchange.people.roster import read_roster
from grader.exchange.secret import read_secret
from grader.schemas.faults import UsageFault
from grader.schemas.results import Results
from grader.schemas.submission import Submission
from grader.solver.handout import handout

SECRET = "a secret for the tests"
KEY = """
id = "own"
title = "A root by Newton's method"
[[question]]
id = "root"
title = "The root of x² = a"
kind = "trace"
points = 8
[question.given]
eta = { default = 1.0, above = 0.0, most = 1.0 }
[question.vary]
x = { least = 1, most = 9, decimals = 1 }
a = { least = 2, most = 99, step = 1 }
[question.start]
x = 3.0
[question.constants]
a = 5
[question.method.newton]
loop.round = 3
[question.method.newton.equations]
f = "x^2 - a"
slope = "2*x"
x = "x - eta * f / slope"
[question.mistake.slope_forgotten]
says = "The step is f divided by the slope."
x = "x - eta * f"
"""
ROSTER = 'Student ID,Name\n0012,Amira <Ö>\n0013,"Ben, B"\n=cmd,\nBob,Bob\nbob,Bob too\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with a key, a roster and a secret, which is where we are."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("key.toml", KEY), ("roster.csv", ROSTER), ("secret.txt", SECRET + "\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def assign(run, *more):
    return run("assign", "key.toml", "--roster", "roster.csv", "--secret", "secret.txt", *more)


def work(variant):
    """Newton's method by hand, to five decimals."""
    x, a, steps = variant["x"], variant["a"], []
    for number in range(3):
        f, slope = round(x**2 - a, 5), round(2 * x, 5)
        x = round(x - f / slope, 5)
        steps.append({"round": number, "f": f, "slope": slope, "x": x})
    return steps


def fill_in(course, stem, variant=None):
    """Fill in a template by its own values, or by others."""
    handed_in = json.loads((course / "assigned" / f"{stem}.json").read_text())
    own = handed_in["answers"]["root"]
    own["steps"] = work(variant or own["variant"])
    (course / "hand_ins").mkdir(exist_ok=True)
    (course / "hand_ins" / f"{stem}.json").write_text(json.dumps(handed_in))
    return handed_in


def test_each_student_has_a_sheet_and_a_template(run, course):
    done = assign(run)
    assert (done.code, done.out) == (0, "")
    assert done.err == "5 sheets and templates are in assigned/\n"
    names = sorted(path.name for path in (course / "assigned").iterdir())
    assert len(names) == 10
    assert {"0012.json", "0012.md", "0013.json", "Bob.md"} <= set(names)
    assert len({name.casefold() for name in names}) == 10
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)
    template = json.loads((course / "assigned" / "0012.json").read_text())
    assert Submission.model_validate(template).student == "0012"
    assert template["assignment"] == "own"
    variant = template["answers"]["root"]["variant"]
    assert variant["x"] * 10 == round(variant["x"] * 10)
    sheet = (course / "assigned" / "0012.md").read_text(encoding="utf-8")
    assert sheet.startswith(
        "# A root by Newton's method\n\nFor **Amira &lt;Ö&gt; (0012)**. Fill in `0012.json`"
    )
    assert f"- `x` = {variant['x']:g}\n- `a` = {variant['a']:g}\n" in sheet
    assert "- `eta`: choose it yourself and state it (usually 1, above 0, at most 1)" in sheet
    assert (
        "To hand in for each step (round 0 to 2: 3 steps):\n\n- `f`: a number\n- `slope`: a number\n" in sheet
    )


def test_the_only_key_of_the_usual_folder_needs_no_name(run, course):
    (course / "answer_keys").mkdir()
    (course / "key.toml").rename(course / "answer_keys" / "key.toml")
    done = run("assign", "--roster", "roster.csv", "--secret", "secret.txt")
    assert (done.code, done.err) == (0, "5 sheets and templates are in assigned/\n")


def test_the_sheet_and_the_solution_have_the_same_values(run, course):
    assign(run)
    variant = json.loads((course / "assigned" / "0012.json").read_text())["answers"]["root"]["variant"]
    words = ("--student", "0012", "--secret", "secret.txt")
    solved = json.loads(run("solve", "key.toml", *words, "--format", "json").out)
    assert solved["variant"] == variant
    x = variant["x"]
    assert solved["steps"][0]["x"] == pytest.approx(x - (x * x - variant["a"]) / (2 * x))
    table = run("solve", "key.toml", *words).out
    assert re.search(rf"\n  x  {variant['x']:g}\.?\n  a  {variant['a']:g}\.?\n", table)
    assert json.loads(run("solve", "key.toml", "--format", "json").out)["steps"][0]["f"] == 4.0
    assert "drawn from a secret" in run("solve", "key.toml", "--student", "0012").err


def test_the_same_again_changes_nothing_and_nothing_is_lost(run, course):
    assign(run)
    before = {path: path.read_bytes() for path in (course / "assigned").iterdir()}
    assert assign(run).code == 0
    assert {path: path.read_bytes() for path in (course / "assigned").iterdir()} == before
    filled = course / "assigned" / "0013.json"
    filled.write_text("mine")
    done = assign(run)
    assert done.code == 2
    assert "assigned/0013.json: is there already and is another text" in done.err
    assert filled.read_text() == "mine"
    assert assign(run, "--force").code == 0
    assert filled.read_bytes() == before[filled]


def test_a_class_is_marked_each_by_the_own_values(run, course):
    assign(run)
    fill_in(course, "0012")
    fill_in(course, "Bob")
    other = json.loads((course / "assigned" / "0012.json").read_text())["answers"]["root"]["variant"]
    fill_in(course, "0013", other)
    done = run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    assert done.code == 0
    assert re.search(r"0012 +8\.00 +8\.00", done.out)
    assert re.search(r"Bob +8\.00 +8\.00", done.out)
    assert not re.search(r"0013 +8\.00", done.out)
    assert (
        "hand_ins/0013.json: root: the numbers do not fit this student's own values, but those of 0012"
        in done.err
    )
    text = (course / "feedback" / "results.json").read_text(encoding="utf-8")
    results = {r.student: r for r in Results.model_validate_json(text).results}
    assert len(results["0013"].questions[0].for_markers) == 1
    assert text.count("for_markers") == 1
    for path in (course / "feedback").glob("*.md"):
        assert "0012" not in path.read_text(encoding="utf-8") or path.name == "0012.md"


def test_the_secret_may_stand_in_the_environment(run, course, monkeypatch):
    assign(run)
    fill_in(course, "0012")
    done = run("score", "hand_ins", "--key", "key.toml", "--no-feedback")
    assert done.code == 2
    assert "key.toml: has values that vary from student to student" in done.err
    assert "--secret, or put the secret into GRADER_SECRET" in done.err
    monkeypatch.setenv("GRADER_SECRET", SECRET)
    assert re.search(r"0012 +8\.00", run("score", "hand_ins", "--key", "key.toml", "--no-feedback").out)
    monkeypatch.setenv("GRADER_SECRET", "another secret, of another year")
    done = run("score", "hand_ins", "--key", "key.toml", "--no-feedback")
    assert "0012.json: answers.root.variant: x, a: not as given to you" in done.err


def test_every_command_that_asks_for_the_secret_takes_it(run, course, monkeypatch):
    assign(run)
    fill_in(course, "0012")
    for words in (
        ("score", "hand_ins", "--no-feedback", "--key", "key.toml"),
        ("similar", "hand_ins", "--key", "key.toml"),
    ):
        assert "with --secret, or put the secret into GRADER_SECRET" in run(*words).err
        assert run(*words, "--secret", "secret.txt").code == 0
        with monkeypatch.context() as here:
            here.setenv("GRADER_SECRET", SECRET)
            assert run(*words).code == 0


def test_an_autograder_has_the_secret_where_values_vary_and_nowhere_else(run, course, monkeypatch):
    (course / "plain.toml").write_text(re.sub(r"\[question\.vary\]\n.*\n.*\n", "", KEY))
    assert "with --secret, or put the secret into GRADER_SECRET" in run("gradescope", "build", "key.toml").err
    monkeypatch.setenv("GRADER_SECRET", SECRET)
    for key, has_secret in (("key.toml", True), ("plain.toml", False)):
        assert run("gradescope", "build", key).code == 0
        with zipfile.ZipFile("autograder.zip") as archive:
            assert ("secret.txt" in archive.namelist()) is has_secret
            assert not has_secret or archive.read("secret.txt").decode() == SECRET
            assert (b"--secret" in archive.read("run_autograder")) is has_secret


def test_texts_are_marked_without_the_secret(run, course):
    text = (
        '[[question]]\nid = "why"\nkind = "text"\npoints = 1\n[[question.part]]\nid = "answer"\npoints = 1\n'
    )
    (course / "key.toml").write_text(KEY + text, encoding="utf-8")
    assign(run)
    fill_in(course, "0012")
    path = course / "hand_ins" / "0012.json"
    handed_in = json.loads(path.read_text())
    handed_in["answers"]["why"] = {"answer": "as it falls"}
    path.write_text(json.dumps(handed_in))
    done = run("marks", "template", "hand_ins", "--key", "key.toml")
    assert done.code == 0
    assert "0012,why,answer,,,1,,as it falls" in done.out


def test_a_key_that_needs_a_secret_stops_only_its_own_hand_ins(run, course):
    assign(run)
    fill_in(course, "0012")
    (course / "keys").mkdir()
    plain = re.sub(r"\[question\.vary\]\n.*\n.*\n", "", KEY).replace('"own"', '"plain"')
    (course / "keys" / "plain.toml").write_text(plain)
    (course / "keys" / "own.toml").write_text(KEY)
    hand_in = {"assignment": "plain", "student": "x", "answers": {"root": {"steps": work({"x": 3, "a": 5})}}}
    (course / "hand_ins" / "x.json").write_text(json.dumps(hand_in))
    done = run("score", "hand_ins", "--key", "keys", "--no-feedback")
    assert done.code == 1
    assert re.search(r"x +8\.00", done.out)
    assert "own.toml: has values that vary" in done.err


def test_a_student_checks_without_the_secret(run, course):
    assign(run)
    handed_in = fill_in(course, "0012")
    done = run("check", "hand_ins/0012.json", "--key", "key.toml")
    assert done.code == 0
    assert "8 of 8 points" in done.out
    handed_in["answers"]["root"]["steps"][1]["f"] += 1.2345
    (course / "mine.json").write_text(json.dumps(handed_in))
    done = run("check", "mine.json", "--key", "key.toml")
    assert "f (round 1) – a slip of the pen" in done.words
    del handed_in["answers"]["root"]["variant"]
    (course / "mine.json").write_text(json.dumps(handed_in))
    done = run("check", "mine.json", "--key", "key.toml")
    assert done.code == 1
    assert "the values of x, a are missing" in done.words
    done = run("check", "mine.json", "--key", "key.toml", "--secret", "secret.txt")
    assert done.code == 0


def test_nobody_is_named_in_a_check(run, course):
    assign(run)
    other = json.loads((course / "assigned" / "Bob.json").read_text())["answers"]["root"]["variant"]
    fill_in(course, "0012", other)
    for more in ((), ("--secret", "secret.txt")):
        done = run("check", "hand_ins/0012.json", "--key", "key.toml", *more)
        assert done.code == 0
        assert "Bob" not in done.words


def test_audit_tells_what_is_drawn(run, course):
    done = run("audit", "key.toml")
    assert done.code == 0
    assert "root: x, a vary, 7,938 variants; " in done.words
    (course / "key.toml").write_text(KEY.replace("least = 2, most = 99, step = 1", "among = [1e9, 1e8]"))
    done = run("audit", "key.toml")
    assert done.code == 1
    assert "300 of 300 draws would spoil the exercise, most often because f grows too large" in done.words
    done = assign(run)
    assert done.code == 2
    assert "question[root].vary: none of 100 draws for '0012' is fit to work with" in done.err
    assert not (course / "assigned").exists()


def test_who_has_the_same_values_by_chance_is_told(run, course):
    key = KEY.replace("decimals = 1", "decimals = 0").replace(
        "least = 2, most = 99, step = 1", "among = [2, 3]"
    )
    (course / "key.toml").write_text(key)
    (course / "roster.csv").write_text("".join(f"s{i}\n" for i in range(40)))
    done = assign(run)
    assert done.code == 0
    assert re.search(
        r"root: \d+ students have the values of another by chance \(s\d+, .* and \d+ more\)", done.err
    )


def test_a_key_without_variants_can_be_assigned_too(run, course):
    (course / "key.toml").write_text(re.sub(r"\[question\.vary\]\n.*\n.*\n", "", KEY))
    done = run("assign", "key.toml", "--roster", "roster.csv")
    assert done.code == 0
    assert "no values vary in this key" in done.err
    assert "variant" not in (course / "assigned" / "0012.json").read_text()


def test_the_inputs_of_a_loop_stand_in_a_table_with_a_row_for_each_round(run, course):
    """The four samples of the practical's question sheet."""
    done = run("assign", str(ROOT / "answer_keys" / "practical1.toml"), "--roster", "roster.csv")
    assert done.code == 0
    lines = (course / "assigned" / "0012.md").read_text(encoding="utf-8").split("\n")
    head = lines.index("| sample | x | y |")
    assert lines[head + 1] == "|---|---|---|"
    rows = [line.strip("| ").split(" | ") for line in lines[head + 2 : head + 6]]
    assert [(int(i), json.loads(x), int(y)) for i, x, y in rows] == list(
        zip(range(4), hw.X, hw.Y, strict=True)
    )
    assert lines[head - 1] == lines[head + 6] == ""
    assert "To hand in for each step (iteration 0 to 2 and sample 0 to 3: 12 steps):" in lines
    key = ROOT / "answer_keys" / "jacobi.toml"
    assert run("assign", str(key), "--roster", "roster.csv", "--out", "jacobi").code == 0
    sheet = (course / "jacobi" / "0012.md").read_text(encoding="utf-8")
    assert "(iteration 0 to 29: 30 steps, as far as it goes on):" in sheet


@pytest.mark.parametrize(
    ("roster", "words"),
    [
        ("", "no students in it"),
        ("id,name\n", "no students below the headings"),
        ("name,mail\nAmira,a@b\n", "line 1: no column of ids"),
        ("id\nA\nB\nA\n", "line 4: the id 'A' stands in line 2 as well"),
        ("id,name\nA,x\n,y\n", "line 3: expected a student's id, found nothing"),
        ("id\nA\x1b[31m\n", r"line 2: expected a student's id, found 'A\x1b[31m'"),
        ('id\n"A\n', "not CSV"),
        ("id\n\xff".encode("latin-1"), "not saved as UTF-8"),
    ],
)
def test_a_roster_that_is_none_is_named(tmp_path, roster, words):
    path = tmp_path / "roster.csv"
    path.write_bytes(roster if isinstance(roster, bytes) else roster.encode())
    with pytest.raises(UsageFault) as caught:
        read_roster(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("roster", "students"),
    [
        ("A\nB\n", [("A", ""), ("B", "")]),
        ("0012,Amira\r\n\r\n0013,Ben\r\n", [("0012", "Amira"), ("0013", "Ben")]),
        ("\ufeffStudent;SIS User ID;Section\nAmira;0012;1\n", [("0012", "Amira")]),
        ("Name\tID\nAmira Ö\t0012\n", [("0012", "Amira Ö")]),
        ("Full name,ID number,mail\nA,12,x\nB,13\n", [("12", "A"), ("13", "B")]),
    ],
)
def test_rosters_as_course_offices_write_them(tmp_path, roster, students):
    path = tmp_path / "roster.csv"
    path.write_text(roster, encoding="utf-8")
    assert [(each.student, each.name) for each in read_roster(path)] == students


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"short", "at least 16 characters"),
        (b" \n", "found 0"),
        (b"x" * 5000, "larger than 4,096 bytes"),
        (None, "cannot be read"),
    ],
)
def test_a_secret_that_is_none_is_named(tmp_path, data, words):
    path = tmp_path / "secret"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageFault, match=words) as caught:
        read_secret(path, {})
    assert "short" not in str(caught.value).replace(str(path), "")


def test_the_secret_of_a_file_counts_before_the_environments(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"  the secret in the file \r\n")
    assert read_secret(path, {"GRADER_SECRET": "another one, elsewhere"}) == b"the secret in the file"
    assert read_secret(None, {}) is None


def test_the_secret_stands_in_nothing_that_is_written(run, course):
    assign(run)
    fill_in(course, "0012")
    run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    for path in course.rglob("*"):
        if path.is_file() and path.name != "secret.txt":
            assert SECRET.encode() not in path.read_bytes()


def test_a_sheet_says_which_question_is_a_bonus():
    prepared = practical_key()
    text = handout(prepared.key, prepared.plans, "of nobody", {})
    headings = re.findall(r"(?m)^## .*$", text)
    assert {heading for heading in headings if ", a bonus)" in heading} == {
        "## Memory that backpropagation could save (5 points, a bonus)"
    }
