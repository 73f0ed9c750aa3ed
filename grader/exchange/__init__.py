"""Files in and out: hand-ins, keys, rosters, marks, results; forms, gradebooks, autograders.

Begin with `handins`: hand-ins are found under given paths and read, and whatever is wrong with one is named.
The names below are what most commands need of that; everything else is imported from its module.

- hand-ins: `handins`, and what a look at one gives, `findings`; whose each is: `people`; those that are not
  JSON: `tables`, `printout`; `forms` to fill in
- keys: `answer_keys`, and the `secret` that students' own values are drawn from
- a person's marks: `marks_file`
- what goes back to a platform: `gradebook`, `autograder`
- results: `results_file`; and, while a class is marked, a `journal` of what is known of it
- for all of them: `write`, `csv_text`, `small_file` (reads one, with a name in its faults), and `last_net`,
  which turns a crash on one hand-in into a problem of that hand-in
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
