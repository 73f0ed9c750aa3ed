"""The marks of a question worked line by line: a whole class at once, words on demand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.lines.batch import make_batch
from grader.marking.lines.by_chance import take_back_chance
from grader.marking.lines.causes import Causes, find_causes, let_follow, line_points
from grader.marking.lines.copied_steps import note_copied_steps
from grader.marking.lines.in_place_of import note_in_place_of
from grader.marking.lines.kept_values import note_kept_values
from grader.marking.lines.mistakes_unseen import note_mistakes_unseen
from grader.marking.lines.miswritten import note_miswritten
from grader.marking.lines.not_updated import note_not_updated
from grader.marking.lines.off_alike import note_off_alike
from grader.marking.lines.other_ways import note_other_ways
from grader.marking.lines.sharpen import sharpen
from grader.marking.lines.stopping import stop_notes
from grader.marking.lines.taken_from import note_taken_from
from grader.marking.lines.undone import note_undone
from grader.marking.lines.verdicts import Code, Verdicts, line_codes
from grader.marking.other_methods import by_method, rivals
from grader.marking.other_variants import remarks_on_variants
from grader.marking.question_mark import QuestionMark
from grader.marking.readings.best_reading import read_and_mark
from grader.marking.readings.early_updates import adopt_updates_after_each
from grader.marking.readings.exchanges import note_columns
from grader.marking.readings.late_updates import as_passes, seem_updated_late, share_off
from grader.marking.readings.misread_inputs import note_misread_inputs
from grader.marking.readings.order_of_work import in_order, put_back
from grader.marking.readings.other_order import in_another_order
from grader.marking.readings.other_start import note_other_start
from grader.marking.readings.reading import Read, off
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.passes import BETTER, Passes, find_passes
from grader.marking.sheets.sheet import Sheet
from grader.marking.variants import Own
from grader.marking.ways import ways_in_words
from grader.marking.wording.line_results import LineResults, plain_lines
from grader.marking.wording.words import Marks
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult

_AT_ONCE = 500  # hand-ins of which the results are made together

EveryLine = Mapping[Layout, LineResults]


def mark_traces(
    question: TraceQuestion, results: EveryLine, sheets: Sequence[Sheet], own: Own | None = None
) -> list[QuestionMark]:
    """Mark everybody's sheets, those of one method at once; `own` are the values that vary, if any do."""
    by_layout: dict[Layout, list[int]] = defaultdict(list)
    for i, sheet in enumerate(sheets):
        by_layout[sheet.layout].append(i)
    passes = find_passes(tuple(layout for layout in results if layout.plan.question == question.id))
    traces: dict[int, TraceMark] = {}
    for layout, rows in by_layout.items():
        group = _mark_group(question, [sheets[i] for i in rows], results[layout], own, rows, passes)
        traces |= {i: TraceMark(group, sheets[i], row) for row, i in enumerate(rows)}
        if passes is not None and layout is passes.each:
            traces |= _updated_late(group, [(i, traces[i]) for i in rows], passes, results, own)
        faulty = off(group.one_by_one)
        as_read = {i: each for i in rows if (each := traces[i]).group is group and faulty[each.row]}
        open_ = {each.row: each.sheet for each in as_read.values()}
        orders = [(rows[row], sheet) for row, sheet in in_another_order(group.one_by_one, open_)]
        traces |= _read_better(traces, orders, results[layout], own)
        as_read = {i: each for i, each in as_read.items() if traces[i] is each}
        for other in rivals(layout, results):
            trials = [(i, by_method(each.sheet, other)) for i, each in as_read.items()]
            traces |= _read_better(traces, trials, results[other], own)
    return [traces[i] for i in range(len(sheets))]


def _updated_late(
    group: "_Group",
    marks: Sequence[tuple[int, "TraceMark"]],
    passes: Passes,
    results: EveryLine,
    own: Own | None,
) -> dict[int, "TraceMark"]:
    """Return the marks of those hand-ins, by number, whose steps are better read as passes."""
    seem = seem_updated_late(group.one_by_one, passes)
    trials = [(i, sheet) for i, each in marks if seem[each.row] for sheet in as_passes(each.sheet, passes)]
    return _read_better(dict(marks), trials, results[passes.whole], own)


def _read_better(
    before: Mapping[int, "TraceMark"],
    trials: Sequence[tuple[int, Sheet]],
    results: LineResults,
    own: Own | None,
) -> dict[int, "TraceMark"]:
    """Mark hand-ins, by number, in other readings; return the marks of those that are better read so."""
    if not trials:
        return {}
    rows, sheets = [i for i, _ in trials], [sheet for _, sheet in trials]
    other = _mark_group(before[rows[0]].group.question, sheets, results, own, rows, None)
    read: dict[int, TraceMark] = {}
    fewest_notes = sorted(enumerate(trials), key=lambda trial: len(other.notes.get(trial[0], ())))
    for row, (i, sheet) in fewest_notes:
        if i not in read or other.scores[row] > read[i].score:
            read[i] = TraceMark(other, sheet, row)
    second = share_off(other.one_by_one)
    first = {group: share_off(group.one_by_one) for group in {before[i].group for i in read}}
    return {
        i: each
        for i, each in read.items()
        # With nothing left of it nothing would be off, either.
        if second[each.row] <= BETTER * first[before[i].group][before[i].row] and each.score > before[i].score
    }


