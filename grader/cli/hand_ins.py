"""The hand-ins of a class, one after the other, each with the key that it is of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.cli.keyring import KeyRing
from grader.cli.terminal import streams
from grader.exchange import HandIn, Skipped, read_all
from grader.exchange.people.senders import Senders
from grader.marking.mark import Prepared
from grader.reports import visible
from grader.schemas.faults import KeyFault


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
