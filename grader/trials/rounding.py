"""How people write numbers down: so many decimals or significant digits, rounded or cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from grader.expressions import Array

# A hair is added before cutting: 0.3 is 0.3 on paper and 0.29999999999999998 in the machine.
_HAIR = 1e-6
_EXACT = 22  # 10^22 is the largest power of ten that a double holds exactly
_MOST = 1e15  # of so many last digits: beyond it all digits of the machine are written anyway


class Practice(StrEnum):
    """What somebody works on with: the rounded value, all digits, now this, now that, or a cut value."""

    CARRY = "carry"
    FULL = "full"
    MIXED = "mixed"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Rounding:
    """`digits` decimals, or significant ones; None writes all that the machine has."""

    digits: int | None = None
    significant: bool = False
    practice: Practice = Practice.CARRY

    def in_words(self) -> str:
        """Return "4 decimals, carried on"."""
        how = {
            Practice.CARRY: "carried on",
            Practice.FULL: "worked on with all digits",
            Practice.MIXED: "now carried on, now not",
            Practice.CUT: "cut off and carried on",
        }[self.practice]
        if self.digits is None:
            return "all digits"
        what = "significant digits" if self.significant else "decimals"
        return f"{self.digits} {what}, {how}"


def round_each(values: Array, roundings: Sequence[Rounding]) -> Array:
    """Return what each person writes for a value: (N, *shape), a rounding for each of the N."""
    digits = np.array([np.nan if each.digits is None else each.digits for each in roundings], dtype=float)
    significant = np.array([each.significant for each in roundings])
    cut = np.array([each.practice == Practice.CUT for each in roundings])
    along = (slice(None), *(None,) * (values.ndim - 1))
    with np.errstate(all="ignore"):
        size = np.abs(values)
        leading = np.floor(np.log10(np.where(size == 0, 1.0, size)))
        places = np.where(significant[along], digits[along] - 1 - leading, digits[along])
        scaled = values * 10.0**places
        whole = np.where(cut[along], np.trunc(scaled + np.sign(scaled) * _HAIR), np.rint(scaled))
        # Divided by a power of ten it is the double nearest to that decimal number; a product is not.
        written = np.where(places > 0, whole / 10.0**places, whole * 10.0**-places)
    for place in zip(*np.nonzero((np.abs(places) > _EXACT) & np.isfinite(places)), strict=True):
        written[place] = (
            float(f"{values[place]:.{int(digits[place[0]]) - 1}e}") if significant[place[0]] else 0.0
        )
    rounds = np.isfinite(places) & np.isfinite(written) & (np.abs(scaled) < _MOST)
    return np.where(rounds, written, values) + 0.0  # no -0
