"""A submission as it is handed in (section 2 of the contract)."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

MAX_STUDENT_LENGTH = 500

# At least one visible character, and none that could break out of a line, steer a terminal or turn the
# writing direction so that one student looks like another. Lone surrogates cannot reach the pattern.
_PLAIN = r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0"
)
_NOT_BLANK = rf"[^\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069{_INVISIBLE}]"

StudentId = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=MAX_STUDENT_LENGTH, pattern=f"^{_PLAIN}*{_NOT_BLANK}{_PLAIN}*$"
    ),
]
_STUDENT = TypeAdapter[str](StudentId)


def student_id(said: Any) -> str | None:
    """Return what is said as a student's id, None where it cannot be one."""
    try:
        return _STUDENT.validate_python(said, strict=True)
    except ValidationError:
        return None


class Submission(BaseModel):
    """One hand-in. What stands under `answers` is checked line by line against the key, not here.

    A fault in one answer must cost that answer only, so answers stay as parsed; `model_extra` keeps
    unknown keys so that they can be named.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    # For the student's editor only, so whatever stands there costs nothing.
    schema_: Any = Field(default=None, alias="$schema")
    assignment: str | None = None
    student: StudentId
    # Who else handed the same in. Looked at where it is read, as a fault in it costs nobody marks.
    group: Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "string"}})] = None
    # `null` and an empty text are the same as absent.
    answers: Annotated[
        dict[str, Any], BeforeValidator(lambda given: {} if given in (None, "") else given)
    ] = {}
