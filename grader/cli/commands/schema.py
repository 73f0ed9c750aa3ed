"""`grader schema`: what the files look like, for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import SchemaOf
from grader.cli.options import or_stdout

EXAMPLE = "Example: grader schema key -o answer_keys/key.schema.json"


def schema(
    kind: Annotated[SchemaOf, typer.Argument(metavar="KIND", help="Which kind of file.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", callback=or_stdout, help="Write to this file.")
    ] = None,
) -> None:
    """Show the JSON Schema of a kind of file, for other programs and for editors.

    Editors with Taplo or Tombi (in VS Code "Even Better TOML") complete and check
    a key that begins with `#:schema ./key.schema.json`, if that file lies beside it.
    """
    from grader.cli.jobs import schema as job

    job.schema(kind, out)
