"""Checking one file: a student's own look at it before handing in."""

from pathlib import Path

import typer

from grader.cli.keyring import KeyRing, key_ring
from grader.cli.terminal import streams
from grader.cli.terminal.watching import watch
from grader.exchange import HandIn, Skipped, Unreadable, placed, read
from grader.marking.mark import mark_papers
from grader.reports import check_report, visible
from grader.schemas.faults import KeyFault, SubmissionFault, UsageFault
from grader.schemas.results import SubmissionResult

_INSTEAD = "`grader template` writes forms that can be filled in"


def check(file: Path, key: Path | None, secret: Path | None, *, again: bool = False) -> None:
    """Show what is missing, unreadable, right or wrong in a file; with `again`, whenever it changes."""
    if not file.is_file():
        found = "not a regular file; name one with a submission" if file.exists() else "there is no such file"
        raise UsageFault(f"{file}: {'a folder; name one file' if file.is_dir() else found}")
    if file.suffix.lower() == ".zip":
        raise UsageFault(f"{file}: an archive; take out what was handed in, and name one file")
    keys = key_ring(key, formulas=False, secret=secret, as_stated=True)
    if again:
        watch(file, lambda: _show(file, keys))
    elif _show(file, keys):
        raise typer.Exit(streams.EXIT_FAULTS)


def _show(file: Path, keys: KeyRing) -> bool:
    """Show the check of each hand-in in a file; return whether something could not be read."""
    faults = False
    for finding in read(file, keys=keys.for_printouts):
        if isinstance(finding, Skipped):
            raise UsageFault(f"{visible(finding.file)}: not a submission: {finding.reason}; {_INSTEAD}")
        result, grave = _checked(finding, keys)
        faults |= grave
        streams.write([check_report(result)])
    return faults


def _checked(finding: HandIn | Unreadable, keys: KeyRing) -> tuple[SubmissionResult, bool]:
    """Return the result of a hand-in, and whether something in it could not be read."""
    if isinstance(finding, Unreadable):
        words = tuple(problem.text for problem in finding.problems)
        return SubmissionResult(student=finding.student, file=finding.file, problems=words), True
    submission = finding.submission
    met = [*finding.problems]
    try:
        key = keys.find(submission)
        paper = key.read(submission)
        paper.problems = [placed(problem, finding.places) for problem in paper.problems]
        met += paper.problems
        (marked,) = mark_papers(key, [paper])
    except (KeyFault, SubmissionFault) as fault:
        words = (*(problem.text for problem in met), str(fault))
        return SubmissionResult(student=submission.student, file=finding.file, problems=words), True
    grave = any(problem.grave for problem in (*finding.problems, *marked.problems))
    return marked.result(finding.file, finding.problems, reveal=False), grave
