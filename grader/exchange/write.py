"""Writes files whole or not at all.

Temporary files that a killed run has left are removed by the next run that writes into the folder. Their
names say which process of which machine made them. Those of a process that is still at work stay, and those
of another machine stay for a day. Only plain files of the same user with such a name are removed.
"""

import os
import platform
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from grader.schemas.faults import UsageFault

_NAME = re.compile(r"\..{1,100}\.([0-9a-f]{8})-([0-9]{1,10})\.grader-tmp", re.DOTALL)
_OLD = 24 * 3600  # seconds; nobody writes one file for so long


def ready_folder(path: Path) -> None:
    """Make sure that a folder is there and can be written to, before any work is done.

    What a killed run has left there is removed. Raises UsageFault where the folder cannot be written to.
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
    """Keep a file under another name as well, before it is replaced; as a link where that is possible."""
    if copy.exists() and copy.samefile(path):  # left so by a run that was interrupted
        return  # renaming one link of a file to another does nothing, so that both would stay
    with _replacing(copy) as temporary:
        temporary.unlink(missing_ok=True)
        try:
            temporary.hardlink_to(path)
        except OSError:  # not every file system has links
            shutil.copyfile(path, temporary)


def write_named(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that a person has named, and remove what a killed run has left beside it.

    A file is replaced as by `write_text`; of a link, the file that it leads to. A device or a pipe is written
    to and stays what it is. Raises UsageFault for a folder, and for a link that leads back to itself.
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
    # In the same folder, so that the rename stays on one disk; hidden, so that it is not taken for a hand-in.
    temporary = path.with_name(f".{path.name[:100]}.{machine()}-{os.getpid()}.grader-tmp")
    try:
        with naming(path, temporary):
            yield temporary
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong before is what matters
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def naming(path: Path, temporary: Path | None = None) -> Iterator[None]:
    """Name the file in an OSError: that of a full disk names none, and nobody knows the temporary one."""
    try:
        yield
    except OSError as error:
        if error.filename in {None, temporary, str(temporary)}:
            error.filename = str(path)
        raise


def machine() -> str:
    """Return a code that tells this machine from others that may write into the same folder."""
    return f"{crc32(platform.node().encode()):08x}"


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files of dead runs. Those that cannot be looked at or removed stay."""
    try:
        with os.scandir(folder) as entries:
            named = [(entry, name) for entry in entries if (name := _NAME.fullmatch(entry.name))]
    except OSError:
        return
    for entry, name in named:
        with suppress(OSError):
            if _is_left(entry, name):
                Path(entry.path).unlink()


def _is_left(entry: os.DirEntry[str], name: re.Match[str]) -> bool:
    """Tell whether nobody needs a temporary file any more. Raises OSError where it is gone."""
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
        return False
    return _is_dead(int(name[2])) if name[1] == machine() else time.time() - status.st_mtime > _OLD


def _is_dead(process: int) -> bool:
    """Tell whether no process has this number now."""
    if os.name == "nt":  # there, os.kill would end the process; and an open file cannot be removed anyway
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # a process of somebody else
        return False
    return False
