"""What is said of formulas that are nearly right is as it is on record (recorded_formulas.txt)."""

import pytest
from recorded_formulas import RIGHT, formulas, keys, record, recorded

FORMULAS = formulas()


@pytest.mark.parametrize("place", RIGHT, ids=" ".join)
def test_what_is_said_of_a_formula_is_on_record(place):
    """Where it changes on purpose: `python tests/recorded_formulas.py`, and read what changes there."""
    key, *asked = place
    assert record(keys()[key], *asked, FORMULAS[place]) == recorded()[place]
