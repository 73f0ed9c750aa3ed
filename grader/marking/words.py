"""What is said of a line: short, exact, to the student.

`reveal` tells whether a value or an equation may be named that the student did not write: yes in feedback
after marking, no in a student's own check before handing in.

What holds for every line with the same cause says nothing of one line's numbers, so that feedback can say
it once.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import isfinite

from grader.expressions import names_in
from grader.marking.causes import UNTOLD, Causes
from grader.marking.equations import equation
from grader.marking.figures import components, listed, number_pair, showing, side_by_side
from grader.marking.layout import Slot
from grader.marking.slips import Slip
from grader.marking.taken_from import inputs_of_rounds, loop_of
from grader.marking.verdicts import Code, Verdicts
from grader.solver import Form, Line
from grader.solver.plan import Options

FOLLOWS = "follows from your own earlier values"
REPEATED = "only repeats a number of yours, with nothing worked beside it, so it earns nothing"
HOLLOW = "zero only because of an earlier error of yours, so it shows nothing and earns nothing"
MISSING = "not handed in"
UNREADABLE = "cannot be read"
NOT_UPDATED = "not updated, the value from before the step still stands there"
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
_NAMED = {
    int(Slip.NOT_UPDATED): "not_updated",
    int(Slip.FROM_START): "start_values",
    int(Slip.FROM_ROUND): "other_inputs",
}
_CAUSED = frozenset({int(Code.SLIP), int(Code.MISTAKE), int(Code.WRONG)})
_ABOUT_NUMBERS = frozenset({int(Code.WRONG), int(Code.SLIP), int(Code.MISTAKE)})
_SAID = {Code.MISSING: MISSING, Code.INVALID: UNREADABLE, Code.FOLLOWS: FOLLOWS}
_SLIP_NAMES: list[str] = [kind.name.lower() for kind in Slip]
# What is said with these, no slip beside them, names no number of the student's.
_NAMELESS = frozenset(map(int, (Code.CORRECT, Code.FOLLOWS, Code.MISTAKE, Code.MISSING, Code.INVALID)))
# What is wrong is said before what is missing.
_ORDER = (Code.WRONG, Code.MISTAKE, Code.SLIP, Code.MISSING, Code.INVALID, Code.FOLLOWS, Code.CORRECT)
_SEVERAL = "this fits more than one known mistake, and the numbers do not tell which, so the mildest counts"

_REMEMBERED = 1024  # lines by their options
_MOST_SHOWN = 4  # numbers; of more than these the first two are shown


Said = tuple[bytes, int, int]  # the verdicts on a line's numbers, its mistake, and what else fits equally


class Words:
    """Words for the lines of one student.

    A row's verdicts are looked at number by number, so they are taken out of the arrays once.
    """

    def __init__(self, verdicts: Verdicts, causes: Causes, row: int, *, reveal: bool) -> None:
        self.verdicts = verdicts
        self.row = row
        self.reveal = reveal
        self.plan = verdicts.batch.layout.plan
        self.codes: bytes = verdicts.codes[row].tobytes()
        self.kinds: bytes = verdicts.kinds[row].tobytes()
        self.mistakes: list[list[int]] = causes.mistake[row].tolist()
        self.fitting: list[list[int]] = causes.fitting[row].tolist()
        self.hollow: list[list[bool]] = verdicts.hollow[row].tolist()

    @cached_property
    def numbers(self) -> tuple[list[float], list[float], list[float]]:
        """All numbers as written, as they should be, and how many decimals were written."""
        batch = self.verdicts.batch
        written, expected, decimals = (
            array[self.row].ravel().tolist()
            for array in (batch.values, self.verdicts.expected, batch.decimals)
        )
        return written, expected, decimals

    def line(self, t: int, i: int) -> "LineWords":
        """Return the words for a line of a step."""
        return LineWords(self, self.verdicts.slot(self.row, t, i), t)

    def options(self, form: Form) -> Options:
        """Return the student's own options of the groups that a form depends on."""
        choices, options = self.plan.choices, self.verdicts.options
        return tuple([choices[group][options[group][self.row]] for group in form.groups])


