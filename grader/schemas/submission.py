"""A submission as it is handed in (section 2 of the contract)."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# No control characters (they would reach terminals and file names) and no lone surrogates.
StudentId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$")]


class Submission(BaseModel):
    """One hand-in. What stands under `answers` is checked line by line against the key, not here.

    A fault in one answer must cost that answer only, so answers stay as parsed; `model_extra` keeps
    unknown keys so that they can be named.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    schema_: str | None = Field(default=None, alias="$schema")
    assignment: str | None = None
    student: StudentId
    answers: dict[str, Any] = {}
