"""`grader score`: mark every hand-in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import naming

EXAMPLE = "Example: grader score submissions/ --key answer_keys/practical1.toml"


class Pages(StrEnum):
    """What a student's page is written as; HTML comes with a page of the class, `index.html`."""

    BOTH = "both"
    MD = "md"
    HTML = "html"


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
    secret: Annotated[
        Path | None,
        typer.Option(
            help="A file with the secret of keys whose values vary; else $GRADER_SECRET.", show_default=False
        ),
    ] = None,
    pages: Annotated[
        Pages, typer.Option(help="Write pages as Markdown, as HTML with index.html, or both.")
    ] = Pages.BOTH,
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
    roster: naming.Roster = None,
    id_regex: naming.IdRegex = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that mark.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Mark on the workers of the Dask scheduler there, as in tcp://host:8786.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on where the same command was interrupted; notes lie under --out."),
    ] = False,
) -> None:
    """Mark every hand-in: a table on stdout; under --out a page for each student, and one of the class.

    Exit code: 0 all marked, 1 something could not be read or is below --fail-under, 2 wrong usage.
    """
    from grader.cli.engines import Power
    from grader.cli.jobs import score as job

    job.score(
        paths,
        key,
        out,
        format_,
        pages=pages if feedback else None,
        fail_under=fail_under,
        marks=marks or [],
        secret=secret,
        of=(roster, id_regex),
        power=Power(jobs, cluster),
        resume=resume,
    )
