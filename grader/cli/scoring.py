"""A class of any size in constant memory: read some, mark them at once, write them out, let them go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.cli.keyring import KeyRing
from grader.exchange import Finding, HandIn, Skipped, Unreadable
from grader.exchange.write import Spool, write_text
from grader.marking.mark import Marked, Prepared, mark
from grader.reports import Encoder, GradeRow, file_stem, row_of, student_page
from grader.schemas.faults import KeyFault
from grader.schemas.problems import Problem
from grader.schemas.results import SubmissionResult

CHUNK = 1000


@dataclass(slots=True)
class Class:
    """What is kept of a class while it is marked: a row for each hand-in, and what has to be said of files.

    `replaced` maps an attempt's number to that of the later one that counts in its place.
    """

    rows: list[GradeRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    unreadable: int = 0
    replaced: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Scoring:
    """Marks findings one after the other. `folder` gets a page for each student, `spool` the results."""

    keys: KeyRing
    folder: Path | None = None
    spool: Spool | None = None
    found: Class = field(default_factory=Class)
    _encoder: Encoder = field(default_factory=Encoder)
    _stems: dict[str, str] = field(default_factory=dict)
    _assignments: dict[str, str | None] = field(default_factory=dict)
    _latest: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def run(self, findings: Iterable[Finding]) -> Class:
        """Mark everything that is found and return what is known of the class."""
        for chunk in self._chunks(findings):
            for result in self._results(chunk):
                self._take(result)
        return self.found

    def _chunks(self, findings: Iterable[Finding]) -> Iterator[list[HandIn | Unreadable]]:
        """Yield some hand-ins at a time, and note what is none."""
        chunk: list[HandIn | Unreadable] = []
        for finding in findings:
            if isinstance(finding, Skipped):
                self.found.skipped.append(finding)
                continue
            chunk.append(finding)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _results(self, chunk: Sequence[HandIn | Unreadable]) -> Iterator[SubmissionResult]:
        """Yield a result for each hand-in, in the order given; whole only where somebody reads it."""
        marked = self._mark(chunk)
        whole = self.folder is not None or self.spool is not None
        for i, finding in enumerate(chunk):
            done = marked.get(i)
            if isinstance(done, Marked):
                problems = (*finding.problems, *done.problems)
                result = (
                    done.result(finding.file, finding.problems)
                    if whole
                    else done.scores(finding.file, finding.problems)
                )
            else:
                problems = (*finding.problems, *([Problem(str(done))] if done else ()))
                result = _unmarked(finding, problems)
                self.found.unreadable += 1
            self.found.problems += [(finding.file, problem) for problem in problems]
            yield result

    def _mark(self, chunk: Sequence[HandIn | Unreadable]) -> dict[int, Marked | KeyFault]:
        """Mark the hand-ins of each key together; return by place what came of them."""
        groups: dict[int, tuple[Prepared, list[int]]] = {}
        outcome: dict[int, Marked | KeyFault] = {}
        for i, finding in enumerate(chunk):
            if isinstance(finding, HandIn):
                try:
                    key = self.keys.find(finding.submission)
                except KeyFault as fault:
                    outcome[i] = fault
                else:
                    groups.setdefault(id(key), (key, []))[1].append(i)
        for key, places in groups.values():
            submissions = [finding.submission for i in places if isinstance(finding := chunk[i], HandIn)]
            outcome |= dict(zip(places, mark(key, submissions), strict=True))
        return outcome

    def _take(self, result: SubmissionResult) -> None:
        number = len(self.found.rows)
        self.found.rows.append(row_of(result))
        if result.student is not None and result.score is not None:
            earlier = self._latest.get((result.student, result.assignment))
            if earlier is not None:
                self.found.replaced[earlier] = number
            self._latest[result.student, result.assignment] = number
        if self.spool is not None:
            self.spool.append(self._encoder.submission(result))
        if self.folder is not None and result.student is not None:
            write_text(
                self.folder / f"{self._stem(result.student, result.assignment)}.md", [student_page(result)]
            )

    def _stem(self, student: str, assignment: str | None) -> str:
        """Return the name of a student's page; a second assignment of the same student has its own."""
        name = student
        if self._assignments.setdefault(student, assignment) != assignment:
            name = f"{student}-{assignment}"
        stem = file_stem(name, self._stems)
        self._stems[stem.casefold()] = name
        return stem


def _unmarked(finding: HandIn | Unreadable, problems: Sequence[Problem]) -> SubmissionResult:
    words = tuple(problem.text for problem in problems)
    if isinstance(finding, Unreadable):
        return SubmissionResult(student=finding.student, file=finding.file, problems=words)
    submission = finding.submission
    return SubmissionResult(
        student=submission.student, file=finding.file, assignment=submission.assignment, problems=words
    )
