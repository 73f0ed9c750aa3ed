"""Marks and messages of many kinds of hand-ins are as they are on record (recorded.txt)."""

import pytest
from recorded import every_group, record, recorded
from shared import practical_key

GROUPS = every_group()


@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_marks_and_messages_are_those_on_record(number):
    """Where they change on purpose: `python tests/recorded.py`, and read what changes in recorded.txt."""
    assert record(practical_key(), GROUPS[number]) == recorded()[number]
