"""Doing something again whenever a file changes."""

from collections.abc import Callable
from pathlib import Path
from time import sleep

from grader.cli.terminal.streams import clear, note
from grader.schemas.faults import GraderError

_PAUSE = 0.2  # seconds between two looks at the file


def watch(file: Path, show: Callable[[], object]) -> None:
    """Show something at once, and again whenever the content of a file has changed, until Ctrl-C.

    A fault is noted, and ends nothing. A file that is away for a moment, as while an editor replaces it,
    counts as unchanged.
    """
    shown: bytes | None = None
    try:
        while True:
            content = _content(file)
            if shown is None or (content is not None and content != shown):
                shown = content or b""
                clear()
                try:
                    show()
                except GraderError as fault:
                    note(str(fault))
                note(f"-- {file}: shown again when it changes; Ctrl-C ends")
            sleep(_PAUSE)
    except KeyboardInterrupt:
        return


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
