"""What a line shows of wrong lines before it: whether they were only written down wrong.

A line that fits the intended values of what it is worked from better than the written ones shows a slip of
the pen there: from now on, and for this line too, the intended values count. A line that fits the written
ones better shows that the student worked on with them.
"""

import numpy as np

from grader.expressions import Array, Ball, Mask, Rows, every
from grader.marking.lines.desk import Desk, Expected, Place, with_rows
from grader.marking.lines.explain import Doubtful, agrees, try_slips
from grader.marking.lines.slips import Slip, little
from grader.marking.lines.verdicts import Code
from grader.marking.lines.work import along, where
from grader.marking.sheets.layout import Slot

_MANY = 64  # numbers on a line: of more, it is not asked what the next lines show of each single one


def settle_slips(desk: Desk, place: Place, expected: Expected) -> Mask:
    """Return which components agree with the intended values; decide what this line has shown."""
    torn = place.some(expected.split)
    _let_faults_stand(desk, torn, expected)
    by_own = agrees(torn.values, torn.half, expected.written[expected.split])
    by_meant = _shows(torn.values, torn.half, expected.intended)
    fits = [np.sum(each, axis=place.axes) for each in (by_own, by_meant)]
    slipped, worked_on = fits[1] > fits[0], fits[0] > fits[1]
    # Where enough is shown, the numbers that show nothing need no more than any other to be right.
    possible = agrees(torn.values, torn.half, expected.intended)
    partly = np.flatnonzero(slipped & ~every(possible | ~torn.given))
    if len(partly):
        slipped[partly] &= ~_mistaken(desk, torn.some(partly))
    for slot, step in desk.latest.parents(place.i, place.t):
        split = desk.latest.split[torn.rows, step, slot.line]
        desk.latest.worked_on(slot, step, torn.rows[split & worked_on])
    _slipped(desk, torn.some(np.flatnonzero(slipped)), expected.intended[np.flatnonzero(slipped)])
    right = np.zeros(place.values.shape, dtype=np.bool_)
    right[expected.split] = by_meant | (along(slipped, torn.values) & possible)
    expected.written = with_rows(
        expected.written, expected.split[slipped], expected.intended[np.flatnonzero(slipped)]
    )
    own = expected.written[expected.split]
    expected.intended = where(along(worked_on, torn.values), own, expected.intended)
    return right


def _let_faults_stand(desk: Desk, torn: Place, expected: Expected) -> None:
    """Find lines that were worked with some wrong values as written and with others put right.

    Such a line is wrong both by everything as written and by everything as intended. The values that were put
    right are those that look like slips of the pen; or else those of one of the lines before.
    """
    parents = [*dict.fromkeys(desk.latest.parents(torn.i, torn.t))]
    split = np.array([desk.latest.split[torn.rows, step, slot.line] for slot, step in parents])
    open_: Mask = split.sum(axis=0) > 1
    for ball in (expected.written[expected.split], expected.intended):
        open_ &= ~every(agrees(torn.values, torn.half, ball) | ~torn.given)
    worse = np.array([_worse_than_slips(desk, torn, *parent) for parent in parents])
    others = np.arange(len(parents))[:, None, None] != np.arange(len(parents))[:, None]
    for faulty in (split & worse, *(split & others)):
        rows = np.flatnonzero(open_ & faulty.any(axis=0) & (split & ~faulty).any(axis=0))
        if not len(rows):
            continue
        some, worked = torn.some(rows), faulty[:, rows]
        as_written = {
            (slot, step): np.repeat(each[:, None], slot.size, axis=1)
            for (slot, step), each in zip(parents, worked, strict=True)
        }
        ball = desk.work_with(some, as_written)
        here = np.flatnonzero(every(_shows(some.values, some.half, ball) | ~some.given))
        for (slot, step), each in zip(parents, worked, strict=True):
            desk.latest.worked_on(slot, step, some.rows[here][each[here]])
        expected.intended = with_rows(expected.intended, rows[here], ball[here])
        open_[rows[here]] = False


def settle_slips_in_a_row(desk: Desk, place: Place, expected: Expected, right: Mask) -> None:
    """Find faulty lines that were worked from the intended value of a slip before them.

    A student who negates a step and then the sum of it as well, or makes a known mistake in the sum, has gone
    on with the intended step all the same. Numbers that turn out right so are noted in `right`.
    """
    off = np.flatnonzero(~every(right[expected.split]))
    if desk.brief or not len(off):
        return
    open_, meant = expected.split[off], expected.intended[off]
    chosen = place.some(open_)
    accepted = _mistaken(desk, chosen, intended=True)
    some = np.flatnonzero(~accepted & _after_slips(desk, chosen))
    if len(some):
        accepted[some] = _slips_explain(desk, chosen.some(some), meant[some])
        accepted[some] &= ~_slips_explain(desk, chosen.some(some), expected.written[open_[some]])
    here = np.flatnonzero(accepted)
    here = here[~_mistaken(desk, chosen.some(here))] if len(here) else here
    _slipped(desk, chosen.some(here), meant[here])
    found = open_[here]
    expected.written = with_rows(expected.written, found, meant[here])
    right[found] = agrees(chosen.values[here], chosen.half[here], meant[here])


