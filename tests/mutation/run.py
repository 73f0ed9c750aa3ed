"""Mutation testing of the rooms that decide marks: small changes, one at a time, that tests must notice.

    python tests/mutation/run.py grader/marking grader/solver --draw 80 --seed 1 --folder /tmp/mutants
    python tests/mutation/run.py grader/marking/sheets/digits.py --sample 20

Wants `pip install mutmut`, which writes the mutants. In a copy of the project every function of the modules
that are named has its mutants beside it. One process collects the tests, and forks: to measure once how long
each takes and which functions it reaches, and for each mutant of a sample. There the tests run that reach the
function, until one fails or the --seconds are over. Where one fails without a mutant it is named, and nothing
is tried. With a --folder kept tests are not measured again, but for those that failed or were not reached.
Figures: tests/mutation/README.md.
"""

import argparse
import difflib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from itertools import zip_longest
from pathlib import Path

import hypothesis
import pytest
import switch
from forks import in_forks
from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parents[2]
ROOMS = ("expressions", "marking", "solver")
PROJECT = (
    "grader",
    "tests",
    "answer_keys",
    "submissions",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
)
# Tests of what is no matter of these rooms, or that start programs; they take long, and notice little more.
LEFT_OUT = {
    "architecture",
    "as_typed",
    "benchmarks",
    "class_of_200",
    "cli",
    "cluster",
    "determinism",
    "diff",
    "documents",
    "exchange",
    "from_books",
    "fuzz_corpus",
    "html",
    "inert",
    "marks",
    "named_files",
    "neutral_ways_out",
    "new",
    "nothing_lost",
    "nothing_runs",
    "other_spellings",
    "properties",
    "random_exercises",
    "report",
    "reports",
    "scale",
    "simulated_class",
    "toml_places",
    "tutorial",
    "watch",
    "ways_in",
    "ways_out",
}
SLOW = 5.0  # seconds of processor time; a test that takes as long is broken off, and left out
PASSED, FAILED = "passed", "failed"
HANGS = 45.0  # and several times what a test took: then the mutant never comes to an end
IMPORTED = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
OWN_IMPORT = "from mutmut.mutation.trampoline import wrap_in_trampoline"


def copied(folder):
    """Make a copy of the project in a folder, with what the tests look for beside it."""
    project = folder / "project"
    project.mkdir(parents=True, exist_ok=True)
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
            )
        else:
            shutil.copy2(ROOT / name, project / name)
    shutil.copy2(Path(__file__).with_name("switch.py"), project)
    (project / "setup.cfg").write_text("[mutmut]\nsource_paths=grader\n")
    for place in (folder, project):
        if (ROOT.parent / "shared").exists() and not (place / "shared").exists():
            (place / "shared").symlink_to(ROOT.parent / "shared")
    return project


def mutated(places):
    """Write the mutants into the modules of some files and folders; return their names by module."""
    names = {}
    for place in map(Path, places or [Path("grader", room) for room in ROOMS]):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
            code = made.code.replace(OWN_IMPORT, "from switch import wrap_in_trampoline")
            path.write_text(code, encoding="utf-8")
            module = ".".join(path.with_suffix("").parts)
            names[module] = [f"{module}.{name}" for name in made.mutant_names]
    return names


def drawn(names, asked):
    """Return a sample: so many of each module, or of all together; more have all of fewer."""
    if asked.draw is None:
        return [
            name
            for module, some in names.items()
            for name in shuffled(some, f"{asked.seed} {module}")[: asked.sample]
        ]
    return shuffled([name for some in names.values() for name in some], asked.seed)[: asked.draw]


def shuffled(names, seed):
    some = list(names)
    random.Random(seed).shuffle(some)
    return some


def function_of(mutant):
    return mutant.rpartition("__mutmut_")[0]


