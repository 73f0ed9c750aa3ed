"""Each student's own values of what varies: drawn from the secret, or as the hand-in states them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expressions import Array
from grader.marking.sheets.sheet import Sheet
from grader.schemas.faults import Problem, SubmissionFault
from grader.solver.variants import Variation, recall, same_values


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """The own values of N students, (N, *shape) each, and problems of some hand-ins, by row."""

    students: tuple[str, ...]
    values: Mapping[str, Array]
    problems: Mapping[int, Problem]

    def take(self, rows: Sequence[int]) -> dict[str, Array]:
        """Return the values of some of the students."""
        return {name: values[list(rows)] for name, values in self.values.items()}


def own_values(
    variation: Variation, secret: bytes | None, students: Sequence[str], sheets: Sequence[Sheet]
) -> Own:
    """Return the values that each student was given.

    Without the secret these are what the hand-ins state, which is enough for a student's own check. Then a
    hand-in that has numbers and does not state them raises SubmissionFault.
    """
    stated = [sheet.variant for sheet in sheets]
    if secret is None:
        return Own(tuple(students), _as_stated(variation, sheets), {})
    drawn = recall(variation, secret, students, stated)
    problems = {}
    for row in np.flatnonzero(~drawn.as_stated).tolist():
        said = stated[row]
        off = [name for name, value in said.items() if not same_values(drawn.values[name][row], value)]
        if off:
            reason = f"{', '.join(off)}: not as given to you; your lines are marked by what was given"
            problems[row] = Problem(f"answers.{variation.name[1]}.variant: {reason}", grave=False)
    return Own(tuple(students), drawn.values, problems)


def _as_stated(variation: Variation, sheets: Sequence[Sheet]) -> dict[str, Array]:
    place = f"answers.{variation.name[1]}.variant"
    for sheet in sheets:
        absent = [name for name in variation.lattices if name not in sheet.variant]
        if absent and np.any(~np.isnan(sheet.row)):
            raise SubmissionFault(
                f"{place}: the values of {', '.join(absent)} are missing, without which your lines cannot be "
                'checked; copy "variant" from the file that you were given'
            )
    return {
        name: np.stack([sheet.variant.get(name, key_value(variation, name)) for sheet in sheets])
        for name in variation.lattices
    }


def key_value(variation: Variation, name: str) -> Array:
    """Return the key's own value of a quantity that varies."""
    return next(whole for plan in variation.plans if (whole := plan.whole(name)) is not None)
