"""What is known of a class while it is marked, on disk: any number of records, given back in any order.

A record is some texts. Records are written in blocks, each with what it was made from (a digest) and a
checksum, so that after an interruption the blocks that are whole can be used again, and no others.
"""

import os
import tempfile
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_MAGIC = b"grader-journal-1"
_SIZE = 16  # bytes of a digest
_LONGEST = 200  # bytes of a line before a block
_NAME = ".unfinished"  # hidden, so that no walk takes it for a hand-in


def digest_of(*pieces: bytes) -> str:
    """Return what tells pieces of data from all others, wherever one ends and the next begins."""
    made = blake2b(digest_size=_SIZE)
    for piece in pieces:
        made.update(b"%d:" % len(piece))
        made.update(piece)
    return made.hexdigest()


class Journal:
    """Records of a few texts each, one for each hand-in, in the order in which they were marked.

    Without a folder it is gone with the program. In a folder it stays until `finish`, so that the next run
    can go on: if that one `resume`s, and `made_by` (all that marking depends on besides the hand-ins) is the
    same, `kept` has the blocks that were written.
    """

    def __init__(self, folder: Path | None = None, made_by: str = "", *, resume: bool = False) -> None:
        self._starts, self._ends = array("q"), array("q")
        self._parts = 1
        self._end = 0
        self._blocks: list[tuple[str, int, int]] = []  # digest, first byte of what belongs to it, its end
        self._path = None if folder is None else folder / _NAME
        self._head = b"%s %s\n" % (_MAGIC, made_by.encode())
        self.is_lasting = self._path is not None
        self.has_begun_anew = False
        self._file = self._opened(resume=resume)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._starts) // self._parts

    def append(self, digest: str, note: str, records: Sequence[Sequence[str]]) -> None:
        """Write a block of records, which all have as many texts; `digest` is of what they were made from.

        `note` is what there is to remember of the block as a whole.
        """
        texts = [note.encode(), *(text.encode() for record in records for text in record)]
        lengths = b" ".join(b"%d" % len(text) for text in texts)
        payload = b"".join([lengths, b"\n", *texts])
        parts = len(records[0]) if records else self._parts
        of = digest.encode(), b"%d" % parts
        head = b"%s %s %d %s\n" % (*of, len(payload), digest_of(*of, payload).encode())
        self._file.seek(self._end)
        self._file.write(head)
        self._file.write(payload)
        if self.is_lasting:
            self._file.flush()  # what the system has outlives us
        self._add(parts, self._end + len(head), payload)

    def text(self, number: int, part: int) -> str:
        """Return one of the texts of a record."""
        place = number * self._parts + part
        start = self._starts[place]
        self._file.seek(start)
        return self._file.read(self._ends[place] - start).decode()

    def kept(self, digest: str) -> str | None:
        """Return the note of the next block that was written before, if it was made from the same.

        If it was not, it is forgotten, and so is all behind it.
        """
        if not self._blocks:
            return None
        expected, start, end = self._blocks.pop(0)
        if expected == digest:
            self._file.seek(start)
            head = self._file.readline(_LONGEST)
            payload = self._file.read(end - self._file.tell())
            return self._add(int(head.split()[1]), end - len(payload), payload)
        self._blocks.clear()
        self._file.truncate(self._end)
        return None

    def finish(self) -> None:
        """Let go of the file: all that was in it stands elsewhere."""
        self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _add(self, parts: int, start: int, payload: bytes) -> str:
        """Note where the texts of a block stand, and return its note."""
        self._parts = parts
        lengths = payload[: payload.index(b"\n")]
        of_note, *of_texts = map(int, lengths.split())
        first = len(lengths) + 1
        place = start + first + of_note
        for length in of_texts:
            self._starts.append(place)
            place += length
            self._ends.append(place)
        self._end = place
        return payload[first : first + of_note].decode()

    def _opened(self, *, resume: bool) -> IO[bytes]:
        if self._path is None:
            return tempfile.TemporaryFile()
        if resume and (file := self._resumed(self._path)):
            return file
        self.has_begun_anew = resume and self._path.exists()
        self._path.unlink(missing_ok=True)  # if another run is at it, that one keeps its own
        # Not followed, where somebody has put a link there.
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        file = os.fdopen(handle, "w+b")
        file.write(self._head)
        self._end = len(self._head)
        return file

    def _resumed(self, path: Path) -> IO[bytes] | None:
        """Open what an earlier run has left, up to the last whole block; None where it is of no use."""
        if path.is_symlink() or not path.is_file():
            return None
        file = path.open("r+b")
        if file.readline(_LONGEST) != self._head:
            file.close()
            return None
        self._end = start = file.tell()
        while (end := _end_of_block(file)) is not None:
            file.seek(start)
            self._blocks.append((file.readline(_LONGEST).split()[0].decode(), start, end))
            file.seek(end)
            start = end
        file.truncate(start)
        return file


def _end_of_block(file: IO[bytes]) -> int | None:
    """Return where the block that begins here ends, None where it is not whole."""
    words = file.readline(_LONGEST).split()
    if len(words) != 4 or not words[2].isdigit():
        return None
    size = int(words[2])
    payload = file.read(size)
    if len(payload) < size or digest_of(*words[:2], payload).encode() != words[3]:
        return None
    return file.tell()
