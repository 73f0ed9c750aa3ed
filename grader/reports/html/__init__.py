"""Results as HTML pages: single files that need nothing else, ask nobody, and run nothing."""

from grader.reports.html.class_page import class_page
from grader.reports.html.student import StudentPages

__all__ = ["StudentPages", "class_page"]
