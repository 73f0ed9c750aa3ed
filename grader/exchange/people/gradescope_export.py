"""The list of submitters in an export of Gradescope's, `submission_metadata.yml`.

Of the YAML only the layout that Gradescope itself writes is read, line by line:

    submission_123456:
      :submitters:
      - :name: Jane Doe
        :sid: '0012345'
        :email: jane@example.org
      :created_at: 2026-01-31 12:00:00.000000000 Z

Nothing in it is ever made into an object, as a whole YAML reader would (Ruby's symbols and dates).
"""

import json
import re
from functools import lru_cache
from typing import NamedTuple

_MOST_LINES = 2_000_000
_FOLDER = re.compile(r"([^\s:#'\"-][^:\s]*):\s*")
_SUBMITTERS = re.compile(r"( +):submitters:\s*")
_FIELD = re.compile(r"( +)(- )?:(\w+): ?(.*?)\s*")
_FIELDS = {"name", "sid", "email"}


class Submitter(NamedTuple):
    """One of those who handed a folder in; what is not told is empty."""

    name: str = ""
    sid: str = ""
    email: str = ""


@lru_cache(maxsize=2)  # asked for every folder of an export
def submitters(data: bytes) -> dict[str, tuple[Submitter, ...]]:
    """Return who handed in which folder."""
    found: dict[str, list[dict[str, str]]] = {}
    people: list[dict[str, str]] = []
    indent = -1  # of the list of submitters that is being read
    for line in data.decode("utf-8-sig", "replace").split("\n")[:_MOST_LINES]:
        folder = _FOLDER.fullmatch(line)
        if folder:
            people, indent = found.setdefault(folder[1], []), -1
            continue
        if begins := _SUBMITTERS.fullmatch(line):
            indent = len(begins[1])
            continue
        field = _FIELD.fullmatch(line) if indent >= 0 else None
        if field is None or len(field[1]) + (0 if field[2] else -1) < indent:
            indent = -1 if line.strip() else indent
            continue
        if field[2]:
            people.append({})
        if people and field[3] in _FIELDS:
            people[-1][field[3]] = _scalar(field[4])
    return {folder: tuple(Submitter(**each) for each in those) for folder, those in found.items()}


def _scalar(text: str) -> str:
    """Return the text that a plain or quoted YAML scalar stands for."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return "" if text in {"null", "~"} else text
