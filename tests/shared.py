"""What many tests share: where things are, and keys that they mark with, read once.

Keys are functions beside the fixtures: a property test that takes a fixture has Hypothesis print all of it.
"""

import tomllib
from functools import cache
from pathlib import Path

from grader.cli.keyring import load_key
from grader.marking.mark import prepare
from grader.schemas.key import Key

ROOT = Path(__file__).parent.parent
SHIPPED_KEYS = sorted(path.stem for path in (ROOT / "answer_keys").glob("*.toml"))
HOSTILE = ROOT.parent / "shared" / "conformance" / "hostile.jsonl"  # the list that graders share
# The practical by its question sheet, as a course that asks for exact derivatives marks it.
TANH = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"}


def as_key(text):
    """A key from TOML."""
    return Key.model_validate(tomllib.loads(text))


def ready_key(text):
    """A key from TOML, ready to mark with."""
    return prepare(as_key(text))


@cache
def practical_key():
    """The practical's key, ready to mark with."""
    return load_key(ROOT / "answer_keys" / "practical1.toml")


def practical_plan(method):
    """The plan of a method of the practical's exercise 2."""
    return practical_key().layouts["exercise2"][method].plan
