"""Constants that a question leaves to the student."""

from typing import Self

from pydantic import model_validator

from grader.schemas.base import Finite, Points, Table, misfit


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
