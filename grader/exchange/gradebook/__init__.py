"""Gradebooks as learning platforms export them, filled in: everything but the marks stays as it was.

Begin with `fill`. `platforms` describe how gradebooks are laid out; `columns` finds the columns for ids and
marks; `sheet` is the file as text in which cells can be replaced.
"""

from grader.exchange.gradebook.fill import Filled, Mark, fill
from grader.exchange.gradebook.platforms import CANVAS, MOODLE

__all__ = ["CANVAS", "MOODLE", "Filled", "Mark", "fill"]
