"""Data to stdout, notes to stderr; nothing of a student's reaches either unescaped."""

import os
import shutil
import sys
from collections.abc import Iterable

EXIT_FAULTS = 1
EXIT_USAGE = 2


def note(text: str) -> None:
    """Write a note for the person at the terminal to stderr, line by line."""
    from grader.reports import visible

    if sys.stderr is None:  # closed by whoever called us: nobody wants to know
        return
    for line in text.split("\n"):
        sys.stderr.write(f"{visible(line)}\n")


def write(pieces: str | Iterable[str]) -> None:
    """Write data to stdout, as UTF-8 whatever the locale."""
    if sys.stdout is None:
        return
    sys.stdout.flush()
    for piece in [pieces] if isinstance(pieces, str) else pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Write data that is no text to stdout."""
    if sys.stdout is None:
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def width() -> int:
    """Return the width of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns if is_terminal() else 80


def clear() -> None:
    """Empty the screen, where stdout is one."""
    if is_terminal() and os.environ.get("TERM") != "dumb":
        write("\x1b[2J\x1b[3J\x1b[H")


def colour() -> bool:
    """Tell whether stdout is a terminal whose user has not asked for no colour."""
    return is_terminal() and not os.environ.get("NO_COLOR")


def is_terminal() -> bool:
    """Tell whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()
