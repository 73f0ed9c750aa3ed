"""From answers to arrays, from arrays to verdicts, from verdicts to results.

Results are made on demand: a table of a class needs scores only, a page for each student needs words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import make_batch
from grader.marking.causes import Causes, find_causes, line_points
from grader.marking.choose import choose
from grader.marking.layout import Layout, make_layout
from grader.marking.sheet import Sheet, read_sheet, unknown
from grader.marking.values import is_absent, kind_of
from grader.marking.verdicts import STATUS, Code, Verdicts, line_codes
from grader.marking.walk import mark_batch
from grader.marking.words import MISSING, UNREADABLE, Words
from grader.schemas.key import Key, PartsQuestion, TraceQuestion
from grader.schemas.problems import Problem
from grader.schemas.results import FieldResult, QuestionResult, Status, SubmissionResult
from grader.schemas.submission import Submission
from grader.solver import make_plans


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A key that is ready to mark with: `layouts` of every method of every trace question."""

    key: Key
    layouts: Mapping[str, Mapping[str, Layout]]
    correct: Mapping[Layout, tuple[FieldResult, ...]]


def prepare(key: Key) -> Prepared:
    """Compile a key's equations. Raises KeyFault where they do not hang together."""
    layouts = {
        question.id: {name: make_layout(plan) for name, plan in make_plans(question).items()}
        for question in key.question
        if isinstance(question, TraceQuestion)
    }
    correct = {layout: _correct_lines(layout) for methods in layouts.values() for layout in methods.values()}
    return Prepared(key, layouts, correct)


def _correct_lines(layout: Layout) -> tuple[FieldResult, ...]:
    """Return the results of correct lines: one object each for a whole class."""
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

    submission: Submission
    assignment: str
    max_score: float
    questions: tuple[QuestionMark, ...]
    problems: tuple[Problem, ...]

    @property
    def score(self) -> float:
        """The total, capped at what the key says."""
        return min(self.max_score, fsum(question.score for question in self.questions))

    @property
    def pending(self) -> float:
        return fsum(question.pending for question in self.questions)

    def scores(self, file: str, problems: Sequence[Problem] = ()) -> SubmissionResult:
        """Return the result without its lines, which is quick: for tables."""
        questions = tuple(
            QuestionResult.model_construct(
                question=question.question,
                score=question.score,
                max_score=question.max_score,
                pending=question.pending,
            )
            for question in self.questions
        )
        return self._result(file, problems, questions)

    def result(self, file: str, problems: Sequence[Problem] = (), *, reveal: bool = True) -> SubmissionResult:
        """Return the whole result; `reveal` allows words that name values the student did not write."""
        return self._result(
            file, problems, tuple(question.result(reveal=reveal) for question in self.questions)
        )

    def _result(
        self, file: str, problems: Sequence[Problem], questions: tuple[QuestionResult, ...]
    ) -> SubmissionResult:
        return SubmissionResult.model_construct(
            student=self.submission.student,
            file=file,
            assignment=self.assignment,
            score=self.score,
            max_score=self.max_score,
            pending=self.pending,
            problems=tuple(problem.text for problem in (*problems, *self.problems)),
            questions=questions,
        )


def mark(prepared: Prepared, submissions: Sequence[Submission]) -> list[Marked]:
    """Mark submissions by a key, all at once."""
    answers = [_Answers(prepared.key, submission) for submission in submissions]
    marks: list[list[QuestionMark]] = [[] for _ in submissions]
    for question in prepared.key.question:
        marked: Sequence[QuestionMark]
        if isinstance(question, TraceQuestion):
            marked = _mark_traces(question, prepared, answers)
        else:
            marked = [_mark_parts(question, answer) for answer in answers]
        for own, mark_ in zip(marks, marked, strict=True):
            own.append(mark_)
    key = prepared.key
    return [
        Marked(submission, key.id, key.max_points, tuple(own), tuple(answer.problems))
        for submission, own, answer in zip(submissions, marks, answers, strict=True)
    ]


