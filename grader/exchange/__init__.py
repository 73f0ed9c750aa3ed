"""Files in: finds the hand-ins under given paths and reads them, naming whatever is wrong with each."""

from grader.exchange.find import find
from grader.exchange.handin import Finding, HandIn, Skipped, Unreadable
from grader.exchange.places import placed
from grader.exchange.read import read, read_all
from grader.schemas.problems import Problem

__all__ = ["Finding", "HandIn", "Problem", "Skipped", "Unreadable", "find", "placed", "read", "read_all"]
