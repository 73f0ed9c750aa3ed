"""Known mistakes in lines that are not handed in: the lines of the step that are worked from them show them.

Who records only outputs and new weights, and leaves out the derivative of the output in between, has made
that mistake all the same. In each step the first line that it explains is charged; those after it follow.
"""

from collections.abc import Iterator

import numpy as np

from grader.expressions import Ball, Mask, Rows
from grader.marking.lines.remember import usual_half
from grader.marking.lines.slips import BY_CHANCE, Slip
from grader.marking.lines.taken_from import WrongLines
from grader.marking.lines.verdicts import Code, Verdicts, unexplained
from grader.marking.lines.work import along, where
from grader.solver.plan import WrongWay

_CHANCE = -4.0  # of ten, to the power of this: so likely, at most, the lines fit by chance
_LEAST = 2  # lines that show it; a single one is rather wrong by itself
_MOST_MISSED = 0.25  # of the lines that the mistake touches and that are off

_Shown = list[tuple[WrongLines, Mask]]  # lines in the order of the key, and which of them a mistake explains


def note_mistakes_unseen(verdicts: Verdicts) -> None:
    """Name the known mistakes in lines that are left out: those that explain most of what is off after them.

    Where several do so equally, the hand-in as a whole decides (`grader.marking.lines.causes`).
    """
    off, absent = _lines_off(verdicts)
    found: list[tuple[int, _Shown, Rows]] = []
    for number, way in enumerate(verdicts.batch.layout.plan.mistakes):
        unseen = [slot.line for slot in verdicts.batch.layout.usual if slot.field in way.lines]
        rows, steps = np.nonzero(absent[..., unseen].any(axis=2) & off.any(axis=2))
        if len(rows):
            found.append((number, *_shown(verdicts, way, off, absent, rows, steps)))
    most = np.max([0 * off[:, 0, 0], *(explained for *_, explained in found)], axis=0)
    noted = np.zeros_like(off)
    for number, shown, explained in found:
        charged: Mask = np.zeros(off.shape[:2], dtype=np.bool_)
        told = (explained > 0) & (explained == most)
        for lines, fits in shown:
            np.logical_and(fits, told[lines.rows], out=fits)
            first = fits & ~charged[lines.rows, lines.steps]
            _note(lines, number, first)
            charged[lines.rows[first], lines.steps[first]] = True
            noted[lines.rows[first], lines.steps[first], lines.slot.line] = True
    for _, shown, _ in found:
        for lines, fits in shown:
            lines.follow(fits & ~noted[lines.rows, lines.steps, lines.slot.line])


def _lines_off(verdicts: Verdicts) -> tuple[Mask, Mask]:
    """Tell which lines are wrong, or like slips by chance, and which are not handed in: (N, T, L) each."""
    off, absent = [], []
    for slot in verdicts.batch.layout.usual:
        codes, kinds = verdicts.of(slot)
        usual = verdicts.form[..., slot.line] == 0
        off.append(np.any(unexplained(codes, kinds, BY_CHANCE), axis=2) & usual)
        absent.append(np.all(codes == Code.MISSING, axis=2) & usual)
    return np.stack(off, axis=2), np.stack(absent, axis=2)


def _shown(
    verdicts: Verdicts, way: WrongWay, off: Mask, absent: Mask, rows: Rows, steps: Rows
) -> tuple[_Shown, Rows]:
    """Return the lines of some steps that a mistake explains, and how many of each hand-in: (N,).

    None where too many of those that it touches are off otherwise, or all may fit by chance.
    """
    power = np.zeros(len(off))
    explained, missed = np.zeros((2, len(off)), dtype=np.intp)
    shown: _Shown = []
    for lines, ball in _touched(verdicts, way, absent, rows, steps):
        faulty = off[rows, steps, lines.slot.line]
        fits = faulty & lines.explained(ball)
        explained += np.bincount(rows, fits, len(off)).astype(np.intp)
        missed += np.bincount(rows, faulty & ~fits, len(off)).astype(np.intp)
        power += np.bincount(rows, np.where(fits, lines.chance(ball), 0.0), len(off))
        shown.append((lines, fits))
    told = (power <= _CHANCE) & (explained >= _LEAST) & (missed <= _MOST_MISSED * explained)
    return shown, np.where(told, explained, 0)


def _touched(
    verdicts: Verdicts, way: WrongWay, absent: Mask, rows: Rows, steps: Rows
) -> Iterator[tuple[WrongLines, Ball]]:
    """Yield the lines that a mistake in what is left out before them touches, with what they are by it."""
    batch = verdicts.batch
    nothing = np.isnan(batch.values)
    follows = Ball(np.where(nothing, verdicts.expected, batch.values), np.where(nothing, 0.0, batch.half))
    unit = usual_half(batch)[rows]  # who does not write a line down may have rounded it all the same
    worked: dict[str, Ball] = {}
    for line, slot in batch.layout.pairs():
        unseen = absent[rows, steps, slot.line]
        way_here = way.lines.get(slot.field) if unseen.any() else None
        before = {name: worked[name] for name in line.earlier if name in worked}
        if not before and way_here is None:
            continue
        lines = WrongLines(verdicts, line, slot, rows, steps, fields=follows)
        ball = lines.work_with(before)
        if before:
            yield lines, ball
        if way_here is not None:
            by_mistake = WrongLines(verdicts, way_here, slot, rows, steps, fields=follows)
            ball = by_mistake.work_with({name: worked[name] for name in way_here.earlier if name in worked})
        if unseen.any():
            own = Ball(*lines.written())
            rounded = Ball(ball.mid, ball.rad + along(unit, ball.mid))
            worked[slot.field] = where(along(unseen, own.mid), rounded, own)


def _note(lines: WrongLines, number: int, found: Mask) -> None:
    """Note in some lines a known mistake that explains them, beside others that do."""
    verdicts, here = lines.verdicts, (lines.rows[found], lines.steps[found], lines.slot.columns)
    off = (verdicts.codes[here] == Code.WRONG) | (verdicts.codes[here] == Code.SLIP)
    verdicts.codes[here] = np.where(off, Code.MISTAKE, verdicts.codes[here])
    verdicts.kinds[here] = np.where(off, Slip.NONE, verdicts.kinds[here])
    verdicts.matches[0, here[0], here[1], lines.slot.line] |= np.uint64(1 << number)
