"""Marking a class: findings in; a table, pages and grades out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import typer

from grader import __version__
from grader.cli import streams
from grader.cli.earlier import changed_marks
from grader.cli.engines import Power, engine
from grader.cli.keyring import key_ring
from grader.cli.markbook import mark_book
from grader.cli.marker import Marker
from grader.cli.notes import further_notes, urgent_notes, why_not_counted
from grader.cli.pages import PageMaker, PageWriter, where_to_begin
from grader.cli.records import PARTS, Rows
from grader.cli.score import Format, Pages
from grader.cli.scoring import Class, Scoring
from grader.cli.senders import Naming, own_files, senders
from grader.cli.stale import say_what_stays
from grader.exchange import contents
from grader.exchange.digest import digest_of
from grader.exchange.find import EXPECTED
from grader.exchange.journal import Journal
from grader.exchange.write import ready_folder, write_text
from grader.reports import GradeRow, grades_csv, grades_table, results_document, submission_json
from grader.schemas.faults import UsageFault
from grader.schemas.results import SubmissionResult

_MOST_NOTES = 50


def score(
    paths: list[Path],
    key: Path | None,
    out: Path,
    format_: Format,
    *,
    pages: Pages | None,
    fail_under: float | None,
    marks: Sequence[Path] = (),
    secret: Path | None = None,
    of: Naming = (None, None),
    power: Power = Power(),
    resume: bool = False,
) -> None:
    """Mark every hand-in under `paths`; without `pages` nothing is written but to stdout.

    `marks` are files of a person's marks, `secret` is the file that values which vary are drawn from, `of`
    what tells whose hand-ins are. `power` is who does the work. `resume` goes on where a run was interrupted,
    and leaves in `out` what it takes to do so.
    """
    keys = key_ring(key, secret=secret)
    book = mark_book(marks) if marks else None
    known = senders(*of)
    beside = [out, *marks, *own_files(of)]
    found_contents = contents(paths, leave_out=beside, keys=keys.for_printouts, senders=known)
    entries = pages is not None or format_ in (Format.JSON, Format.JSONL)
    marker = Marker(keys, book, None if pages is None else PageMaker(pages), entries)
    lasting = pages is not None or resume
    if lasting:
        ready_folder(out)
    with (
        Journal(PARTS, out if lasting else None, _made_by(marker), resume=resume) as journal,
        engine(marker, power) as working,
    ):
        writer = None if pages is None else PageWriter(out, pages)
        scoring = Scoring(working, journal, marker, writer)
        found = scoring.run(found_contents)
        _say_what_was_kept(scoring, journal)
        of_marks = book.all_faults() if book else []
        for text in of_marks:
            streams.note(text)
        _say_what_was_found(found, {**found.faults, **keys.faults_met()})
        if not found.rows:
            raise UsageFault(f"no submissions in {', '.join(map(str, paths))}; expected {EXPECTED}")
        if known.roster is not None:
            scoring.add_absent(known.roster.enrolled)
        order = _by_student(found)
        rows = Rows(found.records, [i for i in order if i not in found.replaced])
        if writer is not None:
            changed = changed_marks(out, rows)
            write_text(out / "results.json", results_document(_entries(found, order)))
            write_text(out / "grades.csv", [grades_csv(rows)])
            writer.write_class(found.records.tally(i) for i in order if i not in found.replaced)
        streams.write(_output(format_, found, rows))
        failed = bool(of_marks) or _failed(found, fail_under)
        journal.finish()
    if writer is not None:
        streams.note(f"Feedback, results.json and grades.csv are in {out}/{where_to_begin(writer.pages)}")
        if changed:
            streams.note(changed)
        say_what_stays(out, writer.written)
    if failed:
        raise typer.Exit(streams.EXIT_FAULTS)


def _made_by(marker: Marker) -> str:
    """Return what tells everything that results depend on, besides the hand-ins, from anything else."""
    made = (__version__, marker.pages.pages if marker.pages else "", str(marker.entries))
    of_book = marker.book.digest() if marker.book else ""
    return digest_of(*(text.encode() for text in (*made, marker.keys.digest(), of_book)))


def _say_what_was_kept(scoring: Scoring, journal: Journal) -> None:
    if scoring.kept:
        streams.note(f"{scoring.kept:,} hand-ins had been marked before the interruption")
    elif journal.has_begun_anew:
        streams.note("begun anew: the keys, marks or options are not those of the run that was interrupted")


def _output(format_: Format, found: Class, rows: Sequence[GradeRow]) -> Iterable[str]:
    if format_ == Format.JSON:
        return results_document(_entries(found, _by_student(found)))
    if format_ == Format.JSONL:
        return (f"{entry}\n" for entry in _entries(found, range(len(found.records))))
    if format_ == Format.CSV:
        return [grades_csv(rows)]
    return _tables(rows)


def _tables(rows: Sequence[GradeRow]) -> Iterator[str]:
    """Yield a table for each assignment; what could not be read stands in the first."""
    marked = {row.assignment for row in rows if row.assignment and row.total is not None}
    assignments: list[str | None] = [*sorted(marked)] or [None]
    for assignment in assignments:
        own = [
            row
            for row in rows
            if row.assignment == assignment or (row.total is None and assignment == assignments[0])
        ]
        if len(assignments) > 1:
            yield f"{assignment}\n"
        yield grades_table(own, streams.width(), colour=streams.colour())


def _by_student(found: Class) -> list[int]:
    """Return the numbers of the hand-ins, ordered by student, then file."""
    keys = [(row.student or "", row.file) for row in found.rows]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _entries(found: Class, order: Iterable[int]) -> Iterator[str]:
    for i in order:
        yield _replaced(found, i) if i in found.replaced else found.records.entry(i)


def _replaced(found: Class, number: int) -> str:
    row, later = found.rows[number], found.rows[found.replaced[number]]
    reason = f"{why_not_counted(found, number)} {later.file}"
    entry = SubmissionResult(
        student=row.student,
        file=row.file,
        assignment=row.assignment,
        max_score=row.max_score,
        problems=(*row.problems, reason),
    )
    return submission_json(entry)


def _say_what_was_found(found: Class, faults: Mapping[str, str]) -> None:
    notes = [*(faults[name] for name in sorted(faults)), *urgent_notes(found), *further_notes(found)]
    for text in notes[:_MOST_NOTES]:
        streams.note(text)
    if len(notes) > _MOST_NOTES:
        streams.note(f"... and {len(notes) - _MOST_NOTES} more notes; results.json has those about hand-ins")
    marked = len(found.rows) - found.unreadable
    if found.unreadable:
        streams.note(f"{marked} of {len(found.rows)} hand-ins marked, {found.unreadable} could not be")


def _failed(found: Class, fail_under: float | None) -> bool:
    if found.unreadable or any(problem.grave for _, problem in found.problems):
        return True
    if fail_under is None:
        return False
    aside = found.replaced.keys() | found.absent
    return any(_share(row) < fail_under for i, row in enumerate(found.rows) if i not in aside)


def _share(row: GradeRow) -> float:
    """Return the percentage of what is marked: of the maximum less what waits for a person."""
    marked = (row.max_score or 0.0) - row.pending
    return 100.0 * (row.total or 0.0) / marked if marked > 0 else 100.0
