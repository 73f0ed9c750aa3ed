"""Results that were written before: read one after the other, or looked up by student and assignment.

`results.json` and `.jsonl` have one entry on each line. So no class is ever in memory as a whole, and looking
entries up needs only their heads. A document in another layout is read as a whole.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from pydantic import ValidationError

from grader.schemas.faults import UsageFault
from grader.schemas.results import SCHEMA, Results, SubmissionResult

NAME = "results.json"
_HEAD = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + re.escape(SCHEMA).encode() + rb'".*\[\s*$')
_TAIL = b"]}"
_BOM = b"\xef\xbb\xbf"
_ENTRY = re.compile(rb'\s*\{\s*"(?!schema"|results")')
_END_OF_HEAD = b',"score":'  # found nowhere else: within a JSON string a backslash stands before each quote
_POINTS = re.compile(rb'"score":([^,}]+),"max_score":[^,}]+,"pending":([^,}]+)[,}]')

_Kept = TypeVar("_Kept")


def read_results(path: Path) -> Iterator[SubmissionResult]:
    """Yield the entries of a `results.json`, or those in lines that `--format jsonl` writes.

    Raises UsageFault for a file that has no results, and, with the line, for an entry that does not fit the
    schema.
    """
    with _opened(path) as file:
        laid_out, lines = _by_lines(file)
        if laid_out:
            for place, data in _entries(path, lines):
                yield _result(path, place, data)
        else:
            yield from _whole(path, lines)


class Entry(NamedTuple):
    """The student and the assignment of an entry, by which it is looked up."""

    student: str
    assignment: str


class _Place(NamedTuple):
    line: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """The entries of a results file that count: of several attempts, the one with a score."""

    _path: Path
    _file: IO[bytes]
    _places: dict[Entry, _Place]
    _whole: dict[Entry, SubmissionResult]

    def entries(self) -> set[Entry]:
        """Return the student and assignment of every entry that counts."""
        return self._places.keys() | self._whole.keys()

    def raw(self, entry: Entry) -> bytes | None:
        """Return the bytes of an entry in the file: two entries of the same bytes need not be read."""
        if entry not in self._places:
            return None
        place = self._places[entry]
        self._file.seek(place.start)
        return self._file.read(place.size)

    def result(self, entry: Entry) -> SubmissionResult | None:
        """Return an entry, or None where there is none. Raises UsageFault where it cannot be read."""
        data = self.raw(entry)
        return self._whole.get(entry) if data is None else _result(self._path, self._places[entry], data)

    def points(self, entry: Entry) -> tuple[float | None, ...]:
        """Return the score and the waiting points of an entry, and those of each of its questions.

        Raises UsageFault where it cannot be read.
        """
        found = _POINTS.findall(self.raw(entry) or b"")
        with suppress(ValueError):  # reading the whole entry puts the fault into words
            if found:
                return tuple(json.loads(number) for pair in found for number in pair)
        result = self.result(entry)
        return points_of(result) if result else ()


def points_of(result: SubmissionResult) -> tuple[float | None, ...]:
    """Return the score and the waiting points of a result, and those of each of its questions."""
    each = [(result.score, result.pending), *((own.score, own.pending) for own in result.questions)]
    return tuple(number for pair in each for number in pair)


@contextmanager
def open_results(path: Path) -> Iterator[ResultsFile]:
    """Open a file of results, or the `results.json` in a folder. Raises UsageFault where there is none."""
    if path.is_dir():
        path = path / NAME
    with _opened(path) as file:
        laid_out, lines = _by_lines(file)
        places, whole = {}, {}
        if laid_out:
            each = _entries(path, lines)
            places = _counting((*(_head(data) or _head_of(_result(path, at, data))), at) for at, data in each)
        else:
            whole = _counting((*_head_of(one), one) for one in _whole(path, lines))
        yield ResultsFile(path, file, places, whole)


def _counting(found: Iterable[tuple[Entry, bool, _Kept]]) -> dict[Entry, _Kept]:
    """Return for each student and assignment what counts: the last that has a score, else the last."""
    counting: dict[Entry, _Kept] = {}
    scored: set[Entry] = set()
    for entry, has_score, kept in found:
        if has_score or entry not in scored:
            counting[entry] = kept
        if has_score:
            scored.add(entry)
    return counting


def _head(data: bytes) -> tuple[Entry, bool] | None:
    """Return a line's student and assignment, and whether it has a score; None if we did not write it so."""
    end = data.find(_END_OF_HEAD)
    if end < 0:
        return None
    try:
        head = json.loads(data[:end] + b"}")
        entry = Entry(head["student"] or head["file"], head["assignment"] or "")
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if any(not isinstance(name, str) for name in entry):
        return None
    return entry, not data.startswith(b"null", end + len(_END_OF_HEAD))


def _head_of(result: SubmissionResult) -> tuple[Entry, bool]:
    return Entry(result.student or result.file, result.assignment or ""), result.score is not None


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.is_char_device():  # which may never end
        raise UsageFault(f"{path}: a device; expected a {NAME} of grader score")
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror}; expected a {NAME} of grader score") from None
    with file:
        yield file


def _by_lines(file: IO[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Return whether entries stand on lines of their own, by the first line with text; and all lines."""
    before: list[bytes] = []
    for line in file:
        before.append(line)
        if _bare(line):
            break
    first = _bare(before[-1]) if before else b""
    return bool(_HEAD.match(first) or _ENTRY.match(first)), chain(before, file)


def _entries(path: Path, lines: Iterable[bytes]) -> Iterator[tuple[_Place, bytes]]:
    """Yield the entries, one on each line. Raises UsageFault where the end of a document is missing."""
    is_open = False
    start = 0
    for number, line in enumerate(lines, 1):
        data = _bare(line).removesuffix(b",")
        if _HEAD.match(data):
            is_open = True
        elif data == _TAIL:
            is_open = False
        elif data:
            yield _Place(number, start + line.index(data), len(data)), data
        start += len(line)
    if is_open:
        raise UsageFault(f"{path}: the end is missing; the file was cut off")


def _bare(line: bytes) -> bytes:
    return line.removeprefix(_BOM).strip()


def _result(path: Path, place: _Place, data: bytes) -> SubmissionResult:
    try:
        return SubmissionResult.model_validate_json(data)
    except ValidationError as error:
        raise UsageFault(f"{path}, line {place.line}: no entry of results: {_first_fault(error)}") from None


def _whole(path: Path, lines: Iterable[bytes]) -> tuple[SubmissionResult, ...]:
    """Read a document in any layout. Raises UsageFault where it is no document of results."""
    try:
        return Results.model_validate_json(b"".join(lines).decode("utf-8-sig")).results
    except UnicodeDecodeError:
        raise UsageFault(f"{path}: not UTF-8 text, so it cannot be results") from None
    except ValidationError as error:
        raise UsageFault(f"{path}: not results of grader score: {_first_fault(error)}") from None


def _first_fault(error: ValidationError) -> str:
    """Return the first thing that is wrong with results, and its place, in words."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else fault["msg"]
