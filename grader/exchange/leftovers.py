"""Temporary files that a killed run has left: taken away by the next one that writes into the folder.

Their names say which process of which machine has made them. What is of a process that is at work stays, and
what is of another machine for a day; so does everything that is no plain file of the same user so named.
"""

import os
import platform
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from zlib import crc32

_NAME = re.compile(r"\..{1,100}\.([0-9a-f]{8})-([0-9]{1,10})\.grader-tmp", re.DOTALL)
_OLD = 24 * 3600  # seconds; nobody writes one file for so long


def machine() -> str:
    """Return what tells this machine from others that may write into the same folder."""
    return f"{crc32(platform.node().encode()):08x}"


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files of runs that are dead. What cannot be looked at or removed stays."""
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
    """Tell whether nobody needs a file any more. Raises OSError where it is gone."""
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
        return False
    return _is_dead(int(name[2])) if name[1] == machine() else time.time() - status.st_mtime > _OLD


def _is_dead(process: int) -> bool:
    """Tell whether no process has this number now."""
    if os.name == "nt":  # there this would end it, and a file that is open cannot be removed
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # somebody else's
        return False
    return False
