"""The hand-ins of a class: where they come from, the key of each, and the texts that wait for a person.

`score` marks a class by an engine of its own; this is what the other commands for a class share.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.cli.keyring import KeyRing, key_ring
from grader.cli.terminal import streams
from grader.exchange import Attempt, HandIn, Skipped, read_all
from grader.exchange.marks_file import Key, MarksTable
from grader.exchange.people.id_pattern import id_pattern
from grader.exchange.people.roster import open_roster
from grader.exchange.people.senders import Senders
from grader.marking.mark import Prepared
from grader.marking.person import Text, waiting
from grader.reports import visible
from grader.reports.answers import alike, answer_cell, ids_in_cells, same_answer
from grader.schemas.cells import from_a_cell
from grader.schemas.faults import KeyFault


@dataclass(frozen=True, slots=True)
class Sources:
    """What is read: the hand-ins under `paths`, the keys that mark them, and what tells whose each is.

    `key` is a key or a folder of them, `secret` the file that values which vary are drawn from. A hand-in's
    student is told by a `roster`, or by the pattern `id_regex` of its path.
    """

    paths: Sequence[Path]
    key: Path | None = None
    secret: Path | None = None
    roster: Path | None = None
    id_regex: str | None = None

    def senders(self) -> Senders:
        """Return what tells whose a hand-in is. Raises UsageFault for a roster or pattern that is no good."""
        return Senders(
            roster=None if self.roster is None else open_roster(self.roster),
            pattern=None if self.id_regex is None else id_pattern(self.id_regex),
        )

    @property
    def no_hand_ins(self) -> list[Path]:
        """The files among these that are no hand-ins, although they may lie beside them."""
        return [] if self.roster is None else [self.roster]


def with_keys(
    sources: Sources, keys: KeyRing, leave_out: Sequence[Path] = ()
) -> Iterator[tuple[HandIn, Prepared]]:
    """Yield the hand-ins with their keys; what cannot be read, or has no key, is named on stderr."""
    for finding in read_all(
        sources.paths,
        leave_out=[*leave_out, *sources.no_hand_ins],
        keys=keys.for_printouts,
        senders=sources.senders(),
    ):
        if isinstance(finding, HandIn):
            try:
                yield finding, keys.find(finding.submission)
            except KeyFault as fault:
                streams.note(f"{visible(finding.file)}: {fault}")
        elif not isinstance(finding, Skipped):
            streams.note(f"{visible(finding.file)}: {' '.join(problem.text for problem in finding.problems)}")


def waiting_texts(sources: Sources, leave_out: Sequence[Path]) -> list[Text]:
    """Return the texts that wait for a person, part by part, those that are alike next to each other.

    Of several attempts of a student the latest counts. What cannot be read is named on stderr.
    """
    attempts: dict[tuple[str, str], Attempt] = {}
    texts: dict[tuple[str, str], list[Text]] = {}
    for hand_in, key in with_keys(sources, key_ring(sources.key, as_stated=True), leave_out):
        student, assignment = hand_in.submission.student, key.key.id
        before = attempts.get((assignment, student))
        if before is not None and not before.gives_way_to(hand_in.attempt):
            continue
        attempts[assignment, student] = hand_in.attempt
        texts[assignment, student] = [*waiting(key, hand_in.submission)]
    return _together(text for own in texts.values() for text in own)


def _together(texts: Iterable[Text]) -> list[Text]:
    by_part: dict[tuple[str, str, str], list[Text]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: text.student):
        by_part[text.assignment, text.question, text.part.id].append(text)
    ordered = []
    number = 0
    for _, same in sorted(by_part.items(), key=lambda item: item[0]):
        for group in alike([text.answer for text in same]):
            number += len(group) > 1
            ordered += [replace(same[i], alike=number if len(group) > 1 else 0) for i in group]
    return ordered


@dataclass(slots=True)
class TextRows:
    """The rows of a marks file, found by the text that they are about."""

    table: MarksTable
    _rows: dict[Key, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = {}
        for row in self.table.rows:
            about = tuple(from_a_cell(cell) for cell in self.table.key(row))
            if not self.table.cell(self._rows.get(about, []), "points"):  # of several, one with points
                self._rows[about] = row

    def of(self, text: Text) -> list[str] | None:
        """Return the row of a text; its student's id may have lost leading zeros in a spreadsheet."""
        for student in ids_in_cells(text.student):
            for assignment in (text.assignment, ""):
                row = self._rows.get((assignment, student, text.question, text.part.id, ""))
                if row is not None:
                    return row
        return None

    def has_changed(self, row: Sequence[str], text: Text) -> bool:
        """Tell whether a row is about what the student wrote before and not about this text."""
        answer = from_a_cell(self.table.cell(row, "answer"))
        return bool(answer) and not same_answer(answer, text.answer)

    def is_marked(self, text: Text) -> bool:
        """Tell whether a text, as it is now, has points."""
        row = self.of(text)
        return row is not None and bool(self.table.cell(row, "points")) and not self.has_changed(row, text)


def cells_of(text: Text, *, several: bool) -> dict[str, str]:
    """Return the cells of an unmarked text's row; of `several` assignments each row names its own."""
    cells = {
        "student": answer_cell(text.student),
        "question": text.question,
        "part": text.part.id,
        "points": "",
        "comment": "",
        "of": f"{text.part.points:g}",
        "alike": str(text.alike or ""),
        "answer": answer_cell(text.answer),
    }
    return {"assignment": text.assignment, **cells} if several else cells
