"""`grader worksheet`: the exercise's grids on paper."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import or_stdout

EXAMPLE = "Example: grader worksheet answer_keys/practical1.toml > worksheet.html"


def worksheet(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="An answer key.")],
    method: Annotated[str | None, typer.Option(help="Another method than the first.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", callback=or_stdout, help="Where it goes, else to stdout.")
    ] = None,
) -> None:
    """Write a page to print on A4 and fill in by pen.

    It has the start values and a grid for each step, and no answers. Where
    each student has own values, `grader assign --worksheets` writes each
    student's page.
    """
    from grader.cli.jobs import template as job

    job.worksheet(key, method, out)
