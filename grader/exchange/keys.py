"""Answer keys from files. Every fault names the file and the place, what was expected and found."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.schemas import base, parts
from grader.schemas import key as schema
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Key

MAX_BYTES = 2_000_000

_MOST_FAULTS = 20
_SHOWN = 60  # characters of what was found, and of a line before a fault in it

_TABLES = [
    table
    for module in (schema, parts)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, BaseModel)
]
_KNOWN = sorted({name for table in _TABLES for name in table.model_fields})

# Pydantic's kind of a fault -> what was expected, with the numbers that it knows.
_EXPECTED = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "too_short": "at least one entry",
    "too_long": "at most {max_length} entries",
    "string_too_short": "a text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "literal_error": "{expected}",
    "union_tag_invalid": "{expected_tags}",
}
_OF_THE_FORM = {
    base.IDENTIFIER: "a name of letters, digits, '_', '-' and '.' that begins with a letter",
    base.QUANTITY: "a name such as x or w_2: letters and digits, with a single '_' between them",
}
_GIVEN_TWICE = "cannot overwrite a value"

_AT = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")
_ID = re.compile(r"""^\s*id\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)


def key_files(path: Path) -> list[Path]:
    """Return the keys at a path: the file itself, or every `.toml` of a folder.

    Raises UsageFault where there is none.
    """
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise UsageFault(f"{path}: no answer key here; expected files that end in .toml")
        return files
    if not path.exists():
        raise UsageFault(f"{path}: there is no such file or folder; an answer key was expected")
    return [path]


def read_key(path: Path) -> Key:
    """Read one answer key.

    Raises KeyFault with every fault of the file, one a line.
    """
    data = _load(path)
    try:
        return Key.model_validate(data)
    except ValidationError as error:
        faults = list(_faults(error, data))
        rest = [f"and {len(faults) - _MOST_FAULTS} more faults"] if len(faults) > _MOST_FAULTS else []
        lines = [*faults[:_MOST_FAULTS], *rest]
        raise KeyFault("\n".join(f"{path}: {line}" for line in lines)) from None


def first_look(path: Path) -> tuple[str, frozenset[str]]:
    """Return a key's id and the ids of its questions without checking anything.

    Of a file that cannot be read the id is what looks like one; without any, it is the file's name.
    """
    try:
        data = _load(path)
    except KeyFault:
        return _probable_id(path) or path.stem, frozenset()
    name, questions = data.get("id"), data.get("question")
    tables = questions if isinstance(questions, list) else []
    ids = (table.get("id") for table in tables if isinstance(table, dict))
    return name if isinstance(name, str) else path.stem, frozenset(id_ for id_ in ids if isinstance(id_, str))


def _probable_id(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            found = _ID.search(file.read(MAX_BYTES).decode("utf-8", "replace"))
    except OSError:
        return None
    return found[1] if found else None


def _load(path: Path) -> dict[str, Any]:
    """Parse a key's TOML.

    Raises KeyFault where that cannot be done.
    """
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise KeyFault(f"{path}: larger than {MAX_BYTES:,} bytes; a key is a few pages of text")
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except OSError as error:
        raise KeyFault(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise KeyFault(f"{path}: not saved as UTF-8: see the byte at offset {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise KeyFault(f"{path}: not TOML: {_with_line(str(error), text)}") from None
    except RecursionError:
        raise KeyFault(f"{path}: not TOML that can be read: nested too deeply") from None


def _with_line(message: str, text: str) -> str:
    """Return the message of the TOML parser with the line it is about and a caret under the place."""
    found = _AT.search(message)
    reason = message[: found.start()] if found else message
    reason = reason[:1].lower() + reason[1:]
    if reason == _GIVEN_TWICE:
        reason = "the name of this value is given twice"
    if found is None or found[1] is None:
        return f"{reason} at the end of the file"
    number, column = int(found[1]), int(found[2])
    line = text.split("\n")[number - 1].expandtabs(1).rstrip()
    cut = max(0, column - 1 - _SHOWN)
    picture = f"    {line[cut : column + _SHOWN]}\n    {' ' * (column - 1 - cut)}^"
    return f"line {number}, column {column}: {reason}\n{picture}"


def _faults(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    """Yield the faults by place; what the members of a union expected each makes one sentence."""
    places: dict[tuple[str, str], list[str]] = {}
    for fault in error.errors(include_url=False):
        kind, found, context = fault["type"], fault["input"], fault.get("ctx", {})
        place = _place(kind, fault["loc"], data)
        if kind == "too_short" and found:
            continue  # its entries have faults, and only that is why they do not count
        if kind == "union_tag_invalid":
            found = context["tag"]
        expected = _expected(kind, context)
        if expected is None:
            yield f"{place}: {_reason(kind, fault['msg'], fault['loc'])}"
        else:
            places.setdefault((place, _found(found)), []).append(expected)
    for (place, found), options in places.items():
        yield f"{place}: expected {' or '.join(dict.fromkeys(options))}, found {found}{_hint(place, found)}"


def _expected(kind: str, context: Mapping[str, Any]) -> str | None:
    """Return what was expected in place of what was found, or None for a fault of another sort."""
    if kind == "string_pattern_mismatch" and context["pattern"] in _OF_THE_FORM:
        return _OF_THE_FORM[context["pattern"]]
    return _EXPECTED[kind].format_map(context) if kind in _EXPECTED else None


def _reason(kind: str, message: str, place: Sequence[int | str]) -> str:
    if kind == "extra_forbidden":
        elsewhere = str(place[-1])  # a name that is known at another place is no hint
        near = get_close_matches(elsewhere, [name for name in _KNOWN if name != elsewhere], n=1)
        return "unknown key" + (f"; did you mean {near[0]}?" if near else "")
    if kind in ("missing", "union_tag_not_found"):
        return "is missing"
    return message.removeprefix("Value error, ")


def _found(value: Any) -> str:
    if isinstance(value, dict | list):
        kind = "table" if isinstance(value, dict) else "list"
        return f"a {kind}" if value else f"an empty {kind}"
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    if not isinstance(value, bool | int | float | str):  # TOML has dates and times, too
        shown = str(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."


def _hint(place: str, found: str) -> str:
    one_pair = place == "question" and found == "a table"
    return "; write [[question]] with two brackets on each side" if one_pair else ""


def _place(kind: str, place: Sequence[int | str], data: Any) -> str:
    """Return the path of a fault as its author knows it: tables of a list by their `id`."""
    words: list[str] = []
    for depth, step in enumerate(place):
        if depth == 2 and place[0] == "question":
            continue  # the kind of the question, which stands in the table and not in the path
        present = isinstance(data, dict) and step in data
        if isinstance(step, str) and not present and not (kind == "missing" and depth == len(place) - 1):
            continue  # which member of a union was tried: nothing that stands in the file
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = data.get("id") if isinstance(data, dict) else None
            words[-1] += f"[{name if isinstance(name, str) else step}]"
        else:
            words.append(step)
    if kind.startswith("union_tag"):
        words.append("kind")
    return ".".join(words) or "the file"
