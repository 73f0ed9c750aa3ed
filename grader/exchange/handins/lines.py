"""Opens files that others put there: only regular ones, and never waiting for anybody.

One that has a hand-in on each of its lines is read with bounds on how much may be read in all.
"""

import errno
import io
import os
import stat
from collections.abc import Iterator
from itertools import count
from typing import IO, TYPE_CHECKING, BinaryIO

from grader.schemas.faults import SubmissionFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

NOT_A_FILE = "Not a regular file: a file with a submission in it was expected."

# Never wait for somebody to write into a pipe that is called x.json. The flags are no flags everywhere.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

MOST_BESIDE = 64 << 20  # bytes of what a platform writes beside hand-ins


def opened(place: str, flags: int = 0) -> tuple[int, int]:
    """Open a file and give its handle and size.

    Raises `OSError`, and `SubmissionFault` for anything but a regular file.
    """
    try:
        handle = os.open(place, _OPEN | flags)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise SubmissionFault(NOT_A_FILE) from error
        raise
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode):
        return handle, status.st_size
    os.close(handle)
    raise SubmissionFault(NOT_A_FILE)


def beside(place: str) -> bytes | None:
    """Return what is in a file that a platform may have put beside a hand-in, or None where there is none."""
    try:
        handle, size = opened(place, _NO_LINK)
    except (OSError, ValueError, SubmissionFault):
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read(MOST_BESIDE) if size <= MOST_BESIDE else None


class Allowance:
    """So many bytes, or lines; what is taken counts for the allowance `around` this one as well."""

    def __init__(self, most: int, around: "Allowance | None" = None) -> None:
        self.most = most
        self._left = most
        self._around = around

    @property
    def exceeded(self) -> bool:
        """Tell whether more was taken than was allowed, here or around."""
        return self._left < 0 or (self._around is not None and self._around.exceeded)

    def take(self, amount: int = 1) -> None:
        """Use up a part of it."""
        self._left -= amount
        if self._around is not None:
            self._around.take(amount)


class Metered(io.RawIOBase):
    """A file whose bytes are taken from an allowance; beyond it, it raises SubmissionFault in `words`."""

    def __init__(self, file: IO[bytes], allowance: Allowance, words: str) -> None:
        self._file = file
        self._allowance = allowance
        self._words = words

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: "WriteableBuffer", /) -> int:
        """Read as much as fits; return how many bytes that were."""
        if self._allowance.exceeded:
            raise SubmissionFault(self._words)
        view = memoryview(into)
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._allowance.take(len(data))
        return len(data)


MOST_IN_LINE = 1 << 20  # bytes
_MOST_PIECES = 16  # of as many bytes, in which the end of a line that is too long is looked for


def numbered(stream: BinaryIO, allowance: Allowance) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not blank; an empty one stands for one that is too long.

    Raises SubmissionFault where there are more lines than are allowed, blank ones among them, or one has no
    end nearby.
    """
    for number in count(1):
        line = stream.readline(MOST_IN_LINE + 1)
        if not line:
            return
        allowance.take()
        if allowance.exceeded:
            raise SubmissionFault(
                f"Too many lines: at most {allowance.most:,} were expected, in all files together that came "
                "with this one; the rest was not read."
            )
        if len(line) > MOST_IN_LINE and not line.endswith(b"\n"):
            _skip_line(stream, number)
            yield number, b""
        elif not line.isspace():
            yield number, line


def _skip_line(stream: BinaryIO, number: int) -> None:
    """Go to the end of a line in pieces, as it may be longer than memory.

    Raises SubmissionFault where that is not near: what looks for it costs as much as a class of hand-ins.
    """
    for _ in range(_MOST_PIECES):
        piece = stream.readline(MOST_IN_LINE)
        if not piece or piece.endswith(b"\n"):
            return
    raise SubmissionFault(
        f"Line {number}: at most {MOST_IN_LINE:,} bytes were expected, found no end in {_MOST_PIECES} times "
        "as many; the rest was not read."
    )
