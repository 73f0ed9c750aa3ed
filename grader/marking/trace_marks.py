"""The marks of a question that is worked line by line: for a whole class at once, with words on demand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from grader.expressions import Array, Mask
from grader.marking.diagnosis.by_chance import take_back_chance
from grader.marking.diagnosis.second_look import charge_once
from grader.marking.diagnosis.sharpen import sharpen
from grader.marking.lines.batch import make_batch
from grader.marking.lines.causes import find_causes, let_follow, line_points
from grader.marking.lines.stopping import stop_notes
from grader.marking.lines.verdicts import Code, Verdicts, line_codes
from grader.marking.other_variants import remarks_on_variants
from grader.marking.readings.best_reading import read_and_mark
from grader.marking.readings.early_updates import adopt_updates_after_each
from grader.marking.readings.late_updates import as_passes, seem_updated_late, share_off
from grader.marking.readings.order_of_work import in_order, put_back
from grader.marking.readings.other_methods import by_method, rivals
from grader.marking.readings.other_order import in_another_order
from grader.marking.readings.reading import Read, off
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.passes import BETTER, Passes, find_passes
from grader.marking.sheets.sheet import Sheet
from grader.marking.variants import Own
from grader.marking.wording.equations import ways_in_words
from grader.marking.wording.line_results import LineResults, plain_lines
from grader.marking.wording.words import LineMarks
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult

_AT_ONCE = 500  # hand-ins whose results are made together

EveryLine = Mapping[Layout, LineResults]


def mark_traces(
    question: TraceQuestion, results: EveryLine, sheets: Sequence[Sheet], own: Own | None = None
) -> list["TraceMark"]:
    """Mark everybody's sheets, those of one method together; `own` are the values that vary, if any do."""
    layouts = tuple(layout for layout in results if layout.plan.question == question.id)
    return _Marking(question, results, own, find_passes(layouts)).mark(sheets)


