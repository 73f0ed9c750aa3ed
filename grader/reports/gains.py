"""What would gain the student most: the one or two largest losses, each with what mends it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.reports.items import of_kind, what_is_missing
from grader.reports.remarks import FAULTS, Remark, reason
from grader.reports.wording import DASH, count, points
from grader.schemas.results import TOO_FEW_DIGITS, Status
from grader.schemas.wording import listed

_MOST_GAINS = 2
_MOST_FIELDS = 6  # names in one sentence


class Loss(NamedTuple):
    """Points that a question can still gain, and the remarks on them; `words` says what mends it."""

    points: float
    question: str
    said: Sequence[Remark]
    words: Callable[[Sequence[Remark]], str]


def gains(losses: Iterable[Loss], most: float) -> tuple[str, ...]:
    """Return sentences on the largest losses.

    `most` is what the whole can still gain: beyond it nothing counts, whatever a question is worth.
    """
    chosen = sorted(losses, key=lambda loss: -min(loss.points, most))[:_MOST_GAINS]
    each = [(loss, min(loss.points, most)) for loss in chosen]
    return tuple(
        [f"{points(gain)}: {loss.question}, {loss.words(loss.said)}." for loss, gain in each if gain > 0]
    )


def losses(question: str, said: Sequence[Remark]) -> Iterator[Loss]:
    """Yield what a question can still gain, and by what."""
    if missing := of_kind(said, Status.MISSING):
        yield Loss(_cost(missing), question, missing, _hand_in)
    plain = [remark for remark in of_kind(said, Status.WRONG) if remark.first and not remark.cause]
    if len(plain) > 1:
        yield Loss(_cost(plain), question, plain, _work_again)
    unreadable = of_kind(said, Status.INVALID)
    if unreadable:
        yield Loss(_cost(unreadable), question, unreadable, _write_legibly)
    for remark in of_kind(said, *FAULTS):
        if remark not in unreadable and (len(plain) < 2 or remark not in plain):
            yield Loss(remark.cost, question, (remark,), _mend)


def _cost(said: Sequence[Remark]) -> float:
    return sum([remark.cost for remark in said])


def _hand_in(missing: Sequence[Remark]) -> str:
    if missing[0].fields or missing[0].places:
        return f"what is not handed in {DASH} {what_is_missing(missing)}"
    return "of which nothing is handed in"


def _work_again(plain: Sequence[Remark]) -> str:
    lines = count(sum([remark.lines for remark in plain]), "line")
    what = f"{lines} that do not follow from the lines before them"
    return f"{what} {DASH} begin with {_first(min(plain, key=lambda each: each.turn))}"


def _write_legibly(unreadable: Sequence[Remark]) -> str:
    fields = dict.fromkeys(field for remark in unreadable for field in remark.fields)
    many = count(sum([remark.lines for remark in unreadable]), "line")
    what = many if len(fields) > _MOST_FIELDS else listed(list(fields))
    return f"{what} {DASH} write it so that it can be read"


def _first(remark: Remark) -> str:
    return f"{remark.fields[0]} in {remark.first}" if remark.first else listed(remark.fields)


def _mend(said: Sequence[Remark]) -> str:
    (fault,) = said
    what = listed(fault.fields)
    if fault.cause == TOO_FEW_DIGITS:
        return f"{what} {DASH} write more digits"
    if fault.kind is Status.SLIP:
        return f"{what} {DASH} mind how it is written down"
    named = fault.kind is Status.MISTAKE or (fault.first and fault.cause)
    if named and fault.text and not fault.example:
        return f"{what} {DASH} {reason(fault.text)}"
    if fault.lines > len(fault.fields) and fault.first:
        return f"{what} {DASH} work it out again, from {fault.first} on"
    return f"{_first(fault)} {DASH} work it out again"
