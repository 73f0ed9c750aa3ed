"""What the documents say is what the program does."""

import re
import tomllib
from pathlib import Path

import pytest

from grader.cli.app import app
from grader.marking.mark import prepare
from grader.schemas.key import Key

ROOT = Path(__file__).parent.parent


def blocks(path, language):
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


KEYS = [block for block in blocks("answer_keys/README.md", "toml") if "[[question]]" in block]


@pytest.mark.parametrize("block", KEYS)
def test_the_keys_in_the_tutorial_are_keys(block):
    text = block if block.startswith("id =") else f'id = "example"\n{block}'
    assert prepare(Key.model_validate(tomllib.loads(text))).key.question


def test_every_shipped_student_is_described():
    described = (ROOT / "submissions" / "README.md").read_text(encoding="utf-8")
    for file in (ROOT / "submissions").glob("*.json"):
        assert f"`{file.name}`" in described


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"`grader {command.name}" in readme
