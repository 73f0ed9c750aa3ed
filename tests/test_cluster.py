"""Marking on a Dask cluster: a real scheduler and two real workers, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from mixed_class import mixed_class
from test_cli import run as run  # noqa: PLC0414 - a fixture

from grader.cli import keyring, scoring
from grader.cli.scoring import Scoring

Client = pytest.importorskip("distributed", reason="needs grader[cluster]").Client
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Dask and what it stands on
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parent.parent
KEY = ROOT / "answer_keys" / "practical1.toml"
HAND_INS, SMALL = 48, 8
_load_key = cache(keyring.load_key)


@contextmanager
def started(*words):
    """Run a part of Dask as a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def workers(folder, count):
    """Run a scheduler and some workers; give its address and their processes."""
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        of_scheduler = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
        stack.enter_context(started("distributed.cli.dask_scheduler", *of_scheduler))
        _wait(file.exists)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        of_worker = (address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder)
        processes = [
            stack.enter_context(started("distributed.cli.dask_worker", *of_worker)) for _ in range(count)
        ]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
        yield address, processes


def _wait(until):
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def class_file(tmp_path):
    hand_ins = [json.loads(line) for line in mixed_class(HAND_INS)]
    for hand_in in hand_ins[SMALL:]:
        hand_in["answers"].pop("exercise2")  # formulas and words are quick to mark
    lines = [*map(json.dumps, hand_ins)]
    lines[5] = "{"
    lines[20] = lines[3]
    file = tmp_path / "class.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_worker_that_is_killed_midway_costs_nothing_but_time(run, class_file, tmp_path, monkeypatch):
    monkeypatch.setattr(keyring, "load_key", _load_key)
    monkeypatch.setattr(scoring, "CHUNK", SMALL)
    options = ("--key", KEY, "--out", tmp_path / "feedback", "--format", "jsonl")
    alone = run("score", class_file, *options)
    expected = {path.name: path.read_bytes() for path in (tmp_path / "feedback").iterdir()}
    for path in (tmp_path / "feedback").iterdir():
        path.unlink()
    taken = []
    take = Scoring._take

    def take_and_kill(self, came, digest):
        if not taken:
            processes[0].send_signal(signal.SIGKILL)
        take(self, came, digest)
        taken.append(len(self.found.records))

    monkeypatch.setattr(Scoring, "_take", take_and_kill)
    with workers(tmp_path, 2) as (address, processes):
        together = run("score", class_file, *options, "--cluster", address)
        assert processes[0].wait(10) == -signal.SIGKILL
        assert processes[1].poll() is None
    assert taken == [*range(SMALL, HAND_INS + 1, SMALL)]
    assert together == alone
    assert {path.name: path.read_bytes() for path in (tmp_path / "feedback").iterdir()} == expected


def test_a_cluster_that_is_lost_is_told_in_words_and_the_run_goes_on_later(
    run, class_file, tmp_path, monkeypatch
):
    monkeypatch.setattr(keyring, "load_key", _load_key)
    monkeypatch.setattr(scoring, "CHUNK", SMALL)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "2s")
    options = ("--key", KEY, "--out", tmp_path / "feedback", "--format", "jsonl", "--no-feedback", "--resume")
    alone = run("score", class_file, *options)
    take = Scoring._take
    with ExitStack() as stack:
        address, _ = stack.enter_context(workers(tmp_path, 1))

        def take_and_stop(self, came, digest):
            take(self, came, digest)
            stack.close()

        with monkeypatch.context() as patched:
            patched.setattr(Scoring, "_take", take_and_stop)
            lost = run("score", class_file, *options, "--cluster", address)
    assert lost.code == 2
    assert "the cluster was lost" in lost.words
    assert "--resume goes on" in lost.words
    again = run("score", class_file, *options)
    assert f"{SMALL} hand-ins had been marked" in again.words
    assert again.out == alone.out


def test_where_no_scheduler_answers_that_is_said(run, class_file, monkeypatch):
    pytest.importorskip("grader.cli.cluster")
    monkeypatch.setattr(sys.modules["grader.cli.cluster"], "_PATIENCE", 1)
    done = run("score", class_file, "--key", KEY, "--no-feedback", "--cluster", "tcp://127.0.0.1:9")
    assert (done.code, done.out) == (2, "")
    assert "no Dask scheduler answers there" in done.words
