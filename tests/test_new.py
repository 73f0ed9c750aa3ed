"""A new key passes the audit, whatever the way through options and questions; or it is refused in words."""

import io
import json
import os
import pty
import subprocess
import sys
import tempfile
import tomllib
from contextlib import chdir, suppress
from decimal import Decimal
from pathlib import Path

import json_schema
import pytest
import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

import grader
from grader.cli.app import main
from grader.cli.drafting import Said
from grader.cli.jobs import audit as audit_job
from grader.cli.jobs import new as job
from grader.cli.option_values import Kind
from grader.exchange.answer_keys.keys import read_key
from grader.exchange.answer_keys.new_key import shares
from grader.schemas.faults import UsageFault


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run `grader new` in an empty folder, with nobody to ask."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def run_(*words):
        monkeypatch.setattr(sys, "argv", ["grader", "new", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run_


def assert_sound(file):
    audit_job.audit(file)  # exits where it finds anything


def test_without_any_option_the_key_has_an_example(run):
    code, out, err = run("heron")
    file = Path("answer_keys/heron.toml")
    assert (code, err) == (0, "")
    assert out.startswith(f"Wrote {file}\n")
    assert f"grader solve --watch {file}" in out
    assert "put your own in their place" in file.read_text()
    assert_sound(file)


def test_what_is_said_stands_in_the_key(run):
    lines = ["--field", "interest = rate * rest", "--field", "rest = rest - (400 - interest)"]
    more = ["--start", "rest = 2000", "--given", "rate=0.015", "--steps", "4", "--loop", "month"]
    assert run("loan", "--title", 'A "loan"', "--points", "7.5", "--source", "page 3", *lines, *more)[0] == 0
    file = Path("answer_keys/loan.toml")
    key = read_key(file)
    question = key.question[0]
    method = question.method["by_hand"]
    assert (key.id, key.title, question.points) == ("loan", 'A "loan"', 7.5)
    assert method.equations == {"interest": "rate * rest", "rest": "rest - (400 - interest)"}
    assert (method.loop, question.start, question.given["rate"].default) == (
        {"month": 4},
        {"rest": 2000},
        0.015,
    )
    assert "Source: page 3" in file.read_text()
    assert "example" not in file.read_text()


def test_the_name_of_the_loop_is_a_counter(run):
    lines = ["--field", "u = 3*y[month]", "--start", "y=[1, 2]", "--steps", 2]
    assert run("rows", "--loop", "month", *lines)[0] == 0
    assert_sound(Path("answer_keys/rows.toml"))
    assert run("own", "--field", "u = 3*step", "--given", "step=1")[0] == 0


def test_parts_are_formulas_where_they_have_an_answer_and_texts_elsewhere(run):
    assert run("slopes", "--part", "slope = 2 a x", "--part", "area=a x^3 / 3", "--points", "5")[0] == 0
    assert run("why", "--part", "first", "--part", "second", "--part", "third", "--points", "10")[0] == 0
    slopes = read_key(Path("answer_keys/slopes.toml")).question[0]
    why = read_key(Path("answer_keys/why.toml")).question[0]
    assert (slopes.kind, slopes.numbers) == ("formula", ("a", "x"))
    assert [part.answer for part in slopes.part] == [("2 a x",), ("a x^3 / 3",)]
    assert (why.kind, [part.points for part in why.part]) == ("text", [3.33, 3.33, 3.34])


def test_the_first_line_names_a_schema_that_lies_beside_the_key(run):
    run("heron")
    first = Path("answer_keys/heron.toml").read_text().split("\n")[0]
    assert first == "#:schema ./key.schema.json"
    schema = json.loads(Path("answer_keys/key.schema.json").read_text())
    assert schema["title"] == "Key"
    assert schema["properties"].keys() == {"id", "title", "points", "question"}


def test_a_schema_is_written_where_one_says(monkeypatch, capsys, tmp_path):
    file = tmp_path / "key.schema.json"
    for words in (["key"], ["key", "-o", str(file)]):
        monkeypatch.setattr(sys, "argv", ["grader", "schema", *words])
        with pytest.raises(SystemExit):
            main()
    shown, said = capsys.readouterr()
    assert file.read_text() == shown
    assert "#:schema ./key.schema.json" in said


def test_a_file_that_is_there_stays(run):
    run("heron")
    file = Path("answer_keys/heron.toml")
    file.write_text("mine")
    code, out, err = run("heron")
    assert (code, out, file.read_text()) == (2, "", "mine")
    assert "is there already; --force replaces it" in err
    assert run("heron", "--force")[0] == 0
    assert_sound(file)


def test_a_schema_file_of_somebody_else_stays(run):
    Path("answer_keys").mkdir()
    other = Path("answer_keys/key.schema.json")
    for text in ('{"title": "Something else"}', "no json"):
        other.write_text(text)
        code, out, _ = run("heron", "--force")
        assert (code, other.read_text()) == (0, text)
        assert "key.schema.json" not in out


@pytest.mark.parametrize("sizes", [(2, 2, 1), (1, 1), (3, 2), (2, 3, 3, 1)], ids=str)
def test_a_network_of_any_sizes_is_sound_and_shows_its_mistakes(run, sizes):
    words = ["--sizes", ", ".join(map(str, sizes)), "--steps", "2", "--points", "7.5"]
    assert run("net", *words)[0] == 0
    file = Path("answer_keys/net.toml")
    assert_sound(file)  # tries the mistakes out as well
    question = read_key(file).question[0]
    assert (question.network.sizes, question.network.epochs, question.points) == (sizes, 2, 7.5)
    equations = question.method["online"].equations
    assert {
        f"{name}_{layer}" for layer in range(1, len(sizes)) for name in ("s", "z", "delta", "W", "b")
    } <= {*equations}


def test_a_network_begins_with_the_weights_that_are_said(run):
    assert run("net", "--sizes", "2,1", "--start", "W_1=[0.25, -1]", "--start", "b_1=2")[0] == 0
    assert read_key(Path("answer_keys/net.toml")).question[0].start == {"W_1": [0.25, -1], "b_1": 2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["my exercise"], "'my exercise': expected a name of letters, digits, '_', '-' and '.' that begins"),
        (["my exercise"], "how about my_exercise?"),
        (["heron.toml"], "how about heron?"),
        (["keys/heron.toml"], "--out says where the file goes; how about heron?"),
        (["1a"], "how about a?"),
        (["ä"], "expected a name of letters"),
        (["a", "--field", "x = x + q"], "--start is missing for q"),
        (
            ["a", "--field", "x = y[q]", "--start", "y=[1, 2]"],
            "or --loop q where it is the number of the round",
        ),
        (
            ["a", "--field", "x = y[q]", "--start", "y=[1, 2]", "--loop", "q"],
            "--steps is missing: a line uses q",
        ),
        (["a", "--field", "x = x +", "--start", "x=1"], "--field x: expected a number, a name or a bracket"),
        (["a", "--field", "x = x +", "--start", "x=1"], "    x +\n       ^"),
        (["a", "--field", "x"], "--field: expected NAME = EQUATION"),
        (["a", "--field", "2x = 1"], "--field: expected a name such as x or w_2"),
        (["a", "--field", "x = 1", "--field", "x = 2"], "--field x: is said twice"),
        (["a", "--field", "x = abbs(1)"], "--field x: unknown function abbs; did you mean abs?"),
        (["a", "--field", "x = [1, 2] + y", "--start", "y=[1, 2, 3]"], "--field x: a vector of 2 and"),
        (["a", "--field", "x = 1/y", "--start", "y=0"], "--field x: gives no finite number"),
        (
            ["a", "--loop", "step", "--steps", "6", "--start", "b=2", "--field", "q=4/b", "--field", "b=b-1"],
            "--field q: gives no finite number with these start values in step 2",
        ),
        (["a", "--start", "x=1"], "--field is missing"),
        (["a", "--field", "x = y", "--start", "y=a"], "--start y: expected a number such as 0.5"),
        (["a", "--field", "x = y", "--start", "y=1,5"], "--start y: expected a number such as 0.5"),
        (["a", "--field", "x = y", "--start", "y=true"], "--start y: expected a number such as 0.5"),
        (["a", "--field", "x = y", "--start", "y=[[1],[2,3]]"], "--start y: expected a number such as 0.5"),
        (["a", "--field", "x = y", "--given", "y=[1, 2]"], "--given: expected a number; a vector"),
        (["a", "--field", "x = y", "--given", "y=1", "--start", "y=1"], "y is an input or constant and also"),
        (["a", "--steps", "0"], "--steps: expected a whole number from 1 to 10000, found 0"),
        (["a", "--loop", "x", "--field", "x = 1", "--steps", "2"], "--steps: has the name of a field"),
        (["a", "--points", "nan"], "--points: expected a number above 0"),
        (["a", "--points", "-1"], "--points: expected a number above 0"),
        (["a", "--part", "b", "--field", "x=1"], "--field says nothing about a question of kind text"),
        (["a", "--kind", "formula", "--part", "b"], "--part: expected NAME = ANSWER"),
        (["a", "--kind", "text", "--part", "b=1"], "--part: expected a name alone"),
        (["a", "--part", "b = 2 *"], "--part b: expected a number, a name or a bracket"),
        (["a", "--part", "b = 2 q", "--number", "x"], "--part b: unknown name q"),
        (["a", "--sizes", "2"], "--sizes: expected whole numbers from 1 to 100, such as 2,3,1"),
        (["a", "--sizes", "2,0,1"], "--sizes: expected whole numbers from 1 to 100, such as 2,3,1"),
        (["a", "--sizes", "2," + "9" * 5000], "--sizes: expected whole numbers from 1 to 100, such as 2,3,1"),
        (["a", "--sizes", "2,1", "--start", "W_2=1"], "--start W_2: expected one of W_1, b_1"),
        (["a", "--sizes", "2,1", "--start", "W_1=[1, 2, 3]"], "--start W_1: "),
        (["a", "--kind", "trace", "--sizes", "2,1"], "--sizes says nothing about a question of kind trace"),
        (["a", "--sizes", "2,1", "--loop", "x"], "--loop says nothing about a question of kind network"),
        (["a", "-o", "."], ".: is no file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(Path().rglob("*.toml"))


def test_two_keys_of_one_name_are_refused(run):
    run("heron")
    code, _, err = run("heron", "-o", "answer_keys/again.toml")
    assert code == 2
    assert "answer_keys/heron.toml: is a key with the id heron already" in err


NAMES = st.sampled_from(["x", "y", "w_2", "rest", "e", "pi", "sum", "2a", "id"])
VALUES = st.one_of(
    st.integers(-9, 9).map(str), st.floats().map(str), st.sampled_from(["[1, 2]", "[[1]]", "x", ""])
)
EQUATIONS = st.one_of(
    st.sampled_from(
        ["x", "1", "(x + y) / 2", "x - 0.5 * y", "1 / x", "tanh(w_2)", "rest @ rest", "x^x", "2 x", "e"]
    ),
    st.text("xy+-*/^()12., ", max_size=8),
)


def pairs(values):
    return st.lists(st.tuples(NAMES, values).map(" = ".join), max_size=3)


WILD = st.builds(
    Said,
    title=st.none() | st.text(max_size=12),
    kind=st.none() | st.sampled_from(Kind),
    points=st.none() | st.floats(),
    field=pairs(EQUATIONS),
    start=pairs(VALUES),
    given=pairs(VALUES),
    steps=st.none() | st.integers(-1, 12),
    loop=st.none() | NAMES,
    part=st.just(()) | pairs(EQUATIONS) | st.lists(NAMES, max_size=3),
    number=st.just(()) | st.lists(NAMES, max_size=2),
    source=st.text(max_size=12),
)
POINTS = st.none() | st.floats(0.01, 1e5)
FIELDS = [
    "x = (x + y) / 2",
    "y = x - 0.5 * y",
    "w_2 = tanh(x) * c",
    "z = z + max(x, y)",
    "rest = rest * [x, y]",
    "v = 3",
]
TRACES = st.builds(
    Said,
    title=st.none() | st.text(max_size=12),
    points=POINTS,
    field=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=5, unique=True),
    start=st.lists(st.floats(-9, 9), min_size=4, max_size=4).map(
        lambda numbers: (
            [f"{name} = {number!r}" for name, number in zip("xyzc", numbers, strict=True)] + ["rest=[1, 2]"]
        )
    ),
    given=st.just(()) | st.floats(-1e9, 1e9).map(lambda number: (f"rate = {number!r}",)),
    steps=st.none() | st.integers(1, 12),
    loop=st.none() | st.sampled_from(["month", "step"]),
    source=st.text(max_size=12),
)
ANSWERED = ["a = 2 u x", "b = u^2 - x", "c = (u + x) / u", "d = exp(-u)", "e = u*x/3"]
PARTS = st.builds(
    Said,
    title=st.none() | st.text(max_size=12),
    points=POINTS,
    part=st.lists(st.sampled_from(ANSWERED), min_size=1, max_size=5, unique=True)
    | st.lists(st.sampled_from(["a", "b-1", "c.2", "why"]), min_size=1, max_size=4, unique=True),
    number=st.just(()),
    source=st.text(max_size=12),
)


def written(said):
    """Write a key in a folder of its own, and prove it."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        try:
            job.new("made", said, None, force=False, ask=False)
        except UsageFault:
            assert not list(Path().iterdir())
            raise
        file = Path("answer_keys/made.toml")
        assert_sound(file)
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        schema = json.loads(Path("answer_keys/key.schema.json").read_text(encoding="utf-8"))
        assert not list(json_schema.faults(data, schema))
        return data


@settings(max_examples=40, deadline=None)
@given(said=TRACES | PARTS)
@example(Said())
@example(Said(kind=Kind.FORMULA))
@example(Said(kind=Kind.TEXT, title='\x00"\\\n[x]', source="\n[question]\r"))
@example(Said(part=["a", "b", "c"], points=0.01))
@example(Said(field=["x = [x, x] @ [1, 2] / 5"], start=["x=1"], given=["y = 2"], steps=7))
def test_what_makes_sense_gives_a_key_that_passes_the_audit(said):
    assert written(said)["title"] == (said.title or "Made")


@settings(max_examples=60, deadline=None)
@given(said=WILD)
def test_whatever_is_said_gives_a_sound_key_or_is_refused(said):
    with suppress(UsageFault):
        assert written(said)["question"]


@given(points=st.decimals("0.01", 1000, places=2), count=st.integers(1, 20))
def test_shares_add_up_exactly(points, count):
    each = shares(points, count)
    assert (len(each), sum(each)) == (count, points)
    assert min(each) >= 0
    assert max(each) - min(each) <= Decimal("0.01") * count


class Answers:
    """Someone who answers questions in order, and keeps them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def prompt(self, words, *, default, **_):
        self.asked.append(words)
        return self.answers.pop(0) or default


ANSWERS = {
    "all as usual": ["", "", "", "", ""],
    "lines": [
        "Loan",
        "trace",
        "8",
        "interest = rate * rest",
        "rest = rest - interest",
        "",
        "0.1",
        "2000",
        "3",
    ],
    "a matrix": ["M", "trace", "8", "y = A @ x", "x = y / 10", "", "[[1, 2], [3, 4]]", "[1, 1]", "2"],
    "mended": ["M", "novel", "trace", "many", "8", "y =", "y = 2 * x", "", "one", "1", "none", "2"],
    "a name twice": ["M", "trace", "8", "y = 1", "y = 2", "z = y", "", "1"],
    "mended after all": ["M", "trace", "8", "x = [x, 1]", "", "1", "2", "", "", "", "x = x / 2", "", "", ""],
    "no finite number": ["M", "trace", "8", "x = 1 / x", "", "0", "2", "", "", "", "", "", "4", ""],
    "formula": ["Slope", "formula", "4", "slope = 2 a x", ""],
    "formula as usual": ["", "formula", "", ""],
    "texts": ["Why", "text", "4", "first", "second", ""],
    "text as usual": ["", "text", "", ""],
    "network": ["Xor", "network", "4", "2", "2,3,1", "3"],
    "network as usual": ["", "network", "", "", ""],
}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_every_way_through_the_questions_gives_a_sound_key(monkeypatch, tmp_path, answers):
    someone = Answers(*answers)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typer, "prompt", someone.prompt)
    monkeypatch.setattr(job, "_at_a_terminal", lambda: True)
    job.new("asked", Said(), None, force=False, ask=True)
    assert not someone.answers
    assert_sound(Path("answer_keys/asked.toml"))


def test_what_is_said_is_not_asked(monkeypatch, tmp_path):
    someone = Answers("", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typer, "prompt", someone.prompt)
    monkeypatch.setattr(job, "_at_a_terminal", lambda: True)
    said = Said(title="T", field=["x = x / 2"], steps=2)
    job.new("asked", said, None, force=False, ask=True)
    assert someone.asked == ["Points", "x at the start"]


def test_at_a_real_terminal_it_asks_and_writes(tmp_path):
    ours, theirs = pty.openpty()
    env = os.environ | {"PYTHONPATH": str(Path(grader.__file__).parents[1])}
    command = [sys.executable, "-m", "grader", "new", "heron"]
    done = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, cwd=tmp_path, env=env
    )
    os.close(theirs)
    try:
        os.write(ours, b"Square root\n\n6\nx = (x + a / x) / 2\n\n2\n1\n3\n")
        out, _ = done.communicate(timeout=60)
    finally:
        done.kill()
    os.close(ours)
    assert done.returncode == 0
    assert out.decode().lstrip().startswith("Wrote answer_keys/heron.toml\n")
    question = read_key(tmp_path / "answer_keys" / "heron.toml").question[0]
    assert (question.points, question.start) == (6, {"a": 2, "x": 1})
