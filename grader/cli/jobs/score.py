"""Marking a class: findings in; a table, pages and grades out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from grader.cli import streams
from grader.cli.earlier import changed_marks
from grader.cli.keyring import key_ring
from grader.cli.markbook import mark_book
from grader.cli.pages import PageWriter, where_to_begin
from grader.cli.score import Format, Pages
from grader.cli.scoring import Class, Scoring
from grader.exchange import read_all
from grader.exchange.find import EXPECTED
from grader.exchange.write import Spool, ready_folder, write_text
from grader.reports import GradeRow, grades_csv, grades_table, results_document, submission_json
from grader.schemas.faults import UsageFault
from grader.schemas.results import REPLACED, SubmissionResult

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
) -> None:
    """Mark every hand-in under `paths`; without `pages` nothing is written but to stdout.

    `marks` are files of a person's marks, `secret` is the file that values which vary are drawn from.
    """
    keys = key_ring(key, secret=secret)
    book = mark_book(marks) if marks else None
    findings = read_all(paths, leave_out=[out, *marks], keys=keys.for_printouts)
    if pages is not None:
        ready_folder(out)
    with Spool() as spool, Spool() as tallies:
        spooled = spool if pages is not None or format_ in (Format.JSON, Format.JSONL) else None
        writer = None if pages is None else PageWriter(out, pages, tallies)
        scoring = Scoring(keys, writer, spooled, book)
        found = scoring.run(findings)
        of_marks = book.all_faults() if book else []
        for text in of_marks:
            streams.note(text)
        _say_what_was_found(found, [*keys.faults.values()])
        if not found.rows:
            raise UsageFault(f"no submissions in {', '.join(map(str, paths))}; expected {EXPECTED}")
        rows = _ordered(found)
        if writer is not None:
            order = _by_student(found)
            changed = changed_marks(out, rows)
            write_text(out / "results.json", results_document(_entries(found, spool, order)))
            write_text(out / "grades.csv", [grades_csv(rows)])
            writer.write_class(i for i in order if i not in found.replaced)
        streams.write(_output(format_, found, spool, rows))
    if pages is not None:
        streams.note(f"Feedback, results.json and grades.csv are in {out}/{where_to_begin(pages)}")
        if changed:
            streams.note(changed)
    if of_marks or _failed(found, fail_under):
        raise typer.Exit(streams.EXIT_FAULTS)


def _output(format_: Format, found: Class, spool: Spool, rows: Sequence[GradeRow]) -> Iterable[str]:
    if format_ == Format.JSON:
        return results_document(_entries(found, spool, _by_student(found)))
    if format_ == Format.JSONL:
        return (f"{entry}\n" for entry in _entries(found, spool, range(len(found.rows))))
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
    rows = found.rows
    return sorted(range(len(rows)), key=lambda i: (rows[i].student or "", rows[i].file))


def _ordered(found: Class) -> list[GradeRow]:
    """Return the rows by student; of several attempts only the one that counts."""
    return [found.rows[i] for i in _by_student(found) if i not in found.replaced]


def _entries(found: Class, spool: Spool, order: Iterable[int]) -> Iterator[str]:
    for i in order:
        yield _replaced(found, i) if i in found.replaced else spool[i]


def _replaced(found: Class, number: int) -> str:
    row, later = found.rows[number], found.rows[found.replaced[number]]
    reason = f"{REPLACED} {later.file}"
    entry = SubmissionResult(
        student=row.student,
        file=row.file,
        assignment=row.assignment,
        max_score=row.max_score,
        problems=(*row.problems, reason),
    )
    return submission_json(entry)


def _say_what_was_found(found: Class, faults: Sequence[str]) -> None:
    notes = [*faults]
    notes += [f"{skipped.file}: not a submission: {skipped.reason}" for skipped in found.skipped]
    notes += [f"{file}: {problem.text}" for file, problem in found.problems]
    notes += [f"{file}: {remark}" for file, remark in found.remarks]
    notes += [
        f"{found.rows[earlier].file}: {REPLACED} {found.rows[later].file}"
        for earlier, later in found.replaced.items()
    ]
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
    rows = [row for i, row in enumerate(found.rows) if i not in found.replaced]
    return any(_share(row) < fail_under for row in rows)


def _share(row: GradeRow) -> float:
    """Return the percentage of what is marked: of the maximum less what waits for a person."""
    marked = (row.max_score or 0.0) - row.pending
    return 100.0 * (row.total or 0.0) / marked if marked > 0 else 100.0
