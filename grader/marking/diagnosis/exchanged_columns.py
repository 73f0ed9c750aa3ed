"""Two columns of a table in each other's place from top to bottom: one slip of the pen, in their heads.

That they are exchanged in each step has been found before, in `grader.marking.readings.exchanges`.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts

_THROUGHOUT = 3  # steps, at least


def note_columns(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Let two fields that are exchanged in all steps be charged in the first; name them, by hand-in."""
    values, half, layout = verdicts.batch.values, verdicts.batch.half, verdicts.layout
    some = [slot for slot in layout.usual if (verdicts.of(slot)[1] == Slip.FIELDS_EXCHANGED).any()]
    for first, second in combinations(some, 2):
        here = (verdicts.of(first)[1] == Slip.FIELDS_EXCHANGED).all(axis=2)
        here &= verdicts.source[..., first.line] == second.line + 1
        if not here.any():
            continue
        own, other = values[..., first.columns], values[..., second.columns]
        room = layout.plan.tolerance.room(own, half[..., first.columns])
        alike = ~np.any(np.abs(own - other) > room, axis=2)  # or not handed in
        throughout = (here.sum(axis=1) >= _THROUGHOUT) & np.all(here | alike, axis=1)
        later = here & throughout[:, None] & (np.cumsum(here, axis=1) > 1)
        for slot in (first, second):
            codes, kinds = verdicts.of(slot)
            codes[later], kinds[later] = Code.FOLLOWS, Slip.NONE
        says = (
            f"{first.field} and {second.field} stand in each other's place in all steps; that is charged once"
        )
        yield from ((row, says) for row in np.flatnonzero(throughout).tolist())