@dataclass(frozen=True, slots=True)
class _Marking:
    """How one question is marked; hand-ins are known by their numbers, the places of their sheets."""

    question: TraceQuestion
    results: EveryLine
    own: Own | None
    passes: Passes | None

    def mark(self, sheets: Sequence[Sheet]) -> list["TraceMark"]:
        """Mark each sheet by its method; then try whether those that are off are better read another way."""
        by_layout: dict[Layout, list[int]] = defaultdict(list)
        for i, sheet in enumerate(sheets):
            by_layout[sheet.layout].append(i)
        traces: dict[int, TraceMark] = {}
        for layout, numbers in by_layout.items():
            group = self._marked(self._judged([sheets[i] for i in numbers], numbers, self.passes))
            traces |= {i: TraceMark(group, sheets[i], row) for row, i in enumerate(numbers)}
            if self.passes is not None and layout is self.passes.each:
                late = np.flatnonzero(seem_updated_late(group.one_by_one, self.passes)).tolist()
                some = ((numbers[row], traces[numbers[row]].sheet) for row in late)
                passes = [(i, other) for i, sheet in some for other in as_passes(sheet, self.passes)]
                traces |= self._read_better(traces, passes)
            faulty = off(group.one_by_one)
            as_read = {i: each for i in numbers if (each := traces[i]).group is group and faulty[each.row]}
            open_ = {each.row: each.sheet for each in as_read.values()}
            orders = [(numbers[row], sheet) for row, sheet in in_another_order(group.one_by_one, open_)]
            traces |= self._read_better(traces, orders)
            as_read = {i: each for i, each in as_read.items() if traces[i] is each}
            for other in rivals(layout, self.results):
                trials = [(i, by_method(each.sheet, other)) for i, each in as_read.items()]
                traces |= self._read_better(traces, trials)
        return [traces[i] for i in range(len(sheets))]

    def _read_better(
        self, before: Mapping[int, "TraceMark"], trials: Sequence[tuple[int, Sheet]]
    ) -> dict[int, "TraceMark"]:
        """Mark hand-ins in other readings; return the marks of those that fit better so."""
        if not trials:
            return {}
        numbers = [i for i, _ in trials]
        judged = self._judged([sheet for _, sheet in trials], numbers, None)
        second = share_off(judged.one_by_one)
        first = {group: share_off(group.one_by_one) for group in {before[i].group for i in numbers}}
        # Where nothing of it were left, nothing would be off either.
        fits = [
            bool(second[row] <= BETTER * first[before[i].group][before[i].row])
            for row, i in enumerate(numbers)
        ]
        if not any(fits):
            return {}
        other = self._marked(judged)
        read: dict[int, TraceMark] = {}
        fewest_notes = sorted(enumerate(trials), key=lambda trial: len(other.notes.get(trial[0], ())))
        for row, (i, sheet) in fewest_notes:
            if i not in read or other.scores[row] > read[i].score:
                read[i] = TraceMark(other, sheet, row)
        return {i: each for i, each in read.items() if fits[each.row] and each.score > before[i].score}

    def _judged(self, sheets: Sequence[Sheet], numbers: Sequence[int], passes: Passes | None) -> "_Judged":
        """Judge sheets of one layout line by line; with `passes`, rows may be updated one after the other."""
        varied = self.own.take(numbers) if self.own else {}
        batch = make_batch(sheets, varied)
        spread, orders = batch.varied, [sheet.order for sheet in sheets if sheet.order]
        if orders:
            batch = in_order(batch, np.array(orders))
        written: Mask = np.any(~np.isnan(batch.values), axis=(1, 2))
        stated = {name: np.array([name in sheet.given for sheet in sheets]) for name in batch.given}
        counted = {row: sheet.counted for row, sheet in enumerate(sheets) if sheet.counted}
        read = read_and_mark(batch, stated, counted)
        verdicts = read.verdicts
        if passes is not None and batch.layout is passes.whole:
            adopt_updates_after_each(read, sheets, varied, passes, stated)
        sharpen(verdicts)
        one_by_one = verdicts
        if np.any((verdicts.codes > Code.CORRECT) & (verdicts.codes <= Code.WRONG)):
            take_back_chance(verdicts)
            one_by_one = replace(verdicts, codes=verdicts.codes.copy(), kinds=verdicts.kinds.copy())
        return _Judged(numbers, orders, spread, written, read, one_by_one)

    def _marked(self, judged: "_Judged") -> "_Group":
        """Charge once what lines that were judged one by one have in common, and give the points."""
        read, orders = judged.read, judged.orders
        verdicts = read.verdicts
        if verdicts is not judged.one_by_one:
            for row, note in charge_once(verdicts):
                read.notes[row].append(note)
        if orders:
            verdicts = put_back(verdicts, np.array(orders), judged.varied)
        for row, note in stop_notes(verdicts):
            read.notes[row].append(note)
        marks = _line_marks(verdicts, self.question)
        return _Group(
            question=self.question,
            marks=marks,
            one_by_one=judged.one_by_one,
            written=judged.written,
            scores=_scores(marks, self.question, read.costs),
            notes=read.notes,
            remarks=remarks_on_variants(verdicts, self.own, judged.numbers) if self.own else {},
            results=self.results[verdicts.layout],
        )


def _line_marks(verdicts: Verdicts, question: TraceQuestion) -> LineMarks:
    """Return what each line is worth, and by which cause."""
    causes = find_causes(verdicts)
    let_follow(verdicts, causes)
    points = line_points(verdicts, causes, question)
    codes = line_codes(verdicts)
    return LineMarks(verdicts, causes, codes, points, plain_lines(verdicts, codes, points))


