"""Data to stdout, notes to stderr; nothing of a student's reaches either unescaped."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

EXIT_FAULTS = 1
EXIT_USAGE = 2


class When(StrEnum):
    """When there is colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def note(text: str) -> None:
    """Write a note for the person at the terminal to stderr, line by line."""
    from grader.reports import visible

    if sys.stderr is None:  # closed by whoever called us: nobody wants to know
        return
    with suppress(OSError):  # nobody can be told, and what was asked for is done all the same
        for line in text.split("\n"):
            sys.stderr.write(f"{visible(line)}\n")


def write(pieces: str | Iterable[str]) -> None:
    """Write data to stdout, as UTF-8 whatever the locale."""
    each = [pieces] if isinstance(pieces, str) else pieces
    write_bytes(piece.encode("utf-8", "backslashreplace") for piece in each)


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to stdout."""
    if sys.stdout is None:
        return
    with _named():
        sys.stdout.flush()
    for piece in pieces:  # what makes them may fail as well, and not at stdout
        with _named():
            sys.stdout.buffer.write(piece)
    with _named():
        sys.stdout.flush()


@contextmanager
def _named() -> Iterator[None]:
    """Name stdout in an OSError as what could not be written to."""
    try:
        yield
    except OSError as error:
        error.filename = "stdout"
        raise


def width() -> int:
    """Return the width of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns if is_terminal() else 80


def clear() -> None:
    """Empty the screen, where stdout is one."""
    if is_terminal() and not _is_dumb():
        write("\x1b[2J\x1b[3J\x1b[H")


def colour(when: When = When.AUTO) -> bool:
    """Tell whether what goes to stdout is coloured.

    `auto` is for terminals; there and elsewhere NO_COLOR forbids it (https://no-color.org), and FORCE_COLOR
    wants it anyway.
    """
    if when is not When.AUTO:
        return when is When.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (is_terminal() and not _is_dumb())


def is_terminal() -> bool:
    """Tell whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def notes_are_watched() -> bool:
    """Tell whether stderr is a terminal that can redraw a line."""
    return sys.stderr is not None and sys.stderr.isatty() and not _is_dumb()


def _is_dumb() -> bool:
    return os.environ.get("TERM") == "dumb"
