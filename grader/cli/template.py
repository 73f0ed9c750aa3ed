"""`grader template`: an empty submission to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: grader template answer_keys/practical1.toml > my_answers.json"


class Format(StrEnum):
    """The kind of file."""

    JSON = "json"


def template(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="An answer key.")],
    format_: Annotated[Format, typer.Option("--format", help="The kind of file.")] = Format.JSON,  # noqa: ARG001
    method: Annotated[str | None, typer.Option(help="Another method than the first.")] = None,
) -> None:
    """Write an empty submission to fill in; what stays empty counts as missing."""
    from grader.cli.jobs import template as job

    job.template(key, method)
