"""Files in and out: hand-ins, keys, rosters, marks, results; forms, gradebooks, autograders.

Here stands what most commands need, the way in of hand-ins: they are found under given paths and read, and
whatever is wrong with one is named. All else is taken from its module: of `handins` (that look gives
`findings`), of `people` (whose each is), of `answer_keys`; what is no JSON of `tables`, `forms` and
`printout`; what goes back to a platform of `gradebook`.
"""

from grader.exchange.findings.handin import Attempt, Finding, HandIn, Skipped, Unreadable
from grader.exchange.handins.find import find
from grader.exchange.handins.placed import placed
from grader.exchange.handins.read import Content, Unread, contents, read, read_all, understood_or_told
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
    "understood_or_told",
]
