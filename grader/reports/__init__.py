"""Results as text: JSON, CSV, a table, a student's page. Pure functions; nothing here prints or writes.

Begin with `feedback`: what a student reads, before any markup. To be read in this order:

- of a question's lines as a whole (`trace`), `remarks` say each thing once; `items` put them into words
- pages of feedback: `page` (Markdown, and plain text for a terminal), `html`; their files: `page_names`
- a class: `grades`, their `table`; `statistics`, gathered from one `tally` for each hand-in
- for programs: `results_json`, `gradescope`, `github`, `junit`
- two markings: `changes`, shown by `diff`; two hand-ins: `similar`
- for those who mark: `answers` that are alike, the `marking_sheet`
- for all of them: `wording`, `escape` (whatever others wrote is made harmless), `lines` in a terminal
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
