"""What is said of a line: short, exact, to the student.

`reveal` tells whether a value or an equation may be named that the student did not write: yes in feedback
after marking, no in a student's own check before handing in.

What holds for every line with the same cause says nothing of one line's numbers, so that feedback can say
it once.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import floor, isfinite, log10, prod

import numpy as np

from grader.expressions import Shape, names_in
from grader.marking.causes import UNTOLD, Causes
from grader.marking.equations import equation
from grader.marking.layout import Slot
from grader.marking.slips import Slip
from grader.marking.verdicts import Code, Verdicts
from grader.solver import Form, Line
from grader.solver.plan import Options

FOLLOWS = "follows from your own earlier values"
REPEATED = "only repeats a number of yours, with nothing worked beside it, so it earns nothing"
HOLLOW = "zero only because of an earlier error of yours, so it shows nothing and earns nothing"
MISSING = "not handed in"
UNREADABLE = "cannot be read"
TOO_FEW_DIGITS = "too_few_digits"

_SLIPS = {
    Slip.SIGN: "the sign is wrong",
    Slip.DIGIT: "one digit differs",
    Slip.DIGITS_EXCHANGED: "two digits are exchanged",
    Slip.DIGIT_LOST: "a digit is lost",
    Slip.DECIMAL_POINT: "the decimal point is in the wrong place",
    Slip.EXCHANGED: "the numbers stand in each other's place",
}
# What looks like these in a line that is wrong anyway does so by chance.
_BY_CHANCE = frozenset({Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST, Slip.DECIMAL_POINT})
_Kind = tuple[int, int]  # a verdict and a slip
_WRONG = (int(Code.WRONG), int(Slip.NONE))
_UNUSED = (int(Code.SLIP), int(Slip.UNUSED))
_CORRECT = (int(Code.CORRECT), int(Slip.NONE))
_LESSER = ((int(Code.FOLLOWS), int(Slip.NONE)), (int(Code.MISTAKE), int(Slip.FEW_DIGITS)))
_SLIPS_BY_CHANCE = frozenset((int(Code.SLIP), int(kind)) for kind in _BY_CHANCE)
_FEW_DIGITS = {int(Slip.FEW_DIGITS)}
_CAUSED = frozenset({int(Code.SLIP), int(Code.MISTAKE)})
_SLIP_NAMES: list[str] = [kind.name.lower() for kind in Slip]
# What is said with these, no slip beside them, names no number of the student's.
_NAMELESS = frozenset(map(int, (Code.CORRECT, Code.FOLLOWS, Code.MISTAKE, Code.MISSING, Code.INVALID)))
# What is wrong is said before what is missing.
_ORDER = (Code.WRONG, Code.MISTAKE, Code.SLIP, Code.MISSING, Code.INVALID, Code.FOLLOWS, Code.CORRECT)
_SEVERAL = "this fits more than one known mistake and the numbers do not tell which, so the mildest counts"

_REMEMBERED = 1024  # lines by their options
_MOST_SHOWN = 4  # numbers; of more than these the first two are shown
_MOST_CELLS = 3
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Words:
    """Words for the lines of one student.

    A row's verdicts are looked at number by number, so they are taken out of the arrays once.
    """

    def __init__(self, verdicts: Verdicts, causes: Causes, row: int, *, reveal: bool) -> None:
        self.verdicts = verdicts
        self.causes = causes
        self.row = row
        self.reveal = reveal
        self._width = verdicts.batch.layout.width
        self._codes: bytes = verdicts.codes[row].tobytes()
        self._kinds: bytes = verdicts.kinds[row].tobytes()

    def fixed(self, t: int, i: int) -> tuple[bytes, int] | None:
        """Return what tells all that is said of a line, or None where that names the student's numbers."""
        slot = self.verdicts.slot(self.row, t, i)
        here = self._here(slot, t)
        codes = self._codes[here]
        if not _NAMELESS.issuperset(codes) or any(self._kinds[here]) or self.verdicts.hollow[self.row, t, i]:
            return None
        return codes, int(self.causes.mistake[self.row, t, i])

    def message(self, t: int, i: int) -> str:
        """Return what is to be said of a line that is not simply correct."""
        slot = self.verdicts.slot(self.row, t, i)
        places = self._to_say(slot, t)
        if not places or (self.verdicts.hollow[self.row, t, i] and max(places)[0] == Code.FOLLOWS):
            return HOLLOW if self._is_zero(slot, t) else REPEATED
        if len(places) == 1:
            ((kind, where),) = places.items()
            return self._saying(*kind, where, slot, t)
        sayings = [
            self._saying(*kind, where, slot, t) for kind, where in sorted(places.items(), key=_by_weight)
        ]
        return "; ".join(sayings)

    def _is_zero(self, slot: Slot, t: int) -> bool:
        return not np.any(self.verdicts.batch.values[self.row, t, slot.offset : slot.end])

    def _to_say(self, slot: Slot, t: int) -> dict[_Kind, list[int]]:
        """Return the components to speak of, by verdict and slip, but for what goes without saying."""
        here = self._here(slot, t)
        codes, kinds = self._codes[here], self._kinds[here]
        wrong = _WRONG[0] in codes
        places: dict[_Kind, list[int]] = {}
        for place, kind in enumerate(zip(codes, kinds, strict=True)):
            by_chance = wrong and kind in _SLIPS_BY_CHANCE
            places.setdefault(_WRONG if by_chance else kind, []).append(place)
        places.pop(_CORRECT, None)
        for lesser in _LESSER:
            if len(places) > 1:
                places.pop(lesser, None)
        if _UNUSED in places:
            places[_UNUSED] = self._really_unused(places[_UNUSED], slot, t)
        return places

    def _really_unused(self, places: list[int], slot: Slot, t: int) -> list[int]:
        """Return those of some components that the student did not go on with: not all need differ."""
        here = (self.row, t, slice(slot.offset, slot.end))
        off = (self.verdicts.batch.values[here] != self.verdicts.expected[here]).tolist()
        return [place for place in places if off[place]] or places

    def cause(self, t: int, i: int) -> str | None:
        """Return the name of why a line is not right, where it is known."""
        here = self._here(self.verdicts.slot(self.row, t, i), t)
        codes, kinds = self._codes[here], self._kinds[here]
        worst = max(codes)
        if worst not in _CAUSED:
            return None
        those = {kind for code, kind in zip(codes, kinds, strict=True) if code == worst}
        if worst == _UNUSED[0]:
            return _SLIP_NAMES[max(those)]
        if those == _FEW_DIGITS:
            return TOO_FEW_DIGITS
        number = int(self.causes.mistake[self.row, t, i])
        return self.verdicts.batch.layout.plan.mistakes[number].name if number >= 0 else None

    def _here(self, slot: Slot, t: int) -> slice:
        """Return where a line stands in the student's row."""
        start = t * self._width
        return slice(start + slot.offset, start + slot.end)

    def _saying(self, code: int, kind: int, places: Sequence[int], slot: Slot, t: int) -> str:
        if code == Code.MISTAKE and kind != Slip.FEW_DIGITS:
            return self._mistake(slot, t)
        if code == Code.SLIP and kind == Slip.COPIED:
            return self._copied(slot, t)
        if code in {Code.WRONG, Code.SLIP, Code.MISTAKE}:
            where = components(places, slot.shape)
            return (f"{where}: " if where else "") + self._of_numbers(code, Slip(kind), places, slot, t)
        words = {Code.MISSING: MISSING, Code.INVALID: UNREADABLE, Code.FOLLOWS: FOLLOWS}[Code(code)]
        whole = len(places) == slot.forms[0].size
        return words if whole else f"{components(places, slot.shape)} {words}"

    def _of_numbers(self, code: int, kind: Slip, places: Sequence[int], slot: Slot, t: int) -> str:
        """Return what is said of some components of a line by their numbers."""
        written, expected = self._numbers(places, slot, t)
        said = f"you wrote {written}"
        if code == Code.MISTAKE:
            digits = self.verdicts.batch.layout.plan.digits
            return f"{said}, right as far as it goes, but at least {digits} digits are asked for"
        if code == Code.WRONG:
            return f"{said}, {self._wrong(expected, slot, t)}"
        if kind == Slip.UNUSED:
            went_on = f"but went on with {expected}" if expected else "but that is not what you went on with"
            return f"{said}, {went_on}"
        return f"{said}{f', where your own lines give {expected}' if expected else ''}: {_SLIPS[kind]}"

    def _wrong(self, expected: str, slot: Slot, t: int) -> str:
        line = self.verdicts.batch.layout.plan.lines[slot.line]
        fixed, own = _sources(line, self._options(line.usual), first=t == 0)
        if expected:
            by = f" with your own {listed(own)}" if own else ""
            return f"but {self._equation(slot)} gives {expected}{by}"
        named = (("the given", fixed), ("your own", own))
        sources = " and ".join(f"{whose} {listed(names)}" for whose, names in named if names)
        return f"which does not follow from {sources or 'the question'}"

    def _copied(self, slot: Slot, t: int) -> str:
        source = self.verdicts.batch.layout.usual[int(self.verdicts.source[self.row, t, slot.line]) - 1]
        if source.line < slot.line:
            return f"you wrote {source.field} where {slot.field} belongs"
        return f"you wrote the {source.field} of the step before where {slot.field} belongs"

    def _mistake(self, slot: Slot, t: int) -> str:
        """Return what a known mistake is, which is one of the whole line."""
        number = self.causes.mistake[self.row, t, slot.line]
        ways = self.verdicts.batch.layout.plan.mistakes
        says = _SEVERAL if number == UNTOLD else ways[number].says.rstrip(".")
        return f"{says}; the line should be {self._equation(slot)}" if self.reveal else says

    def _equation(self, slot: Slot) -> str:
        """Return the right equation by the student's own choices."""
        form = slot.forms[0]
        return equation(slot.field, form, self._options(form))

    def _options(self, form: Form) -> Options:
        """Return the student's own options of the groups that a form depends on."""
        choices, options = self.verdicts.batch.layout.plan.choices, self.verdicts.options
        return tuple([choices[group][options[group][self.row]] for group in form.groups])

    def _numbers(self, places: Sequence[int], slot: Slot, t: int) -> tuple[str, str]:
        """Return some components as written and as they should be: the latter empty if not to be shown."""
        here = (self.row, t, slice(slot.offset, slot.end))
        written, expected, decimals = (
            array[here].tolist()
            for array in (self.verdicts.batch.values, self.verdicts.expected, self.verdicts.batch.decimals)
        )
        shown = places if len(places) <= _MOST_SHOWN else places[:2]
        pairs = [number_pair(written[i], expected[i], int(decimals[i])) for i in shown]
        more, whole = len(places) > len(shown), len(places) == slot.size and len(slot.shape) == 1
        first, second = (_row(numbers, more=more, whole=whole) for numbers in zip(*pairs, strict=True))
        return first, second if self.reveal and all(isfinite(expected[i]) for i in shown) else ""


