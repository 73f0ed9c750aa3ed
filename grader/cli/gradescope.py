"""`grader gradescope`: what Gradescope runs."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import Seen
from grader.schemas.gradescope import Visibility

EXAMPLE = "Example: grader gradescope build answer_keys/practical1.toml"

app = typer.Typer(no_args_is_help=True, help="An autograder for Gradescope.", epilog=EXAMPLE)


@app.callback()
def gradescope() -> None:
    """Stand for the commands below `grader gradescope`."""


@app.command("build", epilog=EXAMPLE)
def build(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="The answer key.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The zip.")] = Path("autograder.zip"),
    visibility: Seen = Visibility.VISIBLE,
    secret: Annotated[
        Path | None,
        typer.Option(
            help="A file with the secret of a key whose values vary; it goes into the zip.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the autograder zip to upload, with setup.sh and run_autograder at its root."""
    from grader.cli.jobs import gradescope as job

    job.build(key, out, visibility, secret)
