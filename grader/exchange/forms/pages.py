"""Two pages: one to type answers into, which works offline, and one to print and fill in by pen.

Each is a single file that loads nothing: style and script stand in the page, and its content security policy
allows these two, by their hashes, and nothing else. Neither page holds any number that the key would give.
"""

import base64
import hashlib
import json
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.exchange.forms.rows import bracketed, field_rows, shape_in_words, shown
from grader.schemas.blank import Blank, BlankParts
from grader.schemas.places import step_in_words

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"
_PLACES = "[data-variant] { width: 24rem; max-width: 100%; }\n"
_FILLED_IN = ".who dd { padding-top: 2.4mm; }\n"  # print stands on its line, where a pen has room


def entry_page(blank: Blank) -> str:
    """Return an HTML page with a grid for each step, which checks what is typed and saves the submission."""
    # Only the page of one student, or one with places for own values, needs the script for these.
    script = _environment().overlay(keep_trailing_newline=True).from_string(_read("entry.js"))
    return _rendered(
        "entry.html",
        blank,
        style=_read("entry.css") + _PLACES * bool(blank.own),
        script=_read("numbers.js") + script.render(own=bool(blank.student or blank.own)),
    )


def worksheet_page(blank: Blank, method: str | None = None, name: str = "") -> str:
    """Return an HTML page to print on A4, by the first method of each question or the one named.

    The page of one student has the id on it, and the `name` where it is known.
    """
    style = _read("worksheet.css") + _FILLED_IN * bool(blank.student)
    return _rendered("worksheet.html", blank, style=style, script="", method=method, name=name)


def _rendered(template: str, blank: Blank, *, style: str, script: str, **more: Any) -> str:
    policy = f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {_hash(script)}" if script else ""
    page = _environment().get_template(template)
    return page.render(blank=blank, style=style, script=script, policy=policy, **more)


@cache  # a class has a page for each student, all of them of one template
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "bracketed": bracketed,
        "compact": partial(json.dumps, separators=(",", ":")),
        "labels": lambda labels: step_in_words(labels.items()) or "your numbers",
        "shown": shown,
        "widest": lambda field: max(row.width for row in field_rows(field)),  # numbers side by side
    }
    environment.globals |= {"field_rows": field_rows, "shape_in_words": shape_in_words}
    environment.tests["parts"] = lambda question: isinstance(question, BlankParts)
    return environment


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
