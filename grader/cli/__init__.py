"""The command line: the only place that prints and exits.

To be read in this order:

- `app` puts it together; what is typed is in `commands`, one module each, with `options` that several have,
  their `option_values`, and `defaults` from a file
- what is then done is in `jobs`, with what several of them share: keys (`keyring`), whose a hand-in is,
  its key, and texts that wait (`hand_ins`), `ways_out` to other programs, `handouts` for each student, the
  `drafting` of a key
- a class is marked by the `engine`, a person is talked to through the `terminal`
"""

from grader.cli.app import main

__all__ = ["main"]
