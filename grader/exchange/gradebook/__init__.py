"""Gradebooks as learning platforms give them out, filled in: everything but the marks stays as it was."""

from grader.exchange.gradebook.fill import Filled, Mark, fill
from grader.exchange.gradebook.platforms import CANVAS, MOODLE

__all__ = ["CANVAS", "MOODLE", "Filled", "Mark", "fill"]
