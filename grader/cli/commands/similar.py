"""`grader similar`: which hand-ins have odd values in common."""

from typing import Annotated

import typer

from grader.cli.option_values import ShownAs
from grader.cli.options import HandIns, IdRegex, Keys, Roster, Secret, ShownFormat

EXAMPLE = "Example: grader similar submissions/ --key answer_keys/practical1.toml"


def similar(
    paths: HandIns,
    key: Keys = None,
    secret: Secret = None,
    unlikely: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=12,
            help="Show pairs that fewer than one class in 10^N would have by chance.",
        ),
    ] = 2,
    most: Annotated[int, typer.Option(min=1, help="How many pairs to show, the oddest first.")] = 50,
    format_: ShownFormat = ShownAs.TABLE,
    roster: Roster = None,
    id_regex: IdRegex = None,
) -> None:
    """Show pairs of hand-ins that share wrong values which nothing explains: a reason to look, no finding.

    What follows from an earlier error, a mistake of the key, a common value, a plain slip and a printed
    solution are explained.

    Exit code: 0, whatever is shown.
    """
    from grader.cli.hand_ins import Sources
    from grader.cli.jobs import similar as job

    job.similar(Sources(paths, key, secret, roster, id_regex), format_, unlikely=unlikely, most=most)
