"""Verdicts on lines in words, made for many hand-ins at once by `line_results`.

They come from `words`, `phrases`, `worked_from`, `figures` and `equations`.
"""
