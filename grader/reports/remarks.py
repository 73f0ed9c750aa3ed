"""What is to be said about a question, each thing once.

Marking judges every line, a hundred and more of them; a person wants to read "a mistake in all 12 steps".
So lines with the same verdict for the same reason become one remark with its places.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from grader.reports.places import place
from grader.reports.trace import Trace
from grader.schemas.results import FieldResult, Status

FAULTS = (Status.SLIP, Status.MISTAKE, Status.WRONG, Status.INVALID)

_ROUNDING = 1e-9  # points; the sum of many shares is not exact

_VARYING = re.compile(
    r"-?\d[\d.]*(?:e[-+]?\d+)?"
    r"|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about some lines; `text` is the message of the first, which stands at `first`.

    No `fields` means every field of these places; `places` and `first` are empty for parts without steps.
    """

    kind: Status
    fields: tuple[str, ...]
    places: str
    first: str
    cause: str | None
    text: str
    lines: int
    score: float
    max_score: float

    @property
    def cost(self) -> float:
        """The points that these lines did not earn."""
        lost = self.max_score - self.score
        return lost if lost > _ROUNDING else 0.0

    @property
    def repeated(self) -> bool:
        """Whether it is about a field in several places, so that its text is an example."""
        return self.lines > len(self.fields)


def remarks(trace: Trace) -> list[Remark]:
    """Return what is to be said, in the order of reading: faults, what came of them, gaps, what waits."""
    if not trace.not_right:
        return []
    return [
        *_alike(_with_status(trace.not_right, *FAULTS), trace),
        *_following(_with_status(trace.not_right, Status.FOLLOWS)),
        *_missing(trace),
        *_alike(_with_status(trace.not_right, Status.PENDING), trace),
        *_alike(_with_status(trace.not_right, Status.MARKED), trace),
    ]


def _alike(lines: Iterable[FieldResult], trace: Trace) -> list[Remark]:
    """Return a remark for each reason: first the steps of a field together, then fields of the same text."""
    of_field: dict[Hashable, list[FieldResult]] = {}
    for line in lines:
        of_field.setdefault((line.field, line.status, line.cause, _skeleton(line)), []).append(line)
    together: dict[tuple[str, Hashable], list[FieldResult]] = {}
    for same in of_field.values():
        reason = (same[0].status, same[0].cause, _text(same[0]))
        together.setdefault((trace.where(same), reason), []).extend(same)
    return [_remark(same, _names(same), where) for (where, _), same in together.items()]


def _following(lines: Sequence[FieldResult]) -> list[Remark]:
    """Return one remark for the lines that earned less, and one for all that kept their marks."""
    less = [line for line in lines if line.max_score - line.score > _ROUNDING]
    kept = [line for line in lines if line.max_score - line.score <= _ROUNDING]
    return [_remark(group, _names(group), "") for group in (less, kept) if group]


def _missing(trace: Trace) -> list[Remark]:
    """Return what was not handed in: the whole question, or whole steps and then fields here and there."""
    absent = _with_status(trace.not_right, Status.MISSING)
    if len(absent) == len(trace.lines):
        return [_remark(absent, (), "")]
    empty = [lines for lines in trace.by_step if _is_empty_step(lines)]
    if not empty:
        return _alike(absent, trace)
    whole = _remark([line for lines in empty for line in lines], (), trace.where_steps(empty))
    rest = [line for lines in trace.by_step if not _is_empty_step(lines) for line in lines]
    return [whole, *_alike(_with_status(rest, Status.MISSING), trace)]


def _is_empty_step(lines: Sequence[FieldResult]) -> bool:
    return bool(lines[0].step) and all(line.status is Status.MISSING for line in lines)


def _remark(lines: Sequence[FieldResult], fields: tuple[str, ...], where: str) -> Remark:
    first = lines[0]
    return Remark(
        kind=first.status,
        fields=fields,
        places=where,
        first=place(first.step) if first.step else "",
        cause=first.cause,
        text=_text(first),
        lines=len(lines),
        score=sum([line.score for line in lines]),
        max_score=sum([line.max_score for line in lines]),
    )


def _with_status(lines: Iterable[FieldResult], *kinds: Status) -> list[FieldResult]:
    return [line for line in lines if line.status in kinds]


def _text(line: FieldResult) -> str:
    return "" if line.status is Status.MISSING else line.message


def _skeleton(line: FieldResult) -> str:
    """Return what the text of a line shares with others about the same fault: all but its numbers.

    Of a line that is merely wrong nothing is known but the numbers, however the text puts them.
    """
    return "" if line.status is Status.WRONG else _VARYING.sub("#", _text(line))


def _names(lines: Iterable[FieldResult]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([line.field for line in lines]))