def _shows(values: Array, half: Array, ball: Ball) -> Mask:
    """Tell which values agree with intended ones closely enough to show anything.

    Where whole numbers were written for fractions, rounding may leave so much open that anything fits.
    """
    return agrees(values, half, Ball(ball.mid, np.minimum(ball.rad, little(half, ball.mid))))


def _after_slips(desk: Desk, place: Place) -> Mask:
    """Tell who has only slips of the pen, nothing worse, in what the line is worked from: (rows,)."""
    after = np.ones(len(place.rows), dtype=np.bool_)
    for slot, step in desk.latest.parents(place.i, place.t):
        torn = desk.latest.split[place.rows, step, slot.line]
        if np.any(torn):
            after &= ~torn | ~_worse_than_slips(desk, place, slot, step)
    return after


def _worse_than_slips(desk: Desk, place: Place, slot: Slot, step: int) -> Mask:
    """Tell who has something worse than slips of the pen in a line before: (rows,)."""
    codes = desk.verdicts.codes[place.rows, step, slot.columns]
    worse: Mask = np.any((codes > Code.SLIP) & (codes <= Code.WRONG), axis=1)
    return worse


def _slips_explain(desk: Desk, place: Place, expected: Ball) -> Mask:
    """Tell whose whole line is what is expected but for slips of the pen: (rows,)."""
    numbers = desk.numbers(place, place.slot, expected)
    right = agrees(numbers.written, numbers.half, numbers.intended) | np.isnan(numbers.written)
    codes = np.where(right, Code.CORRECT, Code.WRONG).astype(np.uint8)
    doubtful = Doubtful(numbers, codes, np.zeros_like(codes))
    try_slips(doubtful, desk.plan.tolerance, ())
    explained: Mask = ~np.any(doubtful.off, axis=1)
    return explained


def _mistaken(desk: Desk, place: Place, *, intended: bool = False) -> Mask:
    """Tell which whole lines are a known mistake, made with the written (or `intended`) values."""
    count = len(place.rows)
    values, half = place.values.reshape(count, -1), place.half.reshape(count, -1)
    mistaken: Mask = np.zeros(count, dtype=np.bool_)
    for _, ball in desk.wrong_ways(place, intended=intended):
        fits = agrees(values, half, ball)
        if intended:
            fits &= ball.rad <= little(half, ball.mid)  # beside a kink of relu anything may fit
        mistaken |= np.all(fits | np.isnan(values), axis=1)
    mistaken &= np.any(~np.isnan(values), axis=1)
    return mistaken


def _slipped(desk: Desk, place: Place, meant: Ball) -> None:
    """Note that students worked a line with the intended values, so that wrong ones before it are slips.

    `meant` is what the line gives by the intended values. The line may tell nothing of some of them: beside a
    factor of zero anything may stand.
    """
    if not len(place.rows):
        return
    parents = dict.fromkeys(desk.latest.parents(place.i, place.t))
    silent = [_silent(desk, place, meant, *parent) for parent in parents]
    splits = [desk.latest.split[place.rows, step, slot.line] for slot, step in parents]
    tells = [split & ~each.all(axis=1) for split, each in zip(splits, silent, strict=True)]
    together = ~np.any(tells, axis=0)  # each by itself makes no difference
    for (slot, step), split, some, each in zip(parents, splits, tells, silent, strict=True):
        here = np.flatnonzero(some | (split & together))
        _note_slips(desk, slot, step, place.rows[here], each[here] & ~together[here, None])


def _silent(desk: Desk, place: Place, meant: Ball, slot: Slot, step: int) -> Mask:
    """Tell on which numbers of a line before it this line does not depend, within rounding: (rows, size)."""
    there = (place.rows, step, slot.columns)
    differ = desk.latest.written.mid[there] != desk.latest.intended.mid[there]
    silent: Mask = ~differ
    if desk.brief or slot.size > _MANY:
        return np.zeros_like(silent)
    for number in np.flatnonzero(differ.any(axis=0)).tolist():
        rows = np.flatnonzero(differ[:, number])
        only_it = np.broadcast_to(np.arange(slot.size) == number, (len(rows), slot.size))
        by_it = desk.work_with(place.some(rows), {(slot, step): only_it})
        same = agrees(meant.mid[rows], place.half[rows], by_it) | ~place.given[rows]
        silent[rows, number] = every(same)
    return silent


def _note_slips(desk: Desk, slot: Slot, t: int, rows: Rows, untold: Mask) -> None:
    """Note slips of the pen in a line; for numbers that are `untold` it is not known what was used."""
    if not len(rows):
        return
    here = (rows, t, slot.columns)
    verdicts = desk.verdicts
    verdicts.expected[here] = desk.latest.intended.mid[here]
    codes, kinds = verdicts.codes[here], verdicts.kinds[here]
    # Only written down wrong, then, even where it looks like a known mistake.
    plain = (codes == Code.WRONG) | ((codes == Code.MISTAKE) & (kinds != Slip.FEW_DIGITS))
    untold = untold & (desk.latest.written.mid[here] != desk.latest.intended.mid[here])
    verdicts.kinds[here] = np.where(plain, np.where(untold, Slip.NONE, Slip.UNUSED), kinds)
    verdicts.codes[here] = np.where(plain, Code.SLIP, codes)
    verdicts.matches[:, rows, t, slot.line] = 0
    desk.latest.slipped(slot, t, rows)
