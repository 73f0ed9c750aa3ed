"""The commands as they are typed: `for_classes`, `for_students`, `for_authors`.

Here is how one is put into the application: its docstring is its help, and the last paragraph its example.
"""

import inspect
from collections.abc import Callable

import typer

Command = Callable[..., None]


def add_command(app: typer.Typer, name: str, command: Command) -> None:
    """Add a command.

    Typer keeps the line ends of all but the first paragraph of a docstring, whatever the width of the
    terminal; so each paragraph becomes a line, for the terminal to wrap.
    """
    *text, example = _paragraphs(command)
    app.command(name, help="\n\n".join(text), epilog=example)(command)


def add_group(app: typer.Typer, name: str, words: str, commands: dict[str, Command]) -> None:
    """Add commands that are typed behind a word of their own."""
    *_, example = _paragraphs(next(iter(commands.values())))
    group = typer.Typer(no_args_is_help=True, help=words, epilog=example)
    group.callback()(lambda: None)  # or Typer would take a single command for the group itself
    for inner, command in commands.items():
        add_command(group, inner, command)
    app.add_typer(group, name=name)


def _paragraphs(command: Command) -> list[str]:
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]
