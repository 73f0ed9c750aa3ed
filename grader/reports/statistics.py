"""The statistics of a class, gathered one hand-in after the other.

Only the list of totals grows with the class, by eight bytes for each. Of students who share something only
the first are kept by name; all are counted.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import NamedTuple

from grader.reports.tally import Loss, Points, Tally, is_absent

MOST_NAMED = 200  # students behind one cause
MOST_ROWS = 2000  # students in the table of everybody; grades.csv has the rest
MOST_UNMARKED = 500

_NOTHING = 1e-9  # deviations below this are none, as sums of shares are not exact
_FEWEST = 3  # pairs of a correlation; a line goes through any two
_BARS = 20
_WIDTHS = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0)
_ALMOST = 1e-9  # points; a total of 19.999999999999996 is one of 20


@dataclass(slots=True)
class Moments:
    """How many pairs (x, y) there are, their means, and the sums of squares and products about the means.

    Updated as by B. P. Welford, "Note on a method for calculating corrected sums of squares and products"
    (1962), which does not subtract large sums from each other.
    """

    count: int = 0
    mean: float = 0.0
    mean_y: float = 0.0
    squares: float = 0.0
    squares_y: float = 0.0
    products: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.count += 1
        off, off_y = x - self.mean, y - self.mean_y
        self.mean += off / self.count
        self.mean_y += off_y / self.count
        self.squares += off * (x - self.mean)
        self.squares_y += off_y * (y - self.mean_y)
        self.products += off * (y - self.mean_y)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of x (with n - 1); None for fewer than two numbers."""
        return sqrt(self.squares / (self.count - 1)) if self.count > 1 else None

    @property
    def correlation(self) -> float | None:
        """Pearson's coefficient; None for fewer than three pairs, or where x or y is all the same."""
        if self.count < _FEWEST:
            return None
        if min(self.squares, self.squares_y) <= self.count * _NOTHING**2:
            return None
        return self.products / sqrt(self.squares * self.squares_y)


class Student(NamedTuple):
    """A student of the class; `page` is the name of the student's page, if there is one."""

    name: str
    page: str | None


@dataclass(slots=True)
class Named:
    """Students who share something: all are counted, the first few kept."""

    most: int = MOST_NAMED
    count: int = 0
    students: list[Student] = field(default_factory=list)

    def add(self, student: Student) -> None:
        self.count += 1
        if len(self.students) < self.most:
            self.students.append(student)

    @property
    def more(self) -> int:
        """How many are counted but not named."""
        return self.count - len(self.students)


@dataclass(slots=True)
class ItemStatistics:
    """A question (with an empty `part`) or one of its fields or parts, over all students who could earn it.

    Facility is the mean share of the points; discrimination the correlation of the points with those of the
    rest of the paper (the corrected item-total correlation of classical test theory).
    """

    question: str
    part: str
    moments: Moments = field(default_factory=Moments)
    max_score: float = 0.0
    waiting: Named = field(default_factory=lambda: Named(MOST_UNMARKED))
    waiting_points: float = 0.0

    @property
    def facility(self) -> float | None:
        return self.moments.mean if self.moments.count else None

    @property
    def discrimination(self) -> float | None:
        return self.moments.correlation


@dataclass(slots=True)
class CauseStatistics:
    """A cause of lost points, the students who have it, and what it cost all of them together."""

    loss: Loss
    students: Named = field(default_factory=Named)
    cost: float = 0.0


class Row(NamedTuple):
    """A student's line in the table of everybody, with the points of each question.

    `total` is None for a student who handed in nothing.
    """

    student: Student
    points: dict[str, Points]
    total: float | None
    waiting: float


