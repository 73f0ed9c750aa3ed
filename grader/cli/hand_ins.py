"""The hand-ins of a class: what tells whose each is, and the key that it is of; texts that wait for a person.

Of these each stands once, and those that are alike next to each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from grader.cli.keyring import KeyRing
from grader.cli.terminal import streams
from grader.exchange import Attempt, HandIn, Skipped, read_all
from grader.exchange.marks_file import Key, MarksTable
from grader.exchange.people.id_pattern import id_pattern
from grader.exchange.people.roster import open_roster
from grader.exchange.people.senders import Senders
from grader.marking.mark import Prepared
from grader.marking.pending import waiting
from grader.reports import visible
from grader.reports.answers import alike, answer_cell, ids_in_cells, same_answer
from grader.schemas.cells import from_a_cell
from grader.schemas.faults import KeyFault
from grader.schemas.parts import Part

Naming: TypeAlias = tuple[Path | None, str | None]  # a roster, and a pattern for ids


def senders(roster: Path | None, id_regex: str | None) -> Senders:
    """Return who tells whose a hand-in is. Raises UsageFault where the roster or the pattern is no good."""
    return Senders(
        roster=None if roster is None else open_roster(roster),
        pattern=None if id_regex is None else id_pattern(id_regex),
    )


def own_files(of: Naming) -> list[Path]:
    """Return the files that tell whose hand-ins are: they may lie among them, and are none."""
    return [] if of[0] is None else [of[0]]


def with_keys(
    paths: Sequence[Path], keys: KeyRing, senders: Senders, leave_out: Sequence[Path]
) -> Iterator[tuple[HandIn, Prepared]]:
    """Yield the hand-ins under `paths`; what cannot be read, or has no key, is named on stderr."""
    for finding in read_all(paths, leave_out=leave_out, keys=keys.for_printouts, senders=senders):
        if isinstance(finding, HandIn):
            try:
                yield finding, keys.find(finding.submission)
            except KeyFault as fault:
                streams.note(f"{visible(finding.file)}: {fault}")
        elif not isinstance(finding, Skipped):
            streams.note(f"{visible(finding.file)}: {' '.join(problem.text for problem in finding.problems)}")


@dataclass(frozen=True, slots=True)
class Text:
    """What one student wrote for one part. Texts with the same number in `alike` are (nearly) the same."""

    assignment: str
    student: str
    question: str
    part: Part
    answer: str
    said: str = ""
    alike: int = 0


_Own = tuple[Attempt, list[Text]]  # of one student, by which hand-in


def waiting_texts(
    paths: Sequence[Path], keys: KeyRing, senders: Senders, leave_out: Sequence[Path]
) -> list[Text]:
    """Return what waits in the hand-ins under `paths`: part by part, and in each the likes together.

    Of several attempts of a student the latest counts. What cannot be read is named on stderr.
    """
    latest: dict[tuple[str, str], _Own] = {}
    for hand_in, key in with_keys(paths, keys, senders, leave_out):
        submission = hand_in.submission
        before = latest.get((key.key.id, submission.student))
        if before is not None and not before[0].gives_way_to(hand_in.attempt):
            continue
        texts = [
            Text(key.key.id, submission.student, each.question, each.part, each.text, each.said)
            for each in waiting(key, submission)
        ]
        latest[key.key.id, submission.student] = hand_in.attempt, texts
    return _together(text for _, texts in latest.values() for text in texts)


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
    """The rows of a marks file by what they are about."""

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
    """Return the cells of the row of a text that nobody has marked; `several` assignments are told apart."""
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
