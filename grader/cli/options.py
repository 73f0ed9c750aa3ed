"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from grader.cli.option_values import STDOUT, Loudness, Pages, ShownAs
from grader.cli.terminal.streams import When

_PANEL = "What is said"


def or_stdout(path: Path | None) -> Path | None:
    """Return the file that an option names; None, which is stdout, where it is `-`."""
    return None if path == STDOUT else path


def a_folder(path: Path | None) -> Path | None:
    """Return the folder that an option names. Raises typer.BadParameter for `-`, which is none."""
    if path == STDOUT:
        raise typer.BadParameter("expected a folder, found -, which is stdout")
    return path


KeyFile: TypeAlias = Annotated[Path, typer.Argument(metavar="KEY", help="An answer key.")]
KeyFiles: TypeAlias = Annotated[
    Path, typer.Argument(metavar="KEY", help="An answer key, or a folder of them.")
]
OtherMethod: TypeAlias = Annotated[str | None, typer.Option(help="Another method than the first.")]
OutFile: TypeAlias = Annotated[
    Path | None, typer.Option("--out", "-o", callback=or_stdout, help="Where it goes, else to stdout.")
]
ShownFormat: TypeAlias = Annotated[ShownAs, typer.Option("--format", help="What is written to stdout.")]
WrittenPages: TypeAlias = Annotated[
    Pages, typer.Option(help="Write pages as Markdown, as HTML with index.html, or both.")
]
HandIns: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Files, folders and archives of hand-ins.")
]
Keys: TypeAlias = Annotated[
    Path | None, typer.Option("--key", help="An answer key, or a folder of them; else answer_keys/.")
]
Secret: TypeAlias = Annotated[
    Path | None,
    typer.Option("--secret", help="A file with the secret of keys whose values vary; else $GRADER_SECRET."),
]
Roster: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="CSV",
        help="The course's students: ids, and names, e-mail addresses or user ids that a learning platform's "
        "download tells them by.",
    ),
]
IdRegex: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--id-regex",
        metavar="PATTERN",
        help=r"Where the student's id stands in a path, as a group: (?P<student>\d+)",
    ),
]
Quiet: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say only what went wrong.", rich_help_panel=_PANEL)
]
Verbose: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Name each file with its key, and say how long it took.",
        rich_help_panel=_PANEL,
    ),
]
Colour: TypeAlias = Annotated[
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