@dataclass(slots=True)
class AssignmentStatistics:
    """One assignment: totals, items and causes of those who were marked."""

    name: str
    totals: "array[float]" = field(default_factory=lambda: array("d"))
    spread: Moments = field(default_factory=Moments)
    max_score: float = 0.0
    items: dict[tuple[str, str], ItemStatistics] = field(default_factory=dict)
    causes: dict[tuple[str, ...], CauseStatistics] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    absent: int = 0  # students who handed in nothing

    def add(self, tally: Tally, score: float) -> None:
        """Take in a hand-in that was marked."""
        student = Student(tally.student or tally.file, tally.page)
        self.totals.append(score)
        self.spread.add(score, 0.0)
        self.max_score = max(self.max_score, tally.max_score or 0.0)
        questions = {points.question: points for points in tally.points if not points.field}
        whole = sum([points.score for points in questions.values()])
        for points in tally.points:
            self._add_points(points, whole, student)
        for loss in tally.losses:
            self._add_loss(loss, student)
        if len(self.rows) < MOST_ROWS:
            waiting = sum([points.waiting for points in questions.values()])
            self.rows.append(Row(student, questions, score, waiting))

    def add_absent(self, tally: Tally) -> None:
        """Take in a student who handed in nothing: in the table of everybody, in no statistic."""
        self.absent += 1
        if len(self.rows) < MOST_ROWS:
            self.rows.append(Row(Student(tally.student or "", None), {}, None, 0.0))

    def _add_points(self, points: Points, whole: float, student: Student) -> None:
        key = points.question, points.field
        item = self.items.get(key)
        if item is None:
            item = self.items[key] = ItemStatistics(*key)
        item.max_score = max(item.max_score, points.max_score + points.waiting)
        if points.waiting:
            item.waiting.add(student)
            item.waiting_points += points.waiting
        if points.max_score > _ALMOST:
            item.moments.add(points.score / points.max_score, whole - points.score)

    def _add_loss(self, loss: Loss, student: Student) -> None:
        key = loss[:4]
        cause = self.causes.get(key)
        if cause is None:
            cause = self.causes[key] = CauseStatistics(loss)
        cause.students.add(student)
        cause.cost += loss.cost

    @property
    def count(self) -> int:
        return len(self.totals)

    @property
    def median(self) -> float:
        return median(self.totals)

    def by_weight(self) -> list[CauseStatistics]:
        """Return the causes: those of most students first, and among these the dearest first."""
        return sorted(
            self.causes.values(), key=lambda cause: (-cause.students.count, -cause.cost, cause.loss)
        )

    def waiting(self) -> list[ItemStatistics]:
        """Return the fields that wait for a person's mark."""
        return [item for item in self.items.values() if item.part and item.waiting.count]


@dataclass(slots=True)
class ClassStatistics:
    """All hand-ins of a run: each assignment by itself, and hand-ins that could not be marked."""

    assignments: dict[str, AssignmentStatistics] = field(default_factory=dict)
    unmarked: list[Tally] = field(default_factory=list)
    unmarked_count: int = 0

    def add(self, tally: Tally) -> None:
        """Take in a hand-in that counts."""
        absent = is_absent(tally) and tally.assignment is not None
        if tally.score is None and not absent:
            self.unmarked_count += 1
            if len(self.unmarked) < MOST_UNMARKED:
                self.unmarked.append(tally)
            return
        name = tally.assignment or ""
        if name not in self.assignments:
            self.assignments[name] = AssignmentStatistics(name)
        if tally.score is None:
            self.assignments[name].add_absent(tally)
        else:
            self.assignments[name].add(tally, tally.score)


def statistics_of(tallies: Iterable[Tally]) -> ClassStatistics:
    """Return the statistics of hand-ins, taking in one after the other."""
    found = ClassStatistics()
    for tally in tallies:
        found.add(tally)
    return found


class Bar(NamedTuple):
    """How many totals lie from `start` up to `end`. `end` itself belongs to the next bar, if there is one."""

    start: float
    end: float
    students: int


def histogram(totals: Iterable[float], max_score: float) -> list[Bar]:
    """Return at most 20 bars of a round width, from 0 to the most points there are or beyond."""
    width = next((each for each in _WIDTHS if each * _BARS >= max_score), max_score / _BARS)
    bars = max(1, -int(-(max_score - _ALMOST) // width))
    counts = [0] * bars
    for total in totals:
        counts[min(bars - 1, max(0, int((total + _ALMOST) / width)))] += 1
    return [Bar(i * width, (i + 1) * width, count) for i, count in enumerate(counts)]
