"""The marks of a question worked line by line: a whole class at once, words on demand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.batch import make_batch
from grader.marking.causes import Causes, find_causes, line_points
from grader.marking.early_updates import adopt_updates_after_each
from grader.marking.late_updates import BETTER, as_passes, seem_updated_late, share_off
from grader.marking.layout import Layout
from grader.marking.not_updated import note_not_updated
from grader.marking.others import remarks_on_variants
from grader.marking.passes import Passes, find_passes
from grader.marking.question_mark import QuestionMark
from grader.marking.readings import read_and_mark
from grader.marking.sharpen import sharpen
from grader.marking.sheet import Sheet
from grader.marking.stopping import stop_notes
from grader.marking.taken_from import note_taken_from
from grader.marking.variants import Own
from grader.marking.verdicts import STATUS, Code, Verdicts, by_line, line_codes
from grader.marking.words import LineWords, Said, Words
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult, Status

_Same = tuple[int, float, int | Said]  # the line's place, its points, and all that is said of it
CorrectLines = Mapping[Layout, tuple[FieldResult, ...]]


def correct_lines(layout: Layout, asked: int | None = None) -> tuple[FieldResult, ...]:
    """Return the results of correct lines, in the steps that are asked: all where nothing is said."""
    steps = layout.plan.steps[:asked]
    share = layout.steps / len(steps)
    return tuple(
        FieldResult(
            field=line.field,
            step=step,
            status=Status.CORRECT,
            score=line.points * share,
            max_score=line.points * share,
        )
        for step in steps
        for line in layout.plan.lines
    )


def mark_traces(
    question: TraceQuestion, correct: CorrectLines, sheets: Sequence[Sheet], own: Own | None = None
) -> list[QuestionMark]:
    """Mark everybody's sheets, those of one method at once; `own` are the values that vary, if any do."""
    by_layout: dict[Layout, list[int]] = defaultdict(list)
    for i, sheet in enumerate(sheets):
        by_layout[sheet.layout].append(i)
    passes = find_passes(tuple(layout for layout in correct if layout.plan.question == question.id))
    traces: dict[int, TraceMark] = {}
    for layout, rows in by_layout.items():
        group = _mark_group(question, [sheets[i] for i in rows], correct[layout], own, rows, passes)
        traces |= {i: TraceMark(group, sheets[i], row) for row, i in enumerate(rows)}
        if passes is not None and layout is passes.each:
            traces |= _updated_late(group, [(i, traces[i]) for i in rows], passes, correct, own)
    return [traces[i] for i in range(len(sheets))]


def _updated_late(
    group: "_Group",
    marks: Sequence[tuple[int, "TraceMark"]],
    passes: Passes,
    correct: CorrectLines,
    own: Own | None,
) -> dict[int, "TraceMark"]:
    """Return the marks of those hand-ins, by number, whose steps are better read as passes."""
    seem = seem_updated_late(group.verdicts, passes)
    trials = [(i, sheet) for i, each in marks if seem[each.row] for sheet in as_passes(each.sheet, passes)]
    if not trials:
        return {}
    rows, sheets = [i for i, _ in trials], [sheet for _, sheet in trials]
    other = _mark_group(group.question, sheets, correct[passes.whole], own, rows, None)
    read: dict[int, TraceMark] = {}
    fewest_notes = sorted(enumerate(trials), key=lambda trial: len(other.notes.get(trial[0], ())))
    for row, (i, sheet) in fewest_notes:
        if i not in read or other.scores[row] > read[i].score:
            read[i] = TraceMark(other, sheet, row)
    first, second = share_off(group.verdicts), share_off(other.verdicts)
    rows_of = {i: each.row for i, each in marks}
    return {i: each for i, each in read.items() if second[each.row] <= BETTER * first[rows_of[i]]}


def _mark_group(
    question: TraceQuestion,
    sheets: Sequence[Sheet],
    correct: tuple[FieldResult, ...],
    own: Own | None,
    rows: Sequence[int],
    passes: Passes | None,
) -> "_Group":
    varied = own.take(rows) if own else {}
    batch = make_batch(sheets, varied)
    stated = {name: np.array([name in sheet.given for sheet in sheets]) for name in batch.given}
    read = read_and_mark(batch, stated, {i: each.counted for i, each in enumerate(sheets) if each.counted})
    verdicts = read.verdicts
    if passes is not None and batch.layout is passes.whole:
        adopt_updates_after_each(read, sheets, varied, passes, stated)
    sharpen(verdicts)
    note_not_updated(verdicts)
    note_taken_from(verdicts)
    causes = find_causes(verdicts)
    points = line_points(verdicts, causes, question)
    # The same sum above and below, so that a hand-in without a fault has exactly the question's points.
    scores = question.points * (points.sum(axis=(1, 2)) / verdicts.worth().sum(axis=(1, 2)))
    for row, cost in read.costs.items():
        scores[row] = max(0.0, scores[row] - cost)
    codes = line_codes(verdicts)
    whole = _whole_lines(verdicts, codes)
    for row, note in stop_notes(verdicts):
        read.notes[row].append(note)
    remarks = remarks_on_variants(verdicts, own, rows) if own else {}
    return _Group(question, verdicts, causes, codes, points, scores, read.notes, remarks, correct, whole)


