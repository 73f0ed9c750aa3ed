"""Results as text: JSON, CSV, a table, a student's page. Pure functions; nothing here prints or writes."""

from grader.reports.check import check_report
from grader.reports.escape import csv_cell, file_stem, markdown, visible
from grader.reports.feedback import Feedbacks, feedback_on
from grader.reports.grades import Grade, GradeRow, grades_csv, row_of
from grader.reports.names import PageNames
from grader.reports.page import MarkdownPages
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
