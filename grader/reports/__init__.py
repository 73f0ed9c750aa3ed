"""Results as text: JSON, CSV, a table, a student's page. Pure functions; nothing here prints or writes.

To be read in this order:

- a student's `feedback`: what would gain most, the lines of a question seen as a whole (`trace`), `remarks`
  on them, put into words with a summary above them (`items`)
- for whom: `page` in Markdown and for a terminal, `html`; `page_names`
- a class: `grades`, their `table`; `statistics` of `tally` after tally
- for programs: `results_json`, `gradescope`, `github`, `junit`
- two markings: `changes`, shown by `diff`; two hand-ins: `similar`
- for who marks: `answers` that are alike, the `marking_sheet`
- for all of them: `wording`, `escape`, `lines` in a terminal
"""

from grader.reports.escape import csv_cell, file_stem, markdown, visible
from grader.reports.feedback import Feedbacks, feedback_on
from grader.reports.grades import Grade, GradeRow, grades_csv, row_of
from grader.reports.page import MarkdownPages, check_report
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
