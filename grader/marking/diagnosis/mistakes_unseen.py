"""Known mistakes in lines that are not handed in: the lines that are worked from them show them.

Who records only outputs and new weights, and leaves out the derivative of the output in between, has made
that mistake all the same. In each step the first line that it explains is charged; the others follow.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from grader.expressions import ULPS, Ball, Mask, Rows, every
from grader.expressions.real import total
from grader.marking.diagnosis.wrong_lines import WrongLines
from grader.marking.lines.latest import Latest
from grader.marking.lines.remember import known
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.verdicts import Code, Verdicts, by_line, unexplained
from grader.marking.lines.work import for_each, work, work_all_steps
from grader.marking.sheets.layout import Slot
from grader.solver import Line
from grader.solver.plan import WrongWay

_CHANCE = -2.0  # of ten, to the power of this: so likely, at most, the lines fit any mistake by chance
_MOST_MISSED = 0.25  # of the lines that the mistake touches and that are off

_AT_ONCE = 2000  # hand-ins times mistakes; more would need more memory than all else

_Anew = dict[tuple[Slot, int], tuple[Line, Mask]]  # by field and step: the equation, and in which hand-ins
_Shown = list[tuple[WrongLines, Mask]]  # lines in the order of the key, and which of them a mistake explains


def note_mistakes_unseen(verdicts: Verdicts) -> None:
    """Name the known mistakes in lines that are left out: those that explain most of what is off after them.

    Where several do so equally, the hand-in as a whole decides (`grader.marking.lines.causes`).
    """
    off, absent = _lines_off(verdicts)
    gaps = np.flatnonzero(absent.any(axis=(1, 2)) & off.any(axis=(1, 2)))
    if not len(gaps):
        return
    chance = _CHANCE - np.log10(max(1, len(verdicts.plan.mistakes)))
    off[gaps] &= _may_tell(verdicts, off, gaps, chance)[:, None, None]
    latest = Latest(verdicts.batch, sharp=False)
    follows = _follows(verdicts, absent, gaps, latest)
    gaps = gaps[off[gaps].any(axis=(1, 2))]
    ways = [_changed(latest, absent[gaps], way) for way in verdicts.plan.mistakes]
    numbers = [number for number, way in enumerate(ways) if _may_show(latest, off[gaps], way)]
    worked = _worked(verdicts, gaps, follows, [ways[number] for number in numbers])
    found = [
        (number, *_shown(verdicts, off, gaps, follows, by_mistake, chance))
        for number, by_mistake in zip(numbers, worked, strict=True)
    ]
    most = np.max([0 * off[:, 0, 0], *(explained for *_, explained in found)], axis=0)
    charged = np.zeros_like(off)
    for number, shown, explained in found:
        told = (explained > 0) & (explained == most)
        done: Mask = np.zeros(off.shape[:2], dtype=np.bool_)
        for lines, fits in shown:
            np.logical_and(fits, told[lines.rows], out=fits)
            here = fits & off[lines.rows, lines.steps, lines.slot.line]
            first = here & ~done[lines.rows, lines.steps]
            # Beside other mistakes that may explain them as well.
            lines.turn(first, (Code.SLIP, Code.WRONG), Code.MISTAKE, Slip.NONE)
            verdicts.matches[0, lines.rows[first], lines.steps[first], lines.slot.line] |= np.uint64(
                1 << number
            )
            done[lines.rows[first], lines.steps[first]] = True
            charged[lines.rows[first], lines.steps[first], lines.slot.line] = True
    for _, shown, _ in found:
        for lines, fits in shown:
            lines.follow(fits & ~charged[lines.rows, lines.steps, lines.slot.line])


def _lines_off(verdicts: Verdicts) -> tuple[Mask, Mask]:
    """Tell which lines are wrong, or like slips by chance, and which are not handed in: (N, T, L) each."""
    usual = verdicts.form == 0
    off = by_line(verdicts, unexplained(verdicts.codes, verdicts.kinds, BY_CHANCE), worst=True) > 0
    there = by_line(verdicts, verdicts.codes != Code.MISSING, worst=True) > 0
    return off & usual, ~there & usual


def _may_tell(verdicts: Verdicts, off: Mask, rows: Rows, chance: float) -> Mask:
    """Tell who has written so many digits in lines that are off that they could show a mistake: (rows,)."""
    batch = verdicts.batch
    with np.errstate(all="ignore"):  # numbers of any size may have been written
        power = np.log10(batch.half[rows] / np.abs(batch.values[rows] - verdicts.expected[rows]))
    power = np.where(np.isnan(power), 0.0, np.clip(power, -9.0, 0.0))
    of_lines = np.stack([power[..., slot.columns].min(axis=2) for slot in batch.layout.usual], axis=2)
    of_steps = np.where(off[rows], of_lines, 0.0).min(axis=2)
    could: Mask = total(of_steps, 1) <= chance  # the same to the last bit, however many hand-ins there are
    return could


def _changed(latest: Latest, absent: Mask, way: WrongWay | None = None) -> _Anew:
    """Return the lines left out that a mistake changes, or all of them."""
    changed: _Anew = {}
    last = np.flatnonzero(~absent.all(axis=(0, 2))).max(initial=-1)
    for t, (line, slot) in product(range(last + 1), latest.batch.layout.pairs()):
        wrong = line if way is None else way.lines.get(slot.field)
        here = absent[:, t, slot.line]
        if wrong is None:
            here = here & _after(latest, changed, slot.line, t, len(absent))
        if np.any(here):
            changed[slot, t] = wrong or line, here
    return changed


def _after(latest: Latest, changed: _Anew, i: int, t: int, count: int) -> Mask:
    """Tell in which of `count` hand-ins a line of a step is worked from a changed one."""
    found = np.zeros(count, dtype=np.bool_)
    for parent in latest.parents(i, t):
        if parent in changed:
            found |= changed[parent][1]
    return found


def _may_show(latest: Latest, off: Mask, changed: _Anew) -> bool:
    """Tell whether any line that is off is worked from a changed one."""
    places = zip(*np.nonzero(off.any(axis=0)), strict=True)
    return any(np.any(off[:, t, i] & _after(latest, changed, int(i), int(t), len(off))) for t, i in places)


def _follows(verdicts: Verdicts, absent: Mask, rows: Rows, latest: Latest) -> Ball:
    """Return the fields of all hand-ins, (N, T, W), with what follows where some hand in nothing.

    What is written is as narrow as the lines before it allow.
    """
    batch = verdicts.batch
    nothing = np.isnan(batch.values)
    fields = Ball(np.where(nothing, verdicts.expected, batch.values), np.where(nothing, 0.0, batch.half))
    (fields,) = _worked(verdicts, rows, fields, [_changed(latest, absent[rows])])
    for line, slot in batch.layout.pairs():
        own = Ball(slot.of(fields.mid), slot.of(fields.rad))
        narrowed = known(own, work_all_steps(batch, line, verdicts.options, fields))
        own.rad[...] = np.where(slot.of(nothing), own.rad, narrowed.rad)
    return fields


def _worked(verdicts: Verdicts, rows: Rows, fields: Ball, ways: Sequence[_Anew]) -> Iterator[Ball]:
    """Yield fields, (N, T, W), with lines that some hand-ins leave out worked anew in each of some ways.

    Many are worked at once, as if each hand-in in each way were a hand-in.
    """
    together = max(1, _AT_ONCE // max(1, len(rows)))
    for start in range(0, len(ways), together):
        some = ways[start : start + together]
        worked = _worked_at_once(verdicts, rows, fields, some)
        for way in range(len(some)):
            mid, rad = fields.mid.copy(), fields.rad.copy()
            here = slice(way * len(rows), (way + 1) * len(rows))
            mid[rows], rad[rows] = worked.mid[here], worked.rad[here]
            yield Ball(mid, rad)


def _worked_at_once(verdicts: Verdicts, rows: Rows, fields: Ball, ways: Sequence[_Anew]) -> Ball:
    """Return the fields of some hand-ins in one way after the other, with lines worked anew: (n, T, W).

    Who does not write a line down may have rounded it all the same.
    """
    each = np.tile(rows, len(ways))
    batch, options = verdicts.batch.take(each), verdicts.options_of(each)
    latest, habits = Latest(batch, sharp=False), batch.habits()
    latest.written = fields[each]
    places = {place for way in ways for place in way}
    for slot, t in sorted(places, key=lambda place: (place[1], place[0].line)):
        equations: dict[Line, list[Rows]] = {}
        for number, way in enumerate(ways):
            if (slot, t) in way:
                line, where = way[slot, t]
                equations.setdefault(line, []).append(number * len(rows) + np.flatnonzero(where))
        for line, parts in equations.items():
            here = np.concatenate(parts)
            names = latest.names(line, t, here, latest.written)
            own = {group: option[here] for group, option in options.items()}
            ball = for_each(work(line.usual, verdicts.plan, own, names), len(here))
            rounded = Ball(ball.mid, ball.rad + habits.half(ball.mid, here))
            latest.put(slot, t, here, rounded, rounded)
    return latest.written


def _shown(
    verdicts: Verdicts, off: Mask, rows: Rows, follows: Ball, by_mistake: Ball, chance: float
) -> tuple[_Shown, Rows]:
    """Return the lines of some hand-ins that a mistake explains, and how many that are off: (N,).

    None where too many of those that it touches are off otherwise, or all may fit by chance. What looks like
    another mistake may follow from this one. `follows` and `by_mistake` are the fields without and with it.
    """
    batch = verdicts.batch
    power = np.zeros(off.shape[:2])  # by step: its lines are worked from one number that nobody wrote
    explained, missed = np.zeros((2, len(off)), dtype=np.intp)
    shown: _Shown = []
    for line, slot in batch.layout.pairs():
        faulty = off[rows, :, slot.line]
        open_ = faulty | (verdicts.codes[rows, :, slot.columns] == Code.MISTAKE).any(axis=2)
        here, steps = np.nonzero(open_)
        if not len(here):
            continue
        lines = WrongLines(verdicts, line, slot, rows[here], steps, fields=follows)
        ball = WrongLines(verdicts, line, slot, rows[here], steps, fields=by_mistake).usual
        same = np.abs(ball.mid - lines.usual.mid) <= ULPS * np.abs(ball.mid)
        touched = ~every(same)
        fits, counts = touched & lines.explained(ball), faulty[here, steps]
        explained += np.bincount(lines.rows, fits & counts, len(off)).astype(np.intp)
        missed += np.bincount(lines.rows, touched & ~fits & counts, len(off)).astype(np.intp)
        np.minimum.at(power, (lines.rows, steps), np.where(fits & counts, lines.chance(ball), 0.0))
        shown.append((lines, fits))
    told = (power.sum(axis=1) <= chance) & (missed <= _MOST_MISSED * explained)
    return shown, np.where(told, explained, 0)
