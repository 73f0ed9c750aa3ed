"""`grader marks`: a person's marks as a file."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.commands import add_command
from grader.cli.options import HandIns, IdRegex, Keys, Roster, or_stdout

EXAMPLE = "Example: grader marks template submissions/ --out marks.csv"

app = typer.Typer(no_args_is_help=True, help="A person's marks as a CSV file.", epilog=EXAMPLE)


@app.callback()
def marks() -> None:
    """Stand for the commands below `grader marks`."""


def template(
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
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import marks as job

    job.template(Sources(paths, key, roster=roster, id_regex=id_regex), out)


add_command(app, "template", template, EXAMPLE)
