"""Remarks in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.reports.remarks import FAULTS, Remark
from grader.reports.wording import DASH, count, listed, number, points, sentence
from grader.schemas.results import Status

_MOST_FAULTS = 7
_MOST_PIECES = 5

_VERDICTS = {
    Status.SLIP: "a slip of the pen",
    Status.MISTAKE: "a mistake",
    Status.WRONG: "wrong",
    Status.INVALID: "cannot be read",
}


@dataclass(frozen=True, slots=True)
class Item:
    """What a remark is about, to stand out, and what is said about it."""

    subject: str
    text: str


def items(remarks: Sequence[Remark]) -> tuple[Item, ...]:
    """Return the remarks in words; all that is missing in one item, and so the lesser of many faults."""
    if not remarks:
        return ()
    return (
        *_faults(_of_kind(remarks, *FAULTS)),
        *map(_follows, _of_kind(remarks, Status.FOLLOWS)),
        *_not_handed_in(_of_kind(remarks, Status.MISSING)),
        *map(_pending, _of_kind(remarks, Status.PENDING)),
        *map(_marked, _of_kind(remarks, Status.MARKED)),
    )


def what_is_missing(missing: Sequence[Remark]) -> str:
    """Return what was not handed in, in one phrase."""
    pieces = [_missing_piece(remark) for remark in missing[:_MOST_PIECES]]
    elsewhere = sum([remark.lines for remark in missing[_MOST_PIECES:]])
    if elsewhere:
        pieces.append(count(elsewhere, "more line"))
    return "; ".join(pieces)


def _missing_piece(remark: Remark) -> str:
    if not remark.fields:
        return _at("every line", remark.places) if remark.places else "all of it"
    return _at(listed(remark.fields), remark.places)


def _at(what: str, places: str) -> str:
    """Return `what` with its places; several of them in brackets, as other things may follow."""
    if not places:
        return what
    return f"{what} ({places})" if ";" in places else f"{what} in {places}"


def _of_kind(remarks: Sequence[Remark], *kinds: Status) -> list[Remark]:
    return [remark for remark in remarks if remark.kind in kinds]


def _faults(faults: Sequence[Remark]) -> list[Item]:
    """Return the chief faults in the order of the work, then the others in one item."""
    minor = set(sorted(faults, key=_weight, reverse=True)[_MOST_FAULTS:])
    found = [_fault(fault) for fault in faults if fault not in minor]
    return [*found, _minor([fault for fault in faults if fault in minor])] if minor else found


def _weight(fault: Remark) -> tuple[bool, float]:
    # What cannot be read is soon mended, so it is worth a line of its own however little it cost.
    return fault.kind is Status.INVALID, fault.cost


def _fault(remark: Remark) -> Item:
    where = f"({remark.places}) " if remark.places else ""
    cause = f" ({remark.cause.replace('_', ' ')})" if remark.cause else ""
    head = f"{where}{DASH} {_VERDICTS[remark.kind]}{cause}, {_cost(remark.cost)}"
    return Item(listed(remark.fields), _with_message(head, remark))


def _with_message(head: str, remark: Remark) -> str:
    """Return `head` and the message of marking, which for many lines is an example."""
    if not remark.text:
        return sentence(head)
    if remark.repeated:
        return sentence(f"{head}. For example in {remark.first}: {remark.text}")
    return sentence(f"{head}: {remark.text}")


def _cost(cost: float) -> str:
    return f"cost {points(cost)}" if cost > 0 else "cost nothing"


def _minor(faults: Sequence[Remark]) -> Item:
    fields = list(dict.fromkeys([field for fault in faults for field in fault.fields]))
    lines = count(sum([fault.lines for fault in faults]), "line")
    cost = _cost(sum([fault.cost for fault in faults]))
    return Item("Other faults:", f"{lines} of {listed(fields)}, {cost}.")


def _follows(remark: Remark) -> Item:
    one = remark.lines == 1
    subject = count(remark.lines, "line")
    if remark.cost > 0:
        does = "follows from your own earlier lines but earns" if one else "follow from your own but earn"
        return Item(subject, _with_message(f"{does} less, {_cost(remark.cost)}", remark))
    does = "differs from the reference but follows" if one else "differ from the reference but follow"
    kept = "it kept its marks" if one else "they kept their marks"
    return Item(subject, f"{does} rightly from your own earlier lines: {kept}.")


def _not_handed_in(missing: Sequence[Remark]) -> list[Item]:
    if not missing:
        return []
    cost = _cost(sum([remark.cost for remark in missing]))
    return [Item("Not handed in:", f"{what_is_missing(missing)} {DASH} {cost}.")]


def _pending(remark: Remark) -> Item:
    text = f"{listed(remark.fields)} ({points(remark.cost)})"
    return Item("Waits for a person's mark:", sentence(f"{text}: {remark.text}" if remark.text else text))


def _marked(remark: Remark) -> Item:
    text = f"{listed(remark.fields)}, {number(remark.score)} of {points(remark.max_score)}"
    return Item("Marked by a person:", sentence(f"{text}: {remark.text}" if remark.text else text))
