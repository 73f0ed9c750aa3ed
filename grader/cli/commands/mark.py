"""`grader mark`: go through the texts that wait for a person."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import HandIns, IdRegex, Keys, Roster

EXAMPLE = "Example: grader mark submissions/ --marks marks.csv"


def mark(
    paths: HandIns,
    key: Keys = None,
    marks: Annotated[Path, typer.Option(help="The CSV file that keeps the marks.")] = Path("marks.csv"),
    question: Annotated[str | None, typer.Option(help="Only the texts of this question.")] = None,
    roster: Roster = None,
    id_regex: IdRegex = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Do not show whose text it is.")] = False,
) -> None:
    """Go through the texts that wait for a person's mark, one key for each item of the key's rubric.

    Every key that you press is kept in the CSV file at once: stop at any time, and go on by calling it again.
    `grader score --marks FILE` takes the points.
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import mark as job

    sources = Sources(paths, key, roster=roster, id_regex=id_regex)
    job.mark(sources, marks, question, anonymous=anonymous)
