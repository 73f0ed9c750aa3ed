"""Marks batches of hand-ins, each by itself: in this process, in another one, or on another machine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from grader.cli.keyring import KeyRing
from grader.cli.markbook import MarkBook, Outcomes
from grader.cli.pages import Made, PageMaker
from grader.exchange import Content, HandIn, Skipped, Unreadable, placed, understood
from grader.marking.mark import Marked, Prepared, mark_papers
from grader.marking.paper import Paper
from grader.reports import Encoder, Grade, GradeRow, row_of
from grader.schemas.faults import KeyFault
from grader.schemas.marks import PersonMark
from grader.schemas.problems import Problem
from grader.schemas.results import SubmissionResult

Batch: TypeAlias = Iterable[Content]  # which is gone through once


class Done(NamedTuple):
    """What came of one hand-in: its row of the table, what is to be said, and texts as far as wanted.

    `entry` is its result as JSON, and `made` its pages, both without the name of its page.
    """

    row: GradeRow
    problems: Sequence[Problem] = ()
    remarks: Sequence[str] = ()
    entry: str = ""
    made: Made = Made()


class BatchDone(NamedTuple):
    """What came of a batch: of each hand-in, in order; what was none; keys at fault; marks of a person.

    `done` may be gone through once: results are made one by one.
    """

    done: Iterable[Done]
    skipped: Sequence[Skipped]
    faults: Mapping[str, str]
    outcomes: Outcomes


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
class Marker:
    """All that it takes to mark; it can be sent to another process as it is.

    `book` has the marks of a person, which take the place of the automatic ones. Whole results are made only
    where somebody reads them: for `pages`, or as `entries` of JSON.
    """

    keys: KeyRing
    book: MarkBook | None = None
    pages: PageMaker | None = None
    entries: bool = True
    _encoder: Encoder = field(default_factory=Encoder)

    def mark(self, batch: Batch) -> BatchDone:
        """Mark what is in a batch by each key at once, and return it in the order in which it came."""
        reads: list[_Read] = []
        skipped: list[Skipped] = []
        for content in batch:
            finding = understood(content, keys=self.keys.for_printouts)
            if isinstance(finding, Skipped):
                skipped.append(finding)
            else:
                reads.append(self._read(finding))
        marked = self._marked(reads)
        done = (self._done(read, marked.get(i)) for i, read in enumerate(reads))
        outcomes = self.book.take_outcomes() if self.book else Outcomes()
        return BatchDone(done, skipped, self.keys.faults_met(), outcomes)

    def _read(self, finding: HandIn | Unreadable) -> _Read:
        if isinstance(finding, Unreadable):
            return _Read(finding.file, finding.student, None, finding.problems)
        submission, problems = finding.submission, finding.problems
        student, assignment = submission.student, submission.assignment
        try:
            key = self.keys.find(submission)
        except KeyFault as fault:
            return _Read(finding.file, student, assignment, (*problems, Problem(str(fault))))
        by_person = self.book.of(key.key, submission) if self.book else ()
        paper = key.read(submission)
        paper.problems = [placed(problem, finding.places) for problem in paper.problems]
        return _Read(finding.file, student, assignment, problems, key, paper, by_person)

    def _marked(self, reads: Sequence[_Read]) -> dict[int, Marked]:
        groups: dict[int, tuple[Prepared, dict[int, Paper]]] = {}
        for i, read in enumerate(reads):
            if read.key is not None and read.paper is not None:
                groups.setdefault(id(read.key), (read.key, {}))[1][i] = read.paper
        marked: dict[int, Marked] = {}
        for key, papers in groups.values():
            marked |= zip(papers, mark_papers(key, list(papers.values())), strict=True)
        if self.book is not None:
            for i, read in enumerate(reads):
                if read.by_person:
                    marked[i] = self.book.give(marked[i], read.by_person)
        return marked

    def _done(self, read: _Read, marked: Marked | None) -> Done:
        problems = (*read.problems, *(marked.problems if marked else ()))
        remarks = marked.for_markers if marked else ()
        if self.pages is None and not self.entries and marked is not None:
            return Done(_row(read, marked), problems, remarks)
        result = _result(read, marked)
        made = self.pages.make(result) if self.pages else Made()
        return Done(row_of(result), problems, remarks, self._encoder.submission(result), made)


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
