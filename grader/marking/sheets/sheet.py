"""One student's answer to a trace question, read."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.sheets.layout import Layout
from grader.schemas.faults import Problem


@dataclass(slots=True, eq=False)
class Sheet:
    """A student's answer to a trace question, ready to stand as one row of an array.

    `row` has the shape (steps, width) of the layout. By the place in it, `decimals` has those of numbers that
    came as text, `half` the half units of numbers that are sums of written ones; `invalid` are the places
    that cannot be read. `variant` has the student's own values, as they are stated.

    `counted` are the loops that are taken to count from 1, although they could count from 0. `order` has the
    numbers of the steps in the order in which they were worked, if that is not the key's. A sheet is `unread`
    if something was handed in, but no line of it could be read.
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
    order: tuple[int, ...] = ()
    unread: bool = False

    def rearranged(self, layout: Layout, comes_from: NDArray[np.intp]) -> "Sheet":
        """Return the sheet in another layout; `comes_from` (steps, width) has the numbers' places, or -1."""
        goes_to = {place: new for new, place in enumerate(comes_from.ravel().tolist())}
        return replace(
            self,
            layout=layout,
            row=np.where(comes_from < 0, np.nan, self.row.ravel()[comes_from]),
            decimals={goes_to[place]: count for place, count in self.decimals.items() if place in goes_to},
            invalid={goes_to[place] for place in self.invalid if place in goes_to},
            half={goes_to[place]: half for place, half in self.half.items() if place in goes_to},
        )


def stated_otherwise(stated: str, read: str) -> str:
    """Return the note for a student who states one method and hands in the steps of another."""
    return f"you state the method {stated}, but your steps are those of {read}; read as that"
