"""`grader assign`: each student's own sheet and template."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import FormAs
from grader.cli.options import Secret, a_folder

EXAMPLE = (
    "Example: grader assign answer_keys/newton.toml --roster students.csv --secret secret.txt --format xlsx"
)


def assign(
    roster: Annotated[
        Path, typer.Option(help="A CSV file with a student's id in each line, and perhaps a name.")
    ],
    key: Annotated[
        Path,
        typer.Argument(
            metavar="KEY", help="An answer key; else the only one in answer_keys/.", show_default=False
        ),
    ] = Path("answer_keys"),
    secret: Secret = None,
    format_: Annotated[
        list[FormAs] | None,
        typer.Option("--format", help="What students fill in, json if nothing is said; may be repeated."),
    ] = None,
    worksheets: Annotated[
        bool, typer.Option("--worksheets", help="Write a page to print for each student, too.")
    ] = False,
    out: Annotated[Path, typer.Option(callback=a_folder, help="Where the files go.")] = Path("assigned"),
    method: Annotated[str | None, typer.Option(help="Only this method, where the key has several.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that have been changed since.")
    ] = False,
) -> None:
    """Write each student's sheet (Markdown) and file to fill in, with own values where the key varies them.

    The file has the student's id in it, and the own values, which come
    back with the hand-in: json is for scripts, csv a table, xlsx a
    workbook, html a page that works offline and saves what to hand in.

    The same secret gives each student the same values again. Keep it: marking needs it, students must not.
    """
    from grader.cli.jobs import assign as job

    formats = tuple(dict.fromkeys(format_ or [FormAs.JSON]))
    job.assign(key, roster, secret, out, method, formats, worksheets=worksheets, force=force)
