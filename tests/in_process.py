"""Commands as they are typed, run in this process by the real entry point."""

import contextlib
import io
import re
import signal
import sys
from dataclasses import dataclass
from functools import cache
from unittest import mock

from grader.cli import keyring, main

load_key = cache(keyring.load_key)  # reading the same key again is most of the cost of a small run


@dataclass(frozen=True)
class Run:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def words(self):
        """All that was said, without the line ends and frames that depend on the width of the terminal."""
        return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", self.out + self.err).split())


def grader(*words):
    """Run a command without pytest's fixtures; nothing that it says may be a traceback."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with (
        mock.patch.object(keyring, "load_key", load_key),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code(words)
    out.flush()
    done = Run(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())
    assert "Traceback" not in done.err, done.err
    return done


def captured(capsys):
    """Return what runs a command with what pytest captures; nothing that it says may be a traceback."""

    def run(*words):
        capsys.readouterr()
        done = Run(_exit_code(words), *capsys.readouterr())
        assert "Traceback" not in done.err
        return done

    return run


def _exit_code(words):
    argv = ["grader", *map(str, words)]
    with mock.patch.object(signal, "signal"), mock.patch.object(sys, "argv", argv):
        try:
            main()
        except SystemExit as stop:
            return stop.code or 0
    return 0