class Trials:
    """A plugin for pytest that measures the tests, and tries mutants, in forks of the process it is in."""

    def __init__(self, sample, seconds, measured):
        self.sample, self.seconds, self.file = sample, seconds, measured
        self.survivors = []

    def pytest_configure(self):
        # A failing example is enough; a smaller one is for people.
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", derandomize=True, deadline=None, database=None, phases=phases
        )
        hypothesis.settings.load_profile("mutants")
        sys.setrecursionlimit(10_000)  # every function is called through another one

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            pytest.exit("some tests cannot be collected", returncode=1)
        measured = json.loads(self.file.read_text()) if self.file.exists() else {}
        new = [item for item in session.items if measured.get(item.nodeid, [0, FAILED])[1] == FAILED]
        if new:
            files = sorted({item.path for item in new})
            works = [partial(measure, session, [item for item in new if item.path == file]) for file in files]
            for found, _, _ in in_forks(works):
                measured |= found if isinstance(found, dict) else {}
                self.file.write_text(json.dumps(measured))
            failed = [item.nodeid for item in new if measured.get(item.nodeid, [0, FAILED])[1] == FAILED]
            if failed:
                print("These tests fail without any mutant:", *failed, sep="\n  ", flush=True)
                pytest.exit("nothing is tried before they pass", returncode=1)
        reaching = [in_order(session.items, measured, function_of(mutant)) for mutant in self.sample]
        works = [
            partial(try_one, session, mutant, items, measured, self.seconds)
            for mutant, items in zip(self.sample, reaching, strict=True)
        ]
        for end, index, took in in_forks(works):
            mutant = self.sample[index]
            what = "noticed" if end is True else "lives" if end is False else end
            if end is False:
                self.survivors.append(mutant)
            print(f"{what if reaching[index] else 'no test'}: {mutant}, {took:.0f} s", flush=True)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        """Break off a slow test while it is measured; what its fixtures take, others need as well."""
        if not switch.measuring():
            return (yield)
        signal.signal(signal.SIGPROF, too_slow)
        signal.setitimer(signal.ITIMER_PROF, 1.2 * SLOW, SLOW)  # timers may be early
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def too_slow(*_):
    raise TimeoutError("takes too long to be tried with each mutant")


def measure(session, items):
    """Return of each test: processor time, how it ended, and the functions that it reaches."""
    switch.turn(switch.REACHED)
    measured = {}
    for item, following in zip_longest(items, items[1:]):
        switch.SEEN.clear()
        started, failed = time.process_time(), session.testsfailed
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        took = time.process_time() - started
        end = "slow" if took > SLOW else PASSED if session.testsfailed == failed else FAILED
        measured[item.nodeid] = took, end, sorted(switch.SEEN)
    return measured


def in_order(items, measured, function):
    """Return the tests that reach a function, quickest first; its tenth case counts as ten times slower."""
    reach = [
        item for item in items if measured[item.nodeid][1] == PASSED and function in measured[item.nodeid][2]
    ]
    cases, weight = Counter(), {}
    for item in sorted(reach, key=lambda item: measured[item.nodeid][0]):
        name = item.nodeid.partition("[")[0]
        cases[name] += 1
        weight[item] = cases[name] * measured[item.nodeid][0]
    return sorted(reach, key=weight.__getitem__)


def try_one(session, mutant, items, measured, seconds):
    """Return whether a test notices a mutant."""
    switch.turn(mutant)
    limit = int(3 * seconds + 2 * HANGS)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    total = 0.0
    for item, following in zip_longest(items, items[1:]):
        usual = measured[item.nodeid][0]
        total += usual
        if total > seconds:
            break
        signal.setitimer(signal.ITIMER_PROF, HANGS + 6 * usual)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return True
    return False


def difference(mutant):
    """Return what a mutant changes, as a diff."""
    module, _, name = mutant.rpartition(".")
    lines = Path(f"{module.replace('.', '/')}.py").read_text(encoding="utf-8").splitlines()
    before, after = (body(lines, each) for each in (f"{function_of(name)}__mutmut_orig", name))
    return "\n".join(list(difflib.unified_diff(before, after, lineterm="", n=1))[2:])


def body(lines, function):
    """Return the lines of a function, without that of its name."""
    start = next(i for i, line in enumerate(lines) if line.lstrip().startswith(f"def {function}("))
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = next(
        (
            i
            for i, line in enumerate(lines[start + 1 :], start + 1)
            if line.strip() and len(line) - len(line.lstrip()) <= depth and not line.lstrip().startswith(")")
        ),
        len(lines),
    )
    return lines[start + 1 : end]


def main():
    """Try a sample of the modules that are named, or of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int, help="so many of each module")
    parser.add_argument("--draw", type=int, help="so many of all modules together")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=40.0, help="of tests for each mutant")
    parser.add_argument("--tests", nargs="+", help="only these files of tests: slips for test_slips.py")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as other:
        project = copied((asked.folder or Path(other)).resolve())
        os.chdir(project)
        sys.path[:0] = [str(project), str(project / "tests")]
        os.environ["PYTHONPATH"] = str(project)
        trials = Trials(drawn(mutated(asked.modules), asked), asked.seconds, Path("../measured.json"))
        files = [
            str(path)
            for path in sorted(Path("tests").glob("test_*.py"))
            if path.stem[5:] not in LEFT_OUT and (not asked.tests or path.stem[5:] in asked.tests)
        ]
        options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--tb=no", "-W", IMPORTED]
        code = pytest.main([*options, *files], plugins=[trials])
        for mutant in trials.survivors:
            print(f"\n{mutant}\n{difference(mutant)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
