"""The hand-ins of a class: what tells whose each is, and the key that it is of."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from grader.cli.keyring import KeyRing
from grader.cli.terminal import streams
from grader.exchange import HandIn, Skipped, read_all
from grader.exchange.people.id_pattern import id_pattern
from grader.exchange.people.roster import open_roster
from grader.exchange.people.senders import Senders
from grader.marking.mark import Prepared
from grader.reports import visible
from grader.schemas.faults import KeyFault

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


def with_keys(
    paths: Sequence[Path], keys: KeyRing, senders: Senders, leave_out: Sequence[Path]
) -> Iterator[tuple[HandIn, Prepared]]:
    """Yield the hand-ins under `paths`; what cannot be read, or has no key, is named on stderr."""
    for finding in read_all(paths, leave_out=leave_out, keys=keys.for_printouts, senders=senders):
        if isinstance(finding, HandIn):
            try:
                yield finding, keys.find(finding.submission)
            except KeyFault as fault:
                streams.note(f"{visible(finding.file)}: {fault}")
        elif not isinstance(finding, Skipped):
            streams.note(f"{visible(finding.file)}: {' '.join(problem.text for problem in finding.problems)}")
