"""The lines of a question, to be seen as a whole: which belong together, and words for where they stand."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from grader.reports.places import Places, Step
from grader.schemas.results import FieldResult, Status

_Key = tuple[tuple[str, int], ...]


class Trace:
    """All lines of a question. What takes time is worked out when it is asked for: never, if all is right."""

    def __init__(self, lines: Sequence[FieldResult]) -> None:
        self.lines = lines
        right = Status.CORRECT  # looked up once: a class has a million lines
        # A right formula may have a message: how it was read.
        self.remarkable = [line for line in lines if line.message or line.status is not right]
        self.all_right = all(line.status is right for line in self.remarkable)

    def of_status(self, *kinds: Status) -> list[FieldResult]:
        """Return the lines of which there is something to say, with one of these verdicts."""
        return [line for line in self.remarkable if line.status in kinds]

    @property
    def nothing_handed_in(self) -> bool:
        """Whether there are lines, and all of them are missing."""
        return 0 < len(self.lines) == len(self.of_status(Status.MISSING))

    @property
    def only_waits(self) -> bool:
        """Whether there are lines, and all of them wait for a person, without a word."""
        waiting = [line for line in self.of_status(Status.PENDING) if not line.message]
        return 0 < len(self.lines) == len(waiting)

    @cached_property
    def by_field(self) -> dict[str, list[FieldResult]]:
        """The lines of each field or part."""
        lines_of: dict[str, list[FieldResult]] = {}
        for line in self.lines:
            lines_of.setdefault(line.field, []).append(line)
        return lines_of

    @cached_property
    def by_step(self) -> list[list[FieldResult]]:
        """The lines of each step, and together those that stand in none."""
        lines_in: dict[_Key, list[FieldResult]] = {}
        together: list[FieldResult] = []
        for line in self.lines:
            if not together or line.step != together[-1].step:  # the lines of a step mostly stand together
                together = lines_in.setdefault(tuple(line.step.items()) if line.step else (), [])
            together.append(line)
        return list(lines_in.values())

    @cached_property
    def _steps(self) -> list[Step]:
        return _steps_of(lines[0] for lines in self.by_step)

    @cached_property
    def _places(self) -> Places:
        return Places(self._steps)

    def where(self, lines: Sequence[FieldResult]) -> str:
        """Return in words where some lines of one field stand; nothing for a part without steps."""
        steps = _steps_of(lines)
        return self._places.words(steps, of=len(self.by_field[lines[0].field])) if steps else ""

    def where_steps(self, steps: Iterable[Sequence[FieldResult]]) -> str:
        """Return in words where whole steps stand."""
        return self._places.words(_steps_of(lines[0] for lines in steps), of=len(self._steps))


def _steps_of(lines: Iterable[FieldResult]) -> list[Step]:
    return [line.step for line in lines if line.step]
