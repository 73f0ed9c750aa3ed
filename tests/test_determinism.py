"""The same hand-ins give the same bytes: whatever the hash seed, the clock's zone, the locale, the workers.

`--thorough` tries ten hash seeds, where otherwise some have to do; each run differs from the first in all
that it names.
"""

import os
import random
import shutil
import subprocess
import sys

import pytest
from hostile_inputs import own
from in_process import grader
from shared import ROOT

from grader.cli.engine.attempts import Attempts
from grader.exchange import Attempt

KEY = ROOT / "answer_keys" / "practical1.toml"
EVERYTHING = ("amira", "carla", "fatima", "hanna", "ivo")
# How the second and later processes differ from the first: flags of Python, and the environment.
OTHERWISE = [
    (("-OO",), {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ((), {"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "COLUMNS": "400", "HOME": "/"}),
    (
        ("-W", "error"),
        {"LC_ALL": "POSIX", "TZ": "UTC-14", "LANG": "tr_TR.UTF-8", "PYTHONIOENCODING": "ascii"},
    ),
    (("-I", "-X", "dev"), {"TZ": ":/nowhere", "LANGUAGE": "de", "OPENBLAS_NUM_THREADS": "1"}),
]
SEEDS = ("0", "1", "7", "42", "99", "1234", "54321", "999999", "4294967295", "random")


@pytest.fixture
def class_(tmp_path):
    """Hand-ins of all kinds: right, wrong, unreadable, two of one student."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in EVERYTHING:
        shutil.copy(ROOT / "submissions" / f"{name}.json", folder)
    shutil.copy(ROOT / "submissions" / "ivo.json", folder / "ivo again.json")
    for file in own("json")[::9]:
        (folder / f"{file.name}.json").write_bytes(file.data)
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def process(folder, out, flags, environment):
    """Mark the class in a process of its own; return all that comes of it."""
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}]; from grader.cli import main; main()"
    words = ["score", "class", "--key", str(KEY), "--out", out]
    environment = {"PATH": os.environ["PATH"], **environment}
    command = [sys.executable, *flags, "-c", code, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=300)
    said = done.stderr.replace(out.encode(), b"OUT")
    return done.returncode, done.stdout, said, contents(folder / out)


@pytest.mark.usefixtures("class_")
def test_seeds_zones_locales_and_flags_change_no_byte(tmp_path, thorough):
    first = process(tmp_path, "first", (), {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"})
    assert first[0] == 1
    seeds = SEEDS[1:] if thorough else SEEDS[1 : 1 + len(OTHERWISE)]
    for number, seed in enumerate(seeds):
        flags, environment = OTHERWISE[number % len(OTHERWISE)]
        found = process(tmp_path, f"out{number}", flags, environment | {"PYTHONHASHSEED": seed})
        assert found == first, (flags, environment, seed)


@pytest.mark.usefixtures("class_")
def test_the_order_of_a_listing_changes_no_byte(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = grader("score", "class", "--key", KEY, "--out", "out", "--format", "jsonl")
    before = contents(tmp_path / "out")
    really = os.scandir
    draw = random.Random(1)

    class Shuffled(list):
        __enter__ = list.__iter__

        def __exit__(self, *_):
            pass

    def shuffled(folder):
        with really(folder) as entries:
            listed = list(entries)
        return Shuffled(draw.sample(listed, len(listed)))

    monkeypatch.setattr(os, "scandir", shuffled)
    for _ in range(3):
        assert grader("score", "class", "--key", KEY, "--out", "out", "--format", "jsonl") == first
        assert contents(tmp_path / "out") == before


def test_of_several_that_could_replace_an_unreadable_one_the_first_is_named():
    """Nothing tells which assignment it was for; a set would name another one with another hash seed."""
    names = [f"assignment {number}" for number in range(20)]
    for order in (names, names[::-1]):
        attempts = Attempts()
        for number, name in enumerate(order):
            attempts.take_marked(number, Attempt(time=(5,)), "amira", name)
        attempts.take_unmarked(20, Attempt(time=(1,)), "amira", None)
        assert attempts.replaced == {20: 0}


@pytest.mark.usefixtures("class_")
def test_the_number_of_workers_changes_no_byte(tmp_path, monkeypatch):
    if "--jobs" not in grader("score", "--help").out:
        pytest.skip("there is one worker only")
    monkeypatch.chdir(tmp_path)
    runs = []
    for jobs in (1, 8):
        done = grader("score", "class", "--key", KEY, "--out", "out", "--format", "jsonl", "--jobs", jobs)
        runs.append((done, contents(tmp_path / "out")))
        shutil.rmtree(tmp_path / "out")
    assert runs[0] == runs[1]
