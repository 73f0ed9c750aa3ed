"""What a folder of feedback had before it is written again: marks that change, pages of earlier runs."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from shlex import quote

from grader.cli.terminal import streams
from grader.exchange.results_file import NAME, Entry, ResultsFile, open_results
from grader.exchange.write import keep_copy
from grader.reports import GradeRow
from grader.schemas.faults import UsageFault

PREVIOUS = "results.previous.json"


def changed_marks(folder: Path, rows: Sequence[GradeRow]) -> str:
    """Return in words how many marks of a folder's results change with these rows; nothing where none do.

    The old results then stay beside the new ones, for `grader diff`. Of the old ones only points are read,
    one entry after the other.
    """
    if not (folder / NAME).is_file():
        return ""
    try:
        with open_results(folder) as before:
            changed, compared = _count(before, rows)
    except UsageFault:  # not ours, so there is nothing to compare with
        return ""
    if not changed:
        return ""
    keep_copy(folder / NAME, folder / PREVIOUS)
    old, new = quote(str(folder / PREVIOUS)), quote(str(folder))
    return f"{changed} of {compared} marks changed; see: grader diff {old} {new}"


def _count(before: ResultsFile, rows: Sequence[GradeRow]) -> tuple[int, int]:
    """Return how many hand-ins have other marks, came or went, and how many there are in all."""
    old = before.entries()
    new: set[Entry] = set()
    changed = 0
    for row in rows:
        entry = Entry(row.student or row.file, row.assignment or "")
        new.add(entry)
        changed += entry not in old or before.points(entry) != _points(row)
    return changed + len(old - new), len(old | new)


def _points(row: GradeRow) -> tuple[float | None, ...]:
    """Return what `points_of` a result gives."""
    each = [(row.total, row.pending), *((grade.score, grade.pending) for grade in row.grades.values())]
    return tuple(number for pair in each for number in pair)


_MOST_NAMED = 20
_HEAD = 2000  # bytes in which a page shows that it is one of ours
_OWN = {".md": b"# Feedback for ", ".html": b"<title>Feedback for "}


def say_what_stays(folder: Path, written: Collection[str]) -> None:
    """Name the students' pages in a folder that are none of those `written` now.

    They are of students who have handed in nothing this time. Nothing is deleted: not even a page that
    begins as ours do is surely not a person's by now.
    """
    now = {name.casefold() for name in written}
    stale: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if path.suffix in _OWN and path.stem.casefold() not in now and _is_own(path):
            stale[path.stem].append(path.name)
    for names in [*stale.values()][:_MOST_NAMED]:
        pages = folder / " and ".join(names)
        streams.note(f"{pages}: from an earlier run; nothing of this student was handed in this time")
    if len(stale) > _MOST_NAMED:
        streams.note(f"and of {len(stale) - _MOST_NAMED} more students; a new --out has no such pages")


def _is_own(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    own = _OWN[path.suffix]
    return own in head if path.suffix == ".html" else head.startswith(own)
