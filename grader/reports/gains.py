"""What would gain the student most: the one or two largest losses, each with what mends it."""

from collections.abc import Iterable, Iterator, Sequence

from grader.reports.items import of_kind, what_is_missing
from grader.reports.remarks import FAULTS, TOO_FEW_DIGITS, Remark, reason
from grader.reports.wording import DASH, count, listed, points
from grader.schemas.results import Status

_MOST_GAINS = 2


def gains(remarks_of: Iterable[tuple[str, Sequence[Remark]]], most: float) -> tuple[str, ...]:
    """Return sentences for the remarks of each question, the largest gain first.

    `most` is what the whole can still gain: beyond it nothing counts, whatever a question is worth.
    """
    found = [gain for question, said in remarks_of if said for gain in _gains(question, said)]
    found.sort(key=lambda gain: -min(gain[0], most))
    return tuple(
        [f"{points(min(gain, most))}: {text}." for gain, text in found[:_MOST_GAINS] if min(gain, most) > 0]
    )


def _gains(question: str, said: Sequence[Remark]) -> Iterator[tuple[float, str]]:
    """Yield what a question can still gain, and by what."""
    missing = of_kind(said, Status.MISSING)
    if missing:
        yield _cost(missing), _hand_in(question, missing)
    plain = [remark for remark in of_kind(said, Status.WRONG) if remark.first and not remark.cause]
    if len(plain) > 1:
        yield _cost(plain), _work_again(question, plain)
    for remark in of_kind(said, *FAULTS):
        if len(plain) < 2 or remark not in plain:
            yield remark.cost, f"{question}, {_mend(remark)}"


def _cost(said: Sequence[Remark]) -> float:
    return sum([remark.cost for remark in said])


def _hand_in(question: str, missing: Sequence[Remark]) -> str:
    if missing[0].fields or missing[0].places:
        return f"{question}, what is not handed in {DASH} {what_is_missing(missing)}"
    return f"{question}, of which nothing is handed in"


def _work_again(question: str, plain: Sequence[Remark]) -> str:
    lines = count(sum([remark.lines for remark in plain]), "line")
    what = f"{lines} that do not follow from the lines before them"
    return f"{question}, {what} {DASH} begin with {_first(plain[0])}"


def _first(remark: Remark) -> str:
    return f"{remark.fields[0]} in {remark.first}" if remark.first else listed(remark.fields)


def _mend(fault: Remark) -> str:
    what = listed(fault.fields)
    if fault.kind is Status.INVALID:
        return f"{what} {DASH} write it so that it can be read"
    if fault.cause == TOO_FEW_DIGITS:
        return f"{what} {DASH} write more digits"
    if fault.kind is Status.SLIP:
        return f"{what} {DASH} mind how it is written down"
    named = fault.kind is Status.MISTAKE or (fault.first and fault.cause)
    if named and fault.text and not fault.example:
        return f"{what} {DASH} {reason(fault.text)}"
    return f"{_first(fault)} {DASH} work it out again"
