"""Commands for authors of keys."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import Kind, SchemaOf, ShownAs, TraceAs
from grader.cli.options import KeyFile, KeyFiles, Secret, or_stdout


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

    Example: grader new heron --title 'Square root by Heron' --start x=1 --field 'q = 2 / x' --field 'x =
    (x + q) / 2' --steps 3 --points 6
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


def solve(
    key: KeyFile,
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=OPTION", help="Take another accepted way; may be repeated."),
    ] = None,
    method: Annotated[str | None, typer.Option(help="Take another method than the first.")] = None,
    given: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="State a constant; may be repeated.")
    ] = None,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose values, where they vary from student to student.")
    ] = None,
    secret: Secret = None,
    question: Annotated[
        str | None, typer.Option(help="Only this question, where the key has several.")
    ] = None,
    equations: Annotated[
        bool, typer.Option("--equations", help="Show what a shorthand became, as TOML for a key.")
    ] = False,
    format_: Annotated[TraceAs, typer.Option("--format", help="How the trace is shown.")] = TraceAs.TABLE,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it again whenever the key changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Show the reference trace: every field of every step.

    Example: grader solve answer_keys/practical1.toml --choose output=tanh --given alpha=0.1
    """
    from grader.cli.jobs import solve as job

    def show() -> None:
        if equations:
            job.equations(key, question)
        else:
            whose = job.Whose(student, secret)
            job.solve(key, choose or (), method, given or (), question, format_, whose)

    if watch:
        from grader.cli.keyring import one_key
        from grader.cli.terminal.watching import watch as watch_file

        watch_file(one_key(key), show)
    else:
        show()


def audit(
    key: KeyFiles,
) -> None:
    """Prove an answer key: its shapes, its points, its choices, and what it claims by differentiating.

    Exit code: 0 nothing found that the key does not acknowledge, 1 something found, 2 no readable key.

    Example: grader audit answer_keys/practical1.toml
    """
    from grader.cli.jobs import audit as job

    job.audit(key)


def try_key(
    key: KeyFiles,
    format_: Annotated[ShownAs, typer.Option("--format", help="How the trials are shown.")] = ShownAs.TABLE,
) -> None:
    """Try a key out: hand-ins made from it, marked, and what was made beside what was found.

    A perfect one, rounded ones, one for each known mistake and slip of the pen, an empty one.

    Exit code: 0 everything was found, 1 something was not, 2 no readable key.

    Example: grader try answer_keys/newton.toml
    """
    from grader.cli.jobs import try_key as job

    job.try_key(key, format_)


def schema(
    kind: Annotated[SchemaOf, typer.Argument(metavar="KIND", help="Which kind of file.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", callback=or_stdout, help="Write to this file.")
    ] = None,
) -> None:
    """Show the JSON Schema of a kind of file, for other programs and for editors.

    Editors with Taplo or Tombi (in VS Code "Even Better TOML") complete and check
    a key that begins with `#:schema ./key.schema.json`, if that file lies beside it.

    Example: grader schema key -o answer_keys/key.schema.json
    """
    from grader.cli.jobs import schema as job

    job.schema(kind, out)
