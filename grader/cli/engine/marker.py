"""Marks batches of hand-ins, each by itself: in this process, in another one, or on another machine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self, TypeAlias

from grader.cli.engine.markbook import MarkBook, Outcomes
from grader.cli.engine.pages import Made, PageMaker
from grader.cli.keyring import KeyRing
from grader.exchange import Content, HandIn, Skipped, Unreadable, placed, understood_or_told
from grader.exchange.findings.handin import FIRST_ATTEMPT, Attempt
from grader.exchange.last_net import Net
from grader.marking.mark import Marked, Prepared, mark_papers
from grader.marking.paper import Paper
from grader.reports import Encoder, Grade, GradeRow, row_of
from grader.schemas.faults import KeyFault, Problem
from grader.schemas.marks import PersonMark
from grader.schemas.results import SubmissionResult

Batch: TypeAlias = Iterable[Content]  # which is gone through once
_Texts: TypeAlias = tuple[GradeRow, str, Made]


class Done(NamedTuple):
    """What came of one hand-in: its row of the table, what is to be said, and texts as far as wanted.

    Of a group each student has one, the first with what is to be said of the file. `entry` is the result as
    JSON, and `made` are the pages, both without the name of the `page`, which is given later.
    """

    row: GradeRow
    attempt: Attempt = FIRST_ATTEMPT
    problems: Sequence[Problem] = ()
    remarks: Sequence[str] = ()
    entry: str = ""
    made: Made = Made()
    page: str | None = None


class BatchDone(NamedTuple):
    """What came of a batch: of each hand-in, in order; what was none; keys at fault; marks of a person.

    `perhaps` has the file by the student who may have handed it in, although another one stands in it.
    `done` may be gone through once: results are made one by one.
    """

    done: Iterable[Done]
    skipped: Sequence[Skipped]
    perhaps: Mapping[str, str]
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
    attempt: Attempt = FIRST_ATTEMPT
    group: tuple[str, ...] = ()

    @classmethod
    def of(cls, finding: HandIn | Unreadable) -> Self:
        """Return what is known of a finding before its key is."""
        file, problems, attempt = finding.file, finding.problems, finding.attempt
        if isinstance(finding, Unreadable):
            return cls(file, finding.student, None, problems, attempt=attempt)
        student, assignment = finding.submission.student, finding.submission.assignment
        return cls(file, student, assignment, problems, attempt=attempt, group=finding.group)

    def lacking(self, problem: Problem) -> Self:
        """Return it with what keeps it from being marked."""
        return self._replace(problems=(*self.problems, problem))


@dataclass(slots=True)
class Marker:
    """All that it takes to mark; it can be sent to another process as it is.

    `book` has the marks of a person, which take the place of the automatic ones. Whole results are made only
    where somebody reads them: for `pages`, or as `entries` of JSON. `reveal` allows values in them that the
    student did not write.
    """

    keys: KeyRing
    book: MarkBook | None = None
    pages: PageMaker | None = None
    entries: bool = True
    reveal: bool = True
    _encoder: Encoder = field(default_factory=Encoder)

    def mark(self, batch: Batch) -> BatchDone:
        """Mark what is in a batch by each key at once, and return it in the order in which it came."""
        reads: list[_Read] = []
        skipped: list[Skipped] = []
        perhaps: dict[str, str] = {}
        for content in batch:
            finding = understood_or_told(content)
            if isinstance(finding, Skipped):
                skipped.append(finding)
                continue
            if isinstance(finding, HandIn) and finding.perhaps is not None:
                perhaps[finding.perhaps] = finding.file
            with Net() as net:
                reads.append(self._read(finding))
            if net.problem:
                reads.append(_Read.of(finding).lacking(net.problem))
        marked = self._marked(reads)
        done = (each for i, read in enumerate(reads) for each in self._done(read, marked.get(i)))
        outcomes = self.book.take_outcomes() if self.book else Outcomes()
        return BatchDone(done, skipped, perhaps, self.keys.faults_met(), outcomes)

    def _read(self, finding: HandIn | Unreadable) -> _Read:
        read = _Read.of(finding)
        if isinstance(finding, Unreadable):
            return read
        submission = finding.submission
        try:
            key = self.keys.find(submission)
        except KeyFault as fault:
            return read.lacking(Problem(str(fault)))
        by_person = self.book.of(key.key, submission) if self.book else ()
        paper = key.read(submission)
        paper.problems = [placed(problem, finding.places) for problem in paper.problems]
        return read._replace(key=key, paper=paper, by_person=by_person)

    def _marked(self, reads: list[_Read]) -> dict[int, Marked]:
        groups: dict[int, tuple[Prepared, dict[int, Paper]]] = {}
        for i, read in enumerate(reads):
            if read.key is not None and read.paper is not None:
                groups.setdefault(id(read.key), (read.key, {}))[1][i] = read.paper
        marked: dict[int, Marked] = {}
        for key, papers in groups.values():
            with Net() as net:
                marked |= zip(papers, mark_papers(key, list(papers.values())), strict=True)
            if net.problem:
                marked |= _one_by_one(key, papers, reads)
        if self.book is not None:
            for i, read in enumerate(reads):
                if read.by_person:
                    marked[i] = self.book.give(marked[i], read.by_person)
        return marked

    def _done(self, read: _Read, marked: Marked | None) -> Iterator[Done]:
        """Yield what came of a hand-in for each student whose it is."""
        problems = (*read.problems, *(marked.problems if marked else ()))
        remarks = marked.for_markers if marked else ()
        for student in (read.student, *read.group):
            own = read if student == read.student else read._replace(student=student)
            if self.pages is None and not self.entries and marked is not None:
                yield Done(_row(own, marked), read.attempt, problems, remarks)
            else:
                (row, entry, made), unmarked = self._in_words(own, marked)
                yield Done(row, read.attempt, unmarked or problems, remarks, entry, made)
            problems = ()

    def _in_words(self, read: _Read, marked: Marked | None) -> tuple[_Texts, tuple[Problem, ...]]:
        """Return the texts of a hand-in, and its problems where it cannot be put into words.

        Results are made for many at once. A second try is for this one alone, so that it costs no other.
        """
        for _ in range(2):
            with Net() as net:
                return self._texts(_result(read, marked, reveal=self.reveal)), ()
        own = read.lacking(net.problem) if net.problem else read
        return self._texts(_result(own, None)), own.problems

    def _texts(self, result: SubmissionResult) -> _Texts:
        made = self.pages.make(result) if self.pages else Made()
        return row_of(result), self._encoder.submission(result), made


def _one_by_one(key: Prepared, papers: Mapping[int, Paper], reads: list[_Read]) -> dict[int, Marked]:
    """Mark papers each by itself; what keeps one from being marked is put with what was read of it."""
    marked: dict[int, Marked] = {}
    for i, paper in papers.items():
        with Net() as net:
            (marked[i],) = mark_papers(key, [paper])
        if net.problem:
            reads[i] = reads[i].lacking(net.problem)._replace(by_person=())
    return marked


def _result(read: _Read, marked: Marked | None, *, reveal: bool = True) -> SubmissionResult:
    if marked is not None:
        result = marked.result(read.file, read.problems, reveal=reveal)
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
