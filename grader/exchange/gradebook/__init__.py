"""Gradebooks as learning platforms give them out, filled in: everything but the marks stays as it was.

To be read in this order: `fill`; how `platforms` lay them out, whose a row is and which of the `columns` is
which; the file as text with places, `sheet`.
"""

from grader.exchange.gradebook.fill import Filled, Mark, fill
from grader.exchange.gradebook.platforms import CANVAS, MOODLE

__all__ = ["CANVAS", "MOODLE", "Filled", "Mark", "fill"]
