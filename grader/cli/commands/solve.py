"""`grader solve`: the reference trace of a key."""

from typing import Annotated

import typer

from grader.cli.option_values import TraceAs
from grader.cli.options import KeyFile, Secret

EXAMPLE = "Example: grader solve answer_keys/practical1.toml --choose output=tanh --given alpha=0.1"


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
    """Show the reference trace: every field of every step."""
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
