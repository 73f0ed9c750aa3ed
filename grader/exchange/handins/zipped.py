"""Reads hand-ins out of `.zip` archives, without unpacking anything to a disk.

An archive is as hostile as any hand-in: students put archives into what a platform gives us as one. So there
are bounds on how many entries are looked at, on what each of them and all of them together come to when they
are decompressed (whatever they declare), and on archives in archives; and a name is only ever a name.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NamedTuple, Self, TypeAlias

from grader.exchange.findings.handin import Skipped, Unreadable, shown, unreadable
from grader.exchange.handins.find import natural, why_no_folder, why_no_suffix
from grader.exchange.handins.lines import MOST_BESIDE, NOT_A_FILE, Allowance, Metered, opened
from grader.schemas.faults import SubmissionFault

_MOST_ENTRIES = 30_000
_MOST_NESTED = 1_000  # entries of an archive in an archive, which is one student's
_MOST_OF_NESTED = 8 << 20  # bytes of an archive in an archive
_MOST_OF_DIRECTORY = 6 << 20  # bytes of the list of entries ...
_MOST_OF_NESTED_DIRECTORY = 200_000  # ... and of that of one student's
_FEW = 16 << 20  # bytes that any archive may come to ...
_FEW_OF_NESTED = 2 << 20  # ... or one student's ...
_RATIO = 30  # ... and as many times its own size: twice what tables of numbers compress to
_LINE = 50  # for so many bytes of its own it may have a line of a .jsonl file more than it may have entries
_MOST_OF_NAME = 4_096  # characters, as on a disk
_DEEPEST = 100  # folders within each other
_SHOWN_OF_NAME = 60
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others take memory as they please
_ENTRY = b"PK\x01\x02"  # before each entry of the list
_HEAD = struct.Struct("<8xH18x3H12x")  # of an entry: its flags, then how long its name and two more texts are
_AT_FLAGS = 8  # bytes before the flags
_SAYS_UTF8 = 0x800
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OverflowError)

NO_ARCHIVE = "Not an archive that can be read"
_DAMAGED = "Cannot be read from its archive, which is damaged or cut off there; pack it again."
_TOO_MUCH = "Comes to far more than its size when it is decompressed; the rest of it was not read."


class Member(NamedTuple):
    """A file in an archive that may be a hand-in: its place, and who reads it and what lies beside it."""

    place: str
    archive: "Archive"
    info: zipfile.ZipInfo
    around: "Archive"  # where what tells who handed it in lies beside it

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        """Open the file to be read line by line, as far as its archive may be.

        Raises SubmissionFault where it cannot be read, or comes to more.
        """
        with self.archive.stream(self.info) as file:
            yield io.BufferedReader(Metered(file, self.archive.bytes, _TOO_MUCH))


Found: TypeAlias = Member | Skipped | Unreadable


class _Bounded(io.BufferedReader):
    """A file of which at most `most` is read in one go, and `entries` of an archive, where they are set."""

    most: int | None = None
    entries: int = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self.most is not None and size is not None and size > self.most:
            raise zipfile.BadZipFile("its list of entries is too long")
        data = super().read(size)
        if self.most is not None and (found := data.count(_ENTRY)) > self.entries:
            raise SubmissionFault(
                f"Too many files: at most {self.entries:,} were expected in an archive, found {found:,}; "
                "unpack it, and name the folder."
            )
        return data if self.most is None else _with_names(data)


def _with_names(data: bytes) -> bytes:
    """Return a list of entries in which no name claims to be UTF-8 that is not.

    One would cost all others; so it costs its own file, where the same name stands before that once more.
    """
    mended, start = bytearray(data), 0
    while data.startswith(_ENTRY, start) and len(data) >= start + _HEAD.size:
        flags, *lengths = _HEAD.unpack_from(data, start)
        end = start + _HEAD.size + lengths[0]
        if flags & _SAYS_UTF8:
            try:
                data[start + _HEAD.size : end].decode()
            except UnicodeDecodeError:
                mended[start + _AT_FLAGS : start + _AT_FLAGS + 2] = (flags ^ _SAYS_UTF8).to_bytes(2, "little")
        start += _HEAD.size + sum(lengths)
    return bytes(mended)


def open_archive(place: str, *, of_one: bool = False) -> "Archive":
    """Open an archive on a disk; whoever opens it closes it. That `of_one` student may have less in it.

    Raises OSError, and SubmissionFault where it is none.
    """
    handle, size = opened(place)
    file = _Bounded(io.FileIO(handle))
    try:
        return Archive(shown(place), file, size, nested=of_one)
    except SubmissionFault:
        file.close()
        raise


class Archive:
    """One archive that is open for reading."""

    def __init__(
        self, place: str, file: _Bounded, size: int, *, nested: bool = False, around: "Archive | None" = None
    ) -> None:
        """Open an archive of `size` bytes, which may lie in another. Raises SubmissionFault where it is none.

        What is read from it counts for the one `around` it as well.
        """
        self.place = place
        self._file = file
        self._nested = nested
        entries = _MOST_NESTED if nested else _MOST_ENTRIES
        self.lines: Allowance = Allowance(entries + size // _LINE, around.lines if around else None)
        few = _FEW_OF_NESTED if nested else _FEW
        self.bytes: Allowance = Allowance(few + _RATIO * size, around.bytes if around else None)
        file.most = _MOST_OF_NESTED_DIRECTORY if nested else _MOST_OF_DIRECTORY
        file.entries = entries
        try:
            self._zip = zipfile.ZipFile(file)
        except (*_FAULTS, NotImplementedError) as error:
            raise SubmissionFault(f"{NO_ARCHIVE}: {str(error) or 'it is cut off'}.") from error
        file.most = None
        self._entries: dict[str, zipfile.ZipInfo] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def members(self) -> Iterator[Found]:
        """Give the files that may be hand-ins in natural order, and a note for everything else."""
        entries = self._zip.infolist()
        if not entries:
            yield Skipped(shown(self.place), "an empty archive")
        # As a walk through the unpacked folders would come to them.
        named = sorted(
            [(_name(info), info) for info in entries],
            key=lambda each: [*map(natural, each[0].split("/", _DEEPEST))],
        )
        times = Counter(name for name, _ in named)
        passed_over: set[str] = set()
        for name, info in named:
            if reason := _why_no_name(name):
                yield unreadable(shown(f"{self.place}/{name[:_SHOWN_OF_NAME]}…"), reason)
                continue
            place = f"{self.place}/{name}"
            if times[name] > 1:
                if name not in passed_over and not name.endswith("/"):
                    yield unreadable(shown(place), "Two files of one name in an archive: one was expected.")
                passed_over.add(name)
                continue
            yield from self._judged(name, place, info, passed_over)
            if self.bytes.exceeded:
                yield unreadable(shown(self.place), _TOO_MUCH)
                return

    def _judged(self, name: str, place: str, info: zipfile.ZipInfo, passed_over: set[str]) -> Iterator[Found]:
        """Say what an entry is."""
        if not info.filename:
            yield unreadable(shown(self.place), "A file without a name in it.")
            return
        if info.is_dir():
            return
        if (hidden := _hidden_folder(name)) is not None:
            folder, reason = hidden
            if folder not in passed_over:
                passed_over.add(folder)
                yield Skipped(shown(f"{self.place}/{folder}"), reason)
            return
        reason = _why_no_file(name, info)
        if reason:
            yield unreadable(shown(place), reason)
        elif stat.S_ISLNK(info.external_attr >> 16):
            yield Skipped(shown(place), "a link, not followed")
        elif name.lower().endswith(".zip"):
            yield from self._within(place, info)
        elif skipped := why_no_suffix(name.rsplit("/", 1)[-1]):
            yield Skipped(shown(place), skipped)
        else:
            yield Member(place, self, info, self)

    def _within(self, place: str, info: zipfile.ZipInfo) -> Iterator[Found]:
        """Look through an archive in this one; a third below it is not opened."""
        if info.file_size > _MOST_OF_NESTED:
            words = f"at most {_MOST_OF_NESTED:,} bytes were expected of an archive in an archive"
            yield unreadable(shown(place), f"Too large: {words}, found {info.file_size:,}.")
            return
        if self._nested:
            yield unreadable(shown(place), "An archive in an archive in an archive: it was not opened.")
            return
        try:
            data = self.read(info, _MOST_OF_NESTED)
            inner = Archive(place, _Bounded(io.BytesIO(data)), len(data), nested=True, around=self)
        except SubmissionFault as fault:
            yield unreadable(shown(place), str(fault))
            return
        for found in inner.members():
            yield found._replace(around=self) if isinstance(found, Member) else found

    def read(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """Return at most `most` bytes of an entry. Raises SubmissionFault where it cannot be read."""
        with self.stream(info) as file:
            data = file.read(most)
        self.bytes.take(len(data))
        return data

    @contextmanager
    def stream(self, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        """Open an entry. Raises SubmissionFault where it cannot be read, also while it is."""
        if info.flag_bits & 0x1:
            raise SubmissionFault("Encrypted: a file that can be read without a password was expected.")
        if info.compress_type not in _METHODS:
            raise SubmissionFault("Compressed in a way that is not read: pack it as an ordinary zip archive.")
        if self.bytes.exceeded:
            raise SubmissionFault(_TOO_MUCH)
        try:
            with self._zip.open(info) as file:
                yield file
        except (*_FAULTS, OSError, NotImplementedError) as error:
            raise SubmissionFault(_DAMAGED) from error

    def beside(self, place: str) -> bytes | None:
        """Return what is at a place in this archive, or None."""
        name = place.removeprefix(f"{self.place}/")
        if self._entries is None:
            self._entries = {_name(info): info for info in self._zip.infolist()}
        info = self._entries.get(name)
        if info is None or name == place:
            return None
        try:
            return self.read(info, MOST_BESIDE)
        except SubmissionFault:
            return None


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; some programs write UTF-8 without saying so, which then looks like cp437."""
    if info.flag_bits & _SAYS_UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _why_no_name(name: str) -> str:
    """Say why a name is beyond all bounds, or nothing: what is done for each of its folders costs as well."""
    if len(name) > _MOST_OF_NAME:
        return f"A name of {len(name):,} characters: at most {_MOST_OF_NAME:,} were expected."
    if (folders := name.count("/")) > _DEEPEST:
        return f"In {folders:,} folders within each other: at most {_DEEPEST} were expected."
    return ""


def _hidden_folder(name: str) -> tuple[str, str] | None:
    """Return the outermost folder that would not be walked, and why."""
    parts = name.split("/")
    for i, part in enumerate(parts[:-1]):
        reason = "" if part in {".", ".."} else why_no_folder(part)
        if reason:
            return "/".join(parts[: i + 1]), reason
    return None


def _why_no_file(name: str, info: zipfile.ZipInfo) -> str:
    """Say why an entry has a name that no honest program writes, or is no file; or nothing."""
    if _ABSOLUTE.match(name) or ".." in re.split(r"[/\\]", name):
        return "A name that leads out of its archive: one below it was expected."
    if "\0" in info.orig_filename:
        return "A name with a zero byte in it."
    kind = stat.S_IFMT(info.external_attr >> 16)
    return "" if kind in {0, stat.S_IFREG, stat.S_IFLNK} else NOT_A_FILE
