"""Marking on a Dask cluster: a real scheduler and two real workers, one of which is killed."""

import json
import signal
import sys
from contextlib import ExitStack

import pytest
from mixed_class import mixed_class
from shared import ROOT

from grader.cli.engine import scoring
from grader.cli.engine.scoring import Scoring

pytest.importorskip("distributed", reason="needs grader[cluster]")
from dask_cluster import workers

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Dask and what it stands on
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("one_reading_of_the_key"),
]

KEY = ROOT / "answer_keys" / "practical1.toml"
HAND_INS, SMALL = 48, 8


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
    pytest.importorskip("grader.cli.engine.cluster")
    monkeypatch.setattr(sys.modules["grader.cli.engine.cluster"], "_PATIENCE", 1)
    done = run("score", class_file, "--key", KEY, "--no-feedback", "--cluster", "tcp://127.0.0.1:9")
    assert (done.code, done.out) == (2, "")
    assert "no Dask scheduler answers there" in done.words


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--cluster", "somewhere"), "expected an address with a port"),
        (("--cluster", "tcp://127.0.0.1:9", "--jobs", "2"), "--jobs and --cluster exclude each other"),
    ],
)
def test_what_makes_no_sense_is_said_and_leaves_nothing(run, class_file, tmp_path, options, said):
    done = run("score", class_file, "--key", KEY, "--out", tmp_path / "feedback", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.words
    assert [*(tmp_path / "feedback").iterdir()] == []