class LineWords:
    """Words for one line: what it is, and the verdicts and slips of its numbers."""

    __slots__ = ("_codes", "_fitting", "_hollow", "_kinds", "_mistake", "_slot", "_start", "_t", "_words")

    def __init__(self, words: Words, slot: Slot, t: int) -> None:
        self._words = words
        self._slot = slot
        self._t = t
        self._start = t * words.verdicts.batch.layout.width + slot.offset
        here = slice(self._start, self._start + slot.size)
        self._codes, self._kinds = words.codes[here], words.kinds[here]
        self._mistake = words.mistakes[t][slot.line]
        self._fitting = words.fitting[t][slot.line]
        self._hollow = words.hollow[t][slot.line]

    def fixed(self) -> Said | None:
        """Return what tells all that is said of the line, or None where that names the student's numbers."""
        if not _NAMELESS.issuperset(self._codes) or any(self._kinds) or self._hollow:
            return None
        return self._codes, self._mistake, self._fitting

    def cause(self) -> str | None:
        """Return the name of why the line is not right, where it is known."""
        worst = max(self._codes)
        if worst not in _CAUSED:
            return None
        those = {kind for code, kind in zip(self._codes, self._kinds, strict=True) if code == worst}
        if worst == _UNUSED[0]:
            return _SLIP_NAMES[max(those)]
        if those == _FEW_DIGITS:
            return TOO_FEW_DIGITS
        if worst == Code.WRONG:
            return _NAMED.get(next(iter(those))) if len(those) == 1 else None
        return self._words.plan.mistakes[self._mistake].name if self._mistake >= 0 else None

    def message(self) -> str:
        """Return what is to be said of the line, which is not simply correct."""
        places = self._to_say()
        if not places or (self._hollow and max(places)[0] == Code.FOLLOWS):
            written = self._words.numbers[0][self._start : self._start + self._slot.size]
            return REPEATED if any(written) else HOLLOW
        if len(places) == 1:
            ((kind, where),) = places.items()
            return self._saying(*kind, where)
        return "; ".join(
            [self._saying(*kind, where) for kind, where in sorted(places.items(), key=_by_weight)]
        )

    def _to_say(self) -> dict[_Kind, list[int]]:
        """Return the components to speak of, by verdict and slip, but for what goes without saying."""
        wrong = _WRONG[0] in self._codes
        places: dict[_Kind, list[int]] = {}
        for place, kind in enumerate(zip(self._codes, self._kinds, strict=True)):
            by_chance = wrong and kind in _SLIPS_BY_CHANCE
            places.setdefault(_WRONG if by_chance else kind, []).append(place)
        places.pop(_CORRECT, None)
        for lesser in _LESSER:
            if any(kind != lesser and kind[0] >= lesser[0] for kind in places) or (
                len(places) > 1 and lesser[0] == Code.FOLLOWS
            ):
                places.pop(lesser, None)
        if _UNUSED in places:
            places[_UNUSED] = self._really_unused(places[_UNUSED])
        return places

    def _really_unused(self, places: list[int]) -> list[int]:
        """Return those of some components that the student did not go on with: not all need differ."""
        written, expected, _ = self._words.numbers
        return [i for i in places if written[self._start + i] != expected[self._start + i]] or places

    def _saying(self, code: int, kind: int, places: Sequence[int]) -> str:
        if code == Code.MISTAKE and kind != Slip.FEW_DIGITS:
            return self._of_mistake()
        if code == Code.SLIP and kind in {Slip.COPIED, Slip.FIELDS_EXCHANGED}:
            return self._copied(kind)
        if kind == Slip.NOT_UPDATED:
            where = components(places, self._slot.shape)
            return f"{where} {NOT_UPDATED}" if where else NOT_UPDATED
        if kind in {Slip.FROM_START, Slip.FROM_ROUND}:
            return self._taken_from(kind)
        if code in _ABOUT_NUMBERS:
            where = components(places, self._slot.shape)
            return (f"{where}: " if where else "") + self._of_numbers(code, kind, places)
        words = _SAID[Code(code)]
        whole = len(places) == self._slot.size
        return words if whole else f"{components(places, self._slot.shape)} {words}"

    def _of_numbers(self, code: int, kind: int, places: Sequence[int]) -> str:
        """Return what is said of some components of the line by their numbers."""
        written, expected = self._numbers(places, Slip(kind))
        said = f"you wrote {written}"
        if code == Code.MISTAKE:
            digits = self._words.plan.digits
            return f"{said}, right as far as it goes, but at least {digits} digits are asked for"
        if code == Code.WRONG:
            return f"{said}, {self._wrong(expected)}"
        if kind == Slip.UNUSED:
            went_on = f"but went on with {expected}" if expected else "but that is not what you went on with"
            return f"{said}, {went_on}"
        return f"{said}{f', where your own lines give {expected}' if expected else ''}: {_SLIPS[Slip(kind)]}"

    def _wrong(self, expected: str) -> str:
        line = self._words.plan.lines[self._slot.line]
        fixed, own = _sources(line, self._words.options(line.usual), first=self._t == 0)
        if expected:
            by = f" with your own {listed(own)}" if own else ""
            return f"but {self._equation()} gives {expected}{by}"
        named = (("the given", fixed), ("your own", own))
        sources = " and ".join(f"{whose} {listed(names)}" for whose, names in named if names)
        return f"which does not follow from {sources or 'the question'}"

    def _copied(self, kind: int) -> str:
        slot, verdicts = self._slot, self._words.verdicts
        source = verdicts.batch.layout.usual[int(verdicts.source[self._words.row, self._t, slot.line]) - 1]
        if kind == Slip.FIELDS_EXCHANGED:
            first, second = sorted((slot, source), key=lambda each: each.line)
            return f"{first.field} and {second.field} stand in each other's place"
        if source.line < slot.line:
            return f"you wrote {source.field} where {slot.field} belongs"
        return f"you wrote the {source.field} of the step before where {slot.field} belongs"

    def _taken_from(self, kind: int) -> str:
        """Return what else a line is worked from."""
        plan, slot = self._words.plan, self._slot
        line = plan.lines[slot.line]
        used = names_in(line.usual.trees[self._words.options(line.usual)])
        if kind == Slip.FROM_START:
            names = listed([name for name in line.previous if name in used])
            return f"this is what the start values of {names} give, which you have updated since"
        number = int(self._words.verdicts.source[self._words.row, self._t, slot.line])
        names = listed([name for name in inputs_of_rounds(plan, line) if name in used])
        return f"this is what {names} of {loop_of(plan, line)} {number} gives"

    def _of_mistake(self) -> str:
        """Return what a known mistake is, which is one of the whole line."""
        ways = self._words.plan.mistakes
        if self._mistake == UNTOLD:
            fitting = [way.says.rstrip(".") for number, way in enumerate(ways) if self._fitting >> number & 1]
            says = f"{_SEVERAL}: {'; or: '.join(fitting)}"
        else:
            says = ways[self._mistake].says.rstrip(".")
        return f"{says}; the line should be {self._equation()}" if self._words.reveal else says

    def _equation(self) -> str:
        """Return the right equation by the student's own choices."""
        form = self._slot.forms[0]
        return equation(self._slot.field, form, self._words.options(form))

    def _numbers(self, places: Sequence[int], slip: Slip) -> tuple[str, str]:
        """Return some components as written and as they should be: the latter empty if not to be shown."""
        written, expected, decimals = self._words.numbers
        slot = self._slot
        shown = [self._start + place for place in (places if len(places) <= _MOST_SHOWN else places[:2])]
        pairs = [number_pair(written[i], expected[i], int(decimals[i])) for i in shown]
        pairs = [(own, showing(slip, own, due)) for own, due in pairs]
        more, whole = len(places) > len(shown), len(places) == slot.size and len(slot.shape) == 1
        first, second = (
            side_by_side(numbers, more=more, whole=whole) for numbers in zip(*pairs, strict=True)
        )
        return first, second if self._words.reveal and all(isfinite(expected[i]) for i in shown) else ""


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
