"""A key's tables as TOML, laid out as a person writes them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_SHORT = 90  # characters of a list on one line
# Tables whose entries stand on one line each: what a constant may be, what an option means.
_ON_ONE_LINE = frozenset({"given", "choice", "vary"})


def question_toml(question: Mapping[str, Any]) -> str:
    """Return a `[[question]]` and everything below it."""
    return "\n".join(["[[question]]", *_entries(question, ("question",))]) + "\n"


def _entries(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: first the entries of one line each, then the tables in it."""
    below = {name: value for name, value in table.items() if _is_table(value, (*path, name))}
    rest = {name: value for name, value in table.items() if name not in below}
    width = max((len(_key(name)) for name in rest), default=0) if path[-1] == "equations" else 0
    for name, value in rest.items():
        yield f"{_key(name):<{width}} = {_value(value)}"
    for name, value in below.items():
        inner = (*path, name)
        if isinstance(value, Mapping):
            if not value or any(not _is_table(each, (*inner, key)) for key, each in value.items()):
                yield f"\n[{'.'.join(map(_key, inner))}]"
            yield from _entries(value, inner)


def _is_table(value: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a value is a table that has its own header."""
    if not isinstance(value, Mapping):
        return False
    _, table, *below = path
    on_one_line = table == "tolerance" or (below and table in _ON_ONE_LINE)
    return not (on_one_line and value and not any(isinstance(each, Mapping) for each in value.values()))


def _key(name: str) -> str:
    return name if _BARE.match(name) else toml_string(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + " }"
    items = [_value(each) for each in value]
    line = f"[{', '.join(items)}]"
    if len(line) <= _SHORT or not any(isinstance(each, Mapping | list | tuple) for each in value):
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def toml_string(text: str) -> str:
    """Return a text as a string of TOML, which has all escapes of JSON, and nothing hidden in it."""
    said = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in said)
