"""Commands for who marks a class."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import Pages, ResultsAs, ShownAs
from grader.cli.options import (
    Colour,
    HandIns,
    IdRegex,
    KeyFiles,
    Keys,
    Quiet,
    Roster,
    Secret,
    ShownFormat,
    Verbose,
    WrittenPages,
    a_folder,
    loudness,
    or_stdout,
)
from grader.cli.terminal.streams import When
from grader.schemas.gradescope import Visibility

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

    Example: grader score submissions/ --key answer_keys/practical1.toml
    """
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
        jobs=jobs,
        cluster=cluster,
        resume=resume,
        loudness=loudness(quiet, verbose),
    )


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

    Example: grader report feedback/results.json
    """
    from grader.cli.jobs import report as job

    job.report(results, out, pages)


def marks_template(
    paths: HandIns,
    key: Keys = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", callback=or_stdout, help="The CSV file; marks that are in it stay. Else stdout."
        ),
    ] = None,
    roster: Roster = None,
    id_regex: IdRegex = None,
) -> None:
    """Write a CSV file of all that waits for a person: fill in points and comments in a spreadsheet.

    Answers that are the same, or nearly so, stand next to each other. `grader score --marks FILE` takes the
    points; a row without points goes on waiting. Add rows to overrule other marks: `part` is the part of a
    question, or the field and its step (`delta round=0 row=1`), or empty for the question as a whole.

    Example: grader marks template submissions/ --out marks.csv
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import mark as job

    job.template(Sources(paths, key, roster=roster, id_regex=id_regex), out)


def mark(
    paths: HandIns,
    key: Keys = None,
    marks: Annotated[Path, typer.Option(help="The CSV file that keeps the marks.")] = Path("marks.csv"),
    question: Annotated[str | None, typer.Option(help="Only the texts of this question.")] = None,
    roster: Roster = None,
    id_regex: IdRegex = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Do not show whose text it is.")] = False,
) -> None:
    """Go through the texts that wait for a person's mark, one key for each item of the key's rubric.

    Every key that you press is kept in the CSV file at once: stop at any time, and go on by calling it again.
    `grader score --marks FILE` takes the points.

    Example: grader mark submissions/ --marks marks.csv
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import mark as job

    sources = Sources(paths, key, roster=roster, id_regex=id_regex)
    job.mark(sources, marks, question, anonymous=anonymous)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="results.json, or a folder that has one.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same, of a later marking.")],
    format_: ShownFormat = ShownAs.TABLE,
) -> None:
    """Show whose marks change from one marking to another, where, and why.

    For when a key was mended, a hand-in replaced, or marks were given by a person.

    Exit code: 0, whatever changed; 2 for files that are no results.

    Example: grader diff feedback/results.previous.json feedback/
    """
    from grader.cli.jobs import diff as job

    job.diff(old, new, format_)


def similar(
    paths: HandIns,
    key: Keys = None,
    secret: Secret = None,
    unlikely: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=12,
            help="Show pairs that fewer than one class in 10^N would have by chance.",
        ),
    ] = 2,
    most: Annotated[int, typer.Option(min=1, help="How many pairs to show, the oddest first.")] = 50,
    format_: ShownFormat = ShownAs.TABLE,
    roster: Roster = None,
    id_regex: IdRegex = None,
) -> None:
    """Show pairs of hand-ins that share wrong values which nothing explains: a reason to look, no finding.

    What follows from an earlier error, a mistake of the key, a common value, a plain slip and a printed
    solution are explained.

    Exit code: 0, whatever is shown.

    Example: grader similar submissions/ --key answer_keys/practical1.toml
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import similar as job

    job.similar(Sources(paths, key, secret, roster, id_regex), format_, unlikely=unlikely, most=most)


def gradescope_build(
    key: KeyFiles,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", callback=or_stdout, help="The archive to write.")
    ] = Path("autograder.zip"),
    visibility: Annotated[
        Visibility,
        typer.Option(
            help="When students see a question; visible at once means without values of the solution."
        ),
    ] = Visibility.VISIBLE,
    secret: Secret = None,
) -> None:
    """Write an autograder for Gradescope: an archive to upload under "Configure Autograder".

    It has the keys, grader itself, and the two scripts that Gradescope runs.

    Example: grader gradescope build answer_keys/practical1.toml
    """
    from grader.cli.jobs import gradescope as job

    job.build(key, out, visibility, secret)