def _whole_lines(verdicts: Verdicts, worst: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the verdict of lines of which there is nothing to say but that they follow, or are missing.

    It is 0 for all others: (N, T, L).
    """
    best = np.uint8(len(Code)) - by_line(verdicts, np.uint8(len(Code)) - verdicts.codes, worst=True)
    whole = (best == worst) & np.isin(worst, (Code.FOLLOWS, Code.MISSING)) & ~verdicts.hollow
    return np.where(whole, worst, np.uint8(0))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of all hand-ins of one method: codes and points (N, T, L), scores (N,).

    `correct` are the results of all lines where they are correct, `until` those of fewer steps. `whole`
    (N, T, L) is the verdict of lines that need no closer look, 0 elsewhere. `shared` collects, by the
    students' options and number of steps, the results that say nothing of a student's own numbers. `notes`
    are for students, `remarks` for those who mark, both by hand-in.
    """

    question: TraceQuestion
    verdicts: Verdicts
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    scores: Array
    notes: Mapping[int, list[str]]
    remarks: Mapping[int, str]
    correct: tuple[FieldResult, ...]
    whole: NDArray[np.uint8]
    shared: dict[tuple[bool, int, tuple[int, ...]], dict[_Same, FieldResult]] = field(default_factory=dict)
    until: dict[int, tuple[FieldResult, ...]] = field(default_factory=dict)

    def correct_of(self, row: int) -> tuple[FieldResult, ...]:
        """Return the results of correct lines in the steps that are asked of a student."""
        layout, asked = self.verdicts.batch.layout, int(self.verdicts.asked[row])
        if asked == layout.steps:
            return self.correct
        if asked not in self.until:
            self.until[asked] = correct_lines(layout, asked)
        return self.until[asked]


class TraceMark(NamedTuple):
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
    def verdicts(self) -> Verdicts:
        """The verdicts on all hand-ins of the method; this one's are in its `row`."""
        return self.group.verdicts

    @property
    def pending(self) -> float:
        return 0.0

    @property
    def for_markers(self) -> tuple[str, ...]:
        return (self.group.remarks[self.row],) if self.row in self.group.remarks else ()

    def result(self, *, reveal: bool) -> QuestionResult:
        plan = self.sheet.layout.plan
        written = bool(np.any(~np.isnan(self.sheet.row)))
        options = self.group.verdicts.options
        return QuestionResult(
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
            fields=self._field_results(reveal=reveal),
            for_markers=(self.for_markers if reveal else ()) or None,
        )

    def _field_results(self, *, reveal: bool) -> tuple[FieldResult, ...]:
        """Return the result of every line; what is the same for several students is one object."""
        correct = self.group.correct_of(self.row)
        off = np.flatnonzero(self.group.codes[self.row].ravel()[: len(correct)]).tolist()
        if not off:
            return correct
        words = Words(self.group.verdicts, self.group.causes, self.row, reveal=reveal)
        options = tuple([int(chosen[self.row]) for chosen in self.group.verdicts.options.values()])
        shared = self.group.shared.setdefault((reveal, len(correct), options), {})
        codes = self.group.codes[self.row].ravel().tolist()
        points: list[float] = self.group.points[self.row].ravel().tolist()
        whole = self.group.whole[self.row].ravel().tolist()
        lines = len(self.sheet.layout.usual)
        results = list(correct)
        for place in off:
            said: int | Said | None = whole[place]
            if said and (place, points[place], said) in shared:
                results[place] = shared[place, points[place], said]
                continue
            line = words.line(*divmod(place, lines))
            said = said or line.fixed()
            same = None if said is None else (place, points[place], said)
            result = shared.get(same) if same else None
            if result is None:
                result = _field(correct[place], codes[place], points[place], line)
                if same:
                    shared[same] = result
            results[place] = result
        return tuple(results)


def _field(correct: FieldResult, code: int, points: float, line: LineWords) -> FieldResult:
    """Return the result of a line from what it is where it is correct."""
    return FieldResult(
        field=correct.field,
        step=correct.step,
        status=STATUS[Code(code)],
        cause=line.cause(),
        score=points,
        max_score=correct.max_score,
        message=line.message(),
    )
