"""One student's answer to a trace question, read."""

from dataclasses import dataclass, field

from grader.expressions import Array
from grader.marking.sheets.layout import Layout
from grader.schemas.problems import Problem


@dataclass(slots=True, eq=False)
class Sheet:
    """A student's answer to a trace question, ready to stand as one row of an array.

    `row` has the shape (steps, width) of the layout; `decimals` those of numbers that came as text, by
    place in the row; `invalid` the places that cannot be read; `variant` the student's own values of what
    varies, as they are stated. `counted` are the loops that are taken to count from 1, where counting from 0
    would be possible as well. `half` has the half units of numbers that are sums of written ones, by place.
    """

    layout: Layout
    row: Array
    given: dict[str, float] = field(default_factory=dict)
    decimals: dict[int, int] = field(default_factory=dict)
    invalid: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    variant: dict[str, Array] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    half: dict[int, float] = field(default_factory=dict)


def stated_otherwise(stated: str, read: str) -> str:
    """Return the note on a method that is not the one whose steps were handed in."""
    return f"you state the method {stated}, but your steps are those of {read}; read as that"
