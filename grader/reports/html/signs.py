"""What each verdict looks like: a sign and a word beside the colour, for those who do not see it."""

from typing import NamedTuple

from grader.schemas.results import Status


class Sign(NamedTuple):
    """A verdict as pages show it; `style` is its class in the style sheet."""

    style: str
    mark: str
    word: str
    meaning: str


SIGNS = {
    Status.MARKED: Sign("marked", "✎", "marked", "a person's mark"),
    Status.CORRECT: Sign("correct", "✓", "right", "as it should be"),
    Status.FOLLOWS: Sign(
        "follows", "→", "follows", "differs from the solution, but follows from your own lines"
    ),
    Status.PENDING: Sign("pending", "…", "waits", "waits for a person's mark"),
    Status.SLIP: Sign("slip", "~", "slip", "a slip of the pen"),
    Status.MISTAKE: Sign("mistake", "≠", "mistake", "a known mistake, or too few digits"),
    Status.WRONG: Sign("wrong", "✗", "wrong", "does not follow from your own lines"),
    Status.MISSING: Sign("missing", "–", "missing", "not handed in"),
    Status.INVALID: Sign("invalid", "?", "unreadable", "cannot be read"),
}
