"""A plugin for pytest while mutants are tried: the quickest tests first, and some seconds of them.

How long a test takes is what mutmut measured without a mutant. Most mutants die within the first second;
what lives through ENOUGH seconds of tests counts as a survivor, though a slower test might have noticed it.
A test that fails without a mutant, as one may that looks at the functions themselves, is left out.
"""

import json
import signal
import sys
from pathlib import Path

import hypothesis
import pytest

# In the folder of the mutants, where the tests run.
MEASURED = Path("mutmut-stats.json")
UNFIT = Path("unfit.json")
FAILED = pytest.StashKey()
SLOW = 2.0  # seconds of one test
ENOUGH = 15.0  # seconds of all tests
ENDLESS = 30  # seconds of a test that is not slow: the process is ended, and the mutant noticed


def pytest_configure(config):
    # A failing example is enough; a smaller one is for people.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")
    sys.setrecursionlimit(10_000)  # every function is called through another one
    if not MEASURED.exists():
        config.option.maxfail = 0
        config.stash[FAILED] = []


def pytest_collection_modifyitems(config, items):
    if not MEASURED.exists():
        return
    measured = json.loads(MEASURED.read_text())["duration_by_test"]
    unfit = set(json.loads(UNFIT.read_text()))
    kept, left, total = [], [], 0.0
    for item in sorted(items, key=lambda item: measured.get(item.nodeid, 0.0)):
        seconds = measured.get(item.nodeid, 0.0)
        total += seconds
        fits = seconds <= SLOW and total <= ENOUGH and item.nodeid not in unfit
        (kept if fits else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_runtest_setup():
    if MEASURED.exists():
        signal.alarm(ENDLESS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed and FAILED in item.config.stash:
        item.config.stash[FAILED].append(item.nodeid)
    return report


def pytest_sessionfinish(session, exitstatus):
    if FAILED in session.config.stash and exitstatus == pytest.ExitCode.TESTS_FAILED:
        session.exitstatus = pytest.ExitCode.OK
    if FAILED in session.config.stash:
        UNFIT.write_text(json.dumps(session.config.stash[FAILED], indent=1))
