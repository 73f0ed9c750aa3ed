"""A class of any size in constant memory: read some, mark them at once, write them out, let them go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from grader.cli.keyring import KeyRing
from grader.cli.markbook import MarkBook
from grader.cli.pages import PageWriter
from grader.exchange import Finding, HandIn, Skipped, Unreadable, placed
from grader.exchange.write import Spool
from grader.marking.mark import Marked, Prepared, mark_papers
from grader.marking.paper import Paper
from grader.reports import Encoder, Grade, GradeRow, row_of
from grader.schemas.faults import KeyFault
from grader.schemas.marks import PersonMark
from grader.schemas.problems import Problem
from grader.schemas.results import SubmissionResult

CHUNK = 2500


@dataclass(slots=True)
class Class:
    """What is kept of a class while it is marked: a row for each hand-in, and what has to be said of files.

    `remarks` are what a person should look at, by file; `replaced` maps an attempt's number to that of the
    later one that counts in its place.
    """

    rows: list[GradeRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    unreadable: int = 0
    replaced: dict[int, int] = field(default_factory=dict)


class _Read(NamedTuple):
    """What was read of a hand-in; without a paper it cannot be marked."""

    file: str
    student: str | None
    assignment: str | None
    problems: tuple[Problem, ...]
    key: Prepared | None = None
    paper: Paper | None = None
    by_person: Sequence[PersonMark] = ()


@dataclass(slots=True)
class Scoring:
    """Marks findings one after the other. `pages` writes one for each student, `spool` gets the results.

    `book` has the marks of a person, which take the place of the automatic ones.
    """

    keys: KeyRing
    pages: PageWriter | None = None
    spool: Spool | None = None
    book: MarkBook | None = None
    found: Class = field(default_factory=Class)
    _encoder: Encoder = field(default_factory=Encoder)
    _latest: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _unmarked: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def run(self, findings: Iterable[Finding]) -> Class:
        """Mark everything that is found and return what is known of the class."""
        each = self._each(findings)
        while chunk := list(islice(each, CHUNK)):
            self._mark(chunk)
            chunk.clear()  # or it would still be there while the next is read
        return self.found

    def _each(self, findings: Iterable[Finding]) -> Iterator[_Read]:
        """Yield what is read of each hand-in, which is let go, and note what is none."""
        for finding in findings:
            if isinstance(finding, HandIn):
                yield self._read(finding)
            elif isinstance(finding, Unreadable):
                yield _Read(finding.file, finding.student, None, finding.problems)
            else:
                self.found.skipped.append(finding)

    def _read(self, hand_in: HandIn) -> _Read:
        submission, problems = hand_in.submission, hand_in.problems
        student, assignment = submission.student, submission.assignment
        try:
            key = self.keys.find(submission)
        except KeyFault as fault:
            return _Read(hand_in.file, student, assignment, (*problems, Problem(str(fault))))
        by_person = self.book.of(key.key, submission) if self.book else ()
        paper = key.read(submission)
        paper.problems = [placed(problem, hand_in.places) for problem in paper.problems]
        return _Read(hand_in.file, student, assignment, problems, key, paper, by_person)

    def _mark(self, chunk: Sequence[_Read]) -> None:
        """Mark what was read by each key at once, and take it in the order in which it was read."""
        groups: dict[int, tuple[Prepared, dict[int, Paper]]] = {}
        for i, read in enumerate(chunk):
            if read.key is not None and read.paper is not None:
                groups.setdefault(id(read.key), (read.key, {}))[1][i] = read.paper
        marked: dict[int, Marked] = {}
        for key, papers in groups.values():
            marked |= zip(papers, mark_papers(key, list(papers.values())), strict=True)
        for i, read in enumerate(chunk):
            if self.book is not None and read.by_person:
                marked[i] = self.book.give(marked[i], read.by_person)
            self._take(read, marked.get(i))

    def _take(self, read: _Read, marked: Marked | None) -> None:
        """Keep what is known of a hand-in; make its whole result only where somebody reads it."""
        number = len(self.found.rows)
        problems = (*read.problems, *(marked.problems if marked else ()))
        self.found.problems += [(read.file, problem) for problem in problems]
        if marked is None:
            self.found.unreadable += 1
        else:
            self.found.remarks += [(read.file, remark) for remark in marked.for_markers]
        if read.student is not None:
            self._replace(number, read.student, marked.assignment if marked else read.assignment, marked)
        if self.pages is None and self.spool is None and marked is not None:
            self.found.rows.append(_row(read, marked))
            return
        result = _result(read, marked)
        self.found.rows.append(row_of(result))
        if self.pages is not None:
            result = self.pages.write(result)
        if self.spool is not None:
            self.spool.append(self._encoder.submission(result))

    def _replace(self, number: int, student: str, assignment: str | None, marked: Marked | None) -> None:
        """Note which earlier attempts this one replaces: one that could be marked only if it can be, too."""
        attempt = (student, assignment)
        earlier = [self._unmarked.pop(attempt, None)]
        if marked is None:
            self._unmarked[attempt] = number
        else:
            earlier += [self._unmarked.pop((student, None), None), self._latest.get(attempt)]
            self._latest[attempt] = number
        self.found.replaced |= {place: number for place in earlier if place is not None}


def _result(read: _Read, marked: Marked | None) -> SubmissionResult:
    if marked is not None:
        return marked.result(read.file, read.problems)
    words = tuple(problem.text for problem in read.problems)
    return SubmissionResult(student=read.student, file=read.file, assignment=read.assignment, problems=words)


def _row(read: _Read, marked: Marked) -> GradeRow:
    """Return what `row_of` a result would give, without making the result."""
    grades = {each.question: Grade(each.score, each.max_score, each.pending) for each in marked.questions}
    return GradeRow(
        student=marked.student,
        file=read.file,
        assignment=marked.assignment,
        grades=grades,
        total=marked.score,
        max_score=marked.max_score,
        pending=marked.pending,
        problems=tuple(problem.text for problem in (*read.problems, *marked.problems)),
    )
