"""Pages: one to type answers into, which works offline, and one to print and fill in by pen.

Both are single files that ask nobody for anything: style and script stand in the page, and its content
security policy allows these two, by their hashes, and nothing else. Neither holds a number of the key's.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.exchange.forms.rows import field_rows, shape_in_words, shown
from grader.schemas.blank import Blank, BlankField, BlankParts

_FOLDER = Path(__file__).parent / "templates"


def entry_page(blank: Blank) -> str:
    """Return an HTML page with a grid for each step, which checks what is typed and saves the submission."""
    style, script = _read("entry.css"), _read("numbers.js") + _read("entry.js")
    return _rendered("entry.html.j2", blank, style=style, script=script)


def worksheet_page(blank: Blank, method: str | None = None) -> str:
    """Return an HTML page to print on A4, by the first method of each question or the one named."""
    return _rendered("worksheet.html.j2", blank, style=_read("worksheet.css"), script="", method=method)


def _rendered(template: str, blank: Blank, *, style: str, script: str, **more: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": shown, "labels": _labels, "compact": _compact, "widest": _widest}
    environment.globals |= {"field_rows": field_rows, "shape_in_words": shape_in_words}
    environment.tests["parts"] = lambda question: isinstance(question, BlankParts)
    policy = f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {_hash(script)}" if script else ""
    return environment.get_template(template).render(
        blank=blank, style=style, script=script, policy=policy, **more
    )


def _labels(labels: Mapping[str, int]) -> str:
    """Return the labels of a step in words, or "the only step"."""
    return ", ".join(f"{loop} {number}" for loop, number in labels.items()) or "the only step"


def _widest(field: BlankField) -> int:
    """Return how many numbers stand side by side in a field's rows."""
    return max(row.width for row in field_rows(field))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
