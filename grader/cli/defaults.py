"""Defaults of options from `[tool.grader]` of the nearest `pyproject.toml`; what is typed wins.

An entry is named as an option is, and holds for every command that has the option; in a table that is named
as a command is, it holds for that command alone. Paths count from the folder of the file. Defaults are put
before what is typed, as the last of two options of one name counts.
"""

import inspect
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import typer
from typer.models import OptionInfo

from grader.schemas.faults import UsageFault

_FILE = "pyproject.toml"
_MOST_BYTES = 1_000_000

Table = Mapping[str, Any]


class Option(NamedTuple):
    """An option: its long name, that of its opposite, what its values are, and whether it may be repeated."""

    name: str
    opposite: str | None
    kind: type
    several: bool


def with_defaults(app: typer.Typer, words: Sequence[str], folder: Path) -> list[str]:
    """Return the words of a command line with the defaults that hold in a folder.

    Raises UsageFault for a name that is no command's option, and for a value that an option does not take.
    """
    # Mostly there are none, and going through the commands takes time.
    found = find_settings(folder) if words and not words[0].startswith("-") else None
    if found is None:
        return [*words]
    commands = dict(_commands(app))
    command = next((name for name in (" ".join(words[:2]), *words[:1]) if name in commands), None)
    if command is None:
        return [*words]
    defaults = _defaults(*found, commands)
    at = len(command.split())
    typed = {word.partition("=")[0] for word in words[at:]}
    # An option that may be repeated would add its default to what is typed.
    defaulted = [
        word
        for name, own in defaults[command].items()
        if not (commands[command][name].several and f"--{name}" in typed)
        for word in own
    ]
    return [*words[:at], *defaulted, *words[at:]]


def find_settings(folder: Path) -> tuple[Path, Table] | None:
    """Return the nearest `pyproject.toml`, in a folder or above it, and its table.

    A file without `[tool.grader]` is passed over. Raises UsageFault for one with it that is not TOML.
    """
    for above in (folder, *folder.parents):
        file = above / _FILE
        try:
            if not file.is_file() or file.stat().st_size > _MOST_BYTES:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:  # not ours to read
            continue
        if "tool.grader" not in text:
            continue
        try:
            tools = tomllib.loads(text).get("tool")
        except ValueError as error:  # also a number of thousands of digits, which Python does not read
            raise UsageFault(f"{file}: not TOML that can be read: {error}") from None
        except RecursionError:
            raise UsageFault(f"{file}: not TOML that can be read: nested too deeply") from None
        table = tools.get("grader") if isinstance(tools, dict) else None
        if isinstance(table, dict):
            return file, table
    return None


def _commands(app: typer.Typer, group: str = "") -> Iterator[tuple[str, dict[str, Option]]]:
    """Yield every command by its name, such as `score` or `marks template`, with its options."""
    for command in app.registered_commands:
        if command.callback is not None:
            yield f"{group}{command.name}", {option.name: option for option in _options(command.callback)}
    for inner in app.registered_groups:
        if inner.typer_instance is not None:
            yield from _commands(inner.typer_instance, f"{group}{inner.name} ")


def _options(command: Any) -> Iterator[Option]:
    for parameter in inspect.signature(command).parameters.values():
        kind, *about = get_args(parameter.annotation)
        for info in about:
            if isinstance(info, OptionInfo):
                yield _option(parameter.name, kind, info)


def _option(parameter: str, kind: Any, info: OptionInfo) -> Option:
    own = parameter.replace("_", "-")
    implied = f"--{own}/--no-{own}" if kind is bool else f"--{own}"
    # Typer has the first of the names of an option where its default would be.
    names = [word for word in (info.default, *(info.param_decls or ())) if isinstance(word, str)]
    spelt = next((word for word in names if word.startswith("--")), implied)
    name, _, opposite = spelt.partition("/")
    if get_origin(kind) in (UnionType, Union):
        kind = next(each for each in get_args(kind) if each is not NoneType)
    several = get_origin(kind) is list
    return Option(name[2:], opposite or None, get_args(kind)[0] if several else kind, several)


def _defaults(
    file: Path, table: Table, commands: Mapping[str, Mapping[str, Option]]
) -> dict[str, dict[str, list[str]]]:
    """Return the words of each command's defaults, by option."""
    everywhere = {name for own in commands.values() for name in own}
    groups = {name.split()[0] for name in commands if " " in name}
    found: dict[str, dict[str, list[str]]] = {name: {} for name in commands}
    # An entry for one command replaces the one for all commands.
    for place, value in sorted(_leaves(table, {*commands, *groups}), key=lambda leaf: len(leaf[0])):
        *command, name = place
        wanted = " ".join(command)
        where = f"{file}: [tool.grader] {'.'.join(place)}"
        if name not in (commands.get(wanted, {}) if command else everywhere):
            of = f"no option of grader {wanted}" if command else "no option and no command"
            known = commands.get(wanted, {}) if command else [*everywhere, *commands]
            raise UsageFault(f"{where}: {of}{_near(name, known)}")
        having = [wanted] if command else [each for each in commands if name in commands[each]]
        fitting = [own for own in having if not _expected(commands[own][name], value)]
        if not fitting:
            expected = " or ".join({_expected(commands[own][name], value): None for own in having})
            raise UsageFault(f"{where}: expected {expected}, found {value!r}")
        for own in fitting:
            found[own][name] = _words(file.parent, commands[own][name], value)
    return found


def _leaves(
    table: Table, commands: Iterable[str], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and " ".join((*above, name)) in commands:
            yield from _leaves(value, commands, (*above, name))
        else:
            yield (*above, name), value


def _words(folder: Path, option: Option, value: Any) -> list[str]:
    """Return an option with a value as it would be typed."""
    if option.kind is bool:
        return [f"--{option.name}"] if value else [option.opposite] if option.opposite else []
    values = value if isinstance(value, list) else [value]
    return [f"--{option.name}={folder / each if option.kind is Path else each}" for each in values]


def _expected(option: Option, value: Any) -> str:
    """Return what an option takes, where a value is nothing of the kind."""
    values = value if isinstance(value, list) and option.several else [value]
    if option.kind is bool:
        fits, expected = [isinstance(each, bool) for each in values], "true or false"
    elif issubclass(option.kind, Enum):
        names = [each.value for each in option.kind]
        fits, expected = [each in names for each in values], ", ".join(names)
    elif option.kind in (int, float):
        fits = [isinstance(each, int | float) and not isinstance(each, bool) for each in values]
        expected = "a number"
    else:
        fits, expected = [isinstance(each, str) for each in values], "a text in quotes"
    return "" if all(fits) else expected


def _near(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is most like another."""
    from difflib import get_close_matches

    return "".join(f"; did you mean {other}?" for other in get_close_matches(name, list(known), n=1))
