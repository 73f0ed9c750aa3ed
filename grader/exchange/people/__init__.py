"""Whose each hand-in is.

Begin with `senders`, which asks in turn: the folder and file names of learning `platforms`, an `id_pattern`
that the user gives, and the course's `roster`.
"""
