"""`grader report`: the same pages as `score` wrote, to the byte, from every shape of results."""

import json
import subprocess
import sys

import pytest
import typer
from mixed_class import mixed_class
from shared import practical_key
from test_cli import KEYS, contents, of_process, process, write

from grader.cli import keyring
from grader.cli.hand_ins import Sources
from grader.cli.jobs.report import report
from grader.cli.jobs.score import score
from grader.cli.option_values import Pages, ResultsAs
from grader.cli.ways_out import Outlet
from grader.reports.page_names import PageNames
from grader.schemas.faults import UsageFault
from grader.schemas.results import Results, SubmissionResult

HEAD = '{"schema": "grader/results/v1", "results": [\n'
PRACTICAL = KEYS / "practical1.toml"
ODD = ["Bob", "bob", "../x", "CON", "index", "a\u202eb", "ann\nAnna", "<b>", "é", "x" * 300, "日本"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Read the practical's key once for all tests."""
    load = keyring.load_key
    usual = practical_key()
    monkeypatch.setattr(
        keyring,
        "load_key",
        lambda path, **how: usual if path == PRACTICAL else load(path, **how),
    )


def marked(folder, out, *, pages=Pages.BOTH, format_=ResultsAs.TABLE):
    """Score a folder in which something cannot be read."""
    with pytest.raises(typer.Exit):
        score(Sources([folder], KEYS), out, Outlet(format_), pages=pages)


def pages_in(folder):
    return {name: data for name, data in contents(folder).items() if name.endswith((".md", ".html"))}


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory):
    """A class with everything that makes names and attempts difficult."""
    folder = tmp_path_factory.mktemp("odd") / "class"
    hand_ins = [json.loads(text) for text in mixed_class(16, seed=5)]
    for number, (hand_in, student) in enumerate(zip(hand_ins, ODD, strict=False)):
        # The order of the files is not that of the students.
        write(folder, f"{50 - number:02}.json", {**hand_in, "student": student})
    for number, hand_in in enumerate(hand_ins[len(ODD) :]):
        write(folder, f"a{number:02}.json", hand_in)
    strict = {"assignment": "practical1-strict", "student": "dora", "answers": {}}
    first = {**hand_ins[0], "student": "dora"}
    for name, content in {
        "m1.json": first,
        "m2.json": strict,
        "m3.json": {**hand_ins[3], "student": "dora"},  # replaces m1, after a page for another assignment
        "n1.json": {"student": "eve", "answers": 7},
        "n2.json": {**hand_ins[1], "student": "eve"},
        "n3.json": {"student": "fay", "answers": 7},
        "n4.json": "not JSON",
        "n5.json": {"student": "gil", "assignment": "nothing", "answers": {}},
    }.items():
        write(folder, name, content)
    return folder


@pytest.fixture(scope="module")
def scored(odd_class, tmp_path_factory):
    out = tmp_path_factory.mktemp("scored") / "feedback"
    marked(odd_class, out)
    return out


def test_the_same_bytes_as_score_wrote(scored, tmp_path):
    assert len(pages_in(scored)) > 2 * len(ODD)
    report(scored / "results.json", tmp_path / "again", Pages.BOTH)
    assert pages_in(tmp_path / "again") == pages_in(scored)
    assert contents(tmp_path / "again").keys() == pages_in(scored).keys()


def test_a_folder_will_do_and_is_where_the_pages_go(scored, tmp_path):
    write(tmp_path, "results.json", (scored / "results.json").read_bytes())
    report(tmp_path, None, Pages.HTML)
    again = pages_in(tmp_path)
    assert again == {name: data for name, data in pages_in(scored).items() if name.endswith(".html")}


def test_results_that_another_program_laid_out_anew(scored, tmp_path):
    neat = json.dumps(json.loads((scored / "results.json").read_text(encoding="utf-8")), indent=2)
    report(write(tmp_path, "neat.json", neat), tmp_path / "again", Pages.BOTH)
    assert pages_in(tmp_path / "again") == pages_in(scored)


