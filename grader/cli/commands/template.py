"""`grader template`: an empty submission to fill in."""

from typing import Annotated

import typer

from grader.cli.option_values import FormAs
from grader.cli.options import KeyFile, OtherMethod, OutFile

EXAMPLE = "Example: grader template answer_keys/practical1.toml --format html > my_answers.html"


def template(
    key: KeyFile,
    format_: Annotated[FormAs, typer.Option("--format", help="The kind of file.")] = FormAs.JSON,
    method: OtherMethod = None,
    out: OutFile = None,
) -> None:
    """Write an empty submission to fill in; what stays empty counts as missing.

    json is for scripts, csv is a table with a row for each number, xlsx a
    workbook with a grid for each question, html a page that works offline,
    checks what is typed and saves the submission. Where each student has own
    values, `grader assign` writes each student's file, with these in it.
    """
    from grader.cli.jobs import template as job

    job.template(key, format_, method, out)
