"""Commands as they are typed, run in this process."""

import re
import signal
import sys
from dataclasses import dataclass

from grader.cli import main


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


def in_process(monkeypatch, capsys):
    """Return what runs a command in this process, by the real entry point."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, words)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        done = Run(code, *capsys.readouterr())
        assert "Traceback" not in done.err
        return done

    return run