def _scores(marks: LineMarks, question: TraceQuestion, costs: Mapping[int, float]) -> Array:
    """Return the points of each hand-in, less what another reading of it `costs`: (N,)."""
    # The same sum above and below, so that a hand-in without a fault has exactly the question's points.
    earned, possible = marks.points.sum(axis=(1, 2)), marks.verdicts.worth().sum(axis=(1, 2))
    scores: Array = question.points * (earned / possible)
    for row, cost in costs.items():
        scores[row] = max(0.0, scores[row] - cost)
    return scores


class _Judged(NamedTuple):
    """Hand-ins, by their `numbers`, with each line judged by itself: `one_by_one`, a copy where any is off.

    `orders` are those in which steps were worked, and `varied` the students' own values, both as handed in.
    `written` (N,) tells who has written anything.
    """

    numbers: Sequence[int]
    orders: Sequence[tuple[int, ...]]
    varied: Mapping[str, Array]
    written: Mask
    read: Read
    one_by_one: Verdicts


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of hand-ins that were marked together: `scores` (N,), and what stands behind them.

    `one_by_one` are the verdicts before errors that several lines have in common were charged once: other
    readings are judged by them. `written` (N,) tells who has written anything. `notes` are for students,
    `remarks` for those who mark, both by hand-in.

    `made` keeps the results that were asked for last, by whether they reveal: the row of the first hand-in,
    and the lines of each. `failed` has the first rows of those that could not be made together.
    """

    question: TraceQuestion
    marks: LineMarks
    one_by_one: Verdicts
    written: Mask
    scores: Array
    notes: Mapping[int, list[str]]
    remarks: Mapping[int, str]
    results: LineResults
    made: dict[bool, tuple[int, list[tuple[FieldResult, ...]]]] = field(default_factory=dict)
    failed: set[tuple[int, bool]] = field(default_factory=set)

    def lines(self, row: int, *, reveal: bool) -> tuple[FieldResult, ...]:
        """Return the results of a hand-in's lines; they are made for many hand-ins at once."""
        first, made = self.made.get(reveal, (0, []))
        if not first <= row < first + len(made):
            first, made = self._made(row, reveal=reveal)
            self.made[reveal] = first, made
        return made[row - first]

    def _made(self, row: int, *, reveal: bool) -> tuple[int, list[tuple[FieldResult, ...]]]:
        """Return the row of the first hand-in of those made with this one, and the lines of each.

        Where that has failed once, each is made by itself: what is wrong with one costs no other.
        """
        marks = self.marks._replace(reveal=reveal)
        first = row - row % _AT_ONCE
        if (first, reveal) in self.failed:
            return row, self.results.of(marks, range(row, row + 1))
        self.failed.add((first, reveal))
        made = self.results.of(marks, range(first, min(first + _AT_ONCE, len(self.scores))))
        self.failed.remove((first, reveal))
        return first, made


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
        """The verdicts on all hand-ins marked together; this one's are in its `row`."""
        return self.group.marks.verdicts

    @property
    def pending(self) -> float:
        return 0.0

    @property
    def for_markers(self) -> tuple[str, ...]:
        return (self.group.remarks[self.row],) if self.row in self.group.remarks else ()

    def result(self, *, reveal: bool) -> QuestionResult:
        verdicts, row = self.verdicts, self.row
        plan, written, codes = verdicts.plan, self.group.written[row], self.group.marks.codes[row]
        chosen = verdicts.options.items() if written else ()
        choices = {group: plan.choices[group][options[row]] for group, options in chosen}
        return QuestionResult(
            question=self.question,
            score=self.score,
            max_score=self.max_score,
            pending=0.0,
            method=plan.method if written else None,
            choices=choices,
            given={name: float(values[row]) for name, values in verdicts.batch.given.items()},
            ways=ways_in_words(plan, choices, codes, reveal=reveal) if choices else None,
            notes=(*self.sheet.notes, *self.group.notes.get(row, ())),
            fields=self.group.lines(row, reveal=reveal),
            for_markers=(self.for_markers if reveal else ()) or None,
            unread=self.sheet.unread or None,
        )
