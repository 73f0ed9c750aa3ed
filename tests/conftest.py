"""What the tests share."""

import pytest
from shared import practical_key, practical_plan


@pytest.fixture(scope="session")
def practical():
    """The practical's key, ready to mark with."""
    return practical_key()


@pytest.fixture(scope="session")
def plans():
    """The plans of the practical's exercise 2, by method."""
    return {method: practical_plan(method) for method in ("online", "batch")}
