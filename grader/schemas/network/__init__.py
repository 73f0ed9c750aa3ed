"""Feed-forward networks in ten lines: a shorthand that becomes the ordinary tables of a question."""

from grader.schemas.network.expand import expanded
from grader.schemas.network.mistakes import STANDARD as USUAL_MISTAKES
from grader.schemas.network.model import Network
from grader.schemas.network.overlay import each_once

__all__ = ["USUAL_MISTAKES", "Network", "each_once", "expanded"]
