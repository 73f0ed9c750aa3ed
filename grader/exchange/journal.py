"""A file for what is known of a class while it is marked: any number of records, given back in any order.

A record is a few texts. Behind each block of records stand a digest of what it was made from, and a checksum.
So after an interruption the blocks that are whole can be used again, and no others.
"""

import io
import os
import tempfile
from array import array
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from grader.exchange.write import naming

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_SIZE = 16  # bytes of a digest
_MAGIC = b"grader-journal-1"
_LONGEST = 300  # bytes of a line between texts
_NAME = ".unfinished"  # hidden, so that no walk takes it for a hand-in
_RECORD, _BLOCK = b"+", b"="


class Digest:
    """A digest of pieces of data, which depends on where one ends and the next begins."""

    def __init__(self, *pieces: bytes) -> None:
        self._made = blake2b(digest_size=_SIZE)
        self.add(*pieces)

    def add(self, *pieces: bytes) -> None:
        """Take more pieces in."""
        for piece in pieces:
            self._made.update(b"%d:" % len(piece))
            self._made.update(piece)

    def __str__(self) -> str:
        return self._made.hexdigest()


class _Block(NamedTuple):
    """A block of an earlier run: what it was made from, and where it ends, in records and bytes."""

    digest: str
    note: str
    records: int
    end: int


class _File(io.FileIO):
    """A file without a name; an error in writing it names `where` that was."""

    where: Path

    def write(self, data: "ReadableBuffer", /) -> int:
        with naming(self.where):
            return super().write(data)


def _buffered(handle: int, where: Path) -> IO[bytes]:
    file = _File(handle, "r+")
    file.where = where
    return io.BufferedRandom(file)


class Journal:
    """Records of `parts` texts each, one for each hand-in, in the order in which they were marked.

    Without a folder it ends with the program. In a folder it stays until `finish`, so that the next run can
    go on: if that run is to `resume`, and `made_by` (everything but the hand-ins that marking depends on) is
    the same, `kept` returns the blocks that were written.
    """

    def __init__(
        self, parts: int, folder: Path | None = None, made_by: str = "", *, resume: bool = False
    ) -> None:
        self._parts = parts
        self._starts, self._ends = array("q"), array("q")  # of texts
        self._count = self._end = 0
        self._blocks: list[_Block] = []
        self._checksum = Digest()
        self._path = None if folder is None else folder / _NAME
        self._head = b"%s %d %s\n" % (_MAGIC, parts, made_by.encode())
        self.is_lasting = self._path is not None
        self.has_begun_anew = False
        self._file = self._opened(resume=resume)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._count or self._blocks:
            self._file.close()
        else:  # there is nothing to go on from
            self.finish()

    def __len__(self) -> int:
        return self._count

    @property
    def may_keep(self) -> bool:
        """Whether there are blocks of an earlier run that nobody has asked for."""
        return bool(self._blocks)

    def append(self, *texts: str) -> None:
        """Write a record."""
        if self._blocks:
            self._forget()
        data = [text.encode() for text in texts]
        lengths = [len(each) for each in data]
        written = b"".join([_RECORD, *(b" %d" % length for length in lengths), b"\n", *data])
        self._write(written)
        if self.is_lasting:
            self._checksum.add(written)
        self._note(lengths)

    def end_block(self, digest: str, note: str) -> None:
        """Make a block of the records since the last one; `digest` is that of what they were made from.

        `note` is what is to be remembered of the block as a whole.
        """
        data = note.encode()
        self._checksum.add(digest.encode(), data)
        self._write(
            b"%s %s %d %s\n" % (_BLOCK, digest.encode(), len(data), str(self._checksum).encode()) + data
        )
        self._checksum = Digest()
        if self.is_lasting:
            self._file.flush()  # what the system has outlives us

    def text(self, number: int, part: int) -> str:
        """Return one of the texts of a record."""
        place = number * self._parts + part
        start = self._starts[place]
        self._file.seek(start)
        return self._file.read(self._ends[place] - start).decode()

    def kept(self, digest: str) -> str | None:
        """Return the note of the next block of an earlier run, if it was made from what has this digest.

        If it was not, it is forgotten with all blocks behind it.
        """
        if not self._blocks:
            return None
        block = self._blocks.pop(0)
        if block.digest == digest:
            self._count, self._end = block.records, block.end
            return block.note
        self._forget()
        return None

    def finish(self) -> None:
        """Remove the file: everything that was in it now stands elsewhere."""
        self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        self._file.seek(self._end)
        self._file.write(data)
        self._end += len(data)

    def _note(self, lengths: list[int]) -> None:
        """Note where the texts of a record stand that ends here."""
        place = self._end - sum(lengths)
        for length in lengths:
            self._starts.append(place)
            place += length
            self._ends.append(place)
        self._count += 1

    def _forget(self) -> None:
        """Drop everything of an earlier run that has not been kept."""
        self._blocks.clear()
        self._cut(self._file, self._count, self._end)

    def _cut(self, file: IO[bytes], records: int, end: int) -> None:
        del self._starts[records * self._parts :]
        del self._ends[records * self._parts :]
        file.truncate(end)

    def _opened(self, *, resume: bool) -> IO[bytes]:
        if self._path is None:
            with tempfile.TemporaryFile() as nameless:
                return _buffered(os.dup(nameless.fileno()), Path(tempfile.gettempdir()))
        if resume and (file := self._resumed(self._path)):
            return file
        self.has_begun_anew = resume and self._path.exists()
        self._path.unlink(missing_ok=True)  # another run that is at work keeps its own file
        # A link that somebody has put there is not followed.
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        file = _buffered(handle, self._path)
        file.write(self._head)
        self._end = len(self._head)
        return file

    def _resumed(self, path: Path) -> IO[bytes] | None:
        """Open what an earlier run has left, up to its last whole block; None where it is of no use."""
        if path.is_symlink() or not path.is_file():
            return None
        file = _buffered(os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0)), path)
        if file.readline(_LONGEST) != self._head:
            file.close()
            return None
        self._scan(file, path.stat().st_size)
        self._cut(file, *(self._blocks[-1][2:] if self._blocks else (0, len(self._head))))
        self._count, self._end = 0, len(self._head)
        return file

    def _scan(self, file: IO[bytes], size: int) -> None:
        """Note all records and blocks up to the first one that is not whole."""
        checksum = Digest()
        while (line := file.readline(_LONGEST)).endswith(b"\n"):
            kind, *words = line.split() or [b""]
            if kind == _RECORD and len(words) == self._parts and all(word.isdigit() for word in words):
                lengths = [*map(int, words)]
                if sum(lengths) > size - file.tell():
                    return
                checksum.add(line + file.read(sum(lengths)))
                self._end = file.tell()
                self._note(lengths)
            elif kind == _BLOCK and len(words) == 3 and words[1].isdigit() and int(words[1]) <= size:
                note = file.read(int(words[1]))
                checksum.add(words[0], note)
                if str(checksum).encode() != words[2]:
                    return
                self._blocks.append(_Block(words[0].decode(), note.decode(), self._count, file.tell()))
                checksum = Digest()
            else:
                return
