"""Answer keys from files. Every fault names the file and the place, what was expected and found."""

import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.schemas import key as schema
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Key

MAX_BYTES = 2_000_000

_TABLES = [
    table for table in vars(schema).values() if isinstance(table, type) and issubclass(table, BaseModel)
]
_KNOWN = sorted({name for table in _TABLES for name in table.model_fields})


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
        raise UsageFault(f"{path}: there is no such answer key; name a file or a folder with --key")
    return [path]


def read_key(path: Path) -> Key:
    """Read one answer key.

    Raises KeyFault with every fault of the file, one a line.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KeyFault(f"{path}: larger than {MAX_BYTES:,} bytes; a key is a few pages of text")
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise KeyFault(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise KeyFault(f"{path}: not UTF-8 text: byte {error.start}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise KeyFault(f"{path}: not TOML: {error}") from None
    try:
        return Key.model_validate(data)
    except ValidationError as error:
        raise KeyFault("\n".join(f"{path}: {line}" for line in _faults(error, data))) from None


def first_look(path: Path) -> tuple[str, frozenset[str]]:
    """Return a key's id and the ids of its questions without checking anything; the file's name for no id."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        data = {}
    name, questions = data.get("id"), data.get("question")
    tables = questions if isinstance(questions, list) else []
    ids = (table.get("id") for table in tables if isinstance(table, dict))
    return name if isinstance(name, str) else path.stem, frozenset(id_ for id_ in ids if isinstance(id_, str))


def _faults(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        place = _place(fault["loc"], data)
        yield f"{place}: {_reason(fault['type'], fault['msg'], fault['loc'], fault['input'])}"


def _reason(kind: str, message: str, place: Sequence[int | str], found: Any) -> str:
    if kind == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _KNOWN, n=1)
        return "unknown key" + (f"; did you mean {near[0]}?" if near else "")
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    expected = message.removeprefix("Input should be ").removesuffix(" to validate")
    shown = repr(found)
    return f"expected {expected}, found {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _place(place: Sequence[int | str], data: Any) -> str:
    """Return the path of a fault as its author knows it: tables of a list by their `id`."""
    words: list[str] = []
    for step in place:
        if isinstance(step, str) and not (isinstance(data, dict) and step in data) and step != place[-1]:
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
    return ".".join(words) or "the file"
