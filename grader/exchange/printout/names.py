"""Which field a damaged label means: by its letters, and by how many numbers stand there."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from grader.schemas.blank import BlankField

_LIKE_ENOUGH = 0.7
_ALIKE = str.maketrans({"l": "i", "1": "i", "I": "i", "|": "i", "0": "o", "5": "s", "'": "", "’": ""})


def alike(label: str, name: str) -> float:
    """Return how much a label is like a name, from 0 to 1."""
    if label == name:
        return 1.0
    if _folded(label) == _folded(name):
        return 0.95
    return SequenceMatcher(None, _folded(label), _folded(name)).ratio() * 0.9


def _folded(text: str) -> str:
    return re.sub(r"[\W_]", "", text.translate(_ALIKE)).casefold()


def field_for(label: str, count: int, fields: Sequence[BlankField]) -> BlankField | None:
    """Return the field that a label with so many numbers means, or None where none is like it.

    Among names that differ little (w and W), the one of the right size is meant.
    """
    exact = next((field for field in fields if field.name == label), None)
    if exact is not None and exact.size == count:
        return exact
    near = [(alike(label, field.name), field.size == count, field) for field in fields]
    near = [entry for entry in near if entry[0] >= _LIKE_ENOUGH]
    fitting = [entry for entry in near if entry[1] and (exact is None or entry[0] >= 0.95)]
    if fitting:
        return max(fitting, key=lambda entry: entry[0])[2]
    if exact is not None:
        return exact
    return max(near, key=lambda entry: entry[0])[2] if near else None
