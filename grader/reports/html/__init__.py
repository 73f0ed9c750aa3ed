"""Results as HTML pages: single files that need nothing else, ask nobody, and run nothing.

To be read in this order: the page of a `student`, its table of `steps`, `signs` of verdicts; the
`class_page` and its `figures`; the `environment` of the templates, with formulas in print.
"""

from grader.reports.html.class_page import class_page
from grader.reports.html.student import StudentPages

__all__ = ["StudentPages", "class_page"]
