"""How somebody writes numbers, told from all that is written."""

import handworked as hw
import numpy as np
import pytest

from grader.marking.sheets.habits import habits_of


def written(*pages):
    """Return values and decimals, (N, 1, W), of pages of numbers as text; an empty one is not there."""
    values = [[float(text or "nan") for text in page] for page in pages]
    decimals = [[len(text.partition(".")[2]) for text in page] for page in pages]
    return np.array(values)[:, None], np.array(decimals, dtype=float)[:, None]


DECIMALS = ("0.4580", "12.0402", "0.0027", "1.5", "0.0000", "")
SIGNIFICANT = ("0.458", "0.0120", "0.00271", "1.5", "0.000143", "")


def test_decimals_and_significant_digits_are_told_apart():
    habits = habits_of(*written(DECIMALS, SIGNIFICANT), digits=3)
    assert habits.significant.tolist() == [False, True]
    assert habits.places.tolist() == [4, 3]


@pytest.mark.parametrize(
    ("value", "halves"), [(0.00271828, (5e-5, 5e-6)), (27.1828, (5e-5, 5e-2)), (-0.271828, (5e-5, 5e-4))]
)
def test_what_is_not_written_down_is_rounded_likewise(value, halves):
    """By three digits as are asked for, rounding counts to the third decimal or digit at most."""
    habits = habits_of(*written(DECIMALS, SIGNIFICANT), digits=3)
    half = habits.half(np.array([[value], [value]]), np.array([0, 1]))
    assert half.ravel() == pytest.approx(halves, rel=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 250.0])
def test_whole_numbers_need_no_rounding(value):
    habits = habits_of(*written(DECIMALS, SIGNIFICANT), digits=3)
    assert habits.half(np.array([[value], [value]]), np.array([0, 1])).ravel().tolist() == [0, 0]


def test_whole_numbers_of_more_digits_are_rounded_by_who_keeps_to_significant_digits():
    habits = habits_of(*written(DECIMALS, SIGNIFICANT), digits=3)
    assert habits.half(np.array([[243750.0], [243750.0]]), np.array([0, 1])).ravel().tolist() == [0, 500]
    assert habits.half(np.array([[243000.0], [243000.0]]), np.array([0, 1])).ravel().tolist() == [0, 0]


def test_short_numbers_tell_nothing_beside_others():
    """Most of the numbers of a titration are short; the two that are not have six decimals."""
    habits = habits_of(
        *written(("5", "4", "0.5", "2.5", "0.001342", "4.142668"), ("5", "4", "1", "", "", "")), digits=3
    )
    assert habits.places.tolist() == [6, 0]
    assert habits.significant.tolist() == [False, False]


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1e300, 5e-324])
@pytest.mark.parametrize("page", [("", ""), ("0.0", "0"), ("1e308", "1e-308"), ("0.25", "")])
def test_what_nothing_tells_of_was_not_rounded(page, value):
    """Neither such values nor such pages end the marking of a class."""
    habits = habits_of(*written(page), digits=3)
    half = habits.half(np.array([[value]]), np.array([0]))
    assert np.isfinite(half).all()
    assert half.item() >= 0
    if not any(map(float, filter(None, page))):
        assert half.item() == 0


def test_a_class_with_hand_ins_of_nothing_but_zeros_is_marked_together(practical):
    page = {"iteration": 0, "sample": 0, "z_out": 0.0, "w": [0.0, 0.0, 0.0]}
    empty = {"method": "online", "steps": [page]}
    assert [m.max_score for m in hw.results(practical, [empty, {"steps": [page | {"L": "x"}]}])] == [15, 15]
