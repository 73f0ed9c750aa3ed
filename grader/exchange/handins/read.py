"""Reads hand-ins from files, with bounds on what is taken into memory."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeAlias

from grader.exchange.findings.handin import (
    Finding,
    Otherwise,
    Skipped,
    Unreadable,
    refused,
    shown,
    unreadable,
)
from grader.exchange.handins import formats
from grader.exchange.handins.find import Place, find
from grader.exchange.handins.lines import MOST_IN_LINE, Allowance, beside, numbered, opened
from grader.exchange.handins.parse import EMPTY, NO_MEMORY, OWN_RESULTS, OWN_SCHEMA, parse
from grader.exchange.last_net import Net
from grader.exchange.people.senders import Senders, Told
from grader.schemas.faults import SubmissionFault

if TYPE_CHECKING:
    from grader.exchange.handins.zipped import Member

LIMIT = MOST_IN_LINE  # bytes in a file
_LINES_OF_ONE = 1_000  # in a .jsonl file that one student handed in

# What a hand-in of a group has in it, if not as an escape.
_GROUP, _ESCAPE = b"group", b"\\u"
_NO_LINES = (
    "Line 1: a whole hand-in was expected on each line of a .jsonl file, found one that goes over several "
    "lines; give it a name that ends in .json."
)
_FAULTS = (OSError, SubmissionFault, MemoryError)  # of a file, which keep no other from being read
_HEAD = 200  # bytes in which our own results show what they are
_OWN_HEAD = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + re.escape(OWN_SCHEMA).encode())


class Unread(NamedTuple):
    """The bytes of one hand-in, which nobody has looked into: cheap to get, and to give to somebody else.

    `suffix` is that of a file that is no JSON; `first_line` is where the text begins in its file.
    """

    file: str
    data: bytes
    suffix: str = ""
    first_line: int = 1


Content: TypeAlias = Unread | Finding


def read_all(
    paths: Sequence[Path],
    *,
    leave_out: Sequence[Path] = (),
    keys: formats.Keys = tuple,
    senders: Senders | None = None,
) -> Iterator[Finding]:
    """Find and read all hand-ins under `paths`, in the order of `find`; printouts by one of `keys`.

    `senders` knows whose they are that do not say so themselves.

    Raises `UsageFault`, before anything is read, where one of the paths does not exist.
    """
    return map(understood_or_told, contents(paths, leave_out=leave_out, keys=keys, senders=senders))


def contents(
    paths: Sequence[Path],
    *,
    leave_out: Sequence[Path] = (),
    keys: formats.Keys = tuple,
    senders: Senders | None = None,
) -> Iterator[Content]:
    """Do as `read_all`, but leave unread what can be read by itself, as nearly every hand-in can.

    That is JSON which says itself whose it is. `understood_or_told` reads it.

    Raises `UsageFault`, before anything is read, where one of the paths does not exist.
    """
    return _each(find(paths, leave_out=leave_out), keys, senders or Senders())


def understood(content: Content, keys: formats.Keys = tuple, otherwise: Otherwise | None = None) -> Finding:
    """Read one hand-in; what has been read stays as it is."""
    if not isinstance(content, Unread):
        return content
    if content.suffix:
        return formats.parse_other(content.file, content.data, content.suffix, keys, otherwise)
    finding = parse(content.file, content.data, content.first_line, otherwise)
    if isinstance(finding, Unreadable) and (instead := formats.why_not_read(content.file)):
        return unreadable(content.file, instead, student=finding.student)
    return finding


def understood_or_told(
    content: Content, keys: formats.Keys = tuple, otherwise: Otherwise | None = None
) -> Finding:
    """Do as `understood`, but of a fault of ours in it say so, and keep no other from being read."""
    with Net() as net:
        return understood(content, keys, otherwise)
    return Unreadable(content.file, (net.problem,) if net.problem else ())


def _each(found: Iterable[Place], keys: formats.Keys, senders: Senders) -> Iterator[Content]:
    for place in found:
        if not isinstance(place, str):
            yield place
        elif place[-4:].lower() == ".zip":
            yield from _archive(place, keys, senders)
        else:
            told = senders.told_by(place, beside)
            for content in _read(place, of_one=told is not None):
                if told is None and _can_wait(content, senders):
                    yield content
                else:
                    yield _settled(content, keys, senders, told)


def _can_wait(content: Content, senders: Senders) -> bool:
    """Tell whether nothing but a hand-in itself says whose it is; of a group, its members might not agree."""
    if not isinstance(content, Unread) or content.suffix or senders.roster is not None:
        return False
    return _GROUP not in content.data and _ESCAPE not in content.data


def _settled(content: Content, keys: formats.Keys, senders: Senders, told: Told | None) -> Finding:
    finding = understood_or_told(content, keys, told.otherwise if told else None)
    return senders.settle(finding, told)


def read(path: Path, *, keys: formats.Keys = tuple) -> Iterator[Finding]:
    """Read the submission in a file, or those on the lines of a `.jsonl` file, one at a time.

    A printout does not say what it is of: it is read by one of `keys`, which are only asked for then.

    Whatever is wrong with a file is told as `Unreadable` and raises nothing.
    """
    return (understood(content, keys) for content in _read(str(path)))


def _read(place: str, *, of_one: bool = False) -> Iterator[Content]:
    allowance = Allowance(_LINES_OF_ONE if of_one else sys.maxsize)
    return _found(place, partial(_content, place), partial(_stream, place), allowance)


def _found(
    place: str,
    content: Callable[[str], bytes | str],
    lines: Callable[[], AbstractContextManager[BinaryIO]],
    allowance: Allowance,
) -> Iterator[Content]:
    """Give what is in a file, or on each of its lines; what cannot be read is named.

    `content` gives its bytes by its suffix, or says why it is no hand-in; `lines` opens it.
    """
    file = shown(place)
    try:
        if place[-6:].lower() == ".jsonl":
            with lines() as stream:
                yield from _lines_of(file, stream, allowance)
        else:
            suffix = "" if place[-5:].lower() == ".json" else formats.suffix_of(place)
            data = content(suffix)
            yield Skipped(file, data) if isinstance(data, str) else Unread(file, data, suffix)
    except _FAULTS as error:
        yield _why_unread(file, error)


def _why_unread(file: str, error: OSError | SubmissionFault | MemoryError) -> Unreadable:
    if isinstance(error, OSError):
        return refused(file, error)
    return unreadable(file, NO_MEMORY if isinstance(error, MemoryError) else str(error))


def _archive(place: str, keys: formats.Keys, senders: Senders) -> Iterator[Finding]:
    """Read the hand-ins in an archive, and say whose it is that cannot be read."""
    # What lies where a platform puts one student's files was packed by that student.
    told = senders.told_by(place, beside)
    file = shown(place)
    try:
        yield from _members(place, keys, senders, of_one=told is not None)
    except _FAULTS as error:
        yield senders.settle(_why_unread(file, error), told)


def _members(place: str, keys: formats.Keys, senders: Senders, *, of_one: bool) -> Iterator[Finding]:
    """Read what is in an archive. What that needs is imported when the first archive is met.

    Raises OSError, and SubmissionFault where it is none.
    """
    from grader.exchange.handins.zipped import Member, open_archive  # noqa: PLC0415

    with open_archive(place, of_one=of_one) as archive:
        for found in archive.members():
            if isinstance(found, Member):
                told = senders.told_by(found.place, found.around.beside)
                content_of = partial(_content_of, found)
                for content in _found(found.place, content_of, found.lines, found.archive.lines):
                    yield _settled(content, keys, senders, told)
            else:
                yield senders.settle(found, senders.told_by(found.file, archive.beside))


def _stream(place: str) -> BinaryIO:
    handle, _ = opened(place)
    return os.fdopen(handle, "rb")


def _lines_of(file: str, stream: BinaryIO, allowance: Allowance) -> Iterator[Content]:
    """Give what is on the lines. Raises SubmissionFault where there are more than are allowed."""
    number = 0
    for number, line in numbered(stream, allowance):
        if number == 1 and line.strip() in (b"{", b"["):
            yield unreadable(file, _NO_LINES)
            return
        here = f"{file}:{number}"
        if line:
            yield Unread(here, line.rstrip(b"\r\n"), first_line=number)  # what is cut off ends on this line
        else:
            yield unreadable(here, _too_large("a longer line"))
    if not number:
        yield unreadable(file, EMPTY)


def _content(place: str, suffix: str) -> bytes | str:
    """Return what is in a file, or why a large one is no hand-in: it may be earlier results of our own.

    Raises `OSError`, and `SubmissionFault` where this is no file to read or one that is too large.
    """
    handle, size = opened(place)
    try:
        # One byte more than there should be shows a file that grew meanwhile.
        data = os.read(handle, size + 1 if size <= LIMIT else formats.HEAD if suffix else _HEAD)
    finally:
        os.close(handle)
    if size > LIMIT:
        return _why_so_large(place, data, suffix, f"{size:,} bytes")
    if len(data) != size:
        raise SubmissionFault("Changed while it was read: a file that stays as it is was expected.")
    return data


def _content_of(member: "Member", suffix: str) -> bytes | str:
    """Do as `_content`, for a file in an archive, which may be larger than it says."""
    data = member.archive.read(member.info, LIMIT + 1)
    if len(data) > LIMIT:
        return _why_so_large(member.place, data[: formats.HEAD], suffix, "more")
    return data


def _why_so_large(place: str, head: bytes, suffix: str, found: str) -> str:
    """Return why a file is no hand-in that is too large for one. Raises `SubmissionFault` where it may be."""
    if _OWN_HEAD.match(head):
        return OWN_RESULTS
    if suffix and (reason := formats.why_no_hand_in(place, head, suffix)):
        return reason
    raise SubmissionFault(_too_large(found))


def _too_large(found: str) -> str:
    return f"Too large: at most {LIMIT:,} bytes (1 MB) were expected, found {found}."
