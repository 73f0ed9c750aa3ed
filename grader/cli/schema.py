"""`grader schema`: what the files look like, for other programs."""

from enum import StrEnum
from typing import Annotated

import typer

EXAMPLE = "Example: grader schema submission"


class Kind(StrEnum):
    """Which file."""

    KEY = "key"
    SUBMISSION = "submission"
    RESULTS = "results"


def schema(kind: Annotated[Kind, typer.Argument(help="Which kind of file.")]) -> None:
    """Show the JSON Schema of a kind of file."""
    from grader.cli.jobs import schema as job

    job.schema(kind)
