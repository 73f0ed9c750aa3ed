"""What students write is text, wherever it comes to: in pages, tables, other programs' files, a terminal."""

import csv
import io
import json
import os
import re
from xml.etree import ElementTree as ET

import pytest
from hostile_inputs import own, shared
from in_process import grader
from shared import ROOT
from test_html import read as read_html
from test_reports import HOSTILE, read

from grader.cli.option_values import ResultsAs

KEY = ROOT / "answer_keys" / "practical1.toml"
TEXTS = [
    *HOSTILE,
    "::error file=x::pwned",
    "::stop-commands::x",
    "%0A::warning::x",
    "##[error]x",
    "]]>&x;<testcase/>",
    "\x00\x01\x08\x0b\x0c\x1f\x7f\x85\ufffe\uffff",
    "\x1b[2J\x1b[H\x1b]52;c;cHduZWQ=\x07\x1b_x\x1b\\\x9b31m",
    "[bold red]x[/bold red] [@click=app.bell]x[/]",
    "{{ 7*7 }}{% raw %}",
    "\uff1d1+1",
    "+1-1",
    "\r=1+1",
    '=HYPERLINK("http://e")',
    *(each.text for each in own("name")[::4]),
    *(
        json.loads(each.text)["answers"]["note"]
        for each in shared("json")
        if "report" in each.row.get("tags", ())
    ),
]


