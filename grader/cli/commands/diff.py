"""`grader diff`: what changed between two markings."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import ShownAs
from grader.cli.options import ShownFormat

EXAMPLE = "Example: grader diff feedback/results.previous.json feedback/"


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="results.json, or a folder that has one.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same, of a later marking.")],
    format_: ShownFormat = ShownAs.TABLE,
) -> None:
    """Show whose marks change from one marking to another, where, and why.

    For when a key was mended, a hand-in replaced, or marks were given by a person.

    Exit code: 0, whatever changed; 2 for files that are no results.
    """
    from grader.cli.jobs import diff as job

    job.diff(old, new, format_)
