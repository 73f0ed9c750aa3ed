"""Marks pen-and-paper exercises line by line, by what follows from the student's own lines."""

__version__ = "0.1.0"
