"""What marking gives back: frozen results that know nothing of how they are shown.

A field result that says nothing but "correct" is one shared object for a whole class, so that renderers
may remember what they made of it (see `grader.reports.results_json`).
"""

from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Final = "grader/results/v1"
ROUNDING: Final = 1e-9  # points; the sum of many shares is not exact

# Keys that are left out of the JSON where they are None.
OPTIONAL: Final = ("read", "comment", "automatic", "for_markers", "unread", "ways", "page")

# Causes that every key has.
TOO_FEW_DIGITS: Final = "too_few_digits"
OTHER_WAY: Final = "other_way"

REPLACED: Final = "replaced by a later hand-in of the same student:"
SET_ASIDE: Final = "not counted, as it is not clear whose it is; counted is the student's other hand-in:"
NOTHING_HANDED_IN: Final = "nothing handed in"  # the only problem of a student on a roster without a hand-in


class Status(StrEnum):
    """The verdict on one line, from best to worst (section 3 of the contract)."""

    MARKED = "marked"
    CORRECT = "correct"
    FOLLOWS = "follows"
    PENDING = "pending"
    SLIP = "slip"
    MISTAKE = "mistake"
    WRONG = "wrong"
    MISSING = "missing"
    INVALID = "invalid"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Automatic(_Frozen):
    """What marking found where a person's mark now counts."""

    status: Status
    cause: str | None = None
    score: float
    message: str = ""


class FieldResult(_Frozen):
    """The verdict on one field of one step, or on one part of a question (`step` is then None).

    `read` is a student's formula as it was understood, in the plain notation of keys. A person's mark has
    what that person wrote to the student as `comment`, and beside it the `automatic` one. All three are left
    out of the JSON where there are none.
    """

    field: str
    step: dict[str, int] | None = None
    status: Status
    cause: str | None = None
    score: float
    max_score: float
    message: str = ""
    read: str | None = None
    comment: str | None = None
    automatic: Automatic | None = None

    def saying(self, message: str) -> "FieldResult":
        """Return the same verdict with another message: quickly, as most students have some of their own."""
        other = FieldResult.__new__(FieldResult)
        other.__setstate__(
            {
                "__dict__": {**self.__dict__, "message": message},
                "__pydantic_fields_set__": self.__pydantic_fields_set__,
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return other


class QuestionResult(_Frozen):
    """One question of one hand-in; `method` and `choices` are how the student worked, as marking read it.

    Where a person marked the question as a whole, `automatic` is the score that it would have had, and
    `comment` what that person wrote; `for_markers` is what a person should look at, and no page of a student
    shows; `unread` tells that something is there, but no line of it could be read; `ways` are the lines that
    tell the choices, as they are by them. All are left out of the JSON where there are none.
    """

    question: str
    score: float
    max_score: float
    pending: float = 0.0
    method: str | None = None
    choices: dict[str, str] = {}
    given: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    fields: tuple[FieldResult, ...] = ()
    comment: str | None = None
    automatic: float | None = None
    for_markers: tuple[str, ...] | None = None
    unread: bool | None = None
    ways: tuple[str, ...] | None = None

    @property
    def has_steps(self) -> bool:
        """Whether it was worked step by step; formulas and texts are the same for many students."""
        return any(field.step for field in self.fields[:1])


class SubmissionResult(_Frozen):
    """One hand-in; `score` is None where it could not be marked, and `problems` then says why.

    `page` is the name of the student's page, without its ending, where it is not the id itself.
    """

    student: str | None
    file: str
    assignment: str | None = None
    score: float | None = None
    max_score: float | None = None
    pending: float = 0.0
    problems: tuple[str, ...] = ()
    questions: tuple[QuestionResult, ...] = ()
    page: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}$")


def nothing_handed_in(
    student: str, assignment: str | None, points: float | None, but: str | None = None
) -> SubmissionResult:
    """Return the entry of a student of whom nothing is there to be marked, `but` perhaps a certain file."""
    problem = (
        NOTHING_HANDED_IN if but is None else f"{NOTHING_HANDED_IN} under this id; perhaps {but} is theirs"
    )
    return SubmissionResult(
        student=student, file="", assignment=assignment, max_score=points, problems=(problem,)
    )


class Results(_Frozen):
    """The file `results.json`."""

    schema_: Literal["grader/results/v1"] = Field(default=SCHEMA, alias="schema")
    results: tuple[SubmissionResult, ...]
