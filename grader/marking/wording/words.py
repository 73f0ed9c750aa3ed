"""What is said of a line to its student: short and exact.

`reveal` tells whether a value or an equation may be named that the student did not write: yes in feedback
after marking, no in a student's own check before handing in.

Words that hold for every line with the same cause name no line's own numbers, so that feedback can say them
once.
"""

from collections.abc import Iterable, Sequence
from itertools import compress
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, names_in
from grader.marking.lines.causes import UNTOLD, Causes
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Code, Verdicts, unread
from grader.marking.sheets.layout import Slot
from grader.marking.wording.equations import equation, gives, sources_in_words, sources_of
from grader.marking.wording.figures import SLIPS, Phrase, Shown, side_by_side
from grader.marking.wording.worked_from import SOURCES, other_way, worked_from
from grader.schemas.places import components
from grader.schemas.results import OTHER_WAY, TOO_FEW_DIGITS
from grader.solver import Form

FOLLOWS = "follows from your own earlier values"
REPEATED = "only repeats a number of yours, with nothing worked beside it, so it earns nothing"
HOLLOW = "zero only because of an earlier error of yours, so it shows nothing and earns nothing"
MISSING = "not handed in"
UNREADABLE = "cannot be read"
OFF_ALIKE = "it is off by the same amount in all these steps"
NOT_UPDATED = "not updated, the value from before the step still stands there"

_Kind = tuple[int, int]  # a verdict and a slip
# In a line that is wrong anyway, numbers look like these by chance.
_BY_CHANCE: frozenset[_Kind] = frozenset((Code.SLIP, kind) for kind in BY_CHANCE)
_WRONG = (Code.WRONG, Slip.NONE)
_UNUSED = (Code.SLIP, Slip.UNUSED)
_CORRECT = (Code.CORRECT, Slip.NONE)
_LESSER = ((Code.FOLLOWS, Slip.NONE), (Code.MISTAKE, Slip.FEW_DIGITS))
_NAMED: dict[int, str] = {
    Slip.NOT_UPDATED: "not_updated",
    Slip.FROM_START: "start_values",
    Slip.FROM_ROUND: "other_inputs",
    Slip.FROM_FIELD: "symbol_exchanged",
    Slip.MULTIPLE: "constant_factor",
    Slip.OTHER_START: "other_start_values",
    Slip.FROM_STEP: "step_copied",
    Slip.OFF_ALIKE: "constant_added",
    Slip.KEPT: "not_worked_anew",
    Slip.OTHER_WAY: OTHER_WAY,
    Slip.MISREAD: "number_misread",
    Slip.LEFT_OUT: "term_left_out",
    Slip.SUMMED: "summed_over_steps",
}
_AT_FAULT = frozenset({Code.SLIP, Code.MISTAKE, Code.WRONG})
_SAID = {Code.MISSING: MISSING, Code.INVALID: UNREADABLE, Code.FOLLOWS: FOLLOWS}
_SLIP_NAMES: list[str] = [kind.name.lower() for kind in Slip]
# What is wrong is said before what is missing.
_ORDER = (Code.WRONG, Code.MISTAKE, Code.SLIP, Code.MISSING, Code.INVALID, Code.FOLLOWS, Code.CORRECT)
_SEVERAL = "this fits more than one known mistake, and the numbers do not tell which, so the mildest counts"

_MOST_SHOWN = 4  # numbers; of more than these the first two are shown
_NUMBER = "%s"


class LineMarks(NamedTuple):
    """All that marking found on the lines of N hand-ins, and what may be said of it.

    `codes`, `points` and `plain` are (N, T, L); `plain` tells the lines of which nothing special is to be
    said from the others (see `line_results`). `reveal` allows values that the student did not write.
    """

    verdicts: Verdicts
    causes: Causes
    codes: NDArray[np.uint8]
    points: Array
    plain: NDArray[np.uint8]
    reveal: bool = True


def phrase(marks: LineMarks, row: int, t: int, slot: Slot) -> Phrase:
    """Return what is to be said of a line that is not simply correct."""
    words = _LineWords(marks, row, t, slot)
    text = words.message()
    places = tuple([place for shown in words.shown for place in shown.places])
    return Phrase(words.cause(), text, tuple(words.shown), places)


