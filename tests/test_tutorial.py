"""Every command of the tutorial prints what the tutorial says."""

import pytest
from tutorial import ROOT, agrees, run

DOCUMENT = ROOT / "answer_keys" / "README.md"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return list(run(DOCUMENT.read_text(encoding="utf-8"), tmp_path_factory.mktemp("tutorial")))


def test_every_command_prints_what_the_tutorial_says(runs):
    for done in runs:
        assert done.code == done.expected_code, f"{done.commands}{done.printed}"
        assert agrees(done.expected, done.printed), f"{done.commands}printed:\n{done.printed}"


def test_the_tutorial_goes_from_paper_to_a_marked_hand_in(runs):
    typed = "".join(done.commands for done in runs)
    for command in ("new", "solve", "audit", "template", "score"):
        assert f"grader {command} " in typed
    assert len(runs) >= 8


def test_little_of_the_output_is_left_out(runs):
    assert sum(done.expected.count("\n...\n") for done in runs) <= 1


@pytest.mark.parametrize(
    ("expected", "printed", "holds"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("", "a\n", False),
    ],
)
def test_the_comparison_is_exact_but_for_what_is_left_out(expected, printed, holds):
    assert agrees(expected, printed) == holds
