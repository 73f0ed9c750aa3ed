"""Results that were written before, each looked up by whose it is; `results` reads them in their order.

`results.json` has one entry a line, and so has `.jsonl`; of each line only its head is read until the entry
is asked for. A document in another layout (a program put it in order, say) is read as a whole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from pydantic import ValidationError

from grader.exchange.results import cut_off, first_fault
from grader.schemas.faults import UsageFault
from grader.schemas.results import SCHEMA, Results, SubmissionResult

NAME = "results.json"
_HEAD = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + re.escape(SCHEMA).encode() + rb'"')
_END = b"]}"
_END_OF_HEAD = b',"score":'  # found nowhere else: within a JSON string a backslash stands before each quote
_POINTS = re.compile(rb'"score":([^,}]+),"max_score":[^,}]+,"pending":([^,}]+)[,}]')


class Entry(NamedTuple):
    """Whose entry it is."""

    student: str
    assignment: str


class _Place(NamedTuple):
    start: int
    size: int


@dataclass(slots=True)
class ResultsFile:
    """The entries of a results file that count: of several attempts, the one with a score."""

    path: Path
    _file: IO[bytes]
    _places: dict[Entry, _Place]
    _whole: dict[Entry, SubmissionResult]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def entries(self) -> set[Entry]:
        """Return whose entries there are."""
        return self._places.keys() | self._whole.keys()

    def raw(self, entry: Entry) -> bytes | None:
        """Return an entry as it stands in the file: two that are the same need not be read."""
        if entry not in self._places:
            return None
        start, size = self._places[entry]
        self._file.seek(start)
        return self._file.read(size)

    def result(self, entry: Entry) -> SubmissionResult | None:
        """Return an entry, or None where there is none. Raises UsageFault where it cannot be read."""
        data = self.raw(entry)
        if data is None:
            return self._whole.get(entry)
        try:
            return SubmissionResult.model_validate_json(data)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the entry"
            raise UsageFault(f"{self.path}: {entry.student}: {where}: no result of grader's") from None

    def points(self, entry: Entry) -> tuple[float | None, ...]:
        """Return the score and the waiting points of an entry, and those of each of its questions."""
        data = self.raw(entry)
        if data is None:
            whole = self._whole[entry]
            return points_of(whole)
        found = [(json.loads(score), json.loads(waits)) for score, waits in _POINTS.findall(data)]
        return tuple(number for pair in found for number in pair)


def points_of(result: SubmissionResult) -> tuple[float | None, ...]:
    """Return the score and the waiting points of a result, and those of each of its questions."""
    each = [(result.score, result.pending), *((own.score, own.pending) for own in result.questions)]
    return tuple(number for pair in each for number in pair)


def open_results(path: Path) -> ResultsFile:
    """Open results: a file, or the folder that has a `results.json`. Raises UsageFault where it is none."""
    if path.is_dir():
        path = path / NAME
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageFault(f"{path}: cannot be read: {error.strerror}; expected a {NAME}") from None
    try:
        places = _places(path, file)
        whole = _read_whole(path, file) if places is None else {}
    except BaseException:
        file.close()
        raise
    return ResultsFile(path, file, places or {}, whole)


def _places(path: Path, file: IO[bytes]) -> dict[Entry, _Place] | None:
    """Return where the entries stand, or None where they do not stand one a line.

    Raises UsageFault where the end is missing.
    """
    places: dict[Entry, _Place] = {}
    scored: set[Entry] = set()
    start = 0
    open_ = closed = False
    for number, line in enumerate(file):
        size = len(line.rstrip(b",\n\r"))
        if number == 0 and _is_head(line):
            open_ = True
        elif line.strip() == _END:
            open_, closed = False, True
        elif size:
            head = _head(line)
            if head is None:
                return None
            entry, has_score = head
            if has_score or entry not in scored:
                places[entry] = _Place(start, size)
            if has_score:
                scored.add(entry)
        start += len(line)
    if open_:
        raise cut_off(path)
    return places if closed or places else None


def _is_head(line: bytes) -> bool:
    """Tell the line before the entries of a document."""
    return _HEAD.match(line) is not None and line.rstrip().endswith(b"[")


def _head(line: bytes) -> tuple[Entry, bool] | None:
    """Return whose entry a line has, and whether it has a score; None where it is no entry."""
    end = line.find(_END_OF_HEAD)
    if end < 0:
        return None
    try:
        head = json.loads(line[:end] + b"}")
        entry = Entry(head["student"] or head["file"], head["assignment"] or "")
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if any(not isinstance(name, str) for name in entry):
        return None
    return entry, not line.startswith(b"null", end + len(_END_OF_HEAD))


def _read_whole(path: Path, file: IO[bytes]) -> dict[Entry, SubmissionResult]:
    """Read a document in any layout. Raises UsageFault."""
    file.seek(0)
    try:
        results = Results.model_validate_json(file.read()).results
    except ValidationError as error:
        found = first_fault(error)
        raise UsageFault(f"{path}: these are no results of grader's: {found}; expected a {NAME}") from None
    return dict(_counting(results))


def _counting(results: tuple[SubmissionResult, ...]) -> Iterator[tuple[Entry, SubmissionResult]]:
    """Yield the results with those that have a score last, so that of several attempts they count."""
    for result in sorted(results, key=lambda result: result.score is not None):
        yield Entry(result.student or result.file, result.assignment or ""), result
