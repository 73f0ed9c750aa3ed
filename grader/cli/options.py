"""Options that several commands have."""

from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.streams import When
from grader.schemas.gradescope import Visibility

_PANEL = "What is said"
_ELSEWHERE = "For gradebooks and Gradescope"


class Loudness(IntEnum):
    """How much is said on stderr."""

    QUIET = 0  # what went wrong
    NORMAL = 1
    VERBOSE = 2


Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say only what went wrong.", rich_help_panel=_PANEL)
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Name each file with its key, and say how long it took.",
        rich_help_panel=_PANEL,
    ),
]
Colour = Annotated[
    When,
    typer.Option(
        "--color",
        help="Colour always, never, or on a terminal (where NO_COLOR and FORCE_COLOR are heeded).",
        rich_help_panel=_PANEL,
    ),
]

Gradebook = Annotated[
    Path | None,
    typer.Option(
        help="The gradebook as downloaded, a CSV file; it is read only.",
        show_default=False,
        rich_help_panel=_ELSEWHERE,
    ),
]
ColumnName = Annotated[
    str | None,
    typer.Option(
        help="Its column for the marks; else the one with the assignment's name.",
        show_default=False,
        rich_help_panel=_ELSEWHERE,
    ),
]
IdColumn = Annotated[
    str | None,
    typer.Option(
        help="Its column of students' ids; else the one in which most are found.",
        show_default=False,
        rich_help_panel=_ELSEWHERE,
    ),
]
Seen = Annotated[
    Visibility,
    typer.Option(
        help="When students see a question on Gradescope; at once means without values of the solution.",
        rich_help_panel=_ELSEWHERE,
    ),
]


def loudness(quiet: bool, verbose: bool) -> Loudness:
    """Return how much is said. Raises typer.BadParameter for both at once."""
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose exclude each other")
    return Loudness.QUIET if quiet else Loudness.VERBOSE if verbose else Loudness.NORMAL
