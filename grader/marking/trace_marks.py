"""The marks of a question worked line by line: a whole class at once, words on demand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import Mask, make_batch
from grader.marking.causes import Causes, find_causes, line_points
from grader.marking.layout import Layout
from grader.marking.question_mark import QuestionMark
from grader.marking.readings import read_and_mark
from grader.marking.sharpen import sharpen
from grader.marking.sheet import Sheet
from grader.marking.verdicts import STATUS, Code, Verdicts, by_line, line_codes
from grader.marking.words import Words
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult, Status

CorrectLines = Mapping[Layout, tuple[FieldResult, ...]]


def correct_lines(layout: Layout) -> tuple[FieldResult, ...]:
    """Return the results of correct lines."""
    return tuple(
        FieldResult(
            field=line.field, step=step, status=Status.CORRECT, score=line.points, max_score=line.points
        )
        for step in layout.plan.steps
        for line in layout.plan.lines
    )


def mark_traces(
    question: TraceQuestion, correct: CorrectLines, sheets: Sequence[Sheet]
) -> list[QuestionMark]:
    """Mark everybody's sheets, those of one method at once."""
    by_layout: dict[Layout, list[int]] = defaultdict(list)
    for i, sheet in enumerate(sheets):
        by_layout[sheet.layout].append(i)
    traces: dict[int, QuestionMark] = {}
    for layout, rows in by_layout.items():
        group = _mark_group(question, [sheets[i] for i in rows], correct[layout])
        traces |= {i: _Trace(group, sheets[i], row) for row, i in enumerate(rows)}
    return [traces[i] for i in range(len(sheets))]


def _mark_group(
    question: TraceQuestion, sheets: Sequence[Sheet], correct: tuple[FieldResult, ...]
) -> "_Group":
    batch = make_batch(sheets)
    stated = {name: np.array([name in sheet.given for sheet in sheets]) for name in batch.given}
    read = read_and_mark(batch, stated, {i: each.counted for i, each in enumerate(sheets) if each.counted})
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
