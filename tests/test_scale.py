"""A class of any size: batches, several processes, going on after an interruption; all to the same bytes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mixed_class import mixed_class
from shared import ROOT

from grader.cli.engine import scoring
from grader.cli.engine import workers as worker_processes
from grader.cli.engine.marker import Marker
from grader.cli.engine.workers import workers
from grader.cli.keyring import key_ring
from grader.exchange import contents
from grader.exchange.journal import Digest, Journal
from grader.schemas.faults import GraderError

KEY = ROOT / "answer_keys" / "practical1.toml"
SMALL = 12  # hand-ins in a batch, where a test wants many batches

pytestmark = pytest.mark.usefixtures("one_reading_of_the_key")


def class_of(folder, *, with_traces):
    """Write a class into one file, with all that can come in between: no JSON, results, a second attempt."""
    lines = [*mixed_class(36)]
    if not with_traces:
        hand_ins = [json.loads(line) for line in lines]
        for hand_in in hand_ins:
            hand_in["answers"].pop("exercise2")
        lines = [*map(json.dumps, hand_ins)]
    lines[5] = "{"
    lines[9] = '{"student": "ghost", "assignment": "nothing", "answers": {}}'
    lines[12] = lines[12].replace('"answers"', '"group": ["0000001", "another", "last"], "answers"', 1)
    lines[13] = lines[13].replace('"answers"', '"group": ["last"], "answers"', 1)
    lines[20] = lines[3]
    lines[22] = ""
    lines[30] = json.dumps({"schema": "grader/results/v1", "results": []})
    lines[33] = json.dumps({"student": "CON", "assignment": "practical1", "answers": {}})
    file = folder / "class.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def with_traces(tmp_path_factory):
    return class_of(tmp_path_factory.mktemp("class"), with_traces=True)


@pytest.fixture(scope="module")
def class_file(tmp_path_factory):
    """Formulas and words only, which are quick to mark."""
    return class_of(tmp_path_factory.mktemp("class"), with_traces=False)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(scoring, "CHUNK", SMALL)


def grade(run, class_file, out, *options):
    return run("score", class_file, "--key", KEY, "--out", out, *options)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_size_of_batches_changes_nothing(run, with_traces, tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "CHUNK", 2500)
    whole = grade(run, with_traces, tmp_path / "feedback")
    expected = files(tmp_path / "feedback")
    for path in (tmp_path / "feedback").iterdir():
        path.unlink()
    monkeypatch.setattr(scoring, "CHUNK", SMALL)
    assert grade(run, with_traces, tmp_path / "feedback") == whole
    assert files(tmp_path / "feedback") == expected
    assert whole.code == 1
    assert {"index.html", "results.json", "grades.csv", "0000000.md", "0000000.html"} <= expected.keys()


@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_processes_give_the_bytes_that_one_gives(run, class_file, tmp_path, form):
    one = grade(run, class_file, tmp_path / "feedback", "--no-feedback", "--format", form)
    two = grade(run, class_file, tmp_path / "feedback", "--no-feedback", "--format", form, "--jobs", "2")
    assert two == one
    assert not (tmp_path / "feedback").exists()


def test_processes_write_the_pages_that_one_writes(run, with_traces, tmp_path):
    marks = tmp_path / "marks.csv"
    marks.write_text(
        "student,question,part,points,comment\n0000002,exercise3,purpose,3,good\nnobody,exercise3,purpose,1,\n"
    )
    roster = tmp_path / "roster.csv"
    roster.write_text("student\n" + "".join(f"{i:07}\n" for i in range(40)), encoding="utf-8")
    said = {}
    for jobs in ("1", "2"):
        options = ("--marks", marks, "--roster", roster, "--jobs", jobs)
        done = grade(run, with_traces, tmp_path / jobs, *options)
        said[jobs] = (done.code, done.out, done.err.replace(str(tmp_path / jobs), "OUT"))
    assert said["1"] == said["2"]
    assert "there is no hand-in of 'nobody'" in said["1"][2]
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_jsonl_is_in_the_order_of_the_hand_ins(run, class_file):
    done = run("score", class_file, "--key", KEY, "--no-feedback", "--format", "jsonl")
    entries = [json.loads(line) for line in done.out.splitlines()]
    lines = [int(entry["file"].rpartition(":")[2]) for entry in entries]
    assert lines == sorted(lines)
    assert len(entries) == 38  # 36 lines without a blank one and one of our own, and 4 for members of groups
    assert entries[3]["score"] is None
    assert "replaced by a later hand-in" in entries[3]["problems"][-1]


# --- Workers.


def _marker():
    return Marker(key_ring(KEY))


def _batches(class_file):
    found = [*contents([class_file])]
    return [found[i : i + 9] for i in range(0, len(found), 9)]


def _plain(came):
    return [done.entry for done in came.done]


def test_a_worker_that_is_killed_costs_nothing_but_time(class_file):
    batches = _batches(class_file)
    expected = [_plain(_marker().mark(batch)) for batch in batches]
    killed = []

    def kills_one():
        for number, batch in enumerate(batches):
            if number == 2:  # two of them are at work, or have just been
                process = (*started._busy, *started._idle)[0].process
                os.kill(process.pid, signal.SIGKILL)
                killed.append(process)
            yield batch

    with workers(_marker(), 2) as started:
        assert [_plain(done) for done in started.map(kills_one())] == expected
        processes = [worker.process for worker in (*started._idle, *started._busy)]
    assert killed[0].exitcode == -signal.SIGKILL
    assert not any(process.is_alive() for process in processes)


def test_the_first_batch_is_being_marked_while_the_second_is_read(class_file):
    first, second, *_ = _batches(class_file)
    busy = []

    def read_late():
        busy.append(len(started._busy))
        yield from second

    with workers(_marker(), 2) as started:
        assert len([*started.map([first, read_late()])]) == 2
    assert busy == [1]


def test_one_batch_is_marked_without_any_worker(class_file):
    with workers(_marker(), 2) as started:
        for _ in started.map(_batches(class_file)[:1]):
            assert not started._busy
        assert not started._idle


class _Deadly(Marker):
    """Ends the process that it marks in."""

    def mark(self, _):
        os.kill(os.getpid(), signal.SIGKILL)


class _Faulty(Marker):
    def mark(self, _):
        raise ZeroDivisionError("a fault of ours")


def test_a_batch_that_ends_every_worker_is_given_up(class_file):
    with workers(_Deadly(key_ring(KEY)), 1) as started, pytest.raises(GraderError, match="fewer --jobs"):
        [*started.map(_batches(class_file))]


class _Unreadable(Marker):
    """Is more than a pipe holds, and cannot be made again at the other end."""

    def __reduce__(self):
        return _fail, ("x" * 1_000_000,)


def _fail(_):
    raise ZeroDivisionError("a fault of ours")


def test_a_marker_that_no_worker_can_read_is_told(class_file, capfd):
    """It was waited for for ever, as the worker had ended before it had read all."""
    with workers(_Unreadable(key_ring(KEY)), 1) as started, pytest.raises(ZeroDivisionError, match="of ours"):
        [*started.map(_batches(class_file))]
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_ends_before_it_is_told_what_to_do_is_lost_and_no_more(class_file, monkeypatch):
    monkeypatch.setattr(worker_processes, "_work", _ends_at_once)
    with workers(_Unreadable(key_ring(KEY)), 1) as started, pytest.raises(GraderError, match="fewer --jobs"):
        [*started.map(_batches(class_file))]


def _ends_at_once(_):
    os._exit(1)


def test_workers_can_be_started_by_who_has_marked_before(class_file):
    """What was remembered meanwhile stays where it was."""
    marker = Marker(key_ring(KEY))
    batches = _batches(class_file)
    expected = [_plain(marker.mark(batch)) for batch in batches]
    with workers(marker, 2) as started:
        assert [_plain(done) for done in started.map(batches)] == expected


def test_a_fault_in_a_worker_is_raised_where_it_was_started(class_file):
    with workers(_Faulty(key_ring(KEY)), 1) as started, pytest.raises(ZeroDivisionError, match="of ours"):
        [*started.map(_batches(class_file))]


def test_workers_end_when_their_owner_is_killed(class_file, tmp_path):
    """Nothing tells them, but the pipe ends."""
    code = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from grader.cli.keyring import key_ring
from grader.cli.engine.marker import Marker
from grader.cli.engine.workers import workers
from grader.exchange import contents
if __name__ == "__main__":
    found = [*contents([Path({str(class_file)!r})])]
    with workers(Marker(key_ring(Path({str(KEY)!r}))), 2) as started:
        for _ in started.map([found[:3], found[3:6], found[6:9]]):
            print(*[worker.process.pid for worker in (*started._idle, *started._busy)], flush=True)
            os.kill(os.getpid(), 9)
"""
    script = tmp_path / "owner.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=ROOT)
    pids = [int(word) for word in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL
    assert pids
    end = time.monotonic() + 20
    while any(_runs(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in pids)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- Going on after an interruption.


def _interrupted(monkeypatch, after, command):
    """Let a run mark some batches and end it there; return how many hand-ins it was given."""
    marked = []
    real = Marker.mark

    def mark(self, batch):
        if len(marked) == after:
            raise ZeroDivisionError  # stands for whatever ends a run
        hand_ins = [*batch]
        marked.append(len(hand_ins))
        return real(self, hand_ins)

    with monkeypatch.context() as patched:
        patched.setattr(Marker, "mark", mark)
        done = command()
    return sum(marked), done


@pytest.mark.parametrize(
    "options",
    [(), ("--no-feedback", "--format", "jsonl"), ("--no-feedback", "--format", "csv", "--jobs", "2")],
)
@pytest.mark.parametrize("after", [1, 2])
def test_an_interrupted_run_goes_on_to_the_same_bytes(run, class_file, tmp_path, monkeypatch, options, after):
    whole = grade(run, class_file, tmp_path / "whole", *options)
    out = tmp_path / "out"
    one_process = [option for option in options if option not in {"--jobs", "2"}]
    marked, stopped = _interrupted(
        monkeypatch, after, lambda: grade(run, class_file, out, "--resume", *one_process)
    )
    assert (marked, stopped.code) == (after * SMALL, 2)
    assert (out / ".unfinished").exists()
    marked, resumed = _interrupted(
        monkeypatch, 99, lambda: grade(run, class_file, out, "--resume", *one_process)
    )
    assert marked == 35 - after * SMALL
    entries = {1: SMALL, 2: 2 * SMALL + 4}[after]  # four more for members of groups
    assert f"{entries} hand-ins had been marked" in resumed.words
    assert (resumed.code, resumed.out) == (whole.code, whole.out)
    assert not (out / ".unfinished").exists()
    assert files(out) == (files(tmp_path / "whole") if "--no-feedback" not in options else {})


def test_marks_of_a_person_survive_an_interruption(run, class_file, tmp_path, monkeypatch):
    marks = tmp_path / "marks.csv"
    rows = ["student,question,part,points", "0000002,exercise3,purpose,3", "0000003,exercise3,purpose,99"]
    marks.write_text("\n".join(rows), encoding="utf-8")
    options = ("--marks", marks, "--no-feedback", "--format", "json", "--resume")
    whole = grade(run, class_file, tmp_path / "whole", *options)
    _interrupted(monkeypatch, 2, lambda: grade(run, class_file, tmp_path / "out", *options))
    resumed = grade(run, class_file, tmp_path / "out", *options)
    first, _, rest = resumed.err.partition("\n")
    assert first == "28 hand-ins had been marked before the interruption"
    assert (resumed.code, resumed.out, rest) == (whole.code, whole.out, whole.err)


def test_a_hand_in_that_has_changed_meanwhile_is_marked_again(run, class_file, tmp_path, monkeypatch):
    lines = class_file.read_text(encoding="utf-8").split("\n")
    changed = tmp_path / "class.jsonl"
    changed.write_text("\n".join(lines), encoding="utf-8")
    options = ("--resume", "--pages", "md")
    _interrupted(monkeypatch, 2, lambda: grade(run, changed, tmp_path / "out", *options))
    lines[15] = json.dumps({"student": "late", "assignment": "practical1", "answers": {}})
    changed.write_text("\n".join(lines), encoding="utf-8")
    marked, resumed = _interrupted(monkeypatch, 99, lambda: grade(run, changed, tmp_path / "out", *options))
    whole = grade(run, changed, tmp_path / "whole", *options)
    assert marked == 35 - SMALL  # the first batch is as it was
    assert (resumed.code, resumed.out) == (whole.code, whole.out)
    results = [(tmp_path / folder / "results.json").read_bytes() for folder in ("out", "whole")]
    assert results[0] == results[1]


def test_other_options_begin_anew(run, class_file, tmp_path, monkeypatch):
    options = ("--resume", "--no-feedback", "--format")
    _interrupted(monkeypatch, 2, lambda: grade(run, class_file, tmp_path / "out", *options, "jsonl"))
    marked, done = _interrupted(
        monkeypatch, 99, lambda: grade(run, class_file, tmp_path / "out", *options, "csv")
    )
    assert marked == 35
    assert "begun anew" in done.words


def test_without_resume_nothing_is_taken_from_an_earlier_run(run, class_file, tmp_path, monkeypatch):
    _interrupted(monkeypatch, 2, lambda: grade(run, class_file, tmp_path / "out", "--pages", "md"))
    marked, _ = _interrupted(
        monkeypatch, 99, lambda: grade(run, class_file, tmp_path / "out", "--pages", "md")
    )
    assert marked == 35


# --- The journal.

BLOCKS = [
    ("a", "first", [("one", "", "eins"), ("zwei – δ", "2", "")]),
    ("b", "", []),
    ("c", "x\ny", [("three", "3", "drei")]),
]


def _written(folder, blocks=BLOCKS):
    with Journal(3, folder, "me") as journal:
        for name, note, records in blocks:
            for record in records:
                journal.append(*record)
            journal.end_block(str(Digest(name.encode())), note)


def _kept(folder, names="abc", made_by="me"):
    """Return the notes and texts that a journal gives back."""
    with Journal(3, folder, made_by, resume=True) as journal:
        notes = []
        for name in names:
            note = journal.kept(str(Digest(name.encode())))
            if note is None:
                break
            notes.append(note)
        return notes, [[journal.text(i, part) for part in range(3)] for i in range(len(journal))]


def test_a_journal_gives_back_what_was_written(tmp_path):
    _written(tmp_path)
    records = [[*record] for _, _, records in BLOCKS for record in records]
    assert _kept(tmp_path) == ([note for _, note, _ in BLOCKS], records)
    assert _kept(tmp_path, "abc") == _kept(tmp_path, "abc")
    assert _kept(tmp_path, made_by="another") == ([], [])


def test_a_journal_forgets_all_from_the_first_block_that_differs(tmp_path):
    _written(tmp_path)
    assert _kept(tmp_path, "ax")[0] == ["first"]
    assert _kept(tmp_path, "abc")[0] == ["first"]


def test_a_journal_cut_off_anywhere_has_its_whole_blocks(tmp_path):
    _written(tmp_path)
    file = tmp_path / ".unfinished"
    data = file.read_bytes()
    ends = []
    for i in range(1, len(BLOCKS) + 1):
        _written(tmp_path, BLOCKS[:i])
        ends.append(len(file.read_bytes()))
    for length in range(len(data)):
        file.write_bytes(data[:length])
        whole = sum(end <= length for end in ends)
        assert _kept(tmp_path)[0] == [note for _, note, _ in BLOCKS][:whole], length


def test_a_journal_with_any_byte_damaged_gives_nothing_false(tmp_path):
    _written(tmp_path)
    file = tmp_path / ".unfinished"
    data = file.read_bytes()
    notes = [note for _, note, _ in BLOCKS]
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        found = _kept(tmp_path)[0]
        assert found == notes[: len(found)], place
        assert len(found) < 3, place


def test_a_journal_is_no_link_to_elsewhere(tmp_path):
    elsewhere = tmp_path / "mine.txt"
    elsewhere.write_text("mine", encoding="utf-8")
    for resume in (False, True):
        (tmp_path / ".unfinished").unlink(missing_ok=True)
        (tmp_path / ".unfinished").symlink_to(elsewhere)
        with Journal(1, tmp_path, "me", resume=resume) as journal:
            journal.append("x")
            journal.end_block("a", "")
            journal.finish()
        assert elsewhere.read_text(encoding="utf-8") == "mine"
