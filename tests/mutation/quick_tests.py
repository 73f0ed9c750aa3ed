"""A plugin for pytest while mutants are tried: the quickest tests first, and some seconds of them.

How long a test takes is what mutmut measured without a mutant. Most mutants die within the first second;
what lives through ENOUGH seconds of tests counts as a survivor, though a slower test might have noticed it.
"""

import json
import signal
from pathlib import Path

import hypothesis

MEASURED = Path("mutmut-stats.json")  # in the folder of the mutants, where the tests run
SLOW = 2.0  # seconds of one test
ENOUGH = 15.0  # seconds of all tests
ENDLESS = 30  # seconds of a test that is not slow: the process is ended, and the mutant noticed


def pytest_configure():
    # A failing example is enough; a smaller one is for people.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")


def pytest_collection_modifyitems(config, items):
    if not MEASURED.exists():
        return
    measured = json.loads(MEASURED.read_text())["duration_by_test"]
    kept, left, total = [], [], 0.0
    for item in sorted(items, key=lambda item: measured.get(item.nodeid, 0.0)):
        seconds = measured.get(item.nodeid, 0.0)
        total += seconds
        (kept if seconds <= SLOW and total <= ENOUGH else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_runtest_setup():
    if MEASURED.exists():
        signal.alarm(ENDLESS)
