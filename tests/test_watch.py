"""`grader solve --watch`: shown again when the key changes, whatever is wrong with it, until Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.cli import app
from grader.cli.terminal import watching

KEY = """\
id = "halves"
[[question]]
id = "exercise1"
kind = "trace"
points = 1
start.x = 16.0
[question.method.by_hand]
loop.step = 2
equations.x = "x / 2"
"""


class Typist:
    """Stands in for the clock: at every pause the next thing happens to the file, at last Ctrl-C."""

    def __init__(self, *acts):
        self.acts = list(acts)

    def pause(self, _):
        if not self.acts:
            raise KeyboardInterrupt
        self.acts.pop(0)()


@pytest.fixture
def watch(tmp_path, monkeypatch, capsys):
    """Watch a key while somebody types; return the exit code, stdout and stderr."""
    path = tmp_path / "halves.toml"
    path.write_text(KEY)

    def watch_(*acts, options=()):
        typist = Typist(*acts)
        monkeypatch.setattr(watching, "sleep", typist.pause)
        monkeypatch.setattr(sys, "argv", ["grader", "solve", "--watch", str(path), *options])
        try:
            app.main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        assert not typist.acts
        return code, *capsys.readouterr()

    watch_.path = path
    return watch_


def nothing():
    """Let a pause pass."""


def test_it_shows_the_trace_and_ends_well(watch):
    code, out, err = watch(nothing, nothing)
    assert code == 0
    assert out.count("exercise1, method by_hand") == 1
    assert "x  8." in out
    assert "Ctrl-C ends" in err
    assert "\x1b" not in out + err


def test_it_shows_again_what_has_changed_and_only_then(watch):
    def change():
        watch.path.write_text(KEY.replace("16.0", "64.0"))

    def touch():
        os.utime(watch.path, (1, 1))

    _, out, _ = watch(nothing, touch, change, nothing)
    assert out.count("exercise1, method by_hand") == 2
    assert out.index("x  8.") < out.index("x  32.")


def test_equations_are_shown_again_as_well(watch):
    def change():
        watch.path.write_text(KEY.replace("x / 2", "x / 3"))

    _, out, _ = watch(nothing, change, nothing, options=("--equations",))
    assert out.index('= "x / 2"') < out.index('= "x / 3"')


def test_a_fault_is_shown_and_survived(watch):
    def break_():
        watch.path.write_text(KEY.replace("x / 2", "x / q"))

    def break_more():
        watch.path.write_text(KEY.replace('"x / 2"', '"x / 2'))

    def overflow():
        watch.path.write_text(KEY.replace("x / 2", "x / 0"))

    def mend():
        watch.path.write_text(KEY.replace("x / 2", "x / 4"))

    code, out, err = watch(break_, break_more, overflow, mend)
    assert code == 0
    assert (
        f"{watch.path}: line 9, column 20: question[exercise1].method.by_hand.equations.x: unknown name q"
        in err
    )
    assert '    equations.x = "x / q"\n                       ^' in err
    assert "line 9, column 21: not TOML" in err
    assert "no finite number" in err
    assert out.count("exercise1, method by_hand") == 2
    assert "x  4." in out


def test_a_file_that_is_away_for_a_moment_is_waited_for(watch):
    def move():
        watch.path.rename(watch.path.with_suffix(".away"))

    def back():
        watch.path.with_suffix(".away").rename(watch.path)

    code, out, err = watch(move, nothing, back, nothing)
    assert (code, out.count("exercise1, method by_hand")) == (0, 1)
    assert "no such" not in err


def test_options_hold_while_watching(watch):
    _, out, _ = watch(nothing, options=["--format", "json"])
    assert '"x": 8.0' in out


def test_a_terminal_is_cleared_before_each_show(watch, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    _, out, _ = watch(nothing)
    assert out.startswith("\x1b[2J\x1b[3J\x1b[H")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in watch(nothing)[1]


def test_ctrl_c_ends_a_real_one(tmp_path):
    path = tmp_path / "halves.toml"
    path.write_text(KEY)
    env = os.environ | {"PYTHONPATH": str(Path(grader.__file__).parents[1])}
    # Whoever runs the tests in the background has Ctrl-C ignored, and so would we.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{listen}; from grader.cli import main; main()"
    command = [sys.executable, "-c", program, "solve", "--watch", str(path)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    try:
        first = running.stderr.readline()
        path.write_text(KEY.replace("x / 2", "x / q"))
        second = running.stderr.readline()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0
    assert b"Ctrl-C ends" in first
    assert b"unknown name q" in second
    assert b"x  8." in out
    assert b"Traceback" not in err


def test_a_hand_in_is_checked_again_when_it_changes(tmp_path, monkeypatch, capsys):
    (tmp_path / "halves.toml").write_text(KEY)
    hand_in = tmp_path / "mine.json"

    def handed_in(last):
        steps = [{"step": 0, "x": 8}, {"step": 1, "x": last}]
        hand_in.write_text(json.dumps({"student": "s1", "answers": {"exercise1": {"steps": steps}}}))

    handed_in(5)
    typist = Typist(lambda: handed_in(4))
    monkeypatch.setattr(watching, "sleep", typist.pause)
    words = ["check", "--watch", str(hand_in), "--key", str(tmp_path / "halves.toml")]
    monkeypatch.setattr(sys, "argv", ["grader", *words])
    with pytest.raises(SystemExit) as stop:
        app.main()
    out, err = capsys.readouterr()
    assert not stop.value.code
    assert re.findall(r"^(\S+) of 1 point\.$", out, re.MULTILINE) == ["0.5", "1"]
    assert err.count("shown again when it changes") == 2
