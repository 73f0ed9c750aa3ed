"""Reads hand-ins from files, with bounds on what is taken into memory."""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from itertools import count
from pathlib import Path

from grader.exchange import formats
from grader.exchange.find import NOT_A_FILE, Place, find_places
from grader.exchange.handin import Finding, Skipped, refused, shown, unreadable
from grader.exchange.parse import EMPTY, NO_MEMORY, OWN_RESULTS, OWN_SCHEMA, parse
from grader.schemas.faults import SubmissionFault

LIMIT = 1 << 20  # bytes in a file, or in a line of a .jsonl file

# Never wait for somebody to write into a pipe that is called x.json. The flags are no flags everywhere.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_HEAD = 200  # bytes in which our own results show what they are
_OWN_HEAD = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + re.escape(OWN_SCHEMA).encode())


def read_all(
    paths: Sequence[Path], *, leave_out: Sequence[Path] = (), keys: formats.Keys = tuple
) -> Iterator[Finding]:
    """Find and read all hand-ins under `paths`, in the order of `find`; printouts by one of `keys`.

    Raises `UsageFault`, before anything is read, where one of the paths does not exist.
    """
    return _each(find_places(paths, leave_out=leave_out), keys)


def _each(found: Iterable[Place], keys: formats.Keys) -> Iterator[Finding]:
    for place in found:
        if isinstance(place, str):
            yield from _read(place, keys)
        else:
            yield place


def read(path: Path, *, keys: formats.Keys = tuple) -> Iterator[Finding]:
    """Read the submission in a file, or those on the lines of a `.jsonl` file, one at a time.

    A printout does not say what it is of: it is read by one of `keys`, which are only asked for then.

    Whatever is wrong with a file is told as `Unreadable` and raises nothing.
    """
    return _read(str(path), keys)


def _read(place: str, keys: formats.Keys) -> Iterator[Finding]:
    if place[-6:].lower() == ".jsonl":
        return _lines(place)
    return iter((_whole(place, keys),))


def _whole(place: str, keys: formats.Keys) -> Finding:
    file = shown(place)
    suffix = "" if place[-5:].lower() == ".json" else formats.suffix_of(place)
    try:
        data = _content(place, suffix)
    except OSError as error:
        return refused(file, error)
    except SubmissionFault as fault:
        return unreadable(file, str(fault))
    except MemoryError:
        return unreadable(file, NO_MEMORY)
    if isinstance(data, str):
        return Skipped(file, data)
    return formats.parse_other(file, data, suffix, keys) if suffix else parse(file, data)


def _lines(place: str) -> Iterator[Finding]:
    file = shown(place)
    number = 0
    try:
        handle, _ = _opened(place)
        with os.fdopen(handle, "rb") as stream:
            for number, line in _numbered(stream):
                here = f"{file}:{number}"
                yield parse(here, line, number) if line else unreadable(here, _too_large("a longer line"))
    except OSError as error:
        yield refused(file, error)
    except SubmissionFault as fault:
        yield unreadable(file, str(fault))
    except MemoryError:
        yield unreadable(file, NO_MEMORY)
    else:
        if not number:
            yield unreadable(file, EMPTY)


def _numbered(stream: BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not blank; an empty one stands for one that is too long."""
    for number in count(1):
        line = stream.readline(LIMIT + 1)
        if not line:
            return
        if len(line) > LIMIT and not line.endswith(b"\n"):
            _skip_line(stream)
            yield number, b""
        elif not line.isspace():
            yield number, line


def _skip_line(stream: BufferedReader) -> None:
    """Go to the end of a line in pieces, as it may be longer than memory."""
    while (piece := stream.readline(LIMIT)) and not piece.endswith(b"\n"):
        pass


def _content(place: str, suffix: str) -> bytes | str:
    """Return what is in a file, or why a large one is no hand-in: it may be earlier results of our own.

    Raises `OSError`, and `SubmissionFault` where this is no file to read or one that is too large.
    """
    handle, size = _opened(place)
    try:
        # One byte more than there should be shows a file that grew meanwhile.
        data = os.read(handle, size + 1 if size <= LIMIT else formats.HEAD if suffix else _HEAD)
    finally:
        os.close(handle)
    if size > LIMIT:
        if _OWN_HEAD.match(data):
            return OWN_RESULTS
        if suffix and (reason := formats.why_no_hand_in(place, data, suffix)):
            return reason
        raise SubmissionFault(_too_large(f"{size:,} bytes"))
    if len(data) != size:
        raise SubmissionFault("Changed while it was read: a file that stays as it is was expected.")
    return data


def _opened(place: str) -> tuple[int, int]:
    """Open a file and give its handle and size.

    Raises `OSError`, and `SubmissionFault` for anything but a regular file.
    """
    try:
        handle = os.open(place, _OPEN)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise SubmissionFault(NOT_A_FILE) from error
        raise
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode):
        return handle, status.st_size
    os.close(handle)
    raise SubmissionFault(NOT_A_FILE)


def _too_large(found: str) -> str:
    return f"Too large: at most {LIMIT:,} bytes (1 MB) were expected, found {found}."
