"""A class of any size in constant memory: read some, mark them at once, write them out, let them go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from grader.cli.attempts import Attempts
from grader.cli.keyring import KeyRing
from grader.cli.markbook import MarkBook
from grader.cli.pages import PageWriter
from grader.exchange import Finding, HandIn, Skipped, Unreadable, placed
from grader.exchange.handin import FIRST_ATTEMPT, Attempt
from grader.exchange.roster import Enrolled
from grader.exchange.write import Spool
from grader.marking.mark import Marked, Prepared, mark_papers
from grader.marking.paper import Paper
from grader.reports import Encoder, Grade, GradeRow, row_of
from grader.schemas.faults import KeyFault
from grader.schemas.marks import PersonMark
from grader.schemas.problems import Problem
from grader.schemas.results import SubmissionResult, nothing_handed_in

CHUNK = 2500


@dataclass(slots=True)
class Class:
    """What is kept of a class while it is marked: a row for each hand-in, and what has to be said of files.

    `remarks` are what a person should look at, by file; `replaced` maps an attempt's number to that of the
    one that counts in its place, mostly a later one; `disputed` has those of which it is not clear whose they
    are, `perhaps` the file by the student who may have handed it in, although another one stands in it;
    `absent` has the rows of those who handed in nothing.
    """

    rows: list[GradeRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    unreadable: int = 0
    replaced: dict[int, int] = field(default_factory=dict)
    disputed: set[int] = field(default_factory=set)
    perhaps: dict[str, str] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)


class _Read(NamedTuple):
    """What was read of a hand-in; without a paper it cannot be marked."""

    file: str
    student: str | None
    assignment: str | None
    problems: tuple[Problem, ...]
    key: Prepared | None = None
    paper: Paper | None = None
    by_person: Sequence[PersonMark] = ()
    attempt: Attempt = FIRST_ATTEMPT
    group: tuple[str, ...] = ()


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
    _attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self._attempts = Attempts(self.found.replaced)

    def run(self, findings: Iterable[Finding]) -> Class:
        """Mark everything that is found and return what is known of the class."""
        each = self._each(findings)
        while chunk := list(islice(each, CHUNK)):
            self._mark(chunk)
            chunk.clear()  # or it would still be there while the next is read
        return self.found

    def add_absent(self, enrolled: Iterable[Enrolled]) -> None:
        """Give those of a roster who handed in nothing an entry for each assignment of the others."""
        most: dict[str | None, float | None] = {
            row.assignment: row.max_score for row in self.found.rows if row.max_score is not None
        }
        there = {(row.student, row.assignment) for row in self.found.rows}
        for each in enrolled:
            # What could not be read may have been for any of the assignments.
            missing = [] if (each.student, None) in there else [*most.items()] or [(None, None)]
            for assignment, points in missing:
                if (each.student, assignment) not in there:
                    but = self.found.perhaps.get(each.student)
                    self._add(nothing_handed_in(each.student, assignment, points, but))

    def _add(self, result: SubmissionResult) -> None:
        self.found.absent.add(len(self.found.rows))
        self.found.rows.append(row_of(result))
        if self.pages is not None:
            self.pages.write(result)
        if self.spool is not None:
            self.spool.append(self._encoder.submission(result))

    def _each(self, findings: Iterable[Finding]) -> Iterator[_Read]:
        """Yield what is read of each hand-in, which is let go, and note what is none."""
        for finding in findings:
            if isinstance(finding, HandIn):
                if finding.perhaps is not None:
                    self.found.perhaps[finding.perhaps] = finding.file
                yield self._read(finding)
            elif isinstance(finding, Unreadable):
                yield _Read(finding.file, finding.student, None, finding.problems, attempt=finding.attempt)
            else:
                self.found.skipped.append(finding)

    def _read(self, hand_in: HandIn) -> _Read:
        submission, problems = hand_in.submission, hand_in.problems
        student, assignment = submission.student, submission.assignment
        how = (hand_in.attempt, hand_in.group)
        try:
            key = self.keys.find(submission)
        except KeyFault as fault:
            words = (*problems, Problem(str(fault)))
            return _Read(hand_in.file, student, assignment, words, None, None, (), *how)
        by_person = self.book.of(key.key, submission) if self.book else ()
        paper = key.read(submission)
        paper.problems = [placed(problem, hand_in.places) for problem in paper.problems]
        return _Read(hand_in.file, student, assignment, problems, key, paper, by_person, *how)

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
            self._say(read, marked.get(i))
            self._take(read, marked.get(i))
            for student in read.group:
                self._take(read._replace(student=student), marked.get(i))

    def _say(self, read: _Read, marked: Marked | None) -> None:
        """Keep what is to be said of a file."""
        problems = (*read.problems, *(marked.problems if marked else ()))
        self.found.problems += [(read.file, problem) for problem in problems]

    def _take(self, read: _Read, marked: Marked | None) -> None:
        """Keep what is known of one student's hand-in; make its whole result only where somebody reads it."""
        number = len(self.found.rows)
        if marked is None:
            self.found.unreadable += 1
        else:
            self.found.remarks += [(read.file, remark) for remark in marked.for_markers]
        if read.attempt.disputed:
            self.found.disputed.add(number)
        if read.student is not None and marked is not None:
            self._attempts.take_marked(number, read.attempt, read.student, marked.assignment)
        elif read.student is not None:
            self._attempts.take_unmarked(number, read.attempt, read.student, read.assignment)
        if self.pages is None and self.spool is None and marked is not None:
            self.found.rows.append(_row(read, marked))
            return
        result = _result(read, marked)
        self.found.rows.append(row_of(result))
        if self.pages is not None:
            result = self.pages.write(result, counts=number not in self.found.replaced)
        if self.spool is not None:
            self.spool.append(self._encoder.submission(result))


def _result(read: _Read, marked: Marked | None) -> SubmissionResult:
    if marked is not None:
        result = marked.result(read.file, read.problems)
        same = result.student == read.student  # or one of a group
        return result if same else result.model_copy(update={"student": read.student})
    words = tuple(problem.text for problem in read.problems)
    return SubmissionResult(student=read.student, file=read.file, assignment=read.assignment, problems=words)


def _row(read: _Read, marked: Marked) -> GradeRow:
    """Return what `row_of` a result would give, without making the result."""
    grades = {each.question: Grade(each.score, each.max_score, each.pending) for each in marked.questions}
    return GradeRow(
        student=read.student,
        file=read.file,
        assignment=marked.assignment,
        grades=grades,
        total=marked.score,
        max_score=marked.max_score,
        pending=marked.pending,
        problems=tuple(problem.text for problem in (*read.problems, *marked.problems)),
    )
