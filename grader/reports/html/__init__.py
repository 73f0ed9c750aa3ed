"""Results as HTML pages: single files that load nothing, send nothing, and run nothing.

Begin with `student`, a student's page with its table of steps; `class_page` has the plots of a class. Both
use the `environment` of the templates, which has the signs of verdicts and prints formulas.
"""

from grader.reports.html.class_page import class_page
from grader.reports.html.student import StudentPages

__all__ = ["StudentPages", "class_page"]
