"""Files in: finds the hand-ins under given paths and reads them, naming whatever is wrong with each."""

from grader.exchange.find import find
from grader.exchange.handin import Attempt, Finding, HandIn, Skipped, Unreadable
from grader.exchange.places import placed
from grader.exchange.read import Content, Unread, contents, read, read_all, understood
from grader.schemas.problems import Problem

__all__ = [
    "Attempt",
    "Content",
    "Finding",
    "HandIn",
    "Problem",
    "Skipped",
    "Unread",
    "Unreadable",
    "contents",
    "find",
    "placed",
    "read",
    "read_all",
    "understood",
]
