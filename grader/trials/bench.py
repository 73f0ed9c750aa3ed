"""Marking hand-ins that were made for one method of a question, all at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.marking.sheets.layout import Layout
from grader.marking.sheets.read_sheet import read_sheet
from grader.marking.trace_marks import EveryLine, mark_traces
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult, Status
from grader.solver.findings import Labels
from grader.solver.names import choices_of
from grader.solver.plan import Choice
from grader.trials.students import Pages, Place, Student, write_pages
from grader.trials.trial import Made, Trial

RIGHT = frozenset({Status.CORRECT, Status.FOLLOWS})


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """One method of a question, and what it takes to mark hand-ins by it."""

    question: TraceQuestion
    layout: Layout
    results: EveryLine

    @property
    def choices(self) -> list[Choice]:
        """Every combination of options, the default one first."""
        plan = self.layout.plan
        every = choices_of(self.question, tuple(plan.choices))
        return [{group: choice[group] for group in plan.choices} for choice in every]

    def work(self, students: Sequence[Student]) -> tuple[Pages, list[QuestionResult]]:
        """Let students work the method, and mark what they hand in."""
        pages = write_pages(self.layout.plan, students)
        return pages, self.mark([pages.answer(i) for i in range(len(students))])

    @np.errstate(all="ignore")  # what a key leads to may be of any size, too
    def mark(self, answers: Sequence[Mapping[str, Any]]) -> list[QuestionResult]:
        """Mark answers to the question, all of which are by this method."""
        layouts = {self.layout.plan.method: self.layout}
        sheets = [read_sheet(answer, layouts, self.question.id) for answer in answers]
        return [mark.result(reveal=True) for mark in mark_traces(self.question, self.results, sheets)]

    def blamed(self, result: QuestionResult) -> dict[Place, FieldResult]:
        """Return the lines that are not right."""
        count = len(self.layout.plan.lines)
        fields = enumerate(result.fields)
        return {(i // count, field.field): field for i, field in fields if field.status not in RIGHT}

    def trial(
        self,
        made: Made,
        name: str,
        result: QuestionResult,
        *,
        miss: str,
        found: str = "",
        field: str = "",
        steps: tuple[Labels, ...] = (),
    ) -> Trial:
        """Return the trial of a hand-in with this result; the other parameters are as in `Trial`.

        Where nothing is said of it, the hand-in is found as its lines are that are not right.
        """
        plan, score, most = self.layout.plan, result.score, result.max_score
        found = found or in_words(self.blamed(result).values()) or "right"
        return Trial(plan.question, plan.method, made, name, field, steps, found, score, most, miss)

    def labels(self, t: int) -> Labels:
        return tuple(self.layout.plan.steps[t].items())


def in_words(fields: Iterable[FieldResult]) -> str:
    """Return what lines were found as, such as "mistake no_half × 3, wrong"."""
    counts = Counter(f"{field.status} {field.cause or ''}".strip() for field in fields)
    return ", ".join(name if count == 1 else f"{name} × {count}" for name, count in counts.items())


def points_fault(result: QuestionResult) -> str:
    """Return what is wrong with how the points add up, or nothing."""
    total = sum(field.score for field in result.fields)
    if abs(total - result.score) > 1e-6:
        return f"the lines' points add up to {total:.6g}, the answer has {result.score:.6g}"
    if not -1e-9 <= result.score <= result.max_score + 1e-9:
        return f"the answer has {result.score:.6g} of {result.max_score:.6g} points"
    return ""
