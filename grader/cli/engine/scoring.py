"""A class of any size in constant memory: batches go out to be marked, come back in order, are written."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TypeAlias

from grader.cli.engine.attempts import Attempts
from grader.cli.engine.markbook import Outcomes
from grader.cli.engine.marker import Batch, BatchDone, Done, Marker
from grader.cli.engine.pages import Made, PageMaker, PageWriter
from grader.cli.engine.records import Records, Rows, record_of
from grader.exchange import Content, Skipped, Unread
from grader.exchange.journal import Digest, Journal
from grader.exchange.people.roster import Enrolled
from grader.reports import GradeRow, on_page, row_of, submission_json
from grader.schemas.faults import Problem, UsageFault
from grader.schemas.results import SubmissionResult, nothing_handed_in

CHUNK = 2500  # a batch has a cost of its own, which many hand-ins share


# Marks batches, wherever: what came of each is given back in their order.
Engine: TypeAlias = Callable[[Iterable[Batch]], Iterator[BatchDone]]


@dataclass(slots=True)
class Class:
    """What is kept of a class in memory; `records` has what is known of each hand-in, on disk.

    `remarks` are what a person should look at, by file; `replaced` maps an attempt's number to that of the
    one that counts in its place, mostly a later one; `disputed` has those of which it is not clear whose they
    are, `perhaps` the file by the student who may have handed it in, although another one stands in it;
    `absent` has the rows of those who handed in nothing; `faults` are those of keys; `marked` are the
    assignments of which a hand-in was marked.
    """

    records: Records
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0
    replaced: dict[int, int] = field(default_factory=dict)
    disputed: set[int] = field(default_factory=set)
    perhaps: dict[str, str] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    marked: set[str] = field(default_factory=set)

    @property
    def rows(self) -> Rows:
        """The row of each hand-in, by its number."""
        return Rows(self.records, range(len(self.records)))


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
    _attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self.found = Class(Records(self.journal))
        self._attempts = Attempts(self.found.replaced)

    def run(self, contents: Iterable[Content]) -> Class:
        """Mark everything and return what is known of the class."""
        each = self._all_but_kept(iter(contents))
        sent: deque[_Batch] = deque()
        for came in self.engine(self._sent(each, sent)):
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

    def add_absent(self, enrolled: Iterable[Enrolled]) -> None:
        """Give those of a roster who handed in nothing an entry for each assignment of the others."""
        most: dict[str | None, float | None] = {}
        there = set()
        for row in self.found.rows:
            there.add((row.student, row.assignment))
            if row.max_score is not None:
                most[row.assignment] = row.max_score
        for each in enrolled:
            # What could not be read may have been for any of the assignments.
            missing = [] if (each.student, None) in there else [*most.items()] or [(None, None)]
            for assignment, points in missing:
                if (each.student, assignment) not in there:
                    but = self.found.perhaps.get(each.student)
                    self._add(nothing_handed_in(each.student, assignment, points, but))

    def _add(self, result: SubmissionResult) -> None:
        self.found.absent.add(len(self.found.records))
        made = PageMaker(self.pages.pages).make(result) if self.pages else Made()
        self.journal.append(*record_of(Done(row_of(result), entry=submission_json(result), made=made)))

    def _take(self, came: BatchDone, digest: str) -> None:
        """Keep what came of a batch: first the pages, so that what the journal has is there."""
        for number, done in enumerate(came.done, len(self.found.records)):
            self._note(number, done)
            self.journal.append(*self._written(number, done))
        self._note_batch(came)
        self.journal.end_block(digest, _note_of(came))

    def _written(self, number: int, done: Done) -> tuple[str, str, str]:
        """Write the pages of a hand-in, and return its record."""
        name = self._page_of(number, done.row)
        if name is not None and self.pages is not None:
            self.pages.write(name, done.made)
            if name != done.row.student:
                done = done._replace(entry=on_page(done.entry, name))
        return record_of(done._replace(page=name))

    def _page_of(self, number: int, row: GradeRow) -> str | None:
        """Return the name of a page; there is none for what another one of the student counts in place of."""
        if self.pages is None or number in self.found.replaced:
            return None
        name = self.pages.names.name_of(row.student, row.assignment, is_marked=row.total is not None)
        if name is not None:
            self.pages.written.add(name)
        return name

    def _take_again(self, note: str) -> None:
        """Take what came of the next batch in an earlier run."""
        for number in range(self.kept, len(self.found.records)):
            head = self.found.records.head(number)
            self._note(number, head)
            self._page_of(number, head.row)  # so that the next get the names that they would have got
        self.kept = len(self.found.records)
        self._note_batch(_from_note(note))

    def _note_batch(self, came: BatchDone) -> None:
        self.found.skipped += came.skipped
        self.found.perhaps |= came.perhaps
        self.found.faults |= came.faults
        if self.marker.book is not None:
            self.marker.book.add(came.outcomes)

    def _note(self, number: int, done: Done) -> None:
        """Keep what has to be said of a hand-in, and which attempt of its student counts."""
        row, attempt = done.row, done.attempt
        self.found.problems += [(row.file, problem) for problem in done.problems]
        self.found.remarks += [(row.file, remark) for remark in done.remarks]
        if row.total is None:
            self.found.unreadable += 1
        if attempt.disputed:
            self.found.disputed.add(number)
        if row.student is None:
            return
        if row.total is not None and row.assignment is not None:
            self.found.marked.add(row.assignment)
            self._attempts.take_marked(number, attempt, row.student, row.assignment)
        else:
            self._attempts.take_unmarked(number, attempt, row.student, row.assignment)


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


def _note_of(came: BatchDone) -> str:
    """Return what is to be remembered of a batch as a whole."""
    skipped = [(each.file, each.reason) for each in came.skipped]
    return json.dumps((skipped, dict(came.perhaps), dict(came.faults), came.outcomes))


def _from_note(note: str) -> BatchDone:
    skipped, perhaps, faults, (of_marks, students) = json.loads(note)
    skipped = [Skipped(*each) for each in skipped]
    return BatchDone((), skipped, perhaps, faults, Outcomes(of_marks, students))


@contextmanager
def engine(marker: Marker, jobs: int, address: str | None) -> Iterator[Engine]:
    """Give what marks: some processes, or a cluster. All that it started has ended afterwards.

    Raises UsageFault where that cannot be had.
    """
    if address is not None:
        if jobs > 1:
            raise UsageFault("--jobs and --cluster exclude each other: a cluster has workers of its own")
        from grader.cli.engine.cluster import cluster

        with cluster(marker, address) as remote:
            yield remote.map
    elif jobs > 1:
        from grader.cli.engine.workers import workers

        with workers(marker, jobs) as local:
            yield local.map
    else:
        yield partial(map, marker.mark)
