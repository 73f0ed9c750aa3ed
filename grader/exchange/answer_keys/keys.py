"""Answer keys from files. Every fault names the file and the place, what was expected and found."""

import io
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Key
from grader.schemas.places import where

MAX_BYTES = 2_000_000
EXPECT_FILE = "expect.toml"  # beside the keys, and none

_MOST_FAULTS = 20

Whole = TypeVar("Whole", bound=BaseModel)

_ID = re.compile(r"""^\s*id\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)


def key_files(path: Path) -> list[Path]:
    """Return the keys at a path: the file itself, or every `.toml` of a folder.

    Raises UsageFault where there is none.
    """
    if path.is_dir():
        listed = sorted(path.glob("*.toml"))
        if odd := next((file for file in listed if file.is_fifo()), None):  # which would be waited for
            raise UsageFault(f"{odd}: a pipe; in a folder of answer keys files were expected")
        files = [file for file in listed if file.name != EXPECT_FILE]
        if not files:
            raise UsageFault(f"{path}: no answer key here; expected files that end in .toml")
        return files
    if not path.exists():
        raise UsageFault(f"{path}: there is no such file or folder; an answer key was expected")
    return [path]


def read_key(path: Path) -> Key:
    """Read one answer key.

    Raises KeyFault with every fault of the file, one on each line.
    """
    return read_as(Key, path)


def read_as(model: type[Whole], path: Path) -> Whole:
    """Read a TOML file that an author wrote, as an object of the given kind.

    Raises KeyFault with every fault of the file, one on each line.
    """
    text, data = _load(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        from grader.exchange.answer_keys.key_faults import faults_of
        from grader.exchange.answer_keys.key_source import Source

        source = Source(path, text, data)
        faults = sorted(faults_of(error, data, model), key=source.span)
        more = len(faults) - _MOST_FAULTS
        rest = [f"{path}: and {more} more faults"] if more > 0 else []
        raise KeyFault("\n".join([*map(source.told, faults[:_MOST_FAULTS]), *rest])) from None


def in_file(path: Path, fault: KeyFault) -> KeyFault:
    """Return a fault that was found in a key after it was read, with file, line and column."""
    from grader.exchange.answer_keys.key_source import Source

    try:
        source = Source(path, *_load(path))
    except KeyFault:  # the file has changed meanwhile
        return KeyFault(f"{path}: {fault}")
    return KeyFault(source.told(source.fault(fault)))


def first_look(path: Path) -> tuple[str, frozenset[str]]:
    """Return a key's id and the ids of its questions without checking anything.

    Where the file cannot be read, the id is whatever looks like one in it, or else the file's name.
    """
    try:
        _, data = _load(path)
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


def _load(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a key, and the tables in it. Raises KeyFault where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise KeyFault(f"{path}: larger than {MAX_BYTES:,} bytes; a key is a few pages of text")
        text = io.StringIO(data.decode("utf-8-sig"), newline=None).read()
        return text, tomllib.loads(text)
    except OSError as error:
        raise KeyFault(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise KeyFault(f"{path}: {_not_utf8(error)}") from None
    except tomllib.TOMLDecodeError as error:
        from grader.exchange.answer_keys.not_toml import wrong_syntax

        raise KeyFault(f"{path}: {wrong_syntax(str(error), text)}") from None
    except ValueError:  # Python reads whole numbers of at most 4,300 digits
        raise KeyFault(f"{path}: not TOML that can be read: a number has thousands of digits") from None
    except RecursionError:
        raise KeyFault(f"{path}: not TOML that can be read: nested too deeply") from None


def _not_utf8(error: UnicodeDecodeError) -> str:
    """Say where the first byte is that cannot stand in UTF-8."""
    before = error.object[: error.start].decode("utf-8-sig")
    return (
        f"{where(before, len(before))}: expected text saved as UTF-8, found the byte "
        f"0x{error.object[error.start]:02x}; save the file as UTF-8"
    )
