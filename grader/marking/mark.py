"""From papers to arrays, from arrays to verdicts, from verdicts to results.

Results are made on demand: a table of a class needs scores only, a page for each student needs words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import Mask, make_batch
from grader.marking.causes import Causes, find_causes, line_points
from grader.marking.layout import Layout, make_layout
from grader.marking.paper import Paper, read_paper
from grader.marking.part_mark import PartMark
from grader.marking.readings import read_and_mark
from grader.marking.sharpen import sharpen
from grader.marking.sheet import Sheet
from grader.marking.verdicts import STATUS, Code, Verdicts, by_line, line_codes
from grader.marking.words import Words
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.schemas.problems import Problem
from grader.schemas.results import FieldResult, QuestionResult, Status, SubmissionResult
from grader.schemas.submission import Submission
from grader.solver import make_plans

if TYPE_CHECKING:
    from grader.marking.formula import FormulaMarker


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """A key that is ready to mark with: `layouts` of every method of every trace question.

    `correct` has the results of correct lines, the same for a whole class; `markers` those of the formulas
    of each question, as far as they were needed.
    """

    key: Key
    layouts: Mapping[str, Mapping[str, Layout]]
    correct: Mapping[Layout, tuple[FieldResult, ...]]
    markers: dict[str, "FormulaMarker | None"] = field(default_factory=dict)

    def read(self, submission: Submission) -> Paper:
        """Read a submission, all of it: nothing of it is needed any more."""
        return read_paper(self.key, self.layouts, self.marker, submission)

    def marker(self, question: PartsQuestion) -> "FormulaMarker | None":
        """Return what marks a question's formulas, made when it is first asked for."""
        # Imported here: half of the time that a check of one file takes, where it has no formula.
        from grader.marking.formula import make_marker

        if question.id not in self.markers:
            self.markers[question.id] = make_marker(question)
        return self.markers[question.id]


def prepare(key: Key, *, formulas: bool = True) -> Prepared:
    """Compile a key's equations, and its formulas unless they may wait until one is handed in.

    Raises KeyFault where they do not hang together.
    """
    layouts = {
        question.id: {name: make_layout(plan) for name, plan in make_plans(question).items()}
        for question in key.question
        if isinstance(question, TraceQuestion)
    }
    correct = {layout: _correct_lines(layout) for methods in layouts.values() for layout in methods.values()}
    prepared = Prepared(key, layouts, correct)
    for question in key.question:
        if formulas and isinstance(question, PartsQuestion):
            prepared.marker(question)
    return prepared


def _correct_lines(layout: Layout) -> tuple[FieldResult, ...]:
    """Return the results of correct lines."""
    return tuple(
        FieldResult(
            field=line.field, step=step, status=Status.CORRECT, score=line.points, max_score=line.points
        )
        for step in layout.plan.steps
        for line in layout.plan.lines
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
            marked = _mark_parts(question, [paper.parts[question.id] for paper in papers])
        for own, mark_ in zip(marks, marked, strict=True):
            own.append(mark_)
    key, most = prepared.key, prepared.key.max_points
    return [
        Marked(paper.student, key.id, most, tuple(own), tuple(paper.problems))
        for paper, own in zip(papers, marks, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Parts:
    """The marks of a question of formulas or texts; one object for all whose marks are the same."""

    asked: PartsQuestion
    marks: tuple[PartMark, ...]
    made: dict[bool, QuestionResult] = field(default_factory=dict)

    @property
    def question(self) -> str:
        return self.asked.id

    @property
    def max_score(self) -> float:
        return self.asked.points

    @cached_property
    def score(self) -> float:
        return fsum([score for score, _ in self._scores()])

    @cached_property
    def pending(self) -> float:
        waiting = zip(self.asked.part, self.marks, strict=True)
        return fsum([part.points for part, mark in waiting if mark.status == Status.PENDING])

    def _scores(self) -> list[tuple[float, str]]:
        """Return each part's score and what is to be added to its message.

        One symbol in place of another is one slip: the first part that shares it is charged, once.
        """
        charged: set[tuple[str, str]] = set()
        scores = []
        for part, mark in zip(self.asked.part, self.marks, strict=True):
            if mark.exchange in charged:
                scores.append((part.points, "; charged above, once"))
            else:
                scores.append((part.points * mark.credit, ""))
            if mark.exchange is not None:
                charged.add(mark.exchange)
        return scores

    def result(self, *, reveal: bool) -> QuestionResult:
        if reveal not in self.made:
            self.made[reveal] = self._result(reveal=reveal)
        return self.made[reveal]

    def _result(self, *, reveal: bool) -> QuestionResult:
        each = zip(self.asked.part, self.marks, self._scores(), strict=True)
        fields = tuple(
            FieldResult(
                field=part.id,
                status=mark.status,
                cause=mark.cause,
                score=score,
                max_score=part.points,
                message=(mark.message if reveal else mark.plain) + more,
            )
            for part, mark, (score, more) in each
        )
        return QuestionResult(
            question=self.question,
            score=self.score,
            max_score=self.max_score,
            pending=self.pending,
            fields=fields,
        )


def _mark_parts(question: PartsQuestion, papers: Sequence[tuple[PartMark, ...]]) -> list[QuestionMark]:
    """Put the marks of everybody's parts together; who has the same ones shares them."""
    marks: dict[tuple[PartMark, ...], QuestionMark] = {}
    for parts in papers:
        if parts not in marks:
            marks[parts] = _Parts(question, parts)
    return [marks[parts] for parts in papers]


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
    codes = line_codes(verdicts)
    whole = _whole_lines(verdicts, codes)
    return _Group(question, verdicts, causes, codes, points, scores, read.notes, correct, whole)


def _whole_lines(verdicts: Verdicts, worst: NDArray[np.uint8]) -> Mask:
    """Tell for which lines there is nothing to say but that they follow, or are missing: (N, T, L)."""
    best = np.uint8(len(Code)) - by_line(verdicts, np.uint8(len(Code)) - verdicts.codes, worst=True)
    whole: Mask = (best == worst) & np.isin(worst, (Code.FOLLOWS, Code.MISSING)) & ~verdicts.hollow
    return whole


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of all hand-ins of one method: codes and points (N, T, L), scores (N,).

    `whole` (N, T, L) are lines of which every component follows, or is missing. Their results are the same
    for all students; `shared` collects them by verdict and line.
    """

    question: TraceQuestion
    verdicts: Verdicts
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    scores: Array
    notes: Mapping[int, list[str]]
    correct: tuple[FieldResult, ...]
    whole: Mask
    shared: dict[tuple[int, int], FieldResult] = field(default_factory=dict)


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
        codes, whole = self.group.codes[self.row].ravel(), self.group.whole[self.row].ravel()
        results = list(self.group.correct)
        for place in np.flatnonzero(codes).tolist():
            if not whole[place]:
                results[place] = self._field(words, place)
                continue
            same = (int(codes[place]), place)
            if same not in self.group.shared:
                self.group.shared[same] = self._field(words, place)
            results[place] = self.group.shared[same]
        return tuple(results)

    def _field(self, words: Words, place: int) -> FieldResult:
        correct = self.group.correct[place]
        t, i = divmod(place, len(self.sheet.layout.usual))
        return FieldResult.model_construct(
            field=correct.field,
            step=correct.step,
            status=STATUS[Code(self.group.codes[self.row, t, i])],
            cause=words.cause(t, i),
            score=float(self.group.points[self.row, t, i]),
            max_score=correct.max_score,
            message=words.message(t, i),
        )
