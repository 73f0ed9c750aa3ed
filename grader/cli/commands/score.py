"""`grader score`: mark every hand-in."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import Pages, ResultsAs
from grader.cli.options import (
    Colour,
    HandIns,
    IdRegex,
    Keys,
    Quiet,
    Roster,
    Secret,
    Verbose,
    WrittenPages,
    a_folder,
    loudness,
    or_stdout,
)
from grader.cli.terminal.streams import When
from grader.schemas.gradescope import Visibility

EXAMPLE = "Example: grader score submissions/ --key answer_keys/practical1.toml"
_ELSEWHERE = "For gradebooks and Gradescope"


def score(
    paths: HandIns,
    key: Keys = None,
    out: Annotated[Path, typer.Option(callback=a_folder, help="Where the feedback goes.")] = Path("feedback"),
    format_: Annotated[
        ResultsAs,
        typer.Option(
            "--format",
            help="What is written to stdout: a table, data, or what another program reads; "
            "canvas and moodle fill in --gradebook.",
        ),
    ] = ResultsAs.TABLE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", callback=or_stdout, help="Write that to this file instead."),
    ] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback/--no-feedback", help="Write files, or only to stdout.")
    ] = True,
    secret: Secret = None,
    pages: WrittenPages = Pages.BOTH,
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
        ),
    ] = None,
    roster: Roster = None,
    id_regex: IdRegex = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that mark.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Mark on the workers of the Dask scheduler there, as in tcp://host:8786.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on where the same command was interrupted; notes lie under --out."),
    ] = False,
    gradebook: Annotated[
        Path | None,
        typer.Option(
            help="The gradebook as downloaded, a CSV file; it is read only.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            help="Its column for the marks; else the one with the assignment's name.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            help="Its column of students' ids; else the one in which most are found.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = None,
    visibility: Annotated[
        Visibility,
        typer.Option(
            help="When students see a question on Gradescope; at once means without values of the solution.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = Visibility.VISIBLE,
    quiet: Quiet = False,
    verbose: Verbose = False,
    colour: Colour = When.AUTO,
) -> None:
    """Mark every hand-in: a table on stdout; under --out a page for each student, and one of the class.

    Exit code: 0 all marked, 1 something could not be read or is below --fail-under, 2 wrong usage.
    """
    from grader.cli.engine.scoring import Power
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import score as job
    from grader.cli.ways_out import Outlet

    job.score(
        Sources(paths, key, secret, roster, id_regex),
        out,
        Outlet(format_, output, gradebook, column, id_column, visibility, colour),
        pages=pages if feedback else None,
        fail_under=fail_under,
        marks=marks or [],
        power=Power(jobs, cluster),
        resume=resume,
        loudness=loudness(quiet, verbose),
    )
