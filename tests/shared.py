"""Keys that many tests mark with, read once.

As functions beside the fixtures: a property test that takes a fixture has Hypothesis print all of it.
"""

from functools import cache
from pathlib import Path

from grader.cli.keyring import load_key

ROOT = Path(__file__).parent.parent


@cache
def practical_key():
    """The practical's key, ready to mark with."""
    return load_key(ROOT / "answer_keys" / "practical1.toml")


def practical_plan(method):
    """The plan of a method of the practical's exercise 2."""
    return practical_key().layouts["exercise2"][method].plan
