"""Looking for what hand-ins share: the odd lines of a class are gathered some hand-ins at a time."""

from collections.abc import Sequence
from itertools import islice

from grader.cli.hand_ins import Sources, with_keys
from grader.cli.keyring import key_ring
from grader.cli.option_values import ShownAs
from grader.cli.terminal import streams
from grader.exchange import Attempt, HandIn
from grader.marking.mark import Prepared, mark
from grader.marking.similar import similar_pairs
from grader.marking.unexplained import unexplained
from grader.reports.similar import similar_json, similar_text
from grader.schemas.faults import UsageFault
from grader.schemas.similar import OddHandIn, SimilarPair

_CHUNK = 500

_Class = dict[str, tuple[Attempt, OddHandIn | None]]  # by student; None has nothing odd


def similar(sources: Sources, format_: ShownAs, *, unlikely: int, most: int) -> None:
    """Show at most so many pairs of hand-ins, the oddest first, with what they share and nothing explains.

    A pair is shown where fewer than one class in 10^unlikely would have it by chance.
    """
    classes: dict[str, _Class] = {}
    found = with_keys(sources, key_ring(sources.key, secret=sources.secret))
    while chunk := list(islice(found, _CHUNK)):
        for key in {id(own): own for _, own in chunk}.values():
            hand_ins = [hand_in for hand_in, own in chunk if own is key]
            _gather(classes.setdefault(key.key.id, {}), key, hand_ins)
    if not classes:
        raise UsageFault(f"no submissions in {', '.join(map(str, sources.paths))}")
    pairs: list[SimilarPair] = []
    for class_ in classes.values():
        odd = [own for _, own in class_.values() if own is not None]
        pairs += similar_pairs(odd, len(class_), at_least=unlikely)
    size = sum(map(len, classes.values()))
    pairs.sort(key=lambda pair: -pair.one_in)
    as_json = format_ is ShownAs.JSON
    shown = pairs[:most]
    streams.write(similar_json(shown, size) if as_json else similar_text(shown, size, streams.width()))
    if len(pairs) > most:
        streams.note(f"{len(pairs) - most} more pairs; --most shows them")


def _gather(class_: _Class, prepared: Prepared, hand_ins: Sequence[HandIn]) -> None:
    submissions = [hand_in.submission for hand_in in hand_ins]
    marked = mark(prepared, submissions)
    found = unexplained(prepared, submissions, marked, [hand_in.file for hand_in in hand_ins])
    for hand_in, own in zip(hand_ins, found, strict=True):
        before = class_.get(own.student)
        if before is None or before[0].gives_way_to(hand_in.attempt):
            class_.pop(own.student, None)
            class_[own.student] = hand_in.attempt, own if own.lines else None