@lru_cache(maxsize=_REMEMBERED)
def _sources(line: Line, options: Options, *, first: bool) -> tuple[list[str], list[str]]:
    """Return what a line is worked from: what is given, and the student's own lines.

    `options` are those of the line's groups; in the first step the values before it are given, too.
    """
    used = names_in(line.usual.trees[options])
    before = () if first else line.previous
    own = [name for name in (*line.earlier, *before) if name in used]
    fixed = [name for name in (*line.inputs, *line.given, *line.previous) if name in used - set(own)]
    return fixed, own


def _by_weight(said: tuple[_Kind, list[int]]) -> tuple[int, int]:
    (code, kind), _ = said
    return _ORDER.index(Code(code)), kind


def components(places: Sequence[int], shape: Shape) -> str:
    """Return which components these are: "second component", "row 1"; nothing for a whole vector."""
    size = prod(shape)
    if len(shape) < 2:
        return "" if len(places) == size else _entries(places)
    if len(places) == size:
        return f"all {size} numbers"
    columns = shape[1]
    rows = sorted({place // columns for place in places})
    if len(places) == len(rows) * columns:
        return _numbered("row", rows)
    across = sorted({place % columns for place in places})
    if len(places) == len(across) * shape[0]:
        return _numbered("column", across)
    cells = [f"row {place // columns + 1}, column {place % columns + 1}" for place in places[:_MOST_CELLS]]
    return "; ".join(cells) + ("; …" if len(places) > _MOST_CELLS else "")


def _entries(places: Sequence[int]) -> str:
    names = [_ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th" for place in places]
    return f"{listed(names)} component{'s' * (len(names) > 1)}"


def _numbered(noun: str, places: Sequence[int]) -> str:
    return f"{noun}{'s' * (len(places) > 1)} {listed([str(place + 1) for place in places])}"


def listed(names: Sequence[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _row(numbers: Sequence[str], *, more: bool, whole: bool) -> str:
    """Return numbers side by side, in brackets where they are a whole vector."""
    text = ", ".join([*numbers, "…"] if more else numbers)
    return f"({text})" if whole else text


_MOST_DIGITS = 8  # so many digits of what a student wrote tell it from everything else on the paper
_FEWEST_DIGITS = 3
_PLAIN = range(-7, 9)  # exponents of numbers that are written without a power of ten
_NEXT_TO_NOTHING = 1e-9


def number_pair(written: float, expected: float, decimals: int) -> tuple[str, str]:
    """Return two different numbers with as many digits as it takes to see the difference.

    The first was written with so many decimals, and is shown so but for a long tail; the other is shown with
    no more, if that leaves it three digits. It is empty where it is no finite number.
    """
    exponent = _exponent(written)
    own = min(decimals, _MOST_DIGITS - 1 - exponent)
    if not isfinite(expected):
        return _shown(written, exponent, own), ""
    if abs(expected) <= _NEXT_TO_NOTHING * min(abs(written), 1.0):
        return _shown(written, exponent, own), "0"
    size, apart = _exponent(expected), -_exponent(written - expected)
    places = max(min(decimals, _MOST_DIGITS - 1 - size), _FEWEST_DIGITS - 1 - size, apart)
    text = _trimmed(_shown(expected, size, places), cut=places != decimals)
    first = min(decimals, max(own, apart))
    return _trimmed(_shown(written, exponent, first), cut=first < decimals), text


def _trimmed(text: str, *, cut: bool) -> str:
    """Return a number without its last zeros, unless the student wrote so many digits."""
    return text.rstrip("0").rstrip(".") if cut and "." in text and "e" not in text else text


def _exponent(value: float) -> int:
    return floor(log10(abs(value))) if value else 0


def _shown(value: float, exponent: int, decimals: int) -> str:
    if exponent in _PLAIN:
        return f"{value:z.{max(decimals, 0)}f}"
    return f"{value:.{max(1, min(decimals + exponent + 1, _MOST_DIGITS))}g}"
