"""Verdicts on lines in words: `line_results` for many hand-ins at once, of `words`, `figures`, `equations`."""
