"""Constants that a question leaves to the student, and what is drawn anew for each: in round steps."""

from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from grader.schemas.base import Finite, Points, Table, Value, misfit


class Given(Table):
    """A constant that the question leaves to the student, and the range it must lie in."""

    default: Finite
    above: Finite | None = None
    below: Finite | None = None
    least: Finite | None = None
    most: Finite | None = None
    cost: Points = 0.0  # for working with another value than the stated one

    def outside(self, value: float) -> str:
        """Return how a value breaks the range ('must be above 0'), or nothing."""
        broken = (
            ("above", self.above, self.above is not None and not value > self.above),
            ("below", self.below, self.below is not None and not value < self.below),
            ("at least", self.least, self.least is not None and not value >= self.least),
            ("at most", self.most, self.most is not None and not value <= self.most),
        )
        return next((f"must be {word} {bound:g}" for word, bound, breaks in broken if breaks), "")

    @property
    def range(self) -> str:
        """The range in words: "above 0, at most 1"; nothing where there is none."""
        bounds = {"above": self.above, "at least": self.least, "below": self.below, "at most": self.most}
        return ", ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)

    @model_validator(mode="after")
    def _default_is_inside(self) -> Self:
        if broken := self.outside(self.default):
            raise misfit(f"the default, {self.default:g}, {broken}", "default")
        return self


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
