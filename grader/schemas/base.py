"""What all tables of a key share: names, numbers, values, and how a table is read."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError

from grader.expressions import ExpressionFault, Shape, parse

MAX_STEPS = 10_000
MAX_SIZE = 100

Finite = Annotated[float, Strict(), AllowInfNan(False)]
Points = Annotated[Finite, Field(ge=0)]
Flag = Annotated[bool, Strict()]

WORDS = r"\S"
Says = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WORDS)]

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_.-]*$"
QUANTITY = r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$"
FORMS = {
    IDENTIFIER: "a name of letters, digits, '_', '-' and '.' that begins with a letter",
    WORDS: "a sentence",
    QUANTITY: "a name such as x or w_2: letters and digits, with a single '_' between them",
}
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER, max_length=100)]
QuantityName = Annotated[str, StringConstraints(pattern=QUANTITY, max_length=50)]


def misfit(reason: str, *at: str | int, inside: ExpressionFault | None = None) -> PydanticCustomError:
    """Return the error of a table whose entries do not fit; `at` leads from the table to the one to mend."""
    return PydanticCustomError("misfit", "{reason}", {"reason": reason, "at": at, "inside": inside})


def _readable(text: str) -> str:
    try:
        parse(text)
    except ExpressionFault as fault:
        raise misfit(fault.reason, inside=fault) from None
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


def _which_value(value: Any) -> str:
    if not isinstance(value, list):
        return "number"
    return "rows" if any(isinstance(item, list) for item in value) else "numbers"


# The member of a union is named by what stands there, so that a fault is told once and not for each member.
Value = Annotated[
    Annotated[Finite, Tag("number")]
    | Annotated[list[Finite], Tag("numbers")]
    | Annotated[list[list[Finite]], Tag("rows")],
    Discriminator(_which_value),
    AfterValidator(_regular),
]


class Table(BaseModel):
    """A table of a key: frozen, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionBase(Table):
    """What every question has. A bonus counts only up to the points of the key."""

    id: Identifier
    title: str = ""
    points: Points
    bonus: Flag = False


def differ(what: str, table: str, ids: list[str]) -> None:
    """Raise the error of a misfit where two of the tables of a list have the same id."""
    twice = next((number for number, id_ in enumerate(ids) if id_ in ids[:number]), None)
    if twice is not None:
        raise misfit(f"two {what} have the id {ids[twice]}", table, twice, "id")
