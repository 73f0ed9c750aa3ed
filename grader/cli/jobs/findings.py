"""Findings on a key in words: what the reports of `audit` and `try` have in common."""

from typing import Protocol

from grader.reports.lines import wrapped
from grader.reports.wording import count
from grader.solver.findings import Oddity


class Acknowledgeable(Protocol):
    """A finding that a key may know of and accept."""

    @property
    def acknowledged(self) -> bool: ...


def if_known(finding: Acknowledgeable) -> str:
    """Return what to add to a finding that the key acknowledges."""
    return " (acknowledged by the key)" if finding.acknowledged else ""


def said_of(oddity: Oddity) -> str:
    """Return an oddity that hand-ins have shown, in lines of at most 80 characters."""
    return wrapped(f"{oddity.place}{if_known(oddity)}: {oddity.says}")


def how_many(found: int, unknown: int) -> str:
    """Return how many findings there are, at least one, and whether the key knows of them."""
    known = f"{unknown} not acknowledged" if unknown else "all acknowledged"
    return f"{count(found, 'finding')}, {known} by the key."
