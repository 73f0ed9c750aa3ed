"""Marking a class: findings in; a table, pages and grades out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import typer

from grader.cli import streams
from grader.cli.earlier import changed_marks
from grader.cli.keyring import KeyRing, key_ring
from grader.cli.markbook import mark_book
from grader.cli.options import Loudness
from grader.cli.progress import progress
from grader.cli.score import Format
from grader.cli.scoring import Class, Scoring
from grader.cli.ways_out import (
    GRADEBOOKS,
    Outlet,
    for_github,
    for_gradebook,
    for_gradescope,
    for_junit,
    too_low,
)
from grader.exchange import read_all
from grader.exchange.gradebook import Filled
from grader.exchange.write import Spool, ready_folder, write_bytes, write_text
from grader.reports import GradeRow, grades_csv, grades_table, results_document, submission_json
from grader.schemas.faults import UsageFault
from grader.schemas.results import SubmissionResult

_MOST_NOTES = 50
_OF_RESULTS = (Format.JSON, Format.JSONL, Format.GRADESCOPE, Format.JUNIT)  # others need a row of each only
_REPLACED = "replaced by a later hand-in of the same student:"


def score(
    paths: list[Path],
    key: Path | None,
    out: Path,
    outlet: Outlet,
    *,
    feedback: bool,
    fail_under: float | None,
    marks: Sequence[Path] = (),
    loudness: Loudness = Loudness.NORMAL,
) -> None:
    """Mark every hand-in under `paths`; without `feedback` nothing is written but what `outlet` says.

    `marks` are files of a person's marks.
    """
    began = perf_counter()
    outlet.check()
    feedback = feedback and outlet.reveals  # what a student reads before another try is no page of feedback
    keys = key_ring(key)
    book = mark_book(marks) if marks else None
    findings = read_all(paths, leave_out=[out, *marks, *outlet.files])
    if feedback:
        ready_folder(out)
    with Spool() as spool:
        spooled = spool if feedback or outlet.format in _OF_RESULTS else None
        scoring = Scoring(keys, out if feedback else None, spooled, book, reveal=outlet.reveals)
        with progress(quiet=loudness is Loudness.QUIET) as counter:
            found = scoring.run(counter.through(findings))
        of_marks = book.all_faults() if book else []
        for text in of_marks:
            streams.note(text)
        _say_what_was_found(found, [*keys.faults.values()], loudness)
        if not found.rows:
            raise UsageFault(
                f"no submissions in {', '.join(map(str, paths))}; expected .json or .jsonl files"
            )
        rows = _ordered(found)
        if feedback:
            changed = changed_marks(out, rows)
            write_text(out / "results.json", results_document(_entries(found, spool, _by_student(found))))
            write_text(out / "grades.csv", [grades_csv(rows)])
        _send(outlet, _output(outlet, found, spool, rows, fail_under), loudness)
    if loudness is Loudness.VERBOSE:
        _say_how(found, keys, perf_counter() - began)
    if feedback and loudness is not Loudness.QUIET:
        streams.note(f"Feedback, results.json and grades.csv are in {out}/")
        if changed:
            streams.note(changed)
    if of_marks or _failed(found, fail_under):
        raise typer.Exit(streams.EXIT_FAULTS)


def _send(outlet: Outlet, pieces: Iterable[str] | Filled, loudness: Loudness) -> None:
    """Write what comes out to the file that was asked for, or to stdout."""
    if isinstance(pieces, Filled):
        for said in pieces.notes if loudness is not Loudness.QUIET else pieces.faults:
            streams.note(said)
    if outlet.file is None:
        if isinstance(pieces, Filled):
            streams.write_bytes(pieces.data)
        else:
            streams.write(pieces)
        return
    if isinstance(pieces, Filled):
        write_bytes(outlet.file, pieces.data)
    else:
        write_text(outlet.file, pieces)
    if loudness is not Loudness.QUIET:
        streams.note(f"{outlet.file}: written, as {outlet.format}")


def _output(
    outlet: Outlet, found: Class, spool: Spool, rows: Sequence[GradeRow], fail_under: float | None
) -> Iterable[str] | Filled:
    """Return what comes out: text in pieces, or a gradebook."""
    counting = [i for i in _by_student(found) if i not in found.replaced]
    match outlet.format:
        case Format.JSON:
            return results_document(_entries(found, spool, _by_student(found)))
        case Format.JSONL:
            return (f"{entry}\n" for entry in _entries(found, spool, range(len(found.rows))))
        case Format.CSV:
            return [grades_csv(rows)]
        case Format.GRADESCOPE:
            return [for_gradescope([spool[i] for i in counting], outlet.visibility)]
        case Format.JUNIT:
            return for_junit(spool[i] for i in counting)
        case Format.GITHUB:
            return [for_github(found, rows, _too_low(rows, fail_under))]
        case _ if outlet.format in GRADEBOOKS:
            return for_gradebook(outlet, rows)
    return _tables(rows, streams.width(), colour=streams.colour(outlet.colour))


def _too_low(rows: Sequence[GradeRow], fail_under: float | None) -> dict[str, str]:
    if fail_under is None:
        return {}
    low = [row for row in rows if row.total is not None and _share(row) < fail_under]
    return {row.file: too_low(row, fail_under) for row in low}


def _tables(rows: Sequence[GradeRow], width: int, *, colour: bool) -> Iterator[str]:
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
        yield grades_table(own, width, colour=colour)


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
    reason = f"{_REPLACED} {later.file}"
    entry = SubmissionResult(
        student=row.student,
        file=row.file,
        assignment=row.assignment,
        max_score=row.max_score,
        problems=(*row.problems, reason),
    )
    return submission_json(entry)


def _say_what_was_found(found: Class, faults: Sequence[str], loudness: Loudness) -> None:
    quiet = loudness is Loudness.QUIET
    notes = [*faults]
    notes += [] if quiet else [f"{each.file}: not a submission: {each.reason}" for each in found.skipped]
    notes += [f"{file}: {problem.text}" for file, problem in found.problems if problem.grave or not quiet]
    notes += [
        f"{found.rows[earlier].file}: {_REPLACED} {found.rows[later].file}"
        for earlier, later in found.replaced.items()
        if not quiet
    ]
    for text in notes[:_MOST_NOTES]:
        streams.note(text)
    if len(notes) > _MOST_NOTES:
        streams.note(f"... and {len(notes) - _MOST_NOTES} more notes; results.json has those about hand-ins")
    marked = len(found.rows) - found.unreadable
    if found.unreadable:
        streams.note(f"{marked} of {len(found.rows)} hand-ins marked, {found.unreadable} could not be")


def _say_how(found: Class, keys: KeyRing, seconds: float) -> None:
    """Name each file and the key that marked it, and say how long all took."""
    for row in found.rows:
        by = keys.files.get(row.assignment or "") if row.total is not None else None
        streams.note(f"{row.file}: {f'marked by {by}' if by else 'not marked'}")
    each = seconds / max(1, len(found.rows))
    streams.note(f"{len(found.rows)} hand-ins in {seconds:.2f} s, {1000 * each:.1f} ms each")


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
