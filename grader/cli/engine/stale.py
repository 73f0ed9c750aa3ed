"""Pages of earlier runs: named, and left to whoever may want to keep them."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from grader.cli.terminal import streams

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
