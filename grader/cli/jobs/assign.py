"""Giving each student a sheet and files to fill in."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.cli.handouts import WORKSHEETS, File, Handouts, Recipient
from grader.cli.keyring import load_key, one_key
from grader.cli.option_values import FormAs
from grader.cli.terminal import streams
from grader.exchange.people.roster import Enrolled, read_roster
from grader.exchange.secret import needed, read_secret
from grader.exchange.write import ready_folder, replace_bytes
from grader.reports import file_stem
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.wording import first_of
from grader.solver.variants import Drawn, Variation, no_sound_draw
from grader.solver.variants import assign as assign_variants

_MOST_NAMED = 5


def assign(
    key: Path,
    roster: Path,
    secret: Path | None,
    out: Path,
    method: str | None,
    formats: Sequence[FormAs],
    *,
    worksheets: bool,
    force: bool,
) -> None:
    """Write a sheet, and files to fill in, for each student of a roster."""
    path = one_key(key)
    prepared = load_key(path, method=method)
    enrolled = read_roster(roster)
    students = [each.student for each in enrolled]
    drawn = draw(path, prepared.variations, secret, students) if prepared.variations else {}
    if not drawn:
        streams.note(f"{path}: no values vary in this key, so all sheets are the same")
    handouts = Handouts(prepared, method, formats, worksheets)
    recipients = [*_recipients(enrolled, drawn)]
    for _, make in handouts.files(recipients[0]):  # what cannot be made is told before anything is written
        make()
    if not force:
        _refuse_changed(out, (file for each in recipients for file in handouts.files(each)))
    for folder in (out, out / WORKSHEETS) if worksheets else (out,):
        ready_folder(folder)
    for each in recipients:
        for name, make in handouts.files(each):
            replace_bytes(out / name, make())
    for question, own in drawn.items():
        _say_who_shares(question, own, students)
    streams.note(f"{len(students)} {handouts.in_words()} are in {out}/")


def draw(
    key: Path, variations: Mapping[str, Variation], secret: Path | None, students: Sequence[str]
) -> dict[str, Drawn]:
    """Draw everybody's values for each question that varies.

    Raises UsageFault without a secret, and KeyFault where no values fit to work with can be drawn.
    """
    known = needed(read_secret(secret, os.environ))
    drawn = {name: assign_variants(each, known, students) for name, each in variations.items()}
    for name, own in drawn.items():
        if not own.sound.all():
            student = students[int(own.sound.argmin())]
            raise KeyFault(f"{key}: question[{name}].vary: {no_sound_draw(own, student)}")
    return drawn


def _recipients(enrolled: Sequence[Enrolled], drawn: Mapping[str, Drawn]) -> Iterator[Recipient]:
    stems: dict[str, str] = {}
    for row, each in enumerate(enrolled):
        stem = file_stem(each.student, stems)
        stems[stem.casefold()] = each.student
        own = {
            question: {name: values[row] for name, values in one.values.items()}
            for question, one in drawn.items()
        }
        yield Recipient(each.student, each.name, stem, own)


def _refuse_changed(out: Path, files: Iterable[File]) -> None:
    """Raise UsageFault where another file, perhaps a hand-in, would be overwritten."""
    for name, make in files:
        path = out / name
        try:
            there = path.read_bytes() if path.exists() else None
        except OSError as error:
            raise UsageFault(f"{path}: cannot be read: {error.strerror}") from None
        if there is not None and there != make():
            raise UsageFault(
                f"{path}: is there already and is another text (perhaps filled in); choose another folder "
                "with --out, or write over it with --force"
            )


def _say_who_shares(question: str, drawn: Drawn, students: Sequence[str]) -> None:
    """Note who has the same values by chance."""
    alike: dict[bytes, list[str]] = defaultdict(list)
    for row, student in enumerate(students):
        alike[b"".join(values[row].tobytes() for values in drawn.values.values())].append(student)
    shared = [student for group in alike.values() if len(group) > 1 for student in group]
    if shared:
        named = first_of([ascii(student)[1:-1] for student in shared], _MOST_NAMED)
        streams.note(
            f"{question}: {len(shared)} students have the values of another by chance ({named}); "
            "wider ranges or finer steps make that rarer"
        )
