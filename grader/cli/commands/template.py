"""`grader template`: an empty submission to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import FormAs
from grader.cli.options import or_stdout

EXAMPLE = "Example: grader template answer_keys/practical1.toml --format html > my_answers.html"


def template(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="An answer key.")],
    format_: Annotated[FormAs, typer.Option("--format", help="The kind of file.")] = FormAs.JSON,
    method: Annotated[str | None, typer.Option(help="Another method than the first.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", callback=or_stdout, help="Where it goes, else to stdout.")
    ] = None,
) -> None:
    """Write an empty submission to fill in; what stays empty counts as missing.

    json is for scripts, csv is a table with a row for each number, xlsx a
    workbook with a grid for each question, html a page that works offline,
    checks what is typed and saves the submission. Where each student has own
    values, `grader assign` writes each student's file, with these in it.
    """
    from grader.cli.jobs import template as job

    job.template(key, format_, method, out)
