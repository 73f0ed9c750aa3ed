"""Results as HTML pages: single files that need nothing else, ask nobody, and run nothing.

To be read in this order: the page of a `student` with its table of steps; the `class_page` with its
plots; the `environment` of the templates, with signs of verdicts and formulas in print.
"""

from grader.reports.html.class_page import class_page
from grader.reports.html.student import StudentPages

__all__ = ["StudentPages", "class_page"]
