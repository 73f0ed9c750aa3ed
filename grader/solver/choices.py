"""The ways to choose among the options of an exercise."""

from collections.abc import Sequence
from itertools import product
from math import prod

from grader.schemas.key import TraceQuestion

_MOST_CHOICES = 500


def choices_of(question: TraceQuestion, groups: Sequence[str]) -> list[dict[str, str]]:
    """Return every combination of the options of some groups, the others at their first option.

    Where these are too many, each group goes through its options by itself.
    """
    first = {group: next(iter(options)) for group, options in question.choice.items()}
    options = [tuple(question.choice[group]) for group in groups]
    if prod(map(len, options)) <= _MOST_CHOICES:
        return [first | dict(zip(groups, each, strict=True)) for each in product(*options)]
    return [first | {group: option} for group in groups for option in question.choice[group]]
