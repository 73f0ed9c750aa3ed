"""`[tool.grader]` of the nearest pyproject.toml: defaults, which what is typed replaces."""

from pathlib import Path

import pytest
from shared import ROOT
from test_cli import USAGE

AMIRA = ROOT / "submissions" / "amira.json"
KEYS = ROOT / "answer_keys"


@pytest.fixture
def settings(tmp_path):
    def write(text):
        (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "x"\n{text}')

    (tmp_path / "answer_keys").symlink_to(KEYS)
    return write


def test_defaults_hold_and_flags_win(run_here, settings, monkeypatch, tmp_path):
    settings(
        '[tool.grader]\nkey = "answer_keys/practical1.toml"\n'
        '[tool.grader.score]\nformat = "csv"\nfeedback = false\n'
    )
    below = tmp_path / "class" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)  # the file lies two folders above, and its paths count from there
    done = run_here("score", AMIRA)
    assert done.code == 0
    assert done.out.startswith("student,file,assignment,")
    assert not Path("feedback").exists()
    assert run_here("score", AMIRA, "--format", "table").out.startswith("student  exercise1")
    run_here("score", AMIRA, "--feedback", "--pages", "md")
    assert Path("feedback/amira.md").exists()


def test_an_option_is_for_every_command_that_has_it_and_takes_the_value(run_here, settings):
    settings('[tool.grader]\nformat = "csv"\n')
    assert run_here("score", AMIRA, "--no-feedback").out.startswith("student,file")
    assert run_here("template", KEYS / "newton.toml").out.startswith("question,")
    assert run_here("solve", KEYS / "newton.toml").code == 0  # it has no csv, and shows its table


def test_what_is_for_one_command_goes_before_what_is_for_all(run_here, settings):
    settings('[tool.grader.score]\nformat = "json"\n[tool.grader]\nformat = "csv"\n')
    assert run_here("score", AMIRA, "--no-feedback").out.startswith("{")


def test_a_command_of_commands_has_a_table_in_a_table(run_here, settings):
    settings('[tool.grader.marks.template]\nout = "marks.csv"\n')
    assert run_here("marks", "template", AMIRA).code == 0
    assert Path("marks.csv").exists()


def test_an_option_that_may_be_repeated_gives_way_as_well(run_here, settings, tmp_path):
    settings('[tool.grader.score]\nmarks = ["no.csv", "none.csv"]\n')
    (tmp_path / "typed.csv").write_text("student,question,part,points\n")
    done = run_here("score", AMIRA, "--no-feedback")
    assert done.code == USAGE
    assert "no.csv" in done.words
    assert run_here("score", AMIRA, "--no-feedback", "--marks", "typed.csv").code == 0


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "# tool.grader\n", "tool = 1 # tool.grader\n"])
def test_another_file_is_passed_over(run_here, settings, tmp_path, monkeypatch, text):
    settings('[tool.grader]\nformat = "csv"\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text(text)
    monkeypatch.chdir(inner)
    assert run_here("score", AMIRA, "--key", KEYS, "--no-feedback").out.startswith("student,file")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.grader]\nformatt = 1\n",
            "formatt: no option and no command; did you mean format?",
        ),
        (
            "[tool.grader.scor]\nformat = 1\n",
            "scor: no option and no command; did you mean score?",
        ),
        ("[tool.grader.score]\nclef = 1\n", "[tool.grader] score.clef: no option of grader score"),
        ('[tool.grader.score]\nformat = "cvs"\n', "score.format: expected table, json, jsonl, csv, "),
        ('[tool.grader.score]\nfail-under = "x"\n', "score.fail-under: expected a number, found 'x'"),
        ("[tool.grader.score]\nfeedback = 1\n", "score.feedback: expected true or false, found 1"),
        ("[tool.grader]\nkey = [1]\n", "key: expected a text in quotes, found [1]"),
        ("[tool.grader]\nkey = \n", "pyproject.toml: not TOML that can be read"),
        ("[tool.grader]\nkey = " + "[" * 5000, "not TOML that can be read: nested too deeply"),
        ("[tool.grader]\njobs = " + "9" * 5000, "not TOML that can be read: Exceeds the limit"),
    ],
)
def test_what_is_wrong_is_told_with_the_file_and_the_place(run_here, settings, text, said):
    settings(text)
    done = run_here("score", AMIRA)
    assert done.code == USAGE
    assert "pyproject.toml: " in done.words
    assert said in done.words
    assert run_here("--version").code == 0
