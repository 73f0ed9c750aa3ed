"""Another value of a given constant: the one that a hand-in's numbers show, whatever it states."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.expressions import Array, Ball, Mask, Rows
from grader.marking.diagnosis.other_ways import ways_of
from grader.marking.lines.batch import Batch
from grader.marking.lines.choose import choose
from grader.marking.lines.verdicts import Code, Verdicts, at_fault
from grader.marking.lines.walk import mark_batch
from grader.marking.lines.work import Options, work_all_steps
from grader.marking.readings.reading import Read, Reading, marks, take_over
from grader.marking.sheets.digits import median
from grader.marking.sheets.layout import Slot, columns_of
from grader.solver import solve_each

_FITTING = 0.9  # of the lines with the constant, that must be right by its other value
_MOST = 0.8  # of them, that may be right by the stated one


def adopt_constant(read: Read, name: str, stated: Mask) -> None:
    """Read hand-ins with the value of a constant that their numbers show.

    That value is sought by the options that were chosen, and by other ones in hand-ins with hardly a line
    right. All trials are made at once, as if each were a hand-in.
    """
    verdicts = read.verdicts
    rows, options, others = _trials(verdicts, name)
    if not len(rows):
        return
    found = _fitting_value(verdicts, name, rows, options, others)
    asked = verdicts.plan.given[name]
    possible: Mask = np.array([np.isfinite(v) and not asked.outside(float(v)) for v in found], dtype=np.bool_)
    possible &= found != verdicts.batch.given[name][rows]
    rows, found = rows[possible], found[possible]
    if not len(rows):
        return
    before = verdicts.batch.given[name][rows]
    batch = verdicts.batch.take(rows)
    batch.given[name][:] = found
    second = mark_batch(batch, choose(batch))
    found_marks = marks(second)
    better: Mask = (found_marks > marks(verdicts, rows)) & (_share_right(second, name) >= _FITTING)
    notes = [
        f"you state {name} = {old:g}, but your numbers use {name} = {new:g}; marked with that"
        if stated[row]
        else f"no value of {name} was read; your numbers use {name} = {new:g}, and are marked with that"
        for row, old, new in zip(rows, before, found, strict=True)
    ]
    better &= _best_of_each(rows, np.where(better, found_marks, -np.inf))
    take_over(read, Reading(rows, batch, notes), second, better)
    for row in rows[better & stated[rows]]:
        read.costs[int(row)] += asked.cost


def _trials(verdicts: Verdicts, name: str) -> tuple[Rows, dict[str, Rows], Mask]:
    """Return which hand-ins to try with another constant, by which options, and whether these are others."""
    share = _share_right(verdicts, name)
    # Where most lines fit the stated constant, no other one can fit nearly all.
    off = (share < _MOST) & ~_explained(verdicts, name)
    trials: list[tuple[Rows, dict[str, int]]] = [(np.flatnonzero(off), {})]
    # With the wrong constant no line tells which option was taken: 0.2 times the mean of four numbers is 0.05
    # times their sum.
    plan = verdicts.plan
    touching = (way for line in plan.lines if name in line.given for way in ways_of(plan, line))
    for group, number in dict.fromkeys(touching):
        tried = off & (verdicts.options[group] != number) & (share < 1 - _FITTING / 2)
        trials.append((np.flatnonzero(tried), {group: number}))
    options = {
        group: np.concatenate([np.full(len(rows), other.get(group, -1)) for rows, other in trials])
        for group in verdicts.options
    }
    rows = np.concatenate([rows for rows, _ in trials])
    others = np.concatenate([np.full(len(rows), bool(other)) for rows, other in trials])
    chosen = {group: np.where(own < 0, verdicts.options[group][rows], own) for group, own in options.items()}
    return rows, chosen, others


def _best_of_each(rows: Rows, earned: Array) -> Mask:
    """Tell which trials are the best of their hand-in, the first of several that are equal."""
    best = np.zeros(len(rows), dtype=np.bool_)
    order = np.lexsort((np.arange(len(rows)), -earned, rows))
    _, first = np.unique(rows[order], return_index=True)
    best[order[first]] = True
    return best


def _touched(verdicts: Verdicts, name: str) -> Iterator[Slot]:
    for line, slot in verdicts.layout.pairs():
        if name in line.given:
            yield slot


def _explained(verdicts: Verdicts, name: str) -> Mask:
    """Tell where known mistakes explain the lines with a constant, or none of these is wrong: (N,)."""
    mistaken = np.zeros(len(verdicts.batch), dtype=np.intp)
    off = np.zeros(len(verdicts.batch), dtype=np.intp)
    for slot in _touched(verdicts, name):
        codes = verdicts.codes[..., slot.columns]
        mistaken += (codes == Code.MISTAKE).any(axis=2).sum(axis=1)
        off += at_fault(codes).any(axis=2).sum(axis=1)
    return 2 * mistaken >= off


def _share_right(verdicts: Verdicts, name: str) -> Array:
    """Return the share of the lines with a constant that are right: (N,)."""
    right, given = np.zeros(len(verdicts.batch)), np.zeros(len(verdicts.batch))
    for slot in _touched(verdicts, name):
        codes = verdicts.codes[..., slot.columns].max(axis=2)
        right += (codes <= Code.FOLLOWS).sum(axis=1)
        given += (codes <= Code.WRONG).sum(axis=1)
    return right / np.maximum(given, 1)


def _fitting_value(
    verdicts: Verdicts, name: str, rows: Rows, options: Mapping[str, Rows], others: Mask
) -> Array:
    """Return the value of a constant that most numbers fit, with as few digits as they allow: (rows,).

    `others` tells which trials have other options than the verdicts. What a line gives is nearly a straight
    line in the constant, so two values of the constant give its slope and offset.
    """
    batch = verdicts.batch.take(rows)
    now = batch.given[name].copy()
    first = verdicts.expected[rows]
    slots = list(_touched(verdicts, name))
    some = np.flatnonzero(others)
    if len(some):
        by_others = {group: chosen[some] for group, chosen in options.items()}
        first[some] = _expected(batch.take(some), by_others, slots).mid
    batch.given[name][:] = now * 1.25 + (now == 0)
    moved = _expected(batch, options, slots)
    here = columns_of(slots)
    slope = (moved.mid[..., here] - first[..., here]) / (batch.given[name] - now)[:, None, None]
    half = batch.half[..., here]
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = now[:, None, None] + (batch.values[..., here] - first[..., here]) / slope
        blur = (half + np.maximum(moved.rad[..., here], half)) / np.abs(slope)
    known = np.isfinite(estimate) & np.isfinite(blur) & (slope != 0)
    return np.array([_simplest(e[k], b[k]) for e, b, k in zip(estimate, blur, known, strict=True)])


def _expected(batch: Batch, options: Options, slots: Sequence[Slot]) -> Ball:
    """Return what should stand in some lines, given everything before them: (N, T, W), NaN in the others.

    A line is worked from the rounded numbers that are written. Where some of these were left out, it is
    worked from what follows instead; what rounding leaves open then is not known, and counts as nothing.
    """
    plan, own = batch.plan, batch.as_written(sharp=False)
    expected = Ball(np.full(batch.values.shape, np.nan), np.zeros(batch.values.shape))
    for slot in slots:
        ball = work_all_steps(batch, plan.lines[slot.line], options, own)
        for part, of_line in ((expected.mid, ball.mid), (expected.rad, ball.rad)):
            every = np.broadcast_to(of_line, (*batch.values.shape[:2], *slot.shape))
            part[..., slot.columns] = every.reshape(*batch.values.shape[:2], -1)
    here = columns_of(slots)
    unknown = np.isnan(expected.mid[..., here]) & ~np.isnan(batch.values[..., here])
    if (rows := np.flatnonzero(unknown.any(axis=(1, 2)))).size:
        mids = expected.mid[rows]
        followed = _followed(batch.take(rows), {group: option[rows] for group, option in options.items()})
        expected.mid[rows] = np.where(np.isnan(mids), followed, mids)
    expected.rad[np.isnan(expected.rad)] = 0.0
    return expected


def _followed(batch: Batch, options: Options) -> Array:
    """Return what follows line by line from written values, or from followed ones for gaps: (N, T, W)."""
    plan = batch.plan
    written = {slot.field: slot.of(batch.values) for slot in batch.layout.usual}
    trace = solve_each(plan, options, batch.given, len(batch), batch.varied, written)
    followed = np.full(batch.values.shape, np.nan)
    for slot in batch.layout.usual:
        slot.of(followed)[...] = trace[slot.field]
    return followed


def _simplest(estimates: Array, blurs: Array) -> float:
    """Return the number of fewest digits that nearly all estimates allow, or NaN.

    `blurs` is how far the written digits, of the line and of the lines before it, leave each estimate open.
    """
    if not len(estimates):
        return np.nan
    sharpest = np.argsort(blurs)[: max(1, len(blurs) // 4)]
    middle = median(estimates[sharpest])
    for wanted in (_FITTING, _FITTING / 2):
        for digits in range(7):  # with none it is 0, as of who updates nothing
            rounded = float(f"{middle:.{digits}g}") if digits else 0.0
            if np.mean(np.abs(estimates - rounded) <= blurs + 1e-9 * abs(middle)) >= wanted:
                return rounded
    return np.nan
