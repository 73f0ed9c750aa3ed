"""Whose each hand-in is: `senders`, by names of `platforms`, an `id_pattern`, or a `roster`."""
