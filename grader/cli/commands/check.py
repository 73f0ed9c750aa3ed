"""`grader check`: a student's own look before handing in."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import Keys

EXAMPLE = "Example: grader check my_answers.json"


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your hand-in.")],
    key: Keys = None,
    secret: Annotated[
        Path | None,
        typer.Option(help="A file with the secret of a key whose values vary, for who has it."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Check your own work before handing in: what is missing, unreadable, right or wrong, and why.

    No value that you did not write is shown. Where each student has own values, those in the file count.

    Exit code: 0 readable, 1 something could not be read, 2 wrong usage.
    """
    from grader.cli.jobs import check as job

    job.check(file, key, secret, again=watch)
