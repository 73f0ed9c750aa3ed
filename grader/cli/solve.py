"""`grader solve`: the reference trace of a key."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: grader solve answer_keys/practical1.toml --choose output=tanh --given alpha=0.1"


class Format(StrEnum):
    """How a trace is shown."""

    TABLE = "table"
    JSON = "json"
    LOG = "log"


def solve(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="An answer key.")],
    choose: Annotated[
        list[str] | None, typer.Option(metavar="GROUP=OPTION", help="Take another accepted way.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="Take another method than the first.")] = None,
    given: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="State a constant.")] = None,
    *,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose values, where they vary from student to student.")
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(help="A file with the secret they were drawn from; else $GRADER_SECRET."),
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="Only this question, where the key has several.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How the trace is shown.")] = Format.TABLE,
) -> None:
    """Show the reference trace: every field of every step."""
    from grader.cli.jobs import solve as job

    whose = job.Whose(student, secret)
    job.solve(key, choose or (), method, given or (), question, format_, whose)
