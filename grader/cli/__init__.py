"""The command line: the only place that prints and exits.

`app` puts it together. What is typed is in `commands`, one module each, what is then done in `jobs`; a
class is marked by the `engine`, a person is talked to through the `terminal`.
"""

from grader.cli.app import main

__all__ = ["main"]
