"""Numbers as they are shown to a student."""

import pytest

from grader.marking.figures import showing
from grader.marking.slips import Slip


@pytest.mark.parametrize(
    ("slip", "written", "due", "shown"),
    [
        (Slip.DIGIT, "0.104627", "0.103628", "0.103627"),
        (Slip.DIGIT, "0.5580", "0.4580", "0.4580"),
        (Slip.DIGIT, "-1.25", "-1.76", "-1.75"),
        (Slip.DIGIT, "0.3", "0.12", "0.12"),  # as many digits as tell the numbers apart
        (Slip.DIGITS_EXCHANGED, "0.40566", "0.40657", "0.40656"),
        (Slip.DIGITS_EXCHANGED, "1.2", "2.2", "2.1"),
        (Slip.DIGITS_EXCHANGED, "0.12", "0.47", "0.47"),
        (Slip.SIGN, "-1.09308", "1.09309", "1.09308"),
        (Slip.SIGN, "1.0", "-1.1", "-1.0"),
        (Slip.DIGIT_LOST, "0.1046", "0.10465", "0.10465"),
        (Slip.UNUSED, "0.104627", "0.103628", "0.103628"),
        (Slip.DIGIT, "1e-9", "2e-9", "2e-9"),
        (Slip.DIGIT, "0.104627", "", ""),
    ],
)
def test_the_due_number_shows_the_slip(slip, written, due, shown):
    assert showing(slip, written, due) == shown
