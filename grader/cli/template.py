"""`grader template`: an empty submission to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import streams
from grader.exchange.keys import read_key
from grader.schemas.faults import UsageFault
from grader.schemas.key import TraceQuestion
from grader.solver.template import template_json

EXAMPLE = "Example: grader template answer_keys/practical1.toml > my_answers.json"


class Format(StrEnum):
    """The kind of file."""

    JSON = "json"


def template(
    key: Annotated[Path, typer.Argument(help="An answer key.")],
    format_: Annotated[Format, typer.Option("--format", help="The kind of file.")] = Format.JSON,  # noqa: ARG001
    method: Annotated[str | None, typer.Option(help="Another method than the first.")] = None,
) -> None:
    """Write an empty submission to fill in; what stays empty counts as missing."""
    read = read_key(key)
    methods = [name for q in read.question if isinstance(q, TraceQuestion) for name in q.method]
    if method is not None and method not in methods:
        raise UsageFault(f"no method {method!r}; there is {', '.join(dict.fromkeys(methods)) or 'none'}")
    streams.write(template_json(read, method) + "\n")
