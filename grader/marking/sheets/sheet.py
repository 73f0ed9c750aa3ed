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

    `row` has the shape (steps, width) of the layout; `decimals` those of numbers that came as text, by
    place in the row; `invalid` the places that cannot be read; `variant` the student's own values of what
    varies, as they are stated. `counted` are the loops that are taken to count from 1, where counting from 0
    would be possible as well. `half` has the half units of numbers that are sums of written ones, by place.
    `order` has the numbers of the steps in the order in which they were worked, where that is not the key's.
    `unread`: something is there, but no line of it could be read.
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
        """Return it by another layout, each number from such a place here, none from -1: (steps, width)."""
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
    """Return the note on a method that is not the one whose steps were handed in."""
    return f"you state the method {stated}, but your steps are those of {read}; read as that"
