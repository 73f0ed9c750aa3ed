"""A method of a question, and faults with a place in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from grader.expressions import ExpressionFault, nearest
from grader.schemas.faults import KeyFault
from grader.schemas.key import Method, TraceQuestion


@dataclass(slots=True)
class AtMethod:
    """A method of a question, by its name."""

    question: TraceQuestion
    name: str
    method: Method

    @property
    def here(self) -> str:
        """The method's place in the question."""
        return f"method.{self.name}"

    def fault(self, place: str, reason: str, *, name: bool = False) -> NoReturn:
        """Raise KeyFault with a place in the method."""
        self.question_fault(f"{self.here}.{place}", reason, name=name)

    def question_fault(
        self, place: str, reason: str, inside: ExpressionFault | None = None, *, name: bool = False
    ) -> NoReturn:
        """Raise KeyFault with a place in the question; a fault `inside` an expression has its own."""
        raise KeyFault(reason, f"question[{self.question.id}].{place}", inside, name=name) from None

    def no_field(self, place: str, name: str, known: Iterable[str]) -> NoReturn:
        """Raise KeyFault for what is no name of an equation."""
        reason = f"expected the name of an equation, found {name}{nearest(name, frozenset(known))}"
        if name in TraceQuestion.model_fields:
            where = "that of the question stands above its [headers]"
            reason = f"expected the name of an equation, found {name}; {where}"
        self.question_fault(place, reason, name=True)