class _Answers:
    """The answers of one submission, by question; what is none is a problem."""

    def __init__(self, key: Key, submission: Submission) -> None:
        self.problems: list[Problem] = []
        self.by_question: dict[str, Mapping[str, Any]] = {}
        questions = {question.id: question for question in key.question}
        for name, answer in submission.answers.items():
            question = questions.get(name)
            if question is None:
                self.problems.append(unknown("answers", name, tuple(questions)))
            elif isinstance(answer, dict):
                self.by_question[name] = answer
            elif isinstance(answer, str) and isinstance(question, PartsQuestion) and len(question.part) == 1:
                self.by_question[name] = {question.part[0].id: answer}
            elif answer is not None:
                self.problems.append(Problem(f"answers.{name}: expected an object, found {kind_of(answer)}"))


@dataclass(frozen=True, slots=True)
class _Parts:
    """The marks of a question of formulas or texts: what is handed in waits for a person."""

    question: str
    max_score: float
    parts: tuple[FieldResult, ...]
    score: float = 0.0

    @property
    def pending(self) -> float:
        return fsum(part.max_score for part in self.parts if part.status == Status.PENDING)

    def result(self, *, reveal: bool) -> QuestionResult:  # noqa: ARG002
        return QuestionResult(
            question=self.question,
            score=self.score,
            max_score=self.max_score,
            pending=self.pending,
            fields=self.parts,
        )


def _mark_parts(question: PartsQuestion, answers: _Answers) -> _Parts:
    answer = answers.by_question.get(question.id, {})
    results = []
    for part in question.part:
        value = answer.get(part.id)
        status, message = Status.PENDING, ""
        if is_absent(value):
            status, message = Status.MISSING, MISSING
        elif not isinstance(value, str):
            status, message = Status.INVALID, UNREADABLE
            place = f"answers.{question.id}.{part.id}"
            answers.problems.append(Problem(f"{place}: expected text, found {kind_of(value)}"))
        results.append(
            FieldResult(field=part.id, status=status, score=0.0, max_score=part.points, message=message)
        )
    known = tuple(part.id for part in question.part)
    answers.problems += [
        unknown(f"answers.{question.id}", name, known) for name in answer if name not in known
    ]
    return _Parts(question.id, question.points, tuple(results))


def _mark_traces(question: TraceQuestion, prepared: Prepared, answers: Sequence[_Answers]) -> list["_Trace"]:
    layouts = prepared.layouts[question.id]
    sheets = []
    for answer in answers:
        sheet = read_sheet(answer.by_question.get(question.id, {}), layouts, f"answers.{question.id}")
        answer.problems += sheet.problems
        sheets.append(sheet)
    by_layout: dict[Layout, list[int]] = defaultdict(list)
    for i, sheet in enumerate(sheets):
        by_layout[sheet.layout].append(i)
    traces: dict[int, _Trace] = {}
    for layout, rows in by_layout.items():
        group = _mark_group(question, [sheets[i] for i in rows], prepared.correct[layout])
        traces |= {i: _Trace(group, sheets[i], row) for row, i in enumerate(rows)}
    return [traces[i] for i in range(len(sheets))]


def _mark_group(
    question: TraceQuestion, sheets: Sequence[Sheet], correct: tuple[FieldResult, ...]
) -> "_Group":
    batch = make_batch(sheets)
    verdicts = mark_batch(batch, choose(batch))
    causes = find_causes(verdicts)
    points = line_points(verdicts, causes, question)
    worth = np.broadcast_to([line.points for line in batch.layout.plan.lines], points.shape[1:])
    # The same sum above and below, so that a hand-in without a fault has exactly the question's points.
    scores = question.points * (points.sum(axis=(1, 2)) / worth.sum())
    return _Group(question, verdicts, causes, line_codes(verdicts), points, scores, correct)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of all hand-ins of one method: codes and points (N, T, L), scores (N,)."""

    question: TraceQuestion
    verdicts: Verdicts
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    scores: Array
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
            notes=tuple(self.sheet.notes),
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
