"""Words of Gradescope's autograder that both its renderer and the command line use."""

from enum import StrEnum


class Visibility(StrEnum):
    """When students see a test on Gradescope."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"
