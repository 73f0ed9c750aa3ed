"""Data to stdout, notes to stderr; nothing of a student's reaches either unescaped."""

import os
import shutil
import sys
from collections.abc import Iterable

from grader.reports import visible

EXIT_FAULTS = 1
EXIT_USAGE = 2


def note(text: str) -> None:
    """Write a note for the person at the terminal to stderr, line by line."""
    for line in text.split("\n"):
        sys.stderr.write(f"{visible(line)}\n")


def write(pieces: str | Iterable[str]) -> None:
    """Write data to stdout, as UTF-8 whatever the locale."""
    sys.stdout.flush()
    for piece in [pieces] if isinstance(pieces, str) else pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def width() -> int:
    """Return the width of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def colour() -> bool:
    """Tell whether stdout is a terminal whose user has not asked for no colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
