"""Messages without their numbers: lines that differ only in their numbers are put into words once."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.marking.lines.slips import Slip
from grader.marking.wording.figures import SHOWN_BY_DIGITS, shown

SLIPS = {
    Slip.SIGN: "the sign is wrong",
    Slip.DIGIT: "one digit differs",
    Slip.DIGITS_EXCHANGED: "two digits are exchanged",
    Slip.DIGIT_LOST: "a digit is lost",
    Slip.DECIMAL_POINT: "the decimal point is in the wrong place",
    Slip.EXCHANGED: "the numbers stand in each other's place",
}


class Shown(NamedTuple):
    """Components whose numbers a message names: as written and, if `due`, as they should be."""

    places: tuple[int, ...]
    slip: Slip
    due: bool


class Phrase(NamedTuple):
    """What is said of lines that differ only in their numbers, and the name of the cause.

    `text` is a format with a placeholder for each number, in the order of `shown`; `places` are the places of
    all these numbers in the line.
    """

    cause: str | None
    text: str
    shown: tuple[Shown, ...]
    places: tuple[int, ...]

    def message(self, written: Sequence[str] = (), due: Sequence[str] = (), start: int = 0) -> str:
        """Return the message with its numbers, as `written` and as they are `due`: those from `start` on."""
        numbers: list[str] = []
        text = self.text
        for places, slip, is_due in self.shown:
            end = start + len(places)
            own = written[start:end]
            numbers += own
            if is_due:
                theirs = due[start:end]
                if slip in SHOWN_BY_DIGITS:
                    theirs, is_seen = shown(slip, own, theirs)
                    # Rounding may allow a slip that nobody would see in these numbers.
                    text = text if is_seen else text.replace(f": {SLIPS[slip]}", "")
                numbers += theirs
            start = end
        return text % tuple(numbers)
