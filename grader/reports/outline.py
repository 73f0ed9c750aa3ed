"""Which fields of a question stand in which steps: the same for a whole class, so it is looked at once."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from grader.reports.which_steps import Step, WhichSteps
from grader.schemas.results import FieldResult

_MOST = 8  # outlines that are remembered
_Key = tuple[tuple[str, int], ...]


class Outline:
    """The lines of a question without their verdicts."""

    def __init__(self, fields: Sequence[str], steps: Sequence[Step | None]) -> None:
        self.times = Counter(fields)
        self.fields = tuple(self.times)
        self._steps = steps

    @cached_property
    def by_step(self) -> list[list[int]]:
        """The numbers of the lines of each step, and together those that stand in none."""
        numbers: dict[_Key, list[int]] = {}
        for number, step in enumerate(self._steps):
            numbers.setdefault(tuple(step.items()) if step else (), []).append(number)
        return list(numbers.values())

    @cached_property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._first)

    @cached_property
    def places(self) -> WhichSteps:
        """Words for some of the steps."""
        return WhichSteps(self._first)

    @cached_property
    def _first(self) -> list[Step]:
        firsts = [self._steps[numbers[0]] for numbers in self.by_step]
        return [step for step in firsts if step]


class Outlines:
    """The outlines of the questions that were met last."""

    def __init__(self) -> None:
        self._known: list[tuple[list[str], list[dict[str, int] | None], Outline]] = []

    def of(self, lines: Sequence[FieldResult]) -> Outline:
        """Return the outline of a question's lines."""
        fields, steps = [line.field for line in lines], [line.step for line in lines]
        for known_fields, known_steps, outline in self._known:
            # Quick where they are the same objects, as in results that were marked together.
            if known_fields == fields and known_steps == steps:
                return outline
        outline = Outline(fields, steps)
        self._known = [(fields, steps, outline), *self._known[: _MOST - 1]]
        return outline
