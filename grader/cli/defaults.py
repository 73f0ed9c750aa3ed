"""Defaults of options from `[tool.grader]` of the nearest pyproject.toml; what is typed wins.

A name there is an option without its dashes. In `[tool.grader]` itself it holds for every command that has
the option, in `[tool.grader.COMMAND]` for that one. Paths count from the file's folder.
"""

from pathlib import Path
from typing import Any

import typer

from grader.schemas.faults import UsageFault

NAME = "pyproject.toml"
_PATHS = frozenset({"gradebook", "key", "marks", "out", "output", "roster", "secret"})


def defaults_for(context: typer.Context, folder: Path) -> dict[str, Any]:
    """Return the defaults of the command that was typed, by its name. Raises UsageFault."""
    path = next((each / NAME for each in (folder, *folder.parents) if (each / NAME).is_file()), None)
    table = {} if path is None else _table(path)
    if path is None or not table:
        return {}
    commands: dict[str, Any] = getattr(context.command, "commands", {})
    own = {name: value for name, value in table.items() if isinstance(value, dict)}
    shared = {name: value for name, value in table.items() if not isinstance(value, dict)}
    options = {name: _options(command) for name, command in commands.items()}
    for name in shared:
        if not any(name in of for of in options.values()):
            raise UsageFault(f"{path}: [tool.grader]: {name}: no command has an option --{name}")
    for command, values in own.items():
        if command not in options:
            raise UsageFault(f"{path}: [tool.grader.{command}]: there is no command {command}")
        for name in values:
            if name not in options[command]:
                raise UsageFault(f"{path}: [tool.grader.{command}]: {name}: no option --{name}")
    typed = context.invoked_subcommand or ""
    of = options.get(typed, {})
    wanted = {name: value for name, value in shared.items() if name in of} | own.get(typed, {})
    return {typed: {of[name].name: _placed(name, value, path.parent) for name, value in wanted.items()}}


def _table(path: Path) -> dict[str, Any]:
    import tomllib  # only where there is such a file

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("grader", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(f"{path}: cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise UsageFault(f"{path}: tool.grader: expected a table, [tool.grader]")
    return found


def _options(command: Any) -> dict[str, Any]:
    """Return the options of a command by their long names, without dashes."""
    return {
        name.removeprefix("--"): parameter
        for parameter in command.params
        if parameter.param_type_name == "option"
        for name in parameter.opts
        if name.startswith("--")
    }


def _placed(name: str, value: object, folder: Path) -> object:
    """Return a value as if typed in the file's folder."""
    if name not in _PATHS:
        return value
    if isinstance(value, list):
        return [_placed(name, each, folder) for each in value]
    return str(folder / value) if isinstance(value, str) else value
