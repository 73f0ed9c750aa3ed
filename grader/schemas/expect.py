"""Hand-ins with the marks that a course expects of them (`expect.toml`, beside the keys)."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from grader.schemas.base import Identifier, Points, QuantityName, Table, misfit
from grader.schemas.places import step_in_words
from grader.schemas.results import Status

NO_CONTROL_CHARACTERS = r"^[^\x00-\x1f\x7f]*$"

FileName = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_CONTROL_CHARACTERS)]


class ExpectedField(Table):
    """What is expected of a field, in the steps that have these labels, or of a part of a question."""

    question: Identifier
    field: Identifier
    step: dict[QuantityName, Annotated[int, Strict()]] = {}
    status: Status | None = None
    cause: Identifier | None = None
    score: Points | None = None

    @property
    def place(self) -> str:
        """Where this is, in words."""
        return self.place_in(self.step)

    def place_in(self, step: Mapping[str, int]) -> str:
        """Return where this is in one of the steps that it is meant for."""
        return ", ".join(filter(None, (self.question, self.field, step_in_words(step.items()))))

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status is None and self.cause is None and self.score is None:
            raise ValueError("expected a status, a cause or a score")
        return self


class ExpectedHandIn(Table):
    """A hand-in, its `file` named from the folder of `expect.toml`, and its marks.

    `student` picks one of several in a file; `assignment` names the key where the hand-in does not.
    `score` has points by question.
    """

    file: FileName
    student: str | None = None
    assignment: Identifier | None = None
    total: Points | None = None
    score: dict[Identifier, Points] = {}
    field: tuple[ExpectedField, ...] = ()

    @property
    def name(self) -> str:
        """The file, and the student where one is picked."""
        return f"{self.file}, {self.student}" if self.student else self.file

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.total is None and not self.score and not self.field:
            raise ValueError("expected a total, a score or a field")
        return self


class Expectations(Table):
    """All of a file."""

    hand_in: Annotated[tuple[ExpectedHandIn, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [each.name for each in self.hand_in]
        twice = next((number for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None:
            reason = f"two tables are of the hand-in {names[twice]}; write all that is expected of it in one"
            raise misfit(reason, "hand_in", twice, "file")
        return self
