"""The commands as they are typed, and how one is put into the application: its docstring is its help."""

import inspect
from collections.abc import Callable

import typer


def add_command(app: typer.Typer, name: str, command: Callable[..., None], example: str) -> None:
    """Add a command, with an example below its help.

    Typer keeps the line ends of all but the first paragraph of a docstring, whatever the width of the
    terminal; so each paragraph becomes a line, for the terminal to wrap.
    """
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    app.command(name, help=text, epilog=example)(command)
