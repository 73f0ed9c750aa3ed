"""Marking a class: hand-ins in; a table, pages and grades out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import typer

from grader import __version__
from grader.cli.engine.earlier import changed_marks, say_what_stays
from grader.cli.engine.markbook import mark_book
from grader.cli.engine.marker import Marker
from grader.cli.engine.pages import PageMaker, PageWriter, where_to_begin
from grader.cli.engine.records import PARTS, Rows
from grader.cli.engine.scoring import Class, Scoring, engine
from grader.cli.hand_ins import Sources
from grader.cli.keyring import KeyRing, key_ring
from grader.cli.option_values import Loudness, Pages, ResultsAs
from grader.cli.terminal import streams
from grader.cli.terminal.progress import progress
from grader.cli.ways_out import (
    OF_RESULTS,
    Outlet,
    for_github,
    for_gradebook,
    for_gradescope,
    send,
    too_low,
)
from grader.exchange import Content, contents
from grader.exchange.gradebook import Filled
from grader.exchange.handins.find import EXPECTED
from grader.exchange.journal import Digest, Journal
from grader.exchange.people.senders import NAMELESS
from grader.exchange.results_file import NAME
from grader.exchange.write import ready_folder, write_text
from grader.reports import GradeRow, grades_csv, grades_table, results_document, submission_json, visible
from grader.reports.junit import junit
from grader.reports.wording import count
from grader.schemas.faults import UsageFault
from grader.schemas.results import REPLACED, SET_ASIDE, SubmissionResult

_MOST_NOTES = 50
_MOST_NAMELESS = 3


def score(
    sources: Sources,
    out: Path,
    outlet: Outlet,
    *,
    pages: Pages | None,
    fail_under: float | None = None,
    marks: Sequence[Path] = (),
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    loudness: Loudness = Loudness.NORMAL,
) -> None:
    """Mark every hand-in; without `pages` nothing is written but what `outlet` says.

    `marks` are files of a person's marks. So many processes mark as there are `jobs`, or the workers of a
    `cluster`. `resume` goes on where a run was interrupted, and leaves in the folder `out` what it takes to.
    """
    began = perf_counter()
    outlet.check()
    # A student who may try again gets no pages of feedback, as these reveal values.
    pages = pages if outlet.reveals else None
    keys = key_ring(sources.key, secret=sources.secret)
    book = mark_book(marks) if marks else None
    senders = sources.senders()
    beside = [out, *marks, *sources.no_hand_ins, *outlet.files]
    found_contents = contents(sources.paths, leave_out=beside, keys=keys.for_printouts, senders=senders)
    entries = pages is not None or outlet.format in OF_RESULTS
    marker = Marker(keys, book, PageMaker(pages) if pages else None, entries, reveal=outlet.reveals)
    lasting = pages is not None or resume
    if lasting:
        ready_folder(out)
    with (
        Journal(PARTS, out if lasting else None, _made_by(marker), resume=resume) as journal,
        engine(marker, jobs, cluster) as working,
    ):
        writer = PageWriter(out, pages) if pages else None
        scoring = Scoring(working, journal, marker, writer)
        found = _run(scoring, found_contents, resumable=lasting, quiet=loudness is Loudness.QUIET)
        of_marks = _say_what_was_found(scoring, loudness)
        if not found.rows:
            named = ", ".join(visible(str(path)) for path in sources.paths)
            raise UsageFault(f"no submissions in {named}; expected {EXPECTED}")
        if senders.roster is not None:
            scoring.add_absent(senders.roster.enrolled)
        changed = _give_out(found, writer, outlet, fail_under, loudness)
        failed = of_marks or _failed(found, fail_under)
        if loudness is Loudness.VERBOSE:
            _say_how(found.rows, keys, perf_counter() - began)
        journal.finish()
    if writer is not None and loudness is not Loudness.QUIET:
        _say_where(writer, changed)
    if failed:
        raise typer.Exit(streams.EXIT_FAULTS)


def _run(scoring: Scoring, found: Iterable[Content], *, resumable: bool, quiet: bool) -> Class:
    """Mark everything that is found; if that is interrupted, say how far it came."""
    try:
        with progress(quiet=quiet) as counter:
            return scoring.run(counter.through(found))
    except KeyboardInterrupt:
        if resumable and len(scoring.journal):
            streams.note(f"interrupted after {len(scoring.journal):,} hand-ins; --resume goes on from here")
        raise


def _give_out(
    found: Class, writer: PageWriter | None, outlet: Outlet, fail_under: float | None, loudness: Loudness
) -> str:
    """Write and send all results; return in words how many marks have changed, if there were any."""
    in_order = writer is not None or outlet.format != ResultsAs.JSONL  # a million lines need no order
    order = _by_student(found) if in_order else []
    rows = Rows(found.records, [i for i in order if i not in found.replaced])
    changed = "" if writer is None else _write(writer, found, order, rows)
    send(outlet, _output(outlet, found, order, rows, fail_under), loudness)
    return changed


def _made_by(marker: Marker) -> str:
    """Return a digest of everything but the hand-ins that results depend on."""
    made = (__version__, marker.pages.pages if marker.pages else "", str(marker.entries), str(marker.reveal))
    of_book = marker.book.digest() if marker.book else ""
    return str(Digest(*(text.encode() for text in (*made, marker.keys.digest(), of_book))))


def _output(
    outlet: Outlet, found: Class, order: Sequence[int], rows: Sequence[GradeRow], fail_under: float | None
) -> Iterable[str] | Filled:
    """Return the output: text in pieces, or a gradebook."""
    counting = (found.records.entry(i) for i in order if i not in found.replaced)
    results = map(SubmissionResult.model_validate_json, counting)
    match outlet.format:
        case ResultsAs.JSON:
            return results_document(_entries(found, order))
        case ResultsAs.JSONL:
            return (f"{entry}\n" for entry in _entries(found, range(len(found.records))))
        case ResultsAs.CSV:
            return [grades_csv(rows)]
        case ResultsAs.GRADESCOPE:
            return [for_gradescope([*results], outlet.visibility)]
        case ResultsAs.JUNIT:
            return junit(results)
        case ResultsAs.GITHUB:
            return [for_github(found, rows, _too_low(found, fail_under))]
        case ResultsAs.CANVAS | ResultsAs.MOODLE:
            return for_gradebook(outlet, rows)
    return _tables(found, rows, streams.width(), colour=streams.colour(outlet.colour))


def _tables(found: Class, rows: Sequence[GradeRow], width: int, *, colour: bool) -> Iterator[str]:
    """Yield a table for each assignment; hand-ins that could not be marked are in the first."""
    marked = found.marked
    assignments: list[str | None] = [*sorted(marked)] or [None]
    for assignment in assignments:
        own = [
            row
            for row in rows
            if row.assignment == assignment or (assignment == assignments[0] and row.assignment not in marked)
        ]
        if len(assignments) > 1:
            yield f"{assignment}\n"
        yield grades_table(own, width, colour=colour)


def _by_student(found: Class) -> list[int]:
    """Return the numbers of the hand-ins, ordered by student, then file."""
    keys = [(row.student or "", row.file) for row in found.rows]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _entries(found: Class, order: Iterable[int]) -> Iterator[str]:
    for i in order:
        yield _replaced(found, i) if i in found.replaced else found.records.entry(i)


def _replaced(found: Class, number: int) -> str:
    row, later = found.rows[number], found.rows[found.replaced[number]]
    reason = f"{_why_not_counted(found, number)} {visible(later.file)}"
    entry = SubmissionResult(
        student=row.student,
        file=row.file,
        assignment=row.assignment,
        max_score=row.max_score,
        problems=(*row.problems, reason),
    )
    return submission_json(entry)


def _write(writer: PageWriter, found: Class, order: Sequence[int], rows: Sequence[GradeRow]) -> str:
    """Write the files beside the students' pages; return in words how many marks have changed, if any."""
    changed = changed_marks(writer.folder, rows)
    write_text(writer.folder / NAME, results_document(_entries(found, order)))
    write_text(writer.folder / "grades.csv", [grades_csv(rows)])
    writer.write_class(found.records.tally(i) for i in order if i not in found.replaced)
    return changed


