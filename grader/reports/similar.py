"""Hand-ins that have odd values in common, side by side. The words say that this is only a reason to look."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from grader.reports.escape import visible
from grader.reports.lines import RULE, cut, cut_inside, left
from grader.reports.wording import count
from grader.schemas.places import step_in_words
from grader.schemas.similar import OddHandIn, SimilarPair

SCHEMA: Final = "grader/similar/v1"
_MOST_LINES = 12
_ABOUT = (
    "This is a reason to look and to ask, and no finding: people who work together openly, follow the same "
    "wrong source or are read wrongly by the same scanner share odd values, too. Only values count that do "
    "not follow from a student's own earlier lines and that no mistake of the key, no plain slip and no "
    "accepted or printed solution explains; what may have one cause counts once. How unlikely it is, is "
    "worked for students who each work alone, from the digits and from what the class wrote, and set against "
    "all pairs."
)


def similar_text(pairs: Sequence[SimilarPair], size: int, width: int) -> Iterator[str]:
    """Yield the pairs with what they share, the oddest first."""
    if not pairs:
        yield f"Nothing odd is shared by any two of {count(size, 'hand-in')} beyond what chance gives.\n"
        return
    share = "shares" if len(pairs) == 1 else "share"
    head = f"{count(len(pairs), 'pair')} of {count(size, 'hand-in')} {share} values that nothing explains."
    yield textwrap.fill(f"{head} {_ABOUT}", width) + "\n"
    for pair in pairs:
        yield "\n"
        yield from _pair(pair, width)


def _pair(pair: SimilarPair, width: int) -> Iterator[str]:
    yield textwrap.fill(f"{_named(pair.first)} and {_named(pair.second)}", width) + "\n"
    own = f"of the {len(pair.first.lines)} and {len(pair.second.lines)} that each has"
    shared = f"{count(len(pair.shared), 'odd line')} in common ({own}), of at least {pair.causes} causes."
    unlikely = f"at most one in {pair.one_in:,} classes of {pair.size} would have such a pair"
    yield textwrap.fill(f"{shared} If all worked alone, {unlikely}.", width) + "\n"
    names = (pair.first.student, pair.second.student, "would follow")
    yield _row(names, width, inside=True)
    yield RULE * width + "\n"
    for first, second in pair.shared[:_MOST_LINES]:
        if isinstance(first.written, str):
            yield _wrapped(f"{first.question}, {first.field}: both wrote {first.shown}", width)
        else:
            where = (first.question, first.field, step_in_words(first.step), first.components)
            yield _wrapped(", ".join(filter(None, where)), width)
            yield _row((first.shown, second.shown, first.due), width)
    if len(pair.shared) > _MOST_LINES:
        yield f"and {len(pair.shared) - _MOST_LINES} more\n"


def _named(hand_in: OddHandIn) -> str:
    return visible(f"{hand_in.student} ({hand_in.file})")


def _row(cells: Sequence[str], width: int, *, inside: bool = False) -> str:
    cutter = cut_inside if inside else cut
    column = (width - 2) // len(cells)
    shown = [left(cutter(visible(cell), column - 1), column) for cell in cells]
    return f"  {''.join(shown)}".rstrip() + "\n"


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(textwrap.shorten(visible(text), 4 * width, placeholder=" ..."), width) + "\n"


def similar_json(pairs: Sequence[SimilarPair], size: int) -> str:
    """Return the pairs as a JSON document."""
    document = {"schema": SCHEMA, "hand_ins": size, "pairs": list(map(_pair_json, pairs))}
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _pair_json(pair: SimilarPair) -> dict[str, Any]:
    return {
        "students": [pair.first.student, pair.second.student],
        "files": [pair.first.file, pair.second.file],
        "odd_lines": [len(pair.first.lines), len(pair.second.lines)],
        "causes": pair.causes,
        "one_in": pair.one_in,
        "shared": [
            {
                "question": first.question,
                "field": first.field,
                "step": dict(first.step) or None,
                "written": [first.shown, second.shown],
                "would_follow": [first.due or None, second.due or None],
            }
            for first, second in pair.shared
        ],
    }
