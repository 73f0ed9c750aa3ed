"""Files out: whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from grader.exchange.leftovers import machine, remove_leftovers
from grader.schemas.faults import UsageFault


def ready_folder(path: Path) -> None:
    """Make sure that a folder is there and can be written to, before any work is done.

    What a run that was killed has left there is taken away. Raises UsageFault where it cannot be written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
        remove_leftovers(path)
    except OSError as error:
        raise UsageFault(f"{path}: cannot be written to: {error.strerror}") from None


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a text file through a temporary one and a rename: readers never see half of it."""
    with _replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def keep_copy(path: Path, copy: Path) -> None:
    """Keep a file under another name as well, before it is replaced; without copying where that can be."""
    if copy.exists() and copy.samefile(path):  # left so by a run that was interrupted
        return  # to rename one link of a file to another does nothing, and both would stay
    with _replacing(copy) as temporary:
        temporary.unlink(missing_ok=True)
        try:
            temporary.hardlink_to(path)
        except OSError:  # not every file system has links
            shutil.copyfile(path, temporary)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file as `replace_bytes` does, and take away what a run that was killed has left beside it."""
    remove_leftovers(path.parent)
    replace_bytes(path, data)


def replace_bytes(path: Path, data: bytes) -> None:
    """Write a file as `write_text` does, in a folder that is ready."""
    with _replacing(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    # In one folder, so that the rename stays on one disk; hidden, so that no walk takes it for a hand-in.
    temporary = path.with_name(f".{path.name[:100]}.{machine()}-{os.getpid()}.grader-tmp")
    try:
        yield temporary
        temporary.replace(path)
    except BaseException as error:
        # A disk that is full does not say which file it was, and nobody knows the temporary one.
        if isinstance(error, OSError) and error.filename in {None, temporary, str(temporary)}:
            error.filename = str(path)
        temporary.unlink(missing_ok=True)
        raise


class Spool:
    """Texts kept on disk while a class is marked, in any number, and given back in any order."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places: list[int] = [0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, text: str) -> None:
        data = text.encode("utf-8")
        self._file.write(data)
        self._places.append(self._places[-1] + len(data))

    def __getitem__(self, index: int) -> str:
        start, end = self._places[index], self._places[index + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8")
