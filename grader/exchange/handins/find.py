"""Finds hand-ins: which files under the given paths are submissions, in which order, and which are not."""

import os
import re
import stat
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from grader.exchange.findings.handin import Skipped, Unreadable, refused, shown, unreadable
from grader.exchange.handins.lines import NOT_A_FILE
from grader.exchange.people.platforms import RECEIPT, is_receipt
from grader.schemas.faults import UsageFault

Place: TypeAlias = str | Skipped | Unreadable

SUFFIXES = (".json", ".jsonl", ".csv", ".tsv", ".xlsx", ".txt", ".log", ".zip")
EXPECTED = ".json, .jsonl, .csv, .xlsx, a printout in .txt or .log, or a .zip of them"
_DIGITS = re.compile(r"[0-9]+")


class _Folder(NamedTuple):
    """A folder still to be looked through; `real` is its path free of links."""

    path: str
    real: str


def find(paths: Sequence[Path], *, leave_out: Sequence[Path] = ()) -> Iterator[Place]:
    """Give each submission file under `paths` once, and a note for everything else that lies there.

    Files are bare strings: making a `Path` takes as long as all else here.

    Folders are walked in natural order (`attempt2` before `attempt10`), links in them are not followed,
    and the folders `leave_out` are passed over. What is named in `paths` itself is taken whatever its name.

    Raises `UsageFault`, before anything is read, where one of the paths does not exist.
    """
    roots = _roots(paths)
    # A path that is named itself has a turn of its own. As walks follow no links, this alone keeps any
    # file from being reached twice.
    passed_over = {os.path.realpath(folder) for folder in leave_out} | roots.keys()
    return _look(roots, passed_over)


def _look(roots: dict[str, Path], passed_over: Container[str]) -> Iterator[Place]:
    for real, path in roots.items():
        try:
            is_folder = path.is_dir()
        except OSError as error:
            yield refused(shown(path), error)
            continue
        if is_folder:
            yield from _walk(_Folder(str(path), real), passed_over)
        else:
            yield str(path)


def _roots(paths: Sequence[Path]) -> dict[str, Path]:
    """Map the real place of each path to the first path that leads there."""
    real_folder = cache(Path.resolve)  # thousands of files named on one command line share a folder
    roots: dict[str, Path] = {}
    for path in paths:
        roots.setdefault(_real(path, real_folder), path)
    return roots


def _real(path: Path, real_folder: Callable[[Path], Path]) -> str:
    """Return the path free of links.

    Raises `UsageFault` where nothing is there.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return os.path.realpath(path, strict=True)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: no possible name
        raise UsageFault(f"{shown(path)!r}: no such file or folder.") from error
    except OSError:
        return str(path.absolute())  # it may well be there; opening it will say what is wrong
    return str(real_folder(path.parent) / path.name)


def _walk(root: _Folder, passed_over: Container[str]) -> Iterator[Place]:
    """Look through a folder and all below it; not recursively, as folders nest deeper than calls do."""
    waiting: list[Place | _Folder] = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, _Folder):
            waiting += _listing(found, passed_over)
        else:
            yield found


def _listing(folder: _Folder, passed_over: Container[str]) -> list[Place | _Folder]:
    """Judge what lies in one folder, last name first, as the walk takes from the end."""
    try:
        with os.scandir(folder.path) as listed:
            entries = sorted(listed, key=lambda entry: natural(entry.name), reverse=True)
    except OSError as error:
        return [refused(shown(folder.path), error)]
    path = "" if folder.path == os.curdir else _with_separator(folder.path)
    real = _with_separator(folder.real)
    return [
        _judged(entry, path + entry.name, real + entry.name)
        for entry in entries
        if real + entry.name not in passed_over
    ]


def _with_separator(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep


def natural(name: str) -> tuple[str, str]:
    """Order by name with numbers by value: before each stands how many digits it has."""
    return _DIGITS.sub(_with_length, name), name


def _with_length(digits: re.Match[str]) -> str:
    number = digits[0].lstrip("0")
    return f"{len(number):04}{number}"


def _judged(entry: os.DirEntry[str], path: str, real: str) -> Place | _Folder:
    """Say what an entry of a folder is."""
    try:
        if entry.is_dir(follow_symlinks=False):
            reason = why_no_folder(entry.name)
            return Skipped(shown(path), reason) if reason else _Folder(path, real)
        linked = not entry.name.startswith(".") and entry.is_symlink()
        if reason := "a link, not followed" if linked else why_no_suffix(entry.name):
            return Skipped(shown(path), reason)
        return path if entry.is_file(follow_symlinks=False) else unreadable(shown(path), NOT_A_FILE)
    except OSError as error:
        return refused(shown(path), error)


def why_no_folder(name: str) -> str:
    """Say why a folder is not walked, or nothing."""
    if name == "__MACOSX":
        return "a folder that macOS adds to archives"
    return "a hidden folder" if name.startswith(".") else ""


def why_no_suffix(name: str) -> str:
    """Say why a file of this name is no submission, or nothing."""
    if name.startswith("."):
        return "a hidden file"
    if name.startswith("~$"):
        return "a file that an office program keeps beside one that is open"
    if not name.lower().endswith(SUFFIXES):
        return f"not {EXPECTED}"
    return RECEIPT if is_receipt(name) else ""
