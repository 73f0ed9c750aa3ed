"""What a usual mistake is."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from grader.schemas.network.lines import Worker

WrongLines = Iterator[tuple[str, str]]


class Mistake(NamedTuple):
    """What is said of a mistake to the student, and what makes its lines: field and faulty equation.

    The lines are made for every layer or parameter where the mistake can be meant.
    """

    says: str
    lines: Callable[[Worker], WrongLines]
