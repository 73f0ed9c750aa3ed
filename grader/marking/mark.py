"""From papers to arrays, from arrays to verdicts, from verdicts to results.

Results are made on demand: a table of a class needs scores only, a page for each student needs words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import make_batch
from grader.marking.causes import Causes, find_causes, line_points
from grader.marking.layout import Layout, make_layout
from grader.marking.paper import Paper, read_paper
from grader.marking.readings import read_and_mark
from grader.marking.sharpen import sharpen
from grader.marking.sheet import Sheet
from grader.marking.verdicts import STATUS, Code, Verdicts, line_codes
from grader.marking.words import MISSING, UNREADABLE, Words
from grader.schemas.key import Key, PartsQuestion, TraceQuestion
from grader.schemas.problems import Problem
from grader.schemas.results import FieldResult, QuestionResult, Status, SubmissionResult
from grader.schemas.submission import Submission
from grader.solver import make_plans


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """A key that is ready to mark with: `layouts` of every method of every trace question.

    `correct` and `parts` are what is the same for a whole class, made once: the results of correct lines,
    and those of each part by its status.
    """

    key: Key
    layouts: Mapping[str, Mapping[str, Layout]]
    correct: Mapping[Layout, tuple[FieldResult, ...]]
    parts: Mapping[str, tuple[Mapping[Status, FieldResult], ...]]

    def read(self, submission: Submission) -> Paper:
        """Read a submission, all of it: nothing of it is needed any more."""
        return read_paper(self.key, self.layouts, submission)


def prepare(key: Key) -> Prepared:
    """Compile a key's equations. Raises KeyFault where they do not hang together."""
    layouts = {
        question.id: {name: make_layout(plan) for name, plan in make_plans(question).items()}
        for question in key.question
        if isinstance(question, TraceQuestion)
    }
    correct = {layout: _correct_lines(layout) for methods in layouts.values() for layout in methods.values()}
    parts = {q.id: _part_results(q) for q in key.question if isinstance(q, PartsQuestion)}
    return Prepared(key, layouts, correct, parts)


def _correct_lines(layout: Layout) -> tuple[FieldResult, ...]:
    """Return the results of correct lines."""
    return tuple(
        FieldResult(
            field=line.field, step=step, status=Status.CORRECT, score=line.points, max_score=line.points
        )
        for step in layout.plan.steps
        for line in layout.plan.lines
    )


def _part_results(question: PartsQuestion) -> tuple[Mapping[Status, FieldResult], ...]:
    """Return the results of each part, by what can be said of it: what is handed in waits for a person."""
    messages = {Status.PENDING: "", Status.MISSING: MISSING, Status.INVALID: UNREADABLE}
    return tuple(
        {
            status: FieldResult(
                field=part.id, status=status, score=0.0, max_score=part.points, message=message
            )
            for status, message in messages.items()
        }
        for part in question.part
    )


