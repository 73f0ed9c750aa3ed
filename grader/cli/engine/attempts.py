"""Which of several hand-ins of a student for the same work counts: the latest that can be marked."""

from dataclasses import dataclass, field
from typing import NamedTuple

from grader.exchange.findings.handin import Attempt

_Work = tuple[str, str | None]  # a student and an assignment; None where that could not be read


class _Numbered(NamedTuple):
    number: int
    attempt: Attempt


@dataclass(slots=True)
class Attempts:
    """Takes hand-ins in the order in which they are read, by their numbers.

    `replaced` maps each that does not count to the one in its place. What could not be marked never takes the
    place of what could: if it may be the later one, both stand, and a person has to look.
    """

    replaced: dict[int, int] = field(default_factory=dict)
    _marked: dict[_Work, _Numbered] = field(default_factory=dict)
    _unmarked: dict[_Work, _Numbered] = field(default_factory=dict)
    _assignments: dict[str, None] = field(default_factory=dict)  # in the order in which they were met

    def take_marked(self, number: int, attempt: Attempt, student: str, assignment: str) -> None:
        """Note a hand-in that could be marked."""
        work = (student, assignment)
        counts = self._later(self._marked.get(work), _Numbered(number, attempt))
        self._marked[work] = counts
        self._assignments[assignment] = None
        for same in (work, (student, None)):
            before = self._unmarked.get(same)
            if before is not None and before.attempt.gives_way_to(counts.attempt):
                self.replaced[self._unmarked.pop(same).number] = counts.number

    def take_unmarked(self, number: int, attempt: Attempt, student: str, assignment: str | None) -> None:
        """Note a hand-in that could not be marked; `assignment` is the one that stands in it, if any."""
        work = (student, assignment)
        own = _Numbered(number, attempt)
        for known in (assignment,) if assignment is not None else self._assignments:
            before = self._marked.get((student, known))
            if before is not None and not before.attempt.gives_way_to(attempt):
                self.replaced[number] = before.number
                return
        self._unmarked[work] = self._later(self._unmarked.get(work), own)

    def _later(self, before: _Numbered | None, own: _Numbered) -> _Numbered:
        """Return which of two alike counts, and note it for the other one."""
        if before is None:
            return own
        counts, gone = (own, before) if before.attempt.gives_way_to(own.attempt) else (before, own)
        self.replaced[gone.number] = counts.number
        return counts
