"""`grader report`: pages made again from results."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import Pages
from grader.cli.options import WrittenPages, a_folder

EXAMPLE = "Example: grader report feedback/results.json"


def report(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="A results.json, or the folder that has it.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(callback=a_folder, help="Where the pages go; else beside the results."),
    ] = None,
    pages: WrittenPages = Pages.BOTH,
) -> None:
    """Make the pages again from results.json, the same as `score` wrote; nothing is marked.

    Results of `score --format json` and `--format jsonl` will do, too.
    """
    from grader.cli.jobs import report as job

    job.report(results, out, pages)
