"""What to do next: one to three sentences from where the most points were lost."""

from collections.abc import Iterable, Sequence

from grader.reports.items import what_is_missing
from grader.reports.remarks import FAULTS, Remark
from grader.reports.wording import listed, points
from grader.schemas.results import Status

_MOST_ADVICE = 3

# Losses that are mended in different ways.
_KINDS = ((Status.MISSING,), (Status.INVALID,), tuple(kind for kind in FAULTS if kind is not Status.INVALID))


def advice(remarks_of: Iterable[tuple[str, Sequence[Remark]]], *, waiting: bool) -> tuple[str, ...]:
    """Return the sentences for the remarks of each question, the largest loss first."""
    losses = [loss for question, remarks in remarks_of for loss in _losses(question, remarks)]
    if losses:
        losses.sort(key=lambda loss: -loss[0])
        return tuple([text for _, text in losses[:_MOST_ADVICE]])
    if waiting:
        return ("Nothing for now: what is left waits for a person's mark.",)
    return ("Nothing: there is no line to mend.",)


def _losses(question: str, remarks: Sequence[Remark]) -> list[tuple[float, str]]:
    """Return the cost of what is missing, unreadable and faulty in a question, each with its advice."""
    losses = []
    for kinds in _KINDS if remarks else ():
        costly = [remark for remark in remarks if remark.kind in kinds and remark.cost > 0]
        if costly:
            cost = sum([remark.cost for remark in costly])
            losses.append((cost, f"{_what_to_do(question, costly)}, worth {points(cost)}."))
    return losses


def _what_to_do(question: str, costly: Sequence[Remark]) -> str:
    worst = max(costly, key=lambda remark: remark.cost)
    if worst.kind is not Status.MISSING:
        return f"In {question}, {_mend(worst)}"
    if worst.fields or worst.places:
        return f"In {question}, hand in {what_is_missing(costly)}"
    return f"Hand in {question}"


def _mend(fault: Remark) -> str:
    what = listed(fault.fields) + (f" in {fault.first}" if fault.first else "")
    if fault.kind is Status.INVALID:
        text = f"write {what} so that it can be read"
    elif fault.cause == "too_few_digits":
        text = f"write {what} with more digits"
    elif fault.kind is Status.SLIP:
        text = f"check how {what} is written down"
    elif fault.first:
        text = f"work out {what} again from your own lines before it"
    else:
        return f"work out {what} again"
    return f"{text}, then go through its other places" if fault.repeated else text
