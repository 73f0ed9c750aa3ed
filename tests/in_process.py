"""The command line in this process, without pytest's fixtures: for runs that share a loaded key."""

import contextlib
import io
import signal
import sys
from functools import cache
from typing import NamedTuple
from unittest import mock

from grader.cli import keyring, main

load_key = cache(keyring.load_key)  # reading the same key again is most of the cost of a small run


class Done(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


def grader(*words):
    """Run a command by the real entry point; nothing that it says may be a traceback."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with (
        mock.patch.object(signal, "signal"),
        mock.patch.object(sys, "argv", ["grader", *map(str, words)]),
        mock.patch.object(keyring, "load_key", load_key),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
    out.flush()
    done = Done(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())
    assert "Traceback" not in done.err, done.err
    return done
