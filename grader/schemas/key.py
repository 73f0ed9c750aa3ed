"""The answer key: the list of equations that the exercise is, as its author writes it in TOML.

These models check what can be said of each table by itself; how the equations hang together (names,
shapes, order) is checked where they are compiled, in `grader.solver.plan`.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)

from grader.expressions import ExpressionFault, Shape, known_functions, parse

MAX_STEPS = 10_000
MAX_SIZE = 100

Finite = Annotated[float, Strict(), AllowInfNan(False)]
Points = Annotated[Finite, Field(ge=0)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=100)]


def _not_a_function(name: str) -> str:
    if name in known_functions():
        raise ValueError(f"{name} is a function of the language and cannot name a quantity")
    return name


QuantityName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$", max_length=50),
    AfterValidator(_not_a_function),
]


def _readable(text: str) -> str:
    try:
        parse(text)
    except ExpressionFault as fault:
        raise ValueError(str(fault)) from None
    return text


Equation = Annotated[str, Strict(), AfterValidator(_readable)]


def shape_of(value: float | list[float] | list[list[float]]) -> Shape:
    """Return the shape of a number, a vector or a matrix of a key.

    Raises ValueError where rows differ in length or nothing is in a bracket.
    """
    if not isinstance(value, list):
        return ()
    if not 0 < len(value) <= MAX_SIZE:
        raise ValueError(f"a vector or matrix has 1 to {MAX_SIZE} entries or rows, found {len(value)}")
    inner = {shape_of(item) for item in value}
    if len(inner) > 1:
        raise ValueError("a matrix has rows of one length, found rows of different lengths")
    return (len(value), *inner.pop())


def _regular(value: float | list[float] | list[list[float]]) -> float | list[float] | list[list[float]]:
    shape_of(value)
    return value


Value = Annotated[Finite | list[Finite] | list[list[Finite]], AfterValidator(_regular)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tolerance(_Table):
    """What a value may differ beside what rounding explains: `abs` + `rel` times the expected value."""

    rel: Points = 0.0
    abs: Points = 0.0


class Given(_Table):
    """A constant that the question leaves to the student, and the range it must lie in."""

    default: Finite
    above: Finite | None = None
    below: Finite | None = None
    least: Finite | None = None
    most: Finite | None = None

    def outside(self, value: float) -> str:
        """Return how a value breaks the range ('must be above 0'), or nothing."""
        broken = (
            ("above", self.above, self.above is not None and not value > self.above),
            ("below", self.below, self.below is not None and not value < self.below),
            ("at least", self.least, self.least is not None and not value >= self.least),
            ("at most", self.most, self.most is not None and not value <= self.most),
        )
        return next((f"must be {word} {bound:g}" for word, bound, breaks in broken if breaks), "")


Loop = Annotated[int, Strict(), Field(ge=1, le=MAX_STEPS)] | list[dict[QuantityName, Value]]


class Method(_Table):
    """One way to go through the exercise: what is repeated, and the equations of one step, in order.

    A loop is a count, or a list of tables: the inputs of each round. `forms` are other ways to write down
    a field, of another shape, such as the sum of a vector's components.
    """

    loop: dict[QuantityName, Loop] = {}
    constants: dict[QuantityName, Value] = {}
    equations: Annotated[dict[QuantityName, Equation], Field(min_length=1)]
    forms: dict[QuantityName, dict[Identifier, Equation]] = {}


class Part(_Table):
    """A part of a question that is answered by one formula or one text."""

    id: Identifier
    points: Points


class _Question(_Table):
    id: Identifier
    title: str = ""
    points: Points
    bonus: bool = False


class TraceQuestion(_Question):
    """An exercise worked line by line."""

    kind: Literal["trace"]
    tolerance: Tolerance = Tolerance()
    digits: Annotated[int, Strict(), Field(ge=1, le=15)] = 3
    slip_credit: Annotated[Finite, Field(ge=0, le=1)] = 0.5
    given: dict[QuantityName, Given] = {}
    start: dict[QuantityName, Value] = {}
    constants: dict[QuantityName, Value] = {}
    weights: dict[QuantityName, Points] = {}
    method: Annotated[dict[Identifier, Method], Field(min_length=1)]
    choice: dict[
        Identifier, Annotated[dict[Identifier, dict[QuantityName, Equation]], Field(min_length=1)]
    ] = {}


class PartsQuestion(_Question):
    """A question whose parts are formulas or texts."""

    kind: Literal["formula", "text"]
    part: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        total = sum(part.points for part in self.part)
        if abs(total - self.points) > 1e-9:
            raise ValueError(f"the parts' points add up to {total:g}, the question has {self.points:g}")
        ids = [part.id for part in self.part]
        if len(set(ids)) < len(ids):
            raise ValueError("two parts have the same id")
        return self


Question = Annotated[TraceQuestion | PartsQuestion, Field(discriminator="kind")]


class Key(_Table):
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
        ids = [question.id for question in self.question]
        if len(set(ids)) < len(ids):
            raise ValueError("two questions have the same id")
        return self
