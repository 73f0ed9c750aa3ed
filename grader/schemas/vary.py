"""What of a question is drawn anew for each student: from which numbers, in round steps."""

from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from grader.schemas.base import Finite, Table, Value

MAX_DECIMALS = 12


class Vary(Table):
    """The numbers that a start value, a constant or an input of a loop is drawn from.

    Either from `least` to `most`, in steps of `step` or with so many `decimals`, never one of `without`;
    or one of those that stand in `among`. `least` and `most` are numbers for all components, or of the
    quantity's own shape (a vector for each row of a matrix, and for each round of a loop); where both are the
    same, a component does not vary.
    """

    least: Value | None = None
    most: Value | None = None
    step: Annotated[Finite, Field(gt=0)] | None = None
    decimals: Annotated[int, Strict(), Field(ge=0, le=MAX_DECIMALS)] | None = None
    without: tuple[Finite, ...] = ()
    among: Annotated[tuple[Finite, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ranged = (self.least, self.most, self.step, self.decimals)
        if self.among is not None:
            if any(part is not None for part in ranged) or self.without:
                raise ValueError("expected either among, or least and most, found both")
            if len(set(self.among)) < len(self.among):
                raise ValueError("a number stands twice in among")
        elif self.least is None or self.most is None:
            raise ValueError("expected least and most, or among with the numbers to draw from")
        elif (self.step is None) == (self.decimals is None):
            raise ValueError("expected either step or decimals, so that the numbers drawn are round")
        return self
