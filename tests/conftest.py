"""What the tests share."""

from pathlib import Path

import pytest

from grader.cli.keyring import load_key
from grader.exchange.keys import read_key
from grader.solver import make_plans

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def practical():
    """The practical's key, ready to mark with."""
    return load_key(ROOT / "answer_keys" / "practical1.toml")


@pytest.fixture(scope="session")
def plans():
    """The plans of the practical's exercise 2, by method."""
    key = read_key(ROOT / "answer_keys" / "practical1.toml")
    return make_plans(next(question for question in key.question if question.id == "exercise2"))
