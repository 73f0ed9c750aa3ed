"""What the commands that read a class know of whose each hand-in is."""

from pathlib import Path
from typing import TypeAlias

from grader.exchange.people.id_pattern import id_pattern
from grader.exchange.people.roster import open_roster
from grader.exchange.people.senders import Senders

Naming: TypeAlias = tuple[Path | None, str | None]  # a roster, and a pattern for ids


def senders(roster: Path | None, id_regex: str | None) -> Senders:
    """Return who tells whose a hand-in is. Raises UsageFault where the roster or the pattern is no good."""
    return Senders(
        roster=None if roster is None else open_roster(roster),
        pattern=None if id_regex is None else id_pattern(id_regex),
    )


def own_files(of: Naming) -> list[Path]:
    """Return the files that tell whose hand-ins are: they may lie among them, and are none."""
    return [] if of[0] is None else [of[0]]
