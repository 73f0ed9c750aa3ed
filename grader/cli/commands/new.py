"""`grader new`: begin an answer key."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import Kind

EXAMPLE = (
    "Example: grader new heron --title 'Square root by Heron' --start x=1 --field 'q = 2 / x' "
    "--field 'x = (x + q) / 2' --steps 3 --points 6"
)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is called, such as newton.")],
    title: Annotated[str | None, typer.Option(help="The exercise in words.")] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Worked line by line (trace), formulas, text, or a network."),
    ] = None,
    points: Annotated[float | None, typer.Option(help="Points in all; else 10.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=EQUATION", help="A line that students work; once for each."),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A value before the first step, or a constant; once for each."
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A constant that a student may state otherwise; once for each."
        ),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="How often the lines are worked; else once.")] = None,
    loop: Annotated[str | None, typer.Option(help="What one time is called, such as month.")] = None,
    sizes: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,N",
            help="Of a network: inputs, then units of each layer.",
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=ANSWER]", help="A part of a formula or text question; once for each."),
    ] = None,
    number: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name that a formula may have in it; once for each."),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Where the exercise is from, for a comment.", show_default=False)
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Else answer_keys/NAME.toml.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what is usual.")] = False,
) -> None:
    """Begin an answer key: a commented file that already passes `grader audit`.

    At a terminal it asks what the options do not say; elsewhere it takes what is usual.
    Without any line or part the key has an example, for you to replace.
    """
    from grader.cli.drafting import Said
    from grader.cli.jobs import new as job

    said = Said(
        title=title,
        kind=kind,
        points=points,
        field=field or (),
        start=start or (),
        given=given or (),
        steps=steps,
        loop=loop,
        sizes=sizes,
        part=part or (),
        number=number or (),
        source=source,
    )
    job.new(name, said, out, force=force, ask=not yes)
