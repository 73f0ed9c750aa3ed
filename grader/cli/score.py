"""`grader score`: mark every hand-in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import options

EXAMPLE = "Example: grader score submissions/ --key answer_keys/practical1.toml"


class Format(StrEnum):
    """What is written to stdout."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def score(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of hand-ins.")],
    key: Annotated[
        Path | None,
        typer.Option(help="An answer key, or a folder of them; else answer_keys/.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the feedback goes.")] = Path("feedback"),
    format_: Annotated[Format, typer.Option("--format", help="What is written to stdout.")] = Format.TABLE,
    feedback: Annotated[
        bool, typer.Option("--feedback/--no-feedback", help="Write files, or only to stdout.")
    ] = True,
    fail_under: Annotated[
        float | None,
        typer.Option(
            min=0, max=100, help="Exit with 1 where a score is below this percentage of what is marked."
        ),
    ] = None,
    marks: Annotated[
        list[Path] | None,
        typer.Option(
            help="A CSV file of a person's marks, as `grader marks template` writes it; may be repeated.",
            show_default=False,
        ),
    ] = None,
    roster: options.Roster = None,
    id_regex: options.IdRegex = None,
) -> None:
    """Mark every hand-in: a table on stdout, a page of feedback for each student under --out.

    Exit code: 0 all marked, 1 something could not be read or is below --fail-under, 2 wrong usage.
    """
    from grader.cli.jobs import score as job

    job.score(
        paths,
        key,
        out,
        format_,
        feedback=feedback,
        fail_under=fail_under,
        marks=marks or [],
        of=(roster, id_regex),
    )
