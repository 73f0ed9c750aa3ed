"""`grader check`: a student's own look before handing in."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli import streams
from grader.cli.keyring import key_ring
from grader.exchange import HandIn, Skipped, read
from grader.marking.mark import mark
from grader.reports import check_report
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.results import SubmissionResult

EXAMPLE = "Example: grader check my_answers.json"


def check(
    file: Annotated[Path, typer.Argument(help="Your hand-in.")],
    key: Annotated[
        Path | None, typer.Option(help="An answer key, or a folder of them.", show_default="answer_keys/")
    ] = None,
) -> None:
    """Check your own work before handing in: what is missing, unreadable, right or wrong, and why.

    No value that you did not write is shown. Exit code: 0 readable, 1 something could not be read.
    """
    if not file.is_file():
        raise UsageFault(f"{file}: {'a folder; name one file' if file.is_dir() else 'there is no such file'}")
    keys = key_ring(key)
    faults = False
    for finding in read(file):
        if isinstance(finding, Skipped):
            raise UsageFault(f"{finding.file}: not a submission: {finding.reason}")
        result = SubmissionResult(student=None, file=finding.file)
        problems = finding.problems
        if isinstance(finding, HandIn):
            try:
                marked = mark(keys.find(finding.submission), [finding.submission])[0]
            except KeyFault as fault:
                raise UsageFault(f"{finding.file}: {fault}") from None
            problems += marked.problems
            result = marked.result(finding.file, finding.problems, reveal=False)
        else:
            faults = True
            result = SubmissionResult(
                student=finding.student,
                file=finding.file,
                problems=tuple(problem.text for problem in problems),
            )
        faults |= any(problem.grave for problem in problems)
        streams.write([check_report(result)])
    if faults:
        raise typer.Exit(streams.EXIT_FAULTS)
