"""Verdicts on lines in words: `line_results`, for many hand-ins, of `words`, `figures` and `equations`."""
