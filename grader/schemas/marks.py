"""A person's mark, as a row of a marks file has it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PersonMark:
    """Points that a person gives a part, a field of one step, or (`part` is None) a question as a whole.

    `place` says where the row stands ("marks.csv, line 7"). `answer` is the text that was marked, as the
    file shows it; empty where it does not say.
    """

    student: str
    question: str
    part: str | None
    points: float
    comment: str = ""
    step: dict[str, int] | None = None
    assignment: str | None = None
    answer: str = ""
    place: str = field(default="", compare=False)

    @property
    def what(self) -> str:
        """What is marked, in words: "exercise4 answer", "trace delta (step 0)"."""
        labels = ", ".join(f"{name} {number}" for name, number in (self.step or {}).items())
        return f"{self.question}{f' {self.part}' if self.part else ''}{f' ({labels})' if labels else ''}"