class QuestionMark(Protocol):
    """A marked question of one student."""

    @property
    def question(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def max_score(self) -> float: ...
    @property
    def pending(self) -> float: ...
    def result(self, *, reveal: bool) -> QuestionResult:
        """Return the marks with words; `reveal` allows values that the student did not write."""
        ...


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked submission: scores at once, results on demand."""

    student: str
    assignment: str
    max_score: float
    questions: tuple[QuestionMark, ...]
    problems: tuple[Problem, ...]

    @property
    def score(self) -> float:
        """The total, capped at what the key says."""
        return min(self.max_score, fsum([question.score for question in self.questions]))

    @property
    def pending(self) -> float:
        return fsum([question.pending for question in self.questions])

    def result(self, file: str, problems: Sequence[Problem] = (), *, reveal: bool = True) -> SubmissionResult:
        """Return the whole result; `reveal` allows words that name values the student did not write."""
        return SubmissionResult.model_construct(
            student=self.student,
            file=file,
            assignment=self.assignment,
            score=self.score,
            max_score=self.max_score,
            pending=self.pending,
            problems=tuple(problem.text for problem in (*problems, *self.problems)),
            questions=tuple(question.result(reveal=reveal) for question in self.questions),
        )


def mark(prepared: Prepared, submissions: Iterable[Submission]) -> list[Marked]:
    """Mark submissions by a key, all at once."""
    return mark_papers(prepared, [prepared.read(submission) for submission in submissions])


def mark_papers(prepared: Prepared, papers: Sequence[Paper]) -> list[Marked]:
    """Mark what was read by a key, all at once."""
    marks: list[list[QuestionMark]] = [[] for _ in papers]
    for question in prepared.key.question:
        marked: Sequence[QuestionMark]
        if isinstance(question, TraceQuestion):
            marked = _mark_traces(question, prepared, [paper.sheets[question.id] for paper in papers])
        else:
            marked = _mark_parts(question, prepared, [paper.parts[question.id] for paper in papers])
        for own, mark_ in zip(marks, marked, strict=True):
            own.append(mark_)
    key, most = prepared.key, prepared.key.max_points
    return [
        Marked(paper.student, key.id, most, tuple(own), tuple(paper.problems))
        for paper, own in zip(papers, marks, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The marks of a question of formulas or texts."""

    question: str
    max_score: float
    pending: float
    parts: tuple[FieldResult, ...]
    score: float = 0.0

    def result(self, *, reveal: bool) -> QuestionResult:  # noqa: ARG002
        return QuestionResult(
            question=self.question,
            score=self.score,
            max_score=self.max_score,
            pending=self.pending,
            fields=self.parts,
        )


def _mark_parts(
    question: PartsQuestion, prepared: Prepared, papers: Sequence[tuple[Status, ...]]
) -> list[QuestionMark]:
    """Mark the parts of everybody; who handed in the same parts shares the marks."""
    marks: dict[tuple[Status, ...], QuestionMark] = {}
    for statuses in papers:
        if statuses not in marks:
            each = zip(prepared.parts[question.id], statuses, strict=True)
            results = tuple(by_status[status] for by_status, status in each)
            waiting = fsum(part.max_score for part in results if part.status == Status.PENDING)
            marks[statuses] = _Parts(question.id, question.points, waiting, results)
    return [marks[statuses] for statuses in papers]


def _mark_traces(question: TraceQuestion, prepared: Prepared, sheets: Sequence[Sheet]) -> list[QuestionMark]:
    by_layout: dict[Layout, list[int]] = defaultdict(list)
    for i, sheet in enumerate(sheets):
        by_layout[sheet.layout].append(i)
    traces: dict[int, QuestionMark] = {}
    for layout, rows in by_layout.items():
        group = _mark_group(question, [sheets[i] for i in rows], prepared.correct[layout])
        traces |= {i: _Trace(group, sheets[i], row) for row, i in enumerate(rows)}
    return [traces[i] for i in range(len(sheets))]


def _mark_group(
    question: TraceQuestion, sheets: Sequence[Sheet], correct: tuple[FieldResult, ...]
) -> "_Group":
    batch = make_batch(sheets)
    stated = {name: np.array([name in sheet.given for sheet in sheets]) for name in batch.given}
    read = read_and_mark(batch, stated)
    verdicts = read.verdicts
    sharpen(verdicts)
    causes = find_causes(verdicts)
    points = line_points(verdicts, causes, question)
    worth = np.broadcast_to([line.points for line in batch.layout.plan.lines], points.shape[1:])
    # The same sum above and below, so that a hand-in without a fault has exactly the question's points.
    scores = question.points * (points.sum(axis=(1, 2)) / worth.sum())
    for row, cost in read.costs.items():
        scores[row] = max(0.0, scores[row] - cost)
    return _Group(question, verdicts, causes, line_codes(verdicts), points, scores, read.notes, correct)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of all hand-ins of one method: codes and points (N, T, L), scores (N,)."""

    question: TraceQuestion
    verdicts: Verdicts
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    scores: Array
    notes: Mapping[int, list[str]]
    correct: tuple[FieldResult, ...]


@dataclass(frozen=True, slots=True)
class _Trace:
    """The marks of one student's trace."""

    group: _Group
    sheet: Sheet
    row: int

    @property
    def question(self) -> str:
        return self.group.question.id

    @property
    def score(self) -> float:
        return float(self.group.scores[self.row])

    @property
    def max_score(self) -> float:
        return self.group.question.points

    @property
    def pending(self) -> float:
        return 0.0

    def result(self, *, reveal: bool) -> QuestionResult:
        plan = self.sheet.layout.plan
        written = bool(np.any(~np.isnan(self.sheet.row)))
        options = self.group.verdicts.options
        return QuestionResult.model_construct(
            question=self.question,
            score=self.score,
            max_score=self.max_score,
            pending=0.0,
            method=plan.method if written else None,
            choices={
                group: plan.choices[group][options[group][self.row]] for group in plan.choices if written
            },
            given={name: float(values[self.row]) for name, values in self.group.verdicts.batch.given.items()},
            notes=(*self.sheet.notes, *self.group.notes.get(self.row, ())),
            fields=self._fields(Words(self.group.verdicts, self.group.causes, self.row, reveal)),
        )

    def _fields(self, words: Words) -> tuple[FieldResult, ...]:
        codes = self.group.codes[self.row].ravel()
        results = list(self.group.correct)
        points = self.group.points[self.row].ravel()
        for place in np.flatnonzero(codes).tolist():
            correct = results[place]
            t, i = divmod(place, len(self.sheet.layout.usual))
            results[place] = FieldResult.model_construct(
                field=correct.field,
                step=correct.step,
                status=STATUS[Code(codes[place])],
                cause=words.cause(t, i),
                score=float(points[place]),
                max_score=correct.max_score,
                message=words.message(t, i),
            )
        return tuple(results)
