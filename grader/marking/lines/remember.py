"""What a line stands for in the lines after it: the value written there, and the one that was intended."""

import numpy as np
from numpy.typing import NDArray

from grader.expressions import ULPS, Array, Ball, Mask, exact
from grader.marking.lines.batch import Batch
from grader.marking.lines.desk import Codes, Desk, Expected, Place, tolerant, with_rows
from grader.marking.lines.explain import agrees
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, at_fault
from grader.marking.lines.work import along, where
from grader.marking.sheets.layout import Slot

# By slip: whether the other digits of the number are in place; whether another number stands there.
_IN_PLACE = np.isin(list(Slip), (Slip.SIGN, Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST))
_ANOTHER = np.isin(list(Slip), (Slip.EXCHANGED, Slip.COPIED))
_HAIR = 1e-10  # what the machine's rounding may have come to over many lines of whole numbers
_NOISE = 1e-6  # a half unit that is so much smaller than usual shows a program's digits, not a person's


def remember(
    desk: Desk, place: Place, expected: Expected, written: Ball, codes: Codes, coarse: Mask, usual: Array
) -> None:
    """Make a line the latest value of its field: as written, or as it follows where it is missing.

    `coarse` tells who writes too few digits, `usual` is the half unit with which each student mostly writes
    the field: (rows,) both.
    """
    latest, axes = desk.latest, place.axes
    broken = desk.any_parent(place, latest.broken)
    own = exact(written.mid) if desk.sharp else known(written, expected.written)
    value = where(place.given, own, expected.written)
    kinds = desk.verdicts.kinds[place.here].reshape(place.values.shape)
    few = (kinds == Slip.FEW_DIGITS) & along(coarse, codes)
    wrong = at_fault(codes) & ~few
    absent = np.any(~place.given, axis=axes)
    self_broken = np.any(wrong | (codes == Code.FOLLOWS), axis=axes) | (absent & broken)
    split = np.any(wrong, axis=axes)
    intended, intended_broken = value, self_broken
    if np.any(split) or len(expected.split):
        # What stands wrong was meant to follow from what stands before it, slips put right. So was what
        # beside it is only by chance what the reference has.
        meant = with_rows(expected.written, expected.split, expected.intended)
        follows = agrees(written.mid, written.rad, tolerant(expected.written, desk.plan.tolerance))
        astray = wrong | (along(split, codes) & ~follows)
        # 0.30000000000000004 for 0.3 does not mean that the student rounds there.
        room = along(usual, codes)
        half = np.where(written.rad < _NOISE * room, room, written.rad)
        units = _unwritten(place, Ball(written.mid, half), kinds, expected.written.mid)
        rounded = Ball(expected.written.mid, expected.written.rad + units)
        intended = where(place.given, where(astray, rounded, value), meant)
        meant_broken = np.where(absent, desk.any_parent(place, latest.intended_broken), self_broken)
        intended_broken = np.where(split, broken, meant_broken)
        split = split | (absent & desk.any_parent(place, latest.split))
    latest.put(place.slot, place.t, place.rows, value, intended)
    here = (place.rows, place.t, place.i)
    latest.broken[here], latest.intended_broken[here] = self_broken, intended_broken
    latest.split[here] = split


def known(written: Ball, expected: Ball) -> Ball:
    """Return written values with how far from them the unrounded values can be.

    That is at most half a unit. Where a value follows, it is also at most what is known of it: a whole number
    that comes from whole numbers was not rounded at all.
    """
    size = np.abs(expected.mid)
    whole = (written.mid == expected.mid) & (expected.mid == np.rint(expected.mid))
    whole &= expected.rad <= _HAIR * np.maximum(size, 1.0)
    room = np.where(whole, 0.0, np.abs(written.mid - expected.mid) + expected.rad) + ULPS * size
    follows = agrees(written.mid, written.rad, expected)
    return Ball(written.mid, np.where(follows, np.minimum(written.rad, room), written.rad))


def usual_half(batch: Batch, slot: Slot) -> Array:
    """Return the half unit with which each student mostly writes a field: (N,), 0 where it is absent."""
    half = batch.half[..., slot.columns].reshape(len(batch), -1)
    values = batch.values[..., slot.columns].reshape(half.shape)
    told = (values != 0) & ~np.isnan(values)
    rows, count = np.arange(len(half)), np.count_nonzero(told, axis=1)
    in_order = np.sort(np.where(told, half, np.inf), axis=1)
    median = (in_order[rows, (count - 1) // 2] + in_order[rows, count // 2]) / 2
    return np.where(count > 0, median, 0.0)


def _unwritten(place: Place, written: Ball, kinds: NDArray[np.uint8], meant: Array) -> Array:
    """Return by how much rounding may have moved the values that should have been written.

    It is as much as for the number that stands there, if only its sign or a digit is wrong, and ten times as
    much if its decimal point is. Another wrong number is taken to have as many decimals, or as many
    significant digits, as it and those beside it. Zeros, and rows copied from elsewhere, say nothing of the
    digits; then the coarsest number on the line counts.
    """
    some = written.mid != 0
    coarsest = np.where(some, written.rad, 0.0).max(axis=place.axes, keepdims=True)
    coarsest = np.where(coarsest > 0, coarsest, written.rad)
    finest = np.where(some, written.rad, np.inf).min(axis=place.axes, keepdims=True)
    leading = [np.floor(np.log10(np.abs(values))) for values in (meant, written.mid)]
    larger = np.where(some & (meant != 0), leading[0] - leading[1], 0.0)
    alike = np.maximum(written.rad * 10.0 ** np.maximum(larger, 0.0), finest)
    elsewhere = ~some | _ANOTHER[kinds]
    units: Array = np.where(elsewhere, coarsest, alike)
    units = np.where(_IN_PLACE[kinds], written.rad, units)
    return np.where(kinds == Slip.DECIMAL_POINT, 10.0 * written.rad, units)
