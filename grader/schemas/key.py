"""The answer key: the list of equations that the exercise is, as its author writes it in TOML.

These models check what can be said of each table by itself; how the equations hang together (names,
shapes, order) is checked where they are compiled, in `grader.solver.compile`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import ConfigDict, Discriminator, Field, Strict, StringConstraints, Tag, model_validator

from grader.expressions import Array
from grader.schemas.base import (
    MAX_STEPS,
    Equation,
    Finite,
    Identifier,
    Points,
    QuantityName,
    QuestionBase,
    Says,
    Table,
    Value,
    differ,
)
from grader.schemas.given import Given, Vary
from grader.schemas.network.model import Network
from grader.schemas.parts import PartsQuestion


class Tolerance(Table):
    """What a value may differ beside what rounding explains: `abs` + `rel` times the expected value."""

    rel: Annotated[Points, Field(lt=1)] = 0.0
    abs: Points = 0.0

    def room(self, expected: Array, half: Array | float = 0.0) -> Array:
        """Return what values may differ from the expected ones, beside the half units of their digits."""
        return half + self.abs + self.rel * np.abs(expected)


Loop = Annotated[
    Annotated[int, Strict(), Field(ge=1, le=MAX_STEPS), Tag("count")]
    | Annotated[list[dict[QuantityName, Value]], Field(min_length=1), Tag("rounds")],
    Discriminator(lambda loop: "rounds" if isinstance(loop, list) else "count"),
]


def _left_to_a_network(name: str) -> Callable[[dict[str, Any]], None]:
    """Say in a JSON Schema that an entry need not stand in a table: a network may have made it."""
    return lambda schema: schema["required"].remove(name)


class Method(Table):
    """One way to go through the exercise: what is repeated, and the equations of one step, in order.

    A loop is a count, or a list of tables: the inputs of each round. `forms` are other ways to write down
    a field, of another shape, such as the sum of a vector's components. `claims` say what a field is beside
    its equation, for the audit to prove: an expression in which `derivative(a, b)` may stand. `stop` is a
    condition: the first step at whose end it holds is the last, and the loops say how many there can be.
    """

    model_config = ConfigDict(json_schema_extra=_left_to_a_network("equations"))

    loop: dict[QuantityName, Loop] = {}
    constants: dict[QuantityName, Value] = {}
    equations: Annotated[dict[QuantityName, Equation], Field(min_length=1)]
    forms: dict[QuantityName, dict[Identifier, Equation]] = {}
    claims: dict[QuantityName, Equation] = {}
    stop: Equation | None = None


class MethodMistake(Table):
    """The lines of a mistake in one method, where they differ from those in the others."""

    __pydantic_extra__: dict[str, Equation]
    model_config = ConfigDict(frozen=True, extra="allow")


class Mistake(Table):
    """A known wrong way: what is said of it, what a line done so still earns, and its faulty equations.

    Every entry beside these is the field of a line and the equation it is then worked by. `at_most` caps
    what the mistake costs in all, in points of the question. Where a line before it in the step has the
    mistake that this one `follows` from, as a derivative does from what is derived, only that is charged.
    """

    __pydantic_extra__: dict[str, Equation]
    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra=_left_to_a_network("says"))

    says: Says
    credit: Annotated[Finite, Field(ge=0, le=1)] = 0.0
    at_most: Points | None = None
    follows: Identifier | None = None
    method: dict[Identifier, MethodMistake] = {}

    def equations(self, method: str) -> dict[str, str]:
        """Return the faulty equations in a method: the general ones, and in their place its own."""
        own = self.method[method].model_extra if method in self.method else None
        return (self.model_extra or {}) | (own or {})


class Acknowledged(Table):
    """A finding of the audit that the author knows of, and lets stand.

    Either a `claim` that fails, by its field, under a `choice` and what is narrower than it; or a `misprint`
    in the printed values of a field, in the steps that have these labels; or a `mistake` that hand-ins made
    with it cannot show, in one `field` or in all that it has.
    """

    claim: QuantityName | None = None
    misprint: QuantityName | None = None
    mistake: Identifier | None = None
    field: QuantityName | None = None
    choice: dict[Identifier, Identifier] = {}
    step: dict[QuantityName, Annotated[int, Strict()]] = {}

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if [self.claim, self.misprint, self.mistake].count(None) != 2:
            raise ValueError(
                "expected either claim or misprint, with the name of a field, or mistake, with its name"
            )
        if self.field is not None and self.mistake is None:
            raise ValueError("field goes with a mistake")
        return self


NUMBER = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$"
Digits = Annotated[str, Strict(), StringConstraints(pattern=NUMBER)]
Printed = Digits | list[Digits] | list[list[Digits]]


class Published(Table):
    """Numbers in print, as text so that the last printed digit is known, and the way they were worked.

    A step has its labels and the fields that are printed, like a step of a submission.
    """

    method: Identifier | None = None
    choose: dict[Identifier, Identifier] = {}
    given: dict[QuantityName, Finite] = {}
    steps: Annotated[tuple[dict[QuantityName, Annotated[int, Strict()] | Printed], ...], Field(min_length=1)]


class TraceQuestion(QuestionBase):
    """An exercise worked line by line.

    A `network` makes the other tables, which the author's own override and extend.
    """

    model_config = ConfigDict(json_schema_extra=_left_to_a_network("method"))

    kind: Literal["trace"]
    points: Annotated[Finite, Field(gt=0)]
    network: Network | None = None
    tolerance: Tolerance = Tolerance()
    digits: Annotated[int, Strict(), Field(ge=1, le=15)] = 3
    slip_credit: Annotated[Finite, Field(ge=0, le=1)] = 0.5
    few_digits_credit: Annotated[Finite, Field(ge=0, le=1)] = 0.5
    given: dict[QuantityName, Given] = {}
    start: dict[QuantityName, Value] = {}
    constants: dict[QuantityName, Value] = {}
    vary: dict[QuantityName, Vary] = {}
    weights: dict[QuantityName, Points] = {}
    method: Annotated[dict[Identifier, Method], Field(min_length=1)]
    choice: dict[
        Identifier, Annotated[dict[Identifier, dict[QuantityName, Equation]], Field(min_length=1)]
    ] = {}
    published: Published | None = None
    acknowledged: tuple[Acknowledged, ...] = ()
    mistake: dict[Identifier, Mistake] = {}

    @model_validator(mode="before")
    @classmethod
    def _with_network(cls, table: Any) -> Any:
        if not (isinstance(table, dict) and table.get("network") is not None):
            return table
        from grader.schemas.network.expand import expanded

        return expanded(table)


Question = Annotated[TraceQuestion | PartsQuestion, Field(discriminator="kind")]


class Key(Table):
    """An answer key. `points` caps the total; without it the questions that are no bonus add up to it."""

    id: Identifier
    title: str = ""
    points: Points | None = None
    question: Annotated[tuple[Question, ...], Field(min_length=1)]

    @property
    def max_points(self) -> float:
        """The most a student can have."""
        if self.points is not None:
            return self.points
        return sum(question.points for question in self.question if not question.bonus)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        differ("questions", "question", [question.id for question in self.question])
        return self
