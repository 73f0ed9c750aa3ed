"""The environment of all templates, and what all pages have in common.

A verdict has a sign and a word beside its colour, for those who do not see the colour. Whatever a template
puts into a page is first made visible (`visible`: no hidden or reordering characters) and then escaped by
Jinja; only our own markup (`Markup`) goes in as it is. A page may load nothing and run nothing: its policy
allows only the style sheet inside it, by its hash.
"""

import re
from base64 import b64encode
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.expressions import ExpressionFault
from grader.expressions.mathml import in_pieces, mathml
from grader.expressions.notation.reread import reread
from grader.expressions.printing import in_brief
from grader.reports.escape import visible
from grader.reports.wording import count, number, points
from grader.schemas.results import Status

_LONG = 40  # characters, about the width of a phone


@lru_cache(maxsize=4096)  # a class has most of its formulas in common
def formula(read: str) -> Markup:
    """Return MathML for a formula of the results, or the text itself where we did not print it."""
    try:
        tree = reread(read)
        return Markup(in_pieces(tree) if len(read) > _LONG else mathml(tree))  # noqa: S704 - names are escaped
    except ExpressionFault:
        return Markup("<code>{}</code>").format(visible(read))


@lru_cache(maxsize=4096)
def briefly(read: str) -> str:
    """Return a formula as messages show it."""
    try:
        return in_brief(reread(read))
    except ExpressionFault:
        return read


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*([{};])\s*|\s+")


@cache
def environment() -> Environment:
    """Return the environment of all templates; each is compiled once."""
    loader = PackageLoader("grader.reports.html", "templates")
    made = Environment(
        loader=loader,
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = _style(loader.get_source(made, "style.css")[0])
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    made.globals |= {"style": Markup(style), "policy": Markup(policy)}  # noqa: S704 - a file of this package
    made.filters |= {"formula": formula, "number": number, "points": points, "counted": _counted}
    return made


def pieces() -> Any:
    """Return the macros of `parts.html`, each a function that returns markup."""
    return environment().get_template("parts.html").module


def _harmless(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _style(text: str) -> str:
    """Return a style sheet without comments and needless space."""
    return _SPACE.sub(lambda found: found[1] or " ", _COMMENT.sub("", text)).strip()


def _counted(amount: int, noun: str) -> str:
    """Return "1,204 students"."""
    return count(amount, noun).replace(str(amount), f"{amount:,}", 1)


class Sign(NamedTuple):
    """A verdict as pages show it; `style` is its class in the style sheet."""

    style: str
    mark: str
    word: str
    meaning: str


SIGNS = {
    Status.MARKED: Sign("marked", "✎", "marked", "a person's mark"),
    Status.CORRECT: Sign("correct", "✓", "right", "as it should be"),
    Status.FOLLOWS: Sign(
        "follows", "→", "follows", "differs from the solution, but follows from your own lines"
    ),
    Status.PENDING: Sign("pending", "…", "waits", "waits for a person's mark"),
    Status.SLIP: Sign("slip", "~", "slip", "a slip of the pen"),
    Status.MISTAKE: Sign("mistake", "≠", "mistake", "a known mistake, or too few digits"),
    Status.WRONG: Sign("wrong", "✗", "wrong", "does not follow from your own lines"),
    Status.MISSING: Sign("missing", "–", "missing", "not handed in"),
    Status.INVALID: Sign("invalid", "?", "unreadable", "cannot be read"),
}
