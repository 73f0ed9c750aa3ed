"""Work with another number than the exercise's: a step of 0.2 for 0.1, a label or an entry misread.

For each number of a constant, or of the input of one round, we ask what it must have been to give the
student's lines. If that is a plain number from which all of them follow, the student read it so; lines of one
equation are enough where it looks like the exercise's number. Two neighbours in each other's place are found
as well. It is charged once, in the first line that shows it; the others follow.

Constants that students state themselves are another matter: see `other_constants` in `readings`.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from grader.expressions import Array, Ball, Mask, Rows
from grader.marking.diagnosis.wrong_lines import WrongLines
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Code, Verdicts, unexplained
from grader.marking.sheets.layout import Slot
from grader.schemas.places import components
from grader.schemas.wording import listed
from grader.solver import Line

_BY_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, the other lines fit by chance
_LEAST = 2  # lines that show it
_SHARE = 0.5  # of the lines with the number are off, at least
_MOST_MISSED = 0.25  # of as many as it explains
_MOST_NUMBERS = 32  # of an input
_DIGITS = 4  # of a number that somebody reads, at most
_TRIALS = 16  # of the secant method
# What a number that was worked with another one looks like, if not wrong.
_LOOKS = (Slip.UNUSED, Slip.SIGN, *BY_CHANCE)


def note_misread_inputs(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Name the first line that shows another number in an input; yield which it is, by hand-in."""
    plan = verdicts.plan
    for name, value in plan.inputs.items():
        # Whose varied values they may be is for those who mark: `other_variants`.
        if name in plan.loops or name in verdicts.batch.varied or value[0].size > _MOST_NUMBERS:
            continue
        rounds = plan.rounds.get(name, np.zeros(len(plan.steps), dtype=np.intp))
        pairs = [(line, slot) for line, slot in verdicts.layout.pairs() if name in line.inputs]
        lines = _lines_off(verdicts, pairs, rounds)
        for pair in (False, True) if lines else ():
            for place in range(value[0].size - pair):
                yield from _Number(lines, rounds, name, value, place, pair=pair).note()


def _lines_off(verdicts: Verdicts, pairs: Sequence[tuple[Line, Slot]], rounds: Rows) -> list[WrongLines]:
    """Return the written lines of some fields, in those rounds in which many of them are wrong."""
    in_round = (rounds[:, None] == np.arange(rounds.max() + 1)).astype(np.intp)
    off, written = np.zeros((2, len(verdicts.batch), in_round.shape[1]), dtype=np.intp)
    whole: list[Mask] = []
    for _, slot in pairs:
        codes = verdicts.codes[..., slot.columns]
        whole.append((codes <= Code.WRONG).all(axis=2) & (verdicts.form[..., slot.line] == 0))
        off += (whole[-1] & unexplained(*verdicts.of(slot), _LOOKS).any(axis=2)) @ in_round
        written += (whole[-1] & ~(codes == Code.MISTAKE).any(axis=2)) @ in_round
    some: Mask = ((off >= _LEAST) & (off >= _SHARE * written))[:, rounds]
    places = [np.nonzero(some & here) for here in whole]
    return [WrongLines(verdicts, *pair, *at) for pair, at in zip(pairs, places, strict=True) if len(at[0])]


