"""`grader try`: a key tests itself."""

from typing import Annotated

import typer

from grader.cli.option_values import ShownAs
from grader.cli.options import KeyFiles

EXAMPLE = "Example: grader try answer_keys/newton.toml"


def try_key(
    key: KeyFiles,
    format_: Annotated[ShownAs, typer.Option("--format", help="How the trials are shown.")] = ShownAs.TABLE,
) -> None:
    """Try a key out: hand-ins made from it, marked, and what was made beside what was found.

    A perfect one, rounded ones, one for each known mistake and slip of the pen, an empty one.

    Exit code: 0 everything was found, 1 something was not, 2 no readable key.
    """
    from grader.cli.jobs import try_key as job

    job.try_key(key, format_)
