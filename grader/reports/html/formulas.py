"""A student's formula as it was read, set in print."""

from functools import lru_cache

from markupsafe import Markup

from grader.expressions import ExpressionFault
from grader.expressions.mathml import in_pieces, mathml
from grader.expressions.notation.reread import reread
from grader.expressions.printing import in_brief
from grader.reports.escape import visible

_LONG = 40  # characters, about the width of a phone


@lru_cache(maxsize=4096)  # a class has most of its formulas in common
def formula(read: str) -> Markup:
    """Return MathML for a formula of the results; the text itself, where it is none that we printed."""
    try:
        tree = reread(read)
        return Markup(in_pieces(tree) if len(read) > _LONG else mathml(tree))  # noqa: S704 - names are escaped
    except ExpressionFault:
        return Markup("<code>{}</code>").format(visible(read))


@lru_cache(maxsize=4096)
def briefly(read: str) -> str:
    """Return a formula as messages have it."""
    try:
        return in_brief(reread(read))
    except ExpressionFault:
        return read
