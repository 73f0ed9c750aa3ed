"""Opens files that others put there: only regular ones, and never waiting for anybody."""

import errno
import os
import stat

from grader.schemas.faults import SubmissionFault

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