class _Number:
    """One number of an input, looked at in groups of lines: those of one hand-in and one round each.

    For a `pair` it is exchanged with the next number. `stated` (groups,) is what the exercise has. For each
    field, `groups` tells which group each line is in, `off` which of its numbers are wrong.
    """

    def __init__(
        self,
        lines: list[WrongLines],
        rounds: Rows,
        name: str,
        inputs: Array,
        place: int,
        *,
        pair: bool,
    ) -> None:
        verdicts = lines[0].verdicts
        self.plan, self.name, self.lines = verdicts.plan, name, lines
        self.place, self.pair, self.shape = place, pair, inputs.shape[1:]
        self.off = [unexplained(*verdicts.of(each.slot), _LOOKS)[each.rows, each.steps] for each in lines]
        keys = np.concatenate([each.rows * len(rounds) + rounds[each.steps] for each in lines])
        groups, every = np.unique(keys, return_inverse=True)
        self.groups = np.split(every, np.cumsum([len(each.rows) for each in lines])[:-1])
        self.rows, numbers = np.divmod(groups, len(rounds))
        self.steps = np.argmax(rounds == numbers[:, None], axis=1)  # one of each group's
        self.inputs: Array = inputs[self.steps % len(inputs)].reshape(len(groups), -1)
        self.stated = self.inputs[:, place]
        self.count = int(rounds.max()) + 1  # of the rounds that have a number of their own
        self.has_zeros = bool(np.any(inputs == 0))

    def _work(self, lines: WrongLines, group: Rows, values: Array) -> Ball:
        """Return what the lines of a field give with another number in each group."""
        own = lines.names[self.name]
        mid = own.mid.copy()
        numbers = mid.reshape(len(mid), -1)
        if self.pair:
            numbers[:, self.place + 1] = numbers[:, self.place]
        numbers[:, self.place] = values[group]
        return lines.work_with({self.name: Ball(mid, own.rad)})

    def _implied(self) -> Array:
        """Return the plain number implied by each field, the sharpest field first: (fields, groups).

        It is NaN where none is. Of two numbers with one square another field tells which it is.
        """
        each = [self._implied_by(*field) for field in zip(self.lines, self.groups, self.off, strict=True)]
        values, blurs = (np.stack(part) for part in zip(*each, strict=True))
        implied: Array = np.take_along_axis(values, np.argsort(blurs, axis=0, kind="stable"), axis=0)
        # A single factor that is left out, or has the other sign, is no number misread.
        single = self.name not in self.plan.rounds and self.shape == ()
        no_factor = single & ((implied == 1.0) | (implied * self.stated <= 0))
        # Where 0 is no number of the exercise's, it is rather a term left out of a sum.
        no_term = (implied == 0) & (not self.has_zeros)
        return np.where(no_factor | no_term, np.nan, implied)

    def _implied_by(self, lines: WrongLines, group: Rows, off: Mask) -> tuple[Array, Array]:
        """Return the plain number that is implied by the sharpest number of a field in each group.

        Beside it stands how far that leaves it open: infinitely, where none is plain.
        """
        written, half = (part.ravel() for part in lines.written())
        usual, room = lines.usual.mid.ravel(), half + lines.usual.rad.ravel()
        before, value = self.stated, self.stated * 1.25 + (self.stated == 0)
        of = np.repeat(group, off.shape[1])
        slope = (self._work(lines, group, value).mid.ravel() - usual) / (value - before)[of]
        blur = np.abs(room / slope)
        blur[~off.ravel() | ~np.isfinite(blur)] = np.inf
        sharpest_last = np.argsort(-blur, kind="stable")
        sharpest = np.zeros(len(value), dtype=np.intp)
        sharpest[of[sharpest_last]] = sharpest_last
        known = np.isin(np.arange(len(value)), of) & np.isfinite(blur[sharpest])
        due, there, slope = written[sharpest], usual[sharpest], slope[sharpest]
        value = before + (due - there) / slope
        for _ in range(_TRIALS):
            here = self._work(lines, group, value).mid.ravel()[sharpest]
            near = np.isclose(value, before, rtol=1e-9, atol=0.0)
            if near[known].all():
                break
            beyond = ~(np.abs(due - here) <= np.abs(due - there))  # a step too far, as across a pole
            slope = np.where(near | beyond, slope, (here - there) / (value - before))
            onward, back = value + (due - here) / slope, (value + before) / 2
            before, there = np.where(beyond, before, value), np.where(beyond, there, here)
            value = np.where(beyond, back, onward)
        left = np.abs(room[sharpest] / slope)
        plain = np.where(known, _plainest(value, left), np.nan)
        return plain, np.where(np.isnan(plain), np.inf, left)

    def note(self) -> Iterator[tuple[int, str]]:
        """Note the first line of each group that another number explains, and let the others follow."""
        if self.pair:
            implied = self.inputs[:, self.place + 1]
            yield from self._say(implied, self._note_shown(implied))
            return
        done = np.zeros(len(self.stated), dtype=np.bool_)
        tried: list[Array] = []
        for each in self._implied():
            implied = np.where(done | np.any([each == other for other in tried], axis=0), np.nan, each)
            tried.append(each)
            if not np.isnan(implied).all():
                shown = self._note_shown(implied)
                done |= np.isin(self.rows, self.rows[shown])
                yield from self._say(implied, shown)

    def _say(self, implied: Array, shown: Mask) -> Iterator[tuple[int, str]]:
        """Say once for each hand-in what the groups show."""
        for row in np.unique(self.rows[shown]).tolist():
            first, *others = np.flatnonzero(shown & (self.rows == row)).tolist()
            says = self._said(first, float(implied[first]))
            yield row, says + (f"; likewise in {self._rounds(others)}" if others else "")

    def _rounds(self, groups: Sequence[int]) -> str:
        """Return in which rounds some groups are: "sample 1 and 2"."""
        numbers = [str(self.plan.rounds[self.name][self.steps[k]]) for k in groups]
        return f"{self.plan.loop_of(self.name)} {listed(numbers)}"

    def _note_shown(self, implied: Array) -> Mask:
        """Note what these numbers explain; return the groups that show them."""
        explained, missed, power, best, equations = np.zeros((5, len(implied)))
        first = np.full(len(implied), np.inf)
        found = []
        for lines, group, off in zip(self.lines, self.groups, self.off, strict=True):
            ball = self._work(lines, group, implied)
            agreed, fits = lines.agrees(ball), off.any(axis=1) & lines.explained(ball)
            # What a known mistake explains is no sign for or against it.
            mistaken = (lines.codes() == Code.MISTAKE).any(axis=1)
            chance = np.where(fits & lines.first_written(group), lines.chance(ball), 0.0)
            explained += (lines_of := np.bincount(group, fits, len(implied)))
            equations += lines_of > 0
            missed += np.bincount(group, ~agreed & ~mistaken, len(implied))
            power += np.bincount(group, chance, len(implied))
            turn = np.where(fits, lines.steps * len(self.plan.lines) + lines.slot.line, np.inf)
            np.minimum.at(best, group, chance)
            np.minimum.at(first, group, turn)
            found.append((lines, group, turn, fits | (agreed & mistaken)))
        shown = (explained >= _LEAST) & (missed <= _MOST_MISSED * explained)
        shown &= (power if self.pair else power - best) <= _BY_CHANCE  # the best line tells the number
        if not self.pair:
            # What is off in one equation alone may be its own fault, as twice of a term is.
            shown &= (equations > 1) | _looks_alike(implied, self.stated)
            shown = self._one_reading(implied, shown)
        number = [*self.plan.inputs].index(self.name)
        for lines, group, turn, explained_ in found:
            is_first = turn == first[group]
            lines.note(Slip.MISREAD, number, shown[group] & is_first)
            lines.follow(shown[group] & explained_ & ~is_first)
        return shown

    def _one_reading(self, implied: Array, shown: Mask) -> Mask:
        """Tell which groups are of a hand-in that can have read the number so.

        Who reads a number wrongly does so once, or wherever it stands, as 0.5 for 0.05 and -0.5 for -0.05.
        What is other in all rounds, or in each in its own way, has another reason.
        """
        here = np.flatnonzero(shown)
        _, leads, times_of = np.unique(self.rows[here], return_index=True, return_counts=True)
        times, lead = np.repeat(times_of, times_of), np.repeat(here[leads], times_of)
        is_same = np.abs(self.stated[here]) == np.abs(self.stated[lead])
        is_same &= np.isclose(implied[here] * self.stated[lead], implied[lead] * self.stated[here])
        is_same &= _looks_alike(implied[here], self.stated[here]) & (times < self.count)
        shown[here] = (times == 1) | ~np.isin(self.rows[here], self.rows[here[~is_same]])
        return shown

    def _said(self, k: int, value: float) -> str:
        """Return which number it is that is other than the exercise's."""
        own, stated = f"{value:.6g}", f"{self.stated[k]:.6g}"
        places = [self.place]
        if self.pair:
            own, stated, places = f"{own} and {stated}", f"{stated} and {own}", [self.place, self.place + 1]
        where = [components(places, self.shape)]
        if self.name in self.plan.rounds:
            where.append(self._rounds([k]))
        of = f" ({', '.join(filter(None, where))})" if any(where) else ""
        return f"{self.name}: your numbers use {own} where the exercise has {stated}{of}"


def _looks_alike(values: Array, others: Array) -> Mask:
    """Tell which values are `others` with a digit, two neighbouring digits or the decimal point misread."""
    change, tens = values - others, np.log10(np.abs(values / others))
    # Two digits exchanged are 9 times their difference: 0.75 and 0.57 are 0.18 apart.
    return _is_round(change) | _is_round(change / 9) | np.isclose(np.rint(tens), tens, rtol=0.0, atol=1e-9)


def _is_round(values: Array) -> Mask:
    """Tell which numbers have a single digit other than 0."""
    unit = 10.0 ** np.floor(np.log10(np.abs(values)))
    return np.isclose(np.rint(values / unit) * unit, values, rtol=1e-9, atol=0.0)


def _plainest(values: Array, blurs: Array) -> Array:
    """Return the number of fewest digits within `blurs` of each value, NaN where it has more than a few."""
    plain = np.where(np.abs(values) <= blurs, 0.0, np.nan)
    size = np.floor(np.log10(np.abs(values)))
    for digits in range(_DIGITS):
        unit = 10.0 ** (digits - size)
        rounded = np.rint(values * unit) / unit
        plain = np.where(np.isnan(plain) & (np.abs(rounded - values) <= blurs), rounded, plain)
    return plain