def test_results_on_stdout_make_the_same_pages(odd_class, scored, tmp_path, capsysbinary):
    marked(odd_class, tmp_path / "none", pages=None, format_=ResultsAs.JSONL)
    lines = capsysbinary.readouterr().out
    assert not (tmp_path / "none").exists()
    report(write(tmp_path, "all.jsonl", lines), tmp_path / "again", Pages.BOTH)
    # The class page lists students in the order of the results, here that of the files. And of dora's two
    # pages each knows whose it is only where names of pages are in the results.
    again, before = (
        {name: data for name, data in pages_in(folder).items() if not name.startswith(("index", "dora"))}
        for folder in (tmp_path / "again", scored)
    )
    assert again == before


def test_markdown_alone_or_html_alone(odd_class, scored, tmp_path):
    for kind, endings in ((Pages.MD, {".md"}), (Pages.HTML, {".html"})):
        marked(odd_class, tmp_path / kind, pages=kind)
        expected = {n: d for n, d in pages_in(scored).items() if n.endswith(tuple(endings))}
        assert pages_in(tmp_path / kind) == expected
        assert (tmp_path / kind / "results.json").read_bytes() == (scored / "results.json").read_bytes()


def test_the_name_of_a_page_is_in_the_results_where_it_is_not_the_id(scored):
    results = Results.model_validate_json((scored / "results.json").read_bytes()).results
    pages = pages_in(scored)
    for result in results:
        if result.score is not None:
            assert f"{result.page or result.student}.html" in pages
        assert result.page is None or result.page != result.student
    assert {result.student for result in results if result.page} >= {"../x", "CON", "index", "<b>"}


@pytest.mark.parametrize("page", ["index", "results", "con", "LPT1"])
def test_a_page_of_the_results_takes_no_name_of_ours(page):
    result = SubmissionResult(student="ann", file="a.json", page=page)
    assert PageNames().name(result) == "ann"


def test_two_students_never_share_a_page_whatever_the_results_say():
    names = PageNames()
    results = [SubmissionResult(student=s, file=s, score=1.0, page="Same") for s in ("ann", "ben", "cyd")]
    found = [names.name(result) for result in results]
    assert found == ["Same", "ben", "cyd"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("results.json", HEAD, "the end is missing; the file was cut off"),
        ("results.json", f'{HEAD}{{"student": 5}}\n]}}\n', "line 2: no entry of results: student: "),
        ("results.json", "{}", "not results of grader score: "),
        ("results.json", "hello", "not results of grader score: "),
        ("results.json", "", "not results of grader score: "),
        ("results.json", b"\xff\xfe", "not UTF-8 text"),
        ("other.txt", "x", "No such file"),
        ("a.jsonl", '{"student": "a", "file": "f", "page": "../x"}\n', "line 1: no entry of results: page: "),
    ],
)  # fmt: skip
def test_what_are_no_results_is_named_and_writes_nothing(tmp_path, name, content, words):
    write(tmp_path, name, content)
    target = tmp_path / ("results.json" if name == "other.txt" else name)
    with pytest.raises(UsageFault) as caught:
        report(target, tmp_path / "out", Pages.BOTH)
    assert words in str(caught.value)
    assert str(target) in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_fault_is_one_message_and_exit_code_2():
    done = of_process(process("report", "README.md"))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("grader: README.md: not results of grader score: ")
    assert done.err.count("\n") == 1


def test_no_results_make_a_page_all_the_same(tmp_path):
    report(write(tmp_path, "results.json", f"{HEAD}]}}\n"), None, Pages.BOTH)
    assert list(pages_in(tmp_path)) == ["index.html"]


def test_templates_are_not_loaded_for_whoever_wants_none():
    script = (
        "import sys; from grader.cli import main\n"
        "try: main()\n"
        "finally: print('jinja2' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            script,
            "score",
            "submissions/amira.json",
            "--key",
            PRACTICAL,
            "--no-feedback",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=KEYS.parent,
    )
    assert done.stderr.splitlines() == ["False"]
