"""Runs that are killed, interrupted or out of space: no file is torn, and the next run makes all good.

`--thorough` kills 200 times and interrupts 50 times, where otherwise a few have to do.
"""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import warnings
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from in_process import grader, load_key
from shared import ROOT

from grader.exchange import read, write
from grader.exchange.handins import read as reading
from grader.exchange.tables import table
from grader.exchange.write import keep_copy
from grader.marking import mark
from grader.marking.trace_marks import TraceMark
from grader.marking.wording.line_results import LineResults
from grader.reports import MarkdownPages

KEY = ROOT / "answer_keys" / "practical1.toml"
RESUMED = ((), ("--resume",))  # how the next run begins: afresh, or where the last one stopped
KILLS, INTERRUPTS, ALL_KILLS, ALL_INTERRUPTS = 16, 8, 200, 50
# Calls after which a disk is in another state, or could be.
TOUCHING = {"open", "write", "writelines", "flush", "close", "rename", "replace", "unlink", "link", "scandir"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes that are copied here")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def visible(folder):
    return {name: data for name, data in contents(folder).items() if not name.startswith(".")}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A class as it was handed in first and as it was later, and what an undisturbed run makes of each."""
    folder = tmp_path_factory.mktemp("runs")
    names = ("amira", "ben", "fatima", "ivo")
    for run, others in (("before", ("carla", "emil")), ("after", ("emil", "carla"))):
        (folder / run / "class").mkdir(parents=True)
        for name, other in zip(names, (*others, *names[2:]), strict=True):
            text = (ROOT / "submissions" / f"{other}.json").read_text(encoding="utf-8")
            text = text.replace(f'"{other}"', f'"{name}"', 1)
            (folder / run / "class" / f"{name}.json").write_text(text, encoding="utf-8")
        here = Path.cwd()
        os.chdir(folder / run)
        try:
            grader("score", "class", "--key", KEY, "--out", "out")
        finally:
            os.chdir(here)
    os.chdir(folder / "after")
    (folder / "undisturbed").mkdir()
    shutil.copytree(folder / "before" / "out", "over")
    grader("score", "class", "--key", KEY, "--out", "over")
    os.chdir(here)
    old, new = contents(folder / "before" / "out"), contents(folder / "after" / "over")
    assert old != new
    assert {name for name in old if old[name] != new.get(name)} >= {"amira.md", "results.json", "grades.csv"}
    return folder, old, new


def in_a_copy(what, *words):
    """Run something in a copy of this process, silently; return how it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that NumPy's libraries keep
        child = os.fork()
    if child == 0:
        code = 99
        try:
            code = what(*words)
        except BaseException:  # noqa: BLE001 - nothing of the copy may go on as a test
            code = 98
        finally:
            os._exit(code)
    return child


def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def scored(folder, *words):
    os.chdir(folder)
    done = grader("score", "class", "--key", KEY, "--out", "out", *words)
    return 97 if "Traceback" in done.err else done.code


def watched(folder, at):
    """Mark a class and call `at` with a number each time that files are touched, before it and after it."""
    times = count(1)

    def watch(frame, event, called):
        if event not in ("c_call", "c_return") or called.__name__ not in TOUCHING:
            return
        if frame.f_code is grader.__code__:  # what the test itself does when the command has ended
            return
        if not isinstance(getattr(called, "__self__", None), str | bytes):  # str.replace touches no file
            at(next(times))

    sys.setprofile(watch)
    try:
        return scored(folder)
    finally:
        sys.setprofile(None)


def disturbed(folder, number, signum):
    """Mark a class and send this process a signal when it touches files for the `number`-th time."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts with & ignores it
    return watched(folder, lambda time: time == number and os.kill(os.getpid(), signum))


def events_of_a_run(folder):
    """Count how often a run touches files."""
    reading, writing = os.pipe()

    def tell():
        seen = []
        code = watched(folder, seen.append)
        os.write(writing, str(seen[-1]).encode())
        return code

    assert ended(in_a_copy(tell)) == 0
    os.close(writing)
    with os.fdopen(reading) as told:
        return int(told.read())


def prepared(runs, tmp_path, number):
    """Return a folder in which the class of later lies beside the feedback of before."""
    folder, old, _ = runs
    here = tmp_path / str(number)
    shutil.copytree(folder / "after" / "class", here / "class")
    shutil.copytree(folder / "before" / "out", here / "out")
    assert contents(here / "out") == old
    return here


def assert_tidy(out):
    """Assert that nothing is left behind but what `--resume` goes on from."""
    assert {name for name in contents(out) if name.startswith(".")} <= {".unfinished"}


def assert_whole(runs, here, *words):
    """Assert that each file is what it was or what it was to become, and that the next run completes it."""
    _, old, new = runs
    new = {"results.previous.json": old["results.json"], **new}
    for name, data in visible(here / "out").items():
        assert data in (old.get(name), new.get(name)), name
    assert visible(here / "out").keys() >= old.keys()
    assert ended(in_a_copy(scored, here, *words)) == 0
    done = contents(here / "out")  # nor is anything hidden left behind
    done.pop("results.previous.json", None)  # what it has depends on how far the disturbed run came
    assert done == {name: data for name, data in new.items() if name != "results.previous.json"}


def test_killed_at_any_moment_nothing_is_torn(runs, tmp_path, thorough):
    draw = random.Random(1)
    most = events_of_a_run(prepared(runs, tmp_path, "count"))
    start = time.perf_counter()
    ended(in_a_copy(scored, prepared(runs, tmp_path, "time")))
    seconds = time.perf_counter() - start
    killed = 0
    for number in range(ALL_KILLS if thorough else KILLS):
        here = prepared(runs, tmp_path, number)
        if number % 2:
            child = in_a_copy(disturbed, here, draw.randint(1, most), signal.SIGKILL)
        else:
            child = in_a_copy(scored, here)
            time.sleep(draw.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
        killed += ended(child) == -signal.SIGKILL
        assert_whole(runs, here, *RESUMED[number // 2 % 2])
        shutil.rmtree(here)
    assert killed >= (ALL_KILLS if thorough else KILLS) // 2


def test_only_what_dead_runs_have_left_is_taken_away(runs, tmp_path):
    out = prepared(runs, tmp_path, 0) / "out"
    machine = write.machine()
    dead = in_a_copy(lambda: 0)
    assert ended(dead) == 0
    alive = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    other = f"{int(machine, 16) ^ 1:08x}"
    gone = (
        f".amira.md.{machine}-{dead}.grader-tmp",
        f".x\ny.{machine}-{dead}.grader-tmp",
        f".o.{other}-1.grader-tmp",
    )
    stays = (
        f".amira.md.{machine}-{alive.pid}.grader-tmp",
        f".amira.md.{machine}-{os.getpid()}.grader-tmp",
        f".new.{other}-{dead}.grader-tmp",  # of another machine, and of now
        f"amira.md.{machine}-{dead}.grader-tmp",
        f".amira.md.{dead}.tmp",
        f".amira.md.{machine}-{dead}.grader-tmp.txt",
        f".amira.md.{machine}-{'9' * 11}.grader-tmp",
    )
    for name in (*gone, *stays):
        (out / name).write_text("precious")
    os.utime(out / gone[-1], (0, 0))
    (out / f".link.{machine}-{dead}.grader-tmp").symlink_to("precious")
    (out / "precious").write_text("precious")
    (out / f".folder.{machine}-{dead}.grader-tmp").mkdir()
    try:
        assert ended(in_a_copy(scored, out.parent)) == 0
    finally:
        alive.communicate(b"\n")
    left = {path.name for path in out.iterdir()}
    assert not left & {*gone}
    assert left >= {*stays, "precious", f".folder.{machine}-{dead}.grader-tmp"}
    assert (out / f".link.{machine}-{dead}.grader-tmp").is_symlink()


@pytest.mark.parametrize(
    "words",
    [
        ("schema", "key", "--out"),
        ("template", KEY, "--out"),
        ("score", "class", "--key", KEY, "--format", "json", "-o"),
    ],
)
def test_a_command_that_writes_one_file_tidies_up_beside_it(runs, tmp_path, monkeypatch, words):
    monkeypatch.chdir(prepared(runs, tmp_path, 0))
    dead = in_a_copy(lambda: 0)
    ended(dead)
    left = Path(f".file.json.{write.machine()}-{dead}.grader-tmp")
    left.touch()
    assert grader(*words, "file.json").code == 0
    assert Path("file.json").stat().st_size
    assert not left.exists()


def test_interrupted_at_any_moment_nothing_is_torn_or_left_behind(runs, tmp_path, thorough):
    draw = random.Random(2)
    most = events_of_a_run(prepared(runs, tmp_path, "count"))
    codes = []
    for number in range(ALL_INTERRUPTS if thorough else INTERRUPTS):
        here = prepared(runs, tmp_path, number)
        codes.append(ended(in_a_copy(disturbed, here, draw.randint(1, most), signal.SIGINT)))
        assert_tidy(here / "out")
        assert_whole(runs, here, *RESUMED[number % 2])
        assert contents(here / "out").keys() == visible(here / "out").keys()
        shutil.rmtree(here)
    assert set(codes) <= {0, 130}
    assert 130 in codes


@pytest.mark.parametrize("size", [0, 1000, 20_000, 60_000])
def test_a_disk_that_is_full_leaves_what_was_there(runs, tmp_path, size):
    """A file that may not grow fails as one on a full disk does, at whatever byte we like."""
    here = prepared(runs, tmp_path, size)

    def limited():
        sys.dont_write_bytecode = True  # what is compiled would be cut off, and read again
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return scored(here)

    assert ended(in_a_copy(limited)) == 2
    assert_tidy(here / "out")
    assert_whole(runs, here)
    assert contents(here / "out").keys() == visible(here / "out").keys()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_marked(monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("grader.cli.engine.marker.mark_papers", never)
    done = grader("score", ROOT / "submissions", "--key", KEY, "--out", "/proc/feedback")
    assert done.code == 2
    assert done.err.startswith("grader: /proc/feedback: cannot be written to: ")


def test_a_hand_in_that_vanishes_or_grows_under_our_eyes_costs_only_itself(runs, tmp_path, monkeypatch):
    here = prepared(runs, tmp_path, 0)
    really_open, really_stat = os.open, os.fstat
    growing = []

    def opened(path, *how, **more):
        if str(path).endswith("ben.json"):
            Path(path).unlink()
        handle = really_open(path, *how, **more)
        if str(path).endswith("ivo.json"):
            growing.append(handle)
        return handle

    def status(handle):
        before = really_stat(handle)
        if handle in growing:
            growing.remove(handle)
            with (here / "class" / "ivo.json").open("a") as file:
                file.write(" ")
        return before

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fstat", status)
    monkeypatch.chdir(here)
    done = grader("score", "class", "--key", KEY, "--out", "out")
    assert done.code == 1
    assert "class/ben.json: Cannot be opened: No such file or directory." in done.err
    assert "class/ivo.json: Changed while it was read" in done.err
    _, _, new = runs
    pages = contents(here / "out")
    assert all(pages[f"{name}.md"] == new[f"{name}.md"] for name in ("amira", "fatima"))


def test_feedback_of_ours_is_never_read_as_a_hand_in(runs, tmp_path, monkeypatch):
    here = prepared(runs, tmp_path, 0)
    monkeypatch.chdir(here)
    first = grader("score", "class", "--key", KEY, "--format", "jsonl", "--out", "class/one")
    second = grader("score", "class", "--key", KEY, "--format", "jsonl", "--out", "class/two")
    assert first.code == second.code == 0
    assert second.out == first.out
    assert visible(here / "class" / "two") == visible(here / "class" / "one")


def test_a_copy_that_an_interrupted_run_has_linked_leaves_nothing_behind(tmp_path):
    (tmp_path / "results.json").write_text("old")
    for _ in range(2):
        keep_copy(tmp_path / "results.json", tmp_path / "results.previous.json")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "results.json": "old",
        "results.previous.json": "old",
    }


# Where a fault of ours may come out: in reading, marking all at once, wording, making a page.
PLACES = {
    "understood": (reading, lambda _, content, *_more: content.file.endswith("ben.json")),
    "read_paper": (mark, lambda _, *given: given[-1].student == "ben"),
    "mark_traces": (mark, lambda is_bens, *given: any(is_bens(sheet.row) for sheet in given[2])),
    "result": (TraceMark, lambda is_bens, trace, **_: is_bens(trace.sheet.row)),
    "of": (
        LineResults,
        lambda is_bens, _, marks, rows: any(is_bens(marks.verdicts.batch.values[row]) for row in rows),
    ),
    "page": (MarkdownPages, lambda _, *given: given[-1].student == "ben" and given[-1].sections),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_fault_of_ours_costs_only_the_hand_in_that_brings_it_out(runs, tmp_path, monkeypatch, place):
    here = prepared(runs, tmp_path, 0)
    (finding,) = read(here / "class" / "ben.json")
    row = load_key(KEY).read(finding.submission).sheets["exercise2"].row
    where, concerns = PLACES[place]
    really = getattr(where, place)

    def fails(*given, **more):
        if concerns(lambda other: np.array_equal(row, other, equal_nan=True), *given, **more):
            raise ZeroDivisionError("boom")
        return really(*given, **more)

    monkeypatch.setattr(where, place, fails)
    monkeypatch.chdir(here)
    done = grader("score", "class", "--key", KEY, "--out", "out")
    assert done.code == 1
    said = "not marked: an internal error of grader (ZeroDivisionError, "
    assert [line.split(said)[0] for line in done.err.splitlines() if said in line] == ["class/ben.json: "]
    _, _, new = runs
    made = contents(here / "out")
    assert all(made[f"{name}.md"] == new[f"{name}.md"] for name in ("amira", "fatima", "ivo"))
    results = json.loads(made["results.json"])["results"]
    (unmarked,) = (each for each in results if each["score"] is None)
    assert unmarked["file"] == "class/ben.json"
    assert said in unmarked["problems"][-1]


def test_a_fault_of_ours_in_reading_a_table_costs_only_that_and_names_its_place(tmp_path, monkeypatch):
    """Tables are read before marking begins, when whose they are is told."""
    shutil.copy(ROOT / "submissions" / "amira.json", tmp_path)
    (tmp_path / "ben.csv").write_text("question,field,value\n,student,ben\n")
    monkeypatch.setattr(table, "read_rows", lambda *_: 1 // 0)
    done = grader("score", tmp_path, "--key", KEY, "--no-feedback", "--format", "jsonl")
    assert done.code == 1
    amira, unmarked = [json.loads(line) for line in done.out.splitlines()]
    assert amira["score"]
    (problem,) = unmarked["problems"]
    assert problem.startswith("not marked: an internal error of grader (ZeroDivisionError, table.py:")
