"""Files out: whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


def write_named(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that a person has named, and take away what a run that was killed has left beside it.

    It is replaced as by `write_text`, where a link leads; but a device or a pipe stays what it is, and is
    written to. Raises UsageFault for a folder, and a link that leads nowhere.
    """
    if path.is_dir():
        raise UsageFault(f"{path}: a folder; expected the name of a file to write")
    if path.exists() and not path.is_file():
        with naming(path), path.open("wb") as file:
            file.writelines(pieces)
        return
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    if path.is_symlink():
        raise UsageFault(f"{path}: a link that leads back to itself; expected the name of a file to write")
    remove_leftovers(path.parent)
    with _replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines(pieces)


def replace_bytes(path: Path, data: bytes) -> None:
    """Write a file as `write_text` does."""
    with _replacing(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    # In one folder, so that the rename stays on one disk; hidden, so that no walk takes it for a hand-in.
    temporary = path.with_name(f".{path.name[:100]}.{machine()}-{os.getpid()}.grader-tmp")
    try:
        with naming(path, temporary):
            yield temporary
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # on a disk that is only read there is none, and what it says is no news
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def naming(path: Path, temporary: Path | None = None) -> Iterator[None]:
    """Say of what goes wrong which file it was: a full disk does not, and nobody knows the temporary one."""
    try:
        yield
    except OSError as error:
        if error.filename in {None, temporary, str(temporary)}:
            error.filename = str(path)
        raise
