"""A class of any size in constant memory: batches go out to be marked, come back in order, are written."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

from grader.cli.markbook import Outcome, Outcomes
from grader.cli.marker import Batch, BatchDone, Done, Marker
from grader.cli.pages import PageWriter
from grader.cli.records import Records, record_of
from grader.exchange import Content, Skipped, Unread
from grader.exchange.digest import Digest
from grader.exchange.journal import Journal
from grader.reports import GradeRow, on_page
from grader.schemas.problems import Problem

CHUNK = 2500  # a batch has a cost of its own, which many hand-ins share


class Engine(Protocol):
    """Marks batches, wherever: what came of each is given back in their order."""

    def map(self, batches: Iterable[Batch]) -> Iterator[BatchDone]: ...


@dataclass(frozen=True, slots=True)
class InThisProcess:
    """Marks one batch after the other."""

    marker: Marker

    def map(self, batches: Iterable[Batch]) -> Iterator[BatchDone]:
        return map(self.marker.mark, batches)


@dataclass(slots=True)
class Class:
    """What is kept of a class in memory; `records` has what is known of each hand-in, on disk.

    `remarks` are what a person should look at, by file; `replaced` maps an attempt's number to that of the
    later one that counts in its place.
    """

    records: Records
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0
    replaced: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Scoring:
    """Has all that is found marked by an engine. `pages` writes one for each student.

    `journal` gets what came of each batch; what it has from an earlier run is not marked again: `kept` counts
    these hand-ins.
    """

    engine: Engine
    journal: Journal
    marker: Marker
    pages: PageWriter | None = None
    kept: int = 0
    found: Class = field(init=False)
    _latest: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _unmarked: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = Class(Records(self.journal))

    def run(self, contents: Iterable[Content]) -> Class:
        """Mark everything and return what is known of the class."""
        each = self._all_but_kept(iter(contents))
        sent: deque[_Batch] = deque()
        for came in self.engine.map(self._sent(each, sent)):
            self._take(came, sent.popleft().digest)
        return self.found

    def _sent(self, contents: Iterator[Content], sent: deque["_Batch"]) -> Iterator[Batch]:
        """Yield what is found in batches, and keep them for when they come back."""
        for first in contents:
            batch = _Batch(chain([first], islice(contents, CHUNK - 1)), is_known=self.journal.is_lasting)
            sent.append(batch)
            yield batch

    def _all_but_kept(self, contents: Iterator[Content]) -> Iterator[Content]:
        """Take what an earlier run has marked, and return what is left."""
        while self.journal.may_keep:
            contents_of_batch = [*islice(contents, CHUNK)]
            batch = _Batch(contents_of_batch, is_known=True)
            deque(batch, maxlen=0)
            note = self.journal.kept(batch.digest)
            if note is None:
                return chain(contents_of_batch, contents)
            self._take_again(note)
        return contents

    def _take(self, came: BatchDone, digest: str) -> None:
        """Keep what came of a batch: first the pages, so that what the journal has is there."""
        for number, done in enumerate(came.done, len(self.found.records)):
            self.journal.append(*self._written(done))
            self._note(number, done.row, done.problems, done.remarks)
        self._note_batch(came)
        self.journal.end_block(digest, _note(came))

    def _written(self, done: Done) -> tuple[str, str, str]:
        """Write the pages of a hand-in, and return its record."""
        if self.pages is None:
            return record_of(done, None)
        name = self._page_of(done.row)
        if name is not None:
            self.pages.write(name, done.made)
            if name != done.row.student:
                done = done._replace(entry=on_page(done.entry, name))
        return record_of(done, name)

    def _page_of(self, row: GradeRow) -> str | None:
        if self.pages is None:
            return None
        return self.pages.names.name_of(row.student, row.assignment, is_marked=row.total is not None)

    def _take_again(self, note: str) -> None:
        """Take what came of the next batch in an earlier run."""
        came = _from_note(note)
        for number in range(self.kept, len(self.found.records)):
            head = self.found.records.head(number)
            self._page_of(head.row)  # so that the next get the names that they would have got
            self._note(number, head.row, head.problems, head.remarks)
        self.kept = len(self.found.records)
        self._note_batch(came)

    def _note_batch(self, came: BatchDone) -> None:
        self.found.skipped += came.skipped
        self.found.faults |= came.faults
        if self.marker.book is not None:
            self.marker.book.add(came.outcomes)

    def _note(self, number: int, row: GradeRow, problems: Iterable[Problem], remarks: Iterable[str]) -> None:
        """Keep what has to be said of a hand-in."""
        self.found.problems += [(row.file, problem) for problem in problems]
        if row.total is None:
            self.found.unreadable += 1
        else:
            self.found.remarks += [(row.file, remark) for remark in remarks]
        if row.student is not None:
            self._replace(number, row.student, row.assignment, is_marked=row.total is not None)

    def _replace(self, number: int, student: str, assignment: str | None, *, is_marked: bool) -> None:
        """Note which earlier attempts this one replaces: one that could be marked only if it can be, too."""
        attempt = (student, assignment)
        earlier = [self._unmarked.pop(attempt, None)]
        if is_marked:
            earlier += [self._unmarked.pop((student, None), None), self._latest.get(attempt)]
            self._latest[attempt] = number
        else:
            self._unmarked[attempt] = number
        self.found.replaced |= {place: number for place in earlier if place is not None}


class _Batch:
    """Hand-ins to be gone through once, and what they are known again by, if that is wanted."""

    def __init__(self, contents: Iterable[Content], *, is_known: bool) -> None:
        self._contents = contents
        self._digest = Digest()
        self._is_known = is_known

    def __iter__(self) -> Iterator[Content]:
        for content in self._contents:
            if self._is_known:
                self._digest.add(*_pieces(content))
            yield content

    @property
    def digest(self) -> str:
        """The digest of what has been gone through."""
        return str(self._digest)


def _pieces(content: Content) -> tuple[bytes, ...]:
    """Return what a hand-in is known again by."""
    if isinstance(content, Unread):
        return content.file.encode(), content.suffix.encode(), content.data
    return (repr(content).encode(),)


def _note(came: BatchDone) -> str:
    """Return what is to be remembered of a batch as a whole."""
    skipped = [(each.file, each.reason) for each in came.skipped]
    return json.dumps((skipped, dict(came.faults), came.outcomes))


def _from_note(note: str) -> BatchDone:
    skipped, faults, (of_marks, students) = json.loads(note)
    outcomes = Outcomes([Outcome(*each) for each in of_marks], students)
    return BatchDone((), [Skipped(*each) for each in skipped], faults, outcomes)
