"""The marks of a question of formulas or texts: of each part, and put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import NamedTuple

from grader.schemas.parts import PartsQuestion
from grader.schemas.results import FieldResult, QuestionResult, Status


class PartMark(NamedTuple):
    """The verdict on one part; `credit` is of its points. `plain` is the message without any value.

    `exchange` has the two symbols where one stands in place of the other. `read` is a formula as it was
    understood, in plain text; `behind` counts the characters behind the place where it cannot be read.
    """

    status: Status
    credit: float = 0.0
    cause: str | None = None
    message: str = ""
    plain: str = ""
    exchange: tuple[str, str] | None = None
    read: str | None = None
    behind: int = 0


@dataclass(frozen=True, eq=False)
class PartMarks:
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

    @property
    def for_markers(self) -> tuple[str, ...]:
        return ()

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
                read=mark.read,
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


def mark_parts(question: PartsQuestion, papers: Sequence[tuple[PartMark, ...]]) -> list[PartMarks]:
    """Put the marks of everybody's parts together; who has the same ones shares them."""
    marks: dict[tuple[PartMark, ...], PartMarks] = {}
    for parts in papers:
        if parts not in marks:
            marks[parts] = PartMarks(question, parts)
    return [marks[parts] for parts in papers]
