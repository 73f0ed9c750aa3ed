"""Whose each hand-in is.

Begin with `senders`, which settles it by what stands in the hand-in and by its path: the names that learning
`platforms` give files, an `id_pattern` that the user gives, and the course's `roster`.
"""
