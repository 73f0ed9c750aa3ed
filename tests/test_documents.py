"""What the documents say is what the program does."""

import re

import pytest
from shared import ROOT, ready_key

from grader.cli.app import app
from grader.solver.variants import assign


def blocks(path, language):
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


KEYS = [block for block in blocks("answer_keys/README.md", "toml") if "[[question]]" in block]


@pytest.mark.parametrize("block", KEYS)
def test_the_keys_in_the_tutorial_are_keys(block):
    text = block if block.startswith("id =") else f'id = "example"\n{block}'
    assert ready_key(text).key.question


def test_the_ranges_in_the_tutorial_can_be_drawn_from():
    (block,) = blocks("answer_keys/README.md", "ini")
    head = 'id = "e"\n[[question]]\nid = "q"\nkind = "trace"\npoints = 1\n'
    rest = """
    [question.start]
    W = [[0.5, 0.1, 0.2], [0.3, -0.4, 0.7]]
    [question.method.m]
    loop.i = [{ x = [0.75, 0.2], y = 1 }, { x = [0.2, -0.3], y = -1 }]
    [question.method.m.equations]
    s = "x @ W"
    e = "sum(s) - y"
    W = "W - 0.1 * e * outer(x, s)"
    """
    prepared = ready_key(head + block + rest)
    drawn = assign(prepared.variations["q"], b"a secret for the tests", ["a", "b", "c"])
    assert drawn.sound.all()
    assert {name: values.shape[1:] for name, values in drawn.values.items()} == {
        "W": (2, 3),
        "x": (2, 2),
        "y": (2,),
    }


def test_every_shipped_student_is_described():
    described = (ROOT / "submissions" / "README.md").read_text(encoding="utf-8")
    for file in (ROOT / "submissions").glob("*.json"):
        assert f"`{file.name}`" in described


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"`grader {command.name}" in readme


def quoted(text):
    """Return the paragraphs and items of what a document quotes, a line each, without marks of Markdown."""
    lines = re.findall(r"^>(.*)$", text, re.MULTILINE)
    together = re.sub(r"\n +", " ", "\n".join(line.strip() and line.removeprefix(" ") for line in lines))
    joined = re.sub(r"(?<!\n)\n(?![\n-])", " ", together)
    return [plain(line) for line in joined.splitlines() if line and line != "- …"]


def plain(line):
    return re.sub(r"[*#]", "", line).strip()


@pytest.fixture
def shipped_pages(run_here, tmp_path):
    done = run_here("score", ROOT / "submissions", "--key", ROOT / "answer_keys", "--out", tmp_path)
    assert done.code == 0
    pages = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md")}
    return done.out, {name: plain(text) for name, text in pages.items()}


@pytest.mark.parametrize("name", ["ivo.md", "goran.md", "hanna.md"])
def test_the_pages_that_are_quoted_say_so(name, shipped_pages):
    described = (ROOT / "submissions" / "README.md").read_text(encoding="utf-8")
    (excerpt,) = re.findall(
        rf"^### [^\n]*`{name}`[^\n]*\n(.*?)(?=^### |\Z)", described, re.MULTILINE | re.DOTALL
    )
    lines = quoted(excerpt)
    assert len(lines) > 5
    for line in lines:
        assert line in shipped_pages[1][name]


def test_the_readme_quotes_what_is_printed_and_written(shipped_pages):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    printed, pages = shipped_pages
    (table,) = re.findall(r"```\n(practical1\n.*?)\n\.\.\.\n```", readme, re.DOTALL)
    assert table in printed
    excerpt = quoted(readme)
    assert len(excerpt) > 3
    for line in excerpt:
        assert line in pages["goran.md"]
