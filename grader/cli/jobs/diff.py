"""Comparing two markings of a class."""

from collections.abc import Iterator
from pathlib import Path

from grader.cli.option_values import ShownAs
from grader.cli.terminal import streams
from grader.exchange.results_file import ResultsFile, open_results
from grader.reports.changes import Change, change_of
from grader.reports.diff import diff_json, diff_summary, diff_table


def diff(old: Path, new: Path, format_: ShownAs) -> None:
    """Show what changed from `old` to `new`, one hand-in after the other."""
    with open_results(old) as before, open_results(new) as after:
        differences: list[float | None] = []
        changes = _changes(before, after, differences)
        shown = diff_json(changes) if format_ is ShownAs.JSON else diff_table(changes, streams.width())
        streams.write(shown)
        streams.note(diff_summary(differences, len(before.entries() | after.entries())))


def _changes(before: ResultsFile, after: ResultsFile, differences: list[float | None]) -> Iterator[Change]:
    """Yield the changes, and note how much each of them is."""
    for entry in sorted(before.entries() | after.entries()):
        raw = after.raw(entry)
        if raw is not None and raw == before.raw(entry):
            continue
        if (change := change_of(before.result(entry), after.result(entry))) is not None:
            differences.append(change.difference)
            yield change
