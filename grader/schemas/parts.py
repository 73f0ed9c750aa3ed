"""Questions whose parts are formulas or texts, and what a formula's author says around them."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from grader.expressions import nearest
from grader.schemas.base import (
    Finite,
    Identifier,
    Points,
    QuantityName,
    QuestionBase,
    Says,
    Table,
    differ,
    misfit,
)

Formula = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Size = Annotated[int, Strict(), Field(ge=1, le=20)]

_NAMING = ("numbers", "vectors", "matrices", "functions", "indices", "sizes", "definitions", "shorthand")


def _one_or_more(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


Answers = Annotated[
    Formula | Annotated[tuple[Formula, ...], Field(min_length=1)], AfterValidator(_one_or_more)
]


class FormulaMistake(Table):
    """A known wrong formula: what is said of it, and what it still earns."""

    says: Says
    credit: Annotated[Finite, Field(ge=0, le=1)] = 0.0
    answer: Answers


class PublishedFormula(Table):
    """A formula that somebody printed as the answer; `acknowledged` where the key knows it to be wrong."""

    formula: Formula
    acknowledged: bool = False


class RubricItem(Table):
    """What a person looks for in a text, and its points; the hint is for who marks, not for the student."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    points: Annotated[Finite, Field(gt=0)]
    hint: Annotated[str, StringConstraints(max_length=500)] = ""


class Part(Table):
    """A part that is answered by one formula or one text.

    With an `answer` it is marked by value: any formula that is equal to one of these is right. Without
    one it waits for a person, who has the `rubric` to mark by; it awards nothing by itself. `published` is
    what a printed solution says; an audit examines it.
    """

    id: Identifier
    points: Points
    answer: Answers | None = None
    published: PublishedFormula | None = None
    mistake: dict[Identifier, FormulaMistake] = {}
    rubric: Annotated[tuple[RubricItem, ...], Field(max_length=9)] = ()  # each has a key from 1 to 9

    @model_validator(mode="after")
    def _full_marks_can_be_had(self) -> Self:
        """Items may be more than the points: some are other ways to the same marks, which are capped."""
        most = max((item.points for item in self.rubric), default=0.0)
        if most > self.points + 1e-9:
            raise ValueError(f"an item of the rubric has {most:g} points, the part has {self.points:g}")
        total = sum(item.points for item in self.rubric)
        if self.rubric and total < self.points - 1e-9:
            raise ValueError(f"the rubric's points add up to {total:g}, the part has {self.points:g}")
        return self


class PartsQuestion(QuestionBase):
    """A question whose parts are formulas or texts.

    The names that a formula may have: `numbers`, `vectors` with their sizes, `matrices` with theirs; those
    in `positive` or `whole` are only drawn so. `functions` may be any smooth ones. An index runs from 1 to
    the number in `indices`; `sizes` names such numbers. `definitions` hold, in order; `shorthand` names
    stand for formulas, such as derivatives. `kronecker` is the letter of a Kronecker delta.
    """

    kind: Literal["formula", "text"]
    part: Annotated[tuple[Part, ...], Field(min_length=1)]
    numbers: tuple[QuantityName, ...] = ()
    vectors: dict[QuantityName, Size] = {}
    matrices: dict[QuantityName, tuple[Size, Size]] = {}
    positive: tuple[QuantityName, ...] = ()
    whole: tuple[QuantityName, ...] = ()
    functions: tuple[QuantityName, ...] = ()
    indices: dict[QuantityName, Size] = {}
    sizes: dict[QuantityName, Size] = {}
    definitions: dict[QuantityName, Formula] = {}
    shorthand: dict[QuantityName, Formula] = {}
    kronecker: QuantityName | None = None
    slip_credit: Annotated[Finite, Field(ge=0, le=1)] = 0.5

    @model_validator(mode="after")
    def _only_names_that_there_are(self) -> Self:
        known = frozenset(name for table in _NAMING for name in getattr(self, table))
        for table in ("positive", "whole"):
            for number, name in enumerate(getattr(self, table)):
                if name not in known:
                    said = f"expected one of the names of this question, found {name}{nearest(name, known)}"
                    raise misfit(said, table, number)
        return self

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        owners: dict[str, str] = {}
        for table in _NAMING:
            names = getattr(self, table)
            for number, name in enumerate(names):
                if name in owners:
                    twice = "twice" if owners[name] == table else f"in {owners[name]} as well"
                    raise misfit(
                        f"{name} stands {twice}", table, number if isinstance(names, tuple) else name
                    )
                owners[name] = table
        return self

    @model_validator(mode="after")
    def _texts_have_no_answer(self) -> Self:
        for number, part in enumerate(self.part):
            if self.kind == "text" and part.answer is not None:
                said = 'an answer is marked in a question of kind "formula"; a text waits for a person'
                raise misfit(said, "part", number, "answer")
        return self

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        total = sum(part.points for part in self.part)
        if abs(total - self.points) > 1e-9:
            said = f"the parts' points add up to {total:g}, the question has {self.points:g}"
            raise misfit(said, "points")
        differ("parts", "part", [part.id for part in self.part])
        return self