def _say_where(writer: PageWriter, changed: str) -> None:
    begin = where_to_begin(writer.pages)
    streams.note(f"Feedback, results.json and grades.csv are in {writer.folder}/{begin}")
    if changed:
        streams.note(changed)
    say_what_stays(writer.folder, writer.written)


def _say_what_was_found(scoring: Scoring, loudness: Loudness) -> bool:
    """Note what is wrong with files, keys and marks; return whether a person's marks have faults."""
    found, keys, book = scoring.found, scoring.marker.keys, scoring.marker.book
    if scoring.kept:
        streams.note(f"{scoring.kept:,} hand-ins had been marked before the interruption")
    elif scoring.journal.has_begun_anew:
        streams.note("begun anew: the keys, marks or options are not those of the run that was interrupted")
    of_marks = book.all_faults() if book else []
    for text in of_marks:
        streams.note(text)
    faults = {**found.faults, **keys.faults_met()}
    notes = [*(faults[name] for name in sorted(faults)), *_urgent_notes(found)]
    if loudness is not Loudness.QUIET:
        notes += _further_notes(found)
    for text in notes[:_MOST_NOTES]:
        streams.note(text)
    if len(notes) > _MOST_NOTES:
        streams.note(f"... and {len(notes) - _MOST_NOTES} more notes; results.json has those about hand-ins")
    if found.unreadable:
        all_ = len(found.rows)
        streams.note(f"{all_ - found.unreadable} of {all_} hand-ins marked, {found.unreadable} could not be")
    return bool(of_marks)


