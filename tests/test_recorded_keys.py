"""What is said of keys with one line changed is as it is on record (recorded_keys.txt)."""

import pytest
from recorded_keys import record, recorded, texts


@pytest.mark.parametrize("name", texts())
def test_what_is_said_of_a_changed_key_is_on_record(name):
    """Where it changes on purpose: `python tests/recorded_keys.py`, and read what changes in the record."""
    assert record(name) == recorded()[name]
