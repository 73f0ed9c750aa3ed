"""One error class for each reader: the author of a key, the student, the person at the command line.

Rooms below the command line raise these; only the command line turns them into words on a screen and an
exit code. Anything else that is raised is our own fault.
"""


class GraderError(Exception):
    """Something that a person can mend; its text names the file, the place, what was expected and found."""


class KeyFault(GraderError):
    """An answer key cannot be used. For the author of the key."""


class SubmissionFault(GraderError):
    """A submission cannot be marked at all. For the student."""


class UsageFault(GraderError):
    """A command was called with something that is not there or does not fit. For who typed it."""
