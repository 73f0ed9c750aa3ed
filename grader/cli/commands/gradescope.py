"""`grader gradescope`: marking on Gradescope."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.commands import add_command
from grader.cli.options import KeyFiles, Secret, or_stdout
from grader.schemas.gradescope import Visibility

EXAMPLE = "Example: grader gradescope build answer_keys/practical1.toml"

app = typer.Typer(no_args_is_help=True, help="Marking on Gradescope.", epilog=EXAMPLE)


@app.callback()
def gradescope() -> None:
    """Stand for the commands below `grader gradescope`."""


def build(
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
    """
    from grader.cli.jobs import gradescope as job

    job.build(key, out, visibility, secret)


add_command(app, "build", build, EXAMPLE)
