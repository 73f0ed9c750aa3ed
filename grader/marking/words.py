"""What is said of a line: short, exact, to the student.

`reveal` tells whether a value may be named that the student did not write: yes in feedback after marking,
no in a student's own check before handing in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.expressions import Shape
from grader.marking.layout import Slot
from grader.marking.verdicts import Code, Verdicts
from grader.solver import Line

FOLLOWS = "follows from your own earlier values"
HOLLOW = (
    "follows, but it is zero only because of an earlier error of yours, so it shows nothing and earns nothing"
)
MISSING = "not handed in"
UNREADABLE = "cannot be read"
_EXAMPLES = 2

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the lines of one student."""

    verdicts: Verdicts
    row: int
    reveal: bool

    def message(self, t: int, i: int) -> str:
        """Return what is to be said of a line that is not simply correct."""
        slot = self.verdicts.slot(self.row, t, i)
        codes = self.verdicts.codes[self.row, t, slot.offset : slot.end]
        if self.verdicts.hollow[self.row, t, i]:
            return HOLLOW
        sayings = [
            self._saying(code, np.flatnonzero(codes == code).tolist(), slot, t)
            for code in (Code.WRONG, Code.SLIP, Code.MISSING, Code.INVALID, Code.FOLLOWS)
            if np.any(codes == code)
        ]
        if len(sayings) > 1 and sayings[-1].endswith(FOLLOWS):
            sayings.pop()  # beside a fault it goes without saying
        return "; ".join(sayings)

    def _saying(self, code: Code, places: Sequence[int], slot: Slot, t: int) -> str:
        where = components(places, slot.shape)
        if code == Code.WRONG:
            return self._wrong(where, places, slot, t)
        if code == Code.SLIP:
            return self._slip(where, places, slot, t)
        words = {Code.MISSING: MISSING, Code.INVALID: UNREADABLE, Code.FOLLOWS: FOLLOWS}[code]
        return words if len(places) == slot.forms[0].size else f"{where} {words}"

    def _wrong(self, where: str, places: Sequence[int], slot: Slot, t: int) -> str:
        line = self.verdicts.batch.layout.plan.lines[slot.line]
        sources = self.sources(line, t)
        if not self.reveal:
            return f"{where} does not follow from {sources}".strip()
        written, expected = self._numbers(places, slot, t)
        lead = f"{where}: you" if where else "you"
        return f"{lead} wrote {written}, but {sources} give {expected}"

    def _slip(self, where: str, places: Sequence[int], slot: Slot, t: int) -> str:
        written, expected = self._numbers(places, slot, t)
        lead = f"{where}: you" if where else "you"
        used = f"use {expected}" if self.reveal else "use another value"
        return f"{lead} wrote {written}, but your later lines {used}: a slip of the pen"

    def _numbers(self, places: Sequence[int], slot: Slot, t: int) -> tuple[str, str]:
        shown = list(places[:_EXAMPLES])
        rest = " …" if len(places) > _EXAMPLES else ""
        written = self.verdicts.batch.values[self.row, t, slot.offset : slot.end][shown]
        expected = self.verdicts.expected[self.row, t, slot.offset : slot.end][shown]
        pairs = [number_pair(a, b) for a, b in zip(written, expected, strict=True)]
        return ", ".join(a for a, _ in pairs) + rest, ", ".join(b for _, b in pairs) + rest

    def sources(self, line: Line, t: int) -> str:
        """Return what a line is worked from: 'the given x and your own W'."""
        own = [*line.earlier, *(name for name in line.previous if t)]
        fixed = [*line.inputs, *line.given, *(name for name in line.previous if not t)]
        parts = [f"the given {listed(fixed)}"] * bool(fixed) + [f"your own {listed(own)}"] * bool(own)
        return " and ".join(parts) or "the question"


def components(places: Sequence[int], shape: Shape) -> str:
    """Return which components these are: 'second component', 'rows 1 and 2 …', or nothing for all of one."""
    size = int(np.prod(shape, dtype=int))
    if len(places) == size:
        return "" if size == 1 else f"all {size} numbers"
    if len(shape) == 1:
        names = [_ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th" for place in places]
        return f"{listed(names)} component{'s' * (len(names) > 1)}"
    cells = [f"row {place // shape[1] + 1}, column {place % shape[1] + 1}" for place in places]
    return "; ".join(cells)


def listed(names: Sequence[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def number_pair(written: float, expected: float) -> tuple[str, str]:
    """Return two different numbers with as many digits as it takes to tell them apart, at least four."""
    for digits in range(4, 18):
        a, b = f"{written:.{digits}g}", f"{expected:.{digits}g}"
        if a != b and float(a) == written:
            return a, b
    return repr(float(written)), repr(float(expected))
