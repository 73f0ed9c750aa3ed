"""Forms to fill in, made from a blank: what a key asks, without the answers.

Begin with `csv_form`, the simplest; `workbook_form` is a spreadsheet, `pages` are one that works offline and
a sheet to print. The tables share their `rows`.
"""

from grader.exchange.forms.csv_form import csv_form
from grader.exchange.forms.pages import entry_page, worksheet_page
from grader.exchange.forms.workbook_form import workbook_form

__all__ = ["csv_form", "entry_page", "workbook_form", "worksheet_page"]
