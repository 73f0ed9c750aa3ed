"""Slips and mistakes that are none: among many wrong numbers, some look like one by chance.

If a line is right in all other steps, one wrong digit is a slip of the pen. If the field is wrong more often
than right, a wrong number now and then looks like that. The same holds for a wrong number that a later line
seems not to use, or that a known mistake gives, where nothing explains (many) more of the field's numbers.
"""

import numpy as np

from grader.marking.lines.slips import Slip, are_among
from grader.marking.lines.verdicts import Code, Verdicts, unexplained

_BY_DIGITS = (Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST)
_SELDOM = (Slip.UNUSED, Slip.SIGN, Slip.DECIMAL_POINT)  # by chance where fewer than the wrong numbers
_RARE = 4  # times as many wrong lines as lines of known mistakes
_LEAST = 2  # lines that are wrong for no reason at all


def take_back_chance(verdicts: Verdicts) -> None:
    """Turn slips and mistakes to wrong where most lines of a field are off and several nothing explains."""
    for slot in verdicts.layout.slots():
        codes, kinds = verdicts.of(slot)
        by_digits, seldom = ((codes == Code.SLIP) & are_among(kinds, some) for some in (_BY_DIGITS, _SELDOM))
        # A mistake that several numbers agree with at once is no chance.
        mistaken = (codes == Code.MISTAKE) & (kinds == Slip.NONE) & (slot.size == 1)
        doubtful = by_digits | seldom | mistaken
        if not doubtful.any():
            continue
        wrong = np.any(unexplained(codes, kinds), axis=2)
        off = wrong | np.any(by_digits | seldom, axis=2)
        written = np.any(codes <= Code.WRONG, axis=2)
        count = wrong.sum(axis=1)
        often = (count >= _LEAST) & (2 * off.sum(axis=1) > written.sum(axis=1))
        fewer = np.any(seldom, axis=2).sum(axis=1) < count
        rare = _RARE * mistaken.sum(axis=(1, 2)) <= count
        chance = by_digits | (seldom & fewer[:, None, None]) | (mistaken & rare[:, None, None])
        chance &= often[:, None, None]
        codes[chance], kinds[chance] = Code.WRONG, Slip.NONE
        verdicts.matches[..., slot.line][:, np.any(chance & mistaken, axis=2)] = 0