def _urgent_notes(found: Class) -> Iterator[str]:
    """Yield what is wrong with hand-ins, and what a person should look at."""
    # A file's name may hold the end of a line; behind it could stand what a machine takes for a command.
    yield from (f"{visible(file)}: {problem.text}" for file, problem in found.problems if problem.grave)
    yield from (f"{visible(file)}: {remark}" for file, remark in found.remarks)


def _further_notes(found: Class) -> Iterator[str]:
    """Yield what else there is: attempts that do not count, small things, files that are no hand-ins."""
    for earlier, later in found.replaced.items():
        files = visible(found.rows[earlier].file), visible(found.rows[later].file)
        yield f"{files[0]}: {_why_not_counted(found, earlier)} {files[1]}"
    # In a download of a platform nearly every hand-in is without a student: that is no news.
    nameless = 0
    for file, problem in found.problems:
        if problem.grave:
            continue
        nameless += problem.text.startswith(NAMELESS)
        if nameless <= _MOST_NAMELESS or not problem.text.startswith(NAMELESS):
            yield f"{visible(file)}: {problem.text}"
    if nameless > _MOST_NAMELESS:
        more = nameless - _MOST_NAMELESS
        hand_ins = f"{more} more hand-ins" if more > 1 else "1 more hand-in"
        yield f"... and of {hand_ins} only the path says whose; grades.csv has it for each"
    yield from (f"{visible(skipped.file)}: not a submission: {skipped.reason}" for skipped in found.skipped)


def _why_not_counted(found: Class, number: int) -> str:
    """Return the beginning of a sentence that goes on with the hand-in that counts in its place."""
    return SET_ASIDE if number in found.disputed else REPLACED


def _say_how(rows: Sequence[GradeRow], keys: KeyRing, seconds: float) -> None:
    """Name each file and the key that marked it, and say how long it took in all."""
    for row in rows:
        by = keys.files.get(row.assignment or "") if row.total is not None else None
        streams.note(f"{visible(row.file)}: {f'marked by {by}' if by else 'not marked'}")
    each = seconds / max(1, len(rows))
    streams.note(f"{count(len(rows), 'hand-in')} in {seconds:.2f} s, {1000 * each:.1f} ms each")


def _failed(found: Class, fail_under: float | None) -> bool:
    if found.unreadable or any(problem.grave for _, problem in found.problems):
        return True
    return bool(_too_low(found, fail_under))


def _too_low(found: Class, least: float | None) -> dict[str, str]:
    """Return the files with too low a score, each with what to say of it."""
    if least is None:
        return {}
    aside = found.replaced.keys() | found.absent
    rows = (row for i, row in enumerate(found.rows) if i not in aside)
    return {row.file: said for row in rows if row.total is not None and (said := too_low(row, least))}
