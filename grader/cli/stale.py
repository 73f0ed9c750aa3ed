"""Pages of earlier runs: named, and left to whoever may want to keep them."""

from collections.abc import Collection
from pathlib import Path

from grader.cli import streams

_MOST_NAMED = 20
_OWN_PAGE = b"# Feedback for "


def say_what_stays(folder: Path, written: Collection[str]) -> None:
    """Name the students' pages in a folder that are none of those `written` now.

    They are of students who have handed in nothing this time. Nothing is deleted: not even a page that
    begins as ours do is surely not a person's by now.
    """
    names = {name.casefold() for name in written}
    stale = [path for path in sorted(folder.glob("*.md")) if path.stem.casefold() not in names]
    stale = [path for path in stale if _is_own(path)]
    for path in stale[:_MOST_NAMED]:
        streams.note(f"{path}: from an earlier run; this time nothing of this student was handed in")
    if len(stale) > _MOST_NAMED:
        streams.note(f"and {len(stale) - _MOST_NAMED} more such pages; a new --out has none of them")


def _is_own(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_OWN_PAGE)) == _OWN_PAGE
    except OSError:
        return False
