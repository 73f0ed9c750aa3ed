"""Mutation testing of the rooms that decide marks: small changes, one at a time, that tests must notice.

    python tests/mutation/run.py grader/marking/digits.py grader/marking/points.py --sample 60
    python tests/mutation/run.py grader/marking grader/solver --draw 120 --seconds 10

Wants `pip install mutmut`. A copy of the project is made in --folder (a temporary one without) and mutmut
(mutmut.cfg) tries there a sample of the mutants of each module that is named, or of all modules of the three
rooms; the sample is drawn with --seed. --draw draws from all these modules together. Survivors are printed as
diffs, then a table. With a folder of one's own a second run tries what survived again and believes what was
killed. Figures and explained survivors: tests/mutation/README.md.
"""

import argparse
import configparser
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
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
UNREACHED = (5, 33)
SURVIVED = {0: "survived", None: "not tried"} | dict.fromkeys(UNREACHED, "no test")  # else: noticed


def copied(folder):
    """Return a copy of the project in a folder, with what the tests look for beside it."""
    project = folder / "project"
    project.mkdir(parents=True, exist_ok=True)
    for name in PROJECT:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, project / name, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copy2(ROOT / name, project / name)
    shutil.copy2(HERE / "mutmut.cfg", project / "setup.cfg")
    shared = ROOT.parent / "shared"
    if shared.exists() and not (project / "shared").exists():
        (project / "shared").symlink_to(shared)
    return project


def modules_of(places):
    """Return the modules of files and folders, or of the three rooms where none is named."""
    for place in map(Path, places or [Path("grader", room) for room in ROOMS]):
        yield from map(str, sorted(place.rglob("*.py")) if place.is_dir() else [place])


def mutants_of(module):
    """Return the names of a module's mutants."""
    path = Path(module)
    return [
        get_mutant_name(path, name) for name in mutate_file_contents(module, path.read_text()).mutant_names
    ]


def drawn(mutants, asked):
    """Return what is drawn of the mutants of each module, and how many there are; more have all of fewer."""
    if asked.draw is not None:
        together = [(module, name) for module, names in mutants.items() for name in names]
        random.Random(asked.seed).shuffle(together)
        some = together[: asked.draw]
        named = {module: [name for other, name in some if other == module] for module in mutants}
        return {module: (names, len(mutants[module])) for module, names in named.items() if names}
    samples = {}
    for module, names in mutants.items():
        shuffled = list(names)
        random.Random(f"{asked.seed} {module}").shuffle(shuffled)
        samples[module] = shuffled[: asked.sample], len(names)
    return samples


def verdicts(module):
    """Return what came of the mutants of a module so far: exit codes by name."""
    data = SourceFileMutationData(path=Path(module))
    data.load()
    return data.exit_code_by_key


def main():
    """Try the modules that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int, help="so many of each module")
    parser.add_argument("--draw", type=int, help="so many of all modules together")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=15.0, help="of tests for each mutant")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as other:
        os.chdir(copied((asked.folder or Path(other)).resolve()))
        samples = drawn({module: mutants_of(module) for module in modules_of(asked.modules)}, asked)
        environment = surroundings(asked.seconds)
        tried(samples, environment)
        tried_afresh(samples, environment)
        shown(samples)


def surroundings(seconds):
    """Return the environment to try mutants in."""
    places = [str(HERE), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, places)),
        "SECONDS_OF_TESTS": str(seconds),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the mutants are 350,000 lines
    return environment


def tried(samples, environment):
    """Have mutmut try what is not known to be noticed."""
    before = {module: verdicts(module) for module in samples}
    names = [
        name for module, (some, _) in samples.items() for name in some if before[module].get(name) in SURVIVED
    ]
    if not names:
        return
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1", *names]
    subprocess.run(command, check=True, env=environment)


def tried_afresh(samples, environment):
    """Try in processes of their own what no test was seen to reach.

    Most of it runs when a module is imported: before mutmut turns a mutant on.
    """
    settings = configparser.ConfigParser()
    settings.read("setup.cfg")
    words = [
        word
        for name in ("pytest_add_cli_args", "pytest_add_cli_args_test_selection")
        for word in settings["mutmut"][name].split()
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-x", *words]
    for module, (names, _) in samples.items():
        data = SourceFileMutationData(path=Path(module))
        data.load()
        for name in names:
            if data.exit_code_by_key[name] in UNREACHED:
                own = environment | {"MUTANT_UNDER_TEST": name}
                done = subprocess.run(command, cwd="mutants", env=own, check=False, stdout=subprocess.DEVNULL)
                data.exit_code_by_key[name] = done.returncode
        data.save()


def shown(samples):
    """Print the survivors as diffs, and the table."""
    lines = []
    for module, (names, total) in samples.items():
        codes = verdicts(module)
        living = [name for name in names if codes[name] in SURVIVED]
        for name in living:
            print(f"\n{SURVIVED[codes[name]]}: {name}")
            print(get_diff_for_mutant(name, path=module))
        lines.append(
            f"| `{module.removeprefix('grader/')}` | {len(names)} of {total} | {len(names) - len(living)} |"
        )
    print("\n| module | sample | killed |\n|---|---|---|")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
