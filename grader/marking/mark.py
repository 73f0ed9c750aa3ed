"""From papers to arrays, from arrays to verdicts, from verdicts to results.

Results are made on demand, as a table of a class needs only scores, and a page for a student needs words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from grader.marking.formulas.part_marks import mark_parts
from grader.marking.paper import Paper, read_paper
from grader.marking.sheets.layout import Layout, make_layout
from grader.marking.sheets.sheet import Sheet
from grader.marking.trace_marks import EveryLine, mark_traces
from grader.marking.variants import Own, own_values
from grader.marking.wording.line_results import LineResults
from grader.schemas.faults import Problem
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.schemas.results import QuestionResult, SubmissionResult
from grader.schemas.submission import Submission
from grader.solver import Plan, make_plans
from grader.solver.variants import Variation, read_variation

if TYPE_CHECKING:
    from grader.marking.formulas.formula import FormulaMarker


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """A key that is ready to mark with: the `layouts` of every trace question by its methods.

    `variations` tell how questions vary from student to student. Their values are drawn from the `secret`;
    without it, they are what a hand-in states. `results` makes the results of each layout's lines. `markers`
    mark the formulas of each question, as far as they have been needed.
    """

    key: Key
    layouts: Mapping[str, Mapping[str, Layout]]
    results: EveryLine
    markers: dict[str, "FormulaMarker | None"] = field(default_factory=dict)
    variations: Mapping[str, Variation] = field(default_factory=dict)
    secret: bytes | None = None

    @property
    def plans(self) -> dict[str, dict[str, Plan]]:
        """The plans of each trace question, by method."""
        return {
            question: {method: layout.plan for method, layout in methods.items()}
            for question, methods in self.layouts.items()
        }

    def read(self, submission: Submission) -> Paper:
        """Read all of a submission, which is not needed any more afterwards."""
        varies = {name: variation.shapes for name, variation in self.variations.items()}
        return read_paper(self.key, self.layouts, varies, self.marker, submission)

    def marker(self, question: PartsQuestion) -> "FormulaMarker | None":
        """Return what marks a question's formulas, made when it is first asked for."""
        # Imported here, as it would take half of the time of checking a file without a formula.
        from grader.marking.formulas.formula_key import make_marker

        if question.id not in self.markers:
            self.markers[question.id] = make_marker(question)
        return self.markers[question.id]


def prepare(key: Key, *, formulas: bool = True, secret: bytes | None = None) -> Prepared:
    """Compile a key's equations; without `formulas`, these wait until one is handed in.

    Raises KeyFault where they do not fit together.
    """
    layouts = {}
    variations = {}
    for question in key.question:
        if isinstance(question, TraceQuestion):
            plans = make_plans(question)
            layouts[question.id] = {name: make_layout(plan) for name, plan in plans.items()}
            if (variation := read_variation(key, question, plans)) is not None:
                variations[question.id] = variation
    results = {layout: LineResults(layout) for methods in layouts.values() for layout in methods.values()}
    prepared = Prepared(key, layouts, results, variations=variations, secret=secret)
    for question in key.question:
        if formulas and isinstance(question, PartsQuestion):
            prepared.marker(question)
    return prepared


class QuestionMark(Protocol):
    """What every marked question of a student can tell, whether it is worked line by line or has parts."""

    @property
    def question(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def max_score(self) -> float: ...
    @property
    def pending(self) -> float: ...
    @property
    def for_markers(self) -> tuple[str, ...]: ...
    def result(self, *, reveal: bool) -> QuestionResult:
        """Return the marks with words; `reveal` allows values that the student did not write."""
        ...


class Marked(NamedTuple):
    """A marked submission: its scores are there, its results are made on demand."""

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
    def for_markers(self) -> tuple[str, ...]:
        """Remarks for the people who mark, which no student is told."""
        return tuple(f"{q.question}: {remark}" for q in self.questions for remark in q.for_markers)

    @property
    def pending(self) -> float:
        return fsum([question.pending for question in self.questions])

    def result(self, file: str, problems: Sequence[Problem] = (), *, reveal: bool = True) -> SubmissionResult:
        """Return the whole result; `reveal` allows words that name values the student did not write."""
        return SubmissionResult(
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


@np.errstate(all="ignore")  # students write numbers of any size; what has no value is NaN
def mark_papers(prepared: Prepared, papers: Sequence[Paper]) -> list[Marked]:
    """Mark papers that were read by a key, all at once.

    Raises SubmissionFault for a hand-in that does not state its variant, although there is no secret.
    """
    marked: list[Sequence[QuestionMark]] = []  # of each question
    said: list[list[Problem]] = [[*paper.problems] for paper in papers]
    for question in prepared.key.question:
        if isinstance(question, TraceQuestion):
            sheets = [paper.sheets[question.id] for paper in papers]
            own = _own(prepared, question.id, papers, sheets)
            if own is not None:
                for row, problem in own.problems.items():
                    said[row].append(problem)
            marked.append(mark_traces(question, prepared.results, sheets, own))
        else:
            marked.append(mark_parts(question, [paper.parts[question.id] for paper in papers]))
    key, most = prepared.key, prepared.key.max_points
    return [
        Marked(paper.student, key.id, most, questions, tuple(problems))
        for paper, questions, problems in zip(papers, zip(*marked, strict=True), said, strict=True)
    ]


def _own(prepared: Prepared, question: str, papers: Sequence[Paper], sheets: Sequence[Sheet]) -> Own | None:
    """Return each student's own values of a question; None where all have the same."""
    variation = prepared.variations.get(question)
    if variation is None or not papers:
        return None
    return own_values(variation, prepared.secret, [paper.student for paper in papers], sheets)
