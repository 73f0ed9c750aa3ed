"""Numbers as they are shown to a student."""

import numpy as np
import pytest

from grader.marking.lines.slips import Slip
from grader.marking.wording.figures import number_pairs, showing, side_by_side
from grader.schemas.places import components
from grader.schemas.wording import listed


def number_pair(written, expected, decimals):
    """Two different numbers as they are shown beside each other."""
    own, due = number_pairs(*(np.array([number]) for number in (written, expected, decimals)))
    return own[0], due[0]


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
        (Slip.DIGITS_EXCHANGED, "0.12", "0.210", "0.210"),
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


@pytest.mark.parametrize(
    ("places", "shape", "said"),
    [
        ([0, 1, 2], (3,), ""),
        ([1], (3,), "second component"),
        ([0], (), ""),
        ([0, 2], (3,), "first and third components"),
        ([0, 1, 10], (12,), "first, second and 11th components"),
        ([0, 1, 2, 3], (2, 2), "all 4 numbers"),
        ([0, 1, 2, 3, 4, 5], (2, 3), "all 6 numbers"),
        ([0, 1], (2, 2), "row 1"),
        ([0, 1, 2], (2, 3), "row 1"),
        ([0, 1, 4, 5], (3, 2), "rows 1 and 3"),
        ([1, 3, 5], (3, 2), "column 2"),
        ([1, 4], (2, 3), "column 2"),
        ([0, 1, 3, 4], (2, 3), "columns 1 and 2"),
        ([0, 2, 3, 5], (2, 3), "columns 1 and 3"),
        ([1], (2, 3), "row 1, column 2"),
        ([0, 4], (2, 3), "row 1, column 1; row 2, column 2"),
        ([0, 1, 3, 5], (3, 2), "row 1, column 1; row 1, column 2; row 2, column 2; …"),
        ([0, 1, 3, 5, 7, 9], (4, 3), "row 1, column 1; row 1, column 2; row 2, column 1; …"),
    ],
)
def test_components_in_words(places, shape, said):
    assert components(places, shape) == said


@pytest.mark.parametrize(
    ("written", "expected", "decimals", "shown"),
    [
        (0.5, 0.25, 2, ("0.50", "0.25")),
        (0.5, 0.25, 1, ("0.5", "0.25")),
        (0.1234, 0.1235, 4, ("0.1234", "0.1235")),
        (0.1234, 1 / 8, 4, ("0.1234", "0.1250")),
        (1.5, 1.4999, 1, ("1.5", "1.4999")),
        (0.33333333333333, 0.25, 14, ("0.33333333", "0.25")),
        (1.25e-9, 2.5e-9, 11, ("1.25e-09", "2.5e-09")),
        (1.2e-9, 2.46e-9, 10, ("1.2e-09", "2.46e-09")),
        (-2.5e12, 2.5e12, 0, ("-2.5e+12", "2.5e+12")),
        (123456789012.0, 123456789013.0, 0, ("123456789012", "123456789013")),
        (3.0, 1e-12, 1, ("3.0", "0")),
        (3.0, float("nan"), 1, ("3.0", "")),
        (3.0, 1.5e-9, 1, ("3.0", "1.5e-09")),  # what is nothing beside 1 is so beside larger ones, too
        (0.5, 0.4e-9, 1, ("0.5", "0")),
        (0.5, 0.6e-9, 1, ("0.5", "6e-10")),
        (-0.0, 1.0, 1, ("0.0", "1")),
        (0.2059, 0.020589197, 4, ("0.2059", "0.0206")),
        (0.08859, 0.09859, 5, ("0.08859", "0.09859")),
        (0.09, 0.0986, 4, ("0.0900", "0.0986")),
        (0.34, -0.0298, 2, ("0.34", "-0.0298")),
        (0.0693879488373, 0.0793879, 13, ("0.069387949", "0.0793879")),
        (0.40626999405, 0.40626999505, 11, ("0.4062699941", "0.406269995")),
        (5.0, 0.458, 0, ("5", "0.458")),
        (0.0, 0.0270912, 0, ("0", "0.0271")),
        (0.027, 0.0, 3, ("0.027", "0")),
        (0.027, 1e-19, 3, ("0.027", "0")),
        (0.5, 0.5000001, 1, ("0.5", "0.5000001")),
        (1 / 3, 1 / 4, 99, ("0.33333333", "0.25")),
        (1200.0, 1300.0, -2, ("1200", "1300")),
        (1e200, 3.5, -200, ("1e+200", "3.5")),
        (2.0, float("inf"), 0, ("2", "")),
    ],
)
def test_two_numbers_with_the_digits_that_tell_them_apart(written, expected, decimals, shown):
    assert number_pair(written, expected, decimals) == shown


def test_different_numbers_never_look_the_same():
    random = np.random.default_rng(1)
    for _ in range(3000):
        decimals = int(random.integers(0, 12))
        written = float(round(random.normal() * 10.0 ** random.integers(-4, 5), decimals))
        expected = float(written + random.normal() * 10.0 ** random.integers(-decimals, 3))
        first, second = number_pair(written, expected, decimals)
        if abs(written - expected) > 10.0**-decimals:
            assert first != second, (written, expected, decimals)
        assert float(first) == pytest.approx(written, rel=1e-7)


def test_names_in_a_row():
    assert [listed(list("abcd")[:n]) for n in (1, 2, 3, 4)] == ["a", "a and b", "a, b and c", "a, b, c and d"]
    assert side_by_side(["1", "2"], more=True, whole=True) == "(1, 2, …)"
    assert side_by_side(["1", "2"], more=False, whole=False) == "1, 2"
