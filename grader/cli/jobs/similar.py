"""Looking for what hand-ins share: odd lines of a class, gathered some hand-ins at a time."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from grader.cli import streams
from grader.cli.keyring import KeyRing, key_ring
from grader.cli.similar import Format
from grader.exchange import HandIn, read_all
from grader.marking.mark import Prepared, mark
from grader.marking.similar import similar_pairs
from grader.marking.unexplained import unexplained
from grader.reports.similar import similar_json, similar_text
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.similar import OddHandIn, SimilarPair

_CHUNK = 500

_Found = tuple[HandIn, Prepared]
_Class = dict[str, OddHandIn | None]  # by student, whose latest attempt counts; None has nothing odd


def similar(paths: Sequence[Path], key: Path | None, format_: Format, *, unlikely: int, most: int) -> None:
    """Show what pairs of hand-ins have in common that nothing explains."""
    classes: dict[str, _Class] = {}
    found = _hand_ins(paths, key_ring(key))
    while chunk := list(islice(found, _CHUNK)):
        for prepared in {id(own): own for _, own in chunk}.values():
            _gather(
                classes.setdefault(prepared.key.id, {}), prepared, [h for h, own in chunk if own is prepared]
            )
    if not classes:
        raise UsageFault(f"no submissions in {', '.join(map(str, paths))}")
    pairs: list[SimilarPair] = []
    for class_ in classes.values():
        odd = [own for own in class_.values() if own is not None]
        pairs += similar_pairs(odd, len(class_), at_least=unlikely)
    size = sum(map(len, classes.values()))
    pairs.sort(key=lambda pair: -pair.one_in)
    if format_ is Format.JSON:
        streams.write(similar_json(pairs[:most], size))
    else:
        streams.write(similar_text(pairs[:most], size, streams.width()))
    if len(pairs) > most:
        streams.note(f"{len(pairs) - most} more pairs; --most shows them")


def _hand_ins(paths: Sequence[Path], keys: KeyRing) -> Iterator[_Found]:
    for finding in read_all(paths, keys=keys.for_printouts):
        if isinstance(finding, HandIn):
            try:
                yield finding, keys.find(finding.submission)
            except KeyFault as fault:
                streams.note(f"{finding.file}: {fault}")


def _gather(class_: _Class, prepared: Prepared, hand_ins: Sequence[HandIn]) -> None:
    submissions = [hand_in.submission for hand_in in hand_ins]
    marked = mark(prepared, submissions)
    for own in unexplained(prepared, submissions, marked, [hand_in.file for hand_in in hand_ins]):
        class_.pop(own.student, None)
        class_[own.student] = own if own.lines else None
