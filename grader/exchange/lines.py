"""Reads a file that has a hand-in on each of its lines, with bounds on what is taken into memory."""

from collections.abc import Iterator
from io import BufferedReader
from itertools import count
from typing import Self

from grader.schemas.faults import SubmissionFault

MOST_IN_LINE = 1 << 20  # bytes


class Allowance:
    """How many lines may be read: of a file, of an archive, and so of the archive which that one lies in.

    To refuse a line of two bytes takes as long as any other, and in an archive such lines take no room.
    """

    def __init__(self, most: int, around: Self | None = None) -> None:
        """Allow `most` lines, and no more than the allowance `around` this one has left."""
        self.most = most
        self._left = most
        self._around = around

    def take(self) -> bool:
        """Use up a line, and tell whether it was still allowed."""
        self._left -= 1
        around = self._around is None or self._around.take()
        return around and self._left >= 0


def numbered(stream: BufferedReader, allowance: Allowance | None = None) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not blank; an empty one stands for one that is too long.

    Raises SubmissionFault where there are more lines than are allowed, blank ones among them.
    """
    for number in count(1):
        line = stream.readline(MOST_IN_LINE + 1)
        if not line:
            return
        if allowance is not None and not allowance.take():
            raise SubmissionFault(
                f"Too many lines: at most {allowance.most:,} were expected, in all files together that came "
                "with this one; the rest was not read."
            )
        if len(line) > MOST_IN_LINE and not line.endswith(b"\n"):
            _skip_line(stream)
            yield number, b""
        elif not line.isspace():
            yield number, line


def _skip_line(stream: BufferedReader) -> None:
    """Go to the end of a line in pieces, as it may be longer than memory."""
    while (piece := stream.readline(MOST_IN_LINE)) and not piece.endswith(b"\n"):
        pass
