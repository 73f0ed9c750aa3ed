"""Options that several commands have."""

from enum import IntEnum
from typing import Annotated

import typer

from grader.cli.streams import When

_PANEL = "What is said"


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


def loudness(quiet: bool, verbose: bool) -> Loudness:
    """Return how much is said. Raises typer.BadParameter for both at once."""
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose exclude each other")
    return Loudness.QUIET if quiet else Loudness.VERBOSE if verbose else Loudness.NORMAL
