"""The command line: the only place that prints and exits."""

from grader.cli.app import main

__all__ = ["main"]
