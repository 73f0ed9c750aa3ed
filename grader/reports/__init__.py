"""Results as text: JSON, CSV, a table, a student's page. Pure functions; nothing here prints or writes.

To be read in this order:

- a student's `feedback`: the lines of a question seen as a whole (`trace`, words for `which_steps`),
  `remarks` on them, each put into words (`items`), the `summary` above them, what would gain most
  (`gains`), what a person said (`by_person`)
- for whom: `page` in Markdown, `html`, `check` in a terminal; `page_names`
- a class: `grades`, their `table`; `statistics` of `tally` after tally
- for programs: `results_json`, `gradescope`, `github`, `junit`
- two markings: `changes`, shown by `diff`; two hand-ins: `similar`
- for who marks: `answers` that are alike, the `marking_sheet`
- for all of them: `wording`, `escape`, `lines` in a terminal, the `memory` of what results share
"""

from grader.reports.check import check_report
from grader.reports.escape import csv_cell, file_stem, markdown, visible
from grader.reports.feedback import Feedbacks, feedback_on
from grader.reports.grades import Grade, GradeRow, grades_csv, row_of
from grader.reports.page import MarkdownPages
from grader.reports.page_names import PageNames
from grader.reports.results_json import Encoder, on_page, results_document, submission_json
from grader.reports.table import grades_table

__all__ = [
    "Encoder",
    "Feedbacks",
    "Grade",
    "GradeRow",
    "MarkdownPages",
    "PageNames",
    "check_report",
    "csv_cell",
    "feedback_on",
    "file_stem",
    "grades_csv",
    "grades_table",
    "markdown",
    "on_page",
    "results_document",
    "row_of",
    "submission_json",
    "visible",
]
