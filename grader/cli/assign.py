"""`grader assign`: each student's own sheet and template."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: grader assign answer_keys/newton.toml --roster students.csv --secret secret.txt"


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
    secret: Annotated[
        Path | None,
        typer.Option(help="A file with the secret that values are drawn from; else $GRADER_SECRET."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the sheets and templates go.")] = Path("assigned"),
    method: Annotated[str | None, typer.Option(help="Only this method, where the key has several.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that have been changed since.")
    ] = False,
) -> None:
    """Write each student's sheet (Markdown) and template (JSON), with own values where the key varies them.

    The same secret gives each student the same values again. Keep it: marking needs it, students must not.
    """
    from grader.cli.jobs import assign as job

    job.assign(key, roster, secret, out, method, force=force)
