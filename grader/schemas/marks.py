"""A person's mark, as it stands in a row of a marks file."""

from dataclasses import dataclass
from typing import NamedTuple

from grader.schemas.places import step_in_words


class Row(NamedTuple):
    """Where a row of a marks file begins; rows are ordered as a person reads them."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


_NOWHERE = Row("", 0)


@dataclass(frozen=True, slots=True)
class PersonMark:
    """Points that a person gives a part, a field of one step, or (`part` is None) a question as a whole.

    `row` is where it stands in the file. `answer` is the text that was marked, if the file has it.
    """

    student: str
    question: str
    part: str | None
    points: float
    comment: str = ""
    step: tuple[tuple[str, int], ...] = ()
    assignment: str | None = None
    answer: str = ""
    row: Row = _NOWHERE

    @property
    def what(self) -> str:
        """What is marked, in words: "exercise4 answer", "trace delta (step 0)"."""
        labels = step_in_words(self.step)
        return f"{self.question}{f' {self.part}' if self.part else ''}{f' ({labels})' if labels else ''}"
