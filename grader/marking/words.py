"""What is said of a line: short, exact, to the student.

`reveal` tells whether a value may be named that the student did not write: yes in feedback after marking,
no in a student's own check before handing in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Shape, names_in
from grader.marking.causes import Causes
from grader.marking.layout import Slot
from grader.marking.slips import Slip
from grader.marking.verdicts import Code, Verdicts
from grader.solver import Line

FOLLOWS = "follows from your own earlier values"
HOLLOW = (
    "follows, but it is zero only because of an earlier error of yours, so it shows nothing and earns nothing"
)
MISSING = "not handed in"
UNREADABLE = "cannot be read"
TOO_FEW_DIGITS = "too_few_digits"
_EXAMPLES = 2

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


_SLIPS = {
    Slip.SIGN: "the sign is the wrong way round",
    Slip.DIGIT: "one digit is off",
    Slip.DIGITS_EXCHANGED: "two digits are exchanged",
    Slip.DIGIT_LOST: "a digit is lost",
    Slip.DECIMAL_POINT: "the decimal point is in the wrong place",
    Slip.EXCHANGED: "the numbers stand in each other's place",
}
_UNTOLD = "a known wrong way, but which one cannot be told from the numbers"


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the lines of one student."""

    verdicts: Verdicts
    causes: Causes
    row: int
    reveal: bool

    def message(self, t: int, i: int) -> str:
        """Return what is to be said of a line that is not simply correct."""
        if self.verdicts.hollow[self.row, t, i]:
            return HOLLOW
        slot = self.verdicts.slot(self.row, t, i)
        codes, kinds = self._codes(slot, t)
        sayings = [
            self._saying(code, kind, np.flatnonzero((codes == code) & (kinds == kind)).tolist(), slot, t)
            for code, kind in sorted(set(zip(codes.tolist(), kinds.tolist(), strict=True)), key=_by_weight)
            if code != Code.CORRECT
        ]
        if len(sayings) > 1 and sayings[-1].endswith(FOLLOWS):
            sayings.pop()  # beside a fault it goes without saying
        return "; ".join(sayings)

    def cause(self, t: int, i: int) -> str | None:
        """Return the name of why a line is not right, where it is known."""
        codes, kinds = self._codes(self.verdicts.slot(self.row, t, i), t)
        worst = codes.max()
        if worst == Code.SLIP:
            return Slip(kinds[codes == worst].max()).name.lower()
        if worst != Code.MISTAKE:
            return None
        if np.all(kinds[codes == worst] == Slip.FEW_DIGITS):
            return TOO_FEW_DIGITS
        number = self.causes.mistake[self.row, t, i]
        return self.verdicts.batch.layout.plan.mistakes[number].name if number >= 0 else None

    def _codes(self, slot: Slot, t: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        here = (self.row, t, slice(slot.offset, slot.end))
        return self.verdicts.codes[here], self.verdicts.kinds[here]

    def _saying(self, code: int, kind: int, places: Sequence[int], slot: Slot, t: int) -> str:
        where = components(places, slot.shape)
        if code == Code.WRONG:
            return self._wrong(where, places, slot, t)
        if code == Code.SLIP:
            return self._slip(Slip(kind), where, places, slot, t)
        if code == Code.MISTAKE:
            return self._mistake(kind, where, places, slot, t)
        words = {Code.MISSING: MISSING, Code.INVALID: UNREADABLE, Code.FOLLOWS: FOLLOWS}[Code(code)]
        return words if len(places) == slot.forms[0].size else f"{where} {words}"

    def _wrong(self, where: str, places: Sequence[int], slot: Slot, t: int) -> str:
        sources = self._sources(self.verdicts.batch.layout.plan.lines[slot.line], t)
        if not self.reveal:
            return f"{where} does not follow from {sources}".strip()
        written, expected = self._numbers(places, slot, t)
        lead = f"{where}: you" if where else "you"
        return f"{lead} wrote {written}, but {sources} give {expected}"

    def _slip(self, kind: Slip, where: str, places: Sequence[int], slot: Slot, t: int) -> str:
        written, expected = self._numbers(places, slot, t)
        lead = f"{where}: you wrote" if where else "you wrote"
        if kind == Slip.COPIED:
            return self._copied(slot, t)
        if kind == Slip.UNUSED:
            return (
                f"{lead} {written}, but your later lines use {expected if self.reveal else 'another value'}"
            )
        said = f"{lead} {written}; {_SLIPS[kind]}"
        return f"{said}: your own lines give {expected}" if self.reveal else said

    def _copied(self, slot: Slot, t: int) -> str:
        source = self.verdicts.batch.layout.usual[int(self.verdicts.source[self.row, t, slot.line]) - 1]
        if source.line < slot.line:
            return f"you wrote {source.field} where {slot.field} belongs"
        return f"you wrote the {source.field} of the step before where {slot.field} belongs"

    def _mistake(self, kind: int, where: str, places: Sequence[int], slot: Slot, t: int) -> str:
        if kind == Slip.FEW_DIGITS:
            written, _ = self._numbers(places, slot, t)
            digits = self.verdicts.batch.layout.plan.digits
            said = f"{written} is right as far as it goes, but at least {digits} digits are asked for"
            return f"{where}: {said}" if where else said
        number = self.causes.mistake[self.row, t, slot.line]
        says = self.verdicts.batch.layout.plan.mistakes[number].says.rstrip(".") if number >= 0 else _UNTOLD
        return says if len(places) == slot.forms[0].size else f"{where}: {says}"

    def _numbers(self, places: Sequence[int], slot: Slot, t: int) -> tuple[str, str]:
        shown = list(places[:_EXAMPLES])
        rest = " …" if len(places) > _EXAMPLES else ""
        written = self.verdicts.batch.values[self.row, t, slot.offset : slot.end][shown]
        expected = self.verdicts.expected[self.row, t, slot.offset : slot.end][shown]
        pairs = [number_pair(a, b) for a, b in zip(written, expected, strict=True)]
        return ", ".join(a for a, _ in pairs) + rest, ", ".join(b for _, b in pairs) + rest

    def _sources(self, line: Line, t: int) -> str:
        """Return what a line is worked from: 'the given x and your own W'."""
        plan = self.verdicts.batch.layout.plan
        choice = {
            group: plan.choices[group][self.verdicts.options[group][self.row]] for group in line.usual.groups
        }
        used = names_in(line.tree(choice))
        own = [name for name in (*line.earlier, *(name for name in line.previous if t)) if name in used]
        fixed = [name for name in (*line.inputs, *line.given, *line.previous) if name in used - set(own)]
        named = (("the given", fixed), ("your own", own))
        return " and ".join(f"{whose} {listed(names)}" for whose, names in named if names) or "the question"


def _by_weight(code_and_kind: tuple[int, int]) -> tuple[int, int]:
    """Sort what is wrong before what is missing, and what follows last."""
    order = (Code.WRONG, Code.MISTAKE, Code.SLIP, Code.MISSING, Code.INVALID, Code.FOLLOWS, Code.CORRECT)
    return order.index(Code(code_and_kind[0])), code_and_kind[1]


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
