"""Verdicts on lines in words.

Begin with `line_results`, which makes the results of many hand-ins at once. `words` says what there is to say
of a line, `worked_from` what else it was worked from; `figures` are the numbers, and the phrases around them,
`equations` what the line should be, and by which accepted ways a student has worked.
"""
