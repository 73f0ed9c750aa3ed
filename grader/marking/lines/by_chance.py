"""Slips of the pen that are none: among many wrong numbers some look like one by chance.

One digit that differs in a line that is right in all other steps is a slip of the pen. In a field that is
wrong more often than right it is what a wrong number looks like now and then.
"""

import numpy as np

from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts

_BY_DIGITS = (Slip.DIGIT, Slip.DIGITS_EXCHANGED, Slip.DIGIT_LOST)
_LEAST = 2  # lines that are wrong for no reason at all


def take_back_chance_slips(verdicts: Verdicts) -> None:
    """Turn slips of a digit to wrong where most lines of the field are off and several nothing explains."""
    for slot in verdicts.batch.layout.slots():
        here = (..., slot.columns)
        codes, kinds = verdicts.codes[here], verdicts.kinds[here]
        slips = (codes == Code.SLIP) & np.isin(kinds, _BY_DIGITS)
        if not slips.any():
            continue
        wrong = np.any((codes == Code.WRONG) & (kinds == Slip.NONE), axis=2)
        off = wrong | np.any(slips, axis=2)
        written = np.any(codes <= Code.WRONG, axis=2)
        often = (wrong.sum(axis=1) >= _LEAST) & (2 * off.sum(axis=1) > written.sum(axis=1))
        slips &= often[:, None, None]
        codes[slips], kinds[slips] = Code.WRONG, Slip.NONE
