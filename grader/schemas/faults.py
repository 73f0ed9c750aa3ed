"""One error class for each reader: the author of a key, the student, the person at the command line.

All packages raise these, but only the command line turns them into words on a screen and an exit code. Any
other exception is our own fault.
"""

from typing import Any, NamedTuple, Protocol


class Inside(Protocol):
    """What is wrong within an expression: its text, the offsets there, and a picture of both.

    A `grader.expressions.ExpressionFault` is one; the command line starts without any arithmetic.
    """

    text: str
    span: tuple[int, int]

    @property
    def picture(self) -> str:
        """The expression with a caret under the place."""


class GraderError(Exception):
    """Something that a person can mend; its text names the file, the place, what was expected and found."""


class KeyFault(GraderError):
    """An answer key cannot be used. For the author of the key.

    `place` is where, as the author knows it: `question[root].method.newton.equations.f`. `inside` is what is
    wrong within the expression that stands there. With `name`, it is not the entry that is wrong, but its
    name.
    """

    def __init__(
        self, reason: str, place: str = "", inside: Inside | None = None, *, name: bool = False
    ) -> None:
        said = f"{place}: {reason}" if place else reason
        super().__init__(f"{said}\n{inside.picture}" if inside else said)
        self.reason = reason
        self.place = place
        self.inside = inside
        self.name = name


class SubmissionFault(GraderError):
    """A submission cannot be marked at all. For the student."""


class UsageFault(GraderError):
    """A command was called with something that is not there or does not fit. For the person who typed it."""


class Misplaced(ValueError):
    """Something in a table or value cannot be meant or read: `place` is where in it, `reason` why."""

    def __init__(self, place: Any, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class Problem(NamedTuple):
    """A sentence for the student that names the place, what was expected and what was found.

    A grave problem raises the exit code. Any other, such as an unknown key, is named and changes nothing.
    """

    text: str
    grave: bool = True
