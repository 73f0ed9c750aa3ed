"""Files in and out: hand-ins, keys, rosters, marks, results; forms, gradebooks, autograders.

Here stands what most commands need, the way in of hand-ins: they are found under given paths and read, and
whatever is wrong with one is named. All else is taken from its module:

- hand-ins: `handins` (that look gives `findings`), whose each is (`people`); those that are no JSON:
  `tables`, `printout`; `forms` to fill in
- `answer_keys`; the `secret` of own values; a person's marks: `marks_file`
- what goes back to a platform: `gradebook`, `autograder`
- results: `results_file`; what is known while a class is marked: `journal`, with a digest of what it was
  made from
- for all of them: `write`, `csv_text`, a `small_file` that is named, the `last_net`
"""

from grader.exchange.findings.handin import Attempt, HandIn, Skipped, Unreadable, placed
from grader.exchange.handins.read import Content, Unread, contents, read, read_all, understood_or_told

__all__ = [
    "Attempt",
    "Content",
    "HandIn",
    "Skipped",
    "Unread",
    "Unreadable",
    "contents",
    "placed",
    "read",
    "read_all",
    "understood_or_told",
]
