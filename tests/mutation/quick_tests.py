"""A plugin for pytest while mutants are tried: a case of each test, quickest first, and some seconds of them.

mutmut first runs all tests, to see which function each of them reaches and how long it takes. A test that
takes long then, or that fails, as one may that looks at the functions themselves, is left out. Most mutants
die within a second; what lives through ENOUGH seconds of tests counts as a survivor, though another test
might have noticed it.
"""

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

# In the folder of the mutants, where the tests run.
MEASURED = Path("mutmut-stats.json")
UNFIT = Path("unfit.json")
# Processor time. While it is measured everything takes three times as long.
SLOW = 4.0  # of one test
ENOUGH = float(os.environ.get("SECONDS_OF_TESTS", "15"))  # of all tests, as measured
ENDLESS = 10.0  # of a test that is not slow: the process is ended, and the mutant noticed
ASKED = pytest.StashKey()


def mode():
    """What mutmut does: "stats" while it measures, "list_all_tests", or the name of a mutant."""
    return os.environ.get("MUTANT_UNDER_TEST", "")


def unfit():
    return json.loads(UNFIT.read_text()) if UNFIT.exists() else []


def pytest_configure(config):
    # A failing example is enough; a smaller one is for people.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")
    sys.setrecursionlimit(10_000)  # every function is called through another one
    # Some names of tests cannot be given as arguments, and thousands of them take long: rather their files.
    config.stash[ASKED] = frozenset(asked for asked in config.args if "::" in asked)
    if config.stash[ASKED]:
        config.args = sorted({asked.partition("::")[0] for asked in config.stash[ASKED]})
    if mode() == "stats":
        config.option.maxfail = 0


def pytest_collection_modifyitems(config, items):
    asked = config.stash[ASKED]
    kept = [item for item in items if not asked or item.nodeid in asked]
    if mode() not in ("stats", "list_all_tests"):
        kept = quick(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def quick(items):
    """Return the quickest case of each test, quickest first, then the next case of each, and so on.

    A hundred cases of one test say less than one case of a hundred.
    """
    measured = json.loads(MEASURED.read_text())["duration_by_test"]
    left_out = set(unfit())
    fit = [item for item in items if item.nodeid not in left_out]
    quickest_first = sorted(fit, key=lambda item: measured.get(item.nodeid, 0.0))
    cases, turn = Counter(), {}
    for item in quickest_first:
        name = item.nodeid.partition("[")[0]
        turn[item] = cases[name]
        cases[name] += 1
    kept, total = [], 0.0
    for item in sorted(quickest_first, key=turn.__getitem__):
        total += measured.get(item.nodeid, 0.0)
        if total > ENOUGH:
            break
        kept.append(item)
    return kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    if mode() == "stats":
        signal.signal(signal.SIGPROF, lambda *_: pytest.fail("slow"))
        signal.setitimer(signal.ITIMER_PROF, SLOW)
    else:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, ENDLESS)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed and mode() == "stats":
        UNFIT.write_text(json.dumps([*unfit(), item.nodeid], indent=1))
    return report


def pytest_sessionfinish(session, exitstatus):
    if mode() == "stats" and exitstatus in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.OK
