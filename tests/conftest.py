"""What the tests share."""

import pytest
from hypothesis import HealthCheck, settings
from in_process import captured, load_key
from shared import practical_key, practical_plan

from grader.cli import keyring

# The same examples in every run: what a change breaks is seen in the change, not some day later.
# How fast they are drawn says something of the machine only.
settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thousand", settings.get_profile("fixed"), max_examples=1000)
settings.load_profile("fixed")


def pytest_addoption(parser):
    parser.addoption(
        "--thorough", action="store_true", help="run all kills, interrupts and examples, not only some"
    )


def pytest_configure(config):
    if config.getoption("--thorough"):
        settings.load_profile("thousand")


@pytest.fixture(scope="session")
def thorough(pytestconfig):
    """Whether all that can be tried is tried."""
    return pytestconfig.getoption("--thorough")


@pytest.fixture(scope="session")
def practical():
    """The practical's key, ready to mark with."""
    return practical_key()


@pytest.fixture(scope="session")
def plans():
    """The plans of the practical's exercise 2, by method."""
    return {method: practical_plan(method) for method in ("online", "batch")}


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process, by the real entry point."""
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    return captured(capsys)


@pytest.fixture
def run_here(run, tmp_path, monkeypatch):
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return run


@pytest.fixture
def one_reading_of_the_key(monkeypatch):
    """Save the time of reading the same key, and of marking the same formulas, again in each run."""
    monkeypatch.setattr(keyring, "load_key", load_key)
