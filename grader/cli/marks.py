"""`grader marks`: a person's marks as a file."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli import naming

EXAMPLE = "Example: grader marks template submissions/ --out marks.csv"

app = typer.Typer(no_args_is_help=True, help="A person's marks as a CSV file.", epilog=EXAMPLE)


@app.callback()
def marks() -> None:
    """Stand for the commands below `grader marks`."""


@app.command("template", epilog=EXAMPLE)
def template(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of hand-ins.")],
    key: Annotated[
        Path | None,
        typer.Option(help="An answer key, or a folder of them; else answer_keys/.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The CSV file; marks that are in it stay. Else stdout.", show_default=False
        ),
    ] = None,
    roster: naming.Roster = None,
    id_regex: naming.IdRegex = None,
) -> None:
    """Write a CSV file of all that waits for a person: fill in points and comments in a spreadsheet.

    Answers that are the same, or nearly so, stand next to each other. `grader score --marks FILE` takes the
    points; a row without points goes on waiting. Add rows to overrule other marks: `part` is the part of a
    question, or the field and its step (`delta round=0 row=1`), or empty for the question as a whole.
    """
    from grader.cli.jobs import marks as job

    job.template(paths, key, out, (roster, id_regex))
