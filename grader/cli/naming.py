"""The options by which a class tells whose hand-ins are."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Roster: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="CSV",
        help="The course's students: ids, and names, e-mail addresses or user ids that a learning platform's "
        "download tells them by.",
        show_default=False,
    ),
]
IdRegex: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--id-regex",
        metavar="PATTERN",
        help=r"Where the student's id stands in a path, as a group: (?P<student>\d+)",
        show_default=False,
    ),
]
