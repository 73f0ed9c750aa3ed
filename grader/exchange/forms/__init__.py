"""Forms to fill in, made from a blank.

A table (`csv_form`), a workbook (`workbook_form`), `pages`: one that works offline, a sheet of paper; in
`rows` that they share.
"""

from grader.exchange.forms.csv_form import csv_form
from grader.exchange.forms.pages import entry_page, worksheet_page
from grader.exchange.forms.workbook_form import workbook_form

__all__ = ["csv_form", "entry_page", "workbook_form", "worksheet_page"]