def _mark_group(
    question: TraceQuestion,
    sheets: Sequence[Sheet],
    results: LineResults,
    own: Own | None,
    rows: Sequence[int],
    passes: Passes | None,
) -> "_Group":
    varied = own.take(rows) if own else {}
    batch = make_batch(sheets, varied)
    as_handed_in, orders = batch, [sheet.order for sheet in sheets if sheet.order]
    if orders:
        batch = in_order(batch, np.array(orders))
    written: Mask = np.any(~np.isnan(batch.values), axis=(1, 2))
    stated = {name: np.array([name in sheet.given for sheet in sheets]) for name in batch.given}
    read = read_and_mark(batch, stated, {i: each.counted for i, each in enumerate(sheets) if each.counted})
    verdicts = read.verdicts
    if passes is not None and batch.layout is passes.whole:
        adopt_updates_after_each(read, sheets, varied, passes, stated)
    sharpen(verdicts)
    one_by_one = verdicts
    if np.any((verdicts.codes > Code.CORRECT) & (verdicts.codes <= Code.WRONG)):
        take_back_chance(verdicts)
        one_by_one = replace(verdicts, codes=verdicts.codes.copy(), kinds=verdicts.kinds.copy())
        _charge_once(read)
    if orders:
        verdicts = put_back(verdicts, np.array(orders), as_handed_in.varied)
    causes = find_causes(verdicts)
    let_follow(verdicts, causes)
    points = line_points(verdicts, causes, question)
    # The same sum above and below, so that a hand-in without a fault has exactly the question's points.
    scores = question.points * (points.sum(axis=(1, 2)) / verdicts.worth().sum(axis=(1, 2)))
    for row, cost in read.costs.items():
        scores[row] = max(0.0, scores[row] - cost)
    codes = line_codes(verdicts)
    plain = plain_lines(verdicts, codes, points)
    for row, note in stop_notes(verdicts):
        read.notes[row].append(note)
    remarks = remarks_on_variants(verdicts, own, rows) if own else {}
    of_lines = (causes, codes, points, plain)
    return _Group(question, verdicts, one_by_one, written, *of_lines, scores, read.notes, remarks, results)


def _charge_once(read: Read) -> None:
    """Name what several wrong lines have in common, and let the first of them be charged for it."""
    verdicts = read.verdicts
    note_not_updated(verdicts)
    note_mistakes_unseen(verdicts)
    for named in (note_miswritten, note_columns, note_undone, note_other_start, note_misread_inputs):
        for row, note in named(verdicts):
            read.notes[row].append(note)
    note_other_ways(verdicts)
    note_taken_from(verdicts)
    note_copied_steps(verdicts)
    note_kept_values(verdicts)
    note_in_place_of(verdicts)
    note_off_alike(verdicts)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The marks of all hand-ins of one method: codes and points (N, T, L), scores (N,).

    `one_by_one` are the verdicts before errors that several lines have in common were charged once: other
    readings are judged by them. `written` (N,) tells who has written anything.
    `plain` (N, T, L) has the lines of which there is nothing special to say. `notes` are for students,
    `remarks` for those who mark, both by hand-in. `made` has the results of the lines of some hand-ins that
    were asked for last: the number of the first, and those of each; by whether they reveal. `failed` has the
    numbers of those that could not be made together with the ones behind them.
    """

    question: TraceQuestion
    verdicts: Verdicts
    one_by_one: Verdicts
    written: Mask
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    plain: NDArray[np.uint8]
    scores: Array
    notes: Mapping[int, list[str]]
    remarks: Mapping[int, str]
    results: LineResults
    made: dict[bool, tuple[int, list[tuple[FieldResult, ...]]]] = field(default_factory=dict)
    failed: set[tuple[int, bool]] = field(default_factory=set)

    def lines(self, row: int, *, reveal: bool) -> tuple[FieldResult, ...]:
        """Return the results of a hand-in's lines; they are made for many at once."""
        first, made = self.made.get(reveal, (0, []))
        if not first <= row < first + len(made):
            first, made = self._made(row, reveal=reveal)
            self.made[reveal] = first, made
        return made[row - first]

    def _made(self, row: int, *, reveal: bool) -> tuple[int, list[tuple[FieldResult, ...]]]:
        """Return the results of a hand-in's lines and of those around it, with the number of the first.

        Where that has failed once, each is made by itself: what is wrong with one costs no other.
        """
        marks = Marks(self.verdicts, self.causes, self.codes, self.points, self.plain, reveal)
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
        """The verdicts on all hand-ins of the method; this one's are in its `row`."""
        return self.group.verdicts

    @property
    def pending(self) -> float:
        return 0.0

    @property
    def for_markers(self) -> tuple[str, ...]:
        return (self.group.remarks[self.row],) if self.row in self.group.remarks else ()

    def result(self, *, reveal: bool) -> QuestionResult:
        verdicts, row = self.group.verdicts, self.row
        plan, written = verdicts.batch.layout.plan, self.group.written[row]
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
            ways=ways_in_words(plan, choices, self.group.codes[row], reveal=reveal) if choices else None,
            notes=(*self.sheet.notes, *self.group.notes.get(row, ())),
            fields=self.group.lines(row, reveal=reveal),
            for_markers=(self.for_markers if reveal else ()) or None,
            unread=self.sheet.unread or None,
        )