class _LineWords:
    """Words for one line of a student.

    They depend on the verdicts and slips of its numbers. Of a number itself they depend only on whether it is
    zero, whether there is a value that it should have, and whether the student went on with it:
    `line_results` relies on that.
    """

    def __init__(self, marks: LineMarks, row: int, t: int, slot: Slot) -> None:
        verdicts, causes = marks.verdicts, marks.causes
        here = (row, t, slot.columns)
        self.shown: list[Shown] = []
        self._verdicts = verdicts
        self._plan = verdicts.plan
        self._reveal = marks.reveal
        self._row, self._t, self._slot = row, t, slot
        self._codes, self._kinds = verdicts.codes[here].tobytes(), verdicts.kinds[here].tobytes()
        self._written: list[float] = verdicts.batch.values[here].tolist()
        self._expected: list[float] = verdicts.expected[here].tolist()
        line = (row, t, slot.line)
        self._mistake, self._fitting = int(causes.mistake[line]), int(causes.fitting[line])
        self._hollow = bool(verdicts.hollow[line])

    def cause(self) -> str | None:
        """Return the name of the reason why the line is not right, where it is known."""
        worst = max(self._codes)
        if worst not in _AT_FAULT:
            return None
        those = {kind for code, kind in zip(self._codes, self._kinds, strict=True) if code == worst}
        if worst == _UNUSED[0]:
            return _SLIP_NAMES[max(those)]
        if those == {Slip.FEW_DIGITS}:
            return TOO_FEW_DIGITS
        if worst == Code.WRONG:
            return _NAMED.get(next(iter(those))) if len(those) == 1 else None
        return self._plan.mistakes[self._mistake].name if self._mistake >= 0 else None

    def message(self) -> str:
        """Return what is to be said of the line."""
        places = self._to_say()
        if not places or (self._hollow and max(places)[0] == Code.FOLLOWS):
            return REPEATED if any(self._written) else HOLLOW
        if len(places) == 1:
            ((kind, where),) = places.items()
            return self._saying(*kind, where)
        return "; ".join(
            [self._saying(*kind, where) for kind, where in sorted(places.items(), key=_by_weight)]
        )

    def _to_say(self) -> dict[_Kind, list[int]]:
        """Return the components to speak of, by verdict and slip, without those that need no words."""
        wrong = _WRONG[0] in self._codes
        places: dict[_Kind, list[int]] = {}
        for place, kind in enumerate(zip(self._codes, self._kinds, strict=True)):
            by_chance = wrong and kind in _BY_CHANCE
            places.setdefault(_WRONG if by_chance else kind, []).append(place)
        places.pop(_CORRECT, None)
        for lesser in _LESSER:
            if any(kind != lesser and kind[0] >= lesser[0] for kind in places) or (
                len(places) > 1 and lesser[0] == Code.FOLLOWS
            ):
                places.pop(lesser, None)
        if unused := places.get(_UNUSED):  # not all need differ from what the student went on with
            places[_UNUSED] = [i for i in unused if self._written[i] != self._expected[i]] or unused
        return places

    def _saying(self, code: int, kind: int, places: Sequence[int]) -> str:
        if code == Code.MISTAKE and kind != Slip.FEW_DIGITS:
            return self._of_mistake()
        if code == Code.SLIP and kind in {Slip.COPIED, Slip.FIELDS_EXCHANGED}:
            return self._copied(kind)
        if kind == Slip.NOT_UPDATED:
            where = components(places, self._slot.shape)
            return f"{where} {NOT_UPDATED}" if where else NOT_UPDATED
        if kind in SOURCES:
            return self._worked_from(kind)
        if code in _AT_FAULT:
            where = components(places, self._slot.shape)
            return (f"{where}: " if where else "") + self._of_numbers(code, kind, places)
        words = _SAID[Code(code)]
        whole = len(places) == self._slot.size
        return words if whole else f"{components(places, self._slot.shape)} {words}"

    def _of_numbers(self, code: int, kind: int, places: Sequence[int]) -> str:
        """Return what is said of some components of the line by their numbers."""
        written, expected = self._numbers(places, Slip(kind), due=code != Code.MISTAKE)
        said = f"you wrote {written}"
        if code == Code.MISTAKE:
            digits = self._plan.digits
            return f"{said}, right as far as it goes, but at least {digits} digits are asked for"
        if code == Code.WRONG or kind == Slip.NONE:
            alike = f"; {OFF_ALIKE}" if kind == Slip.OFF_ALIKE else ""
            return f"{said}, {self._wrong(expected)}{alike}"
        if kind == Slip.UNUSED:
            went_on = f"but went on with {expected}" if expected else "but that is not what you went on with"
            return f"{said}, {went_on}"
        return f"{said}{f', where your own lines give {expected}' if expected else ''}: {SLIPS[Slip(kind)]}"

    def _wrong(self, expected: str) -> str:
        line = self._plan.lines[self._slot.line]
        first = bool(self._verdicts.before[self._row, self._t] < 0)
        fixed, own = sources_of(line, self._options(line.usual), first=first)
        (nowhere,) = unread(self._verdicts, line, np.array([self._row]), np.array([self._t]))
        absent = [*compress(line.parents, nowhere)]
        if expected:
            by = f" with {sources_in_words((), own, self._plan.kept, absent)}" if own else ""
            form = self._slot.forms[0]
            return f"but {_literal(gives(line.field, form, self._options(form)))} {expected}{by}"
        sources = sources_in_words(fixed, own, self._plan.kept, absent)
        return f"which does not follow from {sources or 'the question'}"

    def _copied(self, kind: int) -> str:
        slot, verdicts = self._slot, self._verdicts
        source = verdicts.layout.usual[int(verdicts.source[self._row, self._t, slot.line]) - 1]
        if kind == Slip.FIELDS_EXCHANGED:
            first, second = sorted((slot, source), key=lambda each: each.line)
            return f"{first.field} and {second.field} stand in each other's place"
        if source.line < slot.line:
            return f"you wrote {source.field} where {slot.field} belongs"
        return f"you wrote the {source.field} of the step before where {slot.field} belongs"

    def _worked_from(self, kind: int) -> str:
        """Return what else the line was worked from."""
        line = self._plan.lines[self._slot.line]
        used = names_in(line.usual.trees[self._options(line.usual)])
        number = int(self._verdicts.source[self._row, self._t, self._slot.line])
        if kind == Slip.OTHER_WAY:
            own = self._options(line.usual)
            return _literal(other_way(number, self._plan, line, own, reveal=self._reveal))
        says = worked_from(kind, number, self._verdicts.batch, line, used)
        right = f"; the line should be {self._equation()}" if kind == Slip.MULTIPLE and self._reveal else ""
        return _literal(says + right)

    def _of_mistake(self) -> str:
        """Return what the known mistake is, which is one of the whole line."""
        ways = self._plan.mistakes
        if self._mistake == UNTOLD:
            fitting = [way.says.rstrip(".") for number, way in enumerate(ways) if self._fitting >> number & 1]
            says = f"{_SEVERAL}: {'; or: '.join(fitting)}"
        else:
            says = ways[self._mistake].says.rstrip(".")
            if self._slot.field not in ways[self._mistake].lines:
                return _literal(f"{says}; {_unseen(ways[self._mistake].lines)}")
        return _literal(f"{says}; the line should be {self._equation()}" if self._reveal else says)

    def _equation(self) -> str:
        """Return the right equation by the student's own choices."""
        form = self._slot.forms[0]
        return equation(self._slot.field, form, self._options(form))

    def _options(self, form: Form) -> tuple[str, ...]:
        """Return the student's own options of the groups that a form depends on."""
        choices, options = self._plan.choices, self._verdicts.options
        return tuple([choices[group][options[group][self._row]] for group in form.groups])

    def _numbers(self, places: Sequence[int], slip: Slip, *, due: bool) -> tuple[str, str]:
        """Return placeholders for some components as written, and if `due` and revealed as they should be."""
        slot = self._slot
        shown = tuple(places if len(places) <= _MOST_SHOWN else places[:2])
        due = due and self._reveal and all(isfinite(self._expected[place]) for place in shown)
        self.shown.append(Shown(shown, slip, due))
        more, whole = len(places) > len(shown), len(places) == slot.size and len(slot.shape) == 1
        room = side_by_side([_NUMBER] * len(shown), more=more, whole=whole)
        return room, room if due else ""


def _unseen(fields: Iterable[str]) -> str:
    """Say that a mistake in one of these fields shows in a line after it."""
    return f"it is in {' or '.join(fields)}, which is not handed in, and shows in this line"


def _literal(text: str) -> str:
    """Return a text escaped for the format that it becomes a part of."""
    return text.replace("%", "%%")


def _by_weight(said: tuple[_Kind, list[int]]) -> tuple[int, int]:
    (code, kind), _ = said
    return _ORDER.index(Code(code)), kind