def hand_in(number, text):
    """Return a hand-in with a text in all places that a student can write to."""
    step = {"iteration": 0, "sample": 0, "s_out": text, text or "k": 1}
    answers = {
        "exercise1": {"dL_dW_out": text, text or "k": text},
        "exercise2": {"method": text, "given": {"alpha": text}, "steps": [step]},
        "exercise3": {"purpose": text},
        "exercise4": {"answer": text},
        text or "k": text,
    }
    return {
        "assignment": "practical1",
        "student": f"{number}{text}"[:400],
        "answers": answers,
        text or "k": 1,
    }


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """A folder of hand-ins: the text as id, as file name where it can be one, and in every answer."""
    folder = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(TEXTS):
        name = re.sub(r"[\0/\ud800-\udfff]", "_", text)[:60]
        data = json.dumps(hand_in(number, text))
        (folder / f"{number:03}{name}.json").write_text(data, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def scored(texts, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return grader("score", texts, "--key", KEY, "--out", out), out


def is_plain(text):
    return all(char.isprintable() or char == "\n" for char in text)


def check_json(out):
    document = json.loads(out)
    assert len(document["results"]) == len(TEXTS)


def check_jsonl(out):
    assert len([json.loads(line) for line in out.splitlines()]) == len(TEXTS)


def check_csv(out):
    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        is_number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
        assert is_number or not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell), cell


def check_xml(out):
    for element in ET.fromstring(out).iter():
        assert element.tag in {"testsuites", "testsuite", "testcase", "properties", "property", "failure"} | {
            *("error", "skipped", "system-out", "system-err")
        }


def check_github(out):
    assert all(re.match(r"::(error|warning|notice) [^:]*::[^\n]*$", line) for line in out.splitlines())
    assert "::stop-commands" not in re.sub(r"^::\w+ .*?::", "", out, flags=re.MULTILINE).split("\n")


# A format that is not here has to be plain text at least.
CHECKS = {
    "json": check_json,
    "jsonl": check_jsonl,
    "csv": check_csv,
    "junit": check_xml,
    "github": check_github,
}
WRITES_TEXT_AS_IT_IS = {"json", "jsonl"}  # with what JSON escapes, and UTF-8


OF_ONE_OR_INTO_ANOTHER = {"gradescope", "canvas", "moodle"}


@pytest.mark.parametrize("format_", [each.value for each in ResultsAs if each not in OF_ONE_OR_INTO_ANOTHER])
def test_every_format_is_what_it_should_be(texts, format_):
    done = grader("score", texts, "--key", KEY, "--no-feedback", "--format", format_)
    assert done.code == 1
    CHECKS.get(format_, lambda _: None)(done.out)
    assert is_plain(done.err)
    if format_ in WRITES_TEXT_AS_IT_IS:
        assert not re.search(r"[\0-\x09\x0b-\x1f]", done.out)  # and JSON's readers do the rest
    else:
        assert is_plain(done.out)


def test_gradescope_gets_our_own_markdown_only(texts):
    for path in sorted(texts.iterdir())[::6]:
        done = grader("score", path, "--key", KEY, "--no-feedback", "--format", "gradescope")
        document = json.loads(done.out)
        said = [document["output"], *(test["output"] for test in document["tests"])]
        for text in said:
            assert is_plain(text)
            assert {tag for tag, *_ in read(text).tags} <= {"p", "strong", "ul", "li"}


@pytest.mark.parametrize("format_", ["canvas", "moodle"])
def test_a_gradebook_gets_numbers_only(texts, tmp_path, format_):
    entries = grader("score", texts, "--key", KEY, "--no-feedback", "--format", "jsonl").out.splitlines()
    students = [json.loads(entry)["student"] or "" for entry in entries]
    book = io.StringIO()
    rows = csv.writer(book)
    marks = {"canvas": "practical1 (1)", "moodle": "Assignment: practical1 (Real)"}[format_]
    rows.writerow(["Student", "ID", "ID number", marks])
    rows.writerows([["x", student, student, ""] for student in students])
    (tmp_path / "book.csv").write_text(book.getvalue(), encoding="utf-8", newline="")
    where = ("--gradebook", tmp_path / "book.csv", "--format", format_)
    done = grader("score", texts, "--key", KEY, "--no-feedback", *where)
    assert done.out, done.err
    assert is_plain(done.err)
    before, after = (list(csv.reader(io.StringIO(text))) for text in (book.getvalue(), done.out))
    changed = [(a, b) for old, new in zip(before, after, strict=True) for a, b in zip(old, new, strict=True)]
    changed = [(a, b) for a, b in changed if a != b]
    assert changed
    assert all(a == "" and re.fullmatch(r"\d+\.\d\d", b) for a, b in changed)


def test_pages_in_markdown_have_only_our_own_marks(scored):
    _, out = scored
    pages = sorted(out.glob("*.md"))
    assert len(pages) > len(TEXTS) // 2
    for path in pages:
        page = path.read_text(encoding="utf-8")
        assert is_plain(page)
        found = read(page)
        assert {tag for tag, *_ in found.tags} <= {"h1", "h2", "p", "strong", "ul", "li"}
        assert not any(attributes for _, *attributes in found.tags)
        assert not re.search(r"(?<!\\)\$|<[a-zA-Z!/]|\]\(", page)


def test_pages_in_html_have_only_our_own_elements(scored):
    _, out = scored
    for path in [out / "index.html", *sorted(out.glob("*.html"))[::3]]:
        page = path.read_text(encoding="utf-8")
        assert is_plain(page)
        read_html(page)  # no fault, no script, no handler, no link elsewhere
        assert "default-src 'none'" in page


def test_tables_for_spreadsheets_have_no_formulas(scored, texts):
    _, out = scored
    check_csv((out / "grades.csv").read_bytes().decode("utf-8-sig"))
    template = grader("marks", "template", texts, "--key", KEY)
    assert template.code in {0, 1}
    check_csv(template.out.removeprefix("\ufeff"))


def test_the_terminal_gets_nothing_to_obey(scored, texts):
    done, out = scored
    assert done.code == 1
    assert is_plain(done.out + done.err)
    for path in sorted(texts.iterdir())[::10]:
        check = grader("check", path, "--key", KEY)
        assert is_plain(check.out + check.err)
    similar = grader("similar", texts, "--key", KEY)
    assert is_plain(similar.out + similar.err)
    report = grader("report", out / "results.json", "--out", out)
    assert is_plain(report.out + report.err)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a name of a file cannot hold the end of a line here")
@pytest.mark.parametrize(
    "words", [("score", "--format", each) for each in ResultsAs] + [("score", "-v"), ("similar",)]
)
def test_no_name_of_a_file_begins_a_line(words, tmp_path, monkeypatch):
    """A line that begins with :: is a command to GitHub's runner, on stderr too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    ivo = (ROOT / "submissions" / "ivo.json").read_text(encoding="utf-8")
    files = dict.fromkeys(("1", "2", "3"), ivo)
    files |= {
        "broken": "{",
        "other": ivo.replace("practical1", "nothing"),
        "odd": ivo.replace("0.", '"x"', 1),
    }
    for name, text in files.items():
        (tmp_path / "in" / f"{name}\n::stop-commands::x.json").write_text(text, encoding="utf-8")
    (tmp_path / "in" / "note\n::error::x.md").touch()
    os.mkfifo(tmp_path / "in" / "pipe\n::error::x.json")
    command, *options = words
    output = () if command == "similar" else ("--no-feedback",)
    done = grader(command, "in", "--key", KEY, *output, *options)
    assert done.err
    own = ("::error file=in/", "::warning file=in/") if "github" in words else ()
    said = [*done.err.splitlines(), *done.out.splitlines()]
    assert [line for line in said if line.startswith("::") and not line.startswith(own)] == []


def test_no_name_of_a_file_begins_a_line_of_a_check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "x\n::error::y.csv"
    for text in ("a,b", "student,s\nquestion,part,value\n", "{"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = grader("check", name, "--key", KEY)
        assert done.out + done.err
        assert not any(line.startswith("::") for line in (done.out + done.err).splitlines())
