"""`grader similar`: which hand-ins have odd values in common."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import naming

EXAMPLE = "Example: grader similar submissions/ --key answer_keys/practical1.toml"


class Format(StrEnum):
    """What is written to stdout."""

    TABLE = "table"
    JSON = "json"


def similar(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of hand-ins.")],
    key: Annotated[
        Path | None,
        typer.Option(help="An answer key, or a folder of them; else answer_keys/.", show_default=False),
    ] = None,
    unlikely: Annotated[
        int,
        typer.Option(
            min=1, max=12, help="Show pairs that fewer than one class in 10^N would have by chance."
        ),
    ] = 2,
    most: Annotated[int, typer.Option(min=1, help="How many pairs to show, the oddest first.")] = 50,
    format_: Annotated[Format, typer.Option("--format", help="What is written to stdout.")] = Format.TABLE,
    roster: naming.Roster = None,
    id_regex: naming.IdRegex = None,
) -> None:
    """Show pairs of hand-ins that share wrong values which nothing explains: a reason to look, no finding.

    What follows from an earlier error, a mistake of the key, a common value, a plain slip and a printed
    solution are explained. Exit code: 0, whatever is shown.
    """
    from grader.cli.jobs import similar as job

    job.similar(paths, key, format_, (roster, id_regex), unlikely=unlikely, most=most)
