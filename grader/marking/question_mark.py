"""What every marked question can tell, whether it is worked line by line or has parts."""

from typing import Protocol

from grader.schemas.results import QuestionResult


class QuestionMark(Protocol):
    """A marked question of one student."""

    @property
    def question(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def max_score(self) -> float: ...
    @property
    def pending(self) -> float: ...
    @property
    def for_markers(self) -> tuple[str, ...]: ...
    def result(self, *, reveal: bool) -> QuestionResult:
        """Return the marks with words; `reveal` allows values that the student did not write."""
        ...
