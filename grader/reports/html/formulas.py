"""A student's formula as it was read, set in print."""

from functools import lru_cache

from markupsafe import Markup

from grader.expressions import ExpressionFault
from grader.expressions.mathml import mathml
from grader.expressions.notation.reread import reread
from grader.expressions.printing import in_brief
from grader.reports.escape import visible


@lru_cache(maxsize=4096)  # a class has most of its formulas in common
def formula(read: str) -> Markup:
    """Return MathML for a formula of the results; the text itself, where it is none that we printed."""
    try:
        return Markup(mathml(reread(read)))  # noqa: S704 - made from a tree, its names escaped
    except ExpressionFault:
        return Markup("<code>{}</code>").format(visible(read))


@lru_cache(maxsize=4096)
def briefly(read: str) -> str:
    """Return a formula as messages have it."""
    try:
        return in_brief(reread(read))
    except ExpressionFault:
        return read
