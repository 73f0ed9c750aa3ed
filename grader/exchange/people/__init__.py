"""Whose each hand-in is: `senders`, by names of `platforms`, an `id_pattern`, or a `roster`.

The roster is read from a `roster_file`; Gradescope tells in a `gradescope_export`.
"""
