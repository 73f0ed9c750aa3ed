"""What nothing explains in a class, and who shares it, is as it is on record (recorded_pairs.txt)."""

from recorded_pairs import RECORD, record


def test_what_is_odd_in_a_class_is_on_record():
    """Where it changes on purpose: `python tests/recorded_pairs.py`, and read what changes there."""
    assert record() == RECORD.read_text(encoding="utf-8")
