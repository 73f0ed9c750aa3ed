"""The verdict on a formula or a text."""

from typing import NamedTuple

from grader.schemas.results import Status


class PartMark(NamedTuple):
    """The verdict on one part; `credit` is of its points. `plain` is the message without any value.

    `exchange` has the two symbols where one stands in place of the other. `read` is a formula as it was
    understood, in plain text.
    """

    status: Status
    credit: float = 0.0
    cause: str | None = None
    message: str = ""
    plain: str = ""
    exchange: tuple[str, str] | None = None
    read: str | None = None
